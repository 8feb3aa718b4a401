"""Assessment: question bank, instruments, attempts, results."""
