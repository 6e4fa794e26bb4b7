"""Black and white pictures for printers: a QR code, and a whole slip in a font of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import segno

from display.slip import Slip

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
)
"""Where systems keep a font with Chinese characters; the first one found is taken."""
CJK = {"zh-Hans": 2, "zh-Hant-TW": 3, "zh-Hant-HK": 4, "en": 2}
QUIET = 4
"""White modules around a QR code (ISO/IEC 18004)."""
CODE_PART = 0.62
"""Of the paper's width, at most: a phone reads the code easily, and the slip stays short."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in dots; ``width`` is a multiple of 8. ``bits``: row by row, 1 is black, left dot first."""

    width: int
    height: int
    bits: bytes


def code(link: str, dots: int) -> Picture:
    """A link's QR code in the middle of a line of so many dots."""
    matrix = segno.make(link, micro=False, error="m").matrix
    size = len(matrix) + 2 * QUIET
    scale = max(int(dots * CODE_PART) // size, 1)
    left = (dots - scale * size) // 2 + scale * QUIET
    rows = [_row(line, scale, left, dots) for line in matrix]
    blank = bytes(dots // 8) * QUIET * scale
    bits = blank + b"".join(row * scale for row in rows) + blank
    return Picture(dots, size * scale, bits)


def _row(modules: bytearray, scale: int, left: int, dots: int) -> bytes:
    written = "".join(("1" if module else "0") * scale for module in modules)
    return int(("0" * left + written).ljust(dots, "0"), 2).to_bytes(dots // 8, "big")


def page(slip: Slip, dots: int, font: str | None) -> Picture:
    """A whole slip. Errors: ``FileNotFoundError`` where there is no font."""
    from PIL import Image  # noqa: PLC0415 - only with the extra `print`

    small, middle = dots // 21, dots // 13
    large = min(dots // 3, int(dots * 1.5 / max(len(slip.number), 1)))
    face = font_file(font), _index(font_file(font), slip.language)
    square = code(slip.link, dots)
    rows = [
        *_texts(slip.branch, *face, small, dots),
        *_texts(slip.heading, *face, small, dots),
        *_texts(slip.number, *face, large, dots),
        *_texts(slip.business, *face, middle, dots),
        Image.new("1", (dots, small // 2), 1),
        *(row for text in slip.lines for row in _texts(text, *face, small, dots)),
        Image.frombytes("1", (dots, square.height), bytes(255 - byte for byte in square.bits)),
        *_texts(slip.follow, *face, small, dots),
        *_texts(slip.keep, *face, small, dots),
    ]
    whole = Image.new("1", (dots, sum(row.height for row in rows)), 1)
    top = 0
    for row in rows:
        whole.paste(row, (0, top))
        top += row.height
    return Picture(dots, whole.height, bytes(255 - byte for byte in whole.tobytes()))


def font_file(font: str | None) -> str:
    """The file of the font to draw with. Errors: ``FileNotFoundError``, naming where it was looked for."""
    found = next((one for one in ([font] if font else FONTS) if Path(one).is_file()), None)
    if found is None:
        raise FileNotFoundError(2, "no font with Chinese characters", font or ", ".join(FONTS))
    return found


def _index(path: str, language: str) -> int:
    """Which of a collection's fonts draws characters as a language does: Noto's begins with Japanese."""
    return CJK.get(language, 0) if "CJK" in path and path.endswith(".ttc") else 0


def _texts(text: str, path: str, index: int, size: int, dots: int) -> Iterator[Image]:
    """The lines of a text, each a picture of the whole width."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - as above

    font = _font(path, index, size)
    for line in _broken(text, font, dots):
        row = Image.new("1", (dots, int(size * 1.3)), 1)
        left = (dots - font.getlength(line)) / 2
        ImageDraw.Draw(row).text((left, int(size * 1.1)), line, 0, font, anchor="ls")
        yield row


def _broken(text: str, font: FreeTypeFont, dots: int) -> Iterator[str]:
    """The lines of a text, broken at the last blank that fits, else where the paper ends."""
    rest = text
    while rest:
        fits = next((n for n in range(len(rest), 1, -1) if font.getlength(rest[:n]) <= dots), 1)
        blank = rest.rfind(" ", 1, fits + 1) if fits < len(rest) else -1
        cut = blank if blank > fits // 2 else fits
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()


@lru_cache(maxsize=32)
def _font(path: str, index: int, size: int) -> FreeTypeFont:
    from PIL import ImageFont  # noqa: PLC0415 - as above

    return ImageFont.truetype(path, size, index)
