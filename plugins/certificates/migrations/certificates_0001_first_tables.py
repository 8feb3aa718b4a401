"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms import UtcDateTime

revision = "certificates_0001"
down_revision = None
branch_labels = ("certificates",)
depends_on = "core_0001"


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "certificates_series",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", "kind", name=op.f("pk_certificates_series")),
    )
    op.create_table(
        "certificates_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=False),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_certificates_certificate_person_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["core_plan.id"],
            name=op.f("fk_certificates_certificate_plan_id_core_plan"),
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"],
            ["core_person.id"],
            name=op.f("fk_certificates_certificate_revoked_by_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_certificate_code")),
        sa.UniqueConstraint(
            "kind", "year", "seq", name=op.f("uq_certificates_certificate_kind_year_seq")
        ),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_certificate_number")),
        sa.UniqueConstraint(
            "plan_id", "person_id", name=op.f("uq_certificates_certificate_plan_id_person_id")
        ),
    )
    with op.batch_alter_table("certificates_certificate", schema=None) as batch_op:
        batch_op.create_index(
            "ix_certificates_certificate_issued_at", ["issued_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_certificates_certificate_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "certificates_withheld",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
            name=op.f("fk_certificates_withheld_person_id_core_person"),
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["core_plan.id"], name=op.f("fk_certificates_withheld_plan_id_core_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_withheld")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_certificates_withheld_plan_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_certificates_withheld_public_id")),
    )
    with op.batch_alter_table("certificates_withheld", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificates_withheld_person_id"), ["person_id"], unique=False
        )


# long: written by `lms migration new`, one statement per table
def downgrade() -> None:
    """Change the tables back."""
    with op.batch_alter_table("certificates_withheld", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_withheld_person_id"))

    op.drop_table("certificates_withheld")
    with op.batch_alter_table("certificates_certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_certificate_person_id"))
        batch_op.drop_index("ix_certificates_certificate_issued_at")

    op.drop_table("certificates_certificate")
    op.drop_table("certificates_series")
