"""What docs/datenschutz.md and the privacy page say is what the application does."""

import re

import pytest

from selfcheck import features  # noqa: F401 - with it all tables are known
from selfcheck.accounts.permissions import ROLE_LABELS
from selfcheck.db import Base
from selfcheck.keep_times import LEAST, KeepTimes
from selfcheck.retention.kinds import Kind
from selfcheck.retention.periods import make_periods
from selfcheck.retention.wording import tell_about_account, tell_about_person

STANDARD = make_periods(**vars(KeepTimes()), session_hours=12)


@pytest.fixture(scope="module")
def document(request: pytest.FixtureRequest) -> str:
    path = request.config.rootpath / "docs" / "datenschutz.md"
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", Kind)
def test_the_periods_are_those_of_the_code(document: str, kind: Kind):
    (row,) = [row for row in document.splitlines() if row.startswith(f"| {kind.label} |")]
    assert row.split(" | ")[1].startswith(STANDARD[kind].label)


def test_every_setting_stands_there_and_in_the_readme(document: str, project_root):
    names = {f"KEEP_{name.upper()}" for name in vars(KeepTimes())}
    assert set(re.findall(r"SELFCHECK_(KEEP_\w+)", document)) == names
    readme = (project_root / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(KEEP_\w+)`", readme)) == names
    (row,) = [row for row in readme.splitlines() if "`KEEP_PEOPLE_MONTHS`" in row]
    told = dict(
        zip(re.findall(r"KEEP_\w+", row), re.findall(r"\d+", row.split("|")[3]), strict=True)
    )
    assert told == {f"KEEP_{key.upper()}": str(value) for key, value in vars(KeepTimes()).items()}


def test_the_least_periods_stand_there(document: str):
    for name in ("logins_days", "audit_months"):
        assert f"`SELFCHECK_KEEP_{name.upper()}`, mindestens {LEAST[name]}" in document


def test_every_table_stands_there_once(document: str):
    part = document.split("## 3. ")[1].split("## 4. ", maxsplit=1)[0]
    named = [name for row in part.splitlines() for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(table.name for table in Base.metadata.sorted_tables)


def test_every_role_stands_there(document: str):
    part = document.split("## 4. ")[1].split("## 5. ", maxsplit=1)[0]
    for label in ROLE_LABELS.values():
        assert f"| {label} |" in part


@pytest.mark.parametrize(
    ("tell", "kinds"),
    [
        (tell_about_person, [Kind.PEOPLE, Kind.CERTIFICATES, Kind.AUDIT]),
        (tell_about_account, [Kind.LOGINS, Kind.AUDIT, Kind.MESSAGES, Kind.SUPPORT]),
    ],
)
def test_a_disclosure_names_the_periods(tell, kinds):
    told = dict(tell(STANDARD))["Speicherdauer"]
    assert all(STANDARD[kind].label in told for kind in kinds)
