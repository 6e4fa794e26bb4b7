"""The studies that were kept: a folder each, whole or not there, in the service's data folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

__all__ = ["VERSION", "Kept", "Shelf"]

VERSION = 2
"""Of a study as plain data: what an older program kept can be told from what this one does."""

_STUDY = "study.json"
_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A study's entry in the list: `name` as asked, `made_at` in epoch seconds."""

    id: str
    name: str
    made_at: float


class Shelf:
    """Keeps studies as files, by branch and id. One process writes to it: the one that has the journal."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for draft in folder.glob(".draft-*"):  # of a process that was killed
            shutil.rmtree(draft, ignore_errors=True)

    @contextmanager
    def draft(self, name: str, files: Mapping[str, str]) -> Iterator[Path]:
        """A folder with these files, which is gone afterwards, unless `keep` has put it on the shelf."""
        path = self._folder / f".draft-{name}"
        path.mkdir(parents=True)
        try:
            for file, text in files.items():
                (path / file).write_text(text, "utf-8")
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def keep(self, branch: str, draft: Path, plain: Mapping[str, Any]) -> None:
        """Put a study and the files of its draft on the shelf, all at once."""
        (draft / _STUDY).write_bytes(orjson.dumps(plain))
        place = self._place(branch, plain["id"])
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.rename(place)

    def list(self, branch: str) -> list[Kept]:
        """Return what is kept for a branch, latest first."""
        found = []
        for path in self._of(branch).glob("*/" + _STUDY):
            plain = orjson.loads(path.read_bytes())
            found.append(Kept(plain["id"], plain["name"], plain["made_at"]))
        return sorted(found, key=lambda one: one.made_at, reverse=True)

    def read(self, branch: str, name: str) -> dict[str, Any] | None:
        """Return one; None if there is none, or of a version that this program does not know."""
        if not _ID.fullmatch(name):
            return None
        try:
            plain: dict[str, Any] = orjson.loads((self._place(branch, name) / _STUDY).read_bytes())
        except FileNotFoundError:
            return None
        version = plain["study"]["version"]
        if version < 2:
            _say_of_what(plain["study"])
        return plain if version <= VERSION else None

    def file(self, branch: str, name: str, file: str) -> str:
        """Return one of its files, as it was run."""
        return (self._place(branch, name) / file).read_text("utf-8")

    def remove(self, branch: str, name: str) -> bool:
        """Remove one; whether it was there."""
        if not _ID.fullmatch(name) or not self._place(branch, name).exists():
            return False
        gone = self._folder / f".draft-gone-{name}"
        self._place(branch, name).rename(gone)  # whole or not there
        shutil.rmtree(gone, ignore_errors=True)
        return True

    def _of(self, branch: str) -> Path:
        return self._folder / f"of-{branch}"  # an id may be "..", a folder's name may not

    def _place(self, branch: str, name: str) -> Path:
        return self._of(branch) / name


def _say_of_what(study: Mapping[str, Any]) -> None:
    """A study of the first version told half-hours from businesses by their keys alone."""
    for one in study.get("differences", ()):
        one["of"] = "half-hour" if one["key"].isdigit() else "business" if one["key"] else "all"
