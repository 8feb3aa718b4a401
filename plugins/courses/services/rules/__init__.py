"""Use-cases of rules: keep one, look at what it would do, use it, undo it."""
