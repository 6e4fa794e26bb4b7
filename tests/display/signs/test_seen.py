"""What a sign reads off the wire is the view that the screens get."""

from __future__ import annotations

from dataclasses import replace

import orjson
from hypothesis import given

from display.render import to_plain
from display.signs.seen import window_view
from display.views import WindowView
from tests.display.signs.windows import VIEWS


@given(VIEWS)
def test_the_view_comes_back_without_the_names_of_steps(view: WindowView) -> None:
    wire = orjson.loads(orjson.dumps(to_plain(view, ["zh-Hans", "en"])))
    public = tuple(replace(step, names={}) for step in view.steps if step.public)
    assert window_view(wire) == replace(view, steps=public)
