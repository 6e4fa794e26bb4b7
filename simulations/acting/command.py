"""What an actor of a generated day asks of the service, and what the service answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ISSUE = "issue"
ABANDON = "abandon"


@dataclass(frozen=True, slots=True)
class Command:
    """One press of a key, as the HTTP API has it. ``at`` (epoch seconds) is when it is due.

    ``name`` is ``issue`` (POST /tickets), ``abandon`` (of ``ticket``), or what a window does: ``next``,
    ``start``, ``back-office`` … ``id`` is unique in the day, and serves as the idempotency key.
    """

    id: str
    at: float
    name: str
    body: Mapping[str, Any] = field(default_factory=dict)
    window: str | None = None
    ticket: str | None = None

    @property
    def path(self) -> str:
        """The path below the branch's own."""
        if self.name == ISSUE:
            return "/tickets"
        if self.name == ABANDON:
            return f"/tickets/{self.ticket}/abandon"
        return f"/windows/{self.window}/{self.name}"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and, where there is one, the object that came with it."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether the command was carried out; ``next`` with nobody to call (204) was."""
        return 200 <= self.status < 300
