"""The paper: every official word, the numbers of the rules, and nothing that does not count."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from selfcheck.checks import questionnaire
from selfcheck.checks.questionnaire import load_questionnaires
from selfcheck.checks.report import (
    Filled,
    PrintedMeasure,
    PrintedReview,
    filename_of,
    filename_of_empty,
    write_empty,
    write_report,
)
from selfcheck.checks.scoring import Answers, score
from selfcheck.config import Contact

OFFICIAL = load_questionnaires(Path(questionnaire.__file__).parent / "questionnaires")["2025-05-07"]
STATEMENTS = [one.id for one in OFFICIAL.statements]
PAST, PLANNED, NEXT = "Zwei Schulungen.", "Drei Formulare übersetzen.", "Öffnungszeiten\nWegweiser"
CONTACT = Contact(office="Büro für Integration", email="buero@stadt.example", phone="0 12 34")


def make_filled(points=(4, 3, 2, 4, 3, 2, 5, 3), *, texts=None, choices=None, **changes) -> Filled:
    answers = Answers(
        points=dict(zip(STATEMENTS, points, strict=True)), texts=texts or {}, choices=choices or {}
    )
    return Filled(
        **{
            "unit_number": "33/1 ä",
            "unit_label": "33/1 ä Bürgeramt",
            "checked_on": date(2026, 3, 2),
            "submitted_by": "Erika Muster",
            "submitted_at": datetime(2026, 3, 3, 14, 3, tzinfo=UTC),
            "answers": answers,
            "result": score(OFFICIAL, answers),
            **changes,
        }
    )


def pages_of(content: bytes) -> list[str]:
    """Return the text of each page, without the blanks and breaks that are only typography."""
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
    # A hyphen at the end of a line is taken for one of typography; there are none of those.
    typography = {"\N{NO-BREAK SPACE}": " ", "\N{ZERO WIDTH SPACE}": "", "\x02": "-"}
    return [" ".join(page.translate(str.maketrans(typography)).split()) for page in pages]


def report_of(filled: Filled) -> str:
    return " ".join(pages_of(write_report(OFFICIAL, filled, contact=CONTACT, city="Dresden")))


@pytest.fixture(scope="module")
def empty() -> bytes:
    return write_empty(OFFICIAL, contact=CONTACT, city="Dresden")


def official_words() -> list[str]:
    words = [OFFICIAL.title, OFFICIAL.unit_label, OFFICIAL.date_label, OFFICIAL.instruction]
    words += [f"{answer.label} ({answer.points})" for answer in OFFICIAL.scale]
    for category in OFFICIAL.categories:
        words += [category.title, *(f"{one.number}. {one.text}" for one in category.statements)]
    for follow_up in OFFICIAL.follow_ups:
        words += [follow_up.condition.wording] if follow_up.condition else []
        words.append(follow_up.text)
    return [*words, OFFICIAL.thanks]


def missing_in(text: str, words: list[str]) -> list[str]:
    """Return what does not stand there; a line may end after a slash, which adds a blank."""
    squeezed = text.replace(" ", "")
    return [one for one in words if one.replace(" ", "") not in squeezed]


def test_the_empty_questionnaire_holds_every_official_word_on_three_pages(empty):
    pages = pages_of(empty)
    words = official_words()
    words += [option.text for one in OFFICIAL.follow_ups for option in one.options]
    words += [colour.advice for colour in OFFICIAL.colours]
    words += [f"{one.label} {one.minimum}–{one.maximum}" for one in OFFICIAL.colours]
    words.append(OFFICIAL.evaluation_instruction)

    assert len(pages) == 3
    assert missing_in(" ".join(pages), words) == []
    assert "×" not in " ".join(pages)


def test_the_empty_questionnaire_has_the_empty_table_of_the_paper(empty):
    text = " ".join(pages_of(empty))
    table = text[text.index("Frage Punkte möglich") : text.index("Gesamtzahl der Punkte 40")]

    assert table == (
        "Frage Punkte möglich "
        "Sprache/Kommunikation Frage 1 5 Frage 2 5 Frage 3 5 Zwischenergebnis 15 "
        "Organisation/Behörde Frage 4 5 Frage 5 5 Zwischenergebnis 10 "
        "Interkulturelle Sensibilität/Menschenbilder "
        "Frage 6 5 Frage 7 5 Frage 8 5 Zwischenergebnis 15 "
    )


@pytest.mark.parametrize("kind", ["empty", "filled"])
def test_it_is_tagged_german_and_can_be_archived(empty, kind):
    filled = make_filled()
    written = write_report(OFFICIAL, filled, contact=CONTACT, city="Dresden")
    with pikepdf.open(BytesIO(empty if kind == "empty" else written)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "de"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        title = str(pdf.docinfo["/Title"])
        sizes = {tuple(round(float(edge)) for edge in page.mediabox) for page in pdf.pages}
    assert title == (
        OFFICIAL.title if kind == "empty" else "Selbstcheck 33/1 ä Bürgeramt, 02.03.2026"
    )
    assert sizes == {(0, 0, 595, 842)}  # A4, upright


def test_a_report_holds_every_official_word_and_the_numbers_of_the_rules():
    filled = make_filled()
    text = report_of(filled)
    result = filled.result

    assert missing_in(text, official_words()) == []
    assert "Tragen Sie die von Ihnen erreichten Punkte" not in text
    assert f"Ergebnis: {result.total} von 40 Punkten: Gelb" in text
    table = text[text.index("Frage Punkte möglich") : text.index(result.colour.advice)]
    assert table == (
        "Frage Punkte möglich "
        "Sprache/Kommunikation Frage 1 4 5 Frage 2 3 5 Frage 3 2 5 Zwischenergebnis 9 15 "
        "Organisation/Behörde Frage 4 4 5 Frage 5 3 5 Zwischenergebnis 7 10 "
        "Interkulturelle Sensibilität/Menschenbilder "
        "Frage 6 2 5 Frage 7 5 5 Frage 8 3 5 Zwischenergebnis 10 15 "
        "Gesamtzahl der Punkte 26 40 "
    )
    assert "Noch 4 Punkte bis Grün." in text
    assert "Kategorie mit dem niedrigsten Anteil an den möglichen Punkten" in text
    assert "Sprache/Kommunikation (9 von 15 Punkten)" in text
    assert "Aussagen mit der niedrigsten Punktzahl" in text
    assert text.count("(2 Punkte)") == 2
    assert [one.label for one in OFFICIAL.colours if one.advice in text] == ["Gelb"]


def test_exactly_one_answer_of_each_statement_is_marked():
    assert report_of(make_filled()).count("×") == len(STATEMENTS)


@pytest.mark.parametrize(
    ("points", "label", "distance"),
    [
        ((1,) * 8, "8 von 40 Punkten: Rot", "Noch 11 Punkte bis Gelb."),
        ((4, 4, 4, 4, 4, 3, 3, 3), "29 von 40 Punkten: Gelb", "Noch 1 Punkt bis Grün."),
        (
            (5,) * 8,
            "40 von 40 Punkten: Grün",
            (
                "Ihr Ergebnis liegt im besten Bereich der Skala. "
                "Sie haben überall die höchste Punktzahl erreicht."
            ),
        ),
    ],
)
def test_the_ends_of_the_scale(points, label, distance):
    text = report_of(make_filled(points))

    assert label in text
    assert distance in text


def test_follow_ups_stand_there_with_their_answers():
    text = report_of(
        make_filled(
            texts={
                "measures_past": PAST,
                "measures_planned": PLANNED,
                "cooperation": "Stadtteilfeste",
                "next_steps": NEXT,
            },
            choices={"cooperation": ("recruitment", "other")},
        )
    )

    assert f"umgesetzt? (bitte aufzählen) {PAST}" in text
    assert f"umgesetzt? (bitte aufzählen) {PLANNED}" in text
    assert "× Personalgewinnung" in text
    assert "× regelmäßiger Fachaustausch" not in text
    assert "× andere, und zwar …: Stadtteilfeste" in text
    assert "abzubauen? Öffnungszeiten Wegweiser" in text
    assert text.count("×") == len(STATEMENTS) + 2
    assert "keine Angabe" not in text


def test_what_is_not_asked_does_not_show_its_answer():
    text = report_of(
        make_filled(
            (3, 3, 3, 3, 2, 3, 3, 2),
            texts={"measures_past": PAST, "measures_planned": PLANNED, "cooperation": "Feste"},
            choices={"cooperation": ("recruitment", "other")},
        )
    )

    assert text.count("entfällt") == 3
    assert [one for one in (PAST, PLANNED, "Feste") if one in text] == []
    assert text.count("×") == len(STATEMENTS)
    assert text.count("keine Angabe") == 1  # the next steps


def test_measures_contact_and_thanks():
    measures = [
        PrintedMeasure("Formulare übersetzen", "Aussage 5", "Frau Arslan", "31.12.2026", "geplant"),
        PrintedMeasure("Wegweiser", "", "", "", "umgesetzt"),
    ]
    text = report_of(make_filled(measures=measures))

    assert (
        "Maßnahmen Maßnahme Aussage Verantwortlich Bis wann Stand "
        "Formulare übersetzen Aussage 5 Frau Arslan 31.12.2026 geplant "
        "Wegweiser – – – umgesetzt Bei Fragen wenden Sie sich bitte an das Büro für Integration. "
        "E-Mail: buero@stadt.example, Tel. 0 12 34 Vielen Dank! "
        "Ausgewertet von Erika Muster am 03.03.2026, 14:03 Uhr mit dem Fragebogen vom 07.05.2025."
    ) in text
    assert " Bis wann " not in report_of(make_filled())


def test_what_became_of_earlier_measures():
    reviews = [
        PrintedReview("Formulare übersetzen", "zum Teil umgesetzt"),
        PrintedReview("Wegweiser", "nicht umgesetzt"),
    ]
    text = report_of(make_filled(reviews=reviews))

    title = "Was aus früheren Maßnahmen geworden ist"
    told = text[text.index(title) : text.index("Bei Fragen")].replace("•", "")
    assert " ".join(told.split()) == (
        f"{title} zum Teil umgesetzt: Formulare übersetzen nicht umgesetzt: Wegweiser"
    )
    assert title not in report_of(make_filled())


@pytest.mark.parametrize("words", ["x" * 5_000, "#let [*_`$ 🙂 " * 300, "\n" * 60 + "Ende"])
def test_whatever_was_typed_can_be_printed(words):
    text = report_of(make_filled(texts={"measures_past": words, "next_steps": words}))

    assert words.replace("🙂", "□").strip()[-3:] in text
    assert OFFICIAL.thanks in text


def test_the_names_of_the_files_are_plain():
    assert filename_of(make_filled()) == "Selbstcheck-33-1-2026-03-02.pdf"
    assert filename_of(make_filled(unit_number="ä")) == "Selbstcheck-Einheit-2026-03-02.pdf"
    assert filename_of_empty(OFFICIAL) == "Selbstcheck-Fragebogen-2025-05-07.pdf"
