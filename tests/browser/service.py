"""The real service as a process of its own, and what a test does to its branches from outside a browser."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from app.branch.branch_file import parse
from app.branch.events import SERVICE, parse_event
from app.house import JOURNAL
from app.journal import Journal
from app.live import to_record

COMMAND = Path(sys.executable).with_name("lobbyclock")
NOON = ZoneInfo(f"Etc/GMT{datetime.now(UTC).hour - 12:+}")
"""Where it is noon as these tests start: their branches stand there, so that no test meets the night."""
START_S = 200.0
"""A busy machine may have to compile the kernels first."""

BRANCH = Template("""
[branch]
id = "$id"
names = { "zh-Hans" = "人民路支行", en = "People's Road Branch" }
timezone = "$zone"
day_change = "00:00"
languages = ["zh-Hans", "en"]
unattended_s = $unattended_s

[[business]]
id = "personal"
prefix = "A"
names = { "zh-Hans" = "个人业务", en = "Personal" }
minutes = [2, 6, 16]

[[business]]
id = "company"
prefix = "B"
names = { "zh-Hans" = "对公业务", en = "Company" }
minutes = [4, 10, 28]
items = true

[[business]]
id = "deposits"
prefix = "D"
names = { "zh-Hans" = "存款业务", en = "Deposits" }
minutes = [1, 3, 8]

[[window]]
id = "1"
businesses = ["personal"]

[[window]]
id = "2"
businesses = ["personal"]

[[window]]
id = "3"
businesses = ["company"]

[[window]]
id = "4"
businesses = ["deposits"]

[priority.elderly]
head_start_s = 900
names = { "zh-Hans" = "长者优先", en = "Seniors first" }

[[step]]
id = "photocopy"
names = { "zh-Hans" = "复印资料", en = "Photocopy" }
public = { "zh-Hans" = "柜员正为客户复印资料", en = "Teller is copying documents for the customer" }
minutes = [1, 2, 5]

[[step]]
id = "cash_counting"
names = { "zh-Hans" = "清点现金", en = "Cash counting" }
resource = "machine"
minutes = [1, 3, 8]

[[step]]
id = "authorisation"
names = { "zh-Hans" = "主管授权", en = "Approval" }
public = { "zh-Hans" = "等待主管授权", en = "Waiting for approval" }
resource = "supervisor"
minutes = [1, 3, 6]

[[sender]]
id = "machine"
authoritative = true
heartbeat_s = 3
windows = ["4"]
""")
"""Window 4 belongs to a machine that must be heard of every three seconds."""


def branch_text(name: str, unattended_s: float = 120) -> str:
    """A branch file; the branch stands where it is noon."""
    return BRANCH.substitute(id=name, zone=NOON, unattended_s=unattended_s)


def remember(data: Path, text: str, facts: Sequence[tuple[float, str, Mapping[str, Any]]]) -> None:
    """Give a branch a past before its service starts: (seconds ago, type, fields) in order."""
    branch = parse(text)
    now = datetime.now(NOON)
    records = []
    for seq, (ago_s, kind, fields) in enumerate(facts, 1):
        at = (now - timedelta(seconds=ago_s)).isoformat(timespec="milliseconds")
        raw = {"id": f"past-{seq}", "type": kind, "at": at, "seq": seq, "received_at": at, "v": 1, **fields}
        records.append(to_record(parse_event(raw, sender=SERVICE if kind == "range.told" else "local")))
    data.mkdir(exist_ok=True)
    with Journal.open(data / JOURNAL) as journal:
        journal.append(branch.id, journal.epoch(branch.id), 0, records).result()


class Service:
    """``lobbyclock serve`` on a free port of this machine, with a data folder that outlives it."""

    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        self._folder = folder
        self._branches = folder / "branches"
        self._branches.mkdir()
        for name, text in files.items():
            (self._branches / f"{name}.toml").write_text(text, "utf-8")
        self.data = folder / "data"
        self._log = folder / "log"
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"
        self._client = httpx2.Client(base_url=self.url, timeout=120)

    def start(self) -> None:
        """Start, on the same port and data as before, and wait until it answers."""
        arguments = ["--branches", str(self._branches), "--data", str(self.data), "--port", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([COMMAND, "serve", *arguments], stdout=log, stderr=log)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(httpx2.TransportError):
                if self._client.get("/healthz").status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(f"the service did not start:\n{self.log}")

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal; one that kills is waited for."""
        assert self._process is not None
        self._process.send_signal(number)
        if number is signal.SIGKILL:
            self._process.wait(timeout=120)

    def stop(self) -> None:
        """Stop it for good."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=120)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=120)
        self._client.close()

    @property
    def log(self) -> str:
        """What it has printed."""
        return self._log.read_text("utf-8")

    def lobby(self, name: str) -> Lobby:
        """One of its branches."""
        return Lobby(self._client, name)


class Lobby:
    """One branch of a running service, as other programs reach it."""

    def __init__(self, client: httpx2.Client, name: str) -> None:
        self._client = client
        self.path = f"/b/{name}"
        self.api = f"/api/v1/branches/{name}"

    def send(self, path: str, body: Any = None) -> Any:  # noqa: ANN401 - JSON
        """POST; the answer's JSON. Errors: an ``AssertionError`` with the service's own words."""
        answer = self._client.post(
            f"{self.api}/{path}", json=body or {}, headers={"Idempotency-Key": uuid.uuid4().hex}
        )
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def take(self, business: str = "personal", **more: str | int) -> dict[str, Any]:
        """Take a ticket."""
        return dict(self.send("tickets", {"business": business, **more}))

    def press(self, window: str, command: str, **body: Any) -> Any:  # noqa: ANN401 - JSON
        """Press one of a teller's keys."""
        return self.send(f"windows/{window}/{command}", body)

    def report(self, sender: str, kind: str, **fact: str) -> None:
        """Report one event as another system does."""
        at = datetime.now(NOON).isoformat(timespec="milliseconds")
        self.send("events", {"id": uuid.uuid4().hex, "sender": sender, "type": kind, "at": at, **fact})

    @contextlib.contextmanager
    def beating(self, sender: str) -> Iterator[None]:
        """A sender that gives signs of life for as long as this lasts."""
        silent = threading.Event()

        def beat() -> None:
            self.send("heartbeat", {"sender": sender})
            while not silent.wait(0.5):
                self.send("heartbeat", {"sender": sender})

        heart = threading.Thread(target=beat)
        heart.start()
        try:
            yield
        finally:
            silent.set()
            heart.join()

    def state(self) -> dict[str, Any]:
        """The whole state."""
        return dict(self._client.get(self.api).json())

    def advice(self) -> dict[str, Any]:
        """What could be done now."""
        return dict(self._client.get(f"{self.api}/advice").json())

    def window(self, name: str) -> dict[str, Any]:
        """One window's state."""
        return next(one for one in self.state()["windows"] if one["window"] == name)

    def events(self, kind: str) -> list[dict[str, Any]]:
        """All events of a type, in order."""
        lines = self._client.get(f"{self.api}/events").text.splitlines()
        return [event for event in map(json.loads, lines) if event["type"] == kind]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
