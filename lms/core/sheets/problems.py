"""What is wrong with one cell of a file, where it stands, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A finding about one row: an error keeps the row out, a warning does not.

    `row` counts as Excel does, from 1; `column` is the header as it stands in the file;
    `message_id` is the Indonesian sentence with `%(name)s` places, `values` what stands there.
    """

    row: int
    column: str
    value: str
    message_id: str
    values: Mapping[str, Any] = field(default_factory=dict)
    level: Literal["error", "warning"] = "error"
    name: str = ""

    @property
    def message(self) -> str:
        """Give the sentence for people, in Indonesian."""
        return self.message_id % self.values if self.values else self.message_id

    def as_json(self) -> dict[str, Any]:
        """Give the finding for the command line's JSON."""
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }
