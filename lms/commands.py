"""What a plugin's commands need: which agency, and its open site."""

from __future__ import annotations

from lms.cli.options import agency_option, chosen_home, chosen_site

__all__ = ["agency_option", "agency_slugs", "chosen_home", "chosen_site"]


def agency_slugs() -> list[str]:
    """Give the short names of the agencies in the home that this run is about."""
    from lms.config import agency_slugs as slugs_of

    return slugs_of(chosen_home())
