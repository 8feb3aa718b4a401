"""Pages of the plugin: the test for everyone, the bank for trainers, instruments for officers."""

from __future__ import annotations

from plugins.assessment.views import (
    answering,
    authoring,
    bank,
    devices,
    exchange,
    handing_in,
    instruments,
    objections,
    pulse,
    rating,
    reports,
    results,
    sessions,
    sitting,
    stages,
)
from plugins.assessment.views.blueprint import blueprint

__all__ = [
    "answering",
    "authoring",
    "bank",
    "blueprint",
    "devices",
    "exchange",
    "handing_in",
    "instruments",
    "objections",
    "pulse",
    "rating",
    "reports",
    "results",
    "sessions",
    "sitting",
    "stages",
]
