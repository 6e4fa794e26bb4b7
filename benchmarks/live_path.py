"""From an event's POST to its view on all its screens: 300 screens, 20 events a second, one process.

Held against the same service with journal and forecast taken out: the same route, fold, views and hub. Both
serve the same screens and take turns. An event's screens are those of the hall and the board and, where it
concerns a window, those above its counter and on its desk; its time runs from the first byte sent to the last
byte of the last of them.

    python benchmarks/live_path.py [--quick]
"""

from __future__ import annotations

import argparse
import json
import random
import select
import statistics
import time
from bisect import bisect_left
from dataclasses import dataclass, field

from load import Connection, Day, Screen, allow_many_sockets, request
from service import FLOOR, LOAD_CORE, SPEED, WHOLE, WINDOWS, Service, p, pin, serving, where

RATE = 20.0
WAITING = 60
PATIENCE_S = 20.0
TOPICS = (
    ["hall"] * 30
    + ["board"] * 6
    + [f"window:{window}" for window in WINDOWS] * 12
    + [f"desk:{window}" for window in WINDOWS] * 10
)


@dataclass(slots=True)
class Sent:
    """One event under way."""

    at: float
    topics: tuple[str, ...]
    seq: int = 0


@dataclass(slots=True)
class Figures:
    """What one round showed: seconds for each event, and CPU seconds of the server for each."""

    latencies: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    bytes: int = 0


class Watch:
    """All screens, of whatever lobby: each is read, and its pings are answered, whoever's turn it is."""

    def __init__(self) -> None:
        self.poller = select.epoll()
        self.screens: dict[int, Screen] = {}

    def add(self, screens: list[Screen]) -> None:
        """Read these too."""
        for screen in screens:
            self.screens[screen.socket.fileno()] = screen
            self.poller.register(screen.socket.fileno(), select.EPOLLIN)


class Lobby:
    """A service, its screens, and the day that goes on there."""

    def __init__(self, service: Service, watch: Watch | None = None) -> None:
        self.service = service
        self.connection = Connection(service.port)
        self.day = Day(service, waiting=WAITING)
        self.connection.ask(request("/events", self.day.opening()))
        for _ in range(120):
            self.connection.ask(request("/events", self.day.next()))
        self.screens = [Screen(service.port, topic) for topic in TOPICS]
        self.by_topic: dict[str, list[Screen]] = {}
        for screen in self.screens:
            self.by_topic.setdefault(screen.topic, []).append(screen)
        self.watch = watch or Watch()
        self.watch.add(self.screens)
        self.watch.poller.register(self.connection.socket.fileno(), select.EPOLLIN)

    def round(self, seconds: float, *, even: bool, rng: random.Random) -> Figures:
        """Send events at the rate, evenly or as chance has it; read all that comes."""
        sent: list[Sent] = []
        unanswered: list[Sent] = []
        cpu_s, begin = self.service.cpu_s(), time.perf_counter()
        received = sum(screen.bytes for screen in self.screens)
        due, end = begin + 0.1, begin + seconds
        backlog: list[float] = []
        while (now := time.perf_counter()) < end or (now < end + PATIENCE_S and not self.heard(sent)):
            if now >= due and due < end:
                backlog.append(due)
                due += 1 / RATE if even else rng.expovariate(RATE)
            if backlog and not unanswered:
                event = self.day.next()
                rooms = ("hall", "board")
                here = event.get("window")
                topics = (*rooms, f"window:{here}", f"desk:{here}") if here else rooms
                one = Sent(time.perf_counter() if even else max(backlog.pop(0), begin), topics)
                backlog = [] if even else backlog
                self.connection.send(request("/events", event))
                sent.append(one)
                unanswered.append(one)
            self.look(max(min(due - time.perf_counter(), 0.01), 0.0) if due < end else 0.01, unanswered)
        return Figures(
            [self.took(one) for one in sent],
            (self.service.cpu_s() - cpu_s) / max(len(sent), 1),
            sum(screen.bytes for screen in self.screens) - received,
        )

    def heard(self, sent: list[Sent]) -> bool:
        """Whether every event has reached all its screens."""
        if not all(one.seq for one in sent):
            return False
        wanted = {topic: one.seq for one in sent for topic in one.topics}
        return all(
            screen.seqs and screen.seqs[-1] >= seq
            for topic, seq in wanted.items()
            for screen in self.by_topic[topic]
        )

    def look(self, seconds: float, unanswered: list[Sent]) -> None:
        """Read whatever has come."""
        for descriptor, _ in self.watch.poller.poll(seconds):
            screen = self.watch.screens.get(descriptor)
            if screen is not None:
                screen.receive()
            elif (answer := self.connection.receive()) is not None:
                unanswered.pop(0).seq = json.loads(answer)[0]["seq"]

    def took(self, sent: Sent) -> float:
        """Seconds until the last of an event's screens had a view that contains it."""
        last = sent.at
        for topic in sent.topics:
            for screen in self.by_topic[topic]:
                place = bisect_left(screen.seqs, sent.seq)
                if place == len(screen.seqs):
                    raise RuntimeError(f"{screen.topic} never heard of event {sent.seq}")
                last = max(last, screen.times[place])
        return last - sent.at


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few and short rounds")
    quick = parser.parse_args().quick
    rounds, seconds = (1, 2.0) if quick else (5, 10.0)
    allow_many_sockets()
    pin(LOAD_CORE)
    rng = random.Random(1)
    print(
        f"| {len(TOPICS)} screens, {RATE:.0f} events/s, {WAITING} waiting | p50 ms | p99 ms | p50 of floor "
        "| p99 of floor | p99 / floor | CPU ms per event | of floor | KB per event |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    with serving(WHOLE, FLOOR) as services:
        watch = Watch()
        lobbies = [Lobby(service, watch) for service in services]
        for lobby in lobbies:
            lobby.round(1.0 if quick else 5.0, even=True, rng=rng)
        for name, even in (("evenly spaced", True), ("as chance has it (Poisson)", False)):
            pairs = [[lobby.round(seconds, even=even, rng=rng) for lobby in lobbies] for _ in range(rounds)]
            ratio = statistics.median(
                p(ours.latencies, 0.99) / p(floor.latencies, 0.99) for ours, floor in pairs
            )
            pooled = [[one for pair in pairs for one in pair[side].latencies] for side in (0, 1)]
            cpu = [1e3 * statistics.median(pair[side].cpu_s for pair in pairs) for side in (0, 1)]
            volume = sum(ours.bytes for ours, _ in pairs) / len(pooled[0]) / 1e3
            print(
                f"| {name} | {p(pooled[0], 0.5):.1f} | {p(pooled[0], 0.99):.1f} | {p(pooled[1], 0.5):.1f} "
                f"| {p(pooled[1], 0.99):.1f} | {ratio:.2f} | {cpu[0]:.1f} | {cpu[1]:.1f} | {volume:.0f} |",
                flush=True,
            )
    print(f"\n{where()} The service's clock runs {SPEED:.0f}-fold, so that waits are as long as in life.")


if __name__ == "__main__":
    main()
