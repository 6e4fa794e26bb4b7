"""Held against what happened: predict, then learn, in the order of time."""
