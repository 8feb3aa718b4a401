"""Read models and use-cases of the administrator's pages, one module per subject."""
