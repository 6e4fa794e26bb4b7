"""Shifts that cover what the windows and the duties of a day need, at the fewest paid hours.

An exact set cover with breaks and skills (Dantzig 1954, with each crew's tellers shared out among windows and
duties by flows, which are whole where the shifts are).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from simulations.staffing.opening import Open, StaffingError
from simulations.staffing.programme import Programme
from simulations.staffing.shifts import Break, Crew, Duty, Shift, Variant, variants
from simulations.studies.hours import clock

__all__ = ["Cover", "Need", "Shortage", "Uncovered", "cover", "covering"]

_SHORT = 1000.0  # what a teller missing for a half-hour costs, in paid half-hours
_TELLER = 0.1  # of two covers with the same hours, the one with fewer people
_MORE = 3


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """What must be staffed: the windows `names` by half-hour (`table` [H, W]), the duties; with whom.

    `opens_s`: the first half-hour, in seconds from midnight.
    """

    table: Open
    names: tuple[str, ...]
    crews: tuple[Crew, ...]
    shifts: tuple[Shift, ...]
    duties: tuple[Duty, ...] = ()
    opens_s: float = 9 * 3600.0
    slot_s: float = 1800.0

    def clock(self, slot: int) -> str:
        """Return when a half-hour begins, such as 08:30."""
        return clock(self.opens_s + slot * self.slot_s)


class Shortage(NamedTuple):
    """So many tellers are missing in a half-hour, at a window of this name or for this duty."""

    slot: int
    where: str
    tellers: int


class Uncovered(StaffingError):
    """No cover: where the best one falls short, and what would make one possible."""

    def __init__(self, need: Need, shortages: tuple[Shortage, ...], remedies: tuple[str, ...]) -> None:
        self.shortages = shortages
        self.remedies = remedies
        first = ", ".join(
            f"{need.clock(each.slot)} ({each.where}: {each.tellers} short)" for each in shortages[:3]
        )
        more = f" and {len(shortages) - 3} more" if len(shortages) > 3 else ""
        helps = "; or ".join(remedies) or "more tellers, or fewer windows"
        super().__init__(f"These shifts and tellers do not cover {first}{more}. What would: {helps}.")


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Who works: crew and shift with its breaks, once for each teller; and when each duty begins."""

    need: Need
    staff: tuple[tuple[Crew, Variant], ...]
    duty_starts: tuple[int, ...]

    @property
    def paid_slots(self) -> int:
        """Paid half-hours of the day."""
        return sum(variant.paid_slots for _, variant in self.staff)


def cover(need: Need) -> Cover:
    """Return the staff with the fewest paid hours. Errors: `Uncovered`: what is missing, and what helps."""
    found = _Day(need).solve()
    if found is not None:
        return found
    raise Uncovered(need, _Day(need, elastic=True).shortages(), tuple(_remedies(need)))


def covering(need: Need) -> bool:
    """Tell whether there is a cover."""
    return _Day(need).solve() is not None


