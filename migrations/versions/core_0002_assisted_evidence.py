"""Evidence tells whether a helper sat beside: nothing of before did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Change the tables."""
    with op.batch_alter_table("core_evidence", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("assisted", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("core_profile", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("assisted", sa.Boolean(), nullable=False, server_default=sa.false())
        )


# long: written by `lms migration new`, one statement per table
def downgrade() -> None:
    """Change the tables back."""
    with op.batch_alter_table("core_profile", schema=None) as batch_op:
        batch_op.drop_column("assisted")

    with op.batch_alter_table("core_evidence", schema=None) as batch_op:
        batch_op.drop_column("assisted")
