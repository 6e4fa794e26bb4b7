"""The journal's first shape: branches, events, snapshots, imported history."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "branches",
        sa.Column("branch", sa.Text, primary_key=True),
        sa.Column("epoch", sa.Text, nullable=False),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_table(
        "events",
        sa.Column("branch", sa.Text, primary_key=True),
        sa.Column("seq", sa.INTEGER, primary_key=True),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("at", sa.REAL, nullable=False),
        sa.Column("received_at", sa.REAL, nullable=False),
        sa.Column("implied", sa.INTEGER, nullable=False),
        sa.Column("v", sa.INTEGER, nullable=False),
        sa.Column("ticket", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("branch", "sender", "id"),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_index(
        "issued_tickets",
        "events",
        ["branch", "ticket"],
        unique=True,
        sqlite_where=sa.text("type = 'ticket.issued'"),
    )
    # Rowids, for blobs of a megabyte do not belong into the leaves of a primary key.
    op.create_table(
        "snapshots",
        sa.Column("branch", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("seq", sa.INTEGER, nullable=False),
        sa.Column("checksum", sa.BLOB, nullable=False),
        sa.Column("data", sa.BLOB, nullable=False),
        sa.UniqueConstraint("branch", "version", "seq"),
        sqlite_strict=True,
    )
    op.create_table(
        "history",
        sa.Column("branch", sa.Text, primary_key=True),
        sa.Column("ticket", sa.Text, primary_key=True),
        sa.Column("business", sa.Text, nullable=False),
        sa.Column("priority", sa.Text),
        sa.Column("window", sa.Text),
        sa.Column("teller", sa.Text),
        sa.Column("issued_at", sa.REAL, nullable=False),
        *(
            sa.Column(f"{moment}_at", sa.REAL)
            for moment in ("called", "started", "finished", "ready", "left")
        ),
        sa.Column("outcome", sa.Text, nullable=False),
        sqlite_with_rowid=False,
        sqlite_strict=True,
    )
    op.create_index("history_in_order", "history", ["branch", "issued_at", "ticket"])


def downgrade() -> None:
    for table in ("history", "snapshots", "events", "branches"):
        op.drop_table(table)
