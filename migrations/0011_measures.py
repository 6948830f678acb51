"""Measures of units, and what later self-checks say about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(length=500), nullable=False),
        sa.Column("questionnaire_version", sa.String(length=40), nullable=False),
        sa.Column("statement_id", sa.String(length=60), nullable=True),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "started",
                "done",
                "partly-done",
                "dropped",
                name="measurestate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("announced_in_id", sa.Uuid(), nullable=True),
        sa.Column("announced_under", sa.String(length=60), nullable=False),
        sa.Column("announced_as", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announced_in_id"], ["self_check.id"], name="fk_measure_announced_in_id"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user_account.id"], name="fk_measure_changed_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name="fk_measure_created_by_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_measure_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_measure"),
    )
    op.create_index("ix_measure_announced_in_id", "measure", ["announced_in_id"])
    op.create_index("ix_measure_unit_id", "measure", ["unit_id"])
    op.create_table(
        "measure_review",
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "done",
                "partly",
                "not",
                name="outcome_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["check_id"], ["self_check.id"], name="fk_measure_review_check_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name="fk_measure_review_measure_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("check_id", "measure_id", name="pk_measure_review"),
    )


def downgrade() -> None:
    op.drop_table("measure_review")
    op.drop_table("measure")
