"""From the path of a scenario file to a scenario: reads the branch, its past and what that teaches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from app.branch.branch_file import Branch, BranchFileError, parse
from app.history import HistoryError, branch_for, read_rows, read_table
from app.history.row import HistoryRow
from simulations.studies import scenario_file
from simulations.studies.day_kinds import country_of, sorts
from simulations.studies.demand import learned as profile_of
from simulations.studies.past_days import PastDay
from simulations.studies.problems import StudyError
from simulations.studies.resolving import Learned, learned, resolved
from simulations.studies.scenario import Scenario
from simulations.studies.scenario_plan import ScenarioPlan, Sources
from simulations.studies.trust import REPLICATIONS, Trust, trust

from .past import past_days

__all__ = ["FEW_DAYS", "Library", "Prepared", "checked", "prepare"]

FEW_DAYS = 6
"""With fewer days nothing can be held against what happened."""

_STRAY = 0.03  # of the usual day's tickets

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario with all that it was made from; `after`: past days after those that it learned from."""

    path: Path
    file: ScenarioPlan
    branch: Branch
    known: Learned
    scenario: Scenario
    after: tuple[PastDay, ...] = ()


@dataclass(slots=True)
class Library:
    """What several scenarios share is read and learned once, and is then one and the same object."""

    known: dict[tuple[Path, Sources], tuple[Branch, Learned, tuple[PastDay, ...]]] = field(
        default_factory=dict
    )
    scenarios: list[Scenario] = field(default_factory=list)


def prepare(path: Path, library: Library | None = None, progress: Progress | None = None) -> Prepared:
    """Read a scenario file. Errors: `BranchFileError`, `HistoryError`, `ScenarioError`, `StudyError`."""
    library = library if library is not None else Library()
    text = _text(path)
    of = scenario_file.sources(text, str(path))
    key = path.parent.resolve(), of
    if key not in library.known:
        library.known[key] = _learn(path, of, progress)
    branch, known, after = library.known[key]
    file = _with_country(scenario_file.parse(text, str(path), branch), branch)
    known = _with_special_days(known, file)
    scenario = _shared(resolved(file, branch, known), library.scenarios)
    library.scenarios.append(scenario)
    return Prepared(path, file, branch, known, scenario, after)


