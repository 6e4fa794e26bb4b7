"""The real service, in a real browser. A package, so that its browser closes before other tests begin."""
