"""Pages of other ways to learn, and of everybody's learning hours."""

from __future__ import annotations

from plugins.courses.views.ways import coaching, conversion, hours, outside, queue

BLUEPRINTS = tuple(module.blueprint for module in (outside, queue, coaching, conversion, hours))