def checked(prepared: Prepared, progress: Progress | None = None) -> Trust | None:
    """Return today's roster simulated against what happened; None where there is too little past for it.

    What is simulated was learned from earlier days only.
    """
    days, of = prepared.known.days, prepared.file.sources
    if of.check_from or of.check_to:
        pool = (*days, *prepared.after)
        tested = [day for day in pool if _within(day.date, of.check_from, of.check_to)]
        if not tested:
            raise StudyError(
                f"{prepared.path}: between check_from and check_to there is no past day to check it "
                f"against; {_spans(pool)}. Change them, or leave them out."
            )
        taught = [day for day in days if day.date < min((each.date for each in tested), default=dt.date.max)]
    else:
        first = len(days) - max(1, len(days) // 3)
        taught, tested = list(days[:first]), list(days[first:])
    served = any("served" in day.outcome for day in tested)
    if len(taught) < FEW_DAYS * 2 // 3 or not served:
        return None
    known = learned(taught, prepared.branch, None, by_file=of.branch is not None)
    late_s = prepared.file.late_s
    head_start = prepared.scenario.rule.head_start
    return trust(
        tested, known.behaviour, head_start, late_s,
        skills=known.skills, rules=known.rules, replications=REPLICATIONS, progress=progress,
    )  # fmt: skip


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BranchFileError(str(path), 1, "", f"is not UTF-8 ({error.reason}); save it as UTF-8.") from None
    except OSError as error:
        raise BranchFileError(str(path), 1, "", f"cannot be read: {error.strerror}.") from None


def _learn(path: Path, of: Sources, progress: Progress | None) -> tuple[Branch, Learned, tuple[PastDay, ...]]:
    folder = path.parent
    branch = parse(_text(folder / of.branch), str(folder / of.branch)) if of.branch else None
    zone = _zone(str(path), of, branch)
    rows: list[HistoryRow] = []
    if of.history:
        rows = list(read_rows(read_table(folder / of.history), zone, progress).rows)
    if branch is None:
        branch = _branch_of(rows, of, zone)
    every = past_days(rows, zone, branch.day_change)
    if of.data:
        # Both need the service, which takes a second to load.
        from app.house import JOURNAL  # noqa: PLC0415

        from .journal_rows import journal_rows  # noqa: PLC0415

        if not (folder / of.data / JOURNAL).is_file():
            raise StudyError(
                f"{path}: data = {of.data!r} has no journal ({JOURNAL}); name the folder that the service "
                "keeps its data in."
            )
        every = past_days(journal_rows(folder / of.data, branch), branch.zone, branch.day_change)
    every = [_only(day, branch) for day in every]
    days = _business_days([day for day in every if _within(day.date, of.learn_from, of.learn_to)])
    after = tuple(day for day in every if days and day.date > days[-1].date)
    if (of.history or of.data) and not days:
        remedy = "Change learn_from and learn_to" if every else _how_to_see_why(of)
        raise StudyError(
            f"{path}: there is no past day to learn from; {_spans(every)}. {remedy}, or leave history and "
            "data out and write arrivals under [demand]."
        )
    known = learned(days, branch, profile_of(days) if days else None, by_file=of.branch is not None)
    return branch, known, after


def _spans(days: Sequence[PastDay]) -> str:
    return f"days with tickets: {days[0].date} to {days[-1].date}" if days else "days with tickets: none"


def _how_to_see_why(of: Sources) -> str:
    if of.history:
        return f"See why no row of {of.history} can be used (`lobbyclock import --report FILE` lists them)"
    return "Let the service run for a day"


def _business_days(days: list[PastDay]) -> list[PastDay]:
    """The days but those with hardly a ticket: an export was cut off there, or somebody tried a key."""
    usual = float(np.median([len(day) for day in days])) if days else 0.0
    return [day for day in days if len(day) > _STRAY * usual]


def _zone(path: str, of: Sources, branch: Branch | None) -> ZoneInfo:
    if of.timezone is None:
        return branch.zone if branch else ZoneInfo("UTC")
    try:
        return ZoneInfo(of.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BranchFileError(
            path, 1, "timezone", f"{of.timezone!r} should be an IANA time zone such as Asia/Shanghai."
        ) from None


def _branch_of(rows: list[HistoryRow], of: Sources, zone: ZoneInfo) -> Branch:
    """A branch as its history shows it: the windows of the last day that is learned from."""
    days = past_days(rows, zone)
    chosen = [day.date for day in days if _within(day.date, of.learn_from, of.learn_to)]
    if not chosen:
        spans = f"{days[0].date} to {days[-1].date}" if days else "none"
        raise HistoryError(f"{of.history}: no ticket between learn_from and learn_to; days: {spans}.")
    return parse(branch_for(rows, chosen[-1], zone))


def _only(day: PastDay, branch: Branch) -> PastDay:
    """The day without tickets for what the branch does not do."""
    chosen = np.array([name in branch.businesses for name in day.business], bool)
    if chosen.all():
        return day
    numbers = np.flatnonzero(chosen)
    texts = ("business", "priority", "window", "teller", "outcome")
    moments = ("issued", "called", "started", "finished", "ready", "left", "items")
    fitting: dict[str, Any] = {name: tuple(getattr(day, name)[at] for at in numbers) for name in texts}
    return replace(day, **fitting, **{name: getattr(day, name)[chosen] for name in moments})


def _with_country(file: ScenarioPlan, branch: Branch) -> ScenarioPlan:
    country = file.country or country_of(branch.timezone)
    if file.country:
        try:
            sorts(dt.date(2026, 1, 1), file.country)
        except KeyError:
            raise BranchFileError(
                file.path,
                1,
                "country",
                f"{file.country!r} should be a country code such as CN, HK, TW or MO.",
            ) from None
    return replace(file, country=country)


def _with_special_days(known: Learned, file: ScenarioPlan) -> Learned:
    """What was learned, with the past's holidays, make-up workdays and paydays told apart."""
    if known.profile is None or not (file.country or file.paydays):
        return known
    return replace(
        known, profile=profile_of(known.days, lambda day: sorts(day.date, file.country, file.paydays))
    )


def _shared(scenario: Scenario, others: list[Scenario]) -> Scenario:
    """The scenario with the very demand of another if that is the same: its customers are then made once."""
    for other in others:
        one, two = scenario.demand, other.demand
        if (
            one.kinds == two.kinds
            and (one.begins_s, one.slot_s, one.busyness_cv) == (two.begins_s, two.slot_s, two.busyness_cv)
            and np.array_equal(one.expected, two.expected)
        ):
            return replace(scenario, demand=two)
    return scenario


def _within(day: dt.date, since: dt.date | None, until: dt.date | None) -> bool:
    return (since is None or day >= since) and (until is None or day <= until)
