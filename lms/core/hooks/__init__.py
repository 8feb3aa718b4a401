"""How plugins ask, decide and hear."""
