"""Use-cases of classes: opening, seats, the waiting list, attendance, the end."""
