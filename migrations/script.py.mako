"""Changes the tables: ${message.rstrip(".")}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${(imports or "").strip()}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


# long: written by `lms migration new`, one statement per table
def upgrade() -> None:
    """Change the tables."""
    ${upgrades if upgrades else "pass"}


# long: written by `lms migration new`, one statement per table
def downgrade() -> None:
    """Change the tables back."""
    ${downgrades if downgrades else "pass"}
