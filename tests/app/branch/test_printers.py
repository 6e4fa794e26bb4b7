"""Printers in the branch file."""

import pytest

from app.branch.branch_file import BranchFileError, PrinterPlan, parse

from .branches import BRANCH, TEXT

PRINTER = '\n[[printer]]\nid = "{}"\nhost = "{}"\n'


def test_what_the_file_says_is_what_the_printers_are() -> None:
    text = (
        TEXT
        + PRINTER.format("a", "192.168.1.50")
        + PRINTER.format("b", "fe80::1")
        + (
            'port = 9101\nwidth = 58\nencoding = "raster"\nfont = "/f.ttc"\n'
            'kiosks = ["west", "west"]\nasks = false\n'
        )
    )
    branch = parse(text)
    assert branch.printers == {
        "a": PrinterPlan("a", "192.168.1.50"),
        "b": PrinterPlan("b", "fe80::1", 9101, 58, "raster", "/f.ttc", ("west",), asks=False),
    }
    assert branch.printer("west") == branch.printers["b"]
    assert branch.printer("kiosk") == branch.printers["a"]
    assert BRANCH.printer("kiosk") is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("port = 0", "port: 0 should be a whole number from 1 to 65535"),
        ("port = 80.5", "port: 80.5 should be a whole number"),
        ("port = true", "port: True should be a whole number"),
        ("width = 70", "width: 70 should be one of 58, 80"),
        ('encoding = "gbk"', "encoding: .*gbk.* should be one of gb18030, raster"),
        ('encoding = ["raster"]', "encoding: .* should be one of gb18030, raster"),
        ('font = "/f.ttc"', 'font: needs encoding = "raster"'),
        ('kiosks = "west"', "kiosks: .*west.* should be a list of kiosks"),
        ('kiosks = ["a b"]', "kiosks: .* should be a list of kiosks"),
        ('asks = "no"', "asks: .*no.* should be true or false"),
        ('paper = "thin"', "paper: is not known here; known: id, host, port"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_line(line: str, message: str) -> None:
    text = TEXT + PRINTER.format("a", "printer.local") + line + "\n"
    with pytest.raises(BranchFileError, match=message) as refused:
        parse(text)
    assert refused.value.line == len(text.splitlines())


@pytest.mark.parametrize("host", ["", "a b", "http://x", "x:9100/", "-x"])
def test_a_host_is_a_name_or_an_address(host: str) -> None:
    with pytest.raises(BranchFileError, match=r"host: .* should be a name or an address"):
        parse(TEXT + PRINTER.format("a", host))


def test_a_kiosk_has_one_printer() -> None:
    two = PRINTER.format("a", "x") + 'kiosks = ["west"]' + PRINTER.format("b", "y")
    with pytest.raises(BranchFileError, match="kiosk 'west' is a's already"):
        parse(TEXT + two + 'kiosks = ["east", "west"]\n')
    with pytest.raises(BranchFileError, match="every kiosk without a printer of its own is a's already"):
        parse(TEXT + PRINTER.format("a", "x") + PRINTER.format("b", "y"))
    with pytest.raises(BranchFileError, match="'a' is used twice"):
        parse(TEXT + two.replace('"b"', '"a"') + 'kiosks = ["east"]\n')
