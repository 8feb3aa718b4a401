"""The worker that keeps opened pages of modules readable without a network."""

from __future__ import annotations

from pathlib import Path

from flask import Response

from lms import get_setting
from lms.web import plugin_blueprint, public, reading
from plugins.courses.settings import OFFLINE

blueprint = plugin_blueprint("courses_offline", "plugins.courses", url_prefix="/pelatihan/belajar")
WORKER = Path(__file__).parent.parent / "static" / "offline.js"
NO_WORKER = 'caches.delete("belajar"); self.registration.unregister();\n'


@blueprint.get("/offline.js")
@public
def worker() -> Response:
    """Send the worker, or one that takes itself away where the agency switched it off.

    It lies here, not below /static: a worker is in charge of the addresses beside it, and tests
    must never pass through it.
    """
    wanted = get_setting(reading(), OFFLINE)
    text = WORKER.read_text(encoding="utf-8") if wanted else NO_WORKER
    response = Response(text, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response
