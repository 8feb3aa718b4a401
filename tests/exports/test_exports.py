"""Files made in the background: asked once, watched, fetched by one person, removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import Export, ExportFile, PluginManifest, ask_export, hookimpl
from lms.core.errors import Invalid, NotAllowed, NotFound, PluginError
from lms.core.exports import ExportRow, reading
from lms.core.exports.kinds import export_kinds
from lms.core.jobs import JobRow, enqueue, schedule_due, work_once
from lms.core.people.permissions import revoke_role
from lms.core.personal import core_personal_data, erase_core_personal_data
from lms.core.site import Site
from tests.conftest import TestClock, login_as, make_person

Make = Callable[[Session, Mapping[str, Any], Callable[[int, int], None]], ExportFile]


def text_file(_session: Session, payload: Mapping[str, Any], progress: Any) -> ExportFile:
    progress(1, 2)
    content = f"unit {payload['unit']}".encode()
    return ExportFile(filename="daftar “é”.csv", content=content, media_type="text/csv", rows=2)


def with_export(site: Site, make: Make = text_file, name: str = "alat.daftar") -> None:
    """Put a plugin in that makes one kind of file."""
    module = ModuleType("alat")
    kind = Export(name=name, title="Daftar pegawai", permission="core:people:read", make=make)

    @hookimpl
    def lms_register_exports() -> list[Export]:
        return [kind]

    module.__dict__["manifest"] = PluginManifest(name="alat", title="Alat", version="1.0")
    module.__dict__["lms_register_exports"] = lms_register_exports
    site.registry.register(module)


@pytest.fixture
def officer(site: Site) -> int:
    """An officer, who may see people."""
    with site.database.writing() as session:
        return make_person(session, roles=("officer",)).id


def ask(site: Site, person: int, **payload: Any) -> str:
    with site.database.writing() as session:
        return ask_export(session, person, "alat.daftar", payload)


def work_all(site: Site) -> None:
    while work_once(site):
        pass


def state(site: Site, person: int, public: str) -> str:
    with site.database.reading() as session:
        return reading.show_export(session, person, public).state


def test_file_is_made_fetched_by_its_asker_alone_and_removed(
    site: Site, officer: int, clock: TestClock, client: FlaskClient
) -> None:
    """By lms_register_exports."""
    with_export(site)
    with site.database.writing() as session:
        other = make_person(session, roles=("officer",)).id
    public = ask(site, officer, unit=7)
    login_as(client, officer)
    waiting = client.get(f"/berkas/{public}").get_data(as_text=True)
    assert "every 2s" in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert client.get(f"/berkas/{public}/unduh").status_code == 404
    work_all(site)
    part = client.get(f"/berkas/{public}", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "Unduh berkas" in part
    assert "every 2s" not in part
    assert "<html" not in part
    answer = client.get(f"/berkas/{public}/unduh")
    assert (answer.data, answer.mimetype) == (b"unit 7", "text/csv")
    assert "daftar%20%E2%80%9C" in answer.headers["Content-Disposition"]
    assert "Daftar pegawai" in client.get("/berkas").get_data(as_text=True)
    login_as(client, other)
    for path in (f"/berkas/{public}", f"/berkas/{public}/unduh"):
        assert client.get(path).status_code == 404
    assert "Daftar pegawai" not in client.get("/berkas").get_data(as_text=True)
    assert client.post(f"/berkas/{public}/ulang").status_code == 404
    login_as(client, officer)
    assert client.post(f"/berkas/{public}/ulang").status_code == 409
    clock.move(days=2, seconds=1)
    schedule_due(site)
    work_all(site)
    assert state(site, officer, public) == "removed"
    assert list((site.folder / "exports").iterdir()) == []
    assert client.get(f"/berkas/{public}/unduh").status_code == 404
    again = client.post(f"/berkas/{public}/ulang").headers["Location"]
    assert not again.endswith(public)
    work_all(site)
    assert client.get(f"{again}/unduh").data == b"unit 7"


def test_permission_is_asked_for_then_and_when_fetching(site: Site, officer: int) -> None:
    with_export(site)
    with site.database.writing() as session:
        learner = make_person(session).id
    with pytest.raises(NotAllowed):
        ask(site, learner, unit=1)
    with site.database.writing() as session, pytest.raises(Invalid):
        ask_export(session, officer, "alat.lain", {})
    public = ask(site, officer, unit=1)
    work_all(site)
    with site.database.writing() as session:
        revoke_role(session, officer, "officer")
    with site.database.reading() as session, pytest.raises(NotAllowed):
        reading.fetch_export(session, officer, public)


def test_same_pending_file_is_made_once(site: Site, officer: int) -> None:
    with_export(site)
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: ask(site, officer, unit=1), range(4)))
    assert len(made) == 1
    assert ask(site, officer, unit=2) not in made
    work_all(site)
    assert ask(site, officer, unit=1) not in made, "the old one may be out of date"


def test_file_that_cannot_be_made_stops_and_can_be_asked_again(
    site: Site, officer: int, clock: TestClock, client: FlaskClient
) -> None:
    broken = [True]

    def make(session: Session, payload: Mapping[str, Any], progress: Any) -> ExportFile:
        if broken:
            raise OSError("no space left on device")
        return text_file(session, payload, progress)

    with_export(site, make)
    public = ask(site, officer, unit=1)
    for _ in range(5):
        work_all(site)
        clock.move(hours=1)
    login_as(client, officer)
    shown = client.get(f"/berkas/{public}").get_data(as_text=True)
    assert "Berhenti" in shown
    assert "Tempat penyimpanan penuh" in shown
    broken.clear()
    again = client.post(f"/berkas/{public}/ulang").headers["Location"].rpartition("/")[2]
    work_all(site)
    assert (state(site, officer, public), state(site, officer, again)) == ("stopped", "done")


def test_others_write_while_a_file_is_made(site: Site, officer: int) -> None:
    """On SQLite one long writing transaction would keep answers from being saved."""

    def make(session: Session, payload: Mapping[str, Any], progress: Any) -> ExportFile:
        with pytest.raises(RuntimeError, match="Reading never changes"):
            enqueue(session, "core.messages", {})
        session.rollback()
        with site.database.writing() as other:
            make_person(other, name="Orang Lain")
        return text_file(session, payload, progress)

    with_export(site, make)
    public = ask(site, officer, unit=1)
    work_all(site)
    assert state(site, officer, public) == "done"
    with site.database.reading() as session:
        assert session.scalar(select(JobRow.done).where(JobRow.name == "core.export")) == 1


def test_personal_data_is_given_and_erased(site: Site, officer: int) -> None:
    with_export(site)
    public = ask(site, officer, unit=3)
    work_all(site)
    with site.database.writing() as session:
        (line,) = core_personal_data(session, officer)["exports"]
        assert line["payload"] == {"unit": 3}
        erase_core_personal_data(session, officer)
    assert list((site.folder / "exports").iterdir()) == []
    with site.database.reading() as session:
        assert session.scalar(select(func.count(ExportRow.id))) == 0
    with site.database.reading() as session, pytest.raises(NotFound):
        reading.show_export(session, officer, public)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_export_with_a_foreign_name_is_refused(site: Site) -> None:
    with_export(site, name="lain.daftar")
    with pytest.raises(PluginError, match="alat"):
        export_kinds(site)
