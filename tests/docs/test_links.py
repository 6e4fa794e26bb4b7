"""Nothing in the documentation points nowhere: links, headings, pictures, commands, files of the source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from app.cli import app as command_line

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub names them in links."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text("utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        path, _, heading = link.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{link} leads nowhere"
        assert there.is_relative_to(ROOT), f"{link} leads out of the project"
        assert not heading or heading in anchors(there), f"{link} names no heading of {path}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    commands = typer.main.get_command(command_line).commands  # type: ignore[attr-defined]
    for name, rest in re.findall(
        r"(?<![\w/-])lobbyclock (?!\d)([a-z][\w-]*)((?:\\\n|[^\n`])*)", code_of(text)
    ):
        assert name in commands, f"lobbyclock {name}"
        known = {opt for one in commands[name].params for opt in one.opts}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= known, f"lobbyclock {name}{rest}"
    rules = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for target in re.findall(r"\bmake ([a-z]+)", code_of(text)):
        assert target in rules, f"make {target}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_of_the_source_exist(page: Path) -> None:
    for name in re.findall(
        r"`((?:app|estimator|display|simulations|docs|branches)/[\w./-]*)`", page.read_text("utf-8")
    ):
        assert (ROOT / name).exists(), name


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {
        (index.parent / link.partition("#")[0]).resolve() for link in LINK.findall(index.read_text("utf-8"))
    }
    assert {page for page in PAGES if page.is_relative_to(index.parent)} - {index} <= listed


def code_of(text: str) -> str:
    """What stands in code: fenced blocks, and spans between backquotes."""
    fenced = re.findall(r"^```.*?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join((*fenced, *re.findall(r"`([^`]+)`", prose)))
