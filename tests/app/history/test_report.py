from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.history import COLUMNS, HistoryReport, Refusal, Table, TextRow, read_rows

Read = Callable[..., HistoryReport]
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp()


def line(**given: str) -> str:
    """A served ticket's line: minutes past nine as ``:MM:SS`` are times of one day."""
    plain = {
        "ticket": "a", "business": "cash", "priority": "", "window": "1", "teller": "", "issued_at": ":00:00",
        "called_at": ":01:00", "started_at": ":01:05", "finished_at": ":03:00", "outcome": "served",
    } | given  # fmt: skip
    cells = (plain.get(name, "") for name in COLUMNS)
    return ",".join(f"2026-01-05T09{cell}" if cell.startswith(":") else cell for cell in cells)


def test_a_ticket_as_it_should_be(read: Read) -> None:
    report = read(line(priority="high", teller="Wang-2", ready_at=":03:10"))
    (row,) = report.rows
    assert (row.ticket, row.business, row.priority, row.window, row.teller) == (
        "a",
        "cash",
        "high",
        "1",
        "Wang-2",
    )
    assert (row.issued_at, row.called_at, row.started_at) == (NINE, NINE + 60, NINE + 65)
    assert (row.finished_at, row.ready_at, row.left_at, row.outcome) == (
        NINE + 180,
        NINE + 190,
        None,
        "served",
    )
    assert (report.read, report.repaired, report.refused, report.rows_refused) == (1, {}, (), 0)


def test_times_are_local_to_the_zone(read: Read) -> None:
    assert read(line(), zone="Asia/Shanghai").rows[0].issued_at == NINE - 8 * 3600


