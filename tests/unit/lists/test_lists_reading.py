import datetime as dt

import pytest

from selfcheck.lists import (
    CellError,
    Column,
    ListRefused,
    calendar_date,
    or_empty,
    read_list,
    read_pasted,
    text,
    yes_no,
)

NUMBER = Column("Nummer", text(max_length=20))
NAME = Column("Bezeichnung", or_empty(text(max_length=50)))
START = Column("Gültig ab", or_empty(calendar_date))
SHORT = Column("Kürzel", or_empty(text(max_length=9)), optional=True)
LEADS = Column("Führungskraft", yes_no, optional=True)
COLUMNS = [NUMBER, NAME, START, SHORT, LEADS]
HEADER = "Nummer;Bezeichnung;Gültig ab\n"


def read(content):
    return read_list(content.encode(), "liste.csv", COLUMNS)


def test_rows_are_typed_and_numbered_as_in_excel():
    result = read(HEADER + "050;Sozialamt;1.3.2026\n\n;;\n \n51;;\n\n")
    assert [row.number for row in result.rows] == [2, 6]
    first, second = result.rows
    assert first[NUMBER] == "050"
    assert first[NAME] == "Sozialamt"
    assert first[START] == dt.date(2026, 3, 1)
    assert second[NAME] is None
    assert second.values == {"Nummer": "51", "Bezeichnung": None, "Gültig ab": None} | {
        "Kürzel": None,
        "Führungskraft": False,
    }
    assert result.errors == result.warnings == []


@pytest.mark.parametrize(
    "header",
    [
        "Gültig ab;Nummer;Bezeichnung",
        "GÜLTIG AB;nummer;BEZEICHNUNG",
        "  Gültig   ab ;\u00a0Nummer\u00a0;Bezeichnung ",
        "\ufeff\ufeffGu\u0308ltig\u00a0ab;Nummer;Bezeichnung",
        '"Gültig\nab";"Nummer";"Bezeichnung"',
        "Gültig ab;Nummer;Bezeichnung;;",
    ],
)
def test_headers_in_any_order_and_dress(header):
    result = read(header + "\n1.3.2026;50;Amt\n")
    assert [(r[NUMBER], r[NAME], r[START]) for r in result.rows] == [
        ("50", "Amt", dt.date(2026, 3, 1))
    ]
    assert result.warnings == []


def test_unknown_columns_are_named_and_skipped():
    result = read("Telefon;Nummer;;Bezeichnung;Gültig ab;Zimmer\n\x07;50;?;Amt;;3\n")
    assert result.warnings == [
        "Nicht gelesen werden unbekannte Spalten: „Telefon“, „(ohne Überschrift)“, „Zimmer“."
    ]
    assert len(result.rows) == 1


def test_all_missing_columns_are_named_and_those_found():
    with pytest.raises(ListRefused) as refusal:
        read("Nr;Bezeichnung\n1;Amt\n")
    assert str(refusal.value) == (
        "Die Datei „liste.csv“ braucht eine Kopfzeile mit allen Spalten; "
        "es fehlt „Nummer“, „Gültig ab“, gefunden wurde „Nr“, „Bezeichnung“."
    )


def test_a_known_column_twice_is_refused():
    with pytest.raises(ListRefused, match="hat die Spalte „Nummer“ mehrfach"):
        read("Nummer;Bezeichnung;NUMMER ;Gültig ab\n1;Amt;2;\n")


def test_an_unknown_column_twice_is_skipped():
    assert len(read("Nummer;x;x;Bezeichnung;Gültig ab\n1;;;Amt;\n").rows) == 1


@pytest.mark.parametrize("content", [HEADER, HEADER + "\n;;\n  ; \n", "\n\n", " ", ";;\n"])
def test_a_list_without_rows_is_refused(content):
    with pytest.raises(ListRefused, match="enthält keine Zeilen"):
        read(content)


def test_all_errors_are_collected_in_order():
    result = read(HEADER + ";Amt;30.02.2026\n51;Amt;\n52;" + "x" * 51 + ";\n53;a\x00b;#NV\n")
    assert [(e.row, e.column) for e in result.errors] == [
        (2, "Nummer"),
        (2, "Gültig ab"),
        (4, "Bezeichnung"),
        (5, "Bezeichnung"),
        (5, "Gültig ab"),
    ]
    assert [row[NUMBER] for row in result.rows] == ["51"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "50;Amt;30.02.2026",
            (
                "Zeile 2, Spalte „Gültig ab“: „30.02.2026“ ist kein Datum; "
                "erwartet wird z. B. 31.12.2026."
            ),
        ),
        (
            ";Amt;",
            (
                "Zeile 2, Spalte „Nummer“: Die Zelle ist leer; "
                "erwartet wird ein Text mit höchstens 20 Zeichen."
            ),
        ),
        (
            "50;a\x00b;",
            (
                "Zeile 2, Spalte „Bezeichnung“: „a b“ enthält ein nicht lesbares Zeichen; "
                "erwartet wird lesbarer Text."
            ),
        ),
        (
            "50;Amt;;; Köln",
            (
                "Zeile 2: „Köln“ steht rechts von der letzten Spalte; erwartet wird eine Zeile mit "
                "höchstens 3 Zellen (ein Text, der selbst ein Trennzeichen enthält, gehört in "
                "Anführungszeichen)."
            ),
        ),
    ],
)
def test_errors_are_sentences(line, sentence):
    (error,) = read(HEADER + line).errors
    assert str(error) == sentence


def test_callers_add_their_own_errors():
    error = CellError(7, "Übergeordnet", "9" * 99, "gibt es nicht", "eine Nummer dieser Liste")
    assert str(error) == (
        f"Zeile 7, Spalte „Übergeordnet“: „{'9' * 59}…“ gibt es nicht; "
        "erwartet wird eine Nummer dieser Liste."
    )


def test_trailing_empty_cells_are_no_overhang():
    assert len(read(HEADER + "50;Amt;;;; ;\u00a0\n").rows) == 1


def test_rows_may_be_short():
    assert read(HEADER + "50\n").rows[0][START] is None


def test_pasted_from_excel():
    result = read_pasted(
        'Nummer\tBezeichnung\tGültig ab\r\n050\t"Amt;\nSoziales"\t31.12.2026\r\n', COLUMNS
    )
    assert result.rows[0].values["Bezeichnung"] == "Amt;\nSoziales"


def test_refusals_of_pasted_text_name_no_file():
    with pytest.raises(ListRefused, match=r"^Der eingefügte Text ist leer"):
        read_pasted("", COLUMNS)


def test_checking_ends_after_many_errors():
    result = read(HEADER + ";x;\n" * 10_005)
    assert len(result.errors) == 10_000
    assert result.warnings == ["Die Prüfung endet vor Zeile 10002: 10.000 Fehler sind gefunden."]


def test_too_many_rows():
    with pytest.raises(ListRefused, match=r"mehr als 200\.000 Zeilen"):
        read_pasted("n\n" + "1\n" * 200_001, [])


def test_as_many_rows_as_allowed():
    assert len(read_pasted("n\n" + "1\n" * 200_000, []).rows) == 200_000


@pytest.mark.parametrize("width", [101, 100_000])
def test_too_many_columns(width):
    with pytest.raises(ListRefused, match="mehr als 100 Spalten"):
        read(";".join(["Nummer"] * width))
