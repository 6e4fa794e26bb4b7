"""Why a history cannot be used."""


class HistoryError(ValueError):
    """A file is not a history, or a history has nothing of what was asked; the message says why."""
