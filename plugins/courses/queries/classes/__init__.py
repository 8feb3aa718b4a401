"""Read models of classes: for learners, supervisors, the desk, attendance, calendars."""
