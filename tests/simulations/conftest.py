"""The demo's first day, acted once in virtual time."""

from datetime import date

import pytest

from app.branch.branch_file import Branch
from simulations.acting import demo
from simulations.acting.day import Day
from simulations.acting.virtual import VirtualBranch, act

MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def branch() -> Branch:
    return demo.branch()


@pytest.fixture(scope="session")
def first_day() -> Day:
    return demo.day(MONDAY)


@pytest.fixture(scope="session")
def first_service(branch: Branch, first_day: Day) -> VirtualBranch:
    return act(branch, first_day)
