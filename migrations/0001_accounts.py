"""Units, accounts with their roles, and logins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("short_name", sa.String(length=50), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "Geschäftsbereich",
                "Amt",
                "Eigenbetrieb",
                "Stadtbezirksamt",
                "Verwaltungsstelle",
                "Fachbereich",
                "Stabsstelle",
                "Mitarbeitervertretung",
                "Beauftragte",
                "Abteilung",
                "Sachgebiet",
                name="unitkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("is_reporting", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_unit_not_its_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name="fk_unit_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("number", name="uq_unit_number"),
    )
    op.create_index("ix_unit_parent_id", "unit", ["parent_id"])

    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("one_time_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("email", name="uq_user_account_email"),
    )

    op.create_table(
        "grant_of_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "unit-head",
                "training-officer",
                "hr",
                "commissioner",
                "admin",
                name="role_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(role IN ('training-officer', 'unit-head')) = (unit_id IS NOT NULL)",
            name=op.f("ck_grant_of_role_unit_if_role_needs_one"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_grant_of_role_unit_id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_grant_of_role_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grant_of_role"),
    )
    op.create_index("ix_grant_of_role_unit_id", "grant_of_role", ["unit_id"])
    op.create_index(
        "uq_grant_of_role_city_wide",
        "grant_of_role",
        ["user_id", "role"],
        unique=True,
        sqlite_where=sa.text("unit_id IS NULL"),
        postgresql_where=sa.text("unit_id IS NULL"),
    )
    op.create_index(
        "uq_grant_of_role_user_id_role_unit_id",
        "grant_of_role",
        ["user_id", "role", "unit_id"],
        unique=True,
    )

    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_login_session_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_login_session"),
        sa.UniqueConstraint("token_hash", name="uq_login_session_token_hash"),
    )
    op.create_index("ix_login_session_user_id", "login_session", ["user_id"])

    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempt"),
    )
    op.create_index("ix_login_attempt_address_at", "login_attempt", ["address", "at"])
    op.create_index("ix_login_attempt_email_at", "login_attempt", ["email", "at"])


def downgrade() -> None:
    op.drop_table("login_attempt")
    op.drop_table("login_session")
    op.drop_table("grant_of_role")
    op.drop_table("user_account")
    op.drop_table("unit")
