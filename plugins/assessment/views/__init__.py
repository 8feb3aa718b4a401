"""Pages of the plugin: the test for everyone, the bank for trainers, instruments for officers."""

from __future__ import annotations

from plugins.assessment.views import bank, instruments, results, sitting
from plugins.assessment.views.blueprint import blueprint

__all__ = ["bank", "blueprint", "instruments", "results", "sitting"]
