"""Both databases, as for the torture tests."""

from __future__ import annotations

from tests.torture.conftest import database

__all__ = ["database"]
