"""The pure half of the pages' script, in the browser that runs it."""

# The fixtures' types are in conftest, which tests cannot import; scenes read better as tables.
# ruff: noqa: ANN401, E501

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def model(lobby: Any, scenes: Any) -> Any:
    lobby.open("window", scenes.message(scenes.window()))
    return lobby.model


def test_the_newest_is_by_seq_then_view_number_and_another_epoch_is_later(model: Any) -> None:
    order = model(
        """(() => { const p = new m.Picture(null, 0); p.join();
        const give = (epoch, seq, view_no) => p.receive({kind: 'view', epoch, seq, view_no, as_of: 'x' + seq, view: {}}, 0);
        return [give(1, 5, 9), give(1, 5, 8), give(1, 5, 9), give(1, 4, 99), give(1, 6, 1), give('b', 1, 1), give('b', 0, 9)]; })()"""
    )
    assert order == [True, False, False, False, True, True, False]


def test_a_restarted_service_may_count_its_views_from_the_beginning(model: Any) -> None:
    seen = model(
        """(() => { const p = new m.Picture({kind: 'view', epoch: 1, seq: 5, view_no: 400, as_of: 'a', view: {}}, 0);
        p.join();
        const rejoined = p.receive({kind: 'view', epoch: 1, seq: 5, view_no: 1, as_of: 'b', view: {new: 1}}, 0);
        const late = p.receive({kind: 'view', epoch: 1, seq: 5, view_no: 0, as_of: 'c', view: {old: 1}}, 0);
        return [rejoined, late, p.view]; })()"""
    )
    assert seen == [True, False, {"new": 1}]


def test_silence_is_said_after_15_s_and_minutes_go_after_90_s(model: Any) -> None:
    healths = model(
        """(() => { const p = new m.Picture({kind: 'view', epoch: 1, seq: 1, view_no: 1, as_of: 'a', view: {}}, 1000);
        const before = [0, 14999, 15000, 89999, 90000].map((ms) => p.health(1000 + ms));
        p.receive({kind: 'pulse', as_of: 'b'}, 95000);
        return [...before, p.health(95000), p.health(110000), new m.Picture(null, 0).health(0)]; })()"""
    )
    assert healths == ["ok", "ok", "silent", "silent", "withdrawn", "ok", "silent", "silent"]


def test_being_greeted_with_an_old_picture_is_no_sign_of_life(model: Any) -> None:
    healths = model(
        """(() => { const first = {kind: 'view', epoch: 1, seq: 1, view_no: 1, as_of: 'a', view: {}};
        const p = new m.Picture(first, 0); p.join(); p.receive(first, 20000);
        const stale = p.health(20000); p.receive({...first, as_of: 'b', view_no: 2}, 21000);
        return [stale, p.health(21000)]; })()"""
    )
    assert healths == ["silent", "ok"]


def test_a_call_is_news_once(model: Any) -> None:
    fresh = model(
        """(() => { const calls = new m.Calls(); const c = (call, calling) => ({call, calling});
        return [[c('a', true), c('b', false)], [c('a', true), c('b', true)], [c('d', true), c('a', true)]]
          .map((seen) => calls.fresh(seen).map(({call}) => call)); })()"""
    )
    assert fresh == [["a"], [], ["d"]]


def test_reconnecting_has_full_jitter_from_one_to_ten_seconds(model: Any) -> None:
    assert model("[m.reconnectDelay(0), m.reconnectDelay(1), m.reconnectDelay(0, 3)]") == [500, 7000, 3500]


def test_words_in_the_nearest_language(model: Any) -> None:
    text = "{'zh-Hans': '简', 'zh-Hant-HK': '港', en: ''}"
    assert model(f"['zh-Hans', 'zh-Hant-TW', 'en', 'fr'].map((l) => m.pick({text}, l))") == [
        "简",
        "港",
        "简",
        "简",
    ]
    assert model("[m.pick(undefined, 'en'), m.pick({}, 'en'), m.pick({en: null}, 'en')]") == ["", "", ""]


def test_times_stay_on_the_branch_s_clock(model: Any) -> None:
    assert model("m.clockTime('2026-11-21T23:59:01+08:00')") == "23:59"
    assert model("m.later('2026-11-21T23:50:00+08:00', 20)") == "2026-11-22T00:10:00+08:00"
    assert model("m.later('2026-11-21T10:00:00-03:30', 30)") == "2026-11-21T10:30:00-03:30"
    assert model("m.later('2026-11-21T10:00:00Z', 5)") == "2026-11-21T10:05:00Z"
    assert model("m.nextAt('2026-11-21T10:00:00+08:00', '13:30')") == "2026-11-21T13:30:00+08:00"
    assert model("m.nextAt('2026-11-21T14:00:00+08:00', '09:00')") == "2026-11-22T09:00:00+08:00"


def test_a_range_is_never_a_bare_number(model: Any) -> None:
    words = "{about: '{low}–{high} min', within: 'within {high} min'}"
    assert model(f"m.rangeText({{low_s: 600, high_s: 900}}, {words})") == "10–15 min"
    assert model(f"m.rangeText({{low_s: 0, high_s: 180}}, {words})") == "within 3 min"
    assert model(f"m.rangeText({{low_s: 0, high_s: 900}}, {words})") == "within 15 min"
    assert model(f"m.rangeText({{low_s: 0, high_s: 4200}}, {words})") == "1–70 min"
    assert model(f"m.rangeText(undefined, {words})") == ""


@pytest.mark.parametrize(
    ("window", "look"),
    [
        ("{state: 'serving', out_of_touch: true}", "out_of_touch"),
        ("{state: 'closed', reason: 'back_office'}", "closed"),
        ("{state: 'closed', reason: 'fault'}", "fault"),
        ("{state: 'open', unattended: true}", "unattended"),
        ("{state: 'serving', steps: [{away: false}]}", "serving"),
        ("{state: 'serving', steps: [{away: false}, {away: true}]}", "away"),
        ("{state: 'wrapping_up'}", "wrapping_up"),
    ],
)
def test_what_a_window_looks_like(model: Any, window: str, look: str) -> None:
    assert model(f"m.lookOf({window})") == look


@pytest.mark.parametrize(
    ("window", "face"),
    [
        ("{state: 'closed', reason: 'back_office'}", "back_office"),
        ("{state: 'closed', reason: 'closed'}", "closed"),
        ("{state: 'closed', reason: 'back_office', out_of_touch: true}", "out_of_touch"),
    ],
)
def test_why_a_window_is_shut(model: Any, window: str, face: str) -> None:
    assert model(f"m.faceOf({window})") == face


@pytest.mark.parametrize(
    ("window", "late"),
    [
        ("{state: 'serving', overdue: true}", True),
        ("{state: 'serving', overdue: true, steps: [{away: true}]}", True),
        ("{state: 'paused', overdue: true}", True),
        ("{state: 'wrapping_up', overdue: true}", True),
        ("{state: 'serving', overdue: false}", False),
        ("{state: 'closed', overdue: true}", False),
        ("{state: 'serving', overdue: true, out_of_touch: true}", False),
    ],
)
def test_who_takes_longer_than_told(model: Any, window: str, late: bool) -> None:
    assert model(f"m.isLate({window})") is late
