"""The pure half of a room's speaker, in the browser that runs it."""

# The fixtures' types are in conftest, which tests cannot import; scenes read better as tables.
# ruff: noqa: ANN401, E501

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.browser

SPELLING = {one: one for one in "AB0123"}
ZH = {"language": "zh-Hans", "calls": {"1": ["please", "{number}", "to", "1"]}, "spelling": SPELLING}
EN = {"language": "en", "calls": {"1": ["{number}", "window", "1"], "2": []}, "spelling": SPELLING}
CONFIG = {"speech": [ZH, EN], "forget_ms": 30_000, "now": "2026-11-22T10:00:00+08:00"}
START = f"""
const config = {json.dumps(CONFIG)};
const time = (s) => `2026-11-22T10:${{String(Math.floor(s / 60)).padStart(2, '0')}}:${{String(s % 60).padStart(2, '0')}}+08:00`;
const call = (id, s = 0, more = {{}}) => ({{call: String(id), number: `A${{id}}`, window: '1', at: time(s), calling: true, ...more}});
const line = new m.Announcements(config);
const all = (of, now = 0) => {{ const said = []; for (let n = of.next(now); n; n = of.next(now)) said.push(n.call.call + (n.spoken ? '' : ' passed')); return said; }};
"""


@pytest.fixture
def model(lobby: Any, scenes: Any) -> Any:
    lobby.open("window", scenes.message(scenes.window()))
    return lambda made: lobby.model(f"(() => {{ {START} {made} }})()", "voice-model")


def test_a_call_is_news_once_however_often_it_is_seen(model: Any) -> None:
    made = """const seen = [[call(1)], [call(2), call(1)], [call(2), call(1)]].map((calls) => line.hear(calls, time(1), 0));
      return [seen, line.waiting, all(line), line.hear([call(1)], time(2), 0), all(line)];"""
    assert model(made) == [[True, True, False], 2, ["1", "2"], False, []]


def test_calls_are_spoken_in_the_order_they_were_made(model: Any) -> None:
    assert model("line.hear([call(3), call(2), call(1)], time(1), 0); return all(line);") == ["1", "2", "3"]


def test_a_recall_is_spoken_again_and_in_place_of_one_that_still_stands_in_line(model: Any) -> None:
    made = """line.hear([call(1)], time(1), 0); const first = all(line);
      line.hear([call(2, 5, {number: 'A1', again: true})], time(5), 0);
      line.hear([call(3, 6, {number: 'A1', again: true})], time(6), 0); return [first, all(line)];"""
    assert model(made) == [["1"], ["2 passed", "3"]]


def test_what_a_page_finds_old_when_it_joins_is_not_spoken(model: Any) -> None:
    made = """const of = (now, asOf) => { const joined = new m.Announcements({...config, now: time(now)});
        joined.hear([call(1, 10)], time(asOf), 0); return all(joined); };
      return [of(40, 40), of(41, 41), of(70, 10), of(0, 70)];"""
    assert model(made) == [["1"], [], [], []]


def test_who_came_while_others_were_spoken_need_not_be_called_after_long(model: Any) -> None:
    made = """line.hear([call(1)], time(0), 0); line.hear([call(1, 0, {calling: false})], time(9), 0);
      const soon = all(line, 29999);
      line.hear([call(2)], time(0), 0); line.hear([call(2, 0, {calling: false})], time(9), 0);
      const late = all(line, 30000);
      line.hear([call(3)], time(0), 0); const called = all(line, 900000);
      line.hear([call(4)], time(0), 0); line.hear([], time(1), 0);
      return [soon, late, called, all(line, 1)];"""
    assert model(made) == [["1"], ["2 passed"], ["3"], ["4 passed"]]


def test_a_page_loaded_again_repeats_nothing_and_loses_nothing(model: Any) -> None:
    made = """line.hear([call(2), call(1)], time(0), 0); line.next(0);
      const kept = JSON.parse(JSON.stringify(line.toPlain()));
      const again = new m.Announcements({...config, now: time(300)}, kept);
      again.hear([call(2), call(1)], time(300), 0); return all(again);"""
    assert model(made) == ["2"]


@pytest.mark.parametrize(
    "memory", ["null", "undefined", "5", "[]", "{known: 5, awaited: {}}", "{known: [1, null]}"]
)
def test_a_spoilt_memory_is_no_memory(model: Any, memory: str) -> None:
    made = f"const spoilt = new m.Announcements(config, {memory}); spoilt.hear([call(1)], time(0), 0); return all(spoilt);"
    assert model(made) == ["1"]


def test_the_memory_stays_small(model: Any) -> None:
    made = """for (let id = 1; id <= 2000; id += 1) { line.hear([call(id)], time(0), 0); line.next(0); }
      return [line.toPlain().known.length, line.hear([call(2000)], time(0), 0)];"""
    assert model(made) == [400, False]


def test_each_language_twice_in_turn(model: Any) -> None:
    said = model("return m.utterances(call(12), config.speech);")
    assert [(one["round"], one["language"], one["chunks"]) for one in said] == [
        (number, language, chunks)
        for number in (1, 2)
        for language, chunks in (
            ("zh-Hans", ["please", "A", "1", "2", "to", "1"]),
            ("en", ["A", "1", "2", "window", "1"]),
        )
    ]


def test_another_rooms_call_is_none_and_what_cannot_be_spelled_is_left_out(model: Any) -> None:
    made = """const other = call(1, 0, {window: '2'});
      return [line.hear([other], time(0), 0), m.utterances(other, config.speech),
        m.utterances(call(1, 0, {number: 'A-1☆'}), config.speech)[1].chunks];"""
    assert model(made) == [False, [], ["A", "1", "window", "1"]]


def test_the_volume_by_hour_holds_on_over_midnight(model: Any) -> None:
    made = """const volume = [['08:00', 0.8], ['18:30', 0.4]];
      return [...['00:10', '07:59', '08:00', '18:29', '18:30'].map((at) => m.levelAt(volume, at)), m.levelAt([], '09:00')];"""
    assert model(made) == [0.4, 0.4, 0.8, 0.8, 0.4, 1]
