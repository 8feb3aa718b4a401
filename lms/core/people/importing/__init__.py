"""XLSX and CSV of a personnel office to people: read, compare, write; never delete."""

from __future__ import annotations

from lms.core.people.importing.apply import apply_import
from lms.core.people.importing.files import ParsedFile, read_people_file
from lms.core.people.importing.plan import ImportPlan, names_of, plan_import

__all__ = [
    "ImportPlan",
    "ParsedFile",
    "apply_import",
    "names_of",
    "plan_import",
    "read_people_file",
]
