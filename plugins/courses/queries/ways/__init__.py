"""Read models of other ways to learn."""
