from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display import charts


@given(st.floats(0.0, 1e6))
def test_ticks_are_round_few_and_reach_far_enough(most: float) -> None:
    found = charts.ticks(most)
    assert found[0] == 0.0
    assert found[-1] >= most
    assert 2 <= len(found) <= 8
    if len(found) > 2:
        assert found[-2] < most


def test_a_half_hour_without_anybody_is_a_gap_in_line_and_band() -> None:
    rows = [(0.0, 1.0, 2.0), (1.0, 2.0, 4.0), (None, None, None), (0.0, 5.0, 10.0)]
    chart = charts.curves([32400.0 + 1800.0 * number for number in range(4)], 1800.0, [rows])
    (line,) = chart.lines
    assert line.line.count("M") == line.band.count("M") == line.band.count("Z") == 2
    assert [tick.text for tick in chart.x] == ["09:00", "10:00"]
    assert chart.y[-1].text == "10"
    assert chart.y[-1].at == charts.TOP
    heights = [float(part) for part in re.findall(r",([\d.]+)", line.line)]
    assert heights == sorted(heights, reverse=True)
    assert all(charts.TOP <= one <= chart.bottom for one in heights)


def test_a_past_day_is_inside_what_was_simulated_or_not() -> None:
    days = [
        {"happened": 3.0, "simulated": 3.5, "low": 2.0, "high": 5.0},
        {"happened": 9.0, "simulated": 3.5, "low": 2.0, "high": 5.0},
    ]
    chart, spans = charts.spans(days, ["11-19", "11-20"])
    assert [one.is_inside for one in spans] == [True, False]
    assert spans[0].high < spans[0].mean < spans[0].low <= chart.bottom
    assert spans[1].happened < spans[1].high


def test_boxes_keep_to_the_hours_that_are_drawn() -> None:
    hours = [(0.0, 36000.0), (39600.0, 90000.0), (90000.0, 95000.0)]
    assert charts.boxes(hours, 32400.0, 43200.0, 90.0) == [(0.0, 30.0), (60.0, 30.0)]


@pytest.mark.parametrize(("share", "shade"), [(None, 0), (0.0, 0), (0.01, 1), (0.5, 6), (0.9, 8), (1.0, 8)])
def test_more_waiting_is_darker(share: float | None, shade: int) -> None:
    assert charts.heat(share) == shade


def test_a_day_may_go_past_midnight() -> None:
    assert charts.clock(25.5 * 3600.0) == "25:30"
