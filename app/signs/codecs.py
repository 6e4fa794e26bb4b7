"""From the branch file's words to the codec of a sign."""

from __future__ import annotations

from app.branch.signs import NUMERIC, SignPlan
from display.signs.codec import Codec
from display.signs.numeric import Numeric
from display.signs.onbon.card import Card


def codec_of(plan: SignPlan) -> Codec:
    """The codec of a sign."""
    if plan.kind == NUMERIC:
        return Numeric(plan.digits, plan.address)
    return Card(
        width=plan.width,
        height=plan.height,
        x=plan.x,
        y=plan.y,
        address=plan.address,
        area=plan.area,
        font=plan.font,
        library=plan.library,
        colour=plan.colour,
        encoding=plan.encoding,
        page_s=plan.page_s,
        timeout_s=plan.timeout_s,
        dynamic=plan.kind == "onbon-6k",
    )
