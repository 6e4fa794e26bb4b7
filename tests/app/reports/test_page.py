from __future__ import annotations

from pathlib import Path

import pytest

from app.reports.page import PAGE, render, whole_folder


def test_a_folder_is_there_when_all_went_well(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "report"
    with whole_folder(folder) as draft:
        (draft / PAGE).write_text("one")
        assert not folder.exists()
    assert (folder / PAGE).read_text() == "one"
    assert [path.name for path in folder.parent.iterdir()] == ["report"]


def test_what_fails_leaves_nothing_and_what_was_there_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "report"

    def fail() -> None:
        with whole_folder(folder) as draft:
            (draft / PAGE).write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []
    folder.mkdir()
    (folder / PAGE).write_text("old")
    (folder / "mine.txt").write_text("kept")
    with pytest.raises(KeyboardInterrupt):
        fail()
    assert (folder / PAGE).read_text() == "old"
    with whole_folder(folder) as draft:
        (draft / PAGE).write_text("new")
    assert ((folder / PAGE).read_text(), (folder / "mine.txt").read_text()) == ("new", "kept")


def test_a_page_extends_the_common_one(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text("{% extends 'base.html' %}{% block title %}{{ name | loud }}{% endblock %}")
    page = render(template, {"loud": str.upper}, name="a < b")
    assert "<title>A &lt; B</title>" in page
