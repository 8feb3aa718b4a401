"""Enrolments, progress, learning hours, objections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms import UtcDateTime

revision = "courses_0002"
down_revision = "courses_0001"
branch_labels = None
depends_on = None


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Add the tables of who learns what."""
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


def downgrade() -> None:
    """Take these tables away."""
    op.drop_table("courses_step_progress")
    with op.batch_alter_table("courses_objection", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_objection_state_created_at")
        batch_op.drop_index(batch_op.f("ix_courses_objection_enrolment_id"))
    op.drop_table("courses_objection")
    op.drop_table("courses_enrolment_gap")
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
