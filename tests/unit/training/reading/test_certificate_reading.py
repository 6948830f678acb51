"""What is read from a certificate, rule by rule; whole ones are in `test_certificate_layouts`."""

from datetime import date
from decimal import Decimal

import pytest

from selfcheck.training.kinds import Area, Format, LengthUnit
from selfcheck.training.reading.certificate import Certainty, Guess, read_certificate

UE, HOURS = LengthUnit.LESSONS, LengthUnit.HOURS
SURE, CHECK = Certainty.SURE, Certainty.CHECK

# Days


def day(number, month=3, year=2022):
    return date(year, month, number)


@pytest.mark.parametrize(
    ("text", "first", "last", "certainty"),
    [
        ("am 14.03.2022", day(14), day(14), SURE),
        ("am 14.3.2022", day(14), day(14), SURE),
        ("am 14. März 2022", day(14), day(14), SURE),
        ("am 14. Maerz 2022", day(14), day(14), SURE),
        ("am Montag, den 14. Mrz. 2022", day(14), day(14), SURE),
        ("am 2022-03-14", day(14), day(14), SURE),
        ("am 14. 03. 2022", day(14), day(14), SURE),
        ("vom 14.03. bis 15.03.2022", day(14), day(15), SURE),
        ("vom 14. bis 15.03.2022", day(14), day(15), SURE),
        ("14./15.03.2022", day(14), day(15), SURE),
        ("14.03./15.03.2022", day(14), day(15), SURE),
        ("14.–15. März 2022", day(14), day(15), SURE),
        ("14. und 15. März 2022", day(14), day(15), SURE),
        ("14., 15. und 16.03.2022", day(14), day(16), SURE),
        ("01.10.2020 – 29.01.2021", day(1, 10, 2020), day(29, 1, 2021), SURE),
        ("01.10.2020\nbis\n29.01.2021", day(1, 10, 2020), day(29, 1, 2021), SURE),
        ("in der Zeit von Montag, 14.03.2022, bis Freitag, 18.03.2022", day(14), day(18), SURE),
        ("vom Montag, 14.03., bis Mittwoch, 16.03.2022", day(14), day(16), SURE),
        ("von 28. Februar bis 4. März 2022", day(28, 2), day(4), SURE),
        # The year of the first day is only inferred.
        ("vom 28.12. bis 03.01.2023", day(28, 12, 2022), day(3, 1, 2023), CHECK),
        # A bare date may be anything.
        ("14.03.2022", day(14), day(14), CHECK),
        ("am 14.03.22", day(14), day(14), CHECK),
        ("am 1 4.03.2022", day(4), day(4), CHECK),
        ("Raum 5 – 14.03.2022", day(14), day(14), CHECK),
        ("ab 14.03.2022", day(14), day(14), CHECK),
        ("on 14 March 2022", day(14), day(14), CHECK),
        # Several days: the range is the better proposal, no other day within it disturbs.
        ("vom 14.03. bis 16.03.2022, Prüfung am 16.03.2022", day(14), day(16), SURE),
        ("Modul 1 am 14.03.2022. Modul 2 am 11.04.2022.", day(14), day(14), CHECK),
        ("am 14.03.2022\nSonstiges: 02.05.2022", day(14), day(14), CHECK),
        # Dates of issue.
        ("am 14.03.2022\nDresden, den 20.03.2022", day(14), day(14), SURE),
        ("Dresden, den 20.03.2022", day(20), day(20), CHECK),
        ("Dresden, am 20.03.2022\n(Stempel)", day(20), day(20), CHECK),
        ("Bad Schandau, 20.03.2022\nam 14.03.2022", day(14), day(14), SURE),
        ("ausgestellt am 20.03.2022", day(20), day(20), CHECK),
        ("am 14.03.2022\nDatum: 20.03.2022\nUnterschrift", day(14), day(14), SURE),
        # Issued before the end: one of the two is wrong.
        ("vom 14.03. bis 18.03.2022\nDresden, den 15.03.2022", day(14), day(18), CHECK),
        # Birth dates.
        ("geboren am 12.04.2015, am 14.03.2022", day(14), day(14), SURE),
        ("geb. 12.04.1975\nam 14.03.2022", day(14), day(14), SURE),
        ("Geburtsdatum:\n12.04.2013\nZeitraum: 14.03. – 15.03.2022", day(14), day(15), SURE),
        ("Anna Müller, geb. Schmidt, hat am 14.03.2022", day(14), day(14), SURE),
        # No label, but nobody at work was born later, and no training then counts.
        ("Anna Müller, 12.04.1975\nam 14.03.2022", day(14), day(14), SURE),
        # Dates of other papers.
        ("zertifiziert bis 31.12.2025\nam 14.03.2022", day(14), day(14), SURE),
        ("nach dem Bescheid vom 01.02.2022 am 14.03.2022", day(14), day(14), SURE),
        # Impossible days.
        ("am 30.02.2022, am 14.03.2022", day(14), day(14), SURE),
        ("vom 31.02. bis 14.03.2022", day(14), day(14), CHECK),
        ("vom 15.03.2022 bis 14.03.2022", day(14), day(14), CHECK),
    ],
)
def test_reads_the_days(text, first, last, certainty):
    reading = read_certificate(text)
    assert reading.first_day == Guess(first, certainty)
    assert reading.last_day == Guess(last, certainty)


