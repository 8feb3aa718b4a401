"""Changes the tables: messages, exports, deputies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms import UtcDateTime

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = None


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "core_deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=3), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["core_person.id"], name=op.f("fk_core_deputy_created_by_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["core_person.id"], name=op.f("fk_core_deputy_deputy_id_core_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_deputy_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_deputy")),
    )
    with op.batch_alter_table("core_deputy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_deputy_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_deputy_person_id"), ["person_id"], unique=False)

    op.create_table(
        "core_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("job", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_export_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_export")),
        sa.UniqueConstraint("public_id", name=op.f("uq_core_export_public_id")),
    )
    with op.batch_alter_table("core_export", schema=None) as batch_op:
        batch_op.create_index("ix_core_export_person_id_id", ["person_id", "id"], unique=False)

    op.create_table(
        "core_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.String(length=120), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_message_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_message")),
        sa.UniqueConstraint("key", name=op.f("uq_core_message_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_core_message_public_id")),
    )
    with op.batch_alter_table("core_message", schema=None) as batch_op:
        batch_op.create_index("ix_core_message_person_id_id", ["person_id", "id"], unique=False)

    op.create_table(
        "core_dispatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["core_message.id"],
            name=op.f("fk_core_dispatch_message_id_core_message"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_dispatch")),
        sa.UniqueConstraint(
            "message_id", "channel", name=op.f("uq_core_dispatch_message_id_channel")
        ),
    )
    with op.batch_alter_table("core_dispatch", schema=None) as batch_op:
        batch_op.create_index("ix_core_dispatch_due", ["state", "next_at"], unique=False)


# long: written by `lms migration new`, one statement per table
def downgrade() -> None:
    """Change the tables back."""
    with op.batch_alter_table("core_dispatch", schema=None) as batch_op:
        batch_op.drop_index("ix_core_dispatch_due")

    op.drop_table("core_dispatch")
    with op.batch_alter_table("core_message", schema=None) as batch_op:
        batch_op.drop_index("ix_core_message_person_id_id")

    op.drop_table("core_message")
    with op.batch_alter_table("core_export", schema=None) as batch_op:
        batch_op.drop_index("ix_core_export_person_id_id")

    op.drop_table("core_export")
    with op.batch_alter_table("core_deputy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_deputy_person_id"))
        batch_op.drop_index(batch_op.f("ix_core_deputy_deputy_id"))

    op.drop_table("core_deputy")
