"""Signs in the branch file: what they are, and what is wrong with them, by line and field."""

from __future__ import annotations

import pytest

from app.branch.branch_file import Branch, BranchFileError, parse
from app.branch.signs import COLOURS, ENCODINGS, KINDS, NUMERIC, SignPlan
from app.signs.codecs import codec_of
from display.signs.onbon import card, text

TOP = """[branch]
id = "b"
names = "B"
timezone = "Asia/Shanghai"
languages = ["zh-Hant-TW", "zh-Hans", "en"]

[[business]]
id = "personal"
prefix = "A"
names = "P"
minutes = [2, 6, 16]

[[window]]
id = "1"
businesses = ["personal"]
"""
ONBON = '{ kind = "onbon-5k", host = "10.0.0.5", width = 128, height = 32 }'


def branch(*signs: str) -> Branch:
    return parse(f"{TOP}signs = [\n{''.join(f'  {sign},{chr(10)}' for sign in signs)}]\n")


def test_a_card_and_what_is_left_out() -> None:
    (plan,) = branch(ONBON).windows["1"].signs
    assert plan == SignPlan(
        "onbon-5k", "10.0.0.5", 5005, width=128, height=32, languages=("zh-Hant-TW", "zh-Hans", "en")
    )
    assert str(plan) == "onbon-5k 10.0.0.5:5005/1"


def test_everything_said() -> None:
    (plan,) = (
        branch(
            '{ kind = "onbon-6k", host = "sign-1.branch", port = 5006, address = 7, width = 192, height = 64,'
            ' x = 64, y = 32, area = 2, font = 32, library = 3, colour = "green", encoding = "gb2312",'
            ' languages = ["en"], page_s = 6.5, timeout_s = 60 }'
        )
        .windows["1"]
        .signs
    )
    assert plan == SignPlan(
        "onbon-6k", "sign-1.branch", 5006, 7, width=192, height=64, x=64, y=32, area=2, font=32, library=3,
        colour="green", encoding="gb2312", languages=("en",), page_s=6.5, timeout_s=60,
    )  # fmt: skip


def test_boards_of_digits_share_a_line() -> None:
    one, other = (
        branch(
            '{ kind = "numeric", host = "10.0.0.9", port = 8899 }',
            '{ kind = "numeric", host = "10.0.0.9", port = 8899, address = 2, digits = 6 }',
        )
        .windows["1"]
        .signs
    )
    assert one.line == other.line
    assert (one.address, one.digits, other.address, other.digits) == (1, 4, 2, 6)


def test_each_table_of_its_own_and_no_signs_at_all() -> None:
    text_of = TOP + '\n[[window.signs]]\nkind = "numeric"\nhost = "h"\nport = 1\n'
    assert parse(text_of).windows["1"].signs == (SignPlan("numeric", "h", 1),)
    assert parse(TOP).windows["1"].signs == ()


def changed(old: str, new: str) -> tuple[str, ...]:
    assert old in ONBON
    return (ONBON.replace(old, new),)


WIDTH = "width = 128"
DIGITS = '{ kind = "numeric", host = "10.0.0.5", port = 5005 }'


@pytest.mark.parametrize(
    ("signs", "line", "field", "right"),
    [
        (changed("onbon-5k", "onbon"), 17, "kind", "'onbon' should be one of onbon-5k, onbon-6k, numeric"),
        (changed('kind = "onbon-5k", ', ""), 17, "kind", "is missing"),
        (changed('"10.0.0.5"', '"10.0.0.5/24"'), 17, "host", "a name or an address"),
        (changed('"10.0.0.5"', "5"), 17, "host", "a name or an address"),
        (changed(WIDTH, "width = 100"), 17, "width", "from 16 to 2048, a multiple of 8"),
        (changed(WIDTH, "width = 128.0"), 17, "width", "a multiple of 8"),
        (changed(WIDTH, "widht = 128"), 17, "widht", "is not known here; known: kind, host"),
        (changed(WIDTH + ", ", ""), 17, "width", "is missing"),
        (changed("height = 32", "height = 8"), 17, "height", "from 16 to 1024"),
        (changed(WIDTH, WIDTH + ", font = 12"), 17, "font", "one of 16, 24, 32"),
        (changed(WIDTH, WIDTH + ", font = true"), 17, "font", "one of 16, 24, 32"),
        (changed(WIDTH, WIDTH + ', colour = "blue"'), 17, "colour", "one of red, green, yellow"),
        (changed(WIDTH, WIDTH + ', encoding = "gb2312"'), 17, "encoding", "no characters of zh-Hant-TW"),
        (changed(WIDTH, WIDTH + ', languages = ["zh-Hant-HK"]'), 17, "languages", "a list of en, zh-Hans"),
        (
            changed(WIDTH, WIDTH + ", languages = []"),
            17,
            "languages",
            "at least one of the branch's",
        ),
        (changed(WIDTH, WIDTH + ", page_s = 2"), 17, "page_s", "from 4 to 60"),
        (changed(WIDTH, WIDTH + ", timeout_s = 5"), 17, "timeout_s", "from 15 to 600"),
        (changed(WIDTH, WIDTH + ", port = 0"), 17, "port", "from 1 to 65535"),
        (changed(WIDTH, WIDTH + ", digits = 4"), 17, "digits", "is not known here"),
        ((DIGITS.replace(", port = 5005", ""),), 17, "port", "is missing"),
        ((DIGITS.replace("port", "width = 8, port"),), 17, "width", "known: kind, host, port, address"),
        ((ONBON, ONBON), 18, "area", "used twice"),
        ((DIGITS, DIGITS), 18, "address", "1 at 10.0.0.5:5005 is used twice"),
        ((ONBON, DIGITS), 18, "kind", "has onbon-5k boards already"),
    ],
)
def test_what_is_wrong_names_line_field_and_what_would_be_right(
    signs: tuple[str, ...], line: int, field: str, right: str
) -> None:
    with pytest.raises(BranchFileError) as caught:
        branch(*signs)
    assert caught.value.line == line
    assert caught.value.field == f"[[window.signs]] #{line - 16} {field}"
    assert right in str(caught.value)


def test_a_place_is_taken_whichever_window_has_it() -> None:
    signs = f"signs = [{ONBON}]\n"
    second = '\n[[window]]\nid = "2"\nbusinesses = ["personal"]\n'
    with pytest.raises(BranchFileError, match="used twice"):
        parse(TOP + signs + second + signs)
    assert parse(TOP + signs + second + signs.replace("width", "area = 1, x = 128, width")).windows["2"].signs


@pytest.mark.parametrize("wrong", ["signs = 5", 'signs = ["x"]', "signs = { kind = 1 }"])
def test_signs_are_a_list_of_tables(wrong: str) -> None:
    with pytest.raises(BranchFileError, match="a list of tables"):
        parse(TOP + wrong)


def test_the_file_and_the_codecs_know_the_same() -> None:
    assert (ENCODINGS, COLOURS) == (text.ENCODINGS, card.COLOURS)
    for kind in KINDS:
        codec = codec_of(SignPlan(kind, "h", 1))
        assert codec.digits_only is (kind == NUMERIC)
        assert codec.experimental
    assert isinstance(codec_of(SignPlan("onbon-6k", "h", 1)), card.Card)
