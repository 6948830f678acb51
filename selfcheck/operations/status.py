"""What of the system's state needs somebody's hand, and what is to be done?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GB = 1024**3
LITTLE_SHARE, LITTLE_BYTES = 0.10, 2 * GB
VERY_LITTLE_BYTES = GB // 4
MAILS_LATE = timedelta(minutes=30)  # the timer sends every five minutes
CLOCK_OFF = timedelta(seconds=30)


class Kind(StrEnum):
    """How urgent a notice is; the words are those of the pages' alerts."""

    DANGER = "danger"
    WARNING = "warning"
    INFO = "info"


class Task(StrEnum):
    """What a timer does regularly; the values are the actions in the audit trail."""

    REMINDERS = "reminders-run"
    RETENTION = "retention-run"
    BACKUP = "database-backed-up"


TASK_LABELS = {
    Task.REMINDERS: "Erinnerungen",
    Task.RETENTION: "Löschfristen",
    Task.BACKUP: "Sicherung",
}
# A run may be late once, for instance while the server is restarted.
MAX_AGE = timedelta(hours=50)
TIMERS = {
    Task.REMINDERS: "selfcheck-remind.timer",
    Task.RETENTION: "selfcheck-retention.timer",
    Task.BACKUP: "selfcheck-backup.timer",
}
MISSED = {
    Task.REMINDERS: ("Die Erinnerungen sind", "Erinnerungen an Fristen gehen nicht hinaus."),
    Task.RETENTION: ("Die Löschfristen sind", "Alte Daten werden nicht gelöscht."),
    Task.BACKUP: ("Die Sicherung ist", "Bei einem Ausfall gingen Eingaben verloren."),
}


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What is wrong, and what to do, in words for whoever looks after the server."""

    kind: Kind
    title: str
    advice: str


@dataclass(frozen=True, kw_only=True)
class Database:
    """Of which kind and how large the database is; None: it could not be found out."""

    kind: str
    is_file: bool
    size_bytes: int | None
    # How far its clock is ahead of this computer's; none for a file.
    clock_ahead: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Migrations:
    """Which revisions the tables have, and which this version needs."""

    found: frozenset[str]
    needed: frozenset[str]
    # Of those known to this version, what comes after ``found``; the oldest first.
    missing: tuple[str, ...]
    # Whether ``found`` is known to this version at all.
    is_newer: bool

    @property
    def is_at_head(self) -> bool:
        """Whether the tables are those that this version needs."""
        return self.found == self.needed


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """Whether certificates are scanned, and whether the scanner answers."""

    is_configured: bool
    answers: bool = False


@dataclass(frozen=True, kw_only=True)
class Mails:
    """The state of the outbox."""

    is_configured: bool
    has_links: bool
    last_sent_at: datetime | None
    waiting: int
    # Of those that wait: refused at least once.
    troubled: int
    # When the one was due that waits longest.
    due_since: datetime | None
    # Given up, of those written within the last four weeks.
    given_up: int


@dataclass(frozen=True, kw_only=True)
class Disk:
    """The space where the database lies, in bytes."""

    free: int
    total: int

    @property
    def is_little(self) -> bool:
        """Whether it will run out soon."""
        return self.free < LITTLE_BYTES and self.free < LITTLE_SHARE * self.total


@dataclass(frozen=True, kw_only=True)
class SystemStatus:
    """All that the page shows. None: it could not be found out."""

    now: datetime
    is_demo: bool
    database: Database
    migrations: Migrations | None
    certificates: tuple[int, int] | None  # number, bytes
    scanner: Scanner
    mails: Mails | None
    disk: Disk | None
    last_runs: dict[Task, datetime | None] | None


def find_notices(status: SystemStatus) -> list[Notice]:
    """Return what needs somebody's hand, the most urgent first."""
    notices = [
        *_of_database(status),
        *_of_scanner(status.scanner),
        *_of_mails(status),
        *_of_tasks(status),
    ]
    if status.is_demo:
        notices.append(
            Notice(
                kind=Kind.WARNING,
                title="Die Anwendung läuft als Vorführung.",
                advice="Anmeldungen sind ohne Verschlüsselung möglich. Für echte Daten entfernen "
                "Sie SELFCHECK_DEMO aus den Einstellungen und starten den Dienst neu.",
            )
        )
    order = list(Kind)
    return sorted(notices, key=lambda notice: order.index(notice.kind))


