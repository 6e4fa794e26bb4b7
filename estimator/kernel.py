"""The queue kernel: one event loop over one branch, compiled, free of randomness.

All that is random enters as columns, one entry a customer, in the order of their tickets. Customers stand in
*lines*: first come, first served, with one eligibility and one head start each. Who is called next follows
`estimator.discipline`, of which this is the compiled copy. It starts from an empty day or any present state.

Windows and lines are numbers, and sets of them bit masks: the idle windows, the lines in which somebody
waits, the windows that take a line at once and those that help out late. Each window has one next moment:
busy, when it is done; idle, when its opening hours end; else, when they begin again. The loop goes from one
moment at which somebody can be called to the next. While no window is idle those are the windows' own, and
arrivals are only taken in; else arrivals matter too, and so does the moment at which a window would help out.

A customer whose patience ran out stays in line as a ghost until a window would have called it. That moment
is recorded (the *offered* wait: how long it would have waited, had it stayed), and the window goes on to the
next. A ticket of negative patience is therefore a *probe*: it learns its wait and disturbs nobody.

The undecorated functions (`.py_func`) are the oracle of the compiled ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numba import njit

from estimator.bits import LAST, SHIFT, lowest
from estimator.columns import Customers, Floats, Ints, Roster, Rules, Scratch

__all__ = ["Floats", "Ints", "run"]

_Function = TypeVar("_Function", bound=Callable[..., object])


def _compiled(function: _Function) -> _Function:
    """Compile a function that makes no array; told so, numba need not count references, half of its time."""
    return njit(cache=True, nogil=True, _nrt=False)(function)  # type: ignore[call-overload, no-any-return]


def _part(function: _Function) -> _Function:
    """Compile a part of the loop, in place: a call takes longer than most of the parts."""
    return njit(cache=True, nogil=True, _nrt=False, forceinline=True)(function)  # type: ignore[call-overload, no-any-return]


@_part
def _soonest(next_at: Floats) -> tuple[float, int]:
    """Return the first of the windows' next moments, and whose it is."""
    moment = np.inf
    window = -1
    for candidate in range(next_at.shape[0]):
        if next_at[candidate] < moment:
            moment = next_at[candidate]
            window = candidate
    return moment, window


@_part
def _turn(
    window: int, now: float, opens_at: Floats, closes_at: Floats, idle: Ints, next_at: Floats, hours: Ints
) -> int:
    """Let a window, whose moment has come, be idle or keep its hours; return how many more are idle."""
    word, bit = window >> SHIFT, 1 << (window & LAST)
    was_idle = (idle[word] & bit) != 0
    reached = hours[window]
    while reached < closes_at.shape[1] and closes_at[window, reached] <= now:
        reached += 1
    hours[window] = reached
    if reached < closes_at.shape[1] and opens_at[window, reached] <= now:
        idle[word] |= bit
        next_at[window] = closes_at[window, reached]
        return 0 if was_idle else 1
    idle[word] &= ~bit
    next_at[window] = opens_at[window, reached] if reached < closes_at.shape[1] else np.inf
    return -1 if was_idle else 0


@_part
def _join(
    ticket: int, line: int, now: float, head: Ints, tail: Ints, issued: Floats, behind: Ints, waiting: Ints
) -> None:
    """Put a customer who came at `now` at the end of the line."""
    word, bit = line >> SHIFT, 1 << (line & LAST)
    if waiting[word] & bit:
        behind[tail[line]] = ticket
    else:
        waiting[word] |= bit
        head[line] = ticket
        issued[line] = now
    tail[line] = ticket


@_part
def _step_up(
    line: int, arrival: Floats, head: Ints, tail: Ints, issued: Floats, behind: Ints, waiting: Ints
) -> int:
    """Take the first customer out of the line, and return it."""
    ticket = head[line]
    if ticket == tail[line]:
        waiting[line >> SHIFT] &= ~(1 << (line & LAST))
    else:
        head[line] = behind[ticket]
        issued[line] = arrival[behind[ticket]]
    return ticket  # type: ignore[no-any-return]


@_part
def _taker(line: int, takers: Ints, idle: Ints, words: int) -> int:
    """Return the first idle window that takes the line at once; -1 for none."""
    for word in range(words):
        windows = idle[word] & takers[line, word]
        if windows != 0:
            return (word << SHIFT) + lowest(windows)
    return -1


@_part
def _helper(
    line: int, now: float, since: float, helpers: Ints, reluctance: Floats, idle: Ints, words: int
) -> tuple[int, float]:
    """Return the least reluctant idle window for the head of a line, there `since`; or -1 and when one is."""
    helper = -1
    least = np.inf
    wake = np.inf
    for word in range(words):
        windows = idle[word] & helpers[line, word]
        while windows != 0:
            window = (word << SHIFT) + lowest(windows)
            windows &= windows - 1
            asked = reluctance[window, line]
            if since + asked > now:
                wake = min(wake, since + asked)
            elif asked < least:
                helper = window
                least = asked
    return helper, wake


