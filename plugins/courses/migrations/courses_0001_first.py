"""First tables."""

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
    """Change the tables."""
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
        "courses_credit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("jp", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("ref", sa.String(length=120), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=True),
        sa.Column("earned_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_version_id"],
            ["courses_course_version.id"],
            name=op.f("fk_courses_credit_course_version_id_courses_course_version"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_courses_credit_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_credit")),
        sa.UniqueConstraint("ref", name=op.f("uq_courses_credit_ref")),
    )
    with op.batch_alter_table("courses_credit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_courses_credit_course_version_id"), ["course_version_id"], unique=False
        )
        batch_op.create_index(
            "ix_courses_credit_person_id_year", ["person_id", "year"], unique=False
        )

    op.create_table(
        "courses_enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("earned_jp", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("assigned_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses_course.id"],
            name=op.f("fk_courses_enrolment_course_id_courses_course"),
        ),
        sa.ForeignKeyConstraint(
            ["course_version_id"],
            ["courses_course_version.id"],
            name=op.f("fk_courses_enrolment_course_version_id_courses_course_version"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_courses_enrolment_person_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["core_plan.id"], name=op.f("fk_courses_enrolment_plan_id_core_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_enrolment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_enrolment_public_id")),
    )
    with op.batch_alter_table("courses_enrolment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_courses_enrolment_course_id_state", ["course_id", "state"], unique=False
        )
        batch_op.create_index(
            "ix_courses_enrolment_person_id_state", ["person_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_courses_enrolment_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(
            "uq_courses_enrolment_live",
            ["person_id", "course_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('assigned', 'started')"),
            postgresql_where=sa.text("state IN ('assigned', 'started')"),
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
        "courses_enrolment_gap",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_courses_enrolment_gap_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["courses_enrolment.id"],
            name=op.f("fk_courses_enrolment_gap_enrolment_id_courses_enrolment"),
        ),
        sa.PrimaryKeyConstraint(
            "enrolment_id", "competency_id", name=op.f("pk_courses_enrolment_gap")
        ),
    )
    op.create_table(
        "courses_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["core_person.id"],
            name=op.f("fk_courses_objection_answered_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["courses_enrolment.id"],
            name=op.f("fk_courses_objection_enrolment_id_courses_enrolment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_objection")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_objection_public_id")),
    )
    with op.batch_alter_table("courses_objection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_courses_objection_enrolment_id"), ["enrolment_id"], unique=False
        )
        batch_op.create_index(
            "ix_courses_objection_state_created_at", ["state", "created_at"], unique=False
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
        "courses_step_progress",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["courses_enrolment.id"],
            name=op.f("fk_courses_step_progress_enrolment_id_courses_enrolment"),
        ),
        sa.PrimaryKeyConstraint(
            "enrolment_id", "module", "step", name=op.f("pk_courses_step_progress")
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
    """Change the tables back."""
    with op.batch_alter_table("courses_teaches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_teaches_competency_id"))

    op.drop_table("courses_teaches")
    op.drop_table("courses_step_progress")
    op.drop_table("courses_step")
    with op.batch_alter_table("courses_objection", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_objection_state_created_at")
        batch_op.drop_index(batch_op.f("ix_courses_objection_enrolment_id"))

    op.drop_table("courses_objection")
    op.drop_table("courses_enrolment_gap")
    op.drop_table("courses_module")
    with op.batch_alter_table("courses_media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_media_digest"))

    op.drop_table("courses_media")
    with op.batch_alter_table("courses_enrolment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_courses_enrolment_live",
            sqlite_where=sa.text("state IN ('assigned', 'started')"),
            postgresql_where=sa.text("state IN ('assigned', 'started')"),
        )
        batch_op.drop_index(batch_op.f("ix_courses_enrolment_plan_id"))
        batch_op.drop_index("ix_courses_enrolment_person_id_state")
        batch_op.drop_index("ix_courses_enrolment_course_id_state")

    op.drop_table("courses_enrolment")
    with op.batch_alter_table("courses_credit", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_credit_person_id_year")
        batch_op.drop_index(batch_op.f("ix_courses_credit_course_version_id"))

    op.drop_table("courses_credit")
    with op.batch_alter_table("courses_course_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_courses_course_version_current",
            sqlite_where=sa.text("current"),
            postgresql_where=sa.text("current"),
        )

    op.drop_table("courses_course_version")
    op.drop_table("courses_course")
