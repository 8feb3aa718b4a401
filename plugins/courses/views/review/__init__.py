"""Pages of a review: the queue, a draft beside what is published, the decision, what happened."""

from __future__ import annotations

from plugins.courses.views.review import deciding, reading
from plugins.courses.views.review.blueprint import blueprint

__all__ = ["blueprint", "deciding", "reading"]
