"""What of the system's state is worth a notice?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from selfcheck.audit.actions import Action
from selfcheck.operations.status import (
    GB,
    MISSED,
    TASK_LABELS,
    TIMERS,
    Database,
    Disk,
    Kind,
    Mails,
    Migrations,
    Scanner,
    SystemStatus,
    Task,
    find_notices,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEAD = frozenset({"0017"})
AT_HEAD = Migrations(found=HEAD, needed=HEAD, missing=(), is_newer=False)
BEHIND = replace(AT_HEAD, found=frozenset({"0016"}), missing=("0017",))
NEWER = replace(AT_HEAD, found=frozenset({"0018"}), is_newer=True)
MAILS = Mails(
    is_configured=True,
    has_links=True,
    last_sent_at=NOW,
    waiting=0,
    troubled=0,
    due_since=None,
    given_up=0,
)
FILE = Database(kind="SQLite", is_file=True, size_bytes=1)
SERVER = Database(kind="PostgreSQL", is_file=False, size_bytes=1, clock_ahead=timedelta())
FINE = SystemStatus(
    now=NOW,
    is_demo=False,
    database=FILE,
    migrations=AT_HEAD,
    certificates=(0, 0),
    scanner=Scanner(is_configured=True, answers=True),
    mails=MAILS,
    disk=Disk(free=50 * GB, total=100 * GB),
    last_runs=dict.fromkeys(Task, NOW - timedelta(hours=20)),
)
LATE = NOW - timedelta(hours=51)


def test_nothing_is_said_where_all_is_well():
    assert find_notices(FINE) == []


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"migrations": None}, Kind.DANGER, "antwortet nicht oder nur langsam"),
        ({"migrations": BEHIND}, Kind.DANGER, "nicht auf dem Stand"),
        ({"migrations": NEWER}, Kind.DANGER, "neueren Version"),
        ({"scanner": Scanner(is_configured=True)}, Kind.DANGER, "Virenprüfung antwortet nicht"),
        ({"scanner": Scanner(is_configured=False)}, Kind.INFO, "nicht auf Schadsoftware"),
        ({"mails": replace(MAILS, is_configured=False)}, Kind.INFO, "keine E-Mails"),
        ({"mails": replace(MAILS, has_links=False)}, Kind.INFO, "keine Links"),
        ({"mails": replace(MAILS, due_since=LATE)}, Kind.WARNING, "nicht gesendet"),
        ({"mails": replace(MAILS, given_up=1)}, Kind.WARNING, "nicht zustellbar"),
        ({"disk": Disk(free=GB, total=100 * GB)}, Kind.WARNING, "geht zur Neige"),
        ({"disk": Disk(free=GB // 5, total=100 * GB)}, Kind.DANGER, "geht zur Neige"),
        ({"is_demo": True}, Kind.WARNING, "Vorführung"),
        ({"last_runs": {Task.REMINDERS: None}}, Kind.WARNING, "Erinnerungen sind noch nie"),
        ({"last_runs": {Task.RETENTION: LATE}}, Kind.WARNING, "sind seit mehr als zwei Tagen"),
        ({"last_runs": {Task.BACKUP: LATE}}, Kind.WARNING, "Sicherung ist seit mehr als"),
        (
            {"database": replace(SERVER, clock_ahead=timedelta(minutes=-2))},
            Kind.WARNING,
            "gehen verschieden",
        ),
    ],
)
def test_each_trouble_has_one_notice_that_says_what_to_do(
    changes: dict[str, object], kind: Kind, words: str
):
    (notice,) = find_notices(replace(FINE, **changes))

    assert notice.kind is kind
    assert words in notice.title
    assert notice.title.endswith(".")
    assert notice.advice.endswith(".")


@pytest.mark.parametrize(
    "changes",
    [
        {"mails": replace(MAILS, due_since=NOW - timedelta(minutes=29))},
        {"mails": None},
        {"disk": None},
        {"disk": Disk(free=3 * GB, total=1000 * GB)},  # little of much is enough
        {"disk": Disk(free=GB, total=8 * GB)},  # as is much of little
        {"last_runs": None},
        {"database": SERVER, "last_runs": {Task.BACKUP: None}},  # saved by its own means
        {"database": replace(SERVER, clock_ahead=timedelta(seconds=29))},
    ],
)
def test_what_is_no_trouble(changes: dict[str, object]):
    assert find_notices(replace(FINE, **changes)) == []


def test_the_most_urgent_comes_first():
    status = replace(
        FINE, migrations=BEHIND, is_demo=True, mails=replace(MAILS, is_configured=False)
    )

    kinds = [notice.kind for notice in find_notices(status)]

    assert kinds == [Kind.DANGER, Kind.WARNING, Kind.INFO]


def test_every_task_is_known_everywhere():
    assert TASK_LABELS.keys() == MISSED.keys() == TIMERS.keys() == set(Task)
    assert {task.value for task in Task} <= {action.value for action in Action}
