"""Use-cases: read content, assign, study, object, undo, publish."""
