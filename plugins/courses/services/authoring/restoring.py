"""Use-case: bring back what a module, or the course's facts, said at an earlier time."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import NotFound, audit, now
from plugins.courses.domain.drafting import ModuleFacts, facts_of
from plugins.courses.models import Draft, DraftModule, Revision
from plugins.courses.services.authoring.drafts import touch, writable_draft
from plugins.courses.services.authoring.history import note
from plugins.courses.services.authoring.modules import append_module, write_into


def restore(session: Session, actor_id: int, slug: str, revision_id: str) -> DraftModule | None:
    """Make the draft say again what it said then, as a new entry of the history.

    A removed module comes back behind the others. Gives the module, None for the course's facts.
    Raises NotFound, and Conflict while the draft is in review.
    """
    draft = writable_draft(session, slug)
    query = select(Revision).where(
        Revision.course_id == draft.course_id, Revision.public_id == revision_id
    )
    revision = session.scalars(query).one_or_none()
    if revision is None:
        raise NotFound("Riwayat ini tidak ditemukan.")
    audit(session, actor_id, "courses:draft:restore", f"course:{slug}", revision=revision_id)
    touch(session, draft, actor_id)
    if revision.module is None:
        facts = facts_of(revision.facts)
        draft.facts = facts.as_json()
        note(session, draft.course_id, facts, kind="restored", by=actor_id)
        return None
    return _restore_module(session, actor_id, draft, revision, revision.module)


def _restore_module(
    session: Session, actor_id: int, draft: Draft, revision: Revision, public_id: str
) -> DraftModule:
    facts = ModuleFacts(
        title=revision.title,
        minutes=revision.facts.get("minutes", 15),
        objectives=tuple(revision.facts.get("objectives", ())),
    )
    query = select(DraftModule).where(
        DraftModule.draft_id == draft.id, DraftModule.public_id == public_id
    )
    module = session.scalar(query.with_for_update())
    source = revision.source
    if module is None:
        return append_module(
            session, actor_id, draft, facts, source, kind="restored", public_id=public_id
        )
    write_into(module, facts, source)
    module.revision += 1
    module.tab = ""
    module.updated_at, module.updated_by = now(session), actor_id
    note(session, draft.course_id, module, kind="restored", by=actor_id)
    return module
