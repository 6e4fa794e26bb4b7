"""The reference day in SimPy and in Ciw: written as their manuals would, with our rule of who is next."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator
from math import inf
from typing import Any, NamedTuple

import ciw
import numpy as np
import simpy

SLOT = 30.0
Process = Generator[simpy.Event, Any, None]


class Day(NamedTuple):
    """One day's customers by arrival, as plain lists, and how many windows are open in each half-hour."""

    arrival: list[float]
    business: list[int]
    vip: list[bool]
    service: list[float]
    patience: list[float]
    windows: list[int]


class Called(NamedTuple):
    """When each customer was called and by which window (infinite and -1: left); CPU seconds it took."""

    at: np.ndarray
    by: np.ndarray
    seconds: float


def takes(window: int, business: int) -> bool:
    """Window 0 is express."""
    return window > 0 or business == 0


def by_simpy(day: Day) -> Called:
    """One process a customer, one a window's hours, one for the arrivals."""
    lobby = _Lobby(day)
    begin = time.process_time()
    lobby.env.run()
    seconds = time.process_time() - begin
    return Called(np.array(lobby.called_at), np.array(lobby.called_by), seconds)


class _Lobby:
    """Windows, lines and the rule, around SimPy's clock."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.env = simpy.Environment()
        self.vips: list[deque[int]] = [deque() for _ in range(3)]
        self.others: list[deque[int]] = [deque() for _ in range(3)]
        self.open: set[int] = set()
        self.busy: set[int] = set()
        self.idle: set[int] = set()
        self.calls: dict[int, simpy.Event] = {}
        self.called_at = [inf] * len(day.arrival)
        self.called_by = [-1] * len(day.arrival)
        for window in range(max(day.windows)):
            self.env.process(self.hours(window))
        self.env.process(self.arrivals())

    def arrivals(self) -> Process:
        for customer, arrival in enumerate(self.day.arrival):
            yield self.env.timeout(arrival - self.env.now)
            self.env.process(self.visit(customer))

    def visit(self, customer: int) -> Process:
        """Go to an idle window, or wait to be called, but no longer than patience lasts."""
        window = min((idle for idle in self.idle if takes(idle, self.day.business[customer])), default=None)
        if window is None:
            line = (self.vips if self.day.vip[customer] else self.others)[self.day.business[customer]]
            line.append(customer)
            call = self.calls[customer] = self.env.event()
            yield call | self.env.timeout(self.day.patience[customer])
            del self.calls[customer]
            if not call.triggered:
                line.remove(customer)
                return
            window = call.value
        self.idle.discard(window)
        self.busy.add(window)
        self.called_at[customer] = self.env.now
        self.called_by[customer] = window
        yield self.env.timeout(self.day.service[customer])
        self.busy.remove(window)
        self.next(window)

    def next(self, window: int) -> None:
        """Call the next customer, be idle, or be closed."""
        if window not in self.open:
            return
        for lines in (self.vips, self.others):
            heads = [line for business, line in enumerate(lines) if line and takes(window, business)]
            if heads:
                customer = min(heads).popleft()
                self.busy.add(window)
                self.calls[customer].succeed(window)
                return
        self.idle.add(window)

    def hours(self, window: int) -> Process:
        """Open and close by half-hour; a customer at the window is finished."""
        for number in self.day.windows:
            if window >= number:
                self.open.discard(window)
                self.idle.discard(window)
            elif window not in self.open:
                self.open.add(window)
                if window not in self.busy:
                    self.next(window)
            yield self.env.timeout(SLOT)


def by_ciw(day: Day) -> Called:
    """One node whose servers are the windows; what Ciw lacks (skills, lasting windows) is `_Windows`."""
    classes = {"vip": [x for x, vip in enumerate(day.vip) if vip]}
    classes["other"] = [x for x, vip in enumerate(day.vip) if not vip]
    network = ciw.create_network(
        arrival_distributions={
            name: [ciw.dists.Sequential([*np.diff([0.0, *(day.arrival[x] for x in who)]).tolist(), inf])]
            for name, who in classes.items()
        },
        service_distributions={name: [_Column(day.service)] for name in classes},
        reneging_time_distributions={name: [_Column(day.patience)] for name in classes},
        priority_classes={"vip": 0, "other": 1},
        number_of_servers=[
            ciw.Schedule(
                numbers_of_servers=day.windows,
                shift_end_dates=[SLOT * (slot + 1) for slot in range(len(day.windows))],
            )
        ],
    )
    simulation = ciw.Simulation(network, node_class=_node(day))
    begin = time.process_time()
    simulation.simulate_until_max_time(2 * SLOT * len(day.windows))
    seconds = time.process_time() - begin
    at, by = np.full(len(day.arrival), inf), np.full(len(day.arrival), -1)
    for record in simulation.get_all_records():
        if record.record_type == "service":
            at[record.id_number - 1] = record.service_start_date
            by[record.id_number - 1] = record.server_id - 1
    return Called(at, by, seconds)


class _Column(ciw.dists.Distribution):  # type: ignore[misc]
    """Each customer's own value, by its number."""

    def __init__(self, values: list[float]) -> None:
        self.values = values

    def sample(self, t: float | None = None, ind: Any = None) -> float:  # noqa: ANN401, ARG002 - Ciw's
        return self.values[ind.id_number - 1]


def _node(day: Day) -> type[ciw.Node]:  # noqa: C901 - Ciw makes the nodes: the day must be closed over
    """Ciw's node with windows that last from shift to shift, open by half-hour, and take what they may."""

    class Windows(ciw.Node):  # type: ignore[misc]
        def create_starting_servers(self) -> list[Any]:
            self.c = max(day.windows)
            return [self.simulation.ServerType(self, number + 1, 0.0) for number in range(self.c)]

        def open_servers(self) -> list[Any]:
            slot = min(int(self.now // SLOT), len(day.windows) - 1)
            return self.servers[: day.windows[slot]]  # type: ignore[no-any-return]

        def takes(self, server: Any, customer: Any) -> bool:  # noqa: ANN401
            return takes(server.id_number - 1, day.business[customer.id_number - 1])

        def start(self, server: Any, customer: Any) -> None:  # noqa: ANN401
            self.attach_server(server, customer)
            customer.service_start_date = self.now
            customer.service_time = self.get_service_time(customer)
            customer.service_end_date = self.now + customer.service_time
            server.next_end_service_date = customer.service_end_date
            self.number_in_service += 1

        def call(self, server: Any) -> None:  # noqa: ANN401
            for line in self.individuals:
                for customer in line:
                    if not customer.server and self.takes(server, customer):
                        self.start(server, customer)
                        return

        def begin_service_if_possible_accept(self, next_individual: Any) -> None:  # noqa: ANN401
            next_individual.arrival_date = self.now
            next_individual.reneging_date = self.get_reneging_date(next_individual)
            for server in self.open_servers():
                if not server.busy and self.takes(server, next_individual):
                    self.start(server, next_individual)
                    return

        def begin_service_if_possible_release(self, _customer: Any, server: Any) -> None:  # noqa: ANN401
            if server in self.open_servers():
                self.call(server)

        def change_shift(self) -> None:
            self.schedule.get_next_shift()
            self.next_shift_change = self.schedule.next_shift_change_date
            for server in self.open_servers():
                if not server.busy:
                    self.call(server)

    return Windows
