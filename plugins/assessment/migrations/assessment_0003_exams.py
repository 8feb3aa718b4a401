"""Changes the tables: exams."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms import UtcDateTime

revision = "assessment_0003"
down_revision = "assessment_0002"
branch_labels = None
depends_on = None


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "assessment_beat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_beat")),
    )
    op.create_table(
        "assessment_outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_outage")),
    )
    with op.batch_alter_table("assessment_outage", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_outage_ended_at"), ["ended_at"], unique=False
        )

    op.create_table(
        "assessment_calibration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_version_id", sa.Integer(), nullable=True),
        sa.Column("model", sa.String(length=10), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("loglik", sa.Double(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("linked_to", sa.Integer(), nullable=True),
        sa.Column("slope", sa.Double(), nullable=False),
        sa.Column("intercept", sa.Double(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["core_person.id"],
            name=op.f("fk_assessment_calibration_created_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["assessment_instrument_version.id"],
            name=op.f(
                "fk_assessment_calibration_instrument_version_id_assessment_instrument_version"
            ),
        ),
        sa.ForeignKeyConstraint(
            ["linked_to"],
            ["assessment_calibration.id"],
            name=op.f("fk_assessment_calibration_linked_to_assessment_calibration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_calibration")),
    )
    with op.batch_alter_table("assessment_calibration", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_calibration_instrument_version_id"),
            ["instrument_version_id"],
            unique=False,
        )

    op.create_table(
        "assessment_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_version_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["assessment_instrument_version.id"],
            name=op.f("fk_assessment_form_instrument_version_id_assessment_instrument_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_form")),
        sa.UniqueConstraint(
            "instrument_version_id",
            "label",
            name=op.f("uq_assessment_form_instrument_version_id_label"),
        ),
    )
    op.create_table(
        "assessment_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_version_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["core_person.id"],
            name=op.f("fk_assessment_report_created_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["assessment_instrument_version.id"],
            name=op.f("fk_assessment_report_instrument_version_id_assessment_instrument_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_report")),
    )
    with op.batch_alter_table("assessment_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assessment_report_version_kind", ["instrument_version_id", "kind"], unique=False
        )

    op.create_table(
        "assessment_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("instrument_version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=False),
        sa.Column("closes_at", UtcDateTime(), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=True),
        sa.Column("spread_seconds", sa.Integer(), nullable=False),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column("outage_cap_minutes", sa.Integer(), nullable=False),
        sa.Column("entry_code", sa.String(length=12), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["core_person.id"],
            name=op.f("fk_assessment_session_created_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["assessment_instrument_version.id"],
            name=op.f("fk_assessment_session_instrument_version_id_assessment_instrument_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_session")),
        sa.UniqueConstraint("entry_code", name=op.f("uq_assessment_session_entry_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assessment_session_public_id")),
    )
    with op.batch_alter_table("assessment_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_session_instrument_version_id"),
            ["instrument_version_id"],
            unique=False,
        )

    op.create_table(
        "assessment_room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["assessment_session.id"],
            name=op.f("fk_assessment_room_session_id_assessment_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_room")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assessment_room_public_id")),
        sa.UniqueConstraint("session_id", "name", name=op.f("uq_assessment_room_session_id_name")),
    )
    op.create_table(
        "assessment_session_unit",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["assessment_session.id"],
            name=op.f("fk_assessment_session_unit_session_id_assessment_session"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_unit.id"], name=op.f("fk_assessment_session_unit_unit_id_core_unit")
        ),
        sa.PrimaryKeyConstraint("session_id", "unit_id", name=op.f("pk_assessment_session_unit")),
    )
    op.create_table(
        "assessment_proctor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_assessment_proctor_person_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["assessment_room.id"],
            name=op.f("fk_assessment_proctor_room_id_assessment_room"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["assessment_session.id"],
            name=op.f("fk_assessment_proctor_session_id_assessment_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_proctor")),
        sa.UniqueConstraint(
            "session_id",
            "person_id",
            "room_id",
            name=op.f("uq_assessment_proctor_session_id_person_id_room_id"),
        ),
    )
    with op.batch_alter_table("assessment_proctor", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_proctor_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "assessment_session_member",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("seat", sa.String(length=20), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_assessment_session_member_person_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["assessment_room.id"],
            name=op.f("fk_assessment_session_member_room_id_assessment_room"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["assessment_session.id"],
            name=op.f("fk_assessment_session_member_session_id_assessment_session"),
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "person_id", name=op.f("pk_assessment_session_member")
        ),
    )
    with op.batch_alter_table("assessment_session_member", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_session_member_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_session_member_room_id"), ["room_id"], unique=False
        )

    op.create_table(
        "assessment_complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["assessment_attempt.id"],
            name=op.f("fk_assessment_complaint_attempt_id_assessment_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["core_person.id"],
            name=op.f("fk_assessment_complaint_decided_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["assessment_item_version.id"],
            name=op.f("fk_assessment_complaint_item_version_id_assessment_item_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_complaint")),
        sa.UniqueConstraint(
            "attempt_id", "sequence", name=op.f("uq_assessment_complaint_attempt_id_sequence")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_assessment_complaint_public_id")),
    )
    with op.batch_alter_table("assessment_complaint", schema=None) as batch_op:
        batch_op.create_index("ix_assessment_complaint_state", ["state"], unique=False)

    op.create_table(
        "assessment_form_item",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("blueprint_line_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Boolean(), nullable=False),
        sa.Column("scored", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blueprint_line_id"],
            ["assessment_blueprint_line.id"],
            name=op.f("fk_assessment_form_item_blueprint_line_id_assessment_blueprint_line"),
        ),
        sa.ForeignKeyConstraint(
            ["form_id"],
            ["assessment_form.id"],
            name=op.f("fk_assessment_form_item_form_id_assessment_form"),
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["assessment_item_version.id"],
            name=op.f("fk_assessment_form_item_item_version_id_assessment_item_version"),
        ),
        sa.PrimaryKeyConstraint("form_id", "sequence", name=op.f("pk_assessment_form_item")),
        sa.UniqueConstraint(
            "form_id",
            "item_version_id",
            name=op.f("uq_assessment_form_item_form_id_item_version_id"),
        ),
    )
    with op.batch_alter_table("assessment_form_item", schema=None) as batch_op:
        batch_op.create_index("ix_assessment_form_item_version", ["item_version_id"], unique=False)

    op.create_table(
        "assessment_item_parameter",
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("a", sa.Double(), nullable=False),
        sa.Column("b", sa.Double(), nullable=False),
        sa.Column("se_a", sa.Double(), nullable=True),
        sa.Column("se_b", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["assessment_calibration.id"],
            name=op.f("fk_assessment_item_parameter_calibration_id_assessment_calibration"),
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["assessment_item_version.id"],
            name=op.f("fk_assessment_item_parameter_item_version_id_assessment_item_version"),
        ),
        sa.PrimaryKeyConstraint(
            "calibration_id", "item_version_id", name=op.f("pk_assessment_item_parameter")
        ),
    )
    with op.batch_alter_table("assessment_item_parameter", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_item_parameter_item_version_id"),
            ["item_version_id"],
            unique=False,
        )

    op.create_table(
        "assessment_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["core_person.id"],
            name=op.f("fk_assessment_objection_answered_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["assessment_attempt.id"],
            name=op.f("fk_assessment_objection_attempt_id_assessment_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_assessment_objection_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_assessment_objection_person_id_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_objection")),
        sa.UniqueConstraint(
            "attempt_id",
            "competency_id",
            name=op.f("uq_assessment_objection_attempt_id_competency_id"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_assessment_objection_public_id")),
    )
    with op.batch_alter_table("assessment_objection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_objection_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index("ix_assessment_objection_state", ["state"], unique=False)

    op.create_table(
        "assessment_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rated_by", sa.Integer(), nullable=False),
        sa.Column("rated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["assessment_attempt.id"],
            name=op.f("fk_assessment_rating_attempt_id_assessment_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["rated_by"], ["core_person.id"], name=op.f("fk_assessment_rating_rated_by_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_rating")),
    )
    with op.batch_alter_table("assessment_rating", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assessment_rating_attempt_sequence", ["attempt_id", "sequence"], unique=False
        )

    op.create_table(
        "assessment_time_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("outage_id", sa.Integer(), nullable=True),
        sa.Column("batch", sa.String(length=24), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["assessment_attempt.id"],
            name=op.f("fk_assessment_time_grant_attempt_id_assessment_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"],
            ["core_person.id"],
            name=op.f("fk_assessment_time_grant_granted_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["outage_id"],
            ["assessment_outage.id"],
            name=op.f("fk_assessment_time_grant_outage_id_assessment_outage"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_time_grant")),
        sa.UniqueConstraint(
            "attempt_id", "outage_id", name=op.f("uq_assessment_time_grant_attempt_id_outage_id")
        ),
    )
    with op.batch_alter_table("assessment_time_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_time_grant_batch"), ["batch"], unique=False)

    with op.batch_alter_table("assessment_answer_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("epoch", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(
            sa.Column("stale", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("late", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    op.execute("UPDATE assessment_attempt SET answered = 0 WHERE answered IS NULL")
    with op.batch_alter_table("assessment_attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("session_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("room_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("form_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("mode", sa.String(length=10), nullable=False, server_default="draw")
        )
        batch_op.add_column(
            sa.Column("medium", sa.String(length=10), nullable=False, server_default="screen")
        )
        batch_op.add_column(
            sa.Column("assisted_by", sa.String(length=120), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("consented_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("epoch", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(
            sa.Column("device", sa.String(length=40), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("limit_seconds", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("window_end", UtcDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("allowance", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("grace", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("n_events", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("saved_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("seen_at", UtcDateTime(), nullable=True))
        batch_op.add_column(
            sa.Column("closed_by", sa.String(length=10), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("close_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.alter_column("answered", existing_type=sa.INTEGER(), nullable=False)
        batch_op.create_index(
            "ix_assessment_attempt_session", ["session_id", "room_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_assessment_attempt_session_id_assessment_session"),
            "assessment_session",
            ["session_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_assessment_attempt_form_id_assessment_form"),
            "assessment_form",
            ["form_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_assessment_attempt_room_id_assessment_room"),
            "assessment_room",
            ["room_id"],
            ["id"],
        )

    with op.batch_alter_table("assessment_attempt_item", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("scored", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(sa.Column("a", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("b", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("voided_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("assessment_blueprint_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("n_trial", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("assessment_instrument_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("stage", sa.String(length=10), nullable=False, server_default="draft")
        )
        batch_op.add_column(
            sa.Column("mode", sa.String(length=10), nullable=False, server_default="draw")
        )
        batch_op.add_column(sa.Column("limit_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("min_items", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("max_items", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("target_error", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("calibration_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("frozen_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("frozen_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_assessment_instrument_version_frozen_by_core_person"),
            "core_person",
            ["frozen_by"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_assessment_instrument_version_calibration_id_assessment_calibration"),
            "assessment_calibration",
            ["calibration_id"],
            ["id"],
        )

    with op.batch_alter_table("assessment_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))

    with op.batch_alter_table("assessment_item_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=40), nullable=False, server_default="single")
        )
        batch_op.add_column(sa.Column("content", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("scoring", sa.JSON(), nullable=False, server_default="{}"))

    _move_questions()
    with op.batch_alter_table("assessment_item_version", schema=None) as batch_op:
        batch_op.drop_column("options")
        batch_op.drop_column("key")

    with op.batch_alter_table("assessment_result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("theta", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("theta_error", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("pending", sa.Integer(), nullable=False, server_default="0"))
        batch_op.alter_column(
            "correct", existing_type=sa.INTEGER(), type_=sa.Double(), existing_nullable=False
        )
    _count_answers()
    op.execute(
        "UPDATE assessment_instrument_version SET stage = 'used' WHERE state IN ('open', 'closed')"
    )


_VERSION = sa.table(
    "assessment_item_version",
    sa.column("id", sa.Integer),
    sa.column("options", sa.JSON),
    sa.column("key", sa.String),
    sa.column("content", sa.JSON),
    sa.column("scoring", sa.JSON),
)


def _move_questions() -> None:
    """Single choice was all there was: options are shown, the key is secret."""
    link = op.get_bind()
    for row in link.execute(sa.select(_VERSION.c.id, _VERSION.c.options, _VERSION.c.key)).all():
        link.execute(
            sa.update(_VERSION)
            .where(_VERSION.c.id == row.id)
            .values(content={"options": row.options}, scoring={"key": row.key})
        )


def _move_questions_back() -> None:
    """Keep what a single choice can say; other kinds stay without a key."""
    link = op.get_bind()
    query = sa.select(_VERSION.c.id, _VERSION.c.content, _VERSION.c.scoring)
    for row in link.execute(query).all():
        options, key = row.content.get("options", []), row.scoring.get("key", "")
        link.execute(
            sa.update(_VERSION).where(_VERSION.c.id == row.id).values(options=options, key=key)
        )


def _count_answers() -> None:
    """Keep with each attempt what was counted until now."""
    op.execute(
        "UPDATE assessment_attempt SET n_events = (SELECT COUNT(*) FROM assessment_answer_event e"
        " WHERE e.attempt_id = assessment_attempt.id), saved_at = (SELECT MAX(e.server_time)"
        " FROM assessment_answer_event e WHERE e.attempt_id = assessment_attempt.id)"
    )
    op.execute(
        "UPDATE assessment_attempt SET answered = (SELECT COUNT(DISTINCT e.sequence)"
        " FROM assessment_answer_event e WHERE e.attempt_id = assessment_attempt.id"
        " AND e.value IS NOT NULL) WHERE handed_in_at IS NULL"
    )


# long: written by `lms migration new`, one statement per table
def downgrade() -> None:
    """Change the tables back."""
    with op.batch_alter_table("assessment_result", schema=None) as batch_op:
        batch_op.alter_column(
            "correct", existing_type=sa.Double(), type_=sa.INTEGER(), existing_nullable=False
        )
        batch_op.drop_column("pending")
        batch_op.drop_column("theta_error")
        batch_op.drop_column("theta")

    with op.batch_alter_table("assessment_item_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("key", sa.VARCHAR(length=20), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("options", sa.JSON(), nullable=False, server_default="[]"))

    _move_questions_back()
    with op.batch_alter_table("assessment_item_version", schema=None) as batch_op:
        batch_op.drop_column("scoring")
        batch_op.drop_column("content")
        batch_op.drop_column("kind")

    with op.batch_alter_table("assessment_item", schema=None) as batch_op:
        batch_op.drop_column("tags")

    with op.batch_alter_table("assessment_instrument_version", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_assessment_instrument_version_calibration_id_assessment_calibration"),
            type_="foreignkey",
        )
        batch_op.drop_constraint(
            batch_op.f("fk_assessment_instrument_version_frozen_by_core_person"), type_="foreignkey"
        )
        batch_op.drop_column("frozen_by")
        batch_op.drop_column("frozen_at")
        batch_op.drop_column("calibration_id")
        batch_op.drop_column("target_error")
        batch_op.drop_column("max_items")
        batch_op.drop_column("min_items")
        batch_op.drop_column("limit_minutes")
        batch_op.drop_column("mode")
        batch_op.drop_column("stage")

    with op.batch_alter_table("assessment_blueprint_line", schema=None) as batch_op:
        batch_op.drop_column("n_trial")

    with op.batch_alter_table("assessment_attempt_item", schema=None) as batch_op:
        batch_op.drop_column("voided_at")
        batch_op.drop_column("b")
        batch_op.drop_column("a")
        batch_op.drop_column("scored")

    with op.batch_alter_table("assessment_attempt", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_assessment_attempt_room_id_assessment_room"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_assessment_attempt_form_id_assessment_form"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_assessment_attempt_session_id_assessment_session"), type_="foreignkey"
        )
        batch_op.drop_index("ix_assessment_attempt_session")
        batch_op.alter_column("answered", existing_type=sa.INTEGER(), nullable=True)
        batch_op.drop_column("close_reason")
        batch_op.drop_column("closed_by")
        batch_op.drop_column("seen_at")
        batch_op.drop_column("saved_at")
        batch_op.drop_column("n_events")
        batch_op.drop_column("grace")
        batch_op.drop_column("allowance")
        batch_op.drop_column("window_end")
        batch_op.drop_column("limit_seconds")
        batch_op.drop_column("device")
        batch_op.drop_column("epoch")
        batch_op.drop_column("consented_at")
        batch_op.drop_column("assisted_by")
        batch_op.drop_column("medium")
        batch_op.drop_column("mode")
        batch_op.drop_column("form_id")
        batch_op.drop_column("room_id")
        batch_op.drop_column("session_id")

    with op.batch_alter_table("assessment_answer_event", schema=None) as batch_op:
        batch_op.drop_column("late")
        batch_op.drop_column("stale")
        batch_op.drop_column("epoch")

    with op.batch_alter_table("assessment_time_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_time_grant_batch"))

    op.drop_table("assessment_time_grant")
    with op.batch_alter_table("assessment_rating", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_rating_attempt_sequence")

    op.drop_table("assessment_rating")
    with op.batch_alter_table("assessment_objection", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_objection_state")
        batch_op.drop_index(batch_op.f("ix_assessment_objection_person_id"))

    op.drop_table("assessment_objection")
    with op.batch_alter_table("assessment_item_parameter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_item_parameter_item_version_id"))

    op.drop_table("assessment_item_parameter")
    with op.batch_alter_table("assessment_form_item", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_form_item_version")

    op.drop_table("assessment_form_item")
    with op.batch_alter_table("assessment_complaint", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_complaint_state")

    op.drop_table("assessment_complaint")
    with op.batch_alter_table("assessment_session_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_session_member_room_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_session_member_person_id"))

    op.drop_table("assessment_session_member")
    with op.batch_alter_table("assessment_proctor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_proctor_person_id"))

    op.drop_table("assessment_proctor")
    op.drop_table("assessment_session_unit")
    op.drop_table("assessment_room")
    with op.batch_alter_table("assessment_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_session_instrument_version_id"))

    op.drop_table("assessment_session")
    with op.batch_alter_table("assessment_report", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_report_version_kind")

    op.drop_table("assessment_report")
    op.drop_table("assessment_form")
    with op.batch_alter_table("assessment_calibration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_calibration_instrument_version_id"))

    op.drop_table("assessment_calibration")
    with op.batch_alter_table("assessment_outage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_outage_ended_at"))

    op.drop_table("assessment_outage")
    op.drop_table("assessment_beat")
