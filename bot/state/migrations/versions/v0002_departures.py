"""Servers that removed the bot; a column that nothing read and a key that nothing used go."""

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"


def upgrade() -> None:
    """Makes the table, drops the column and the key."""
    op.create_table(
        "departures",
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("guild", name="pk_departures"),
    )
    op.drop_column("turns", "message")
    op.execute("DELETE FROM installation WHERE name = 'salt'")


def downgrade() -> None:
    """Brings the column back, empty."""
    op.add_column("turns", sa.Column("message", sa.BigInteger(), nullable=False, server_default="0"))
    op.drop_table("departures")
