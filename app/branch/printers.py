"""The printers in a branch file: ``[[printer]]``, once for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .events import ID
from .plan import ENCODINGS, PAPERS, PrinterPlan
from .toml_reader import ID_WORDS, Place, TomlReader, words


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
    name, host = reader.id(own, place, found), reader.host(own, place)
    port = reader.whole(own, place, "port", 1, 65_535, 9100)
    width = reader.one_of(own, place, "width", PAPERS, 80)
    encoding = reader.one_of(own, place, "encoding", ENCODINGS, "gb18030")
    font = reader.value(own, place, "font", "the path of a font file", words, None)
    if font is not None and encoding != "raster":
        raise reader.fail(place, "font", 'needs encoding = "raster"; the printer uses its own otherwise.')
    kiosks = reader.value(own, place, "kiosks", f"a list of kiosks, each {ID_WORDS}", _are_ids, ())
    asks = reader.flag(own, place, "asks", default=True)
    return PrinterPlan(name, host, port, width, encoding, font, tuple(dict.fromkeys(kiosks)), asks)


def _are_ids(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and ID.fullmatch(one) for one in value)
