"""Changes the tables: authoring, classes, plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms import UtcDateTime

revision = "courses_0003"
down_revision = "courses_0002"
branch_labels = None
depends_on = None


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "courses_budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_budget")),
        sa.UniqueConstraint("year", "source", name=op.f("uq_courses_budget_year_source")),
    )
    op.create_table(
        "courses_learning_form",
        sa.Column("code", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("classical", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("jp_per_unit_hundredths", sa.Integer(), nullable=False),
        sa.Column("most_jp", sa.Integer(), nullable=True),
        sa.Column("certificate_class", sa.String(length=1), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_courses_learning_form")),
    )
    op.create_table(
        "courses_review_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=24), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by"], ["core_person.id"], name=op.f("fk_courses_review_note_by_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses_course.id"],
            name=op.f("fk_courses_review_note_course_id_courses_course"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"],
            ["core_person.id"],
            name=op.f("fk_courses_review_note_settled_by_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_review_note")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_review_note_public_id")),
    )
    with op.batch_alter_table("courses_review_note", schema=None) as batch_op:
        batch_op.create_index(
            "ix_courses_review_note_course_id_at", ["course_id", "at"], unique=False
        )

    op.create_table(
        "courses_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=24), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by"], ["core_person.id"], name=op.f("fk_courses_revision_by_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses_course.id"],
            name=op.f("fk_courses_revision_course_id_courses_course"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_revision")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_revision_public_id")),
    )
    with op.batch_alter_table("courses_revision", schema=None) as batch_op:
        batch_op.create_index(
            "ix_courses_revision_course_id_module_id", ["course_id", "module", "id"], unique=False
        )

    op.create_table(
        "courses_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("condition", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses_course.id"],
            name=op.f("fk_courses_rule_course_id_courses_course"),
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["core_person.id"], name=op.f("fk_courses_rule_updated_by_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_rule")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_rule_public_id")),
    )
    with op.batch_alter_table("courses_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_rule_course_id"), ["course_id"], unique=False)

    op.create_table(
        "courses_training_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("scenario", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("gap", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("solved_at", UtcDateTime(), nullable=True),
        sa.Column("adopted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["core_person.id"],
            name=op.f("fk_courses_training_plan_created_by_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_training_plan")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_training_plan_public_id")),
    )
    with op.batch_alter_table("courses_training_plan", schema=None) as batch_op:
        batch_op.create_index("ix_courses_training_plan_year", ["year"], unique=False)

    op.create_table(
        "courses_unit_cost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=True),
        sa.Column("trainer_jp", sa.Integer(), nullable=True),
        sa.Column("per_class", sa.JSON(), nullable=False),
        sa.Column("per_jp", sa.JSON(), nullable=False),
        sa.Column("per_person", sa.JSON(), nullable=False),
        sa.Column("most_classes", sa.Integer(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses_course.id"],
            name=op.f("fk_courses_unit_cost_course_id_courses_course"),
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"],
            ["core_person.id"],
            name=op.f("fk_courses_unit_cost_updated_by_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_unit_cost")),
        sa.UniqueConstraint("course_id", "form", name=op.f("uq_courses_unit_cost_course_id_form")),
    )
    op.create_table(
        "courses_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("course_version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("enrol_from", UtcDateTime(), nullable=True),
        sa.Column("enrol_until", UtcDateTime(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("seated", sa.Integer(), nullable=False),
        sa.Column("queued", sa.Integer(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled_because", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses_course.id"],
            name=op.f("fk_courses_class_course_id_courses_course"),
        ),
        sa.ForeignKeyConstraint(
            ["course_version_id"],
            ["courses_course_version.id"],
            name=op.f("fk_courses_class_course_version_id_courses_course_version"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["core_person.id"], name=op.f("fk_courses_class_created_by_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_class")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_class_public_id")),
    )
    with op.batch_alter_table("courses_class", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_class_course_id"), ["course_id"], unique=False)
        batch_op.create_index(
            "ix_courses_class_state_starts_at", ["state", "starts_at"], unique=False
        )

    op.create_table(
        "courses_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", UtcDateTime(), nullable=True),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["based_on"],
            ["courses_course_version.id"],
            name=op.f("fk_courses_draft_based_on_courses_course_version"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses_course.id"],
            name=op.f("fk_courses_draft_course_id_courses_course"),
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["core_person.id"],
            name=op.f("fk_courses_draft_submitted_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["core_person.id"], name=op.f("fk_courses_draft_updated_by_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_draft")),
        sa.UniqueConstraint("course_id", name=op.f("uq_courses_draft_course_id")),
    )
    with op.batch_alter_table("courses_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_draft_based_on"), ["based_on"], unique=False)

    op.create_table(
        "courses_plan_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("training_plan_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("class_number", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses_course.id"],
            name=op.f("fk_courses_plan_place_course_id_courses_course"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_courses_plan_place_person_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["training_plan_id"],
            ["courses_training_plan.id"],
            name=op.f("fk_courses_plan_place_training_plan_id_courses_training_plan"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_plan_place")),
        sa.UniqueConstraint(
            "training_plan_id",
            "person_id",
            "course_id",
            name=op.f("uq_courses_plan_place_training_plan_id_person_id_course_id"),
        ),
    )
    with op.batch_alter_table("courses_plan_place", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_courses_plan_place_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            "ix_courses_plan_place_plan_id_placed",
            ["training_plan_id", "class_number"],
            unique=False,
        )

    op.create_table(
        "courses_rule_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("condition", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["courses_course.id"],
            name=op.f("fk_courses_rule_run_course_id_courses_course"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["core_person.id"],
            name=op.f("fk_courses_rule_run_created_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["courses_rule.id"], name=op.f("fk_courses_rule_run_rule_id_courses_rule")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"],
            ["core_person.id"],
            name=op.f("fk_courses_rule_run_undone_by_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_rule_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_rule_run_public_id")),
    )
    with op.batch_alter_table("courses_rule_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_courses_rule_run_course_id"), ["course_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_courses_rule_run_rule_id"), ["rule_id"], unique=False)

    op.create_table(
        "courses_class_trainer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["courses_class.id"],
            name=op.f("fk_courses_class_trainer_class_id_courses_class"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_courses_class_trainer_person_id_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_class_trainer")),
    )
    with op.batch_alter_table("courses_class_trainer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_courses_class_trainer_class_id"), ["class_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_courses_class_trainer_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "courses_coach_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_courses_coach_offer_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_courses_coach_offer_person_id_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_coach_offer")),
    )
    with op.batch_alter_table("courses_coach_offer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_courses_coach_offer_competency_id", ["competency_id", "kind"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_courses_coach_offer_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "courses_coaching",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("coach_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["core_person.id"], name=op.f("fk_courses_coaching_coach_id_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_courses_coaching_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"],
            ["core_person.id"],
            name=op.f("fk_courses_coaching_learner_id_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_coaching")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_coaching_public_id")),
    )
    with op.batch_alter_table("courses_coaching", schema=None) as batch_op:
        batch_op.create_index(
            "ix_courses_coaching_coach_id_state", ["coach_id", "state"], unique=False
        )
        batch_op.create_index(
            "uq_courses_coaching_live",
            ["learner_id", "competency_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('asked', 'agreed')"),
            postgresql_where=sa.text("state IN ('asked', 'agreed')"),
        )

    op.create_table(
        "courses_draft_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["courses_draft.id"],
            name=op.f("fk_courses_draft_file_draft_id_courses_draft"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_draft_file")),
        sa.UniqueConstraint("draft_id", "name", name=op.f("uq_courses_draft_file_draft_id_name")),
    )
    with op.batch_alter_table("courses_draft_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_draft_file_digest"), ["digest"], unique=False)

    op.create_table(
        "courses_draft_module",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("objectives", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("front", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tab", sa.String(length=24), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["courses_draft.id"],
            name=op.f("fk_courses_draft_module_draft_id_courses_draft"),
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"],
            ["core_person.id"],
            name=op.f("fk_courses_draft_module_updated_by_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_draft_module")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_draft_module_public_id")),
    )
    with op.batch_alter_table("courses_draft_module", schema=None) as batch_op:
        batch_op.create_index(
            "ix_courses_draft_module_draft_id_sequence", ["draft_id", "sequence"], unique=False
        )

    op.create_table(
        "courses_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["courses_class.id"],
            name=op.f("fk_courses_meeting_class_id_courses_class"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_meeting")),
        sa.UniqueConstraint(
            "class_id", "sequence", name=op.f("uq_courses_meeting_class_id_sequence")
        ),
        sa.UniqueConstraint("code", name=op.f("uq_courses_meeting_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_meeting_public_id")),
    )
    op.create_table(
        "courses_outside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("organiser", sa.String(length=200), nullable=False),
        sa.Column("form_code", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("number_key", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("jp", sa.Integer(), nullable=True),
        sa.Column("competency_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_courses_outside_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["core_person.id"],
            name=op.f("fk_courses_outside_decided_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["form_code"],
            ["courses_learning_form.code"],
            name=op.f("fk_courses_outside_form_code_courses_learning_form"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_courses_outside_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_outside")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_outside_public_id")),
    )
    with op.batch_alter_table("courses_outside", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_outside_digest"), ["digest"], unique=False)
        batch_op.create_index("ix_courses_outside_number_key", ["number_key"], unique=False)
        batch_op.create_index("ix_courses_outside_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "ix_courses_outside_state_submitted_at", ["state", "submitted_at"], unique=False
        )

    op.create_table(
        "courses_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by"], ["core_person.id"], name=op.f("fk_courses_reminder_by_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["courses_enrolment.id"],
            name=op.f("fk_courses_reminder_enrolment_id_courses_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_courses_reminder_person_id_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_reminder")),
        sa.UniqueConstraint("key", name=op.f("uq_courses_reminder_key")),
    )
    with op.batch_alter_table("courses_reminder", schema=None) as batch_op:
        batch_op.create_index(
            "ix_courses_reminder_enrolment_id_sent_at", ["enrolment_id", "sent_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_courses_reminder_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "courses_rule_effect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["courses_enrolment.id"],
            name=op.f("fk_courses_rule_effect_enrolment_id_courses_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_courses_rule_effect_person_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["courses_rule_run.id"],
            name=op.f("fk_courses_rule_effect_run_id_courses_rule_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_rule_effect")),
        sa.UniqueConstraint(
            "run_id", "person_id", name=op.f("uq_courses_rule_effect_run_id_person_id")
        ),
    )
    with op.batch_alter_table("courses_rule_effect", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_courses_rule_effect_enrolment_id"), ["enrolment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_courses_rule_effect_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "courses_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("nominated_by", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("made_enrolment", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_id"], ["courses_class.id"], name=op.f("fk_courses_seat_class_id_courses_class")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["core_person.id"], name=op.f("fk_courses_seat_decided_by_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["courses_enrolment.id"],
            name=op.f("fk_courses_seat_enrolment_id_courses_enrolment"),
        ),
        sa.ForeignKeyConstraint(
            ["nominated_by"],
            ["core_person.id"],
            name=op.f("fk_courses_seat_nominated_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_courses_seat_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_seat")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_seat_public_id")),
    )
    with op.batch_alter_table("courses_seat", schema=None) as batch_op:
        batch_op.create_index(
            "ix_courses_seat_class_id_state_turn", ["class_id", "state", "turn"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_courses_seat_enrolment_id"), ["enrolment_id"], unique=False
        )
        batch_op.create_index(
            "ix_courses_seat_person_id_state", ["person_id", "state"], unique=False
        )
        batch_op.create_index(
            "uq_courses_seat_live",
            ["class_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('nominated', 'waiting', 'seated')"),
            postgresql_where=sa.text("state IN ('nominated', 'waiting', 'seated')"),
        )

    op.create_table(
        "courses_attendance",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("via", sa.String(length=4), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by"], ["core_person.id"], name=op.f("fk_courses_attendance_by_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["courses_meeting.id"],
            name=op.f("fk_courses_attendance_meeting_id_courses_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"],
            ["courses_seat.id"],
            name=op.f("fk_courses_attendance_seat_id_courses_seat"),
        ),
        sa.PrimaryKeyConstraint("meeting_id", "seat_id", name=op.f("pk_courses_attendance")),
    )
    with op.batch_alter_table("courses_attendance", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_courses_attendance_seat_id"), ["seat_id"], unique=False
        )

    op.create_table(
        "courses_coaching_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("coaching_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["coaching_id"],
            ["courses_coaching.id"],
            name=op.f("fk_courses_coaching_meeting_coaching_id_courses_coaching"),
        ),
        sa.ForeignKeyConstraint(
            ["noted_by"],
            ["core_person.id"],
            name=op.f("fk_courses_coaching_meeting_noted_by_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_coaching_meeting")),
        sa.UniqueConstraint("public_id", name=op.f("uq_courses_coaching_meeting_public_id")),
    )
    with op.batch_alter_table("courses_coaching_meeting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_courses_coaching_meeting_coaching_id"), ["coaching_id"], unique=False
        )

    op.create_table(
        "courses_seat_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=10), nullable=False),
        sa.Column("after", sa.String(length=10), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by"], ["core_person.id"], name=op.f("fk_courses_seat_move_by_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["courses_seat.id"], name=op.f("fk_courses_seat_move_seat_id_courses_seat")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses_seat_move")),
    )
    with op.batch_alter_table("courses_seat_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_seat_move_seat_id"), ["seat_id"], unique=False)

    with op.batch_alter_table("courses_course_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("manifest", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("published_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_courses_course_version_published_by_core_person"),
            "core_person",
            ["published_by"],
            ["id"],
        )

    with op.batch_alter_table("courses_credit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form_code", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("organiser", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("number", sa.String(length=120), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.create_index(
            "ix_courses_credit_year_person_id_jp", ["year", "person_id", "jp"], unique=False
        )

    with op.batch_alter_table("courses_enrolment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("short_study", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("courses_media", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("alt", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
        batch_op.alter_column(
            "media_type",
            existing_type=sa.VARCHAR(length=40),
            type_=sa.String(length=100),
            existing_nullable=False,
        )

    with op.batch_alter_table("courses_module", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("name", sa.String(length=120), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("front", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("courses_objection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))

    with op.batch_alter_table("courses_step_progress", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seconds", sa.Integer(), nullable=True))
    # What counted until now was e-learning, SIASN's form 16.
    op.execute("UPDATE courses_credit SET form_code = 16 WHERE form = 'E-Learning'")


# long: written by `lms migration new`, one statement per table
def downgrade() -> None:
    """Change the tables back."""
    with op.batch_alter_table("courses_step_progress", schema=None) as batch_op:
        batch_op.drop_column("seconds")

    with op.batch_alter_table("courses_objection", schema=None) as batch_op:
        batch_op.drop_column("due_on")

    with op.batch_alter_table("courses_module", schema=None) as batch_op:
        batch_op.drop_column("front")
        batch_op.drop_column("name")

    with op.batch_alter_table("courses_media", schema=None) as batch_op:
        batch_op.alter_column(
            "media_type",
            existing_type=sa.String(length=100),
            type_=sa.VARCHAR(length=40),
            existing_nullable=False,
        )
        batch_op.drop_column("size")
        batch_op.drop_column("alt")

    with op.batch_alter_table("courses_enrolment", schema=None) as batch_op:
        batch_op.drop_column("short_study")

    with op.batch_alter_table("courses_credit", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_credit_year_person_id_jp")
        batch_op.drop_column("ends_on")
        batch_op.drop_column("starts_on")
        batch_op.drop_column("number")
        batch_op.drop_column("organiser")
        batch_op.drop_column("form_code")

    with op.batch_alter_table("courses_course_version", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_courses_course_version_published_by_core_person"), type_="foreignkey"
        )
        batch_op.drop_column("published_by")
        batch_op.drop_column("manifest")

    with op.batch_alter_table("courses_seat_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_seat_move_seat_id"))

    op.drop_table("courses_seat_move")
    with op.batch_alter_table("courses_coaching_meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_coaching_meeting_coaching_id"))

    op.drop_table("courses_coaching_meeting")
    with op.batch_alter_table("courses_attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_attendance_seat_id"))

    op.drop_table("courses_attendance")
    with op.batch_alter_table("courses_seat", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_courses_seat_live",
            sqlite_where=sa.text("state IN ('nominated', 'waiting', 'seated')"),
            postgresql_where=sa.text("state IN ('nominated', 'waiting', 'seated')"),
        )
        batch_op.drop_index("ix_courses_seat_person_id_state")
        batch_op.drop_index(batch_op.f("ix_courses_seat_enrolment_id"))
        batch_op.drop_index("ix_courses_seat_class_id_state_turn")

    op.drop_table("courses_seat")
    with op.batch_alter_table("courses_rule_effect", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_rule_effect_person_id"))
        batch_op.drop_index(batch_op.f("ix_courses_rule_effect_enrolment_id"))

    op.drop_table("courses_rule_effect")
    with op.batch_alter_table("courses_reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_reminder_person_id"))
        batch_op.drop_index("ix_courses_reminder_enrolment_id_sent_at")

    op.drop_table("courses_reminder")
    with op.batch_alter_table("courses_outside", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_outside_state_submitted_at")
        batch_op.drop_index("ix_courses_outside_person_id")
        batch_op.drop_index("ix_courses_outside_number_key")
        batch_op.drop_index(batch_op.f("ix_courses_outside_digest"))

    op.drop_table("courses_outside")
    op.drop_table("courses_meeting")
    with op.batch_alter_table("courses_draft_module", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_draft_module_draft_id_sequence")

    op.drop_table("courses_draft_module")
    with op.batch_alter_table("courses_draft_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_draft_file_digest"))

    op.drop_table("courses_draft_file")
    with op.batch_alter_table("courses_coaching", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_courses_coaching_live",
            sqlite_where=sa.text("state IN ('asked', 'agreed')"),
            postgresql_where=sa.text("state IN ('asked', 'agreed')"),
        )
        batch_op.drop_index("ix_courses_coaching_coach_id_state")

    op.drop_table("courses_coaching")
    with op.batch_alter_table("courses_coach_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_coach_offer_person_id"))
        batch_op.drop_index("ix_courses_coach_offer_competency_id")

    op.drop_table("courses_coach_offer")
    with op.batch_alter_table("courses_class_trainer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_class_trainer_person_id"))
        batch_op.drop_index(batch_op.f("ix_courses_class_trainer_class_id"))

    op.drop_table("courses_class_trainer")
    with op.batch_alter_table("courses_rule_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_rule_run_rule_id"))
        batch_op.drop_index(batch_op.f("ix_courses_rule_run_course_id"))

    op.drop_table("courses_rule_run")
    with op.batch_alter_table("courses_plan_place", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_plan_place_plan_id_placed")
        batch_op.drop_index(batch_op.f("ix_courses_plan_place_person_id"))

    op.drop_table("courses_plan_place")
    with op.batch_alter_table("courses_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_draft_based_on"))

    op.drop_table("courses_draft")
    with op.batch_alter_table("courses_class", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_class_state_starts_at")
        batch_op.drop_index(batch_op.f("ix_courses_class_course_id"))

    op.drop_table("courses_class")
    op.drop_table("courses_unit_cost")
    with op.batch_alter_table("courses_training_plan", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_training_plan_year")

    op.drop_table("courses_training_plan")
    with op.batch_alter_table("courses_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_rule_course_id"))

    op.drop_table("courses_rule")
    with op.batch_alter_table("courses_revision", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_revision_course_id_module_id")

    op.drop_table("courses_revision")
    with op.batch_alter_table("courses_review_note", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_review_note_course_id_at")

    op.drop_table("courses_review_note")
    op.drop_table("courses_learning_form")
    op.drop_table("courses_budget")