@pytest.mark.parametrize(
    "text",
    [
        "am 30.02.2022",
        "am 32.03.2022",
        "am 14.13.2022",
        "geboren am 12.04.2015",
        "Geburtsdatum 12. April 2015 in Dresden. Am 12.04.2015",
        "12.04.2015 in Dresden geboren",
        "*12.04.2015",
        "gültig bis 31.12.2025",
        "am l4.03.2022",
        "am 14.03.202",
        "14.03. 16:00 Uhr",
        "Tel. 0351.14.03.2022",
    ],
)
def test_takes_no_day(text):
    reading = read_certificate(text)
    assert reading.first_day == reading.last_day == Guess(None, Certainty.NONE)


# Length


@pytest.mark.parametrize(
    ("text", "amount", "unit", "certainty"),
    [
        ("8 UE", "8", UE, SURE),
        ("8UE", "8", UE, SURE),
        ("8 Unterrichtseinheiten à 45 Minuten", "8", UE, SURE),
        ("8 Unterrichtsstunden", "8", UE, SURE),
        ("40 UStd.", "40", UE, SURE),
        ("acht Unterrichtseinheiten", "8", UE, SURE),
        ("Unterrichtseinheiten: 8", "8", UE, SURE),
        ("8 Stunden (à 45 Minuten)", "8", UE, SURE),
        ("8 Unterrichtseinheiten zu je 60 Minuten", "8", HOURS, SURE),
        ("6 Stunden", "6", HOURS, SURE),
        ("6,5 Std.", "6.5", HOURS, SURE),
        ("6 ½ Stunden", "6.5", HOURS, SURE),
        ("6 Stunden 30 Minuten", "6.5", HOURS, SURE),
        ("6:30 Stunden", "6.5", HOURS, SURE),
        ("6 Zeitstunden", "6", HOURS, SURE),
        ("6 h", "6", HOURS, SURE),
        ("sechs Stunden", "6", HOURS, SURE),
        ("6-stündiges Seminar", "6", HOURS, SURE),
        ("360 Minuten", "6", HOURS, SURE),
        ("Umfang: 16 UE (12 Zeitstunden)", "16", UE, SURE),
        ("10 UE. Umfang gesamt: 10 UE", "10", UE, SURE),
        ("1 UE = 45 Minuten. Umfang: 8 UE", "8", UE, SURE),
        ("Umfang: 8 UE, 09:00–16:00 Uhr", "8", UE, SURE),
        ("6 Stunden vor Ort", "6", HOURS, SURE),
        ("Fehlzeiten: 2 Stunden. Umfang: 8 Stunden", "8", HOURS, SURE),
        ("Abmeldung bis 48 Stunden vor Beginn. Umfang: 8 UE", "8", UE, SURE),
        # Rounded down: 359 minutes must not become six hours.
        ("359 Minuten", "5.98", HOURS, CHECK),
        ("8 Unterrichtseinheiten (6 UE)", "8", UE, CHECK),
        ("8 UE, das sind 8 Stunden", "8", UE, CHECK),
        ("14./15.03.2022, je 8 UE", "8", UE, CHECK),
        ("8 UE täglich", "8", UE, CHECK),
        ("mindestens 6 Stunden", "6", HOURS, CHECK),
        ("36 von 40 UE", "36", UE, CHECK),
        ("Stunden: 8", "8", HOURS, CHECK),
        ("8 Stunden. 1 Stunde = 45 Minuten", "8", UE, CHECK),
        ("Gesamt: 20 UE, Modul 1: 8 UE, Modul 2: 8 UE", "20", UE, CHECK),
        ("09:00–16:00 Uhr", "7", HOURS, CHECK),
        ("9 bis 15.30 Uhr", "6.5", HOURS, CHECK),
        # More than the day was long.
        ("am 14.03.2022, 09:00–12:00 Uhr, 8 UE", "8", UE, CHECK),
    ],
)
def test_reads_the_length(text, amount, unit, certainty):
    reading = read_certificate(text)
    assert reading.amount == Guess(Decimal(amount), certainty)
    assert reading.unit == Guess(unit, certainty)


