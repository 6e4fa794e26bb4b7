"""A package, so that its browser closes before other tests begin."""
