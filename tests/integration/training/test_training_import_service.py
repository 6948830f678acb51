"""Plan and apply lists of trainings: whose are they, what is written, what stays?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from factories import World, make_person, make_training
from flask import Flask
from queries import counted_queries
from sqlalchemy import func, select
from unit_documents import make_changed_pdf, make_zip
from unit_trainings import HEADER, LINE, line

from selfcheck.accounts.models import User
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.documents import Document, DocumentRefused
from selfcheck.errors import ConflictError
from selfcheck.lists import read_pasted
from selfcheck.organisation.models import Unit
from selfcheck.training import import_service
from selfcheck.training.certificate_folder import CertificateFiles, open_archive
from selfcheck.training.import_service import apply_plan, describe_plan, fingerprint, make_plan
from selfcheck.training.importing import COLUMNS, TrainingPlan
from selfcheck.training.kinds import Area, EvidenceKind, Outcome, RecordEvent
from selfcheck.training.models import (
    Certificate,
    CertificateContent,
    Evidence,
    RecognitionQuestion,
    TrainingEvent,
    TrainingRecord,
)

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PDF, OTHER_PDF = make_changed_pdf(), make_changed_pdf(lambda pdf: pdf.add_blank_page())


class City:
    """People 007 (unit 33.1), 008 (unit 33) and 0009 (unit 50), and lists about them."""

    def __init__(self, world: World) -> None:
        self.world = world
        units = {number: db.session.get_one(Unit, one) for number, one in world.unit_ids.items()}
        self.people = {
            number: make_person(number, unit=units[unit])
            for number, unit in {"007": "33.1", "008": "33", "0009": "50"}.items()
        }
        db.session.commit()

    def plan(
        self,
        *lines: str,
        by: str | None = None,
        files: dict[str, bytes] | None = None,
        is_central: bool = False,
        lock: bool = False,
    ) -> TrainingPlan:
        user = db.session.get_one(User, self.world.user_ids[by]) if by else None
        given = open_archive(make_zip(files), "Nachweise.zip") if files else CertificateFiles()
        return make_plan(
            read_pasted("\n".join([HEADER, *lines]), COLUMNS),
            user=user,
            files=given,
            day=TODAY,
            is_central=is_central,
            lock=lock,
        )

    def apply(self, *lines: str, by: str | None = None, **options) -> str:
        """Plan and apply a list; return its counts."""
        plan = self.plan(*lines, by=by, lock=True, **options)
        assert [str(error) for error in plan.errors] == []
        apply_plan(
            plan,
            filename="liste.csv",
            actor_id=self.world.user_ids[by] if by else None,
            is_central=options.get("is_central", False),
        )
        db.session.commit()
        return describe_plan(plan)

    def record(self, number: str = "007") -> TrainingRecord:
        query = select(TrainingRecord).where(
            TrainingRecord.person_id == self.people[number].id,
            TrainingRecord.withdrawn_at.is_(None),
        )
        return db.session.scalars(query).one()


@pytest.fixture
def city(app: Flask, world: World) -> Iterator[City]:
    with app.app_context():
        yield City(world)


def count(model: type) -> int | None:
    return db.session.scalar(select(func.count()).select_from(model))


def kinds_of(record: TrainingRecord) -> list[EvidenceKind]:
    return [one.kind for one in record.evidence]


def events_of(record: TrainingRecord) -> list[tuple]:
    return [(one.kind, one.reason, one.changes) for one in record.events]


def ask_about(record: TrainingRecord, city: City, outcome: Outcome | None) -> None:
    record.question = RecognitionQuestion(
        unit_id=city.world.unit_ids["33"],
        asked_at=NOW,
        asked_by_id=city.world.user_ids["officer33"],
        title=record.title,
        provider=record.provider,
        format=record.format,
        duration_minutes=record.duration_minutes,
        content="Inhalt",
        question="Zählt das?",
        outcome=outcome,
        decided_at=NOW if outcome else None,
    )
    db.session.commit()


def test_a_list_enters_trainings(city: City) -> None:
    assert city.apply(LINE, line(Personalnummer="0009", Kompetenz="")) == (
        "neu 2, geändert 0, unverändert 0"
    )
    record = city.record()
    assert (record.title, record.title_key, record.provider) == ("Kurs A", "kurs a", "VHS")
    assert (record.area, record.duration_minutes, record.revision) == (Area.INTERCULTURAL, 360, 1)
    assert (record.recorded_by_id, record.evidence, record.events) == (None, [], [])
    assert city.record("0009").area is None


def test_the_same_list_twice_changes_nothing(city: City) -> None:
    rows = [line(Nachweis="a.pdf"), line(Personalnummer="008", Kompetenz="", Titel="Straße")]
    city.apply(*rows, files={"a.pdf": PDF})
    before = [count(one) for one in (TrainingRecord, Evidence, Certificate, AuditEvent)]
    for _ in range(2):
        assert city.apply(*rows, files={"a.pdf": PDF}) == "neu 0, geändert 0, unverändert 2"
    assert [count(one) for one in (TrainingRecord, Evidence, Certificate, AuditEvent)] == before


def test_the_audit_trail_says_how_many_and_not_who(city: City) -> None:
    city.apply(LINE, by="officer33")
    city.apply(LINE, is_central=True)
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(one.action, one.subject, one.details, one.actor_id) for one in events] == [
        (
            "trainings-imported",
            "liste.csv",
            "neu 1, geändert 0, unverändert 0",
            city.world.user_ids["officer33"],
        ),
        ("central-trainings-imported", "liste.csv", "neu 1, geändert 0, unverändert 0", None),
    ]


def test_a_correction_stands_in_the_history(city: City) -> None:
    make_training(city.people["007"], title="KURS A", provider="VHS", duration_minutes=300)
    db.session.commit()
    assert city.apply(LINE, by="officer33") == "neu 0, geändert 1, unverändert 0"
    record = city.record()
    assert (record.title, record.duration_minutes, record.revision) == ("Kurs A", 360, 2)
    ((kind, reason, changes),) = events_of(record)
    assert (kind, reason) == (RecordEvent.CORRECTED, "Liste „liste.csv“")
    assert changes == [["Titel", "KURS A", "Kurs A"], ["Umfang", "5 Std.", "8 UE = 6 Std."]]
    assert record.events[0].actor_id == city.world.user_ids["officer33"]


def test_a_withdrawn_training_may_be_entered_again(city: City) -> None:
    make_training(city.people["007"], title="Kurs A").withdrawn_at = NOW
    db.session.commit()
    assert city.apply(LINE) == "neu 1, geändert 0, unverändert 0"


def test_one_certificate_for_two_people_and_two_trainings(city: City) -> None:
    rows = [
        line(Nachweis="Liste.pdf"),
        line(Nachweis="liste.PDF", Titel="Kurs B"),
        line(Personalnummer="0009", Nachweis="Kopie.pdf"),
    ]
    files = {"Liste.pdf": PDF, "sub/Kopie.pdf": PDF, "übrig.pdf": OTHER_PDF}
    assert city.plan(*rows, files=files).warnings == [
        "1 Datei wird in der Liste nicht genannt und nicht übernommen: „übrig.pdf“."
    ]
    city.apply(*rows, files=files)
    assert (count(Certificate), count(Evidence)) == (1, 3)
    assert db.session.scalars(select(CertificateContent.content)).all() == [PDF]
    assert not db.session.scalars(select(Certificate)).one().is_waiting


def test_a_certificate_is_added_to_a_known_training(city: City) -> None:
    city.apply(LINE)
    assert city.apply(line(Nachweis="a.pdf"), files={"a.pdf": PDF}) == (
        "neu 0, geändert 1, unverändert 0"
    )
    record = city.record()
    assert kinds_of(record) == [EvidenceKind.CERTIFICATE]
    assert events_of(record) == [
        (RecordEvent.EVIDENCE_ADDED, "Liste „liste.csv“", [["Nachweis", "", "a.pdf"]])
    ]


@pytest.mark.parametrize(("number", "expected"), [("007", 1), ("0009", 2)])
def test_a_file_is_used_again_if_it_proves_something_for_these_people(
    city: City, number: str, expected: int
) -> None:
    city.apply(line(Nachweis="a.pdf"), files={"a.pdf": PDF})
    city.apply(line(Personalnummer=number, Titel="Kurs B", Nachweis="b.pdf"), files={"b.pdf": PDF})
    assert (count(Certificate), count(Evidence)) == (expected, 2)


def test_a_file_that_the_scanner_refuses_is_an_error_of_its_row(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(document: Document) -> None:
        raise DocumentRefused("Die Datei „a.pdf“ enthält einen Virus.")

    monkeypatch.setattr(import_service, "scan_document", refuse)
    (error,) = city.plan(LINE, line(Titel="B", Nachweis="a.pdf"), files={"a.pdf": PDF}).errors
    assert (error.row, error.column) == (3, "Nachweis")
    assert "enthält einen Virus" in error.problem


@pytest.mark.parametrize("by", ["officer33", None])
def test_an_officer_reaches_the_own_people_only(city: City, by: str | None) -> None:
    rows = [LINE, line(Personalnummer="0009"), line(Personalnummer="999")]
    errors = [(one.row, one.problem) for one in city.plan(*rows, by=by).errors]
    foreign = "gehört nicht zu Ihren Einheiten"
    unknown = "steht nicht im Personalverzeichnis"
    assert errors == ([(3, foreign), (4, foreign)] if by else [(4, unknown)])
    assert city.plan(*rows[:2], by="hr", is_central=True).errors == []


def test_a_plan_with_errors_is_never_applied(city: City) -> None:
    plan = city.plan(LINE, line(Personalnummer="999"))
    with pytest.raises(ValueError, match="never applied"):
        apply_plan(plan, filename="liste.csv", actor_id=None, is_central=False)
    with pytest.raises(ValueError, match="never applied"):
        apply_plan(city.plan(LINE), filename="liste.csv", actor_id=None, is_central=True)
    assert count(TrainingRecord) == 0


def test_a_central_list_confirms_what_an_officer_had_entered(city: City) -> None:
    make_training(city.people["007"], title="Kurs A", provider="Tippfehler", evidence=True)
    db.session.commit()
    rows = [line(Herkunft="zentral", Kompetenz=""), line(Personalnummer="008", Herkunft="zentral")]
    plan = city.plan(*rows, is_central=True)
    assert "Tippfehler" not in repr(plan)
    assert city.apply(*rows, is_central=True) == "neu 2, geändert 0, unverändert 0"
    record = city.record()
    assert (record.provider, record.area, record.revision) == ("VHS", Area.INTERCULTURAL, 3)
    assert kinds_of(record) == [EvidenceKind.SEEN, EvidenceKind.CENTRAL]
    corrected, confirmed = events_of(record)
    assert corrected[:2] == (RecordEvent.CORRECTED, "Liste „liste.csv“")
    assert ["Anbieter", "Tippfehler", "VHS"] in corrected[2]
    assert confirmed == (
        RecordEvent.EVIDENCE_ADDED,
        "Liste „liste.csv“",
        [["Nachweis", "", "Bestätigung der zentralen Fortbildung"]],
    )
    assert kinds_of(city.record("008")) == [EvidenceKind.CENTRAL]
    assert city.apply(*rows, is_central=True) == "neu 0, geändert 0, unverändert 2"
    assert count(TrainingEvent) == 2


def test_a_central_list_does_not_undo_what_an_office_corrected_later(city: City) -> None:
    city.apply(LINE, is_central=True)
    city.apply(line(Anbieter="Akademie"), by="officer33")
    assert city.apply(LINE, is_central=True) == "neu 0, geändert 0, unverändert 1"
    assert city.record().provider == "Akademie"


def test_the_same_central_list_with_certificates_twice(city: City) -> None:
    row, files = line(Nachweis="a.pdf"), {"a.pdf": PDF}
    assert city.apply(row, files=files, is_central=True) == "neu 1, geändert 0, unverändert 0"
    assert kinds_of(city.record()) == [EvidenceKind.CERTIFICATE, EvidenceKind.CENTRAL]
    assert city.apply(row, files=files, is_central=True) == "neu 0, geändert 0, unverändert 1"


@pytest.mark.parametrize("outcome", [None, Outcome.REJECTED, Outcome.WITHDRAWN])
def test_what_the_commissioner_was_asked_about_stays(city: City, outcome: Outcome | None) -> None:
    record = make_training(city.people["007"], title="Kurs A", provider="Ort", area=None)
    ask_about(record, city, outcome)
    is_free = outcome is Outcome.WITHDRAWN
    assert bool(city.plan(LINE).errors) != is_free
    city.apply(line(Kompetenz="", Umfang="10"))
    assert (record.provider, record.duration_minutes) == ("VHS" if is_free else "Ort", 450)
    city.apply(LINE, is_central=True)
    assert (record.area is None) != is_free
    assert EvidenceKind.CENTRAL in kinds_of(record)


def test_the_fingerprint_changes_with_what_would_be_done(city: City) -> None:
    rows, files = [line(Nachweis="a.pdf")], {"a.pdf": PDF}
    first = fingerprint(city.plan(*rows, files=files))
    assert fingerprint(city.plan(*rows, files=files, lock=True)) == first
    assert fingerprint(city.plan(*rows, files={"a.pdf": OTHER_PDF})) != first
    make_training(city.people["007"], title="Kurs A")
    changed = fingerprint(city.plan(*rows, files=files))
    assert changed != first
    city.record().provider = "Andere"
    assert fingerprint(city.plan(*rows, files=files)) not in {first, changed}


def test_a_central_fingerprint_tells_nothing_about_the_offices(city: City) -> None:
    first = fingerprint(city.plan(LINE, is_central=True))
    make_training(city.people["007"], title="Kurs A", provider="Geheim")
    assert fingerprint(city.plan(LINE, is_central=True)) == first


def test_a_training_entered_meanwhile_is_a_conflict(city: City) -> None:
    plan = city.plan(LINE, line(Personalnummer="008"))
    make_training(city.people["008"], title="Kurs A")
    db.session.commit()
    with pytest.raises(ConflictError, match="Inzwischen"):
        apply_plan(plan, filename="liste.csv", actor_id=None, is_central=False)
    db.session.commit()  # what was begun is undone, not the rest of the transaction
    assert (count(TrainingRecord), count(AuditEvent)) == (1, 0)


@pytest.mark.parametrize("is_central", [False, True])
def test_the_number_of_statements_does_not_grow_with_the_rows(
    app: Flask, city: City, is_central: bool
) -> None:
    def statements_for(rows: list[str]) -> int:
        with counted_queries(app) as statements:
            city.apply(*rows, by=None if is_central else "officer33", is_central=is_central)
        return len(statements)

    def rows_of(provider: str, titles: range) -> list[str]:
        return [line(Titel=f"Kurs {one}", Anbieter=provider) for one in titles]

    few, many = range(2), range(100, 500)
    assert statements_for(rows_of("VHS", few)) == statements_for(rows_of("VHS", many))
    assert statements_for(rows_of("Neu", few)) == statements_for(rows_of("Neu", many))


def test_progress_counts_to_the_end(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    make_training(city.people["007"], title="Kurs 0")
    plan = city.plan(*[line(Titel=f"Kurs {one}") for one in range(1_201)], lock=True)
    told: list[tuple[int, int]] = []
    apply_plan(
        plan,
        filename="liste.csv",
        actor_id=None,
        is_central=False,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1_000, 1_201), (1_200, 1_201), (1_201, 1_201)]
