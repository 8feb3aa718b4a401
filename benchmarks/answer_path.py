"""What "save this answer, show the next question" costs, beside a bare endpoint doing the same.

Both run in this process, in turns of a few requests, on the same database with the same tables,
statements and durability; both are measured in CPU seconds of the thread, inside the WSGI call,
so that the client's work counts for neither. The bare endpoint is Flask and SQLAlchemy alone (see
`bare`).

    python -m benchmarks.answer_path [--rounds N] [--json]

Prints a table and, as its last line, JSON: CPU per answer in ms, the ratio (at most 2.0) and the
number of statements per saved answer, the log-in's check included (at most 4). Exit code 1 when a
ratio or the number is too high.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.engine import make_url

from benchmarks.bare import make_bare
from lms.agencies import add_agency, open_site
from lms.agencies.adding import starter_pack
from lms.app import create_app
from lms.core.people.models import Person
from lms.core.site import Site
from lms.hosting.warm import keep_in_place
from lms.rehearsal.cast import invite_cast
from plugins.assessment.services.attempts import start
from plugins.assessment.services.instruments import open_instrument
from tests.infra.postgres import PostgresServer

MOST_RATIO = 2.0
MOST_STATEMENTS = 4
BATCH = 15
LAST = 29
"""The question at which the next person takes over; the test has 30."""
START = "/tes/mulai/digital/awal"
ANSWER = re.compile(r"/soal/\d+$|^/answer/")
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
OPTION = re.compile(r'type="radio" name="answer" value="([^"]+)"')


class Meter:
    """CPU seconds and statements inside a WSGI app, one figure for each answer.

    BEGIN, COMMIT and PRAGMA are no statements here.
    """

    def __init__(self, app: Flask, engine: Engine) -> None:
        self.spent: list[float] = []
        self.statements: list[int] = []
        self._count = 0
        self._inner = app.wsgi_app
        app.wsgi_app = self  # type: ignore[method-assign]
        event.listen(engine, "before_cursor_execute", self._note)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self._count = 0
        began = time.thread_time()
        body = list(self._inner(environ, start_response))
        if environ["REQUEST_METHOD"] == "POST" and ANSWER.search(environ["PATH_INFO"]):
            self.spent.append(time.thread_time() - began)
            self.statements.append(self._count)
        return body

    def forget(self) -> None:
        """Begin anew, after the first turns have warmed everything up."""
        self.spent.clear()
        self.statements.clear()

    @property
    def cpu(self) -> float:
        """Give the median of the CPU time per answer, in ms."""
        return statistics.median(self.spent) * 1000

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(("PRAGMA", "BEGIN", "COMMIT")):
            self._count += 1


# -- ours ----------------------------------------------------------------------------------------


def open_ours(home: Path, database: str | None, people: int) -> tuple[Site, list[str], str]:
    """Make an agency with people and an open test; give it, their NIPs and their password."""
    add_agency(home, "bench", "Bench", ready_database=database, pack=starter_pack())
    site = open_site(home, "bench")
    with site.database.writing() as session:
        actors, password = invite_cast(session, people, random.Random(1))
        open_instrument(session, None, "digital")
    return site, [actor.nip for actor in actors], password


def start_some(site: Site, nips: list[str]) -> list[tuple[int, str]]:
    """Start attempts for the bare endpoint; give (person id, public id of the attempt)."""
    with site.database.writing() as session:
        query = select(Person.id).where(Person.nip.in_(nips))
        return [
            (person, start(session, person, "digital", "pre")) for person in session.scalars(query)
        ]


class Learner:
    """Answers question after question as the browser's outbox does, one person after another."""

    def __init__(self, app: Flask, nips: list[str], password: str) -> None:
        self.app, self.nips, self.password = app, nips, password
        self.client = app.test_client()
        self.url = self.html = ""
        self.seq = 1

    def begin(self) -> None:
        """Log in as the next person and stand at the first question."""
        self.client = self.app.test_client()
        fields = dict(HIDDEN.findall(self.client.get("/masuk").text))
        self.client.post(
            "/masuk", data={**fields, "nip": self.nips.pop(), "password": self.password}
        )
        page = self.client.get(START).text
        self.client.post(START, data=dict(HIDDEN.findall(page)))
        found = self.client.get(START, follow_redirects=True)
        self.url, self.html = found.request.path, found.text

    def answer(self) -> int:
        """Save another answer and get the next question; give the bytes of the response."""
        if not self.html:
            self.begin()
        self.seq += 1
        options = OPTION.findall(self.html)
        fields = {**dict(HIDDEN.findall(self.html)), "seq": self.seq, "strict": "1", "go": "next"}
        found = self.client.post(
            self.url,
            data={**fields, **self._choose(options)},
            headers={"Accept": "application/json"},
        )
        assert found.status_code == 200, found.text
        body = found.get_json()
        assert body["ack"]["seq"] == self.seq
        last = int(body["url"].rsplit("/", 1)[1]) >= LAST
        self.url, self.html = body["url"], "" if last else body["page"]
        return len(found.data)

    def _choose(self, options: list[str]) -> dict[str, str]:
        """Choose an option; a question of another kind is answered with "Saya belum tahu"."""
        return {"answer": options[self.seq % len(options)]} if options else {"unknown": "1"}


