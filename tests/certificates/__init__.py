"""Tests of the certificates plugin."""
