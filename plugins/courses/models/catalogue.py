"""Courses in versions, their modules, steps, files, and what they teach."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms import Base, UtcDateTime


class Course(Base):
    """A course; `state` is draft, published or archived."""

    __tablename__ = "courses_course"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CourseVersion(Base):
    """What a course says at one time; never changed once someone is enrolled.

    New enrolments get the `current` one; learners stay on theirs. `digest` is of the content.
    """

    __tablename__ = "courses_course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "version"),
        Index(
            "uq_courses_course_version_current",
            "course_id",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))
    version: Mapped[int]
    current: Mapped[bool] = mapped_column(default=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    jp: Mapped[int]
    form: Mapped[str] = mapped_column(String(60), default="E-Learning")
    objectives: Mapped[list[str]] = mapped_column(JSON, default=list)
    digest: Mapped[str] = mapped_column(String(64))
    manifest: Mapped[str] = mapped_column(Text, default="")
    """`course.toml` as it came, so that an export gives it back with its comments."""
    published_by: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Module(Base):
    """A module of a version: its Markdown source; `digest` is of what the HTML was made from."""

    __tablename__ = "courses_module"
    __table_args__ = (UniqueConstraint("course_version_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("courses_course_version.id"))
    sequence: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    objectives: Mapped[list[str]] = mapped_column(JSON, default=list)
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120), default="")
    """The file's name in the course folder, such as `01-menata-berkas.md`."""
    front: Mapped[str] = mapped_column(Text, default="")
    """The front matter as it came, without its `+++` lines."""


class Step(Base):
    """One step of a module, as cleaned HTML beside its source."""

    __tablename__ = "courses_step"
    __table_args__ = (UniqueConstraint("module_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("courses_module.id"))
    sequence: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    html: Mapped[str] = mapped_column(Text)


class Teaches(Base):
    """A competency that a version raises from one level to another."""

    __tablename__ = "courses_teaches"
    __table_args__ = (UniqueConstraint("course_version_id", "competency_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("courses_course_version.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("core_competency.id"), index=True)
    from_level: Mapped[int]
    to_level: Mapped[int]


class Media(Base):
    """A picture, recording or attachment of a version; `digest` finds it in the file store.

    `name` starts with `media/`; `alt` says what a picture shows; `size` is in bytes.
    """

    __tablename__ = "courses_media"
    __table_args__ = (UniqueConstraint("course_version_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_version_id: Mapped[int] = mapped_column(ForeignKey("courses_course_version.id"))
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(100))
    alt: Mapped[str] = mapped_column(String(300), default="")
    size: Mapped[int] = mapped_column(default=0)
