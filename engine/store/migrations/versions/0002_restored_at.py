"""When a backup was restored"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Do it."""
    op.add_column("installation", sa.Column("restored_at", sa.BigInteger(), nullable=True))
