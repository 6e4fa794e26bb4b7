import contextlib
import json
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.branch import events
from app.branch.errors import Malformed, OtherContent, Refused, Unknown
from app.branch.events import (
    TYPES,
    Event,
    event_to_plain,
    fact_to_plain,
    format_moment,
    parse_event,
    parse_id,
    parse_moment,
)

from .branches import FACTS, T0

GOOD: dict[str, Any] = {
    "id": "20261121-A001",
    "text": "午休",
    "seconds": 90,
    "span": -12.5,
    "count": 3,
    "whole": 0,
    "seq": 17,
    "moment": "2026-11-21T09:30:00.250+08:00",
    "flag": True,
    "ids": ["cash", "corporate"],
    "words": {"en": "Closing at  four.\n", "zh-Hans": "今天四点关门"},
}
READ: dict[str, Any] = {**GOOD, "seconds": 90.0, "moment": 1_795_224_600.25, "ids": ("cash", "corporate"),
                        "words": (("en", "Closing at four."), ("zh-Hans", "今天四点关门"))}  # fmt: skip
WRONG: dict[str, list[Any]] = {
    "id": ["", "a b", "x" * 65, 5, True, ["a"], {}, "ä", "a\n"],
    "text": ["", "x" * 65, 5, "a\nb", "\ud800", []],
    "seconds": ["5", True, -1, 86_401, float("nan"), float("inf"), 10**400, [], {}],
    "span": ["5", False, -86_401, 86_401, float("nan")],
    "count": [0, 1.0, "1", True, 1000, 10**5000],
    "whole": [-1, 1.5, "1", True],
    "seq": [0, -1, "1", 2.0, True],
    "moment": ["2026-11-21", "2026-11-21T09:30:00", "noon", 5, "", "1969-12-31T00:00:00Z", []],
    "flag": [0, 1, "true", []],
    "ids": [[], "cash", ["a b"], [5], ["x"] * 65, {}],
    "words": ["", "  ", 5, {}, [], {"": "non"}, {"en": ""}, {"en": 5}, "x" * 201, "a\x07", "\u202eabc"],
}  # fmt: skip
FIELDS = [(name, field) for name, kind in TYPES.items() for field in events._TABLES[kind]]


def envelope(name: str) -> dict[str, Any]:
    return {"id": "e1", "type": name, "at": "2026-11-21T09:00:00+08:00"}


def minimal(name: str) -> dict[str, Any]:
    needed = {field.name: GOOD[field.kind] for field in events._TABLES[TYPES[name]] if field.required}
    return envelope(name) | needed


def full(name: str) -> dict[str, Any]:
    return envelope(name) | {field.name: GOOD[field.kind] for field in events._TABLES[TYPES[name]]}


@pytest.mark.parametrize("name", sorted(TYPES))
def test_each_type_needs_little_and_takes_all(name: str) -> None:
    least, most = parse_event(minimal(name)), parse_event(full(name))
    assert (least.type, least.sender, least.at, least.seq, least.implied) == (name, "local", T0, 0, False)
    for field in events._TABLES[TYPES[name]]:
        assert getattr(most.fact, field.name) == READ[field.kind]
        if field.optional:
            assert getattr(least.fact, field.name) is None
    for event in (least, most):
        assert parse_event(json.loads(json.dumps(event_to_plain(event)))) == event
    nothing = {field.name: None for field in events._TABLES[TYPES[name]] if not field.required}
    assert parse_event(minimal(name) | nothing) == least


