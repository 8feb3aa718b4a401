"""QTI of 1EdTech: versions 2.1, 2.2 and 3.0 are read, 3.0 is written."""

from __future__ import annotations

from plugins.assessment.domain.formats.qti.packages import read_qti
from plugins.assessment.domain.formats.qti.writing import write_qti

__all__ = ["read_qti", "write_qti"]
