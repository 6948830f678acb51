"""Requests for support, with their messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "support_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL)",
            name=op.f("ck_support_request_closed_in_full"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name="fk_support_request_asked_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["check_id"], ["self_check.id"], name="fk_support_request_check_id"
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name="fk_support_request_closed_by_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_support_request_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_support_request"),
    )
    op.create_index("ix_support_request_check_id", "support_request", ["check_id"])
    op.create_index("ix_support_request_unit_id", "support_request", ["unit_id"])
    op.create_table(
        "support_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name="fk_support_message_author_id"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_request.id"], name="fk_support_message_request_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_support_message"),
    )
    op.create_index("ix_support_message_request_id", "support_message", ["request_id"])


def downgrade() -> None:
    op.drop_table("support_message")
    op.drop_table("support_request")
