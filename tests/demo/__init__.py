"""Tests of the demo: its people, its results, its log-ins."""