@pytest.mark.parametrize(
    ("given", "field", "value", "reason"),
    [
        ({"ticket": ""}, "ticket", "", "is missing"),
        ({"ticket": "A 1"}, "ticket", "A 1", "is not an id"),
        ({"business": ""}, "business", "", "is missing"),
        ({"business": "对公"}, "business", "对公", "is not an id"),
        ({"window": "no. 3"}, "window", "no. 3", "is not an id"),
        ({"teller": "x" * 65}, "teller", "x" * 65, "is not an id"),
        ({"outcome": "gone"}, "outcome", "gone", "is not one of served, abandoned, no_show"),
        ({"outcome": ""}, "outcome", "", "is not one of"),
        ({"issued_at": ""}, "issued_at", "", "is missing"),
        ({"issued_at": "soon"}, "issued_at", "soon", "is not a time such as"),
        ({"ready_at": "2026-01-05"}, "ready_at", "2026-01-05", "is not a time such as"),
        ({"window": ""}, "window", "", "served, but neither window nor teller is known"),
        (
            {"called_at": "", "started_at": "", "finished_at": ""},
            "called_at", "", "served, but none of called_at",
        ),
        ({"outcome": "abandoned"}, "outcome", "abandoned", "says abandoned, but started_at is given"),
        (
            {"outcome": "no_show", "started_at": ""},
            "outcome", "no_show", "says no_show, but finished_at is given",
        ),
        (
            {"outcome": "no_show", "called_at": "", "started_at": "", "finished_at": ""},
            "called_at", "", "no_show, but when it was called is not known",
        ),
        (
            {"called_at": ":10:00"}, "started_at", "2026-01-05T09:01:05",
            "lies 535 s before called_at (2026-01-05T09:10:00), and finished_at lies 420 s before called_at",
        ),
        (
            {"started_at": "2062-01-05T09:01:05", "finished_at": "2062-01-05T09:05:00"},
            "started_at", "2062-01-05T09:01:05",
            "lies 13149 days after called_at (2026-01-05T09:01:00), and finished_at lies 13149 days after",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(
    read: Read, given: dict[str, str], field: str, value: str, reason: str
) -> None:
    report = read(line(ticket="ok"), line(**given), line(ticket="ok2", issued_at=":30:00", called_at=":30:00",
                  started_at=":30:00", finished_at=":31:00"))  # fmt: skip
    assert [row.ticket for row in report.rows] == ["ok", "ok2"]
    assert (report.read, report.rows_refused) == (3, 1)
    (refusal,) = report.refused
    assert (refusal.line, refusal.field, refusal.value, refusal.ticket_kept) == (3, field, value, False)
    assert refusal.reason.startswith(reason)


def test_one_time_against_the_others_is_left_out_and_the_ticket_kept(read: Read) -> None:
    report = read(line(started_at=":00:50"))
    assert [(row.started_at, row.finished_at) for row in report.rows] == [(None, NINE + 180)]
    reason = "lies 10 s before called_at (2026-01-05T09:01:00); the ticket is used without it"
    assert report.refused == (Refusal(2, "started_at", "2026-01-05T09:00:50", reason, ticket_kept=True),)
    assert (report.read, report.rows_refused, report.repaired) == (1, 0, {})


def test_a_slip_of_the_pen_in_a_year_is_left_out(read: Read) -> None:
    report = read(line(finished_at="2062-01-05T09:03:00"))
    assert [row.finished_at for row in report.rows] == [None]
    reason = "lies 13149 days after started_at (:01:05); the ticket is used without it"
    assert [(one.field, one.reason.replace("2026-01-05T09", "")) for one in report.refused] == [
        ("finished_at", reason)
    ]
    assert (report.rows_refused, report.repaired) == (0, {})


def test_a_served_ticket_whose_only_time_contradicts_its_issue(read: Read) -> None:
    report = read(line(issued_at=":10:00", called_at="", started_at=""))
    assert [(refusal.field, refusal.ticket_kept) for refusal in report.refused] == [("called_at", False)]


def test_the_first_of_two_with_the_same_ticket_wins_unless_it_was_refused(read: Read) -> None:
    report = read(line(outcome="?"), line(finished_at=":02:00"), line(finished_at=":03:00"))
    assert [row.finished_at for row in report.rows] == [NINE + 120]
    assert [(r.line, r.field, r.reason) for r in report.refused][1:] == [
        (4, "ticket", "is the same ticket as on line 3")
    ]


def test_repairs_are_counted(read: Read) -> None:
    report = read(
        line(ticket="a", started_at=":00:58"),
        line(ticket="b", called_at=":02:00", started_at=":01:59", finished_at=":05:00", ready_at=":09:00"),
        line(ticket="c", called_at=":06:00", started_at=":06:00", finished_at=":07:00"),
        line(ticket="d", called_at=":07:00", started_at=":06:59", finished_at=":08:00"),
    )
    assert report.repaired == {
        "started_raised": 3,
        "overlap_ended": 1,
        "overlap_by_early_start": 1,
        "wrap_up_ended": 1,
    }
    assert [row.finished_at for row in report.rows] == [NINE + 120, NINE + 300, NINE + 420, NINE + 480]
    assert report.refused == ()


def test_rows_shorter_or_longer_than_the_header(read: Read) -> None:
    report = read("a,cash,1", line(ticket="b") + ",extra", line(ticket="c") + ", ,")
    assert [row.ticket for row in report.rows] == ["c"]
    assert [(r.line, r.field, r.reason) for r in report.refused] == [
        (2, "row", "has 3 columns where the header has 12"),
        (3, "row", "has 13 columns where the header has 12"),
    ]
    assert report.refused[0].value == "a,cash,1"


def test_columns_in_any_order_and_others_beside_them() -> None:
    columns = (*reversed(COLUMNS), "note")
    table = Table("CSV", columns, [TextRow(2, [*reversed(line().split(",")), "hello"])])
    assert [row.ticket for row in read_rows(table, UTC).rows] == ["a"]


def test_outcomes_in_any_case(read: Read) -> None:
    assert read(line(outcome="Served")).rows[0].outcome == "served"


def test_progress_is_told_and_ends_with_all() -> None:
    table = Table("CSV", COLUMNS, [TextRow(at, line(ticket=f"t{at}").split(",")) for at in range(2, 1203)])
    told: list[tuple[int, int]] = []
    report = read_rows(table, UTC, lambda done, total: told.append((done, total)))
    assert told == [(500, 1201), (1000, 1201), (1201, 1201)]
    assert report.read == 1201
