"""What keeps a study from being made: always a sentence, and what to change."""

from __future__ import annotations

__all__ = ["ScenarioError", "StudyError"]


class StudyError(Exception):
    """A study that cannot be made: why, and what to change."""


class ScenarioError(StudyError, ValueError):
    """A scenario that cannot be: what is wrong with it, and what to change."""