class _Day:
    """The programme of one day. Elastic: what is missing costs, instead of being forbidden."""

    def __init__(self, need: Need, *, elastic: bool = False) -> None:
        self.need = need
        self.elastic = elastic
        self.programme = Programme()
        self.kinds = _kinds(need)
        self.short: dict[tuple[int, str], int] = {}
        self.staff = {
            (crew, variant): self.programme.variable(variant.paid_slots + _TELLER, high=crew.most)
            for crew in need.crews
            for variant in variants(
                shift for shift in need.shifts if crew.shifts is None or shift.name in crew.shifts
            )
        }
        self.begins = [
            {start: self.programme.variable(high=1) for start in duty.starts()} for duty in need.duties
        ]
        self._staff_rows()
        for slot in self.slots:
            self._slot_rows(slot)

    @cached_property
    def slots(self) -> range:
        """All half-hours in which anybody is needed."""
        first = min([0, *(duty.earliest for duty in self.need.duties)])
        last = max([self.need.table.shape[0], *(duty.latest + duty.slots for duty in self.need.duties)])
        return range(first, last)

    def solve(self) -> Cover | None:
        values = self.programme.solve()
        if values is None:
            return None
        staff = [each for each, number in self.staff.items() for _ in range(int(values[number]))]
        staff.sort(key=lambda each: (each[1].shift.starts, each[1].shift.ends, each[0].name, each[1].breaks))
        starts = tuple(next(start for start, one in each.items() if values[one]) for each in self.begins)
        return Cover(self.need, tuple(staff), starts)

    def shortages(self) -> tuple[Shortage, ...]:
        values = self.programme.solve()
        if values is None:
            raise StaffingError("More tellers must work than there are: lower the least or raise the most.")
        missing = ((slot, where, values[number]) for (slot, where), number in self.short.items())
        return tuple(
            Shortage(slot, where, round(tellers)) for slot, where, tellers in missing if tellers > 0.5
        )

    def _staff_rows(self) -> None:
        for crew in self.need.crews:
            mine = [(number, 1.0) for (one, _), number in self.staff.items() if one == crew]
            self.programme.row(mine, low=crew.least, high=crew.most)
        for each in self.begins:
            self.programme.row([(number, 1.0) for number in each.values()], low=1, high=1)

    def _slot_rows(self, slot: int) -> None:
        """Share the tellers who work in one half-hour out among its windows and duties."""
        shares: dict[Crew, list[tuple[int, float]]] = {crew: [] for crew in self.need.crews}
        for names, crews in self.kinds:
            wanted = self._wanted(slot, names)
            if wanted:
                self._place(slot, names[0], crews, shares, [], float(wanted))
        for duty, begins in zip(self.need.duties, self.begins, strict=True):
            under_way = [
                (number, -float(duty.tellers))
                for start, number in begins.items()
                if start <= slot < start + duty.slots
            ]
            if under_way:
                able = [crew for crew in self.need.crews if crew.does(duty.name)]
                self._place(slot, duty.name, able, shares, under_way, 0.0)
        for crew, taken in shares.items():
            if taken:
                there = [
                    (n, -1.0) for (one, each), n in self.staff.items() if one == crew and each.works(slot)
                ]
                self.programme.row([*taken, *there], high=0.0)

    def _place(
        self,
        slot: int,
        where: str,
        crews: Sequence[Crew],
        shares: dict[Crew, list[tuple[int, float]]],
        terms: list[tuple[int, float]],
        wanted: float,
    ) -> None:
        """Demand tellers of these crews: as many as are wanted, besides what the terms take off."""
        flows = list(terms)
        for crew in crews:
            flow = self.programme.variable(whole=False)
            shares[crew].append((flow, 1.0))
            flows.append((flow, 1.0))
        if self.elastic:
            short = self.programme.variable(_SHORT)
            self.short[slot, where] = short
            flows.append((short, 1.0))
        self.programme.row(flows, low=wanted)

    def _wanted(self, slot: int, names: tuple[str, ...]) -> int:
        if not 0 <= slot < self.need.table.shape[0]:
            return 0
        columns = [self.need.names.index(name) for name in names]
        return int(self.need.table[slot, columns].sum())


def _kinds(need: Need) -> list[tuple[tuple[str, ...], list[Crew]]]:
    """Return the windows that the same crews can sit at."""
    groups: dict[tuple[Crew, ...], list[str]] = {}
    for name in need.names:
        groups.setdefault(tuple(crew for crew in need.crews if crew.sits_at(name)), []).append(name)
    return [(tuple(names), list(crews)) for crews, names in groups.items()]


def _remedies(need: Need) -> Iterator[str]:
    """Return single changes that make a cover possible, each tried."""
    for crew in need.crews:
        for more in range(1, _MORE + 1):
            crews = tuple(replace(one, most=one.most + more) if one == crew else one for one in need.crews)
            if covering(replace(need, crews=crews)):
                yield f"{more} more of {crew.name}"
                break
    for duty in need.duties:
        if covering(replace(need, duties=tuple(one for one in need.duties if one != duty))):
            yield f"no {duty.name} (or at another time)"
    if covering(replace(need, shifts=tuple(map(_loosened, need.shifts)))):
        yield "breaks at any time of the shift"
    if covering(replace(need, shifts=(*need.shifts, *_any_time(need)))):
        yield "shifts that begin at any half-hour"


def _loosened(shift: Shift) -> Shift:
    length = shift.ends - shift.starts - shift.balancing
    breaks = tuple(Break(each.slots, 0, length - each.slots, each.paid) for each in shift.breaks)
    return replace(shift, breaks=breaks)


def _any_time(need: Need) -> Iterator[Shift]:
    """Return the shifts, moved to begin at every half-hour of the day."""
    first = min(shift.starts for shift in need.shifts)
    last = max(shift.ends for shift in need.shifts)
    for length, shift in {shift.ends - shift.starts: shift for shift in need.shifts}.items():
        for starts in range(first, last - length + 1):
            yield replace(shift, name=f"{shift.name} from {starts}", starts=starts, ends=starts + length)