# -- a run ---------------------------------------------------------------------------------------


def measure(database: str | None, rounds: int) -> dict[str, Any]:
    """Measure both in turns on one database; give the figures."""
    with tempfile.TemporaryDirectory(prefix="titian-bench-") as folder:
        people = (rounds + 4) * BATCH // (LAST - 1) + 1
        site, nips, password = open_ours(Path(folder), database, 2 * people)
        app = create_app(site)
        keep_in_place()  # as the web server does
        ours, learner = Meter(app, site.database.engine), Learner(app, nips[:people], password)
        size = round(fmean(learner.answer() for _ in range(BATCH)))
        bare_app, engine = make_bare(site.config.database, size)
        bare, floor = Meter(bare_app, engine), Floor(bare_app, start_some(site, nips[people:]))
        for turn in range(-2, rounds):
            if turn == 0:
                ours.forget()
                bare.forget()
            for _ in range(BATCH):
                learner.answer()
            for _ in range(BATCH):
                floor.answer()
        site.database.close()
        engine.dispose()
    return {
        "ours_ms": round(ours.cpu, 3),
        "bare_ms": round(bare.cpu, 3),
        "ratio": round(ours.cpu / bare.cpu, 2),
        "statements": max(ours.statements),
        "bare_statements": max(bare.statements),
        "bytes": size,
        "answers": len(ours.spent),
    }


class Floor:
    """Answers the same questions at the bare endpoint, one attempt after another."""

    def __init__(self, app: Flask, attempts: list[tuple[int, str]]) -> None:
        self.client, self.attempts = app.test_client(), attempts
        self.public, self.number = "", LAST

    def answer(self) -> None:
        """Save another answer."""
        if self.number >= LAST:
            person, self.public = self.attempts.pop()
            self.client.get(f"/in/{person}")
            self.number = 0
        self.number += 1
        data = {"value": "b", "device": f"bare-{self.public}"}
        found = self.client.post(f"/answer/{self.public}/{self.number}", data=data)
        assert found.status_code == 200


def _new_database(server: str) -> str:
    name = f"bench_{uuid4().hex[:10]}"
    engine = create_engine(make_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def _postgres() -> Iterator[str]:
    server = PostgresServer.start(durable=True)
    try:
        yield server.url
    finally:
        server.stop()


def main() -> None:
    """Run both databases, print, and say by the exit code whether the promise holds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30, help=f"turns of {BATCH} answers each")
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    options = parser.parse_args()
    found = {"sqlite": measure(None, options.rounds)}
    with _postgres() as server:
        found["postgresql"] = measure(_new_database(server), options.rounds)
    if not options.json:
        _print_table(found)
    print(json.dumps(found))
    sound = all(
        each["ratio"] <= MOST_RATIO and each["statements"] <= MOST_STATEMENTS
        for each in found.values()
    )
    raise SystemExit(0 if sound else 1)


def _print_table(found: dict[str, dict[str, Any]]) -> None:
    print(f"{'':12}{'ours':>10}{'bare':>10}{'ratio':>8}{'statements':>12}{'bytes':>8}")
    for name, each in found.items():
        print(
            f"{name:12}{each['ours_ms']:>7} ms{each['bare_ms']:>7} ms{each['ratio']:>8}"
            f"{each['statements']:>12}{each['bytes']:>8}"
        )


if __name__ == "__main__":
    main()
