"""Agencies of a home: find them, add one, open one as a site."""

from __future__ import annotations

from lms.agencies.adding import Administrator, NewAgency, add_agency
from lms.agencies.opening import each_site, open_site, opened_site
from lms.agencies.rehearsal import add_rehearsal, remove_rehearsal

__all__ = [
    "Administrator",
    "NewAgency",
    "add_agency",
    "add_rehearsal",
    "each_site",
    "open_site",
    "opened_site",
    "remove_rehearsal",
]
