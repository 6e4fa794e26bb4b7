"""A lean load generator: raw sockets, one epoll, a branch day's events; decodes no more than it counts."""

from __future__ import annotations

import heapq
import itertools
import json
import random
import resource
import select
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from service import BRANCH, BUSINESSES, WINDOWS, Service, takes

API = f"/api/v1/branches/{BRANCH}"
Plain = dict[str, Any]


def allow_many_sockets() -> None:
    """Raise this process's limit of open files as far as it may go."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def request(path: str, body: object) -> bytes:
    """A POST, as bytes."""
    content = json.dumps(body, separators=(",", ":")).encode()
    head = f"POST {API}{path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


class Connection:
    """One HTTP connection with one request under way at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""
        self.sent_at = 0.0

    def send(self, data: bytes) -> None:
        """Send a request; its time runs from now."""
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)

    def receive(self) -> bytes | None:
        """Read; the body, once the answer is whole. RuntimeError for anything but success."""
        self._buffer += self.socket.recv(1 << 16)
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if len(body) < length:
            return None
        self._buffer = b""
        if head[9:10] != b"2":
            raise RuntimeError(f"refused: {head[:40]!r} {body!r}")
        return body

    def ask(self, data: bytes) -> bytes:
        """Send, and wait for the answer."""
        self.send(data)
        while (body := self.receive()) is None:
            pass
        return body


def closed_loop(
    connections: list[Connection], next_request: Callable[[int, bytes | None], bytes | None], seconds: float
) -> list[float]:
    """Keep a request under way on each connection; the seconds that each took, of those answered in time.

    ``next_request(connection, answer)`` makes the next one; None: nothing to say until another is answered.
    """
    poller = select.epoll()
    by_descriptor = {one.socket.fileno(): number for number, one in enumerate(connections)}
    idle: set[int] = set()
    latencies = []

    def go_on(number: int, answer: bytes | None) -> None:
        data = next_request(number, answer)
        if data is None:
            idle.add(number)
        else:
            idle.discard(number)
            connections[number].send(data)

    for descriptor, number in by_descriptor.items():
        poller.register(descriptor, select.EPOLLIN)
        go_on(number, None)
    until = time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0:
        for descriptor, _ in poller.poll(min(left, 0.01)):
            number = by_descriptor[descriptor]
            answer = connections[number].receive()
            if answer is not None:
                latencies.append(time.perf_counter() - connections[number].sent_at)
                go_on(number, answer)
        for number in tuple(idle):
            go_on(number, None)
    for number, connection in enumerate(connections):  # leave nothing under way behind
        while number not in idle and connection.receive() is None:
            pass
    return latencies


HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Screen:
    """One screen: remembers when which ``seq`` had arrived, whole."""

    def __init__(self, port: int, topic: str) -> None:
        kind, _, window = topic.partition(":")
        query = f"screen={kind}" + (f"&window={window}" if window else "")
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(HANDSHAKE.format(path=f"{API}/live?{query}").encode())
        self._buffer = bytearray()
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self.socket.recv(4_096)
        del self._buffer[: self._buffer.index(b"\r\n\r\n") + 4]
        self.topic = topic
        self.seqs: list[int] = []
        self.times: list[float] = []
        self.bytes = 0

    def receive(self) -> None:
        """Read what is there."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise RuntimeError(f"the server closed {self.topic}")
        now = time.perf_counter()
        self._buffer += data
        self.bytes += len(data)
        for head in self._frames():
            _, found, rest = head.partition(b'"seq":')
            if found:
                self.seqs.append(int(rest.partition(b",")[0]))
                self.times.append(now)

    def _frames(self) -> Iterator[bytes]:
        """The beginning of each whole text frame; a ping is answered."""
        buffer = self._buffer
        while len(buffer) >= 2:
            start, length = 2, buffer[1] & 127
            if length >= 126:
                start = 4 if length == 126 else 10
                length = int.from_bytes(buffer[2:start], "big")
            if len(buffer) < start + length:
                return
            if buffer[0] & 15 == 1:
                yield bytes(buffer[start : start + min(length, 200)])
            elif buffer[0] & 15 == 9:
                unmasked = b"\0\0\0\0"
                self.socket.sendall(bytes((0x8A, 0x80 | length)) + unmasked + buffer[2 : 2 + length])
            del buffer[: start + length]


class Day:
    """What happens in a branch whose windows are all busy: events in a lawful order, as fast as asked for.

    About ``waiting`` people wait; each customer is issued, called, seated, served, and the window is ready.
    """

    def __init__(self, service: Service, *, waiting: int, seed: int = 1) -> None:
        self._service = service
        self._wanted = waiting
        self._rng = random.Random(seed)
        self._number = itertools.count(1)
        self._id = itertools.count(1)
        self._waiting: list[tuple[str, str]] = []
        self._windows = [(0.0, number, "opened", "") for number in range(len(WINDOWS))]
        heapq.heapify(self._windows)

    def event(self, kind: str, **fields: object) -> Plain:
        """An event of this moment."""
        at = datetime.fromtimestamp(self._service.now(), UTC).isoformat(timespec="milliseconds")
        return {"id": f"e{next(self._id)}", "type": kind, "at": at, **fields}

    def opening(self) -> list[Plain]:
        """All windows open, and so many people come in."""
        opened = [self.event("window.opened", window=window, teller=f"t{window}") for window in WINDOWS]
        return opened + [self.issued() for _ in range(self._wanted)]

    def issued(self) -> Plain:
        """Somebody takes a ticket."""
        business = self._rng.choices(list(BUSINESSES), (45, 30, 17, 8))[0]
        number = next(self._number)
        self._waiting.append((f"day-{number}", business))
        priority = {"priority": "elderly"} if number % 9 == 0 else {}
        return self.event(
            "ticket.issued", ticket=f"day-{number}", number=f"Z{number}", business=business, **priority
        )

    def next(self) -> Plain:
        """The next thing that happens: somebody comes, or the window that is due goes on."""
        if len(self._waiting) < self._wanted and self._rng.random() < 0.7:
            return self.issued()
        due, number, before, ticket = heapq.heappop(self._windows)
        window = WINDOWS[number]
        match before:
            case "opened" | "ready":
                found = next((one for one in self._waiting if one[1] in takes(number)), None)
                if found is None:
                    heapq.heappush(self._windows, (due + 10.0, number, before, ""))
                    return self.issued()
                self._waiting.remove(found)
                after, ticket, lasts_s = "called", found[0], self._rng.uniform(8, 25)
                event = self.event("ticket.called", ticket=ticket, window=window)
            case "called":
                after, lasts_s = "started", self._rng.lognormvariate(5.0, 0.6)
                event = self.event("service.started", ticket=ticket, window=window)
            case "started":
                after, lasts_s = "finished", self._rng.expovariate(1 / 30)
                event = self.event("service.finished", ticket=ticket, window=window)
            case _:
                after, lasts_s = "ready", self._rng.uniform(1, 8)
                event = self.event("window.ready", window=window)
        heapq.heappush(self._windows, (due + lasts_s, number, after, ticket))
        return event
