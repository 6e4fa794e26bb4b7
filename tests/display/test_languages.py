"""A language is a folder: one that is added is spoken, offered and read, without a line of code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from display.languages import LANGUAGES, LOCALE, languages

SPEAK = """
import json
from pathlib import Path
from app.house import read_branch_file
from display import pages, render, terms, views, wording
from display.catalogues import pick_language

branch = read_branch_file(Path("branch.toml")).branch
window = views.WindowView("3", "3", views.WindowState.OPEN)
hall = views.HallView({"en": "Branch", "eo": "Filio"}, (window,), (), ())
print(json.dumps({
    "languages": branch.languages,
    "offered": pages.LANGUAGES["eo"],
    "hall": render.to_plain(hall, branch.languages)["open"]["eo"],
    "window": wording.window_lines(hall.windows[0], "eo"),
    "term": terms.step_names("photocopy")["eo"],
    "asked": pick_language("eo;q=0.9, en;q=0.1", ["en", "eo"]),
    "page": pages.render("window", lang="eo", languages=["eo", "en"], branch={"id": "b", "names": {}},
                         first=None, speed=1, live_url="", api="", window={"id": "3", "label": "3"}),
}))
"""
BRANCH = """
[branch]
id = "b"
names = { eo = "Filio", en = "Branch" }
timezone = "Europe/Warsaw"
languages = ["eo", "en"]
[[business]]
id = "a"
prefix = "A"
names = "Business"
minutes = [1, 2, 3]
[[window]]
id = "3"
businesses = ["a"]
"""


def add_language(folder: Path, code: str, name: str) -> None:
    """A throw-away language: English with a mark before each sentence."""
    own = folder / code / "LC_MESSAGES"
    own.mkdir(parents=True)
    (own.parent / "language.toml").write_text(f'name = "{name}"\n', "utf-8")
    for path in (LOCALE / "en" / "LC_MESSAGES").glob("*.po"):
        marked = re.sub(r'^msgstr "(?=[^"])', 'msgstr "~', path.read_text("utf-8"), flags=re.MULTILINE)
        (own / path.name).write_text(marked, "utf-8")


def test_a_folder_is_enough(tmp_path: Path) -> None:
    shutil.copytree(LOCALE.parent, tmp_path / "display", ignore=shutil.ignore_patterns("__pycache__"))
    add_language(tmp_path / "display" / "locale", "eo", "Esperanto")
    (tmp_path / "branch.toml").write_text(BRANCH, "utf-8")
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{root}"}
    done = subprocess.run(
        [sys.executable, "-c", SPEAK],
        cwd=tmp_path,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    said = json.loads(done.stdout)
    assert (said["languages"], said["offered"], said["asked"]) == (["eo", "en"], "Esperanto", "eo")
    assert said["hall"] == ["~1 of 1 windows open"]
    assert said["window"] == ["~Available. Please take a ticket"]
    assert said["term"] == "~Photocopying"
    assert '<html lang="eo"' in said["page"]
    assert '<span lang="eo">~Window 3</span>' in said["page"]


def test_those_that_come_along_are_in_their_order_and_readable_by_others() -> None:
    assert list(LANGUAGES) == ["zh-Hans", "zh-Hant-TW", "zh-Hant-HK", "en"]
    assert all(one.name and one.code not in one.nearest for one in LANGUAGES.values())


def test_a_folder_without_its_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "language.toml").write_text("order = 1\n", "utf-8")
    with pytest.raises(ValueError, match=r"xx/language\.toml"):
        languages(tmp_path)
    assert languages(tmp_path / "nowhere") == {}
