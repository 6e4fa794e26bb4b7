"""On which line of a TOML text each value stands; the standard library's reader does not say.

Expects a text that ``tomllib`` has read without complaint, so there is nothing to check here.
"""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_KEY = re.compile(r'[\w-]+|"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|\'\'\'(?:[^\']|\'(?!\'\'))*\'{3,5}|"(?:[^"\\]|\\.)*"|\'[^\']*\'',
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}\n#]+")


def lines(text: str) -> dict[Path, int]:
    """The line, counted from 1, of each key, table and array item, by its path from the top."""
    return _Scan(text).document()


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[Path, int] = {}
        self._repeated: dict[Path, int] = {}
        self._counted = (0, 1)

    def document(self) -> dict[Path, int]:
        table: Path = ()
        while self._next():
            if self._next() == "[":
                table = self._header()
            else:
                self._entry(table)
        return self._found

    def _next(self) -> str:
        """The next character that is neither space nor comment; empty at the end."""
        self._take(_SPACE)
        return self._text[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        taken = found[0] if found else self._text[self._at : self._at + 1]
        self._at += len(taken)
        return taken

    def _note(self, path: Path) -> None:
        at, line = self._counted
        self._counted = (self._at, line + self._text.count("\n", at, self._at))
        self._found.setdefault(path, self._counted[1])

    def _header(self) -> Path:
        repeats = self._text.startswith("[[", self._at)
        self._at += 2 if repeats else 1
        *above, last = self._keys()
        path: Path = ()
        for key in above:
            self._note((*path, key))
            path = self._inside((*path, key))
        path = (*path, last)
        if repeats:
            self._repeated[path] = self._repeated.get(path, -1) + 1
            self._note(path)
            path = self._inside(path)
        self._note(path)
        self._next()
        self._at += 2 if repeats else 1
        return path

    def _inside(self, path: Path) -> Path:
        """A table of which there are several is the last one so far."""
        return (*path, self._repeated[path]) if path in self._repeated else path

    def _keys(self) -> list[str]:
        keys = [self._key()]
        while self._next() == ".":
            self._at += 1
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._next()
        key = self._take(_KEY)
        return str(tomllib.loads(f"key = {key}")["key"]) if key[:1] in {'"', "'"} else key

    def _entry(self, table: Path) -> None:
        """A key, dotted or not, and its value."""
        self._next()
        path = table
        for key in self._keys():
            path = (*path, key)
            self._note(path)
        self._at += 1  # the equals sign
        self._value(path)

    def _value(self, path: Path) -> None:
        opened = self._next()
        self._note(path)
        if opened in {'"', "'"}:
            self._take(_STRING)
        elif opened in {"[", "{"}:
            self._items(path, "]" if opened == "[" else "}")
        else:
            self._take(_PLAIN)

    def _items(self, path: Path, closed: str) -> None:
        self._at += 1
        count = 0
        while self._next() not in {closed, ""}:
            if closed == "]":
                self._value((*path, count))
                count += 1
            else:
                self._entry(path)
            if self._next() == ",":
                self._at += 1
        self._at += 1
