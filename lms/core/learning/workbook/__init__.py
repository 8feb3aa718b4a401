"""Frameworks, standards and rules as one XLSX: six sheets that come back in as they went out."""

from __future__ import annotations

from lms.core.learning.workbook.reading import Contents, read_workbook
from lms.core.learning.workbook.tables import CellProblem, Sentence
from lms.core.learning.workbook.writing import write_workbook

__all__ = ["CellProblem", "Contents", "Sentence", "read_workbook", "write_workbook"]
