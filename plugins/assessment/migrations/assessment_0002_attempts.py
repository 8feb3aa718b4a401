"""Invitations, attempts, answers and results."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms import UtcDateTime

revision = "assessment_0002"
down_revision = "assessment_0001"
branch_labels = None
depends_on = None


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Add the tables of the test itself."""
    op.create_table(
        "assessment_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("competency_ids", sa.JSON(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"],
            ["assessment_instrument.id"],
            name=op.f("fk_assessment_invitation_instrument_id_assessment_instrument"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_assessment_invitation_person_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["core_plan.id"], name=op.f("fk_assessment_invitation_plan_id_core_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_invitation")),
        sa.UniqueConstraint("key", name=op.f("uq_assessment_invitation_key")),
    )
    with op.batch_alter_table("assessment_invitation", schema=None) as batch_op:
        batch_op.create_index(
            "uq_assessment_invitation_waiting",
            ["person_id", "instrument_id", "purpose"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
    op.create_table(
        "assessment_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("instrument_version_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("n_items", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("handed_in_at", UtcDateTime(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("unknown", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["assessment_instrument_version.id"],
            name=op.f("fk_assessment_attempt_instrument_version_id_assessment_instrument_version"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_assessment_attempt_person_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["core_plan.id"], name=op.f("fk_assessment_attempt_plan_id_core_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_attempt")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assessment_attempt_public_id")),
    )
    with op.batch_alter_table("assessment_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_attempt_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            "ix_assessment_attempt_version_purpose",
            ["instrument_version_id", "purpose"],
            unique=False,
        )
        batch_op.create_index(
            "uq_assessment_attempt_open",
            ["person_id", "instrument_version_id", "purpose"],
            unique=True,
            sqlite_where=sa.text("handed_in_at IS NULL"),
            postgresql_where=sa.text("handed_in_at IS NULL"),
        )
    op.create_table(
        "assessment_attempt_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("blueprint_line_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("extra_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["assessment_attempt.id"],
            name=op.f("fk_assessment_attempt_line_attempt_id_assessment_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["blueprint_line_id"],
            ["assessment_blueprint_line.id"],
            name=op.f("fk_assessment_attempt_line_blueprint_line_id_assessment_blueprint_line"),
        ),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_assessment_attempt_line_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["root_id"],
            ["assessment_attempt_line.id"],
            name=op.f("fk_assessment_attempt_line_root_id_assessment_attempt_line"),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["core_cut_score_rule.id"],
            name=op.f("fk_assessment_attempt_line_rule_id_core_cut_score_rule"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_attempt_line")),
        sa.UniqueConstraint(
            "attempt_id",
            "competency_id",
            name=op.f("uq_assessment_attempt_line_attempt_id_competency_id"),
        ),
    )
    with op.batch_alter_table("assessment_attempt_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_attempt_line_competency_id"), ["competency_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_attempt_line_root_id"), ["root_id"], unique=False
        )
    op.create_table(
        "assessment_attempt_item",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["assessment_attempt.id"],
            name=op.f("fk_assessment_attempt_item_attempt_id_assessment_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["assessment_item_version.id"],
            name=op.f("fk_assessment_attempt_item_item_version_id_assessment_item_version"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["assessment_attempt_line.id"],
            name=op.f("fk_assessment_attempt_item_line_id_assessment_attempt_line"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", "sequence", name=op.f("pk_assessment_attempt_item")),
        sa.UniqueConstraint(
            "attempt_id",
            "item_version_id",
            name=op.f("uq_assessment_attempt_item_attempt_id_item_version_id"),
        ),
    )
    with op.batch_alter_table("assessment_attempt_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_attempt_item_item_version_id"),
            ["item_version_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_assessment_attempt_item_line_id"), ["line_id"], unique=False
        )
    op.create_table(
        "assessment_answer_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("flag", sa.Boolean(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("client_time", UtcDateTime(), nullable=True),
        sa.Column("server_time", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["assessment_attempt.id"],
            name=op.f("fk_assessment_answer_event_attempt_id_assessment_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["item_version_id"],
            ["assessment_item_version.id"],
            name=op.f("fk_assessment_answer_event_item_version_id_assessment_item_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_answer_event")),
        sa.UniqueConstraint(
            "attempt_id",
            "device",
            "seq",
            name=op.f("uq_assessment_answer_event_attempt_id_device_seq"),
        ),
    )
    with op.batch_alter_table("assessment_answer_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assessment_answer_event_attempt_sequence", ["attempt_id", "sequence"], unique=False
        )
    op.create_table(
        "assessment_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("error", sa.Double(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("level_low", sa.Integer(), nullable=False),
        sa.Column("level_high", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["assessment_attempt.id"],
            name=op.f("fk_assessment_result_attempt_id_assessment_attempt"),
        ),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_assessment_result_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["assessment_attempt_line.id"],
            name=op.f("fk_assessment_result_line_id_assessment_attempt_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_result")),
        sa.UniqueConstraint(
            "attempt_id",
            "competency_id",
            name=op.f("uq_assessment_result_attempt_id_competency_id"),
        ),
        sa.UniqueConstraint("line_id", name=op.f("uq_assessment_result_line_id")),
    )


# long: written by `lms migration new`, one statement per table
def downgrade() -> None:
    """Take them away again."""
    op.drop_table("assessment_result")
    with op.batch_alter_table("assessment_answer_event", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_answer_event_attempt_sequence")
    op.drop_table("assessment_answer_event")
    with op.batch_alter_table("assessment_attempt_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_attempt_item_line_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_attempt_item_item_version_id"))
    op.drop_table("assessment_attempt_item")
    with op.batch_alter_table("assessment_attempt_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_attempt_line_root_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_attempt_line_competency_id"))
    op.drop_table("assessment_attempt_line")
    with op.batch_alter_table("assessment_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assessment_attempt_open",
            sqlite_where=sa.text("handed_in_at IS NULL"),
            postgresql_where=sa.text("handed_in_at IS NULL"),
        )
        batch_op.drop_index("ix_assessment_attempt_version_purpose")
        batch_op.drop_index(batch_op.f("ix_assessment_attempt_person_id"))
    op.drop_table("assessment_attempt")
    with op.batch_alter_table("assessment_invitation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assessment_invitation_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
    op.drop_table("assessment_invitation")
