"""Issue once, number without gaps, withhold with reasons, freeze, store, revoke, erase."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date, datetime
from types import ModuleType

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lms import Invalid, LearningCredit, NotFound, PersonMoved, record, set_setting
from lms.core.audit import AuditEntry
from lms.core.hooks.events import GapsClosed
from lms.core.hooks.models import Delivery, EventRow
from lms.core.hooks.outbox import deliver_inline
from lms.core.jobs import JobRow, work_once
from lms.core.site import Site
from lms.models import Person, Placement
from plugins.certificates import queries, settings
from plugins.certificates.domain.codes import read_code
from plugins.certificates.models import Certificate, Series, Withheld
from plugins.certificates.services import ask_again, erase, issue, keep_file, revoke, store_file
from plugins.certificates.services.files import file_bytes
from tests.certificates.factories import make_plan
from tests.conftest import TestClock, make_person

REASON = "Penulisan nama salah, sertifikat diganti."


def closed_plan(site: Site, **values: object) -> int:
    with site.database.writing() as session:
        person = make_person(session, title_after="S.Pd.")
        return make_plan(session, person, **values).id


def issued(site: Site, **values: object) -> Certificate:
    plan_id = closed_plan(site, **values)
    with site.database.writing() as session:
        row = issue(session, plan_id)
    assert row is not None
    return row


def at_once(site: Site, count: int, work: Callable[[int], object]) -> list[object]:
    """Run `work(number)` in many threads that start together; give results and errors."""
    results: list[object] = []
    ready = threading.Barrier(count)

    def run(number: int) -> None:
        ready.wait(30)
        try:
            results.append(work(number))
        except Exception as error:  # a result of the test
            results.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def undone(site: Site, work: Callable[[Session], object]) -> None:
    """Do something in a transaction that is rolled back."""
    try:
        with site.database.writing() as session:
            work(session)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass


# -- once, and numbered --------------------------------------------------------------------------


def test_certificate_is_issued_when_gaps_close(site: Site) -> None:
    plan_id = closed_plan(site)
    with site.database.writing() as session:
        person_id = session.scalar(select(Person.id))
        record(session, GapsClosed(person_id=person_id, plan_id=plan_id))
    with site.database.reading() as session:
        row = session.scalars(select(Certificate)).one()
        event = session.scalars(select(EventRow).where(EventRow.name == "certificate_issued")).one()
        job = session.scalars(select(JobRow)).one()
    assert (row.number, row.seq, row.year, row.state) == ("0001/TITIAN/XI/2026", 1, 2026, "valid")
    assert row.file_digest is None
    assert event.payload == {
        "person_id": row.person_id,
        "plan_id": plan_id,
        "certificate_id": row.id,
        "number": row.number,
    }
    assert (job.name, job.payload) == ("certificates.render", {"certificate_id": row.id})


def test_certificate_is_one_when_the_event_is_delivered_twice(site: Site) -> None:
    plan_id = closed_plan(site)
    for _ in range(2):
        with site.database.writing() as session:
            record(session, GapsClosed(person_id=1, plan_id=plan_id))
    with site.database.writing(deliver=False) as session:  # a delivery that lost its "done"
        session.query(Delivery).update({"state": "waiting"})
    with site.database.reading() as session:
        events = list(session.scalars(select(EventRow.id)))
    deliver_inline(site, events)
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Certificate.id))) == 1
        assert session.scalar(select(Series.last)) == 1
        names = list(session.scalars(select(EventRow.name)))
        assert names.count("certificate_issued") == 1
        assert session.scalar(select(func.count(JobRow.id))) == 1


def test_certificate_is_one_when_issued_50_times_at_once(site: Site) -> None:
    plan_id = closed_plan(site)

    def work(_number: int) -> object:
        with site.database.writing() as session:
            row = issue(session, plan_id)
            return row.id if row else None

    results = at_once(site, 50, work)
    assert len(set(results)) == 1
    assert isinstance(results[0], int)
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Certificate.id))) == 1
        assert session.scalar(select(Series.last)) == 1


def test_numbers_have_no_gap_or_double_when_20_are_issued_at_once(site: Site) -> None:
    plans = [closed_plan(site) for _ in range(20)]

    def work(number: int) -> object:
        with site.database.writing() as session:
            row = issue(session, plans[number])
            return row.seq if row else None

    results = at_once(site, 20, work)
    assert sorted(results, key=str) == sorted(range(1, 21), key=str)


def test_number_is_not_used_up_when_the_transaction_is_rolled_back(site: Site) -> None:
    plan_id = closed_plan(site)
    undone(site, lambda session: issue(session, plan_id))
    assert issued(site).seq == 1


def test_numbers_begin_again_when_the_year_is_new(site: Site, clock: TestClock) -> None:
    assert issued(site).number == "0001/TITIAN/XI/2026"
    # 31 December, 18.30 in London is the new year's first morning in Jakarta.
    clock.moment = datetime.fromisoformat("2026-12-31T18:30:00+00:00")
    assert issued(site).number == "0001/TITIAN/I/2027"
    assert issued(site).number == "0002/TITIAN/I/2027"


def test_codes_differ_and_open_the_page(site: Site) -> None:
    rows = [issued(site) for _ in range(3)]
    assert len({row.code for row in rows}) == 3
    assert all(read_code(row.code) == row.code for row in rows)
    assert rows[0].content["verify_url"].startswith("http://127.0.0.1:8000/contoh/verify/")


@pytest.mark.parametrize(
    ("chosen", "public", "expected"),
    [
        ("", "https://belajar.example/contoh", "https://belajar.example/contoh/verify/"),
        ("https://cek.example/a/", "https://belajar.example", "https://cek.example/a/verify/"),
    ],
)
def test_verify_address_comes_from_the_setting_first(
    site: Site, chosen: str, public: str, expected: str
) -> None:
    site.extra["public_root"] = public
    with site.database.writing() as session:
        set_setting(session, settings.VERIFY_BASE, chosen)
    assert issued(site).content["verify_url"].startswith(expected)


# -- objections ----------------------------------------------------------------------------------


def test_certificate_is_withheld_when_there_are_objections(site: Site, others: ModuleType) -> None:
    others.reasons = ["Identitas belum diperiksa."]
    plan_id = closed_plan(site)
    for _ in range(2):
        with site.database.writing() as session:
            assert issue(session, plan_id) is None
    with site.database.reading() as session:
        row = session.scalars(select(Withheld)).one()
        assert row.reasons == ["Identitas belum diperiksa."]
        assert session.scalar(select(func.count(Certificate.id))) == 0
        assert session.scalar(select(func.count(Series.last))) == 0


def test_certificate_is_issued_when_asked_again_without_objections(
    site: Site, others: ModuleType
) -> None:
    others.reasons = ["Identitas belum diperiksa."]
    plan_id = closed_plan(site)
    with site.database.writing() as session:
        issue(session, plan_id)
        withheld = session.scalars(select(Withheld)).one()
        assert ask_again(session, withheld.public_id, 1) is None
    others.reasons = []
    with site.database.writing() as session:
        row = ask_again(session, withheld.public_id, 1)
        assert row is not None
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Withheld.id))) == 0
        assert session.scalars(select(AuditEntry.subject)).one() == row.number
    with pytest.raises(NotFound), site.database.writing() as session:
        ask_again(session, withheld.public_id, 1)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"state": "open"}, "belum selesai"),
        ({"levels": {"D4": (2, 2)}}, "belum memuat kenaikan"),
        ({"levels": {"D4": (None, 2)}}, "belum memuat kenaikan"),
        ({"kind": "supervisor"}, "belum memuat kenaikan"),
    ],
)
def test_certificate_is_withheld_when_it_would_say_too_much(
    site: Site, values: dict[str, object], reason: str
) -> None:
    plan_id = closed_plan(site, **values)
    with site.database.writing() as session:
        assert issue(session, plan_id) is None
        assert reason in session.scalars(select(Withheld)).one().reasons[0]


def test_certificate_is_withheld_when_the_number_pattern_is_wrong(site: Site) -> None:
    with site.database.writing() as session:
        set_setting(session, settings.NUMBER_PATTERN, "{seq}")
    plan_id = closed_plan(site)
    with site.database.writing() as session:
        assert issue(session, plan_id) is None
        set_setting(session, settings.NUMBER_PATTERN, "{seq:03}/{year}/BKPSDM")
        row = issue(session, plan_id)
    assert row is not None
    assert row.number == "001/2026/BKPSDM"


def test_certificate_is_withheld_when_the_verify_address_is_none(site: Site) -> None:
    with site.database.writing() as session:
        set_setting(session, settings.VERIFY_BASE, "belajar.example")
    plan_id = closed_plan(site)
    with site.database.writing() as session:
        assert issue(session, plan_id) is None
        assert "https://" in session.scalars(select(Withheld)).one().reasons[0]


def test_issue_fails_when_the_plan_is_unknown(site: Site) -> None:
    with pytest.raises(NotFound), site.database.writing() as session:
        issue(session, 99)


# -- what is frozen ------------------------------------------------------------------------------


def test_content_holds_levels_names_proofs_and_courses(site: Site, others: ModuleType) -> None:
    others.credits = [
        LearningCredit(
            title="Aman di dunia digital",
            jp=12,
            finished_on=date(2026, 11, 2),
            form="Belajar online",
            modules=(("Kata sandi", 12),),
        ),
        LearningCredit(title="Lama", jp=30, finished_on=date(2025, 1, 1), form="Bimtek"),
    ]
    row = issued(site, levels={"D1": (1, 3), "D4": (1, 2)})
    with site.database.reading() as session:
        found = queries.by_code(session, row.code)
    assert found is not None
    content = found.content
    first = content.competencies[0]
    assert (first.code, first.before, first.after) == ("D1", 1, 3)
    assert (first.before_name, first.after_name) == ("Dasar", "Andal")
    assert first.before_proof is not None
    assert first.after_proof is not None
    assert first.before_proof.source == "Tes awal kompetensi digital"
    assert first.after_proof.source == "Tes ulang kompetensi digital"
    assert first.after_proof.rule == "digital-v1"
    assert [raised.code for raised in content.competencies] == ["D1", "D4"]
    assert [course.title for course in content.courses] == ["Aman di dunia digital"]
    assert content.jp == 12
    assert content.issuer == "Kabupaten Contoh"
    assert content.holder.name == "Siti Aminah, S.Pd."
    assert len(others.asked) == 1
    assert others.asked[0][2] is None


def test_content_stays_when_the_person_is_renamed_and_moved(site: Site) -> None:
    row = issued(site)
    with site.database.writing() as session:
        person = session.get_one(Person, row.person_id)
        person.name, person.nip = "Nama Baru", "199912312025012099"
        session.scalars(select(Placement)).one().until = date(2026, 11, 2)
        set_setting(session, settings.SIGNER_NAME, "Pejabat Baru")
        placement_id = session.scalars(select(Placement.id)).one()
        record(session, PersonMoved(person_id=person.id, placement_id=placement_id))
    with site.database.reading() as session:
        again = session.get_one(Certificate, row.id)
        assert again.content == row.content
        file = file_bytes(session, row.id)
    assert "Nama Baru" not in json.dumps(row.content)
    with site.database.writing() as session:
        store_file(session, row.id)
    with site.database.reading() as session:
        assert file_bytes(session, row.id) == file


# -- the file ------------------------------------------------------------------------------------


def test_file_is_the_same_before_and_after_the_job(site: Site) -> None:
    row = issued(site)
    with site.database.reading() as session:
        before = file_bytes(session, row.id)
        assert session.get_one(Certificate, row.id).file_digest is None
    assert work_once(site)
    with site.database.reading() as session:
        stored = session.get_one(Certificate, row.id).file_digest
        assert stored is not None
        assert site.files.get(stored) == before
        assert file_bytes(session, row.id) == before


def test_file_is_served_as_stored_and_never_made_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = issued(site)
    with site.database.writing() as session:
        digest = store_file(session, row.id)

    def never(_certificate: object) -> bytes:
        raise AssertionError

    monkeypatch.setattr("plugins.certificates.services.files.render", never)
    with site.database.reading() as session:
        assert file_bytes(session, row.id).startswith(b"%PDF")
    with site.database.writing() as session:
        assert store_file(session, row.id) == digest
        assert keep_file(session, session.get_one(Certificate, row.id)) == digest


def test_file_is_made_without_holding_the_write_lock(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = issued(site)

    def write_meanwhile(_certificate: object) -> bytes:
        with site.database.engine.begin() as connection:  # not through this process's queue
            connection.execute(text("UPDATE core_person SET phone = '0812'"))
        return b"%PDF-1.7"

    monkeypatch.setattr("plugins.certificates.services.files.render", write_meanwhile)
    with site.database.writing() as session:
        assert store_file(session, row.id)


def test_file_of_an_unknown_certificate_is_not_found(site: Site) -> None:
    with pytest.raises(NotFound), site.database.reading() as session:
        file_bytes(session, 99)
    with pytest.raises(NotFound), site.database.writing() as session:
        store_file(session, 99)


# -- revoke --------------------------------------------------------------------------------------


def test_certificate_is_revoked_once_when_clicked_twice(site: Site) -> None:
    row = issued(site)
    with site.database.writing() as session:
        assert revoke(session, row.code, f"  {REASON}\n", row.person_id)
    with site.database.writing() as session:
        assert not revoke(session, row.code, "Alasan lain yang panjang.", None)
    with site.database.reading() as session:
        again = session.get_one(Certificate, row.id)
        assert (again.state, again.revoked_reason) == ("revoked", REASON)
        assert again.revoked_by == row.person_id
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject) == (
            "certificates:certificate:revoke",
            row.number,
        )
        names = list(session.scalars(select(EventRow.name)))
        assert names.count("certificate_revoked") == 1


def test_certificate_is_revoked_once_when_20_do_it_at_once(site: Site) -> None:
    row = issued(site)

    def work(_number: int) -> object:
        with site.database.writing() as session:
            return revoke(session, row.code, REASON, None)

    results = at_once(site, 20, work)
    assert results.count(True) == 1
    assert results.count(False) == 19


@pytest.mark.parametrize("reason", ["", "   ", "salah", "x" * 501])
def test_revocation_is_refused_when_the_reason_says_nothing(site: Site, reason: str) -> None:
    row = issued(site)
    with pytest.raises(Invalid), site.database.writing() as session:
        revoke(session, row.code, reason, None)


def test_revocation_is_refused_when_the_code_is_unknown(site: Site) -> None:
    with pytest.raises(NotFound), site.database.writing() as session:
        revoke(session, "ABCDEFGHJKLM", REASON, None)


# -- erase ---------------------------------------------------------------------------------------


def test_holder_is_erased_and_the_file_deleted(site: Site) -> None:
    row = issued(site)
    with site.database.writing() as session:
        digest = store_file(session, row.id)
    assert digest is not None
    with site.database.writing() as session:
        erase(session, row.person_id)
    with site.database.reading() as session:
        again = session.get_one(Certificate, row.id)
        assert "Siti" not in json.dumps(again.content)
        assert again.number == row.number
        with pytest.raises(NotFound):
            file_bytes(session, row.id)
    while work_once(site):
        pass
    assert not site.files.path(digest).exists()
    with site.database.reading() as session:
        assert session.get_one(Certificate, row.id).file_digest is None


def test_file_stays_when_the_erasure_is_rolled_back(site: Site) -> None:
    row = issued(site)
    with site.database.writing() as session:
        digest = store_file(session, row.id)
    undone(site, lambda session: erase(session, row.person_id))
    while work_once(site):
        pass
    assert digest is not None
    assert site.files.path(digest).exists()


def test_file_is_not_kept_when_erased_while_it_was_made(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = issued(site)

    def erase_meanwhile(_certificate: object) -> bytes:
        with site.database.engine.begin() as connection:
            statement = "UPDATE certificates_certificate SET erased_at = issued_at"
            connection.execute(text(statement))
        return b"%PDF-1.7 personal"

    monkeypatch.setattr("plugins.certificates.services.files.render", erase_meanwhile)
    with site.database.writing() as session:
        assert store_file(session, row.id) is None
    assert not [path for path in site.files.folder.rglob("*") if path.is_file()]
