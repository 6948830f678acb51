"""What units share of their self-checks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_check_share",
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "colour",
                "points",
                "all",
                name="sharelevel_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_by_id", sa.Integer(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_id"],
            ["self_check.id"],
            name="fk_self_check_share_check_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shared_by_id"], ["user_account.id"], name="fk_self_check_share_shared_by_id"
        ),
        sa.PrimaryKeyConstraint("check_id", name="pk_self_check_share"),
    )


def downgrade() -> None:
    op.drop_table("self_check_share")
