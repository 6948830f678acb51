"""What the form for a training refuses: nothing is written, and nothing typed is lost."""

from html import unescape

import pikepdf
import pytest
from client import text_of
from unit_documents import make_changed_pdf, make_pdf

from selfcheck.training.models import TrainingRecord

PDF = make_pdf("Zertifikat")
TOO_LONG = "Das ist zu lang; möglich sind {} Zeichen."
NO_DAY = "Kein gültiges Datum."
NO_CHOICE = "Keine gültige Auswahl."
NO_NUMBER = "Das ist keine Zahl; erwartet wird eine Zahl, z. B. 7,5."
INVISIBLE = "Hier stehen unsichtbare Zeichen"
END_FIRST = "Das Ende liegt vor dem Beginn."
TOO_LONG_TRAINING = "Mehr als 2.000 Stunden sind nicht möglich."
NOBODY = "Bitte geben Sie an, für wen"
NOT_THERE = "In Ihren Einheiten gibt es diese Personalnummern nicht: „{}“."
TOO_MANY = "Bitte höchstens 500 Personen auf einmal."
AFTER_THE_END = "Das Original kann erst nach dem Ende der Schulung (14.03.2024) vorgelegen haben."


def make_script_pdf():
    def add_script(pdf):
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        pdf.Root.OpenAction = script

    return make_changed_pdf(add_script)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Bitte geben Sie den Titel an."),
        ("title", "   ", "Bitte geben Sie den Titel an."),
        ("title", "x" * 500, TOO_LONG.format(300)),
        ("title", "Viel\u200bfalt", INVISIBLE),
        ("provider", "", "Bitte geben Sie den Anbieter an."),
        ("provider", "x" * 201, TOO_LONG.format(200)),
        ("area", "Kochen", NO_CHOICE),
        ("format", "", NO_CHOICE),
        ("origin", "intern", NO_CHOICE),
        ("first_day", "", "Bitte geben Sie den ersten Tag an."),
        ("first_day", "30.02.2024", NO_DAY),
        ("first_day", "2024-02-30", NO_DAY),
        ("first_day", "14.03.0026", "Das Jahr 26 kann nicht stimmen."),
        ("first_day", "14.03.24", NO_DAY),  # of which century?
        ("last_day", "30.02.2024", NO_DAY),
        ("last_day", "2024-03-13", END_FIRST),
        ("last_day", "31.12.9999", "Das Jahr 9999 kann nicht stimmen."),
        ("amount", "", "Bitte geben Sie den Umfang an."),
        ("amount", "0", "Der Umfang muss größer als 0 sein."),
        ("amount", "-6", "Der Umfang muss größer als 0 sein."),
        ("amount", "0,01", "Der Umfang muss größer als 0 sein."),  # not even a minute
        ("amount", "10000", TOO_LONG_TRAINING),
        ("amount", "10.000,0", TOO_LONG_TRAINING),
        ("amount", "9" * 5000, NO_NUMBER),
        ("amount", "1.234", "erwartet wird 1234 oder 1,234"),
        ("amount", "10.000", "erwartet wird 10000 oder 10,000"),
        ("amount", "abc", NO_NUMBER),
        ("amount", "8 UE", NO_NUMBER),
        ("amount", "NaN", NO_NUMBER),
        ("amount", "1e9", NO_NUMBER),
        ("length_unit", "Tage", NO_CHOICE),
        ("numbers", "", NOBODY),
        ("numbers", " ,;\n", NOBODY),
        ("numbers", "0071 999", NOT_THERE.format("999")),
        ("numbers", "5004", NOT_THERE.format("5004")),  # of another office
        ("numbers", "71", NOT_THERE.format("71")),  # zeros in front count
        ("numbers", " ".join(map(str, range(501))), TOO_MANY),
        ("seen_on", "2026-11-25", "Dieser Tag kommt erst noch."),
        ("seen_on", "2024-03-13", AFTER_THE_END),
        ("seen_on", "31.04.2024", NO_DAY),
    ],
)
def test_a_fault_stands_beside_its_field_and_on_top(office, field, value, sentence):
    before = office.everything()
    chosen = {"people": "" if field == "numbers" else str(office.people["0082"])}
    sent = office.typed(**{**chosen, "last_day": "2024-03-14", "amount": "7,5", field: value})
    page = office.send("/schulungen/neu", sent, (PDF, "a.pdf"))
    office.check_refused(page, field, sentence)
    assert office.everything() == before
    shown = office.fields(page).to_dict()
    # Of a choice that does not exist, and of blanks around a word, nothing can stand there.
    assert {name: sent[name] for name in sent if name != field}.items() <= shown.items()
    if sentence is not NO_CHOICE:
        assert shown[field] in {value, value.strip()}


def test_all_faults_are_named_at_once(office):
    page = office.record(title="", first_day="30.02.2024", amount="abc", numbers="0071")
    assert "3 Angaben fehlen oder stimmen noch nicht" in text_of(page)
    for field, sentence in [
        ("title", "Bitte geben Sie den Titel an."),
        ("first_day", NO_DAY),
        ("amount", NO_NUMBER),
    ]:
        office.check_refused(page, field, sentence)


def test_unknown_and_foreign_numbers_are_refused_in_the_same_words(office):
    answers = []
    for number in ("9999", "5004"):
        page = office.record(numbers=number)
        assert page.status_code == 400
        answers.append(text_of(page).replace(number, "…"))
    assert answers[0] == answers[1]


def test_many_unknown_numbers_are_not_all_repeated(office):
    words = text_of(office.record(numbers=" ".join(f"x{one}" for one in range(400))))
    assert "„x9“" in words
    assert "„x10“" not in words


def test_five_hundred_people_are_possible(office):
    numbers = [f"N{one}" for one in range(499)]
    for number in numbers:
        office.put(number, "33")
    page = office.record(numbers=" ".join([*numbers, "0071", "0071"]))
    assert page.status_code == 302
    assert office.count(TrainingRecord) == [500]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (PDF, "Zertifikat.exe", "endet auf „.exe“, enthält aber ein PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Bild.png", "ist eine Vektorgrafik (SVG)"),
        (
            make_changed_pdf(encryption=pikepdf.Encryption(user="geheim", owner="geheim")),
            "Zertifikat.pdf",
            "mit einem Kennwort geschützt",
        ),
        (make_script_pdf(), "Zertifikat.pdf", "enthält JavaScript"),
        (b"<!DOCTYPE html><p>\n" + PDF, "Zertifikat.pdf", "vor dem noch etwas anderes steht"),
        (PDF[:9] + b"%<html>\n" + PDF[9:], "Zertifikat.pdf", "eine Webseite (HTML)"),
        (b"", "Zertifikat.pdf", "ist leer"),
        (b"MZ\x90", "<script>.exe", "ist ein Programm"),
        (PDF[: len(PDF) // 2], "Zertifikat.pdf", "beschädigt"),
    ],
    ids=["exe", "svg", "encrypted", "script", "html first", "html within", "empty", "exe2", "half"],
)
def test_a_refused_file_leaves_nothing_behind(office, content, name, sentence):
    before = office.everything()
    sent = office.typed(numbers="0071 0082", title="Größe & „Maß“ <b>")
    page = office.send("/schulungen/neu", sent, (PDF, "gut.pdf"), (content, name))
    office.check_refused(page, "files", sentence)
    assert "„" in unescape(page.text).split('id="files-error"')[1]
    assert "<script>.exe" not in page.text
    assert office.everything() == before
    assert sent.items() <= office.fields(page).to_dict().items()
