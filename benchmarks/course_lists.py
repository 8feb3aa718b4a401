"""How long the lists of courses take with 12,000 people, 200 units, 10 courses and 40 classes.

Each page is asked for by a client in this process: once to warm up, then the median of some.
Wall time is what counts; CPU time of the thread is shown, since it does not depend on what else
the machine does. The same pages of an agency a tenth of the size must take as many statements.

    python -m benchmarks.course_lists [--people N] [--times N] [--postgres] [--json]

Prints a table and, as its last line, JSON. Exit code 1 when a page takes longer than the limit,
or more statements than in the small agency.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url

from benchmarks.course_data import Agency, make_agency
from lms.app import create_app
from lms.hosting.warm import keep_in_place
from tests.infra.postgres import PostgresServer

MOST_MS = 300.0
SMALL, PEOPLE_IN_UNIT = 10, 60
COURSES = "/pelatihan"
PAGES: dict[str, tuple[str, str]] = {
    "JP of everybody": ("officer", "/jp-pegawai/"),
    "JP of everybody, page 300": ("officer", "/jp-pegawai/?page=300"),
    "JP of one unit": ("officer", "/jp-pegawai/?unit=1"),
    "my JP": ("learner", "/jp"),
    "assignments": ("officer", "/penugasan/"),
    "people of a course": ("officer", "/penugasan/pelatihan/{course}"),
    "without a course": ("officer", "/penugasan/tanpa-pelatihan"),
    "without a reason": ("officer", "/penugasan/tanpa-pelatihan?lihat=tanpa-alasan"),
    "objections": ("officer", "/keberatan/"),
    "reminders": ("officer", "/pengingat/"),
    "classes": ("officer", "/kelola-angkatan/"),
    "a class with its seats": ("officer", "/kelola-angkatan/{training_class}"),
    "nominate for a class": ("officer", "/kelola-angkatan/{training_class}/usulkan"),
    "approvals": ("supervisor", "/persetujuan/"),
    "certificates to check": ("officer", "/periksa-luar/"),
    "rules": ("officer", "/aturan/"),
    "rule preview by unit": ("officer", "/aturan/{rule}"),
    "rule preview by person": ("officer", "/aturan/{rule}?lihat=pegawai"),
    "rule, before assigning": ("officer", "/aturan/{rule}/tugaskan"),
    "plans": ("officer", "/rencana/"),
    "a plan": ("officer", "/rencana/{plan}"),
    "plan: who is left out": ("officer", "/rencana/{plan}/belum"),
    "plan: classes": ("officer", "/rencana/{plan}/kelas"),
    "plan: for print": ("officer", "/rencana/{plan}/cetak"),
    "my courses": ("learner", "/"),
    "my classes": ("learner", "/angkatan/"),
    "colleagues to ask": ("learner", "/coaching/cari"),
}
"""Who asks for which page, below the plugin's prefix."""


class Counter:
    """Counts statements; BEGIN, COMMIT and PRAGMA are none here."""

    def __init__(self, engine: Any) -> None:
        self.count = 0
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(("PRAGMA", "BEGIN", "COMMIT")):
            self.count += 1


def measure(database: str | None, people: int, times: int) -> dict[str, dict[str, Any]]:
    """Make an agency and measure its pages."""
    with tempfile.TemporaryDirectory(prefix="titian-bench-") as folder:
        units = max(4, people // PEOPLE_IN_UNIT)
        agency = make_agency(Path(folder), database, people, units)
        app = create_app(agency.site)
        keep_in_place()  # as the web server does
        counter = Counter(agency.site.database.engine)
        clients = {
            role: _client(app.test_client(), getattr(agency, role))
            for role in ("officer", "supervisor", "learner")
        }
        found = {
            name: _page(clients[role], _address(agency, path), counter, times)
            for name, (role, path) in PAGES.items()
        }
        agency.site.database.close()
    return found


def _client(client: FlaskClient, person_id: int) -> FlaskClient:
    """Put a person's log-in into the client's cookie, without a password."""
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = f"{person_id}.1", True
    return client


def _address(agency: Agency, path: str) -> str:
    names = ("course", "training_class", "rule", "plan")
    return COURSES + path.format(**{name: getattr(agency, name) for name in names})


def _page(client: FlaskClient, url: str, counter: Counter, times: int) -> dict[str, Any]:
    walls, cpus, statements, size = [], [], 0, 0
    for turn in range(-1, times):
        counter.count, wall, cpu = 0, time.perf_counter(), time.thread_time()
        found = client.get(url)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.thread_time() - cpu)
        statements, size = counter.count, len(found.data)
        if found.status_code != 200:
            raise SystemExit(f"{url}: {found.status_code}, turn {turn}")
    return {
        "ms": round(statistics.median(walls[1:]) * 1000, 1),
        "cpu_ms": round(statistics.median(cpus[1:]) * 1000, 1),
        "statements": statements,
        "bytes": size,
    }


@contextmanager
def _postgres() -> Iterator[str]:
    server = PostgresServer.start(durable=True)
    try:
        yield server.url
    finally:
        server.stop()


def _new_database(server: str) -> str:
    name = f"bench_{uuid4().hex[:10]}"
    engine = create_engine(make_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _both_sizes(databases: Iterator[str | None], people: int, times: int) -> dict[str, Any]:
    small = measure(next(databases), people // SMALL, 1)
    large = measure(next(databases), people, times)
    return {name: each | {"small": small[name]["statements"]} for name, each in large.items()}


def _fresh(server: str | None) -> Iterator[str | None]:
    while True:
        yield _new_database(server) if server else None


def main() -> None:
    """Measure, print, and say by the exit code whether the promise holds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=12_000)
    parser.add_argument("--times", type=int, default=5, help="the median of so many")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    options = parser.parse_args()
    if options.postgres:
        with _postgres() as server:
            found = _both_sizes(_fresh(server), options.people, options.times)
    else:
        found = _both_sizes(_fresh(None), options.people, options.times)
    if not options.json:
        _print_table(found)
    print(json.dumps(found))
    raise SystemExit(0 if all(_sound(each) for each in found.values()) else 1)


def _sound(each: dict[str, Any]) -> bool:
    return bool(each["ms"] <= MOST_MS and each["statements"] <= each["small"])


def _print_table(found: dict[str, dict[str, Any]]) -> None:
    print(f"{'':28}{'wall':>12}{'CPU':>12}{'statements':>12}{'small':>7}{'bytes':>9}")
    for name, each in found.items():
        print(
            f"{name:28}{each['ms']:>9} ms{each['cpu_ms']:>9} ms{each['statements']:>12}"
            f"{each['small']:>7}{each['bytes']:>9}{'' if _sound(each) else '  !'}"
        )


if __name__ == "__main__":
    main()
