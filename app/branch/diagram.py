"""The manual's page about lifecycles, drawn from the tables that the service follows."""

from __future__ import annotations

from collections.abc import Iterable

from .lifecycle import TICKET, WINDOW
from .state import ENDED, WindowState

_OUTSIDE = "[*]"
_PAGE = """\
# Lifecycles

*Made from `app/branch/lifecycle.py` by `app/branch/diagram.py`; a test holds them together.*

A strict sender's event that has no arrow here is refused (409) and changes nothing. For an authoritative
sender the missing arrows are walked first, and the events inserted are marked `implied`.

## A ticket

```mermaid
{ticket}
```

## A window

A window that is closing shuts wherever an arrow leads to `open`. Where a sender does not report
`window.ready`, a service leads to `open` as well: the wrap-up is then in the forecast only.

```mermaid
{window}
```
"""


def page() -> str:
    """The whole page, as Markdown with two Mermaid state diagrams."""
    ticket = [(have or _OUTSIDE, kind, reached) for (have, kind), reached in TICKET.items()]
    last = sorted(ENDED - {have for have, _ in TICKET if have})
    ends = [(state, "", _OUTSIDE) for state in last]
    window = [(have, kind, reached) for (have, kind), reached in WINDOW.items()]
    return _PAGE.format(
        ticket=mermaid([*ticket, *ends]), window=mermaid([(_OUTSIDE, "", WindowState.CLOSED), *window])
    )


def mermaid(arrows: Iterable[tuple[str, str, str]]) -> str:
    """A Mermaid state diagram of (from, event, to): one arrow between two states, with all its events."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for have, kind, reached in arrows:
        kinds.setdefault((have, reached), []).append(kind)
    drawn = (f"    {have} --> {reached}: {', '.join(names)}" for (have, reached), names in kinds.items())
    return "\n".join(("stateDiagram-v2", *(arrow.removesuffix(": ") for arrow in drawn)))
