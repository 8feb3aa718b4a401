"""Use-cases: learning elsewhere is sent in with its proof, corrected, withdrawn, decided."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, Link, NotAllowed, NotFound, audit, now, send_message, today
from lms.models import Competency, Person
from plugins.courses.domain.forms_of_learning import jp_for
from plugins.courses.domain.outside import Act, Facts, after, check, key
from plugins.courses.models import Credit, LearningForm, OutsideLearning
from plugins.courses.services.certificate_files import Certificate, forget, keep
from plugins.courses.services.learning_forms import conversion_of

KIND = "courses.outside"
NOT_FOUND = "Bukti ini tidak ditemukan."  # i18n
NO_FORM = "Pilih bentuk kegiatannya."  # i18n
NO_COMPETENCY = "Kemampuan ini tidak ada. Pilih lagi."  # i18n
CHANGED = "Pegawai baru saja mengubah bukti ini. Periksa lagi."  # i18n
OWN = "Bukti Anda sendiri diperiksa petugas lain."  # i18n
NO_REASON = "Tulis apa yang perlu diperbaiki."  # i18n
TOO_MUCH = "Paling banyak %(most)s JP menurut tabel."  # i18n
MOST_WORDS = 1000


def submit(
    session: Session, person_id: int, facts: Facts, certificate: Certificate
) -> OutsideLearning:
    """Send in learning elsewhere; the same form sent twice is there once. Raises Invalid."""
    check(facts, today(session))
    form = _form(session, facts)
    # Two clicks at once wait here for each other, so that the second one finds the first.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))
    digest = keep(session, certificate)
    row = _waiting(session, person_id, facts, digest)
    if row is None:
        row = OutsideLearning(person_id=person_id, submitted_at=now(session))
        _fill(row, facts, form)
        _attach(row, certificate, digest)
        session.add(row)
        session.flush()
    return row


def _waiting(session: Session, person_id: int, facts: Facts, digest: str) -> OutsideLearning | None:
    query = select(OutsideLearning).where(
        OutsideLearning.person_id == person_id,
        OutsideLearning.state == "submitted",
        OutsideLearning.digest == digest,
        OutsideLearning.title == facts.title,
        OutsideLearning.starts_on == facts.starts_on,
    )
    return session.scalar(query.limit(1))


def _form(session: Session, facts: Facts) -> LearningForm:
    form = session.get(LearningForm, facts.form_code)
    if form is None or not form.active:
        raise Invalid(NO_FORM)
    if facts.competency_id and session.get(Competency, facts.competency_id) is None:
        raise Invalid(NO_COMPETENCY)
    return form


def _fill(row: OutsideLearning, facts: Facts, form: LearningForm) -> None:
    row.title, row.organiser, row.number = facts.title, facts.organiser, facts.number
    row.number_key = key(facts.number)[:120]
    row.form_code, row.amount, row.unit = form.code, facts.amount, form.unit
    row.starts_on, row.ends_on = facts.starts_on, facts.ends_on
    row.competency_id = facts.competency_id


def _attach(row: OutsideLearning, certificate: Certificate, digest: str) -> None:
    row.digest = digest
    row.filename, row.media_type = certificate.filename, certificate.media_type


def correct(
    session: Session,
    person_id: int,
    public_id: str,
    facts: Facts,
    certificate: Certificate | None = None,
) -> None:
    """Correct what was sent in, with another file if one is given; it waits again.

    Raises NotFound for another person's, Conflict after the decision, Invalid.
    """
    row = _hold(session, public_id, person_id)
    state = after(row.state, "correct")
    check(facts, today(session))
    _fill(row, facts, _form(session, facts))
    if certificate is not None:
        before = row.digest
        _attach(row, certificate, keep(session, certificate))
        if row.digest != before:
            forget(session, before)
    row.state, row.submitted_at = state, now(session)
    row.decided_at = row.decided_by = None
    row.revision += 1
    session.flush()


def withdraw(session: Session, person_id: int, public_id: str) -> None:
    """Take back what was sent in; its file goes. Raises NotFound, Conflict."""
    row = _hold(session, public_id, person_id)
    row.state = after(row.state, "withdraw")
    digest, row.digest = row.digest, ""
    row.revision += 1
    session.flush()
    forget(session, digest)


def _hold(session: Session, public_id: str, person_id: int | None = None) -> OutsideLearning:
    query = select(OutsideLearning).where(OutsideLearning.public_id == public_id)
    if person_id is not None:
        query = query.where(OutsideLearning.person_id == person_id)
    row = session.scalar(
        query.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(NOT_FOUND)
    return row


# -- the officer's decision ----------------------------------------------------------------------


def proposal(row: OutsideLearning, form: LearningForm) -> int | None:
    """Give the JP that the table gives today; None when the form counts in another unit now."""
    if row.unit != form.unit:
        return None
    return jp_for(row.amount, conversion_of(form), evidence=bool(row.digest))


def verify(session: Session, officer_id: int, public_id: str, *, revision: int, jp: int) -> None:
    """Accept what was sent in with its JP; the credit enters the ledger once.

    Raises NotAllowed for one's own, Conflict when it was decided or has changed, Invalid for more
    than the table gives. Accepting the same again with the same JP changes nothing.
    """
    row = _hold(session, public_id)
    if row.state == "verified" and row.jp == jp:
        return
    form = _decidable(session, row, officer_id, "verify", revision)
    proposed = proposal(row, form)
    most = proposed if proposed is not None else (form.most_jp or row.amount)
    if not 0 <= jp <= most:
        raise Invalid(TOO_MUCH % {"most": most})
    row.state, row.jp, row.note = after(row.state, "verify"), jp, ""
    _decided(session, row, officer_id)
    session.add(_credit(row, form))
    session.flush()
    _tell(session, row, f"Bukti diterima: {row.title}", f"Tercatat {jp} JP di tahun Anda.")
    audit(session, officer_id, "courses:outside:verify", f"outside:{public_id}", jp=jp)


def give_back(
    session: Session, officer_id: int, public_id: str, *, revision: int, reason: str
) -> None:
    """Give it back with what is to be corrected; raises NotAllowed, Conflict, Invalid."""
    words = reason.strip()[:MOST_WORDS]
    if not words:
        raise Invalid(NO_REASON)
    row = _hold(session, public_id)
    _decidable(session, row, officer_id, "return", revision)
    row.state, row.note = after(row.state, "return"), words
    _decided(session, row, officer_id)
    session.flush()
    _tell(session, row, f"Perbaiki bukti: {row.title}", f"Yang perlu diperbaiki: {words}")
    audit(session, officer_id, "courses:outside:return", f"outside:{public_id}")


def _decidable(
    session: Session, row: OutsideLearning, officer_id: int, act: Act, revision: int
) -> LearningForm:
    after(row.state, act)
    if row.person_id == officer_id:
        raise NotAllowed(OWN)
    if row.revision != revision:
        raise Conflict(CHANGED)
    return session.get_one(LearningForm, row.form_code)


def _decided(session: Session, row: OutsideLearning, officer_id: int) -> None:
    row.decided_at, row.decided_by = now(session), officer_id


def _credit(row: OutsideLearning, form: LearningForm) -> Credit:
    """Make the line of the ledger; it counts in the year in which the learning ended."""
    return Credit(
        person_id=row.person_id,
        year=row.ends_on.year,
        jp=row.jp,
        kind="outside",
        title=row.title,
        form=form.name[:60],
        ref=f"outside:{row.public_id}",
        earned_on=row.ends_on,
        form_code=form.code,
        organiser=row.organiser,
        number=row.number,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _tell(session: Session, row: OutsideLearning, subject: str, text: str) -> None:
    send_message(
        session,
        row.person_id,
        key=f"{KIND}:{row.public_id}:{row.state}:{row.revision}",
        kind=KIND,
        subject=subject,
        text=text,
        link=Link(endpoint="courses_outside.show", values={"public_id": row.public_id}),
    )
