"""What can be wrong with what a sender says. Each names what and where; none changes anything."""

from __future__ import annotations

from collections.abc import Iterable


class BranchError(Exception):
    """Base of all refusals. ``detail`` is a sentence for whoever sent it."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def at_index(self, index: int) -> None:
        """Say which event of several it was."""
        self.detail = f"event {index}: {self.detail}"
        self.args = (self.detail,)


class Malformed(BranchError):
    """A field is missing, of the wrong kind or out of its bounds."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field

    def at_index(self, index: int) -> None:
        """Say which event of several it was, in the field too."""
        super().at_index(index)
        self.field = f"[{index}].{self.field}"


class Unknown(BranchError):
    """A branch, window, ticket, business … that does not exist here."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.known = sorted(known)
        shown = ", ".join(self.known[:20]) + (", …" if len(self.known) > 20 else "")
        super().__init__(f"There is no {what} {name!r} here; known: {shown or 'none'}.")
        self.what = what
        self.name = name


class Over(BranchError):
    """Something that was there, and whose day has ended."""


class Refused(BranchError):
    """The lifecycle does not allow it. ``rule`` names the rule."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(detail)
        self.rule = rule


class Stale(BranchError):
    """The sender decided on an older state than it says it knows (``If-Match``)."""


class OtherContent(Refused):
    """The same event id was used before for something else."""

    def __init__(self, detail: str) -> None:
        super().__init__("one id, one event", detail)
