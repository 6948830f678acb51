"""Whole certificates, as they are met: what is read from each, and how surely."""

from datetime import date
from decimal import Decimal

import pytest

from selfcheck.training.kinds import Area, Format, LengthUnit
from selfcheck.training.reading.certificate import Certainty, read_certificate

UE, HOURS = LengthUnit.LESSONS, LengthUnit.HOURS
SURE, CHECK = Certainty.SURE, Certainty.CHECK

CITY = """Landeshauptstadt Dresden
Haupt- und Personalamt
Sachgebiet Fortbildung

Teilnahmebescheinigung

Frau Anna Müller
Personalnummer: 0012345

hat am 14.03.2022 an der Fortbildung

„Interkulturelle Kompetenz in der
Verwaltung“

im Umfang von 8 Unterrichtseinheiten teilgenommen.

Themenbereich 09 Diversität und Sprache

Dresden, den 20.03.2022

gez. Petra Schmidt
Sachgebietsleiterin
"""

LANGUAGE_SCHOOL = """Volkshochschule Dresden e. V. | Annenstraße 10 | 01067 Dresden

TEILNAHMEBESTÄTIGUNG

Herr Max Muster, geboren am 12.04.1975 in Riesa,

hat den folgenden Kurs regelmäßig besucht:

Kursnummer: 20H4711
Kurs: Spanisch A1 am Abend
Zeitraum: 01.10.2020 – 29.01.2021
Umfang: 40 UStd. (1 UStd. = 45 Minuten)

Dresden, 05.02.2021
"""

STATE_CENTRE = """Sächsische Landeszentrale für politische Bildung

Zertifikat

Thomas Öztürk

hat erfolgreich am Seminar

Umgang mit Rechtsextremismus und Rassismus
im Arbeitsalltag

vom 14. bis 15. März 2022 teilgenommen.
Umfang: 16 UE (12 Zeitstunden)
Veranstalter: Sächsische Landeszentrale für politische Bildung
"""

CHAMBER = """IHK-Bildungszentrum Dresden gGmbH
Zertifikat
Frau Jana Nováková
geb. 03.11.1988
Lehrgang: Diversity Management
Dauer: 10.05.2023 bis 12.05.2023
Gesamt: 24 Unterrichtsstunden
Inhalte:
Modul 1 – 8 UE
Modul 2 – 8 UE
Modul 3 – 8 UE
Dresden, 15.05.2023
Geschäftsführer
"""

UNIVERSITY = """Technische Universität Dresden
Zentrum für Weiterbildung

Teilnahmebescheinigung

Herr Dr. Jan von der Heide hat an der Weiterbildung »Kolonialismus und sein Erbe« am
Donnerstag, dem 9. Juni 2022, von 09:00 bis 16:00 Uhr teilgenommen.

Dresden, den 10.06.2022
Prof. Dr. Karin Vogel
"""

PLATFORM = """LernWelt Online-Akademie
www.lernwelt-online.de

Zertifikat

Das E-Learning "Diskriminierung erkennen und handeln" wurde von
Lea Brandt
erfolgreich abgeschlossen am 2022-11-07.

Bearbeitungszeit: 360 Minuten
Zertifikat ausgestellt am 08.11.2022
"""

ENGLISH = """Certificate of Completion

This is to certify that

Peter Novak

has successfully completed the course Intercultural Awareness
on March 14, 2022

8 hours of training

Global Academy Ltd.
"""

PARTICIPANTS = """Teilnehmerliste
Thema: Zivilcourage am Arbeitsplatz
Datum: 21.09.2023
Zeit: 09:00–16:00 Uhr

1. Müller, Anna
2. Schmidt, Peter
"""

SCAN = """V0lkshochschu|e  Dresd en

Tei lnahmebescheini gung

Herr M ax Mu5ter hat am l4.O3.2022 an dem Sem inar

Leichte Spr ache

tei|genommen.  8 U E
"""

SYMPOSIUM = """Bescheinigung

Wir bestätigen die Teilnahme von Frau Eva Klein an der Fachtagung

Migrationsgesellschaft gestalten

am 14./15.03.2022 in Leipzig.

Stiftung Zusammenhalt
"""

PLAIN_LANGUAGE = """Bildungswerk Sachsen GmbH

TEILNAHMEZERTIFIKAT

Thema: Bürgernah schreiben – leicht
verständliche Bescheide
Termin: Mo, 06.02.2023
Ort: Dresden, Seminarraum 3 (in Präsenz)
Dauer: 6,5 Std.
Anbieter: Bildungswerk Sachsen GmbH
"""

WEBINAR = """Institut für Demokratie
Hiermit bescheinigen wir Herrn Ali Yıldız die Teilnahme am
Webinar „Verschwörungsideologien erkennen“.
Termin: 14.03.2022, 09:00 – 12:00 Uhr
und 21.03.2022, 09:00 – 12:00 Uhr
Umfang: je 4 UE
"""

LETTERHEAD = """Landeshauptstadt Dresden
Dresden, den 20.03.2022

Bestätigung

Sehr geehrte Frau Müller,
Sie haben am 14.03.2022 an der Schulung „Antirassismus“ mit 6 Stunden teilgenommen.
"""

FIELDS = ("title", "provider", "first_day", "last_day", "amount", "unit", "area", "format")


def shown(reading):
    """Give each field as (value, certainty), or None where it was not readable."""
    guesses = {name: getattr(reading, name) for name in FIELDS}
    return {
        name: None if guess.certainty is Certainty.NONE else (guess.value, guess.certainty)
        for name, guess in guesses.items()
    }


