"""Use-cases: put pictures, recordings and attachments into a draft, describe and remove them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, get_setting, now, site_of
from plugins.courses.domain.drafting import free_name, slug_of
from plugins.courses.models import Draft, DraftFile, DraftModule
from plugins.courses.services.authoring.drafts import writable_draft
from plugins.courses.services.authoring.pictures import clean_picture
from plugins.courses.services.media import KINDS, MEGABYTE, UNKNOWN, Picture, checked_file
from plugins.courses.settings import RECORDING_MEGABYTES

MOST_FILES = 300
MOST_ALT = 300
REDRAWN = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".svg"}


def add_file(
    session: Session, slug: str, filename: str, content: bytes, alt: str = ""
) -> DraftFile:
    """Store a file in a draft; the same content again is the same file. Raises Invalid."""
    draft = writable_draft(session, slug)
    name, checked = prepared(session, filename, content)
    return keep_file(session, draft, name, checked, alt)


def prepared(session: Session, filename: str, content: bytes) -> tuple[str, Picture]:
    """Check a file and make pictures anew; give its plain name with ending."""
    bare = PurePath(filename.replace("\\", "/")).name
    stem, ending = PurePath(bare).stem, PurePath(bare).suffix.casefold()
    name = f"{slug_of(stem, 60) or 'berkas'}{ending}"
    if ending in REDRAWN:
        return clean_picture(name, content)
    if ending not in KINDS:
        raise Invalid(f"{bare}: {UNKNOWN}")
    if KINDS[ending].group in ("video", "audio"):
        most = get_setting(session, RECORDING_MEGABYTES)
        if len(content) > most * MEGABYTE:
            raise Invalid(f"{bare}: rekaman ini lebih besar dari {most} MB. Potong per bagian.")
    return name, checked_file(name, content, bare)


def keep_file(
    session: Session, draft: Draft, name: str, checked: Picture, alt: str = ""
) -> DraftFile:
    """Store checked content under `media/` with a name that is free."""
    files = session.scalars(select(DraftFile).where(DraftFile.draft_id == draft.id)).all()
    same = next((file for file in files if file.digest == checked.digest), None)
    if same is not None:
        same.alt = same.alt or alt.strip()[:MOST_ALT]
        return same
    if len(files) >= MOST_FILES:
        raise Invalid("Satu pelatihan paling banyak memakai 300 berkas.")
    path = PurePath(name)
    file = DraftFile(
        draft_id=draft.id,
        name=free_name(f"media/{path.stem}", {file.name for file in files}, path.suffix),
        digest=site_of(session).files.put(checked.content),
        media_type=checked.media_type,
        alt=" ".join(alt.split())[:MOST_ALT],
        size=len(checked.content),
        added_at=now(session),
    )
    session.add(file)
    session.flush()
    return file


def find_file(session: Session, draft: Draft, name: str) -> DraftFile:
    """Find a file of a draft by its name, with or without `media/`; raises NotFound."""
    full = f"media/{name.removeprefix('media/')}"
    query = select(DraftFile).where(DraftFile.draft_id == draft.id, DraftFile.name == full)
    file = session.scalar(query)
    if file is None:
        raise NotFound("Berkas ini tidak ditemukan.")
    return file


def describe_file(session: Session, slug: str, name: str, alt: str) -> None:
    """Say what a file shows."""
    draft = writable_draft(session, slug)
    find_file(session, draft, name).alt = " ".join(alt.split())[:MOST_ALT]


def remove_file(session: Session, slug: str, name: str) -> None:
    """Take a file out of a draft; raises Conflict while a module uses it."""
    draft = writable_draft(session, slug)
    file = find_file(session, draft, name)
    users = used_in(session, draft, file.name)
    if users:
        raise Conflict(f"Berkas ini masih dipakai di modul: {', '.join(users)}.")
    session.delete(file)


def used_in(session: Session, draft: Draft, name: str) -> Sequence[str]:
    """Give the titles of the modules that use a file."""
    query = select(DraftModule.title).where(
        DraftModule.draft_id == draft.id, DraftModule.source.contains(f"({name}", autoescape=True)
    )
    return session.scalars(query.order_by(DraftModule.sequence)).all()


def line_for(file: DraftFile, alt: str = "") -> str:
    """Give the Markdown that shows a file."""
    words = (alt or file.alt).replace("[", "(").replace("]", ")")
    if file.media_type.startswith("application/"):
        return f"[{words or PurePath(file.name).name}]({file.name})"
    return f"![{words}]({file.name})"
