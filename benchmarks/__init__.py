"""Benchmarks: each prints a table of ratios within one run, and the same as JSON."""