@pytest.mark.parametrize(
    "text", ["0 UE", "9999 Stunden", "S. 8-12", "1.200 Stunden", "14.03 - 15.03", "Heft 3", "8 U"]
)
def test_takes_no_length(text):
    reading = read_certificate(text)
    assert reading.amount.certainty is reading.unit.certainty is Certainty.NONE


# Title and provider


@pytest.mark.parametrize(
    ("text", "title", "certainty"),
    [
        ('nahm am Seminar "Zivilcourage" teil', "Zivilcourage", SURE),
        ("Titel: „Leichte Sprache“", "Leichte Sprache", SURE),
        ("Thema:\nLeichte Sprache im Amt", "Leichte Sprache im Amt", SURE),
        ("Kurs: 22F4711\nTitel: Englisch B1", "Englisch B1", SURE),
        ("an der Fortbildung\n\nVielfalts-\nkompetenz\n\nteilgenommen", "Vielfaltskompetenz", SURE),
        ("an der Schulung „Umgang mit\nVorurteilen“ teilgenommen", "Umgang mit Vorurteilen", SURE),
        ("an dem Seminar\nAntirassismus\nim Gesamtumfang von 16 UE", "Antirassismus", SURE),
        # Where a title ends within a line is a guess.
        (
            "am Seminar\nAntirassismus\nfür Fachkräfte am 14.03.2022",
            "Antirassismus für Fachkräfte",
            CHECK,
        ),
        (
            "hat besucht:\nUmgang mit Vorurteilen\nDatum: 12.05.2022",
            "Umgang mit Vorurteilen",
            CHECK,
        ),
        ("den Kurs Zivilcourage erfolgreich absolviert", "Zivilcourage", CHECK),
        ("am Workshop Zivilcourage am 14.03.2022 teilgenommen", "Zivilcourage", CHECK),
        ("„Interkulturelle Öffnung“", "Interkulturelle Öffnung", CHECK),
        # Two labels that say different things.
        ("Thema: Zivilcourage\nSeminar: Ausbildung im Betrieb", "Zivilcourage", CHECK),
    ],
)
def test_reads_the_title(text, title, certainty):
    assert read_certificate(text).title == Guess(title, certainty)


