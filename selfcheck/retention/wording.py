"""What stands beside the data when somebody asks for it: Art. 15 (1) a to h GDPR.

The same facts stand in docs/datenschutz.md; legal bases are a proposal that the city's data
protection officer confirms.
"""

from __future__ import annotations

from selfcheck.retention.kinds import Kind
from selfcheck.retention.periods import Periods

RIGHTS = (
    "Sie können verlangen, dass Falsches berichtigt, Daten gelöscht oder ihre Verarbeitung "
    "eingeschränkt wird, und der Verarbeitung widersprechen (Artikel 16 bis 18 und 21 DSGVO). "
    "Wenden Sie sich dafür an die oder den Fortbildungsbeauftragte*n Ihrer Organisationseinheit "
    "oder an die oder den Datenschutzbeauftragte*n der Stadt. Beschweren können Sie sich bei der "
    "Datenschutzaufsicht des Landes (Artikel 77 DSGVO)."
)
NO_DECISIONS = (
    "Ob der Schulungsauftrag erfüllt ist, zählt die Anwendung nach festen Regeln; daraus folgt "
    "keine automatische Entscheidung (Artikel 22 DSGVO). In Länder außerhalb der EU wird nichts "
    "übermittelt."
)
NO_NAMES = (
    "Namen anderer Beschäftigter, die etwas eingetragen oder geändert haben, stehen hier nicht."
)
NOT_OF_THE_ACCOUNT = (
    "Passwort, Geheimnis des zweiten Faktors und Wiederherstellungscodes: Sie sind nur "
    "verschlüsselt oder als Prüfwert gespeichert. Was Sie in Selbstchecks, Maßnahmen, "
    "Schulungen und Auswertungen geschrieben haben, gehört der Organisationseinheit "
    "und steht dort mit Ihrem Namen. Steht Ihr Name auch in der Personalliste, so "
    "gibt die oder der Fortbildungsbeauftragte darüber Auskunft."
)


def tell_about_person(periods: Periods) -> list[tuple[str, str]]:
    """Return what is told to an employee beside the data."""
    return [
        (
            "Zweck",
            (
                "Nachweis und Auswertung des Schulungsauftrags: wer in der Zielgruppe ist und eine "
                "anerkannte Schulung abgeschlossen hat."
            ),
        ),
        (
            "Empfänger",
            (
                "Leitung und Fortbildungsbeauftragte der Organisationseinheit und der Einheiten "
                "darüber. Das Haupt- und Personalamt erhält nur Anzahlen. Das Büro der "
                "Integrations- und Ausländerbeauftragten sieht Anfragen zur Anerkennung ohne "
                "Namen und ein Zertifikat nur, wenn es angehängt ist."
            ),
        ),
        (
            "Herkunft",
            (
                "Personalliste der Organisationseinheit oder der Stadt, Eintragungen der "
                "Fortbildungsbeauftragten, Listen der zentralen Fortbildung, vorgelegte "
                "Zertifikate."
            ),
        ),
        (
            "Speicherdauer",
            (
                f"Alles zusammen {periods[Kind.PEOPLE].label}. Dateien von Zertifikaten "
                f"{periods[Kind.CERTIFICATES].label}. Protokoll {periods[Kind.AUDIT].label}, ohne "
                f"Namen. Stände vor einem Import {periods[Kind.IMPORTS].label}."
            ),
        ),
        ("Rechte", RIGHTS),
        ("Entscheidungen", NO_DECISIONS),
        ("Nicht enthalten", NO_NAMES),
    ]


def tell_about_account(periods: Periods) -> list[tuple[str, str]]:
    """Return what is told to a user beside the data of the account."""
    return [
        (
            "Zweck",
            (
                "Anmeldung, Rechte je Rolle, Nachvollziehbarkeit von Änderungen und Schutz vor "
                "Missbrauch."
            ),
        ),
        (
            "Empfänger",
            (
                "Die Administration sieht Konto, Rollen und Protokoll. Wer an denselben Vorgängen "
                "arbeitet, sieht, wer sie eingetragen, freigegeben oder beantwortet hat."
            ),
        ),
        ("Herkunft", "Angaben der Administration, eigene Eingaben, bei Anmeldung der Browser."),
        (
            "Speicherdauer",
            (
                "Das Konto bleibt, deaktiviert, solange das Protokoll es nennt. An- und "
                f"Abmeldungen {periods[Kind.LOGINS].label}, anderes im Protokoll "
                f"{periods[Kind.AUDIT].label}. "
                f"Nachrichten {periods[Kind.MESSAGES].label}, Anfragen um Unterstützung "
                f"{periods[Kind.SUPPORT].label}."
            ),
        ),
        ("Rechte", RIGHTS),
        ("Entscheidungen", NO_DECISIONS),
        ("Nicht enthalten", NOT_OF_THE_ACCOUNT),
    ]
