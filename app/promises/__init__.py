"""What we said, what happened: every told range held against what came of it, from the events alone.

``ledger`` folds events into promises, ``promise`` scores one, ``tally`` counts them, ``period`` says which
days, ``review`` puts it down for programs and pages, ``archive`` reads the journal for all this without
holding up the branch.
"""
