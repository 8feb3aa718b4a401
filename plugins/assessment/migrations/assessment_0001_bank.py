"""Question bank and instruments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms import UtcDateTime

revision = "assessment_0001"
down_revision = None
branch_labels = ("assessment",)
depends_on = "core_0001"


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Add the tables of the bank and of instruments."""
    op.create_table(
        "assessment_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_assessment_item_competency_id_core_competency"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_item")),
        sa.UniqueConstraint("code", name=op.f("uq_assessment_item_code")),
    )
    with op.batch_alter_table("assessment_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_item_competency_id"), ["competency_id"], unique=False
        )
    op.create_table(
        "assessment_item_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("difficulty", sa.Double(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["core_person.id"],
            name=op.f("fk_assessment_item_version_created_by_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["assessment_item.id"],
            name=op.f("fk_assessment_item_version_item_id_assessment_item"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_item_version")),
        sa.UniqueConstraint(
            "item_id", "version", name=op.f("uq_assessment_item_version_item_id_version")
        ),
    )
    op.create_table(
        "assessment_instrument",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_instrument")),
        sa.UniqueConstraint("code", name=op.f("uq_assessment_instrument_code")),
    )
    op.create_table(
        "assessment_instrument_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opens_at", UtcDateTime(), nullable=True),
        sa.Column("closes_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"],
            ["assessment_instrument.id"],
            name=op.f("fk_assessment_instrument_version_instrument_id_assessment_instrument"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_instrument_version")),
        sa.UniqueConstraint(
            "instrument_id",
            "version",
            name=op.f("uq_assessment_instrument_version_instrument_id_version"),
        ),
    )
    op.create_table(
        "assessment_blueprint_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_version_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("draws_from", sa.JSON(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("n_pre", sa.Integer(), nullable=False),
        sa.Column("n_retest", sa.Integer(), nullable=False),
        sa.Column("n_extra", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competency_id"],
            ["core_competency.id"],
            name=op.f("fk_assessment_blueprint_line_competency_id_core_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["instrument_version_id"],
            ["assessment_instrument_version.id"],
            name=op.f(
                "fk_assessment_blueprint_line_instrument_version_id_assessment_instrument_version"
            ),
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["core_cut_score_rule.id"],
            name=op.f("fk_assessment_blueprint_line_rule_id_core_cut_score_rule"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_blueprint_line")),
        sa.UniqueConstraint(
            "instrument_version_id",
            "competency_id",
            name=op.f("uq_assessment_blueprint_line_instrument_version_id_competency_id"),
        ),
    )
    with op.batch_alter_table("assessment_blueprint_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_blueprint_line_competency_id"),
            ["competency_id"],
            unique=False,
        )


# long: written by `lms migration new`, one statement per table
def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("assessment_blueprint_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_blueprint_line_competency_id"))
    op.drop_table("assessment_blueprint_line")
    op.drop_table("assessment_instrument_version")
    op.drop_table("assessment_instrument")
    op.drop_table("assessment_item_version")
    with op.batch_alter_table("assessment_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_item_competency_id"))
    op.drop_table("assessment_item")
