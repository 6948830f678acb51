"""Who a user is at the city's identity provider, and how a login came about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "external_identity",
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_external_identity_user_id"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_external_identity"),
    )
    op.create_index(
        "uq_external_identity_user_id_issuer",
        "external_identity",
        ["user_id", "issuer"],
        unique=True,
    )
    op.add_column(
        "login_session",
        sa.Column("is_external", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_column("login_session", "is_external")
    op.drop_table("external_identity")
