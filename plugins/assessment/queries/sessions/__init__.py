"""Read models of a measurement day: what is planned, the live board, entry, paper."""
