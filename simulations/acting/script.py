"""The little language in which customers and tellers act: wait until then, press this key.

A script is a generator. It yields ``Wait`` or ``Press`` and is sent a ``Reply``; it never asks what time it
is, nor who carries out what it presses. ``Play`` runs many of them.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Wait:
    """Go on at ``until`` (epoch seconds); with ``for_bell`` already when somebody rings."""

    until: float
    for_bell: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """Press a key: the fields of ``Command``."""

    name: str
    body: Mapping[str, Any] = field(default_factory=dict)
    window: str | None = None
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of it, and when (epoch seconds). ``status`` is HTTP's; 0 after a wait."""

    at: float
    status: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether what was pressed was carried out."""
        return 200 <= self.status < 300


Script: TypeAlias = Generator[Wait | Press, Reply, None]
Moment: TypeAlias = Generator[Wait | Press, Reply, float]
"""A part of a script that ends with the time at which it ended."""

NEVER = inf


def wait(until: float) -> Moment:
    """Wait; returns the time."""
    reply = yield Wait(until)
    return reply.at


def press(
    name: str,
    body: Mapping[str, Any] | None = None,
    *,
    window: str | None = None,
    ticket: str | None = None,
) -> Generator[Wait | Press, Reply, Reply]:
    """Press a key; returns the reply."""
    return (yield Press(name, body or {}, window, ticket))
