"""Nouns, rules and plugin machinery; knows nothing of HTTP."""
