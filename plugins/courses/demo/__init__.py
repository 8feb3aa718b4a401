"""Fills the demo: who studies, classes, learning by other ways, a draft, a plan of next year."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.courses.demo import planning
from plugins.courses.demo.classes import fill_classes
from plugins.courses.demo.drafts import fill_draft
from plugins.courses.demo.studying import let_study
from plugins.courses.demo.ways import fill_ways
from plugins.courses.demo.world import World, holder

OFFICER, TRAINER = "Analis SDM Aparatur", "Widyaiswara"


def fill(session: Session, world: World) -> None:
    """Let people study; where there is a personnel office, fill what its officers do, too."""
    let_study(session, world)
    officer, trainer = holder(world, OFFICER), holder(world, TRAINER)
    if officer is None:
        return
    fill_classes(session, world, officer.person_id, trainer.nip if trainer else None)
    fill_ways(session, world, officer.person_id)
    if trainer is not None:
        fill_draft(session, world, trainer.person_id)


def fill_plans(session: Session, world: World) -> None:
    """Plan the next year, after the last results are in."""
    officer = holder(world, OFFICER)
    if officer is not None:
        with world.at(world.days_ago(0.1, hour=8)):
            planning.fill_plans(session, officer.person_id)
