"""What trainers write before it is published: drafts, their history, and reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime, public_id


class Draft(Base):
    """The next version of a course while it is written; `state` is draft or in_review.

    `facts` holds what `course.toml` says (title, summary, jp, form, objectives, teaches);
    `manifest` is that file as it came, for an export that keeps comments. `revision` grows with
    each change of the facts or of the order of modules, so that two tabs cannot overwrite each
    other unseen.
    """

    __tablename__ = "courses_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"), unique=True)
    based_on: Mapped[int | None] = mapped_column(
        ForeignKey("courses_course_version.id"), index=True
    )
    state: Mapped[str] = mapped_column(String(10), default="draft")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    manifest: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class DraftModule(Base):
    """A module of a draft: Markdown source, file name, front matter as it came."""

    __tablename__ = "courses_draft_module"
    __table_args__ = (Index("ix_courses_draft_module_draft_id_sequence", "draft_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    draft_id: Mapped[int] = mapped_column(ForeignKey("courses_draft.id"))
    sequence: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int] = mapped_column(default=15)
    objectives: Mapped[list[str]] = mapped_column(JSON, default=list)
    source: Mapped[str] = mapped_column(Text, default="")
    front: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    tab: Mapped[str] = mapped_column(String(24), default="")
    """Which open page saved last: its next save is no conflict, even if it never got the answer."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class DraftFile(Base):
    """A picture, recording or attachment of a draft; `name` starts with `media/`."""

    __tablename__ = "courses_draft_file"
    __table_args__ = (UniqueConstraint("draft_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("courses_draft.id"))
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(100))
    alt: Mapped[str] = mapped_column(String(300), default="")
    size: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Revision(Base):
    """What a module (or, without `module`, the course's facts) said at a moment, and by whom.

    `module` is the public id of the draft's module; history outlives the draft. `kind` is saved,
    restored, imported, removed, kept (the losing text of two tabs) or published. `facts` holds
    what stands beside the text (name, minutes, objectives; or the course's facts). What one person
    saves within ten minutes of `began_at` is one revision.
    """

    __tablename__ = "courses_revision"
    __table_args__ = (
        Index("ix_courses_revision_course_id_module_id", "course_id", "module", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    module: Mapped[str | None] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))


class ReviewNote(Base):
    """A step of the review, or a remark.

    `kind` is submitted, withdrawn, remark, returned, or approved (then `text` is the version).
    `module` is the public id of the module that a remark is about, None for the whole course.
    """

    __tablename__ = "courses_review_note"
    __table_args__ = (Index("ix_courses_review_note_course_id_at", "course_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True, default=public_id)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    module: Mapped[str | None] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
