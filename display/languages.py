"""Which languages there are: one folder each, and nothing else to be told.

A folder in ``locale/`` is a language where it has a ``language.toml``: ``name`` (in itself), and if it likes
``nearest`` (whom its readers understand next best) and ``order`` (its place in lists). The sentences are in
``LC_MESSAGES/lobby.po`` and ``pages.po``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
ABOUT = "language.toml"
LAST = 100


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its BCP 47 code, its name in itself, and whom its readers understand next best."""

    code: str
    name: str
    nearest: tuple[str, ...]
    order: float


def languages(folder: Path) -> dict[str, Language]:
    """The languages in a folder, in their order, by code. Errors: ``ValueError`` naming the file."""
    found = sorted(_languages(folder), key=lambda one: (one.order, one.code))
    return {one.code: one for one in found}


def catalogue(code: str, domain: str) -> Path | None:
    """The file of a language's sentences of one domain; None where there is none."""
    name = code.replace("-", "_")
    path = LOCALE / name / "LC_MESSAGES" / f"{domain}.po"
    return path if path.is_file() else None


def _languages(folder: Path) -> Iterator[Language]:
    for path in sorted(folder.glob(f"*/{ABOUT}")):
        try:
            about = tomllib.loads(path.read_text("utf-8"))
            nearest = tuple(str(one) for one in about.get("nearest", ("en",)))
            code = path.parent.name.replace("_", "-")
            yield Language(code, str(about["name"]), nearest, float(about.get("order", LAST)))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f'{path}: {error!r}; it needs name = "…"') from None


LANGUAGES: Mapping[str, Language] = languages(LOCALE)
"""Those that this program speaks."""
