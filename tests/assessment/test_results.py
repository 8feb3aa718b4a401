"""Results after the hand-in: which evidence counts, trials, objections, an assessor's ratings."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lms import Conflict, Invalid, NewEvidence, NotAllowed, record_evidence
from lms.core.audit import AuditEntry
from lms.core.jobs import work_once
from lms.core.learning.models import Evidence, Profile
from lms.core.people.permissions import grant_role
from lms.core.site import Site
from plugins.assessment.models import (
    Attempt,
    AttemptItem,
    InstrumentVersion,
    ItemVersion,
    Objection,
    Rating,
    Result,
)
from plugins.assessment.services.attempts import start
from plugins.assessment.services.instruments import close_instrument, open_instrument
from plugins.assessment.services.objections import answer_objection, object_to
from plugins.assessment.services.privacy import erase_personal_data, personal_data
from plugins.assessment.services.rating import rate
from plugins.courses.models import Media
from tests.assessment.factories import (
    CODE,
    answer_all,
    asked,
    begin,
    competency,
    finish,
    nothing_right,
    only_single_choice,
    open_site,
    save,
    sit,
)
from tests.assessment.test_measuring import finish_courses, waiting
from tests.assessment.test_pages import counting, read
from tests.assessment.types.samples import SAMPLES
from tests.conftest import TestClock, login_as, make_person


@pytest.fixture
def person_id(site: Site) -> int:
    only_single_choice(site)
    return open_site(site)[0]


@pytest.fixture
def learner(client: FlaskClient, person_id: int) -> FlaskClient:
    login_as(client, person_id)
    return client


def someone(site: Site, role: str) -> int:
    with site.database.writing() as session:
        return make_person(session, name="Dewi Lestari", roles=(role,)).id


def client_of(app: Flask, person_id: int) -> FlaskClient:
    client = app.test_client()
    login_as(client, person_id)
    return client


def competency_of(site: Site, code: str) -> int:
    with site.database.reading() as session:
        return competency(session, code)


def counts(site: Site, table: type) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# -- the result page -----------------------------------------------------------------------------


def test_newer_evidence_from_elsewhere_is_named_where_it_counts(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = sit(site, person_id)
    assert "Yang dipakai sekarang" not in read(learner.get(f"/tes/{public}/hasil")).text
    with site.database.writing() as session:
        newer = NewEvidence(
            key="national:1",
            competency_id=competency(session, "D1"),
            level=2,
            level_low=2,
            level_high=2,
            kind="measured",
            source="Tes nasional",
            measured_on=site.local(site.clock()).date() + timedelta(days=3),
        )
        record_evidence(session, person_id, [newer])
    text = read(learner.get(f"/tes/{public}/hasil")).text
    assert text.count("Yang dipakai sekarang") == 1
    assert "Yang dipakai sekarang: Tes nasional, tanggal" in text


@pytest.mark.parametrize(
    ("correct", "words", "partial"),
    [(5.0, "5 dari 6 soal", False), (4.5, "4,5 dari 6 soal", True), (4.98, "5 dari 6 soal", False)],
)
def test_score_has_a_comma_only_when_needed(
    learner: FlaskClient, site: Site, person_id: int, correct: float, words: str, partial: bool
) -> None:
    public = sit(site, person_id)
    with site.database.writing() as session:
        d1 = competency(session, "D1")
        session.execute(
            update(Result).where(Result.competency_id == d1).values(correct=correct, n=6)
        )
    text = read(learner.get(f"/tes/{public}/hasil")).text
    assert words in text
    assert ("benar sebagian" in text) is partial


def test_calibrated_result_says_that_difficulty_counts(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = sit(site, person_id)
    assert "tingkat kesulitan soal" not in read(learner.get(f"/tes/{public}/hasil")).text
    with site.database.writing() as session:
        session.execute(update(Result).values(theta=0.4, theta_error=0.3))
    assert "dihitung dari tingkat kesulitan soal" in read(learner.get(f"/tes/{public}/hasil")).text


def test_trial_of_an_instrument_has_no_result(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    with site.database.writing() as session:
        session.execute(update(InstrumentVersion).values(stage="trial"))
    public = sit(site, person_id)
    page = read(learner.get(f"/tes/{public}/hasil"))
    assert page.status == 200
    assert "Ini uji coba alat tes. Tidak ada hasil." in page.text
    assert "Aturan batas nilai" not in page.text
    assert counts(site, Evidence) == 0


def test_cancelled_test_has_no_result_page(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = begin(site, person_id)
    with site.database.writing() as session:
        session.execute(update(Attempt).values(closed_by="cancelled", handed_in_at=site.clock()))
    assert learner.get(f"/tes/{public}/hasil").status_code == 404


def test_assisted_result_says_who_helped(learner: FlaskClient, site: Site, person_id: int) -> None:
    public = begin(site, person_id)
    with site.database.writing() as session:
        session.execute(update(Attempt).values(assisted_by="Budi"))
    answer_all(site, public)
    finish(site, person_id, public)
    text = read(learner.get(f"/tes/{public}/hasil")).text
    assert "Dibantu oleh Budi; hasil tidak masuk indeks." in text


# -- the gain ------------------------------------------------------------------------------------


def test_extra_questions_answered_alone_do_not_undo_the_help(site: Site, person_id: int) -> None:
    with site.database.writing() as session:
        public = start(session, person_id, CODE, "pre", assisted_by="Rudi")
    answer_all(site, public, lambda code, place: code != "D4" or place < 3)
    finish(site, person_id, public)
    sit(site, person_id, "extra", right=lambda _code, place: place < 2)
    with site.database.reading() as session:
        query = select(Evidence.assisted, Evidence.source).where(Evidence.person_id == person_id)
        rows = session.execute(query).all()
        assert any("Soal tambahan" in source for _, source in rows)
        assert all(assisted and "dengan pendamping" in source for assisted, source in rows)


def test_gain_shows_the_difference_with_its_error(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    sit(site, person_id, right=lambda code, _place: code != "D4")
    finish_courses(site, person_id)
    public = sit(site, person_id, "retest")
    text = read(learner.get(f"/tes/{public}/kenaikan")).text
    assert re.search(
        r"Selisih nilai \+100\. Selisih sebenarnya hampir pasti antara \+\d+ dan \+\d+\.", text
    )
    assert "hanya tingkatnya" not in text


def test_gain_by_other_rules_compares_levels_only(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    sit(site, person_id, right=lambda code, _place: code != "D4")
    finish_courses(site, person_id)
    with site.database.writing() as session:
        session.execute(update(Evidence).values(rule="old v1"))
    public = sit(site, person_id, "retest")
    text = read(learner.get(f"/tes/{public}/kenaikan")).text
    assert "Yang dibandingkan hanya tingkatnya." in text
    assert "Selisih nilai" not in text
    assert "Naik jelas" in text


# -- objections: the person ----------------------------------------------------------------------


def objected(site: Site, person_id: int, text: str = "Soal nomor 3 keliru.") -> tuple[str, str]:
    """Sit a test and object to D1; give (attempt, objection)."""
    public = sit(site, person_id, right=nothing_right)
    with site.database.writing() as session:
        object_to(session, person_id, public, competency(session, "D1"), text)
    with site.database.reading() as session:
        return public, session.scalars(
            select(Objection.public_id).order_by(Objection.id.desc()).limit(1)
        ).one()


def test_objection_is_stored_once_and_shown(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public = sit(site, person_id)
    path = f"/tes/{public}/hasil/{competency_of(site, 'D2')}/keberatan"
    assert path in learner.get(f"/tes/{public}/hasil").get_data(as_text=True)
    form = read(learner.get(path)).forms[-1]
    for text in ("Saya ragu.\r\nTerima kasih.", "Lain lagi."):
        answer = learner.post(path, data={**form.values, "text": text}, follow_redirects=True)
        assert "Menunggu jawaban" in read(answer).text
    assert "Saya ragu." in read(answer).text
    assert counts(site, Objection) == 1
    assert "menunggu jawaban" in read(learner.get(f"/tes/{public}/hasil")).text


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 1001])
def test_objection_without_words_or_with_too_many_is_refused(
    learner: FlaskClient, site: Site, person_id: int, text: str
) -> None:
    public = sit(site, person_id)
    path = f"/tes/{public}/hasil/{competency_of(site, 'D2')}/keberatan"
    assert learner.post(path, data={"text": text}).status_code == 422
    assert counts(site, Objection) == 0


def test_nobody_objects_to_the_result_of_another(app: Flask, site: Site, person_id: int) -> None:
    public = sit(site, person_id)
    path = f"/tes/{public}/hasil/{competency_of(site, 'D2')}/keberatan"
    other = client_of(app, someone(site, "officer"))
    assert other.get(path).status_code == 404
    assert other.post(path, data={"text": "Saya"}).status_code == 404
    assert counts(site, Objection) == 0


# -- objections: the officer ---------------------------------------------------------------------


def test_officer_accepts_and_the_person_is_invited(
    app: Flask, learner: FlaskClient, site: Site, person_id: int
) -> None:
    public, objection = objected(site, person_id)
    officer = client_of(app, someone(site, "officer"))
    assert "Siti Aminah" in read(officer.get("/tes/keberatan")).text
    path = f"/tes/keberatan/{objection}"
    assert "Soal nomor 3 keliru." in read(officer.get(path)).text
    data = {"decision": "accepted", "reason": "Soal itu memang membingungkan."}
    answer = officer.post(path, data=data, follow_redirects=True)
    assert "diundang ke tes ulang" in read(answer).text
    [invitation] = waiting(site, "retest")
    assert invitation.competency_ids == [competency_of(site, "D1")]
    own = read(learner.get(f"/tes/{public}/hasil/{competency_of(site, 'D1')}/keberatan")).text
    assert "Diterima" in own
    assert "Soal itu memang membingungkan." in own
    assert sit(site, person_id, "retest") != public
    with site.database.reading() as session:
        query = select(AuditEntry).where(AuditEntry.action == "assessment:objection:answer")
        assert session.scalars(query).one().details["state"] == "accepted"


@pytest.mark.parametrize("decision", ["accepted", "kept"])
def test_home_tells_for_a_while_that_an_objection_was_answered(
    learner: FlaskClient, site: Site, person_id: int, clock: TestClock, decision: str
) -> None:
    public, objection = objected(site, person_id)
    assert "sudah dijawab" not in read(learner.get("/")).text
    officer = someone(site, "officer")
    with site.database.writing() as session:
        answer_objection(session, officer, objection, decision, "Terbaca.")
    home = learner.get("/")
    assert "Keberatan Anda sudah dijawab" in read(home).text
    link = f"/tes/{public}/hasil/{competency_of(site, 'D1')}/keberatan"
    assert link in home.get_data(as_text=True)
    assert "Terbaca." in read(learner.get(link)).text
    clock.move(days=15)
    login_as(learner, person_id)
    assert "sudah dijawab" not in read(learner.get("/")).text


def test_accepted_objection_waits_until_a_test_is_opened(site: Site, person_id: int) -> None:
    _, objection = objected(site, person_id)
    officer = someone(site, "officer")
    with site.database.writing() as session:
        close_instrument(session, officer, CODE)
        assert not answer_objection(session, officer, objection, "accepted", "Benar.")
    assert waiting(site, "retest") == []
    for _ in range(2):
        with site.database.writing() as session:
            open_instrument(session, officer, CODE)
        assert len(waiting(site, "retest")) == 1
    sit(site, person_id, "retest")
    with site.database.writing() as session:
        close_instrument(session, officer, CODE)
        open_instrument(session, officer, CODE)
    assert waiting(site, "retest") == []


def test_kept_result_needs_a_reason_and_is_answered_once(
    app: Flask, site: Site, person_id: int
) -> None:
    _, objection = objected(site, person_id)
    officer = someone(site, "officer")
    path, page = f"/tes/keberatan/{objection}", client_of(app, officer)
    assert page.post(path, data={"decision": "kept", "reason": " "}).status_code == 422
    assert page.post(path, data={"reason": "Sudah diperiksa."}).status_code == 422
    assert page.post(path, data={"decision": "kept", "reason": "Benar."}).status_code == 303
    assert waiting(site, "retest") == []
    with site.database.writing() as session, pytest.raises(Conflict):
        answer_objection(session, officer, objection, "accepted", "Ternyata salah.")


def test_nobody_answers_an_own_objection(site: Site, person_id: int) -> None:
    _, objection = objected(site, person_id)
    with site.database.writing() as session:
        grant_role(session, person_id, "officer", None)
    with site.database.writing() as session, pytest.raises(NotAllowed):
        answer_objection(session, person_id, objection, "accepted", "Saya benar.")


def test_list_marks_what_waits_for_long_and_stays_within_its_statements(
    app: Flask, site: Site, person_id: int, clock: TestClock
) -> None:
    objected(site, person_id)
    officer = client_of(app, someone(site, "officer"))
    assert "Lewat 3 × 24 jam" not in read(officer.get("/tes/keberatan")).text
    with counting(site) as first:
        officer.get("/tes/keberatan")
    with site.database.writing() as session:
        people = [make_person(session).id for _ in range(3)]
    for each in people:
        objected(site, each)
    clock.moment += timedelta(hours=73)
    with counting(site) as second:
        text = read(officer.get("/tes/keberatan?keadaan=open")).text
    assert text.count("Lewat 3 × 24 jam") == 4
    assert len(first) == len(second) <= 8
    assert officer.get("/tes/keberatan?keadaan=x").status_code == 404


def test_learner_has_no_business_in_the_lists(learner: FlaskClient) -> None:
    assert learner.get("/tes/keberatan").status_code == 403
    assert learner.get("/tes/penilaian").status_code == 403


# -- rating --------------------------------------------------------------------------------------

PDF = b"%PDF-1.7 surat"


def with_files(site: Site, person_id: int, count: int = 1) -> tuple[str, list[int]]:
    """Hand in a test in which the first questions of D1 ask for a file; give their numbers."""
    public = begin(site, person_id)
    content, scoring = SAMPLES["file"]
    with site.database.writing() as session:
        d1 = [row for row in asked(session, public) if row[2] == "D1"][:count]
        for _, version, _ in d1:
            session.execute(
                update(ItemVersion)
                .where(ItemVersion.id == version.id)
                .values(kind="file", content=content, scoring=scoring)
            )
    numbers = [sequence for sequence, _, _ in d1]
    digest = site.files.put(PDF)
    with site.database.reading() as session:
        others = [row for row in asked(session, public) if row[0] not in numbers]
    for sequence, version, _ in others:
        save(site, public, sequence, version.scoring["key"], device=f"device-{sequence}")
    for sequence in numbers:
        save(site, public, sequence, f"{digest}|Siti.pdf", device=f"device-{sequence}")
    finish(site, person_id, public)
    return public, numbers


def d1_result(site: Site) -> Result:
    with site.database.reading() as session:
        query = select(Result).where(Result.competency_id == competency(session, "D1"))
        return session.scalars(query).one()


POINTS = {"points_r1": "3", "points_r2": "1,5"}


def test_assessor_rates_a_file_and_the_result_follows(
    app: Flask, learner: FlaskClient, site: Site, person_id: int
) -> None:
    public, [number] = with_files(site, person_id)
    text = read(learner.get(f"/tes/{public}/hasil")).text
    assert "1 jawaban masih dinilai penilai." in text
    before = d1_result(site)
    assert (before.correct, before.n, before.pending) == (5, 5, 1)
    assessor = client_of(app, someone(site, "trainer"))
    html = assessor.get("/tes/penilaian").get_data(as_text=True)
    assert "Peserta 1" in html
    assert "Siti" not in html
    path = f"/tes/penilaian/{public}/{number}"
    assert f"{path}/berkas" in assessor.get(path).get_data(as_text=True)
    answer = assessor.post(path, data={**POINTS, "note": "Rapi."}, follow_redirects=True)
    assert "Hasil tes sudah dihitung lagi." in read(answer).text
    assert "Tidak ada jawaban yang menunggu." in read(answer).text
    after = d1_result(site)
    assert (after.correct, after.n, after.pending) == (5.75, 6, 0)
    with site.database.reading() as session:
        query = select(Profile).where(Profile.person_id == person_id)
        profile = session.scalars(query.where(Profile.competency_id == after.competency_id)).one()
        counting_now = session.get_one(Evidence, profile.evidence_id)
        rating = session.scalars(select(Rating)).one()
    assert counting_now.key == f"assessment:{public}:D1:rated:{rating.id}"
    text = read(learner.get(f"/tes/{public}/hasil")).text
    assert "5,8 dari 6 soal" in text or "5,7 dari 6 soal" in text
    assert "masih dinilai" not in text
    assert "Yang dipakai sekarang" not in text


def test_second_look_counts_and_the_first_one_is_kept(site: Site, person_id: int) -> None:
    public, [number] = with_files(site, person_id)
    assessor = someone(site, "trainer")
    for given in ({"r1": "0", "r2": "0"}, {"r1": "4", "r2": "2"}):
        with site.database.writing() as session:
            assert rate(session, assessor, public, number, given)
    assert d1_result(site).correct == 6
    assert counts(site, Rating) == 2
    assert counts(site, Evidence) == 7


def test_result_waits_for_the_last_answer_of_its_competency(site: Site, person_id: int) -> None:
    public, [first, second] = with_files(site, person_id, 2)
    assessor, full = someone(site, "trainer"), {"r1": "4", "r2": "2"}
    with site.database.writing() as session:
        assert not rate(session, assessor, public, first, full)
    assert (counts(site, Evidence), d1_result(site).pending) == (5, 1)
    with site.database.writing() as session:
        assert rate(session, assessor, public, second, full)
    assert (counts(site, Evidence), d1_result(site).pending) == (6, 0)


def test_competency_of_files_only_gets_its_result_from_the_assessor(
    learner: FlaskClient, site: Site, person_id: int
) -> None:
    public, numbers = with_files(site, person_id, 6)
    assert "6 jawaban masih dinilai penilai." in read(learner.get(f"/tes/{public}/hasil")).text
    assert counts(site, Result) == 4
    assessor = someone(site, "trainer")
    for number in numbers:
        with site.database.writing() as session:
            rate(session, assessor, public, number, {"r1": "2", "r2": "1"})
    assert (d1_result(site).correct, d1_result(site).n) == (3, 6)
    assert counts(site, Evidence) == 5


@pytest.mark.parametrize(
    "points",
    [
        {},
        {"r1": "3"},
        {"r1": "5", "r2": "0"},
        {"r1": "-1", "r2": "0"},
        {"r1": "nan", "r2": "0"},
        {"r1": "x", "r2": "0"},
    ],
)
def test_impossible_points_are_refused(site: Site, person_id: int, points: dict[str, str]) -> None:
    public, [number] = with_files(site, person_id)
    assessor = someone(site, "trainer")
    with site.database.writing() as session, pytest.raises(Invalid):
        rate(session, assessor, public, number, points)
    assert counts(site, Rating) == 0


def test_nobody_rates_an_own_answer(site: Site, person_id: int) -> None:
    public, [number] = with_files(site, person_id)
    with site.database.writing() as session, pytest.raises(NotAllowed):
        rate(session, person_id, public, number, {"r1": "4", "r2": "2"})


def test_file_is_a_download_without_the_name_of_its_owner(
    app: Flask, site: Site, person_id: int
) -> None:
    public, [number] = with_files(site, person_id)
    assessor = client_of(app, someone(site, "trainer"))
    answer = assessor.get(f"/tes/penilaian/{public}/{number}/berkas")
    assert answer.data == PDF
    assert (
        answer.headers["Content-Disposition"] == f"attachment; filename=jawaban-soal-{number}.pdf"
    )
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    other = number % 30 + 1
    assert assessor.get(f"/tes/penilaian/{public}/{other}/berkas").status_code == 404


def test_unscored_and_voided_answers_wait_for_nobody(
    app: Flask, site: Site, person_id: int
) -> None:
    public, [number] = with_files(site, person_id)
    assessor = client_of(app, someone(site, "trainer"))
    with site.database.writing() as session:
        session.execute(
            update(AttemptItem).where(AttemptItem.sequence == number).values(scored=False)
        )
    assert "Tidak ada jawaban yang menunggu." in read(assessor.get("/tes/penilaian")).text
    assert assessor.get(f"/tes/penilaian/{public}/{number}").status_code == 404


def test_list_of_answers_stays_within_its_statements(
    app: Flask, site: Site, person_id: int
) -> None:
    with_files(site, person_id, 3)
    assessor = client_of(app, someone(site, "trainer"))
    with counting(site) as seen:
        assert read(assessor.get("/tes/penilaian")).text.count("Dikirim") == 3
    assert len(seen) <= 8, seen


# -- personal data -------------------------------------------------------------------------------


def test_objections_and_ratings_are_copied_and_erased_with_their_person(
    site: Site, person_id: int
) -> None:
    public, [number] = with_files(site, person_id)
    assessor = someone(site, "trainer")
    with site.database.writing() as session:
        object_to(session, person_id, public, competency(session, "D2"), "Saya ragu.")
        rate(session, assessor, public, number, {"r1": "4", "r2": "2"})
    with site.database.reading() as session:
        [attempt] = personal_data(session, person_id)["attempts"]
    assert [each["text"] for each in attempt["objections"]] == ["Saya ragu."]
    with site.database.writing() as session:
        erase_personal_data(session, person_id)
    assert (counts(site, Objection), counts(site, Rating), counts(site, Attempt)) == (0, 0, 0)


def test_file_answers_are_copied_and_erased_unless_something_else_names_them(
    site: Site, person_id: int
) -> None:
    with_files(site, person_id)
    with site.database.writing() as session:
        other = make_person(session, level="pelaksana").id
        [attempt] = personal_data(session, person_id)["attempts"]
    [copy] = [each["file"] for each in attempt["answers"] if "file" in each]
    assert (copy["name"], b64decode(copy["base64"])) == ("Siti.pdf", PDF)
    with_files(site, other)
    for person, kept in ((person_id, True), (other, False)):
        with site.database.writing() as session:
            erase_personal_data(session, person)
        while work_once(site):
            pass
        assert site.files.path(copy["sha256"]).exists() is kept


def test_erased_file_stays_while_another_table_names_it(site: Site, person_id: int) -> None:
    with_files(site, person_id)
    digest = site.files.put(PDF)
    with site.database.writing() as session:
        session.execute(update(Media).values(digest=digest))
        erase_personal_data(session, person_id)
    while work_once(site):
        pass
    assert site.files.get(digest) == PDF


def test_copy_holds_ratings_complaints_minutes_and_devices(site: Site, person_id: int) -> None:
    public, [number] = with_files(site, person_id)
    assessor = someone(site, "trainer")
    with site.database.writing() as session:
        rate(session, assessor, public, number, {"r1": "4", "r2": "2"}, "Rapi.")
    with site.database.reading() as session:
        [attempt] = personal_data(session, person_id)["attempts"]
    assert [each["note"] for each in attempt["ratings"]] == ["Rapi."]
    assert attempt["answers"][0]["device"].startswith("device-")
    assert (attempt["complaints"], attempt["minutes"]) == ([], [])
