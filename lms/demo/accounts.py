"""Log-ins of the demo: one for each role and for each stage of the loop."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.core.errors import LmsError
from lms.core.hooks.contracts import PersonCard, Role
from lms.core.hooks.models import EventRow
from lms.core.learning.models import Evidence, Plan, PlanItem
from lms.core.people.accounts import reset_password
from lms.core.people.models import Account, Person, Placement
from lms.core.people.permissions import GRANTED_ROLES, grant_role
from lms.core.people.queries import person_cards
from lms.demo.world import STAGES, Stage

FILE = "demo-accounts.json"
GRANTED: tuple[tuple[Role, Callable[[PersonCard], bool]], ...] = (
    ("trainer", lambda card: card.position.startswith("Widyaiswara")),
    ("officer", lambda card: card.position.startswith("Analis SDM Aparatur")),
    ("auditor", lambda card: card.position.startswith("Auditor")),
    (
        "administrator",
        lambda card: card.position.startswith("Pranata Komputer") and "Komunikasi" in card.unit,
    ),
)
"""Who gets which role: staff of the personnel office, the inspectorate and the ICT office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A log-in to try a role with; `stage` tells learners apart, empty for the others."""

    agency: str
    role: Role
    name: str
    nip: str
    password: str
    stage: str = ""


# -- choosing ------------------------------------------------------------------------------------


def make_accounts(
    session: Session, agency: str, marks: Mapping[Stage, Sequence[int]]
) -> list[DemoAccount]:
    """Choose people for the roles and stages of an agency and give them passwords.

    `marks` are the people by stage whom the plugins brought there; what is missing is looked up
    in the learning plans.
    """
    ids = session.scalars(select(Person.id).order_by(Person.id)).all()
    cards = person_cards(session, ids)
    made: list[DemoAccount] = []
    taken: set[int] = set()
    for role, stage, candidates in (*_officials(session, cards), *_learners(session, marks)):
        person_id = next((each for each in candidates if each not in taken), None)
        if person_id is not None:
            taken.add(person_id)
            if role in GRANTED_ROLES:
                grant_role(session, person_id, role, None)
            made.append(_account(session, agency, role, stage, cards[person_id]))
        elif stage is None:
            raise LmsError(f"The demo has nobody who could be {role}.")
    return made


def _officials(
    session: Session, cards: Mapping[int, PersonCard]
) -> Iterable[tuple[Role, Stage | None, Sequence[int]]]:
    for role, fits in GRANTED:
        yield role, None, [card.person_id for card in cards.values() if fits(card)]
    heads = [card.person_id for card in cards.values() if card.position == "Kepala Sekolah"]
    yield "supervisor", None, _busiest(session, heads)


def _busiest(session: Session, heads: Sequence[int]) -> Sequence[int]:
    """Order school heads: those first most of whose people have a learning plan."""
    query = (
        select(Placement.supervisor_id)
        .outerjoin(Plan, Plan.person_id == Placement.person_id)
        .where(Placement.until.is_(None), Placement.supervisor_id.in_(heads))
        .group_by(Placement.supervisor_id)
        .order_by(func.count(Plan.id).desc(), func.count().desc(), Placement.supervisor_id)
    )
    return [head for head in session.scalars(query) if head is not None]


def _learners(
    session: Session, marks: Mapping[Stage, Sequence[int]]
) -> Iterable[tuple[Role, Stage | None, Sequence[int]]]:
    marked = {person_id for people in marks.values() for person_id in people}
    for stage in STAGES:
        known = [each for each in _people_at(session, stage) if each not in marked]
        yield "learner", stage, marks.get(stage) or known


def _people_at(session: Session, stage: Stage) -> Sequence[int]:
    """Find people of a stage by what core knows: results, plans and their items."""
    if stage == "new":
        measured = select(Evidence.person_id)
        query = select(Person.id).where(Person.id.not_in(measured)).order_by(Person.id.desc())
        return session.scalars(query.limit(50)).all()
    states = {"assigned": {"assigned"}, "retest": {"ready"}, "certified": {"met"}}
    if stage not in states:
        return []
    found: dict[int, set[str]] = {}
    plans = select(Plan.person_id, PlanItem.state).join(PlanItem, PlanItem.plan_id == Plan.id)
    for person_id, state in session.execute(plans.order_by(Plan.person_id)):
        found.setdefault(person_id, set()).add(state)
    revoked = _revoked(session) if stage == "certified" else set()
    return [
        person_id
        for person_id, held in found.items()
        if held == states[stage] and person_id not in revoked
    ]


def _revoked(session: Session) -> set[int]:
    """Find people one of whose certificates was revoked: not the best first impression."""
    query = select(EventRow.payload).where(EventRow.name == "certificate_revoked")
    return {payload["person_id"] for payload in session.scalars(query)}


def _account(
    session: Session, agency: str, role: Role, stage: Stage | None, card: PersonCard
) -> DemoAccount:
    """Give a person a password that need not be changed, unlike that of a real card."""
    password = reset_password(session, card.person_id, None)
    session.execute(
        update(Account).where(Account.person_id == card.person_id).values(must_change=False)
    )
    return DemoAccount(
        agency=agency,
        role=role,
        name=card.name,
        nip=card.nip,
        password=password,
        stage=stage or "",
    )


# -- keeping -------------------------------------------------------------------------------------


def read_accounts(home: Path) -> list[DemoAccount]:
    """Read the log-ins that were made; empty when there are none or the file is damaged."""
    try:
        rows = json.loads((home / FILE).read_text(encoding="utf-8"))
        return [DemoAccount(**row) for row in rows]
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return []


def keep_accounts(home: Path, accounts: Sequence[DemoAccount]) -> None:
    """Write the log-ins to a file that only its owner can read."""
    path, fresh = home / FILE, home / f".{FILE}.{os.getpid()}"
    text = json.dumps([asdict(account) for account in accounts], ensure_ascii=False, indent=1)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    fresh.replace(path)
