"""Trainings, their evidence, and questions to the commissioner."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AREAS = (
    "demokratische Kompetenz",
    "interkulturelle Kompetenz",
    "Mehrsprachigkeit",
    "bürgernahe Kommunikation",
)
FORMATS = (
    "Präsenzschulung",
    "Online-Schulung",
    "E-Learning",
    "Fachtagung",
    "Fachkongress",
)


def words(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column(
            "media_type",
            words("application/pdf", "image/png", "image/jpeg", name="mediatype_known"),
            nullable=False,
        ),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["user_account.id"], name="fk_certificate_uploaded_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
    )
    op.create_index("ix_certificate_sha256", "certificate", ["sha256"])
    op.create_index("ix_certificate_uploaded_by_id", "certificate", ["uploaded_by_id"])

    op.create_table(
        "certificate_content",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name="fk_certificate_content_certificate_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("certificate_id", name="pk_certificate_content"),
    )
    op.create_table(
        "certificate_waiting_text",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name="fk_certificate_waiting_text_certificate_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("certificate_id", name="pk_certificate_waiting_text"),
    )

    op.create_table(
        "recognition_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("format", words(*FORMATS, name="format_known"), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("proposed_area", words(*AREAS, name="proposed_area_known"), nullable=True),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column(
            "outcome",
            words("recognised", "rejected", "withdrawn", name="outcome_known"),
            nullable=True,
        ),
        sa.Column("area", words(*AREAS, name="area_known"), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)"
            " AND (outcome IS NOT NULL AND outcome = 'recognised') = (area IS NOT NULL)",
            name=op.f("ck_recognition_question_decided_in_full"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name="fk_recognition_question_asked_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name="fk_recognition_question_certificate_id"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name="fk_recognition_question_decided_by_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_recognition_question_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recognition_question"),
    )
    op.create_index("ix_recognition_question_unit_id", "recognition_question", ["unit_id"])

    op.create_table(
        "training_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("title_key", sa.String(length=900), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("area", words(*AREAS, name="area_known"), nullable=True),
        sa.Column("format", words(*FORMATS, name="format_known"), nullable=False),
        sa.Column(
            "origin",
            words("zentral", "extern", "außerhalb der Dienstzeit", name="origin_known"),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("length_unit", words("h", "UE", name="lengthunit_known"), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column(
            "area_before_question",
            words(*AREAS, name="area_before_question_known"),
            nullable=True,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_training_record_ends_after_its_start")
        ),
        sa.CheckConstraint("duration_minutes > 0", name=op.f("ck_training_record_lasts")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_training_record_person_id"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["recognition_question.id"], name="fk_training_record_question_id"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name="fk_training_record_recorded_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_training_record"),
    )
    op.create_index("ix_training_record_person_id", "training_record", ["person_id"])
    op.create_index("ix_training_record_question_id", "training_record", ["question_id"])
    op.create_index(
        "uq_training_record_person_id_title_key_first_day_last_day",
        "training_record",
        ["person_id", "title_key", "first_day", "last_day"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )

    op.create_table(
        "training_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            words(
                "corrected",
                "withdrawn",
                "evidence-added",
                "evidence-removed",
                "question-asked",
                "question-withdrawn",
                "decided",
                name="recordevent_known",
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name="fk_training_event_actor_id"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["training_record.id"], name="fk_training_event_record_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_training_event"),
    )
    op.create_index("ix_training_event_record_id", "training_event", ["record_id"])

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            words("certificate", "seen", "central", name="evidencekind_known"),
            nullable=False,
        ),
        sa.Column("certificate_id", sa.Uuid(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'certificate') = (certificate_id IS NOT NULL)"
            " AND (kind = 'seen') = (seen_on IS NOT NULL)",
            name=op.f("ck_evidence_complete_for_its_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name="fk_evidence_added_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name="fk_evidence_certificate_id"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["training_record.id"], name="fk_evidence_record_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_certificate_id", "evidence", ["certificate_id"])
    op.create_index(
        "uq_evidence_record_id_certificate_id",
        "evidence",
        ["record_id", "certificate_id"],
        unique=True,
    )
    op.create_index(
        "uq_evidence_record_id_kind",
        "evidence",
        ["record_id", "kind"],
        unique=True,
        sqlite_where=sa.text("certificate_id IS NULL"),
        postgresql_where=sa.text("certificate_id IS NULL"),
    )

    # A ZIP of certificates that was sent with a list.
    op.add_column("upload", sa.Column("attachment", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("upload", "attachment")
    op.drop_table("evidence")
    op.drop_table("training_event")
    op.drop_table("training_record")
    op.drop_table("recognition_question")
    op.drop_table("certificate_waiting_text")
    op.drop_table("certificate_content")
    op.drop_table("certificate")
