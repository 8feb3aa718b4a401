"""Use-cases: add, order, write and remove the modules of a draft.

Nothing that was written is ever lost: a save that comes too late (a second tab, a colleague, a
draft that went to review) is kept as an entry of the history, and its writer is told where.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import Invalid, NotFound, audit, now
from plugins.courses.domain.drafting import (
    MOST_SOURCE,
    MOST_TITLE,
    ModuleFacts,
    module_name,
    moved,
)
from plugins.courses.models import Course, Draft, DraftModule, Revision
from plugins.courses.services.authoring.drafts import GONE, touch, writable_draft
from plugins.courses.services.authoring.history import note

MODULE_GONE = "Modul ini tidak ditemukan. Mungkin sudah dihapus; lihat riwayat."
MOST_MODULES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What a page of the editor sends: the text, its facts, what it is based on, which page."""

    facts: ModuleFacts
    source: str
    revision: int
    tab: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of it: stored as `revision`, or `kept` in the history beside another text."""

    revision: int
    kept: str | None = None
    in_review: bool = False


def add_module(session: Session, actor_id: int, slug: str, title: str) -> DraftModule:
    """Add an empty module at the end."""
    draft = writable_draft(session, slug)
    title = checked_title(title)
    module = append_module(
        session, actor_id, draft, ModuleFacts(title=title, minutes=15), "", kind="saved"
    )
    touch(session, draft, actor_id)
    return module


def append_module(
    session: Session,
    actor_id: int,
    draft: Draft,
    facts: ModuleFacts,
    source: str,
    *,
    kind: str,
    public_id: str | None = None,
) -> DraftModule:
    """Put a module behind the others and begin its history; `public_id` is of one come back."""
    query = select(DraftModule.name).where(DraftModule.draft_id == draft.id)
    names = list(session.scalars(query))
    if len(names) >= MOST_MODULES:
        raise Invalid("Satu pelatihan paling banyak berisi 60 modul.")
    last = select(func.max(DraftModule.sequence)).where(DraftModule.draft_id == draft.id)
    number = (session.scalar(last) or 0) + 1
    module = DraftModule(
        draft_id=draft.id,
        sequence=number,
        name=module_name(number, facts.title, names),
        title=facts.title,
        minutes=facts.minutes,
        objectives=list(facts.objectives),
        source=source,
        updated_at=now(session),
        updated_by=actor_id,
    )
    if public_id is not None:
        module.public_id = public_id
    session.add(module)
    session.flush()
    note(session, draft.course_id, module, kind=kind, by=actor_id)
    return module


def checked_title(title: str) -> str:
    """Give a title without needless spaces; raises Invalid for an empty or too long one."""
    title = " ".join(title.split())
    if not title:
        raise Invalid("Tulis judul modul dulu.")
    if len(title) > MOST_TITLE:
        raise Invalid("Judul ini terlalu panjang. Paling banyak 200 huruf.")
    return title


def move_module(session: Session, actor_id: int, slug: str, public_id: str, by: int) -> None:
    """Move a module one place up (−1) or down (1)."""
    draft = writable_draft(session, slug)
    query = select(DraftModule).where(DraftModule.draft_id == draft.id)
    modules = {row.id: row for row in session.scalars(query.order_by(DraftModule.sequence))}
    found = next((row for row in modules.values() if row.public_id == public_id), None)
    if found is None:
        raise NotFound(MODULE_GONE)
    for number, module_id in enumerate(moved(list(modules), found.id, by), 1):
        modules[module_id].sequence = number
    touch(session, draft, actor_id)


def find_module(session: Session, slug: str, public_id: str) -> tuple[Draft, DraftModule]:
    """Lock a module and find its draft; raises NotFound."""
    query = (
        select(Draft, DraftModule)
        .join(DraftModule, DraftModule.draft_id == Draft.id)
        .join(Course, Course.id == Draft.course_id)
        .where(Course.slug == slug, DraftModule.public_id == public_id)
        .with_for_update(of=(Draft, DraftModule))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound(MODULE_GONE)
    draft, module = found
    return draft, module


def save_module(
    session: Session, actor_id: int, slug: str, public_id: str, writing: Writing
) -> Saved:
    """Store what was written, if nobody else wrote since; else keep it in the history.

    The page that saved last may save again on an older revision: then it only never got the
    answer. The same text once more is always well. Raises NotFound when there is no such draft,
    and Invalid for a text that is far too long.
    """
    if len(writing.source) > MOST_SOURCE:
        raise Invalid("Modul ini terlalu panjang. Bagi menjadi beberapa modul.")
    try:
        draft, module = find_module(session, slug, public_id)
    except NotFound:
        return _keep_orphan(session, actor_id, slug, public_id, writing)
    facts = _with_title(writing.facts, module)
    if _says(module, facts, writing.source):
        return Saved(revision=module.revision)
    known = writing.revision == module.revision or (writing.tab and writing.tab == module.tab)
    if not known or draft.state != "draft":
        kept = _keep(session, actor_id, draft.course_id, module, facts, writing.source)
        return Saved(revision=module.revision, kept=kept, in_review=draft.state != "draft")
    write_into(module, facts, writing.source)
    module.revision += 1
    module.tab = writing.tab
    module.updated_at, module.updated_by = now(session), actor_id
    draft.updated_at, draft.updated_by = module.updated_at, actor_id
    note(session, draft.course_id, module, kind="saved", by=actor_id)
    return Saved(revision=module.revision)


def _with_title(facts: ModuleFacts, module: DraftModule) -> ModuleFacts:
    """Never lose a text because its title is empty for the moment."""
    title = " ".join(facts.title.split())[:MOST_TITLE] or module.title
    minutes = min(max(facts.minutes, 1), 600)
    return ModuleFacts(title=title, minutes=minutes, objectives=facts.objectives)


def _says(module: DraftModule, facts: ModuleFacts, source: str) -> bool:
    mine = ModuleFacts(
        title=module.title, minutes=module.minutes, objectives=tuple(module.objectives)
    )
    return mine == facts and module.source == source


def write_into(module: DraftModule, facts: ModuleFacts, source: str) -> None:
    """Make a module say something."""
    module.title, module.minutes = facts.title, facts.minutes
    module.objectives, module.source = list(facts.objectives), source


def _keep(
    session: Session,
    actor_id: int,
    course_id: int,
    module: DraftModule,
    facts: ModuleFacts,
    source: str,
) -> str:
    """Put a text that is not stored into the history; give its id there. Once is enough."""
    losing = DraftModule(public_id=module.public_id, name=module.name)
    write_into(losing, facts, source)
    query = select(Revision).where(
        Revision.course_id == course_id,
        Revision.module == module.public_id,
        Revision.kind == "kept",
        Revision.by == actor_id,
    )
    last = session.scalars(query.order_by(Revision.id.desc()).limit(1)).one_or_none()
    if last is not None and (last.title, last.source) == (facts.title, source):
        return last.public_id
    return note(session, course_id, losing, kind="kept", by=actor_id).public_id


def _keep_orphan(
    session: Session, actor_id: int, slug: str, public_id: str, writing: Writing
) -> Saved:
    """Keep a text whose module was removed, or whose draft is gone, while somebody wrote."""
    query = (
        select(Revision)
        .join(Course, Course.id == Revision.course_id)
        .where(Course.slug == slug, Revision.module == public_id)
        .order_by(Revision.id.desc())
    )
    last = session.scalars(query.limit(1)).one_or_none()
    if last is None:
        raise NotFound(GONE)
    module = DraftModule(
        public_id=public_id,
        name=last.facts.get("name", ""),
        title=last.title,
        source=last.source,
        minutes=last.facts.get("minutes", 15),
        objectives=last.facts.get("objectives", []),
    )
    facts = _with_title(writing.facts, module)
    kept = _keep(session, actor_id, last.course_id, module, facts, writing.source)
    return Saved(revision=writing.revision, kept=kept)


def remove_module(session: Session, actor_id: int, slug: str, public_id: str) -> Revision:
    """Remove a module; give the entry of the history that brings it back."""
    draft, module = find_module(session, slug, public_id)
    writable_draft(session, slug)
    removed = note(session, draft.course_id, module, kind="removed", by=actor_id)
    session.delete(module)
    touch(session, draft, actor_id)
    audit(session, actor_id, "courses:module:remove", f"course:{slug}", module=module.title)
    return removed
