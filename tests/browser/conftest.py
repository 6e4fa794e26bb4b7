"""One service and one browser for all these tests; each test has a branch and contexts of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.app.printing.simulator import Simulator, simulated

from .crowded import crowded_text
from .service import Lobby, Service, branch_text, remember
from .visitor import PATIENCE_MS, Visitor

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")
BRANCHES = 40
TOLD = {"low_s": 0, "high_s": 60, "basis": "configured", "reason": "first"}
LATE: Sequence[tuple[float, str, dict[str, Any]]] = [
    (400, "window.opened", {"window": "1"}),
    (400, "window.opened", {"window": "2"}),
    (390, "ticket.issued", {"ticket": "t1", "number": "A001", "business": "personal"}),
    (390, "ticket.issued", {"ticket": "t2", "number": "A002", "business": "personal"}),
    (390, "range.told", {"ticket": "t2", "about": "wait", **TOLD}),
    (380, "ticket.called", {"ticket": "t1", "window": "1"}),
    (370, "service.started", {"ticket": "t1", "window": "1"}),
    (370, "range.told", {"window": "1", "about": "service", **TOLD}),
    (360, "window.paused", {"window": "2", "reason": "copying", "expected_s": 30}),
    (360, "range.told", {"window": "2", "about": "return", **TOLD}),
]
"""The last minutes of the branch ``late``: what its people were told has not come true."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    assert CHROMIUM.exists(), "Debian's Chromium is missing: `make test` installs it (apt install chromium)"
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
        expect.set_options(timeout=None)


@pytest.fixture(scope="package")
def printer() -> Iterator[Simulator]:
    """The printer of the branches ``full`` and ``shut``."""
    with simulated() as printer:
        yield printer


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory, printer: Simulator) -> Iterator[Service]:
    """The service that tests share; none of them may stop it."""
    files = {f"b{number:02}": branch_text(f"b{number:02}") for number in range(BRANCHES)}
    files |= {name: branch_text(name) for name in ("busy", "late")}
    files |= {name: crowded_text(name, printer.port) for name in ("full", "shut")}
    files["hasty"] = branch_text("hasty", unattended_s=2)
    service = Service(tmp_path_factory.mktemp("service"), files)
    remember(service.data, files["late"], LATE)
    for running_service in running(service):
        running_service.lobby("full").press("1", "open")
        yield running_service


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Service]:
    """A service of this test's own, to be killed; with one branch, ``main``."""
    yield from running(Service(tmp_path, {"main": branch_text("main")}))


def running(service: Service) -> Iterator[Service]:
    try:
        service.start()
        yield service
    finally:  # also one that came too late, and would go on beside all other tests
        service.stop()
    assert "Traceback" not in service.log, service.log


@pytest.fixture(scope="package")
def unused() -> Iterator[str]:
    """Branches that nobody has used yet."""
    return iter([f"b{number:02}" for number in range(BRANCHES)])


@pytest.fixture
def lobby(service: Service, unused: Iterator[str]) -> Lobby:
    """A branch of this test's own, where nothing has happened yet."""
    return service.lobby(next(unused))


@pytest.fixture
def visitor(browser: Browser, service: Service) -> Iterator[Visitor]:
    visitor = Visitor(browser, service.url)
    yield visitor
    visitor.leave()
