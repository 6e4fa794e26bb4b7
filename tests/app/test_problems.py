"""Errors as problem details."""

from __future__ import annotations

import json

import pytest

from app import problems
from app.branch.errors import BranchError, Malformed, OtherContent, Refused, Stale, Unknown
from app.journal import Damaged, JournalError, Unavailable


@pytest.mark.parametrize(
    ("error", "status", "more"),
    [
        (Malformed("at", "no time"), 422, {"field": "at"}),
        (Unknown("window", "9", ["2", "1"]), 404, {"known": ["1", "2"]}),
        (Refused("a rule", "not now"), 409, {"rule": "a rule"}),
        (OtherContent("used before"), 409, {"rule": "one id, one event"}),
        (Stale("look again"), 412, {}),
        (Unavailable("the disk is full", 9.6), 503, {}),
        (Damaged("events are missing"), 503, {}),
    ],
)
def test_each_error_has_its_status_and_members(
    error: BranchError | JournalError, status: int, more: dict[str, object]
) -> None:
    answer = problems.of(error)
    plain = json.loads(bytes(answer.body))
    assert answer.status_code == plain["status"] == status
    assert answer.media_type == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= plain.keys()
    assert more.items() <= plain.items()
    assert ("retry-after" in answer.headers) == (status == 503)


def test_what_was_sent_can_always_be_quoted() -> None:
    answer = problems.problem(422, "Malformed", "no field \ud800 here", field="\udfff字")
    assert json.loads(bytes(answer.body)) == {
        "type": "about:blank",
        "title": "Malformed",
        "status": 422,
        "detail": "no field \ud800 here",
        "field": "\udfff字",
    }


def test_an_error_without_an_answer_is_a_fault() -> None:
    with pytest.raises(TypeError, match="no answer"):
        problems.of(BranchError("what is this"))
