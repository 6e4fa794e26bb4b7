"""A printer on a real socket: reads ESC/POS, keeps what would be on the paper, answers DLE EOT."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

READY = {1: 0x12, 2: 0x12, 4: 0x12}
PAPER_OUT = {1: 0x1A, 2: 0x32, 4: 0x72}
COVER_OPEN = {1: 0x1A, 2: 0x16, 4: 0x12}
GARBAGE = {1: 0xFF, 2: 0xFF, 4: 0xFF}
FIXED = {b"\x1b@": 0, b"\x1c&": 0, b"\x1ba": 1, b"\x1bd": 1, b"\x1dV": 1, b"\x1d!": 1, b"\x1cW": 1}
"""Commands of two bytes, and how many bytes follow each."""


@dataclass
class Paper:
    """What has been printed: the text, how large each line began, and the pictures as rows of dots."""

    text: str = ""
    sizes: dict[str, int] = field(default_factory=dict)
    pictures: list[list[str]] = field(default_factory=list)
    cuts: int = 0

    @property
    def lines(self) -> list[str]:
        return [line for line in self.text.splitlines() if line]

    def picture(self) -> list[str]:
        """All bands, one below the other."""
        return [row for picture in self.pictures for row in picture]

    def code(self) -> list[list[int]]:
        """The modules of the QR code that stands in the pictures, without its quiet zone."""
        rows = [row for row in self.picture() if "1" in row]
        left = min(row.index("1") for row in rows)
        right = max(row.rindex("1") for row in rows) + 1
        run = rows[0][left:right]
        scale = (len(run) - len(run.lstrip("1"))) // 7  # a finder pattern is seven modules wide
        return [[int(row[at]) for at in range(left, right, scale)] for row in rows[::scale]]


def on_paper(sent: bytes) -> Paper:
    """Read a stream of commands. Errors: ``ValueError`` at what no command is."""
    paper, at, size = Paper(), 0, 1
    raw = bytearray()

    def end_line() -> None:
        line = raw.decode("gb18030")
        paper.sizes[line] = size
        paper.text += line + "\n"
        raw.clear()

    while at < len(sent):
        head = sent[at : at + 2]
        if head == b"\x10\x04":
            at += 3
        elif head == b"\x1dv":
            across = int.from_bytes(sent[at + 4 : at + 6], "little")
            rows = int.from_bytes(sent[at + 6 : at + 8], "little")
            body = sent[at + 8 : at + 8 + across * rows]
            if len(body) != across * rows:
                raise ValueError("half a picture")
            lines = [body[n * across : (n + 1) * across] for n in range(rows)]
            paper.pictures.append(["".join(f"{byte:08b}" for byte in line) for line in lines])
            at += 8 + across * rows
        elif head in FIXED:
            if head == b"\x1d!":
                size = (sent[at + 2] & 0x0F) + 1
            paper.cuts += head == b"\x1dV"
            at += 2 + FIXED[head]
        elif head[0] in b"\x1b\x1c\x1d\x10":
            raise ValueError(f"unknown command {head.hex()} at {at}")
        elif head[:1] == b"\n":
            end_line()
            at += 1
        else:
            wide = 2 if sent[at] >= 0x81 else 1
            raw += sent[at : at + wide]
            at += wide
    return paper


class Simulator:
    """Listens on a free port. ``answers`` may be changed at any time; None: it never reads."""

    def __init__(self, answers: dict[int, int] | None = READY) -> None:
        self.answers = answers
        self.asked_again: dict[int, int] | None = None
        """What it answers once something has been printed, where that differs."""
        self._slips: list[bytes] = []
        self._printed = threading.Condition()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()

    def papers(self, count: int = 1, within_s: float = 60) -> list[Paper]:
        """What was printed, once there are so many slips."""
        with self._printed:
            assert self._printed.wait_for(lambda: len(self._slips) >= count, within_s), self._slips
        return [on_paper(slip) for slip in self._slips]

    @property
    def printed(self) -> int:
        return len(self._slips)

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            with line:
                line.settimeout(0.1)
                if self.answers is None:
                    self._over.wait()
                else:
                    self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        sent = b""
        while not self._over.is_set():
            try:
                got = line.recv(65_536)
            except TimeoutError:
                continue
            except OSError:
                break
            if not got:
                break
            asked = got[-3:] if got[-3:-1] == b"\x10\x04" else b""
            sent += got.removesuffix(asked)
            if asked:
                says = (self.asked_again if sent and self.asked_again else self.answers) or READY
                line.sendall(bytes([says[asked[2]]]))
        if sent:
            with self._printed:
                self._slips.append(sent)
                self._printed.notify_all()


@contextmanager
def simulated(answers: dict[int, int] | None = READY) -> Iterator[Simulator]:
    """A printer for as long as this lasts."""
    printer = Simulator(answers)
    try:
        yield printer
    finally:
        printer.close()


def gone() -> int:
    """A port where no printer is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
