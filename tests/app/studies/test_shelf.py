from __future__ import annotations

from pathlib import Path

from app.studies.shelf import VERSION, Shelf

ONE, TWO = "0123456789ab", "abcdef012345"


def put(
    shelf: Shelf,
    name: str,
    made_at: float,
    version: int = VERSION,
    branch: str = "main",
    **more: object,
) -> None:
    study = {"version": version, **more}
    with shelf.draft(name, {"scenario.toml": f'name = "{name}"\n'}) as folder:
        shelf.keep(branch, folder, {"id": name, "name": name, "made_at": made_at, "study": study})


def test_what_is_kept_is_listed_read_and_removed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "studies")
    put(shelf, ONE, 1.0)
    put(shelf, TWO, 2.0)
    put(shelf, "ba9876543210", 3.0, branch="..")
    assert [one.id for one in Shelf(tmp_path / "studies").list("main")] == [TWO, ONE]
    read = shelf.read("main", ONE)
    assert read is not None
    assert read["name"] == ONE
    assert shelf.file("main", ONE, "scenario.toml") == f'name = "{ONE}"\n'
    assert shelf.remove("main", ONE)
    assert not shelf.remove("main", ONE)
    assert shelf.read("main", ONE) is None
    assert {path.name for path in (tmp_path / "studies").iterdir()} == {"of-main", "of-.."}


def test_a_draft_that_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with shelf.draft(ONE, {"a": "b"}) as folder:
        assert (folder / "a").read_text() == "b"
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / f".draft-{ONE}").mkdir()
    (tmp_path / f".draft-{ONE}" / "study.json").write_text("{}")
    assert Shelf(tmp_path).list("main") == []
    assert list(tmp_path.iterdir()) == []


def test_a_newer_program_s_study_and_a_name_that_is_none_are_not_read(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    put(shelf, ONE, 1.0, version=VERSION + 1)
    assert shelf.read("main", ONE) is None
    assert shelf.read("main", "../of-main") is None
    assert not shelf.remove("main", "..")


def test_a_study_of_the_first_version_says_of_what_its_differences_are(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    put(shelf, ONE, 1.0, version=1, differences=[{"key": key} for key in ("", "personal", "3")])
    read = shelf.read("main", ONE)
    assert read is not None
    assert [one["of"] for one in read["study"]["differences"]] == ["all", "business", "half-hour"]
