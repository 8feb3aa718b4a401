"""The plugin in docs/how-to/write-a-plugin.md works as it is written there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lms import CertificateIssued, record
from lms.app import create_app
from lms.core.audit import AuditEntry
from lms.core.hooks.outbox import deliver_pending
from lms.core.site import Site
from tests.conftest import TestClock, login_as, make_person, make_site

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-plugin.md"
FILE = re.compile(r"^`(salam/[^`]+)`[^\n]*:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
PLUGINS = ("assessment", "courses", "certificates", "salam")


@pytest.fixture
def salam(sqlite_template: Path, tmp_path: Path, clock: TestClock) -> Site:
    """An agency with the files of the page in its plugins folder."""
    folder = tmp_path / "contoh"
    for name, text in FILE.findall(PAGE.read_text(encoding="utf-8")):
        path = folder / "plugins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "lms.db").write_bytes((sqlite_template / "lms.db").read_bytes())
    return make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock, plugins=PLUGINS)


def test_plugin_of_the_page_greets_and_hears(salam: Site) -> None:
    client = create_app(salam, testing=True).test_client()
    with salam.database.writing() as session:
        officer = make_person(session, name="Budi", roles=("officer",))
        record(
            session,
            CertificateIssued(person_id=1, plan_id=None, certificate_id=1, number="001/2026"),
        )
    login_as(client, officer)
    assert "Budi, Selamat belajar!" in client.get("/").text
    assert "Selamat belajar!" in client.get("/salam/").text
    deliver_pending(salam)
    with salam.database.reading() as session:
        deeds = {(entry.action, entry.subject) for entry in session.query(AuditEntry)}
    assert ("salam:certificate:greet", "001/2026") in deeds
    assert not salam.registry.plugins["salam"].errors
    salam.database.close()


def test_page_of_the_plugin_is_closed_without_its_permission(salam: Site) -> None:
    client = create_app(salam, testing=True).test_client()
    with salam.database.writing() as session:
        learner = make_person(session)
    login_as(client, learner)
    assert client.get("/salam/").status_code == 403
    assert 'href="/salam/"' not in client.get("/").text
    salam.database.close()
