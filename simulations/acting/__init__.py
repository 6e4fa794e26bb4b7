"""Lobbies that are generated and acted out: who comes, what tellers do, and the events of it."""
