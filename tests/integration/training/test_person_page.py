"""One person's page: the verdict, each training with what is wrong with it, and the history."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
import time_machine
from access_things import make_question
from client import text_of
from factories import LONG_AGO, make_certificate, make_person, make_training

from selfcheck.db import db
from selfcheck.staff.models import Assignment, Person
from selfcheck.training.kinds import Area, EvidenceKind, LengthUnit, Outcome, RecordEvent
from selfcheck.training.models import Evidence, RecognitionQuestion, TrainingEvent

EMPLOYEE, MANAGER = {"has_citizen_contact": True}, {"is_manager": True}
NEEDED = (
    "Noch nicht erfüllt. Nötig ist eine Schulung von mindestens 6 Stunden ({}), abgeschlossen bis "
    "zum 31.12.2026."
)
FOR_EMPLOYEES = NEEDED.format(
    "demokratische Kompetenz, interkulturelle Kompetenz, Mehrsprachigkeit oder bürgernahe "
    "Kommunikation"
)
FOR_MANAGERS = NEEDED.format("demokratische Kompetenz oder interkulturelle Kompetenz")
MISSES = "Noch nicht erfüllt. Es fehlt nur {} für „Vielfalt“."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-24T10:00:00+01:00") as traveller:
        yield traveller


@pytest.fixture
def put(app, world):
    """Make somebody with trainings; returns the address of the page."""

    def put_in_app(*trainings, unit="33", **changes):
        with app.app_context():
            person = make_person("007", unit=world.unit_ids[unit], **changes)
            for one in trainings:
                outcome = one.get("question", "")
                described = {key: value for key, value in one.items() if key != "question"}
                described = {"title": "Vielfalt", "evidence": True} | described
                record = make_training(person, **described)
                if "question" in one:
                    record.question = make_question(world, "33")
                    record.question.outcome = outcome
                    record.question.decided_at = LONG_AGO if outcome else None
            db.session.commit()
            return f"/personal/{person.id}"

    return put_in_app


def verdict_on(page):
    """Return the badge with the group, and the sentence."""
    section = page.text.split('<section class="verdict')[1].split("</section>")[0]
    _, badge, sentence = re.split(r"<p[^>]*>", section)
    return [
        re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", part))).strip()
        for part in (badge, sentence)
    ]


def trainings_on(page):
    """Return title, badge and reasons of each training."""
    found = []
    for part in page.text.split('<li class="training"')[1:]:
        title = re.search(r"<h3>(.*?)</h3>", part)[1]
        badge = re.search(r'<span class="badge[^>]*>(.*?</span>)?([^<>]+)</span>', part, re.DOTALL)
        reasons = re.search(r'<ul class="reasons">(.*?)</ul>', part, re.DOTALL)
        each = re.findall(r"<li>(.*?)</li>", reasons[1]) if reasons else []
        found.append((unescape(title), badge[2].strip(), [unescape(one) for one in each]))
    return found


SHORT = "Die Schulung dauerte 5 Std. 15 Min.; nötig sind mindestens 6 Stunden (Abschnitt 4)."
EARLY = (
    "Die Schulung endete am 31.12.2020; anerkannt werden Schulungen, die ab dem 01.01.2021 "
    "abgeschlossen wurden (Abschnitt 2)."
)
LATE = (
    "Die Schulung endet am 01.01.2027; der Schulungsauftrag läuft nur bis 31.12.2026 (Abschnitt 2)."
)
NOT_YET = "Die Schulung endet erst am 10.12.2026, nach dem Stichtag 24.11.2026 (Abschnitt 2)."
REJECTED = (
    "Das Büro der Integrations- und Ausländerbeauftragten hat die Schulung nicht anerkannt "
    "(Abschnitt 7)."
)
ASKED = "Die Anerkennung ist angefragt; die Schulung zählt, sobald sie anerkannt ist (Abschnitt 7)."
OTHER = (
    "Die Schulung zählt, erfüllt den Auftrag aber nicht: Für Führungskräfte ist demokratische "
    "Kompetenz oder interkulturelle Kompetenz nötig, diese gehört zu „Mehrsprachigkeit“ "
    "(Abschnitt 4)."
)
NO_AREA = "Der Kompetenzbereich ist noch nicht geklärt (Abschnitt 4)."
NO_PROOF = "Es fehlt ein Nachweis (Abschnitt 6)."
AREAS = FOR_EMPLOYEES.split("(")[1].split(")")[0]


@pytest.mark.parametrize(
    ("training", "sentence", "reasons"),
    [
        ({"evidence": False}, MISSES.format("der Nachweis"), [NO_PROOF]),
        ({"area": None}, MISSES.format(f"der Kompetenzbereich ({AREAS})"), [NO_AREA]),
        (
            {"area": None, "question": None},
            MISSES.format("die Entscheidung über die Anerkennung"),
            [ASKED],
        ),
        (
            {"first_day": date(2026, 12, 10)},
            MISSES.format("der Abschluss am 10.12.2026"),
            [NOT_YET],
        ),
        ({"duration_minutes": 315}, FOR_EMPLOYEES, [SHORT]),
        ({"first_day": date(2020, 12, 31)}, FOR_EMPLOYEES, [EARLY]),
        ({"first_day": date(2026, 12, 31), "last_day": date(2027, 1, 1)}, FOR_EMPLOYEES, [LATE]),
        ({"question": Outcome.REJECTED}, FOR_EMPLOYEES, [REJECTED]),
        (
            {"area": None, "evidence": False},
            (
                "Noch nicht erfüllt. Es fehlen nur der Nachweis und der Kompetenzbereich "
                f"({AREAS}) für „Vielfalt“."
            ),
            [NO_PROOF, NO_AREA],
        ),
        (  # everything at once, each reason with its section
            {
                "area": None,
                "evidence": False,
                "duration_minutes": 315,
                "first_day": date(2020, 12, 31),
            },
            FOR_EMPLOYEES,
            [NO_PROOF, NO_AREA, EARLY, SHORT],
        ),
    ],
)
def test_what_is_missing_is_said_in_a_sentence_and_at_the_training(
    client_of, put, training, sentence, reasons
):
    page = client_of("officer33").get(put(training, **EMPLOYEE))
    assert verdict_on(page) == ["offen Schulungsauftrag 2026, Beschäftigte", sentence]
    assert trainings_on(page) == [("Vielfalt", "zählt nicht", reasons)]


def test_without_a_training_the_page_says_what_is_needed(client_of, put):
    address = put(**MANAGER | EMPLOYEE)
    page = client_of("officer33").get(address)
    assert verdict_on(page) == ["offen Schulungsauftrag 2026, Führungskräfte", FOR_MANAGERS]
    assert trainings_on(page) == []
    assert "Anerkannt werden auch Schulungen, die seit dem 01.01.2021" in text_of(page)
    words = text_of(client_of("head33").get(address))
    assert "Noch ist keine Schulung eingetragen." in words
    assert "Anerkannt werden auch" not in words


def test_a_training_that_fulfils_is_named_with_its_day(client_of, put):
    later = {"title": "Später", "first_day": date(2025, 1, 1)}
    evening = {"first_day": date(2020, 10, 1), "last_day": date(2021, 1, 29)}
    evening |= {"duration_minutes": 1800, "length_unit": LengthUnit.LESSONS}
    page = client_of("officer33").get(put(later, evening, **MANAGER))
    assert verdict_on(page) == [
        "erfüllt Schulungsauftrag 2026, Führungskräfte",
        "Auftrag erfüllt durch „Vielfalt“ am 29. Januar 2021.",
    ]
    assert trainings_on(page) == [("Später", "anerkannt", []), ("Vielfalt", "anerkannt", [])]
    words = text_of(page)
    assert "Volkshochschule · 01.10.2020 bis 29.01.2021 · 40 UE = 30 Std." in words
    assert "Volkshochschule · 01.01.2025 · 6 Std." in words


def test_a_managers_language_course_counts_but_does_not_fulfil(client_of, put):
    page = client_of("officer33").get(put({"area": Area.MULTILINGUAL}, **MANAGER))
    assert verdict_on(page)[1] == FOR_MANAGERS
    assert trainings_on(page) == [("Vielfalt", "zählt, erfüllt aber nicht", [OTHER])]


def test_a_managers_language_course_without_proof_does_not_count(client_of, put):
    page = client_of("officer33").get(
        put({"area": Area.MULTILINGUAL, "evidence": False}, **MANAGER)
    )
    assert trainings_on(page) == [("Vielfalt", "zählt nicht", [NO_PROOF, OTHER])]


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        (
            {},
            [
                "nicht in der Zielgruppe Schulungsauftrag 2026",
                "Gehört nicht zur Zielgruppe und muss nichts nachweisen.",
            ],
        ),
        (
            EMPLOYEE | {"last_day": date(2026, 11, 23)},
            [
                "ausgeschieden Schulungsauftrag 2026, Beschäftigte",
                "Ist ausgeschieden und zählt in keiner Auswertung nach dem letzten Tag.",
            ],
        ),
        (
            MANAGER | {"first_day": date(2026, 11, 25)},
            [
                "zurzeit nicht hier Schulungsauftrag 2026, Führungskräfte",
                (
                    "Gehört zurzeit zu keiner Einheit und zählt ab dem ersten Tag der nächsten "
                    "Zuordnung."
                ),
            ],
        ),
        (
            EMPLOYEE | {"last_day": date(2026, 11, 24)},  # the last day still counts
            [
                "erfüllt Schulungsauftrag 2026, Beschäftigte",
                "Auftrag erfüllt durch „Vielfalt“ am 14. März 2024.",
            ],
        ),
    ],
)
def test_whoever_is_not_asked_for_anything_is_told_so(client_of, put, changes, verdict):
    assert verdict_on(client_of("officer33").get(put({}, **changes))) == verdict


def test_where_somebody_worked_is_shown_with_todays_marked(app, world, client_of, put):
    address = put(first_day=date(2020, 1, 1), last_day=date(2026, 6, 30), **MANAGER)
    with app.app_context():
        unit_id, person_id = world.unit_ids["33.1"], int(address.rpartition("/")[2])
        days = {"first_day": date(2026, 7, 1), "last_day": None}
        db.session.add(Assignment(person_id=person_id, unit_id=unit_id, **days))
        db.session.commit()
    page = client_of("officer33").get(address)
    parts = page.text.split('<ul class="plain-list history">')[1].split("</ul>")[0].split("<li")[1:]
    assert "33.1 Einheit 33.1" in parts[0]
    assert "ab 01.07.2026 (heute)" in parts[0]
    assert "nicht in der Zielgruppe" in parts[0]
    assert "33 Einheit 33" in parts[1]
    assert "ab 01.01.2020 bis 30.06.2026<br>" in parts[1]
    assert "Führungskraft" in parts[1]
    assert "(heute)" not in parts[1]


BUTTONS = (
    *("Schulung eintragen", "Umsetzen", "Angaben bearbeiten", "Berichtigen", "Ende eintragen"),
    *("Nachweis hinzufügen", "Zurückziehen", "Anerkennung anfragen", "Entfernen"),
)


def test_a_head_sees_everything_and_changes_nothing(client_of, put):
    address = put({"evidence": EvidenceKind.CERTIFICATE}, **EMPLOYEE)
    officer, head = (client_of(login).get(address) for login in ("officer33", "head33"))
    assert verdict_on(head) == verdict_on(officer)
    assert trainings_on(head) == trainings_on(officer)
    for word in BUTTONS:
        assert word in officer.text
        assert word not in head.text
    for page in (officer, head):
        assert "Zertifikat „Zertifikat.pdf“" in text_of(page)
        assert "Herunterladen" in page.text
    for login in ("head50", "hr", "commissioner", "admin"):
        assert client_of(login).get(address).status_code in {403, 404}


def test_withdrawn_trainings_come_last_and_are_marked(app, world, client_of, put):
    address = put({"title": "Alt", "first_day": date(2022, 1, 1)}, **EMPLOYEE)
    with app.app_context():
        person = db.session.get(Person, int(address.rpartition("/")[2]))
        new = make_training(person, title="Neu", duration_minutes=30, evidence=True)
        new.withdrawn_at = LONG_AGO
        make_training(person, title="Mitte", first_day=date(2023, 1, 1), evidence=True)
        db.session.commit()
    page = client_of("officer33").get(address)
    assert trainings_on(page) == [
        ("Mitte", "anerkannt", []),
        ("Alt", "anerkannt", []),
        ("Neu", "zurückgezogen", []),
    ]
    assert "durch „Alt“" in verdict_on(page)[1]
    last = page.text.split('<li class="training"')[3]
    for word in ("Zurückziehen", "Berichtigen", "Nachweis"):
        assert word not in last


def test_the_history_says_who_did_what_when_and_why(app, world, client_of, put):
    address = put({}, {"title": "Von einer Liste", "evidence": False}, **EMPLOYEE)
    officer, commissioner = world.user_ids["officer33"], world.user_ids["commissioner"]
    with app.app_context():
        certificate = make_certificate("Über <i>.pdf")
        proof = Evidence(kind=EvidenceKind.CERTIFICATE, certificate=certificate, record_id=1)
        proof.added_at = LONG_AGO
        at = datetime(2026, 7, 1, 10, 5, tzinfo=UTC)
        common = {"record_id": 1, "at": at}
        changes = [["Umfang", "5 Std.", "6 Std."], ["Anbieter", "", "VHS <b>"]]
        reason = "Zahlendreher <b>hier</b>"
        corrected = TrainingEvent(
            kind=RecordEvent.CORRECTED, actor_id=officer, reason=reason, changes=changes, **common
        )
        decided = TrainingEvent(kind=RecordEvent.DECIDED, actor_id=commissioner, **common)
        by_command = TrainingEvent(kind=RecordEvent.EVIDENCE_ADDED, **common)
        db.session.add_all([proof, corrected, decided, by_command])
        db.session.commit()
    page = client_of("head33").get(address)
    part = page.text.split('id="schulung-1"')[1].split("</details>")[0].split("<details")[1]
    words = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", part)))
    assert "05.01.2026, 09:00 Uhr: eingetragen mit einer Liste" in words
    assert "01.07.2026, 12:05 Uhr: berichtigt von Person officer33" in words
    assert "„Zahlendreher <b>hier</b>“" in words
    assert "Umfang: 5 Std. → 6 Std." in words
    assert "Anbieter: VHS <b>" in words
    assert "über die Anerkennung entschieden von Person commissioner" in words
    assert re.search(r"Nachweis hinzugefügt(?! von)", words)
    for raw in ("<b>hier", "VHS <b>", "Über <i>"):
        assert raw not in page.text


def test_what_the_commissioner_answered_stands_at_the_training(app, client_of, put):
    address = put({"question": Outcome.REJECTED}, **EMPLOYEE)
    with app.app_context():
        db.session.query(RecognitionQuestion).one().answer = "Zu allgemein & <u>kurz</u>"
        db.session.commit()
    for login, has_link in (("officer33", True), ("head33", False)):
        page = client_of(login).get(address)
        assert "nicht anerkannt" in text_of(page)
        assert "Zu allgemein &amp; &lt;u&gt;kurz&lt;/u&gt;" in page.text
        assert ('href="/anerkennung/' in page.text) == has_link


@pytest.mark.one_database
def test_names_with_html_are_text(client_of, put):
    names = {"last_name": "<b>Fett</b>", "first_name": "<script>alert(1)</script>"}
    page = client_of("officer33").get(put({"title": "<i>T</i>", "provider": "<u>"}, **names))
    assert "&lt;b&gt;Fett&lt;/b&gt;" in page.text
    for raw in ("<b>Fett", "<script>alert", "<i>T", "<u>"):
        assert raw not in page.text