@pytest.mark.parametrize(("name", "field"), FIELDS, ids=[f"{name}-{field.name}" for name, field in FIELDS])
def test_each_wrong_field_is_named(name: str, field: Any) -> None:  # noqa: ANN401
    for wrong in WRONG[field.kind]:
        with pytest.raises(Malformed) as malformed:
            parse_event(full(name) | {field.name: wrong})
        assert malformed.value.field.startswith(field.name)
        assert malformed.value.detail.startswith(malformed.value.field)
    if field.required:
        for without in (None, ...):
            raw = full(name) | {field.name: without}
            with pytest.raises(Malformed) as malformed:
                parse_event(raw if without is None else {k: v for k, v in raw.items() if v is not ...})
            assert malformed.value.field == field.name


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": None}, "id"),
        ({"id": "a b"}, "id"),
        ({"sender": ""}, "sender"),
        ({"sender": 5}, "sender"),
        ({"type": None}, "type"),
        ({"type": "window.broken"}, "type"),
        ({"type": ["window.opened"]}, "type"),
        ({"at": None}, "at"),
        ({"at": "2026-11-21T09:00:00"}, "at"),
        ({"at": 1_795_222_800}, "at"),
        ({"seq": -1}, "seq"),
        ({"v": 2}, "v"),
        ({"implied": "yes"}, "implied"),
        ({"received_at": "now"}, "received_at"),
        ({"colour": "red"}, "colour"),
        ({"ticket": "A001"}, "ticket"),
    ],
)
def test_each_wrong_part_of_the_envelope_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as malformed:
        parse_event(minimal("window.opened") | change)
    assert malformed.value.field == field
    assert len(malformed.value.detail) < 500


@pytest.mark.parametrize("raw", [None, [], "window.opened", 5])
def test_an_event_is_an_object(raw: object) -> None:
    with pytest.raises(Malformed, match="JSON object"):
        parse_event(raw)


KEYS = st.sampled_from(["id", "type", "at", "window", "ticket", "sender", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
)


@given(JSON)
def test_whatever_is_posted_is_an_event_or_malformed(raw: object) -> None:
    with contextlib.suppress(Malformed):
        parse_event(raw)


@given(FACTS, st.integers(0, 4_000_000_000_000), st.booleans(), st.sampled_from(["UTC", "Asia/Shanghai"]))
def test_what_is_written_is_read_again(fact: events.Fact, at_ms: int, implied: bool, zone: str) -> None:
    at = max(at_ms, 40_000_000_000) / 1000
    event = Event("e1", "machine", at, fact, 7, at, implied)
    plain = event_to_plain(event, ZoneInfo(zone))
    assert parse_event(json.loads(json.dumps(plain))) == event
    assert plain.keys() >= fact_to_plain(fact).keys()


def test_the_sender_of_the_credentials_overrules_the_field() -> None:
    assert parse_event(minimal("window.opened") | {"sender": "x"}, sender="kiosk").sender == "kiosk"


def test_what_is_read_back_has_the_contract_s_names() -> None:
    event = parse_event(minimal("window.opened"))
    placed = Event(event.id, event.sender, event.at, event.fact, 12, T0 + 0.5, implied=True)
    assert event_to_plain(placed, ZoneInfo("Asia/Shanghai")) == {
        **minimal("window.opened"),
        "sender": "local",
        "seq": 12,
        "received_at": "2026-11-21T09:00:00.500+08:00",
        "v": 1,
        "implied": True,
    }


def test_the_same_content_whenever_it_came() -> None:
    one = parse_event(minimal("window.opened"))
    other = Event("e9", "kiosk", one.at, one.fact, 5, 6.0)
    assert one.same_content(other)
    assert not one.same_content(parse_event(full("window.opened")))


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (T0, "2026-11-21T01:00:00+00:00"),
        (T0 + 0.123, "2026-11-21T01:00:00.123+00:00"),
        (T0 + 0.9996, "2026-11-21T01:00:01+00:00"),
        (T0 + 0.0004, "2026-11-21T01:00:00+00:00"),
    ],
)
def test_a_moment_is_written_to_the_millisecond(at: float, text: str) -> None:
    assert format_moment(at, UTC) == text
    assert parse_moment(text, "at") == round(at, 3)


def test_ids_are_ids() -> None:
    assert parse_id("A.b_c-9", "id") == "A.b_c-9"


def test_errors_say_what_and_where() -> None:
    unknown = Unknown("window", "99", [str(number) for number in range(30)])
    assert "…" in unknown.detail
    assert len(unknown.known) == 30
    assert Unknown("ticket", "x", []).detail == "There is no ticket 'x' here; known: none."
    assert isinstance(OtherContent("used before"), Refused)
    assert OtherContent("used before").rule == "one id, one event"
