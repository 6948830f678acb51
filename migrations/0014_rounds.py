"""Rounds of self-checks, and the units that are called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "begins_on <= deadline", name=op.f("ck_check_round_begins_before_its_deadline")
        ),
        sa.ForeignKeyConstraint(
            ["called_by_id"], ["user_account.id"], name="fk_check_round_called_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_check_round"),
    )
    op.create_table(
        "check_round_unit",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["check_round.id"],
            name="fk_check_round_unit_round_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_check_round_unit_unit_id"),
        sa.PrimaryKeyConstraint("round_id", "unit_id", name="pk_check_round_unit"),
    )
    op.create_index("ix_check_round_unit_unit_id", "check_round_unit", ["unit_id"])


def downgrade() -> None:
    op.drop_table("check_round_unit")
    op.drop_table("check_round")
