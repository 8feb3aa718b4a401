"""Runs the `lms` command as `python -m lms.cli`."""

from __future__ import annotations

from lms.cli import main

main()
