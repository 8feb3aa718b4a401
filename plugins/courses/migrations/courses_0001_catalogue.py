"""Courses, versions, modules, steps, media."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms import UtcDateTime

revision = "courses_0001"
down_revision = None
branch_labels = ("courses",)
depends_on = "core_0001"


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Add the tables of the catalogue."""
    op.create_table(
        "courses_course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_course")),
        sa.UniqueConstraint("slug", name=op.f("uq_courses_course_slug")),
    )
    op.create_table(
        "courses_course_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("jp", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("objectives", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses_course.id"],
            name=op.f("fk_courses_course_version_course_id_courses_course"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_course_version")),
        sa.UniqueConstraint(
            "course_id", "version", name=op.f("uq_courses_course_version_course_id_version")
        ),
    )
    with op.batch_alter_table("courses_course_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_courses_course_version_current",
            ["course_id"],
            unique=True,
            sqlite_where=sa.text("current"),
            postgresql_where=sa.text("current"),
        )
    op.create_table(
        "courses_media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_version_id"],
            ["courses_course_version.id"],
            name=op.f("fk_courses_media_course_version_id_courses_course_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_media")),
        sa.UniqueConstraint(
            "course_version_id", "name", name=op.f("uq_courses_media_course_version_id_name")
        ),
    )
    with op.batch_alter_table("courses_media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_media_digest"), ["digest"], unique=False)
    op.create_table(
        "courses_module",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("objectives", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_version_id"],
            ["courses_course_version.id"],
            name=op.f("fk_courses_module_course_version_id_courses_course_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_module")),
        sa.UniqueConstraint(
            "course_version_id",
            "sequence",
            name=op.f("uq_courses_module_course_version_id_sequence"),
        ),
    )
    op.create_table(
        "courses_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"],
            ["courses_module.id"],
            name=op.f("fk_courses_step_module_id_courses_module"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_step")),
        sa.UniqueConstraint(
            "module_id", "sequence", name=op.f("uq_courses_step_module_id_sequence")
        ),
    )
    op.create_table(
        "courses_teaches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("from_level", sa.Integer(), nullable=False),
        sa.Column("to_level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_courses_teaches_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["course_version_id"],
            ["courses_course_version.id"],
            name=op.f("fk_courses_teaches_course_version_id_courses_course_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_teaches")),
        sa.UniqueConstraint(
            "course_version_id",
            "competency_id",
            name=op.f("uq_courses_teaches_course_version_id_competency_id"),
        ),
    )
    with op.batch_alter_table("courses_teaches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_courses_teaches_competency_id"), ["competency_id"], unique=False
        )


# long: written by `lms migration new`, one statement per table


def downgrade() -> None:
    """Take these tables away."""
    with op.batch_alter_table("courses_teaches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_teaches_competency_id"))
    op.drop_table("courses_teaches")
    op.drop_table("courses_step")
    op.drop_table("courses_module")
    with op.batch_alter_table("courses_media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_media_digest"))
    op.drop_table("courses_media")
    with op.batch_alter_table("courses_course_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_courses_course_version_current",
            sqlite_where=sa.text("current"),
            postgresql_where=sa.text("current"),
        )
    op.drop_table("courses_course_version")
    op.drop_table("courses_course")
