"""Self-checks with their answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("questionnaire_version", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                name="checkstate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("total_points", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)"
            " AND (state = 'submitted') = (submitted_by_id IS NOT NULL)"
            " AND (state = 'submitted') = (total_points IS NOT NULL)",
            name=op.f("ck_self_check_submitted_in_full"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user_account.id"], name="fk_self_check_changed_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name="fk_self_check_created_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user_account.id"], name="fk_self_check_submitted_by_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_self_check_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_self_check"),
    )
    op.create_index("ix_self_check_unit_id_checked_on", "self_check", ["unit_id", "checked_on"])

    op.create_table(
        "self_check_answer",
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("option_ids", sa.JSON(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_self_check_answer_points_not_negative")),
        sa.ForeignKeyConstraint(
            ["check_id"],
            ["self_check.id"],
            name="fk_self_check_answer_check_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("check_id", "question_id", name="pk_self_check_answer"),
    )


def downgrade() -> None:
    op.drop_table("self_check_answer")
    op.drop_table("self_check")
