from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from estimator import discipline
from estimator.discipline import Waiting, WindowRule

NO_HEAD_START: dict[str, float] = {}


def ticket(
    name: str, issued_at: float, business: str = "a", priority: str = "normal", **more: object
) -> Waiting:
    return Waiting(name, business, priority, issued_at, **more)  # type: ignore[arg-type]


def test_first_come_first_served_without_head_starts() -> None:
    waiting = [ticket("2", 5.0), ticket("1", 7.0), ticket("3", 6.0)]
    assert [each.ticket for each in discipline.order(waiting, NO_HEAD_START)] == ["2", "3", "1"]


def test_a_head_start_overtakes_only_those_within_it() -> None:
    rule = WindowRule("1", {"a": 0.0})
    vip = ticket("vip", 100.0, priority="high")
    assert discipline.next_ticket([vip, ticket("n", 11.0)], rule, {"high": 90.0}, 100.0) == vip
    assert discipline.next_ticket([vip, ticket("n", 9.0)], rule, {"high": 90.0}, 100.0) != vip
    assert discipline.next_ticket([vip, ticket("n", -1e9)], rule, {"high": inf}, 100.0) == vip


def test_ties_go_to_the_earlier_issue_then_to_the_smaller_id() -> None:
    rule = WindowRule("1", {"a": 0.0})
    high, low = ticket("a", 100.0, priority="high"), ticket("b", 10.0)
    assert discipline.next_ticket([high, low], rule, {"high": 90.0}, 200.0) == low
    always = {"high": inf}
    tied = [ticket("b", 1.0, priority="high"), ticket("c", 0.0, priority="high"), ticket("a", 1.0)]
    assert [each.ticket for each in discipline.order(tied, always)] == ["c", "b", "a"]
    assert discipline.next_ticket([ticket("y", 1.0), ticket("x", 1.0)], rule, {}, 2.0) == ticket("x", 1.0)


def test_reluctance_is_how_long_a_ticket_must_have_waited() -> None:
    rule = WindowRule("1", {"a": 300.0})
    assert not discipline.eligible(ticket("1", 0.0), rule, 299.999)
    assert discipline.eligible(ticket("1", 0.0), rule, 300.0)
    assert not discipline.eligible(ticket("1", 0.0, business="b"), rule, 1e9)


lines = st.lists(
    st.builds(
        Waiting,
        st.text("abc"),
        st.sampled_from("xy"),
        st.just("normal"),
        st.floats(-1e4, 1e4),
        st.sampled_from([60.0, 300.0]),
        st.sampled_from([None, "1", "2"]),
    )
)


@given(lines, st.dictionaries(st.sampled_from("xy"), st.floats(0, 1e3)), st.sampled_from([None, 120.0]))
def test_whoever_may_be_called_first_is_a_head(
    line: list[Waiting], reluctance: dict[str, float], express_s: float | None
) -> None:
    rule = WindowRule("1", reluctance, express_s)
    heads = discipline.heads(line)
    assert set(heads) <= set(line)
    first = min((discipline.eligible_at(one, rule) for one in line), default=inf)
    assert first == min((discipline.eligible_at(one, rule) for one in heads), default=inf)


def test_an_express_window_takes_short_services_only() -> None:
    rule = WindowRule("1", {"a": 0.0}, express_s=120.0)
    assert discipline.eligible(ticket("1", 0.0, expected_s=120.0), rule, 0.0)
    assert not discipline.eligible(ticket("1", 0.0, expected_s=121.0), rule, 0.0)


def test_a_tied_ticket_goes_to_its_window_whatever_its_business() -> None:
    tied = ticket("1", 0.0, business="b", expected_s=1e6, window="2")
    assert discipline.eligible(tied, WindowRule("2", {"a": 0.0}, express_s=1.0), 0.0)
    assert not discipline.eligible(tied, WindowRule("1", {"b": 0.0}), 0.0)


def test_of_free_windows_the_least_reluctant_then_the_first_in_the_file() -> None:
    one, two, three = WindowRule("1", {"a": 60.0}), WindowRule("2", {"a": 0.0}), WindowRule("3", {"a": 0.0})
    assert discipline.choose_window(ticket("1", 0.0), [one, two, three], 100.0) == two
    assert discipline.choose_window(ticket("1", 0.0), [one, three, two], 100.0) == three
    assert discipline.choose_window(ticket("1", 0.0), [one], 59.0) is None
    assert discipline.choose_window(ticket("1", 0.0), [], 59.0) is None


def test_nobody_eligible_is_nobody_next() -> None:
    assert discipline.next_ticket([], WindowRule("1", {"a": 0.0}), {}, 0.0) is None
    assert discipline.next_ticket([ticket("1", 0.0)], WindowRule("1"), {}, 0.0) is None


def test_ahead_counts_those_whom_its_own_windows_would_call_before() -> None:
    waiting = [
        ticket("1", 0.0),
        ticket("2", 1.0, business="b"),
        ticket("3", 2.0),
        ticket("4", 3.0, business="c"),
    ]
    rules = [WindowRule("A", {"a": 0.0, "b": 300.0}), WindowRule("B", {"b": 0.0, "c": 0.0})]
    assert discipline.ahead(waiting, rules, {}, 10.0) == {"1": 0, "2": 0, "3": 1, "4": 1}
    assert discipline.ahead(waiting, rules, {}, 301.0) == {"1": 0, "2": 0, "3": 2, "4": 1}
    assert discipline.ahead(waiting, [], {}, 10.0) == dict.fromkeys("1234", 0)


moments = st.integers(0, 6).map(float)
tickets = st.lists(
    st.builds(
        Waiting,
        st.sampled_from("123456789"),
        st.sampled_from("ab"),
        st.sampled_from(["normal", "high"]),
        moments,
        moments,
        st.sampled_from([None, None, "1", "2"]),
    ),
    unique_by=lambda each: each.ticket,
)
rules = st.builds(
    WindowRule,
    st.just("1"),
    st.dictionaries(st.sampled_from("ab"), st.sampled_from([0.0, 2.0])),
    st.sampled_from([None, 3.0]),
)


@given(tickets, rules, st.sampled_from([{}, {"high": 2.0}, {"high": inf}]))
def test_the_next_ticket_is_eligible_and_none_eligible_has_a_better_place(
    waiting: list[Waiting], rule: WindowRule, head_start: dict[str, float]
) -> None:
    found = discipline.next_ticket(waiting, rule, head_start, 4.0)
    candidates = [each for each in waiting if discipline.eligible(each, rule, 4.0)]
    assert (found is None) == (not candidates)
    if found:
        assert found in candidates
        assert all(
            discipline.place(found, head_start) <= discipline.place(each, head_start) for each in candidates
        )


@given(tickets, rules, st.sampled_from([{}, {"high": 2.0}, {"high": inf}]))
def test_at_one_window_that_takes_them_the_number_ahead_counts_the_calls(
    waiting: list[Waiting], rule: WindowRule, head_start: dict[str, float]
) -> None:
    now = 100.0  # everybody has waited long enough
    before = discipline.ahead(waiting, [rule], head_start, now)
    left = list(waiting)
    for calls in range(len(waiting)):
        found = discipline.next_ticket(left, rule, head_start, now)
        if found is None:
            break
        assert before[found.ticket] == calls
        left.remove(found)
