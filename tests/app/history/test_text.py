import codecs

import pytest

from app.history import COLUMNS, HistoryError
from app.history.text import decode, read_text

HEADER = ",".join(COLUMNS) + ",备注"
ROWS = (
    "a,cash,,1,,2026-01-05T09:00:00,,,,,,abandoned,老年客户\r\n"
    "b,cash,,1,,2026-01-05T09:01:00,,,,,,abandoned,无\r\n"
)
TEXT = HEADER + "\r\n" + ROWS


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "UTF-8 with a byte order mark"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "UTF-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("gb18030"), "GB18030"),
        (TEXT.encode("gbk"), "GB18030"),
    ],
)
def test_every_encoding_gives_the_same_rows(data: bytes, encoding: str) -> None:
    table = read_text(data)
    assert table.source == f"CSV, {encoding}, separated by ','"
    assert table.columns == (*COLUMNS, "备注")
    assert [(row.line, row.cells[0], row.cells[-1]) for row in table.rows] == [
        (2, "a", "老年客户"),
        (3, "b", "无"),
    ]


@pytest.mark.parametrize(("separator", "name"), [(",", "','"), (";", "';'"), ("\t", "tab")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(separator: str, name: str, end: str) -> None:
    text = TEXT.replace(",", separator).replace("\r\n", end)
    table = read_text(text.encode())
    assert table.source.endswith(name)
    assert [row.line for row in table.rows] == [2, 3]
    assert table.rows[0].cells[:2] == ["a", "cash"]


def test_the_separator_is_the_one_that_finds_the_columns() -> None:
    text = ";".join(COLUMNS) + ";note,with,many,commas,in,it,and,more,and,more,of,them\n" + "a" + ";" * 12
    assert read_text(text.encode()).source.endswith("';'")


def test_quotes_hints_blank_lines_and_lines_that_span() -> None:
    quoted = '\n"sep=,"\n\n' + ",".join(f'"{name.upper()}"' for name in COLUMNS) + ",note\n\n"
    text = quoted + '"a",cash,,,,,,,,,,x,"one, ""two""\nthree"\n,,,,\nb,cash,,,,,,,,,,x,\n'
    table = read_text(text.encode())
    assert table.columns == (*COLUMNS, "note")
    assert [(row.line, row.cells[0], row.cells[-1]) for row in table.rows] == [
        (6, "a", 'one, "two"\nthree'),
        (9, "b", ""),
    ]


def test_a_quote_never_closed_is_not_swallowed() -> None:
    text = TEXT + 'c,cash,"oops\nd,cash\n'
    with pytest.raises(
        HistoryError, match=r"the row from line 4 on cannot be read as CSV, UTF-8.*: unexpected end"
    ):
        read_text(text.encode())


def test_missing_columns_are_named_with_what_was_found() -> None:
    with pytest.raises(HistoryError) as error:
        read_text("号码;ticket;outcome\n1;2;3\n".encode("gbk"))
    message = str(error.value)
    assert (
        "line 1 of the file (read as CSV, GB18030, separated by ';') lacks the columns business, priority"
        in message
    )
    assert "found: '号码', 'ticket', 'outcome'." in message


def test_a_column_twice() -> None:
    with pytest.raises(HistoryError, match="has the column ticket more than once"):
        read_text((",".join(COLUMNS) + ",Ticket\n").encode())


@pytest.mark.parametrize("data", [b"", b"\n\n", codecs.BOM_UTF8, b" \r\n,,,\r\n", b"sep=,\n"])
def test_empty(data: bytes) -> None:
    with pytest.raises(HistoryError, match="the file is empty"):
        read_text(data)


def test_a_header_alone_is_a_history_without_tickets() -> None:
    assert read_text(",".join(COLUMNS).encode()).rows == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (TEXT.encode() + b"c,\xff\xff\n", r"not UTF-8 or GB18030 text: byte 0xff on line 4 cannot be read"),
        (codecs.BOM_UTF8 + TEXT.encode() + b"\xc4,\n", r"byte order mark text: byte 0xc4 on line 4"),
        (
            codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le") + b"\x00\xdc\n\x00",
            "not UTF-16 text: byte 0x00 on line 4",
        ),
        (b"\x7fELF\x00\x00\x00\x01\x00\x02", "neither text, Excel nor Parquet"),
    ],
)
def test_what_is_not_text_says_where(data: bytes, reason: str) -> None:
    with pytest.raises(HistoryError, match=reason):
        decode(data)
