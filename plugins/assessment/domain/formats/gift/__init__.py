"""GIFT, the text format of Moodle: read with all escapes, written so that it reads back equal."""

from __future__ import annotations

from plugins.assessment.domain.formats.gift.reading import read_gift
from plugins.assessment.domain.formats.gift.writing import write_gift

__all__ = ["read_gift", "write_gift"]
