"""One branch, as pure data and rules. Nothing here opens a file, a socket or a clock.

A branch is the fold of its events. An event is a fact that somebody reported: a customer took a ticket, a
teller called it, the service ended. ``lifecycle`` says in two tables what may follow what; ``check`` holds a
strict sender to them; ``imply`` fills in what an authoritative sender left out; ``fold`` turns a fact into
the next state, and never refuses. ``decisions`` answers commands with facts: *next* with a call, *undo* with
a correction. Whoever replays the facts gets the same state, so a restart is nothing but a replay.
"""
