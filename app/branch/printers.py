"""The printers in a branch file: ``[[printer]]``, once for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .events import ID
from .plan import ENCODINGS, PAPERS, PrinterPlan
from .toml_reader import ID_WORDS, Place, TomlReader, finite, words

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")


def printers(reader: TomlReader, raw: Mapping[str, Any]) -> dict[str, PrinterPlan]:
    """The printers by id, each with kiosks that no other has. Errors: ``BranchFileError``."""
    found: dict[str, PrinterPlan] = {}
    holders: dict[str | None, str] = {}
    for own, place in reader.tables(raw, "printer", (), "printer"):
        plan = _printer(reader, own, place, found)
        for kiosk in plan.kiosks or (None,):
            holder = holders.setdefault(kiosk, plan.id)
            if holder != plan.id:
                whose = f"kiosk {kiosk!r}" if kiosk else "every kiosk without a printer of its own"
                raise reader.fail(
                    place, "kiosks", f"{whose} is {holder}'s already; say whose this one prints."
                )
        found[plan.id] = plan
    return found


def _printer(
    reader: TomlReader, own: Mapping[str, Any], place: Place, found: Mapping[str, PrinterPlan]
) -> PrinterPlan:
    host = reader.value(
        own, place, "host", 'a name or an address, such as "192.168.1.50"',
        lambda v: isinstance(v, str) and bool(HOST.fullmatch(v)),
    )  # fmt: skip
    whole = "a whole number from 1 to 65535"
    port = reader.value(own, place, "port", whole, lambda v: type(v) is int and 0 < v < 65_536, 9100)
    width = reader.value(
        own, place, "width", f"the paper's: {' or '.join(map(str, PAPERS))} (mm)",
        lambda v: finite(v) in PAPERS, 80,
    )  # fmt: skip
    encoding = reader.value(
        own, place, "encoding", f"one of {', '.join(ENCODINGS)}",
        lambda v: isinstance(v, str) and v in ENCODINGS, "gb18030",
    )  # fmt: skip
    font = reader.value(own, place, "font", "the path of a font file", words, None)
    if font is not None and encoding != "raster":
        raise reader.fail(place, "font", 'needs encoding = "raster"; the printer uses its own otherwise.')
    kiosks = reader.value(own, place, "kiosks", f"a list of kiosks, each {ID_WORDS}", _are_ids, ())
    asks = reader.flag(own, place, "asks", default=True)
    name = reader.id(own, place, found)
    return PrinterPlan(name, host, port, int(width), encoding, font, tuple(dict.fromkeys(kiosks)), asks)


def _are_ids(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and ID.fullmatch(one) for one in value)
