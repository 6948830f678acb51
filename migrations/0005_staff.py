"""People, their assignments, and rosters that were applied."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


# Names of accounts are sorted like those of staff: by letters of the alphabet alone.
PLAIN_LETTERS = {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}


def upgrade() -> None:
    for letter, plain in PLAIN_LETTERS.items():
        op.execute(
            sa.text(
                "UPDATE user_account SET sort_key = replace(sort_key, :letter, :plain)"
            ).bindparams(letter=letter, plain=plain)
        )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=50), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.String(length=800), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("number", name="uq_person_number"),
    )
    op.create_index("ix_person_sort_key", "person", ["sort_key"])

    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("is_manager", sa.Boolean(), nullable=False),
        sa.Column("has_citizen_contact", sa.Boolean(), nullable=False),
        sa.Column("does_media_work", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_assignment_ends_after_its_start")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_assignment_person_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_assignment_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment"),
    )
    op.create_index("ix_assignment_unit_id", "assignment", ["unit_id"])
    op.create_index(
        "uq_assignment_person_id_first_day", "assignment", ["person_id", "first_day"], unique=True
    )

    op.create_table(
        "staff_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["user_account.id"], name="fk_staff_import_applied_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["taken_back_by_id"], ["user_account.id"], name="fk_staff_import_taken_back_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_import"),
    )
    op.create_index("ix_staff_import_applied_by_id", "staff_import", ["applied_by_id"])

    op.create_table(
        "staff_import_change",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "touched",
            sa.Enum(
                "person",
                "assignment",
                name="touched_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["staff_import.id"], name="fk_staff_import_change_import_id"
        ),
        sa.PrimaryKeyConstraint("import_id", "position", name="pk_staff_import_change"),
    )


def downgrade() -> None:
    op.drop_table("staff_import_change")
    op.drop_table("staff_import")
    op.drop_table("assignment")
    op.drop_table("person")
