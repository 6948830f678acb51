"""Certificates of the demo city: real PDFs, made as the application makes every PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from uuid import UUID

from selfcheck.accounts.models import User
from selfcheck.demo.aims import Aim
from selfcheck.demo.checks import LAST_DAY
from selfcheck.demo.courses import choose_single
from selfcheck.demo.trainings import (
    Desk,
    Trainings,
    moment_after,
    prove_by_certificate,
    prove_by_sight,
)
from selfcheck.documents import Document, inspect, text_of
from selfcheck.reports.typst_pdf import compile_pdf
from selfcheck.staff.models import Person
from selfcheck.training.inputs import TrainingInput
from selfcheck.training.kinds import Area, LengthUnit
from selfcheck.training.lengths import amount_of, describe_minutes
from selfcheck.training.mandate import Group
from selfcheck.training.models import Certificate, CertificateContent, TrainingRecord, WaitingText
from selfcheck.training.record_service import entered_in
from selfcheck.training.standing import State

TEMPLATE = Path(__file__).with_name("certificate.typ")
MOST_SINGLE = 130
LIST_LENGTH = 18
INNER_QUOTES = str.maketrans("„“", "‚‘")
SCANNED_FIRST = ("33", "50")
WAITING_OFFICE = "33"
WAITING_UPLOAD = datetime.combine(LAST_DAY, time(9, 12), tzinfo=UTC)
PLACES = ("Elbstadt", "Neustadt", "Mühlberg")
SIGNERS = ("Dr. Wiebke Harms", "Prof. Dr. Anselm Rüter", "Tamara Quandt", "Ole Brodersen")
CONTENTS = {
    Area.DEMOCRATIC: ("Begriffe und Hintergründe", "Handlungssicherheit im Amt", "Fallbeispiele"),
    Area.INTERCULTURAL: ("Kultur und Kommunikation", "Eigene Prägungen", "Übungen zum Alltag"),
    Area.MULTILINGUAL: ("Hörverstehen", "Freies Sprechen", "Wortschatz"),
    Area.PLAIN_COMMUNICATION: ("Regeln verständlicher Texte", "Werkstatt mit eigenen Schreiben"),
}


@dataclass(frozen=True)
class Kept:
    """A certificate and its bytes; the bytes are stored once the certificate is."""

    certificate: Certificate
    document: Document
    waiting_text: str = ""

    def contents(self) -> list[CertificateContent | WaitingText]:
        """Return what belongs to the certificate in other tables."""
        number = self.certificate.id
        content = CertificateContent(certificate_id=number, content=self.document.content)
        if not self.certificate.is_waiting:
            return [content]
        return [content, WaitingText(certificate_id=number, text=self.waiting_text)]


def make_certificates(desk: Desk, made: Trainings) -> list[Kept]:
    """Prove what is to be proved by a file: a list for each group, some single ones.

    For the rest of those alone somebody saw the original.
    """
    kept = []
    for course, everybody in made.on_lists.items():
        for start in range(0, len(everybody), LIST_LENGTH):
            records = everybody[start : start + LIST_LENGTH]
            at = max(moment_after(desk, record) for record in records)
            kept.append(certify(desk, records, desk.officers.get(course.office), at))
    alone = sorted(made.alone, key=lambda pair: pair[0] not in SCANNED_FIRST)
    for office, record in alone[:MOST_SINGLE]:
        at = moment_after(desk, record)
        kept.append(certify(desk, [record], desk.officers.get(office), at))
    for office, record in alone[MOST_SINGLE:]:
        prove_by_sight(record, desk.officers.get(office), moment_after(desk, record))
    return kept


def certify(desk: Desk, records: Sequence[TrainingRecord], user: User | None, at: datetime) -> Kept:
    """Make one certificate for all who took part, and let it prove their records."""
    document = _print(desk, entered_in(records[0]), [record.person for record in records])
    kept = _keep(desk, document, user, at)
    for record in records:
        prove_by_certificate(record, kept.certificate, user, at)
    return kept


def make_waiting_certificates(desk: Desk, aims: Sequence[Aim], made: Trainings) -> list[Kept]:
    """Leave three files that an officer uploaded and has yet to assign.

    Two prove what is entered without evidence, one a training that nobody has entered.
    """
    own = [aim for aim in aims if aim.office == WAITING_OFFICE and aim.group is Group.EMPLOYEES]
    lacking = [aim.person for aim in own if aim.state is State.NO_EVIDENCE][:2]
    untrained = next(aim.person for aim in own if aim.state is State.NO_TRAINING)
    entered = {record.person: entered_in(record) for record in made.records}
    new = choose_single(desk.random, State.FULFILLED, [Area.INTERCULTURAL])
    trained = [(person, entered[person]) for person in lacking]
    waiting = []
    for person, training in (*trained, (untrained, new)):
        document = _print(desk, training, [person])
        kept = _keep(desk, document, desk.officers[WAITING_OFFICE], WAITING_UPLOAD)
        kept.certificate.is_waiting = True
        waiting.append(Kept(kept.certificate, document, text_of(document)))
    return waiting


def _print(desk: Desk, entered: TrainingInput, people: Sequence[Person]) -> Document:
    issued = entered.last_day
    data = {
        "heading": "Teilnahmebescheinigung" if len(people) == 1 else "Teilnahmeliste",
        "provider": entered.provider,
        "title": f"„{entered.title.translate(INNER_QUOTES)}“",
        "days": _describe_days(entered.first_day, entered.last_day),
        "length": _describe_length(entered),
        "format": entered.format.value,
        "contents": CONTENTS[entered.area] if entered.area else (),
        "people": [
            {"name": f"{one.first_name} {one.last_name}", "number": one.number} for one in people
        ],
        "place": desk.random.choice(PLACES),
        "issued_on": f"{issued:%d.%m.%Y}",
        "issued": {"year": issued.year, "month": issued.month, "day": issued.day},
        "signer": desk.random.choice(SIGNERS),
    }
    name = people[0].last_name if len(people) == 1 else entered.title
    return inspect(compile_pdf(TEMPLATE, data), f"{data['heading']} {name} {issued}.pdf")


def _keep(desk: Desk, document: Document, user: User | None, at: datetime) -> Kept:
    certificate = Certificate(
        id=UUID(int=desk.random.getrandbits(128), version=4),
        sha256=document.sha256,
        filename=document.filename,
        media_type=document.media_type,
        size_bytes=len(document.content),
        uploaded_at=at,
        uploaded_by_id=user.id if user else None,
        is_waiting=False,
    )
    return Kept(certificate, document)


def _describe_days(first_day: date, last_day: date) -> str:
    if first_day == last_day:
        return f"am {last_day:%d.%m.%Y}"
    return f"vom {first_day:%d.%m.%Y} bis {last_day:%d.%m.%Y}"


def _describe_length(entered: TrainingInput) -> str:
    if entered.length_unit is LengthUnit.LESSONS:
        return f"{amount_of(entered.duration_minutes, LengthUnit.LESSONS):f} UE"
    return describe_minutes(entered.duration_minutes).replace("Std.", "Stunden")
