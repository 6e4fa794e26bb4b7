"""Whole days simulated: from what is known of the past to what a manager can compare."""
