"""Who learns, where they work, what they may do."""
