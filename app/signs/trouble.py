"""What can be wrong with a sign, in words that help whoever stands below it."""

from __future__ import annotations

import socket

ANSWER_S = 3.0
"""So long a sign may take to connect, to take bytes in, and to answer."""


class Trouble(Exception):
    """A sign cannot be reached or did not take what it was sent; the text says what to look at."""


def unreachable(error: Exception, host: str, port: int) -> Trouble:
    """Why there is no connection."""
    if isinstance(error, TimeoutError):
        return Trouble(f"{host} is silent: is the address right, the sign switched on, the cable in?")
    if isinstance(error, ConnectionRefusedError):
        return Trouble(f"{host} is there, but nothing listens on port {port}: is the port right?")
    if isinstance(error, socket.gaierror):
        return Trouble(f"{host} is not known in this network: write the address in digits?")
    return Trouble(f"{host} cannot be reached: {getattr(error, 'strerror', None) or error}")


def gone() -> Trouble:
    """The other side closed."""
    return Trouble("it closed the connection: does another program hold it?")


def stalled() -> Trouble:
    """Bytes are not taken in."""
    return Trouble(f"it took nothing in for {ANSWER_S:g} s: switch it off and on?")


def silent() -> Trouble:
    """A frame was not answered."""
    return Trouble(f"connected, but no answer within {ANSWER_S:g} s: are kind and address right?")


def babble() -> Trouble:
    """A frame was answered by something else."""
    return Trouble(
        "it answers, but not as a sign of this kind does: is the kind right, or something else there?"
    )


def refused(reason: str) -> Trouble:
    """A frame was answered with no."""
    return Trouble(f"it refused the page: {reason}")
