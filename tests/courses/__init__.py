"""Tests of the courses plugin."""
