"""What the pictures of all reports have in common."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

__all__ = ["AIM", "MINUTE", "OWN", "REST", "figure"]

AIM, OWN, REST = "#b3541e", "#1f5f8b", "#9fb3c2"
MINUTE = 60.0


def figure(width: float, height: float) -> tuple[Figure, Any]:
    """A figure of that size in inches, and its axes."""
    made = Figure(figsize=(width, height), layout="constrained")
    axes = made.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return made, axes
