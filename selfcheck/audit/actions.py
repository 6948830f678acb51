"""What the audit trail records."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Action(StrEnum):
    """Something that somebody did; ``label`` is what the page shows."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        """Make a member of its stored value and its German label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    LOGIN = "login", "Anmeldung"
    LOGIN_FAILED = "login-failed", "Anmeldung fehlgeschlagen"
    LOGIN_THROTTLED = "login-throttled", "Anmeldung gebremst"
    SSO_LOGIN = "sso-login", "Anmeldung mit Dienstkonto"
    SSO_REFUSED = "sso-refused", "Anmeldung mit Dienstkonto abgelehnt"
    IDENTITY_LINKED = "identity-linked", "Dienstkonto verknüpft"
    IDENTITY_UNLINKED = "identity-unlinked", "Verknüpfung mit Dienstkonto gelöst"
    LOGOUT = "logout", "Abmeldung"
    PASSWORD_CHANGED = "password-changed", "Passwort geändert"
    LOGGED_OUT_EVERYWHERE = "logged-out-everywhere", "Überall abgemeldet"
    SECOND_FACTOR_SET = "second-factor-set", "Zweiter Faktor eingerichtet"
    SECOND_FACTOR_REMOVED = "second-factor-removed", "Zweiter Faktor entfernt"
    SECOND_FACTOR_RESET = "second-factor-reset", "Zweiter Faktor zurückgesetzt"
    RECOVERY_CODES_MADE = "recovery-codes-made", "Neue Wiederherstellungscodes erzeugt"
    RECOVERY_CODE_USED = "recovery-code-used", "Mit Wiederherstellungscode angemeldet"
    USER_ADDED = "user-added", "Konto angelegt"
    USER_CHANGED = "user-changed", "Konto geändert"
    USER_DEACTIVATED = "user-deactivated", "Konto deaktiviert"
    USER_REACTIVATED = "user-reactivated", "Konto wieder aktiviert"
    ONE_TIME_PASSWORD_SET = "one-time-password-set", "Einmalpasswort gesetzt"
    GRANT_ADDED = "grant-added", "Rolle erteilt"
    GRANT_REMOVED = "grant-removed", "Rolle entzogen"
    UNITS_IMPORTED = "units-imported", "Organisationseinheiten importiert"
    UNIT_CHANGED = "unit-changed", "Organisationseinheit geändert"
    UNIT_MOVED = "unit-moved", "Organisationseinheit verschoben"
    UNIT_CLOSED = "unit-closed", "Organisationseinheit geschlossen"
    UNIT_REOPENED = "unit-reopened", "Organisationseinheit wieder geöffnet"
    CHECK_SUBMITTED = "check-submitted", "Selbstcheck ausgewertet"
    DRAFT_DISCARDED = "draft-discarded", "Entwurf verworfen"
    TEAM_ROUND_OPENED = "team-round-opened", "Teamrunde zum Selbstcheck begonnen"
    TEAM_LINKS_MADE = "team-links-made", "Links für eine Teamrunde erstellt"
    TEAM_ROUND_CLOSED = "team-round-closed", "Teamrunde zum Selbstcheck beendet"
    MEASURE_ADDED = "measure-added", "Maßnahme eingetragen"
    MEASURE_CHANGED = "measure-changed", "Maßnahme geändert"
    MEASURE_DELETED = "measure-deleted", "Maßnahme gelöscht"
    CHECK_SHARED = "check-shared", "Selbstcheck geteilt"
    CHECK_SHARE_WITHDRAWN = "check-share-withdrawn", "Teilen eines Selbstchecks zurückgenommen"
    SHARED_CHECKS_EXPORTED = "shared-checks-exported", "Geteilte Selbstchecks heruntergeladen"
    SUPPORT_ASKED = "support-asked", "Unterstützung angefragt"
    SUPPORT_ANSWERED = "support-answered", "Anfrage zur Unterstützung beantwortet"
    SUPPORT_CLOSED = "support-closed", "Anfrage zur Unterstützung abgeschlossen"
    SUPPORT_REOPENED = "support-reopened", "Anfrage zur Unterstützung wieder geöffnet"
    ROUND_CALLED = "round-called", "Runde von Selbstchecks ausgerufen"
    ROUND_CHANGED = "round-changed", "Runde von Selbstchecks geändert"
    ROUND_CLOSED = "round-closed", "Runde von Selbstchecks beendet"
    ROUND_REOPENED = "round-reopened", "Runde von Selbstchecks wieder geöffnet"
    ROUND_REMINDED = "round-reminded", "An eine Runde von Selbstchecks erinnert"
    STAFF_IMPORTED = "staff-imported", "Personalliste importiert"
    STAFF_IMPORT_TAKEN_BACK = "staff-import-taken-back", "Import einer Personalliste zurückgenommen"
    PERSON_ADDED = "person-added", "Person angelegt"
    PERSON_CHANGED = "person-changed", "Person geändert"
    PERSON_MOVED = "person-moved", "Person umgesetzt"
    PERSON_ENDED = "person-ended", "Ende einer Zuordnung geändert"
    DUTIES_CHANGED = "duties-changed", "Merkmale mehrerer Personen geändert"
    TRAININGS_RECORDED = "trainings-recorded", "Schulungen eingetragen"
    TRAINING_CORRECTED = "training-corrected", "Schulung berichtigt"
    TRAINING_WITHDRAWN = "training-withdrawn", "Schulung zurückgezogen"
    TRAININGS_IMPORTED = "trainings-imported", "Schulungsliste importiert"
    CENTRAL_TRAININGS_IMPORTED = "central-trainings-imported", "Zentrale Schulungsliste importiert"
    EVIDENCE_ADDED = "evidence-added", "Nachweis hinzugefügt"
    EVIDENCE_REMOVED = "evidence-removed", "Nachweis entfernt"
    CERTIFICATE_OPENED = "certificate-opened", "Zertifikat geöffnet"
    CERTIFICATES_UPLOADED = "certificates-uploaded", "Zertifikate hochgeladen"
    STAFF_EXPORTED = "staff-exported", "Personalliste heruntergeladen"
    RECOGNITION_ASKED = "recognition-asked", "Anerkennung angefragt"
    RECOGNITION_WITHDRAWN = "recognition-withdrawn", "Anfrage zur Anerkennung zurückgenommen"
    RECOGNITION_DECIDED = "recognition-decided", "Über die Anerkennung entschieden"
    EVALUATION_REQUESTED = "evaluation-requested", "Auswertung angefordert"
    EVALUATION_REQUEST_CHANGED = "evaluation-request-changed", "Anforderung geändert"
    EVALUATION_CLOSED = "evaluation-closed", "Anforderung geschlossen"
    EVALUATION_REOPENED = "evaluation-reopened", "Anforderung wieder geöffnet"
    REMINDERS_RUN = "reminders-run", "Fällige Erinnerungen verschickt"
    EVALUATION_REMINDED = "evaluation-reminded", "An die Auswertung erinnert"
    EVALUATION_COMMENTED = "evaluation-commented", "Kommentar zur Auswertung geändert"
    EVALUATION_READY = "evaluation-ready", "Auswertung bereit gemeldet"
    EVALUATION_READY_TAKEN_BACK = "evaluation-ready-taken-back", "Bereitmeldung zurückgenommen"
    EVALUATION_RELEASED = "evaluation-released", "Auswertung freigegeben"
    EVALUATION_RETURNED = "evaluation-returned", "Auswertung zurückgegeben"
    EVALUATION_PART_REOPENED = (
        "evaluation-part-reopened",
        "Auswertung einer Einheit wieder geöffnet",
    )
    EVALUATION_CONFIRMATION_ASKED = (
        "evaluation-confirmation-asked",
        "Bestätigung der Auswertung angefordert",
    )
    EVALUATION_EXPORTED = "evaluation-exported", "Auswertung heruntergeladen"
    DATABASE_BACKED_UP = "database-backed-up", "Datenbank gesichert"
    DATABASE_RESTORED = "database-restored", "Datenbank wiederhergestellt"
    PERSON_DATA_EXPORTED = "person-data-exported", "Auskunft über eine Person heruntergeladen"
    OWN_DATA_EXPORTED = "own-data-exported", "Eigene Daten heruntergeladen"
    PERSON_DELETED = "person-deleted", "Person gelöscht"
    RETENTION_RUN = "retention-run", "Löschfristen angewandt"