def _of_database(status: SystemStatus) -> list[Notice]:
    notices = []
    migrations, disk, ahead = status.migrations, status.disk, status.database.clock_ahead
    if migrations is None:
        notices.append(
            Notice(
                kind=Kind.DANGER,
                title="Die Datenbank antwortet nicht oder nur langsam.",
                advice="Prüfen Sie, ob der Datenbankdienst läuft und wie ausgelastet er ist.",
            )
        )
    elif not migrations.is_at_head:
        notices.append(_of_migrations(migrations))
    if disk is not None and disk.is_little:
        notices.append(
            Notice(
                kind=Kind.DANGER if disk.free < VERY_LITTLE_BYTES else Kind.WARNING,
                title="Der Speicherplatz der Datenbank geht zur Neige.",
                advice="Schaffen Sie Platz auf dem Datenträger. Ist er voll, kann niemand mehr "
                "etwas speichern; was gespeichert ist, bleibt erhalten.",
            )
        )
    if ahead is not None and abs(ahead) > CLOCK_OFF:
        notices.append(
            Notice(
                kind=Kind.WARNING,
                title="Die Uhren von Anwendung und Datenbank gehen verschieden.",
                advice="Prüfen Sie auf beiden Rechnern die Zeitsynchronisierung (timedatectl).",
            )
        )
    return notices


def _of_migrations(migrations: Migrations) -> Notice:
    if migrations.is_newer:
        return Notice(
            kind=Kind.DANGER,
            title="Die Datenbank gehört zu einer neueren Version der Anwendung.",
            advice="Spielen Sie die neuere Version wieder ein, oder gehen Sie vor wie unter "
            "„Rollback“ in deploy/README.md beschrieben.",
        )
    return Notice(
        kind=Kind.DANGER,
        title="Die Datenbank ist nicht auf dem Stand dieser Version.",
        advice="Sichern Sie die Datenbank und führen Sie „selfcheck db upgrade“ aus.",
    )


def _of_scanner(scanner: Scanner) -> list[Notice]:
    if not scanner.is_configured:
        return [
            Notice(
                kind=Kind.INFO,
                title="Zertifikate werden nicht auf Schadsoftware geprüft.",
                advice="Richten Sie clamd ein und nennen Sie seine Adresse in SELFCHECK_CLAMD.",
            )
        ]
    if scanner.answers:
        return []
    return [
        Notice(
            kind=Kind.DANGER,
            title="Die Virenprüfung antwortet nicht.",
            advice="Bis sie wieder antwortet, nimmt die Anwendung keine Zertifikate an. Prüfen Sie "
            "den Dienst clamav-daemon und die Einstellung SELFCHECK_CLAMD.",
        )
    ]


def _of_mails(status: SystemStatus) -> list[Notice]:
    mails = status.mails
    if mails is None:
        return []
    if not mails.is_configured:
        return [NO_MAILS]
    is_late = mails.due_since is not None and mails.due_since < status.now - MAILS_LATE
    found = (
        (is_late, MAILS_STAY),
        (mails.given_up > 0, MAILS_LOST),
        (not mails.has_links, NO_LINKS),
    )
    return [notice for applies, notice in found if applies]


NO_MAILS = Notice(
    kind=Kind.INFO,
    title="Es werden keine E-Mails gesendet.",
    advice="Nachrichten sind nur in der Anwendung zu lesen. Nennen Sie einen Mailserver in "
    "SELFCHECK_MAIL_HOST, wenn sie auch als E-Mail kommen sollen.",
)
MAILS_STAY = Notice(
    kind=Kind.WARNING,
    title="Fällige E-Mails werden nicht gesendet.",
    advice="Prüfen Sie selfcheck-mail.timer und, was „selfcheck mail send“ meldet. Verloren ist "
    "nichts.",
)
MAILS_LOST = Notice(
    kind=Kind.WARNING,
    title="In den letzten vier Wochen waren E-Mails nicht zustellbar.",
    advice="Prüfen Sie unter „Konten“ die Adressen derer, die keine Nachrichten bekommen; das "
    "Protokoll des Mailservers nennt die Gründe.",
)
NO_LINKS = Notice(
    kind=Kind.INFO,
    title="E-Mails enthalten keine Links.",
    advice="Nennen Sie die Adresse der Anwendung in SELFCHECK_BASE_URL.",
)


def _of_tasks(status: SystemStatus) -> list[Notice]:
    if status.last_runs is None:
        return []
    notices = []
    for task, at in status.last_runs.items():
        if task is Task.BACKUP and not status.database.is_file:
            continue  # PostgreSQL is saved by its own means, of which nothing is known here
        if at is not None and at > status.now - MAX_AGE:
            continue
        subject, harm = MISSED[task]
        when = "seit mehr als zwei Tagen nicht" if at else "noch nie"
        notices.append(
            Notice(
                kind=Kind.WARNING,
                title=f"{subject} {when} gelaufen.",
                advice=f"{harm} Prüfen Sie {TIMERS[task]} (siehe deploy/README.md).",
            )
        )
    return notices
