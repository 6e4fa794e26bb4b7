"""One minute of the day that ``make soak`` watches."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.soak import MOST_GROWTH, early_and_late, soak

pytestmark = pytest.mark.browser


def test_pages_left_open_do_not_grow(browser: Browser) -> None:
    for held in soak(browser, minutes=1.0):
        assert held.changes > 20, f"{held.page} showed nothing new"
        assert held.heap_growth() < MOST_GROWTH, (held.page, held.heap_bytes)
        early, late = early_and_late(held.listeners)
        assert late <= 2 * early, (held.page, held.listeners)
