"""Issue the certificate of a closed plan once, or note why it is withheld.

The database decides: one row per person and plan, one number per row, and a locked row of the
series, so that parallel issues leave no gap and no double.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import (
    CertificateIssued,
    NotFound,
    PersonCard,
    PlanView,
    audit,
    enqueue,
    get_setting,
    now,
    person_card,
    plan_view,
    record,
    site_of,
)
from plugins.certificates import settings
from plugins.certificates.domain.codes import new_code
from plugins.certificates.domain.content import MEASURED_GAIN, Content, to_json
from plugins.certificates.domain.numbers import number_for, pattern_reasons
from plugins.certificates.models import Certificate, Series, Withheld
from plugins.certificates.services.files import RENDER
from plugins.certificates.services.gathering import gather

NO_GAIN = "Rencana ini belum memuat kenaikan tingkat yang diukur dengan tes."  # i18n
NO_ADDRESS = "Alamat depan halaman cek keaslian harus diawali https:// atau http://."  # i18n
NOT_CLOSED = "Rencana belajar belum selesai."  # i18n


def issue(session: Session, plan_id: int) -> Certificate | None:
    """Issue the certificate of a plan, or give the one issued before; None when withheld."""
    existing = _issued(session, plan_id)
    if existing is not None:
        return existing
    plan = plan_view(session, plan_id)
    person = person_card(session, plan.person_id)
    code = new_code()
    content = gather(session, person, plan, code)
    reasons = _objections(session, person, plan, content)
    if reasons:
        _withhold(session, plan, reasons)
        return None
    return _issue_new(session, plan, content, code)


def ask_again(session: Session, withheld_id: str, actor_id: int) -> Certificate | None:
    """Ask for objections again and issue if there are none; None when still withheld."""
    row = session.scalar(select(Withheld).where(Withheld.public_id == withheld_id))
    if row is None:
        raise NotFound("Catatan ini sudah tidak ada. Mungkin sertifikatnya sudah terbit.")
    certificate = issue(session, row.plan_id)
    if certificate is not None:
        audit(session, actor_id, "certificates:certificate:issue", subject=certificate.number)
    return certificate


def _issued(session: Session, plan_id: int) -> Certificate | None:
    return session.scalar(select(Certificate).where(Certificate.plan_id == plan_id))


# -- objections ----------------------------------------------------------------------------------


def _objections(
    session: Session, person: PersonCard, plan: PlanView, content: Content
) -> list[str]:
    answers = site_of(session).registry.ask(
        "lms_certificate_objections", session=session, person=person, plan=plan
    )
    return _own_objections(session, plan, content) + [
        reason for answer in answers for reason in answer
    ]


def _own_objections(session: Session, plan: PlanView, content: Content) -> list[str]:
    if plan.state != "closed":
        return [NOT_CLOSED]
    reasons = [] if content.gains else [NO_GAIN]
    if not content.verify_url.startswith(("https://", "http://")):
        reasons.append(NO_ADDRESS)
    return reasons + pattern_reasons(get_setting(session, settings.NUMBER_PATTERN))


def _withhold(session: Session, plan: PlanView, reasons: list[str]) -> None:
    row = session.scalar(select(Withheld).where(Withheld.plan_id == plan.plan_id))
    if row is None:
        row = Withheld(plan_id=plan.plan_id, person_id=plan.person_id)
        session.add(row)
    row.reasons, row.at = reasons, now(session)
    session.flush()


# -- the row -------------------------------------------------------------------------------------


def _issue_new(session: Session, plan: PlanView, content: Content, code: str) -> Certificate:
    series = _locked_series(session, content.issued_on.year)
    existing = _issued(session, plan.plan_id)
    if existing is not None:  # issued by someone else while we waited for the lock
        return existing
    series.last += 1
    row = Certificate(
        code=code,
        person_id=plan.person_id,
        plan_id=plan.plan_id,
        kind=MEASURED_GAIN,
        number=number_for(
            get_setting(session, settings.NUMBER_PATTERN), series.last, content.issued_on
        ),
        seq=series.last,
        year=series.year,
        title=content.title,
        content=to_json(content),
        issued_at=now(session),
    )
    session.add(row)
    session.flush()
    session.execute(delete(Withheld).where(Withheld.plan_id == plan.plan_id))
    _tell(session, row)
    return row


def _tell(session: Session, row: Certificate) -> None:
    enqueue(session, RENDER, {"certificate_id": row.id}, unique_key=f"{RENDER}:{row.id}")
    record(
        session,
        CertificateIssued(
            person_id=row.person_id,
            plan_id=row.plan_id,
            certificate_id=row.id,
            number=row.number,
        ),
    )


def _locked_series(session: Session, year: int) -> Series:
    """Give the year's series, held by this transaction until it ends."""
    query = (
        select(Series)
        .where(Series.year == year, Series.kind == MEASURED_GAIN)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    series = session.scalar(query)
    if series is None:
        try:
            with session.begin_nested():
                session.add(Series(year=year, kind=MEASURED_GAIN, last=0))
        except IntegrityError:
            pass  # another transaction began the year a moment ago
        series = session.scalars(query).one()
    return series
