"""Use-cases of the training plan."""
