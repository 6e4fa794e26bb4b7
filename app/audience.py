"""For whom a route or a socket is. Declared from the first day, even while all are let in."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


class Audience(StrEnum):
    """Who may use a route once there are credentials."""

    PUBLIC = "public"
    SCREEN = "screen"
    KIOSK = "kiosk"
    TELLER = "teller"
    MANAGER = "manager"
    MACHINE = "machine"


def for_whom(*audience: Audience) -> Callable[[Endpoint], Endpoint]:
    """Declare an endpoint's audience."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.audience = audience  # type: ignore[attr-defined]
        return endpoint

    return declare


def audience_of(endpoint: Callable[..., object]) -> tuple[Audience, ...] | None:
    """The declared audience; None where it was forgotten."""
    return getattr(endpoint, "audience", None)
