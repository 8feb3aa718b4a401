"""Documentation that follows from the code: reference pages, and checks of what is written."""
