"""A draft on its way to learners: sent, remarked, returned, approved by another person."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms import Conflict, Invalid, LmsError, NotAllowed, now, public_id
from lms.core.audit import AuditEntry
from lms.core.messages.models import Message
from lms.core.settings import set_setting
from lms.core.site import Site
from plugins.courses.domain.drafting import ModuleFacts
from plugins.courses.domain.reviewing import MOVES, REFUSED, Deed, State, after, why_not_approve
from plugins.courses.models import (
    Course,
    CourseVersion,
    Draft,
    DraftModule,
    Enrolment,
    ReviewNote,
    Revision,
)
from plugins.courses.services.authoring.drafts import draft_source, find_draft
from plugins.courses.services.authoring.modules import Writing, save_module
from plugins.courses.services.authoring.opening import open_draft, start_course
from plugins.courses.services.enrolling import enrol_by_choice
from plugins.courses.services.publishing import publish, source_digest
from plugins.courses.services.reviewing import approve, submit
from plugins.courses.settings import REVIEW_BY_ONE
from tests.conftest import TestClock, login_as, make_person
from tests.courses.factories import SAFE, counted

REVIEW = "/pelatihan/periksa/"
DEEDS: tuple[Deed, ...] = ("submit", "withdraw", "return", "approve", "archive", "publish")


@given(st.lists(st.sampled_from(DEEDS), max_size=30))
def test_nothing_is_published_without_having_been_in_review(deeds: list[Deed]) -> None:
    state: State = "draft"
    reviewed = False
    for deed in deeds:
        new = after(state, deed)
        if new is None:
            assert REFUSED[deed]
            continue
        reviewed = reviewed or state == "in_review"
        assert new != "published" or (reviewed and deed in ("approve", "publish"))
        assert (state, deed) in MOVES
        state = new


@pytest.mark.parametrize(
    ("person", "writers", "by_one", "may"),
    [
        (1, {2}, False, True),
        (1, {1, 2}, False, False),
        (1, {1}, True, True),
        (1, set(), False, True),
    ],
)
def test_four_eyes(person: int, writers: set[int], by_one: bool, may: bool) -> None:
    assert (why_not_approve(person, writers, by_one=by_one) == "") is may


def body(answer: TestResponse, status: int = 200) -> str:
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text
    return text


def people(site: Site) -> tuple[int, int, int]:
    """Give a trainer who writes, an officer, and another trainer."""
    with site.database.writing() as session:
        made = (("Rina", "trainer"), ("Oka", "officer"), ("Tuti", "trainer"))
        rina, oka, tuti = (make_person(session, name=n, roles=(r,)).id for n, r in made)
        return rina, oka, tuti


def write_draft(site: Site, author: int, addition: str = "Kalimat baru di sini.") -> None:
    """Open a draft of a course and change its first module."""
    with site.database.writing() as session:
        draft = open_draft(session, author, SAFE)
        query = select(DraftModule).where(DraftModule.draft_id == draft.id)
        module = session.scalars(query.order_by(DraftModule.sequence)).first()
        assert module is not None
        save(site_session=session, module=module, author=author, text=module.source + addition)


def save(*, site_session: object, module: DraftModule, author: int, text: str) -> None:
    facts = ModuleFacts(
        title=module.title, minutes=module.minutes, objectives=tuple(module.objectives)
    )
    writing = Writing(facts=facts, source=text, revision=module.revision, tab=public_id())
    save_module(site_session, author, SAFE, module.public_id, writing)  # type: ignore[arg-type]


def sent(site: Site, author: int) -> str:
    """Write a draft and send it; give the digest of what a reviewer reads."""
    write_draft(site, author)
    with site.database.writing() as session:
        submit(session, author, SAFE)
        return source_digest(draft_source(session, find_draft(session, SAFE)[1]))


def current(site: Site) -> int:
    with site.database.reading() as session:
        query = select(CourseVersion.version).join(Course, Course.id == CourseVersion.course_id)
        return session.scalars(query.where(Course.slug == SAFE, CourseVersion.current)).one()


def subjects(site: Site, person_id: int) -> list[str]:
    with site.database.reading() as session:
        query = select(Message.subject).where(Message.person_id == person_id)
        return list(session.scalars(query.order_by(Message.id)))


def test_draft_goes_through_review_to_learners(
    site: Site, client: FlaskClient, clock: TestClock
) -> None:
    rina, oka, _ = people(site)
    clock.move(minutes=1)
    with site.database.writing() as session:
        learner = make_person(session)
        enrol_by_choice(session, learner.id, SAFE)
    write_draft(site, rina)
    login_as(client, rina)
    assert "0 baru, 1 berubah" in body(client.get(REVIEW + SAFE + "/kirim"))
    assert client.post(REVIEW + SAFE + "/kirim", data={"words": "Tolong cek."}).status_code == 303
    assert client.post(REVIEW + SAFE + "/kirim").status_code == 409
    assert client.post(REVIEW + SAFE + "/tarik").status_code == 303
    assert client.post(REVIEW + SAFE + "/kirim", data={"words": "Tolong cek."}).status_code == 303
    page = body(client.get(REVIEW + SAFE))
    assert "Anda ikut menulis" in page
    assert "Tarik kembali" in page
    assert "Setujui dan terbitkan" not in page
    assert client.get(f"/pelatihan/tulis/{SAFE}").status_code == 200
    assert [text.split(":")[0] for text in subjects(site, oka)] == ["Periksa materi"] * 2

    login_as(client, oka)
    assert "Rina" in body(client.get(REVIEW))
    page = body(client.get(REVIEW + SAFE))
    assert "Tolong cek." in page
    module = re.search(rf"{SAFE}/modul/([\w-]+)", page)
    assert module is not None
    address = f"{REVIEW}{SAFE}/modul/{module[1]}"
    page = body(client.get(address))
    assert "Kalimat baru di sini.</ins>" in page
    assert "Langkah 1 dari" in page
    assert "Tulis catatannya dulu" in body(client.post(REVIEW + SAFE + "/catatan", data={}), 422)
    data = {"words": "Beri contoh.", "module": module[1]}
    assert client.post(REVIEW + SAFE + "/catatan", data=data).headers["Location"] == address
    assert "Beri contoh." in body(client.get(address))
    assert "1 catatan terbuka" in body(client.get(REVIEW))
    with site.database.reading() as session:
        note = session.scalars(select(ReviewNote).where(ReviewNote.kind == "remark")).one()
    settle = f"{REVIEW}{SAFE}/catatan/{note.public_id}"
    assert client.post(settle).status_code == 303
    assert "Selesai" in body(client.get(REVIEW + SAFE))
    assert client.post(settle, data={"go": "open"}).status_code == 303
    assert "perlu diperbaiki" in body(client.post(REVIEW + SAFE + "/kembalikan"), 422)
    data = {"words": "Tambah contoh."}
    assert client.post(REVIEW + SAFE + "/kembalikan", data=data).status_code == 303
    assert client.post(REVIEW + SAFE + "/kembalikan", data=data).status_code == 409
    assert subjects(site, rina)[-1].startswith("Perlu diperbaiki")
    assert client.post(REVIEW + SAFE + "/catatan", data=data).status_code == 409

    with site.database.writing() as session:
        submit(session, rina, SAFE)
    clock.move(minutes=1)
    page = body(client.get(REVIEW + SAFE + "/setujui"))
    assert "1 peserta tetap di versi 1" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    assert client.post(REVIEW + SAFE + "/setujui", data={"seen": "x"}).status_code == 409
    assert client.post(REVIEW + SAFE + "/setujui", data={"seen": seen[1]}).status_code == 303
    assert client.post(REVIEW + SAFE + "/setujui", data={"seen": seen[1]}).status_code == 409
    assert current(site) == 2
    assert subjects(site, rina)[-1].startswith("Sudah terbit")
    page = body(client.get(REVIEW + SAFE, follow_redirects=True))
    places = [page.index(words) for words in ("Versi 2 terbit", "Tambah contoh.", "Versi 1 terbit")]
    assert places == sorted(places)
    with site.database.reading() as session:
        version = session.scalars(select(CourseVersion).where(CourseVersion.version == 2)).one()
        assert version.published_by == oka
        old = session.get(CourseVersion, session.scalars(select(Enrolment.course_version_id)).one())
        assert old is not None
        assert old.version == 1
        assert session.scalars(select(Draft)).all() == []
        assert session.scalar(select(Revision.kind).order_by(Revision.id.desc()).limit(1))
        actions = set(session.scalars(select(AuditEntry.action)))
        assert {"courses:draft:submit", "courses:draft:return", "courses:course:approve"} <= actions


def test_who_wrote_it_does_not_approve_unless_the_agency_is_tiny(site: Site) -> None:
    rina, oka, tuti = people(site)
    seen = sent(site, rina)
    with pytest.raises(NotAllowed), site.database.writing() as session:
        approve(session, rina, SAFE, seen)
    with site.database.writing() as session:  # a colleague who wrote does not either
        for module in session.scalars(select(DraftModule)).all()[:1]:
            module.updated_by = oka
    with pytest.raises(NotAllowed), site.database.writing() as session:
        approve(session, oka, SAFE, seen)
    with site.database.writing() as session:
        assert approve(session, tuti, SAFE, seen).version == 2
    with site.database.writing() as session:
        set_setting(session, REVIEW_BY_ONE, True)
    write_draft(site, rina, "Lagi.")
    with site.database.writing() as session:
        submit(session, rina, SAFE)
        seen = source_digest(draft_source(session, find_draft(session, SAFE)[1]))
        assert approve(session, rina, SAFE, seen).version == 3


def test_draft_that_is_not_ready_is_not_sent(site: Site) -> None:
    rina, _, _ = people(site)
    with site.database.writing() as session:
        open_draft(session, rina, SAFE)
    with pytest.raises(Invalid, match="sama dengan versi"), site.database.writing() as session:
        submit(session, rina, SAFE)
    with site.database.writing() as session:
        slug = start_course(session, rina, "Belum lengkap")
    with pytest.raises(Invalid, match="belum lengkap"), site.database.writing() as session:
        submit(session, rina, slug)
    with pytest.raises(Conflict, match="versi yang disetujui"), site.database.writing() as session:
        publish(session, rina, slug)


def test_what_comes_in_between_is_noticed(site: Site) -> None:
    rina, oka, _ = people(site)
    seen = sent(site, rina)
    with site.database.writing() as session:
        module = session.scalars(select(DraftModule)).first()
        assert module is not None
        save(site_session=session, module=module, author=rina, text="Terlambat.")
    with site.database.reading() as session:  # kept in the history, not in what is reviewed
        assert source_digest(draft_source(session, find_draft(session, SAFE)[1])) == seen
        assert "Terlambat." in session.scalars(select(Revision.source)).all()
    with site.database.writing() as session:
        module = session.scalars(select(DraftModule)).first()
        assert module is not None
        module.source += "\n\nDiubah lewat jalan lain."
    with pytest.raises(Conflict, match="berubah"), site.database.writing() as session:
        approve(session, oka, SAFE, seen)


def test_approved_twice_at_once_is_one_version(site: Site) -> None:
    rina, oka, tuti = people(site)
    seen = sent(site, rina)

    def one(person: int) -> str:
        try:
            with site.database.writing() as session:
                return f"version {approve(session, person, SAFE, seen).version}"
        except LmsError as error:
            return type(error).__name__

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(one, [oka, tuti, oka, tuti]))
    assert outcomes == ["Conflict", "Conflict", "Conflict", "version 2"]
    with site.database.reading() as session:
        assert session.scalar(select(func.count()).where(ReviewNote.kind == "approved")) == 1


def test_pages_are_for_those_who_review(site: Site, client: FlaskClient) -> None:
    rina, _, _ = people(site)
    sent(site, rina)
    with site.database.writing() as session:
        auditor = make_person(session, roles=("auditor",))
        learner = make_person(session)
    login_as(client, auditor)
    assert client.get(REVIEW).status_code == 403
    assert "Setujui" not in body(client.get(REVIEW + SAFE))
    assert client.get(REVIEW + SAFE + "/setujui").status_code == 403
    assert client.post(REVIEW + SAFE + "/setujui").status_code == 403
    assert client.get(REVIEW + "tidak-ada").status_code in (303, 404)
    assert client.get(REVIEW + "tidak-ada/perubahan").status_code == 404
    login_as(client, learner)
    for address in ("", SAFE, SAFE + "/perubahan", SAFE + "/kirim", SAFE + "/kembalikan"):
        assert client.get(REVIEW + address).status_code == 403


def test_queue_asks_the_same_number_of_statements(site: Site, client: FlaskClient) -> None:
    rina, oka, _ = people(site)
    sent(site, rina)
    login_as(client, oka)
    client.get(REVIEW)
    with counted(site.database.engine) as one:
        body(client.get(REVIEW))
    with site.database.writing() as session:
        for number in range(25):
            start_course(session, rina, f"Pelatihan {number}")
        for draft in session.scalars(select(Draft)):
            draft.state, draft.submitted_at = "in_review", draft.submitted_at or now(session)
    with counted(site.database.engine) as many:
        page = body(client.get(REVIEW))
    assert len(many) == len(one)
    assert page.count('class="btn second"') == 20
    assert "Pelatihan 24" in body(client.get(REVIEW + "?page=2"))
