"""Gathers what a certificate will say, from the plan, its evidence and the learning hours."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import (
    LearningCredit,
    PersonCard,
    PlanItemView,
    PlanView,
    get_setting,
    site_of,
    today,
)
from lms.models import CompetencyLevel, Evidence, PlanItem
from plugins.certificates import settings
from plugins.certificates.domain.codes import grouped
from plugins.certificates.domain.content import (
    Content,
    Course,
    Holder,
    Module,
    Proof,
    Raised,
    Signer,
)

LevelNames = dict[tuple[int, int], str]
Proofs = dict[int, Proof]


def gather(session: Session, person: PersonCard, plan: PlanView, code: str) -> Content:
    """Put together what the certificate of a closed plan says."""
    day = today(session)
    return Content(
        issuer=site_of(session).config.name,
        holder=Holder(name=person.name, nip=person.nip, position=person.position, unit=person.unit),
        competencies=_competencies(session, plan),
        courses=_courses(session, plan),
        started_on=plan.opened_on,
        ended_on=plan.closed_on or day,
        issued_on=day,
        signer=Signer(
            name=get_setting(session, settings.SIGNER_NAME),
            title=get_setting(session, settings.SIGNER_TITLE),
            place=get_setting(session, settings.SIGNER_PLACE),
        ),
        verify_url=f"{public_root(session)}/verify/{grouped(code)}",
    )


def public_root(session: Session) -> str:
    """Give the address that a QR code starts with, without a slash at the end.

    The officer's setting comes first, then the public address of the installation.
    """
    site = site_of(session)
    chosen = get_setting(session, settings.VERIFY_BASE) or site.extra.get("public_root")
    return str(chosen or f"http://127.0.0.1:8000/{site.slug}").rstrip("/")


def _competencies(session: Session, plan: PlanView) -> tuple[Raised, ...]:
    names = _level_names(session, plan)
    before, after = _proofs(session, plan.plan_id)
    return tuple(_raised(item, names, before, after) for item in plan.items)


def _raised(item: PlanItemView, names: LevelNames, before: Proofs, after: Proofs) -> Raised:
    proof = after.get(item.item_id)
    reached = item.level if proof is None else proof.level
    return Raised(
        code=item.code,
        name=item.name,
        before=item.start_level,
        after=reached,
        before_name=names.get((item.competency_id, item.start_level or 0), ""),
        after_name=names.get((item.competency_id, reached or 0), ""),
        before_proof=before.get(item.item_id),
        after_proof=proof,
    )


def _level_names(session: Session, plan: PlanView) -> LevelNames:
    wanted = [item.competency_id for item in plan.items]
    query = select(
        CompetencyLevel.competency_id, CompetencyLevel.level, CompetencyLevel.name
    ).where(CompetencyLevel.competency_id.in_(wanted))
    return {(competency, level): name for competency, level, name in session.execute(query)}


def _proofs(session: Session, plan_id: int) -> tuple[Proofs, Proofs]:
    """Give the evidence that opened and that closed each item, by item id."""
    before, after = PlanItem.start_evidence_id, PlanItem.met_evidence_id
    query = (
        select(PlanItem.id, before == Evidence.id, after == Evidence.id, Evidence)
        .join(Evidence, Evidence.id.in_((before, after)))
        .where(PlanItem.plan_id == plan_id)
    )
    found: tuple[Proofs, Proofs] = ({}, {})
    for item_id, opened, closed, evidence in session.execute(query):
        for applies, proofs, level in zip(
            (opened, closed), found, (evidence.level, evidence.level_low), strict=True
        ):
            if applies:
                proofs[item_id] = _proof(evidence, level)
    return found


def _proof(evidence: Evidence, level: int) -> Proof:
    return Proof(
        kind=evidence.kind,
        source=evidence.source,
        rule=evidence.rule,
        measured_on=evidence.measured_on,
        level=level,
    )


def _courses(session: Session, plan: PlanView) -> tuple[Course, ...]:
    """Give the courses finished since the plan was opened; earlier ones did not raise it."""
    answers: list[list[LearningCredit]] = site_of(session).registry.ask(
        "lms_learning_credits",
        session=session,
        person_id=plan.person_id,
        competency_ids=[item.competency_id for item in plan.items],
        year=None,
    )
    credits = [credit for answer in answers for credit in answer]
    counted = [credit for credit in credits if credit.finished_on >= plan.opened_on]
    return tuple(_course(credit) for credit in sorted(counted, key=lambda c: c.finished_on))


def _course(credit: LearningCredit) -> Course:
    return Course(
        title=credit.title,
        jp=credit.jp,
        form=credit.form,
        finished_on=credit.finished_on,
        modules=tuple(Module(title=title, jp=jp) for title, jp in credit.modules),
    )
