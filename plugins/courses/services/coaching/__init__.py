"""Use-cases of coaching between colleagues."""
