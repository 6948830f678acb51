"""Team rounds: links without names, and votes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_round",
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_id"], ["self_check.id"], name="fk_team_round_check_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user_account.id"], name="fk_team_round_opened_by_id"
        ),
        sa.PrimaryKeyConstraint("check_id", name="pk_team_round"),
    )
    op.create_table(
        "team_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("voter_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_id"], ["team_round.check_id"], name="fk_team_link_check_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_team_link"),
    )
    op.create_index("ix_team_link_check_id", "team_link", ["check_id"])
    op.create_table(
        "team_vote",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("statement_id", sa.String(length=60), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_team_vote_points_not_negative")),
        sa.ForeignKeyConstraint(
            ["token_hash"],
            ["team_link.token_hash"],
            name="fk_team_vote_token_hash",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", "statement_id", name="pk_team_vote"),
    )


def downgrade() -> None:
    op.drop_table("team_vote")
    op.drop_table("team_link")
    op.drop_table("team_round")
