"""What forms of core and plugins share."""

from __future__ import annotations

from typing import Any

from wtforms.fields import choices


def choice(value: Any, label: str) -> Any:
    """Make one choice of a select or radio field (its class is newer than WTForms' stubs)."""
    return choices.SelectChoice(value, label)  # type: ignore[attr-defined]