@pytest.mark.parametrize(
    "text", ["hat an der Fortbildung teilgenommen.", "Kurs: 22F4711", "Teilnahmebescheinigung"]
)
def test_takes_no_title(text):
    assert read_certificate(text).title.certainty is Certainty.NONE


def test_a_title_has_at_most_300_characters():
    title = read_certificate(f"Thema: {'Vielfalt ' * 43}").title
    assert title.certainty is CHECK
    assert 280 < len(title.value) <= 300


@pytest.mark.parametrize(
    ("text", "provider", "certainty"),
    [
        (
            "Veranstalter: Aktion Zivilcourage e. V., Lange Straße 43",
            "Aktion Zivilcourage e. V.",
            SURE,
        ),
        ("Träger:\nArbeit und Leben Sachsen", "Arbeit und Leben Sachsen", SURE),
        ("Veranstalter: A-Haus\nTräger: B-Haus", "A-Haus", CHECK),
        ("Evangelische Akademie Sachsen", "Evangelische Akademie Sachsen", CHECK),
    ],
)
def test_reads_the_provider(text, provider, certainty):
    assert read_certificate(text).provider == Guess(provider, certainty)


# Area and format


@pytest.mark.parametrize(
    ("text", "area", "certainty"),
    [
        ("Thema: Reichsbürger in der Behörde", Area.DEMOCRATIC, SURE),
        ("Thema: Interkulturelle Öffnung", Area.INTERCULTURAL, SURE),
        ("Thema: Englisch für die Verwaltung", Area.MULTILINGUAL, SURE),
        ("Thema: Sprachkurs Arabisch", Area.MULTILINGUAL, SURE),
        ("Thema: Texte in Leichter Sprache", Area.PLAIN_COMMUNICATION, SURE),
        ("Thema: Rassismus in der Migrationsgesellschaft", Area.DEMOCRATIC, CHECK),
        # A word with two meanings.
        ("Thema: Migration auf Windows 11", Area.INTERCULTURAL, CHECK),
        # Only the text around it says so.
        ("Thema: Grundlagen\nInhalt: Umgang mit Vorurteilen", Area.DEMOCRATIC, CHECK),
        # The title itself is a guess.
        ("„Zivilcourage zeigen“", Area.DEMOCRATIC, CHECK),
    ],
)
def test_reads_the_area(text, area, certainty):
    assert read_certificate(text).area == Guess(area, certainty)


@pytest.mark.parametrize("title", ["Biodiversität im Park", "Excel für Fortgeschrittene"])
def test_takes_no_area(title):
    assert read_certificate(f"Thema: {title}").area.certainty is Certainty.NONE


@pytest.mark.parametrize(
    ("text", "kind", "certainty"),
    [
        ("E-Learning-Modul", Format.E_LEARNING, SURE),
        ("Online-Seminar", Format.ONLINE, SURE),
        ("Webinar", Format.ONLINE, SURE),
        ("Fachtag Vielfalt", Format.SYMPOSIUM, SURE),
        ("Deutscher Fachkongress", Format.CONGRESS, SURE),
        ("Präsenzveranstaltung", Format.ON_SITE, SURE),
        ("online durchgeführt", Format.ONLINE, CHECK),
        ("Online-Seminar mit einem Termin in Präsenz", Format.ONLINE, CHECK),
    ],
)
def test_reads_the_format(text, kind, certainty):
    assert read_certificate(text).format == Guess(kind, certainty)


@pytest.mark.parametrize("text", ["www.online-akademie.de", "amt@t-online.de", "T-Online"])
def test_an_address_is_no_format(text):
    assert read_certificate(text).format.certainty is Certainty.NONE


def test_what_comes_after_the_longest_text_is_ignored():
    reading = read_certificate("x " * 10_000 + "am 14.03.2022, 8 UE")
    assert reading.last_day.value is None
    assert reading.amount.value is None


def test_certainties_have_a_german_label():
    assert [one.label for one in Certainty] == ["sicher", "bitte prüfen", "nicht lesbar"]
