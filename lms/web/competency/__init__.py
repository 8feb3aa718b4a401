"""Pages about frameworks, standards and cut scores: to read, to change, as Excel in and out."""

from __future__ import annotations

# Each module adds its views to the blueprint when it is imported.
import lms.web.competency.catalogue
import lms.web.competency.editing
import lms.web.competency.files  # noqa: F401
from lms.web.competency.blueprint import blueprint

__all__ = ["blueprint"]
