import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.branch.toml_lines import Path, lines

from .branches import TEXT

STYLES = """\
# a comment with a [header] in it
title = "a # no comment [x]"

["quoted header"]
'single' = 1   # comment
"with \\" quote" = '''
[not.a.header]
key = "no key"'''
dotted.key.path = { inline = [1, 2, { deep = "x" }], other = "}" }

[[ items ]]
name = \"\"\"
two
lines"\"\"\"
list = [
    "one", # first ]
    [2, 3],
]

[items.inner]
a = 1979-05-27 07:32:00
[[items.parts]]
b = 0x1F

[[items]]
[[items.parts]]
c = inf
[[items.parts]]
d = true
[x.y.z]
"""
WHERE: dict[Path, int] = {
    ("title",): 2,
    ("quoted header",): 4,
    ("quoted header", "single"): 5,
    ("quoted header", 'with " quote'): 6,
    ("quoted header", "dotted", "key"): 9,
    ("quoted header", "dotted", "key", "path", "inline", 2, "deep"): 9,
    ("items", 0): 11,
    ("items", 0, "name"): 12,
    ("items", 0, "list"): 15,
    ("items", 0, "list", 0): 16,
    ("items", 0, "list", 1, 1): 17,
    ("items", 0, "inner", "a"): 21,
    ("items", 0, "parts", 0, "b"): 23,
    ("items", 1): 25,
    ("items", 1, "parts", 0, "c"): 27,
    ("items", 1, "parts", 1): 28,
    ("x", "y"): 30,
    ("x", "y", "z"): 30,
}


def paths(value: Any, above: Path = ()) -> set[Path]:  # noqa: ANN401
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    found = {(*above, key) for key, _ in items}
    return found.union(*(paths(item, (*above, key)) for key, item in items))


@pytest.mark.parametrize("text", [STYLES, TEXT, ""])
def test_every_value_has_a_line_and_nothing_else_has(text: str) -> None:
    assert lines(text).keys() == paths(tomllib.loads(text))


def test_the_line_is_where_it_is_written() -> None:
    found = lines(STYLES)
    assert {path: found[path] for path in WHERE} == WHERE


PIECES = st.sampled_from(['"', "\n", "#", "[", "]", "{", "'", '"""', ".", "=", ","])


@given(st.lists(st.tuples(st.integers(0, 3_000), PIECES), max_size=4))
def test_where_the_standard_library_can_read_it_so_can_we(edits: list[tuple[int, str]]) -> None:
    text = STYLES + TEXT
    for place, piece in edits:
        at = place % len(text)
        text = text[:at] + piece + text[at:]
    try:
        raw = tomllib.loads(text)
    except ValueError:
        return
    assert lines(text).keys() == paths(raw)
