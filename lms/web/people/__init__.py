"""Pages about people: list, person, log-in cards, passwords, roles, and the import of files."""

from __future__ import annotations

# Each module adds its views to the blueprint when it is imported.
import lms.web.people.adding
import lms.web.people.cards
import lms.web.people.deputies
import lms.web.people.editing
import lms.web.people.importing
import lms.web.people.listing
import lms.web.people.moving
import lms.web.people.passwords
import lms.web.people.person
import lms.web.people.roles  # noqa: F401
from lms.web.people.blueprint import blueprint

__all__ = ["blueprint"]
