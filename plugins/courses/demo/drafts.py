"""A draft of a trainer, with a step more than the published course; in serang it is in review."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.courses.demo.world import World
from plugins.courses.domain.drafting import ModuleFacts
from plugins.courses.models import Course, DraftModule
from plugins.courses.services.authoring.modules import Writing, save_module
from plugins.courses.services.authoring.opening import open_draft
from plugins.courses.services.reviewing import submit

COURSE, REVIEWED_IN = "bekerja-dengan-data", "serang"
TO_REVIEWER = "Modul pertama punya latihan baru. Mohon diperiksa."
ADDED = """

## Coba di kantor Anda

Buka satu tabel yang Anda pakai minggu ini.

1. Beri tanda pada kolom yang isinya campur.
2. Pisahkan kolom itu menjadi dua.
3. Hitung lagi. Bandingkan hasilnya dengan tabel lama.
"""


def fill_draft(session: Session, world: World, trainer: int) -> None:
    """Let a trainer open a course and write a step more into its first module."""
    if session.scalar(select(Course.id).where(Course.slug == COURSE)) is None:
        return
    with world.at(world.days_ago(4, hour=10)):
        draft = open_draft(session, trainer, COURSE)
    query = select(DraftModule).where(DraftModule.draft_id == draft.id)
    module = session.scalars(query.order_by(DraftModule.sequence).limit(1)).one()
    writing = Writing(
        facts=ModuleFacts(
            title=module.title,
            minutes=module.minutes + 5,
            objectives=tuple(module.objectives),
        ),
        source=module.source.rstrip() + ADDED,
        revision=module.revision,
    )
    with world.at(world.days_ago(3, hour=14)):
        save_module(session, trainer, COURSE, module.public_id, writing)
    if world.agency == REVIEWED_IN:
        with world.at(world.days_ago(1, hour=11)):
            submit(session, trainer, COURSE, TO_REVIEWER)
