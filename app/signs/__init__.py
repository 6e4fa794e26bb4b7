"""The connections to signs: what ``display.signs`` makes bytes of goes out here, and never holds anybody up.

A ``Sign`` stands in the hub like any screen and keeps the newest view of its window. A ``Line`` is the
connection to one host and port, with all signs on it; a ``Conversation`` is the line while it is connected.
``Signs`` has all lines of a branch. ``simulator`` stands in for a board, ``trial`` tries real ones out.
"""
