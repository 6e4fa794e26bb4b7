"""Events taken and tickets issued over HTTP, durable before the answer.

*Events*: 64 clients post one event after another, each a ticket that comes and goes; held against the same
service with the journal taken out, which forecasts all the same, and with both taken out. *Tickets*: 10
clients take tickets, each answered with its range, forecast and told; in a branch whose windows keep up
(`lobby`), and where nobody is ever called (`flood`).

    python benchmarks/ingest.py [--quick]
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections import deque
from itertools import count

from load import Connection, Day, allow_many_sockets, closed_loop, request
from service import (
    BUSINESSES,
    FLOOR,
    LOAD_CORE,
    NO_JOURNAL,
    WHOLE,
    WINDOWS,
    Service,
    p,
    pin,
    serving,
    takes,
    where,
)

CLIENTS, KIOSKS, TELLERS = 64, 10, 2
WAITING = 60


class Events:
    """Clients that report tickets: each issues one, gives it up, and issues the next."""

    def __init__(self, service: Service) -> None:
        self._connections = [Connection(service.port) for _ in range(CLIENTS)]
        self._day = Day(service, waiting=WAITING)
        self._connections[0].ask(request("/events", self._day.opening()))
        self._has: list[str | None] = [None] * CLIENTS
        self._number = count(1)

    def round(self, seconds: float) -> list[float]:
        """Post for so long; the seconds each event took."""
        return closed_loop(self._connections, self._next, seconds)

    def _next(self, client: int, _answer: bytes | None) -> bytes:
        ticket, self._has[client] = self._has[client], None
        if ticket:
            return request("/events", self._day.event("ticket.abandoned", ticket=ticket))
        number = next(self._number)
        self._has[client] = f"load-{number}"
        business = list(BUSINESSES)[number % len(BUSINESSES)]
        return request(
            "/events",
            self._day.event("ticket.issued", ticket=f"load-{number}", number=f"Y{number}", business=business),
        )


class Tickets:
    """Kiosks that issue tickets; tellers who serve one customer after another, if there are any."""

    def __init__(self, service: Service, *, tellers: bool) -> None:
        self._connections = [Connection(service.port) for _ in range(KIOSKS + (TELLERS if tellers else 0))]
        self._day = Day(service, waiting=WAITING)
        self._connections[0].ask(request("/events", self._day.opening()))
        self._waiting: deque[tuple[str, str]] = deque()
        self._rng = random.Random(1)
        self._window = count()
        self.issued = 0
        self.took: list[float] = []

    def round(self, seconds: float) -> None:
        """Issue and serve for so long."""

        def ask(client: int, answer: bytes | None) -> bytes | None:
            if client >= KIOSKS:
                return self._serve()
            if answer:
                slip = json.loads(answer)
                if slip["wait"]["low_s"] is None:
                    raise RuntimeError(f"a ticket without its range: {slip}")
                self._waiting.append((slip["ticket"], slip["number"]))
                self.issued += 1
                self.took.append(time.perf_counter() - self._connections[client].sent_at)
            business = self._rng.choices(list(BUSINESSES), (45, 30, 17, 8))[0]
            return request("/tickets", {"business": business})

        closed_loop(self._connections, ask, seconds)

    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting) + WAITING

    def _serve(self) -> bytes | None:
        """One customer's whole service, where more than enough people wait."""
        if len(self._waiting) <= WAITING:
            return None
        ticket, number = self._waiting.popleft()
        business = list(BUSINESSES)["ABCD".index(number[0])]
        able = [window for at, window in enumerate(WINDOWS) if business in takes(at)]
        about = {"ticket": ticket, "window": able[next(self._window) % len(able)]}
        kinds = ("ticket.called", "service.started", "service.finished")
        return request("/events", [self._day.event(kind, **about) for kind in kinds])


def events(seconds: float, rounds: int) -> None:
    """Print the table of events."""
    print("p99: of the median round, and of the calmest.\n")
    print("| 64 clients, POST /events | events/s | p99 ms | the service against it |")
    print("|---|---|---|---|", flush=True)
    variants = {
        WHOLE: "the service",
        NO_JOURNAL: "its journal taken out",
        FLOOR: "its journal and its forecast taken out",
    }
    with serving(*variants) as services:
        clients = [Events(service) for service in services]
        for one in clients:
            one.round(seconds / 2)
        turns = [[one.round(seconds) for one in clients] for _ in range(rounds)]
    for side, name in enumerate(variants.values()):
        rate = statistics.median(len(turn[side]) / seconds for turn in turns)
        share = statistics.median(len(turn[0]) / len(turn[side]) for turn in turns)
        late = [p(turn[side], 0.99) for turn in turns]
        print(f"| {name} | {rate:,.0f} | {shown(late)} | {share:.2f} |")


def shown(late: list[float]) -> str:
    """The median of the rounds, and the calmest: whatever else the machine does only adds to it."""
    return f"{statistics.median(late):.1f} ({min(late):.1f})"


def tickets(seconds: float) -> None:
    """Print the table of tickets."""
    print("\n| 10 clients, POST /tickets | tickets/s | p50 ms | p99 ms | waiting at the end |")
    print("|---|---|---|---|---|", flush=True)
    for name, tellers in (("lobby: windows keep up", True), ("flood: nobody is called", False)):
        with serving(WHOLE) as [service]:
            kiosks = Tickets(service, tellers=tellers)
            kiosks.round(seconds / 4)
            kiosks.issued, kiosks.took = 0, []
            kiosks.round(seconds)
            print(
                f"| {name} | {kiosks.issued / seconds:.0f} | {p(kiosks.took, 0.5):.1f} "
                f"| {p(kiosks.took, 0.99):.1f} | {kiosks.waiting()} |",
                flush=True,
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few and short rounds")
    quick = parser.parse_args().quick
    allow_many_sockets()
    pin(LOAD_CORE)
    events(*((1.0, 1) if quick else (4.0, 7)))
    tickets(1.5 if quick else 12.0)
    print(f"\n{where()}")


if __name__ == "__main__":
    main()