@_part
def _next_call(
    now: float,
    takers: Ints,
    helpers: Ints,
    helped: bool,  # noqa: FBT001
    head_start: Floats,
    reluctance: Floats,
    head: Ints,
    issued: Floats,
    waiting: Ints,
    idle: Ints,
    words: int,
    line_words: int,
) -> tuple[int, int, float]:
    """Return the line that is called from and the window that calls; or -1 twice, and when to look again."""
    best = -1
    caller = -1
    best_place = np.inf
    look_again = np.inf
    for word in range(line_words):
        lines = waiting[word]
        while lines != 0:
            line = (word << SHIFT) + lowest(lines)
            lines &= lines - 1
            window = _taker(line, takers, idle, words)
            if window < 0 and helped:
                window, wake = _helper(line, now, issued[line], helpers, reluctance, idle, words)
                look_again = min(look_again, wake)
            if window < 0:
                continue
            place = issued[line] - head_start[line]
            if best < 0 or place < best_place or (place == best_place and head[line] < head[best]):
                best = line
                caller = window
                best_place = place
    return best, caller, look_again


@_part
def _run(  # noqa: C901, PLR0912, PLR0915 - one loop: whose moment it is, who has come, who is called
    customers: Customers,
    rules: Rules,
    roster: Roster,
    wanted: int,
    room: Scratch,
    called_at: Floats,
    called_by: Ints,
    words: int,
    line_words: int,
) -> int:
    """Do what `run` does, in sets of so many words of windows and of lines."""
    arrival, line_of, service, overhead, patience = customers
    takers, helpers, helped, head_start, reluctance = rules
    free_at, opens_at, closes_at, speed = roster
    head, tail, issued, behind, waiting, idle, next_at, hours = room
    for word in range(line_words):
        waiting[word] = 0
    for word in range(words):
        idle[word] = 0
    for window in range(next_at.shape[0]):
        next_at[window] = free_at[window]
        hours[window] = 0
    first = wanted
    coming = 0
    in_line = 0
    idlers = 0
    look_again = np.inf
    soon, whose = _soonest(next_at)
    while wanted > 0:
        now = soon
        if idlers > 0:
            if coming < arrival.shape[0] and arrival[coming] < now:
                now = arrival[coming]
            now = min(now, look_again)
        if now == np.inf:
            break
        while soon <= now:
            idlers += _turn(whose, now, opens_at, closes_at, idle, next_at, hours)
            soon, whose = _soonest(next_at)
        while coming < arrival.shape[0] and arrival[coming] <= now:
            _join(coming, line_of[coming], arrival[coming], head, tail, issued, behind, waiting)
            coming += 1
            in_line += 1
        look_again = np.inf
        while idlers > 0 and in_line > 0:
            line, window, look_again = _next_call(
                now,
                takers,
                helpers,
                helped,
                head_start,
                reluctance,
                head,
                issued,
                waiting,
                idle,
                words,
                line_words,
            )
            if line < 0:
                break
            ticket = _step_up(line, arrival, head, tail, issued, behind, waiting)
            in_line -= 1
            called_at[ticket] = now
            if ticket < first:
                wanted -= 1
            if arrival[ticket] + patience[ticket] < now:
                called_by[ticket] = -1
                continue
            called_by[ticket] = window
            done = now + service[ticket] * speed[window] + overhead[ticket]
            if done <= now:  # free again for whoever is next at this very moment
                continue
            idle[window >> SHIFT] &= ~(1 << (window & LAST))
            idlers -= 1
            next_at[window] = done
            if window == whose:  # it was the one to close next
                soon, whose = _soonest(next_at)
            elif done < soon:
                soon, whose = done, window
    return wanted


@_compiled
def run(
    customers: Customers,
    rules: Rules,
    roster: Roster,
    wanted: int,
    room: Scratch,
    called_at: Floats,
    called_by: Ints,
) -> int:
    """Run one branch until the first `wanted` customers are called; return how many of them never will be.

    Into `called_at`, `called_by` [T] go the moment each customer is called (or, if it had left, would have
    been) and the window, -1 for those who left. The entries of customers who are not reached are left alone.
    Without windows nobody is reached; of nobody wanted it returns 0 at once.
    """
    words, line_words = room.idle.shape[0], room.waiting.shape[0]
    if words == 1 and line_words == 1:  # the same, but the compiler knows, and need not loop
        return _run(customers, rules, roster, wanted, room, called_at, called_by, 1, 1)
    return _run(customers, rules, roster, wanted, room, called_at, called_by, words, line_words)
