"""What a sign says: number first, then state, then minutes; whole or not at all; dark when closed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.catalogues import LANGUAGES
from display.cells import width
from display.signs.page import Grid, Page
from display.signs.saying import number_page, pages, trial_pages
from display.terms import step_public
from display.views import StepView, WindowState, WindowView
from tests.display.signs.windows import VIEWS, minutes, window

BOTH = ("zh-Hans", "en")
SERVING = window(range=minutes(15, 20))
GRIDS = st.builds(Grid, st.integers(1, 4), st.integers(4, 40))


def rows(
    view: WindowView, high: int, wide: int, languages: tuple[str, ...] = ("zh-Hans",)
) -> list[list[str]]:
    return [list(page.rows) for page in pages(view, languages, Grid(high, wide))]


@pytest.mark.parametrize(
    ("high", "wide", "shown"),
    [
        (2, 40, [["A012", "正在办理,预计还需 15-20 分钟"]]),
        (3, 16, [["A012", "正在办理,预计还", "需 15-20 分钟"]]),
        (2, 16, [["A012 正在办理", "15-20 分钟"]]),
        (1, 24, [["A012 正在办理 15-20 分钟"]]),
        (1, 22, [["A012 正在办理 15-20分"]]),
        (1, 14, [["A012 正在办理"], ["A012 15-20分"]]),
        (1, 8, [["A012"], ["正在办理"], ["15-20分"]]),
        (1, 6, [["A012"]]),
        (1, 3, []),
    ],
)
def test_a_service_on_boards_of_every_size(high: int, wide: int, shown: list[list[str]]) -> None:
    assert rows(SERVING, high, wide) == shown


def test_languages_take_turns_and_the_same_page_comes_once() -> None:
    assert rows(SERVING, 2, 20, BOTH) == [["A012 正在办理", "15-20 分钟"], ["A012 In service", "15-20 min"]]
    assert rows(SERVING, 1, 6, BOTH) == [["A012"]]


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("zh-Hans", ["A012 正在办理", "15-20 分钟"]),
        ("zh-Hant-TW", ["A012 辦理中", "15-20 分鐘"]),
        ("zh-Hant-HK", ["A012 正在辦理", "15-20 分鐘"]),
        ("en", ["A012 In service", "15-20 min"]),
    ],
)
def test_each_catalogue_speaks(language: str, shown: list[str]) -> None:
    assert rows(SERVING, 2, 20, (language,)) == [shown]


COPYING = StepView(
    "s", "photocopy", {}, step_public("photocopy", away=True), "teller", True, "", minutes(2, 4)
)
STATES = [
    (window(WindowState.CALLING), [["请 A012 号到 3", "号窗口办理"]], [["A012 正在叫号"]]),
    (window(WindowState.OPEN, None), [["现在可办理,请先", "取号"]], [["现在可办理"]]),
    (window(WindowState.OPEN, None, unattended=True), [["暂未叫号"]], [["暂未叫号"]]),
    (window(WindowState.WRAPPING_UP, None, range=minutes(2, 3)), [["后续处理中", "2-3 分钟"]], None),
    (window(WindowState.PAUSED, None, range=minutes(10, 15)), [["暂停叫号", "10-15 分钟"]], None),
    (window(WindowState.PAUSED, None, overdue=True), [["暂停叫号", "用时较长"]], None),
    (window(WindowState.PAUSED, None, reason="fault"), [["设备故障"]], [["设备故障"]]),
    (replace(SERVING, steps=(COPYING,)), [["A012 柜员暂离", "2-4 分钟"]], None),
    (replace(SERVING, out_of_touch=True), [["暂未更新"]], [["暂未更新"]]),
]


@pytest.mark.parametrize(("view", "two", "one"), STATES)
def test_every_state(view: WindowView, two: list[list[str]], one: list[list[str]] | None) -> None:
    assert rows(view, 2, 15) == two
    if one:
        assert rows(view, 1, 15) == one


@pytest.mark.parametrize(
    "view",
    [
        window(WindowState.CLOSED, None),
        window(WindowState.CLOSED, None, reason="back_office", reopens_at="2026-11-21T13:30:00+08:00"),
        window(WindowState.OPEN, None, closing=True),
        window(WindowState.WRAPPING_UP, None, closing=True, range=minutes(2, 3)),
    ],
)
def test_a_window_that_calls_nobody_else_is_dark(view: WindowView) -> None:
    assert pages(view, BOTH, Grid(2, 40)) == ()
    assert number_page(view, 4) == ()


def test_a_closing_window_still_says_what_it_does() -> None:
    assert rows(replace(SERVING, closing=True), 1, 24) == [["A012 正在办理 15-20 分钟"]]


@given(VIEWS, st.sampled_from([BOTH, ("zh-Hant-HK", "en"), LANGUAGES]), GRIDS)
def test_pages_fit_and_cut_nothing(view: WindowView, languages: tuple[str, ...], grid: Grid) -> None:
    found = pages(view, languages, grid)
    for page in found:
        assert 0 < len(page.rows) <= grid.rows
        assert all(width(row) <= grid.columns for row in page.rows)
    if view.out_of_touch:
        assert not any(view.number and view.number in row for page in found for row in page.rows)
    elif view.number and found and width(view.number) <= grid.columns:
        assert any(view.number in row for row in found[0].rows)
    if view.state is WindowState.CLOSED and not view.out_of_touch:
        assert found == ()


@pytest.mark.parametrize(
    ("number", "cells", "shown"),
    [("A012", 4, "A012"), ("A012", 3, "012"), ("A1234", 4, "1234"), ("A12345", 4, None), ("号7", 4, None)],
)
def test_a_board_of_digits_shows_whole_numbers(number: str, cells: int, shown: str | None) -> None:
    assert number_page(window(number=number), cells) == ((Page((shown,)),) if shown else ())


def test_a_board_of_digits_is_dark_without_a_number_and_out_of_touch() -> None:
    assert number_page(window(WindowState.OPEN, None), 4) == ()
    assert number_page(window(out_of_touch=True), 4) == ()


@given(GRIDS, st.sampled_from(["3", "12345678"]))
def test_a_test_page_fits_too(grid: Grid, label: str) -> None:
    (page,) = trial_pages(label, grid)
    assert 0 < len(page.rows) <= grid.rows
    assert all(width(row) <= grid.columns for row in page.rows)
