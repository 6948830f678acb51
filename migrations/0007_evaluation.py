"""Requests for an evaluation, the offices that are asked, and what they delivered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("mandate_key", sa.String(length=20), nullable=False),
        sa.Column("reference_date", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmation_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user_account.id"], name="fk_evaluation_request_opened_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_request"),
    )

    op.create_table(
        "evaluation_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "ready",
                "delivered",
                "returned",
                name="partstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("own_deadline", sa.Date(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_by_id", sa.Integer(), nullable=True),
        sa.Column("ready_figures", sa.String(length=400), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'ready') = (ready_at IS NOT NULL)",
            name=op.f("ck_evaluation_part_ready_in_full"),
        ),
        sa.ForeignKeyConstraint(
            ["ready_by_id"], ["user_account.id"], name="fk_evaluation_part_ready_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["evaluation_request.id"], name="fk_evaluation_part_request_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_evaluation_part_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_part"),
    )
    op.create_index("ix_evaluation_part_unit_id", "evaluation_part", ["unit_id"])
    op.create_index(
        "uq_evaluation_part_request_id_unit_id",
        "evaluation_part",
        ["request_id", "unit_id"],
        unique=True,
    )

    op.create_table(
        "evaluation_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=False),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_by_id", sa.Integer(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(returned_at IS NULL) = (returned_by_id IS NULL)"
            " AND (returned_at IS NULL) = (return_reason = '')",
            name=op.f("ck_evaluation_delivery_returned_in_full"),
        ),
        sa.ForeignKeyConstraint(
            ["part_id"], ["evaluation_part.id"], name="fk_evaluation_delivery_part_id"
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user_account.id"], name="fk_evaluation_delivery_released_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["returned_by_id"], ["user_account.id"], name="fk_evaluation_delivery_returned_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_delivery"),
    )
    op.create_index(
        "uq_evaluation_delivery_part_id_number",
        "evaluation_delivery",
        ["part_id", "number"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("evaluation_delivery")
    op.drop_table("evaluation_part")
    op.drop_table("evaluation_request")
