"""Who changed each answer of a self-check, and when; drafts no longer count their saves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("self_check_answer") as table:
        table.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("changed_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("form_id", sa.String(length=36), nullable=True))
        table.create_foreign_key(
            "fk_self_check_answer_changed_by_id", "user_account", ["changed_by_id"], ["id"]
        )
    op.execute(
        "UPDATE self_check_answer SET form_id = '',"
        " changed_at = (SELECT changed_at FROM self_check WHERE id = check_id),"
        " changed_by_id = (SELECT changed_by_id FROM self_check WHERE id = check_id)"
    )
    with op.batch_alter_table("self_check_answer") as table:
        table.alter_column("changed_at", nullable=False)
        table.alter_column("changed_by_id", nullable=False)
        table.alter_column("form_id", nullable=False)
    # Not in a batch: that would make the table anew, and its answers would go with the old one.
    op.drop_column("self_check", "revision")


def downgrade() -> None:
    op.add_column(
        "self_check", sa.Column("revision", sa.Integer(), nullable=False, server_default="1")
    )
    with op.batch_alter_table("self_check_answer") as table:
        table.drop_constraint("fk_self_check_answer_changed_by_id", type_="foreignkey")
        table.drop_column("form_id")
        table.drop_column("changed_by_id")
        table.drop_column("changed_at")
