"""The background work of core itself: messages that are due, exports, files that grew old."""

from __future__ import annotations

from lms.core.exports import making
from lms.core.messages import dispatching

CORE_JOBS = (dispatching.JOB, making.MAKE, making.REMOVE)
