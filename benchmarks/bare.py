"""The floor: what Flask and SQLAlchemy alone need for the same statements and a page as large.

No log-in library, no forms, no rules, no translation: the session cookie is read, the statements
of the answer path are executed on the same tables with the same durability, and a template is
rendered.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask, request, session
from sqlalchemy import Engine

from lms.core.database import Database
from plugins.assessment.queries.sitting import CHECKED_QUESTIONS
from plugins.assessment.services.answers import ADVANCE, INSERT

PAGE = """<main><h1>Soal {{ row.number }}</h1><p>Tersimpan {{ saved }}</p><form method="post">
<fieldset><legend>{{ row.stem }}</legend>
{% for option in row.content.options %}<label><input type="radio" name="value"
value="{{ option.id }}"><span>{{ option.text }}</span></label>{% endfor %}</fieldset>
<button>Lanjut</button></form>{{ filler }}</main>"""


def make_bare(url: str, size: int) -> tuple[Flask, Engine]:
    """Make an app whose answer weighs about `size` bytes, on a database with our tables."""
    database = Database(url)
    app = Flask(__name__)
    app.secret_key = "only for the benchmark"
    page, filler = app.jinja_env.from_string(PAGE), "x" * max(0, size - 900)

    @app.get("/in/<int:person>")
    def log_in(person: int) -> str:
        session["person"] = person
        return "ok"

    @app.post("/answer/<public>/<int:number>")
    def answer(public: str, number: int) -> Any:
        person, moment = session["person"], datetime.now(UTC)
        keys = {
            "public": public,
            "person": person,
            "numbers": [number, number + 1],
            "device": request.form["device"],
            "seq": number,
            "login_epoch": 1,
        }
        with database.glancing() as link:
            rows = link.execute(CHECKED_QUESTIONS, keys).all()
        here, following = rows[0], rows[-1]
        with database.engine.execution_options(lms_write=True).begin() as link:
            link.execute(
                ADVANCE,
                {
                    "attempt": here.attempt_id,
                    "seen_events": here.n_events,
                    "seen_epoch": here.attempt_epoch,
                    "more": 1,
                    "moment": moment,
                },
            )
            link.execute(
                INSERT,
                {
                    "attempt_id": here.attempt_id,
                    "sequence": number,
                    "item_version_id": here.item_version_id,
                    "device": request.form["device"],
                    "seq": number,
                    "value": request.form["value"],
                    "digest": "0" * 64,
                    "epoch": 1,
                    "stale": False,
                    "late": False,
                    "server_time": moment,
                },
            )
        html = page.render(row=following, saved=f"{moment:%H.%M}", filler=filler)
        return {"number": number, "page": html}

    return app, database.engine
