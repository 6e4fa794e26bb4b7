"""Studies for a manager: what is read for them, how they are run, and what is left behind as a report."""
