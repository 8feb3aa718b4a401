"""Learning elsewhere: sent in, corrected, decided, in the ledger once; its files; the table."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from lms import Conflict, Invalid, NotAllowed, NotFound
from lms.core.audit import AuditEntry
from lms.core.jobs import JobRow
from lms.core.messages.models import Message
from lms.core.site import Site
from plugins.courses.domain.forms_of_learning import Conversion
from plugins.courses.models import LearningForm
from plugins.courses.services.certificate_files import (
    DELETE_FILE,
    checked_certificate,
    delete_unnamed,
)
from plugins.courses.services.learning_forms import change_form, read_forms
from plugins.courses.services.outside import correct, give_back, submit, verify, withdraw
from plugins.courses.services.personal import erase_personal_data, personal_data
from tests.conftest import make_person
from tests.courses.ways_factories import (
    SEMINAR,
    certificate,
    facts,
    ledger_of,
    pdf,
    photo,
    sent,
)


def test_certificates_are_known_by_their_content() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera rahasia"
    made = checked_certificate(photo(exif=exif, size=(5000, 100)), "C:\\foto\\IMG 1.HEIC")
    assert (made.media_type, made.filename) == ("image/jpeg", "IMG 1.jpg")
    assert b"rahasia" not in made.content
    assert Image.open(io.BytesIO(made.content)).width == 2400
    assert checked_certificate(photo("PNG"), "x.pdf").media_type == "image/png"
    assert checked_certificate(pdf(), "x.exe").filename == "x.pdf"
    bad = [
        b"", b"<html>", b"%PDF-1.4 cut", photo()[:200], b"%PDF-%%EOF" + b"0" * 5_300_000,
        photo("GIF"), b"MZ" + pdf(),
    ]  # fmt: skip
    for content in bad:
        with pytest.raises(Invalid):
            checked_certificate(content, "sertifikat.pdf")


def test_outside_learning_is_sent_corrected_and_counted_once(site: Site) -> None:
    with site.database.writing() as session:
        me = make_person(session).id
        officer = make_person(session, name="Petugas").id
        public = submit(session, me, facts(), certificate()).public_id
        again = submit(session, me, facts(), certificate()).public_id
        assert again == public
        with pytest.raises(Invalid):
            submit(session, me, facts(form_code=99), certificate())
        with pytest.raises(NotFound):
            withdraw(session, officer, public)
    with site.database.writing() as session:
        with pytest.raises(Invalid):
            give_back(session, officer, public, revision=1, reason="  ")
        give_back(session, officer, public, revision=1, reason="Nomor tidak terbaca.")
        with pytest.raises(Conflict):
            verify(session, officer, public, revision=1, jp=6)
    with site.database.writing() as session:
        correct(session, me, public, facts(number="124/A"), certificate("dua"))
        jobs = session.scalars(select(JobRow).where(JobRow.name == DELETE_FILE)).all()
        assert len(jobs) == 1, "the file before goes"
        with pytest.raises(Conflict):  # the officer looks at an old page
            verify(session, officer, public, revision=1, jp=6)
        with pytest.raises(NotAllowed):
            verify(session, me, public, revision=2, jp=6)
        with pytest.raises(Invalid):
            verify(session, officer, public, revision=2, jp=7)
        assert ledger_of(session, me) == []
    with site.database.writing() as session:
        verify(session, officer, public, revision=2, jp=6)
        verify(session, officer, public, revision=2, jp=6)
        with pytest.raises(Conflict):
            verify(session, officer, public, revision=2, jp=5)
        with pytest.raises(Conflict):
            withdraw(session, me, public)
        with pytest.raises(Conflict):
            correct(session, me, public, facts())
    with site.database.reading() as session:
        (credit,) = ledger_of(session, me)
        assert (credit.year, credit.jp, credit.kind, credit.form_code) == (2026, 6, "outside", 9)
        assert (credit.organiser, credit.number) == ("BPSDM Banten", "124/A")
        assert credit.starts_on == credit.ends_on == credit.earned_on == date(2026, 10, 5)
        said = session.scalars(select(Message.subject).where(Message.person_id == me)).all()
        assert said == ["Perbaiki bukti: Seminar Data", "Bukti diterima: Seminar Data"]
        deeds = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert [deed for deed in deeds if "outside" in deed] == [
            "courses:outside:return",
            "courses:outside:verify",
        ]


def test_a_change_of_the_table_counts_only_from_then_on(site: Site, tmp_path: Path) -> None:
    with site.database.writing() as session:
        me, officer = make_person(session).id, make_person(session, name="Petugas").id
        before = submit(session, me, facts(), certificate()).public_id
        verify(session, officer, before, revision=1, jp=6)
        waiting = submit(session, me, facts(title="Lain", number="9"), certificate("b")).public_id
        half = Conversion(unit="jp", hundredths=50, most_jp=2)
        change_form(session, officer, SEMINAR, half, legal_basis="Perbup 1/2026")
        change_form(session, officer, SEMINAR, half, legal_basis="Perbup 1/2026")
        with pytest.raises(Invalid):
            verify(session, officer, waiting, revision=1, jp=3)
        verify(session, officer, waiting, revision=1, jp=2)
        assert [credit.jp for credit in ledger_of(session, me)] == [6, 2]
        with pytest.raises(Invalid):
            change_form(session, officer, SEMINAR, half, legal_basis="")
        with pytest.raises(NotFound):
            change_form(session, officer, 99, half, legal_basis="x")
    with site.database.writing() as session:
        changes = select(AuditEntry).where(AuditEntry.action == "courses:form:change")
        (entry,) = session.scalars(changes)
        assert entry.details["before"]["most_jp"] is None
        assert len(session.scalars(select(LearningForm)).all()) == 25
        folder = tmp_path / "learning-forms"
        folder.mkdir()
        row = '[[form]]\ncode = 9\nunit = "jp"\njp_per_unit = 1\nlegal_basis = "x"\n'
        (folder / "a.toml").write_text(row)
        assert read_forms(session, folder) == 0, "what the agency changed stays"
        assert session.get_one(LearningForm, SEMINAR).legal_basis == "Perbup 1/2026"
        for bad in ("code = 26", "unit = 'x'", "jp_per_unit = 'a'", "legal_basis = ''"):
            name = bad.partition(" ")[0]
            lines = [bad if line.startswith(name) else line for line in row.splitlines()]
            (folder / "a.toml").write_text("\n".join(lines))
            with pytest.raises(Invalid, match=r"a\.toml"):
                read_forms(session, folder)


def test_a_file_goes_with_its_last_name(site: Site) -> None:
    with site.database.writing() as session:
        me, other = make_person(session).id, make_person(session, name="Rekan").id
        mine = submit(session, me, facts(), certificate()).public_id
        theirs = submit(session, other, facts(), certificate()).public_id
        digest = sent(session, mine).digest
        withdraw(session, me, mine)
        assert sent(session, mine).digest == ""
        assert not delete_unnamed(session, digest), "a colleague's certificate is the same file"
        assert site.files.get(digest)
        withdraw(session, other, theirs)
        assert delete_unnamed(session, digest)
        with pytest.raises(NotFound):
            site.files.get(digest)


def test_personal_data_holds_the_file_and_erasure_asks_for_its_deletion(site: Site) -> None:
    with site.database.writing() as session:
        me, officer = make_person(session).id, make_person(session, name="Petugas").id
        theirs = submit(session, officer, facts(title="Lain"), certificate("b")).public_id
        verify(session, me, theirs, revision=1, jp=6)
        submit(session, me, facts(), certificate())
        (copy,) = personal_data(session, me)["outside_learning"]
        assert copy["file"]["name"] == "Sertifikat.pdf"
        assert copy["file"]["base64"]
        erase_personal_data(session, me)
        assert personal_data(session, me)["outside_learning"] == []
        assert sent(session, theirs).decided_by is None
        jobs = session.scalars(select(JobRow).where(JobRow.name == DELETE_FILE)).all()
        assert [job.payload["digest"] for job in jobs] == [copy["file"]["sha256"]]