def make_expected(title, provider, first_day, last_day, length, *subject):
    amount = unit = length
    if length:
        value, of, certainty = length
        amount, unit = (Decimal(value), certainty), (of, certainty)
    values = (title, provider, first_day, last_day, amount, unit, *subject)
    return dict(zip(FIELDS, values, strict=True))


LAYOUTS = {
    "the city's own training": (
        CITY,
        make_expected(
            ("Interkulturelle Kompetenz in der Verwaltung", SURE),
            ("Landeshauptstadt Dresden", CHECK),
            (date(2022, 3, 14), SURE),
            (date(2022, 3, 14), SURE),
            ("8", UE, SURE),
            (Area.INTERCULTURAL, SURE),
            None,
        ),
    ),
    "a language course, birth date and date of issue beside its days": (
        LANGUAGE_SCHOOL,
        make_expected(
            ("Spanisch A1 am Abend", SURE),
            ("Volkshochschule Dresden e. V.", CHECK),
            (date(2020, 10, 1), SURE),
            (date(2021, 1, 29), SURE),
            ("40", UE, SURE),
            (Area.MULTILINGUAL, SURE),
            None,
        ),
    ),
    "two days, a title on lines of its own, lessons and hours that agree": (
        STATE_CENTRE,
        make_expected(
            ("Umgang mit Rechtsextremismus und Rassismus im Arbeitsalltag", SURE),
            ("Sächsische Landeszentrale für politische Bildung", SURE),
            (date(2022, 3, 14), SURE),
            (date(2022, 3, 15), SURE),
            ("16", UE, SURE),
            (Area.DEMOCRATIC, SURE),
            None,
        ),
    ),
    "modules that add up to the total": (
        CHAMBER,
        make_expected(
            ("Diversity Management", SURE),
            ("IHK-Bildungszentrum Dresden gGmbH", CHECK),
            (date(2023, 5, 10), SURE),
            (date(2023, 5, 12), SURE),
            ("24", UE, SURE),
            (Area.INTERCULTURAL, SURE),
            None,
        ),
    ),
    "times of day instead of a length are a proposal": (
        UNIVERSITY,
        make_expected(
            ("Kolonialismus und sein Erbe", SURE),
            ("Technische Universität Dresden", CHECK),
            (date(2022, 6, 9), SURE),
            (date(2022, 6, 9), SURE),
            ("7", HOURS, CHECK),
            (Area.DEMOCRATIC, SURE),
            None,
        ),
    ),
    "completed on a day; begun on which is open": (
        PLATFORM,
        make_expected(
            ("Diskriminierung erkennen und handeln", SURE),
            ("LernWelt Online-Akademie", CHECK),
            (date(2022, 11, 7), CHECK),
            (date(2022, 11, 7), SURE),
            ("6", HOURS, SURE),
            (Area.DEMOCRATIC, SURE),
            (Format.E_LEARNING, CHECK),
        ),
    ),
    "English: nothing is sure": (
        ENGLISH,
        make_expected(
            ("Intercultural Awareness", CHECK),
            ("Global Academy Ltd.", CHECK),
            (date(2022, 3, 14), CHECK),
            (date(2022, 3, 14), CHECK),
            ("8", HOURS, CHECK),
            (Area.INTERCULTURAL, CHECK),
            None,
        ),
    ),
    "a list of participants: „Datum“ may be the day of the list": (
        PARTICIPANTS,
        make_expected(
            ("Zivilcourage am Arbeitsplatz", SURE),
            None,
            (date(2023, 9, 21), CHECK),
            (date(2023, 9, 21), CHECK),
            ("7", HOURS, CHECK),
            (Area.DEMOCRATIC, SURE),
            None,
        ),
    ),
    "a bad scan: no wrong day out of „l4.O3.“": (
        SCAN,
        make_expected(None, None, None, None, None, None, None),
    ),
    "a symposium on two days written short": (
        SYMPOSIUM,
        make_expected(
            ("Migrationsgesellschaft gestalten", SURE),
            ("Stiftung Zusammenhalt", CHECK),
            (date(2022, 3, 14), SURE),
            (date(2022, 3, 15), SURE),
            None,
            (Area.INTERCULTURAL, SURE),
            (Format.SYMPOSIUM, SURE),
        ),
    ),
    "a labelled form with a title over two lines": (
        PLAIN_LANGUAGE,
        make_expected(
            ("Bürgernah schreiben – leicht verständliche Bescheide", SURE),
            ("Bildungswerk Sachsen GmbH", SURE),
            (date(2023, 2, 6), SURE),
            (date(2023, 2, 6), SURE),
            ("6.5", HOURS, SURE),
            (Area.PLAIN_COMMUNICATION, SURE),
            (Format.ON_SITE, SURE),
        ),
    ),
    "two dates of a webinar, with a length for each": (
        WEBINAR,
        make_expected(
            ("Verschwörungsideologien erkennen", SURE),
            ("Institut für Demokratie", CHECK),
            (date(2022, 3, 14), CHECK),
            (date(2022, 3, 14), CHECK),
            ("4", UE, CHECK),
            (Area.DEMOCRATIC, SURE),
            (Format.ONLINE, SURE),
        ),
    ),
    "a letter with its date on top": (
        LETTERHEAD,
        make_expected(
            ("Antirassismus", SURE),
            ("Landeshauptstadt Dresden", CHECK),
            (date(2022, 3, 14), SURE),
            (date(2022, 3, 14), SURE),
            ("6", HOURS, SURE),
            (Area.DEMOCRATIC, SURE),
            None,
        ),
    ),
    "nothing at all": ("", make_expected(None, None, None, None, None, None, None)),
}


@pytest.mark.parametrize(("text", "expected"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_reads_a_layout(text, expected):
    assert shown(read_certificate(text)) == expected
