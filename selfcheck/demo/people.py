"""Fictional people of the demo city: their logins, and which unit they work for."""

from __future__ import annotations

from dataclasses import dataclass

from selfcheck.accounts.permissions import Role

# A demo holds no real data; its logins are printed where it is started.
PASSWORD = "Vorfuehrung-2026"  # noqa: S105
DOMAIN = "stadt.example"


@dataclass(frozen=True)
class DemoPerson:
    """A login: local part of the address, name, role, and the unit's number if the role has one."""

    login: str
    name: str
    role: Role
    unit: str | None = None
    # As in Vietnamese.
    last_name_first: bool = False

    @property
    def email(self) -> str:
        """The address to log in with."""
        return f"{self.login}@{DOMAIN}"

    @property
    def last_and_first_name(self) -> tuple[str, str]:
        """The name in two parts, as a list of staff has it."""
        if self.last_name_first:
            last_name, _, first_name = self.name.partition(" ")
        else:
            first_name, _, last_name = self.name.rpartition(" ")
        return last_name, first_name


# One login for each role, heads and officers for two offices: these are printed.
LOGINS = (
    DemoPerson("leitung.33", "Katrin Brückner", Role.UNIT_HEAD, "33"),
    DemoPerson("leitung.50", "Jörg Šlapak", Role.UNIT_HEAD, "50"),
    DemoPerson("fortbildung.33", "Mandy Opitz", Role.TRAINING_OFFICER, "33"),
    DemoPerson(
        "fortbildung.50", "Nguyễn Minh Anh", Role.TRAINING_OFFICER, "50", last_name_first=True
    ),
    DemoPerson("personal", "Heike Großmann", Role.HR),
    DemoPerson("integration", "Amina Yıldız", Role.COMMISSIONER),
    DemoPerson("admin", "Falk Ziegenbalg", Role.ADMIN),
)

# Heads of other units, so that their checks are somebody's.
HEADS = (
    DemoPerson("leitung.33.1", "Sabine Käßler", Role.UNIT_HEAD, "33.1"),
    DemoPerson("leitung.33.2", "Thomas Überschär", Role.UNIT_HEAD, "33.2"),
    DemoPerson("leitung.33.3", "Elena Petrowa", Role.UNIT_HEAD, "33.3"),
    DemoPerson("leitung.50.2", "Rania Haddad", Role.UNIT_HEAD, "50.2"),
    DemoPerson("leitung.50.4", "Uwe Michalk", Role.UNIT_HEAD, "50.4"),
    DemoPerson("leitung.32", "Doreen Fichtner", Role.UNIT_HEAD, "32"),
    DemoPerson("leitung.40", "Matthias Öhmichen", Role.UNIT_HEAD, "40"),
    DemoPerson("leitung.42", "Gesine Thürmer", Role.UNIT_HEAD, "42"),
    DemoPerson("leitung.51", "Carlos Mendes", Role.UNIT_HEAD, "51"),
    DemoPerson("leitung.53", "Ines Wünsche", Role.UNIT_HEAD, "53"),
    DemoPerson("leitung.58", "Ljudmila Hörnig", Role.UNIT_HEAD, "58"),
    DemoPerson("leitung.61", "Bernd Äpler", Role.UNIT_HEAD, "61"),
    DemoPerson("leitung.67", "Franziska Süß", Role.UNIT_HEAD, "67"),
    DemoPerson("leitung.80", "Henrik Voß", Role.UNIT_HEAD, "80"),
    DemoPerson("leitung.90.02", "Antje Dörfel", Role.UNIT_HEAD, "90.02"),
    DemoPerson("leitung.90.08", "Ronny Jäschke", Role.UNIT_HEAD, "90.08"),
    DemoPerson("leitung.eb55", "Christa Kühnöl", Role.UNIT_HEAD, "EB55"),
    DemoPerson("leitung.eb56", "Oksana Schönherr", Role.UNIT_HEAD, "EB56"),
)

# Training officers of other offices, so that somebody entered their trainings and asked.
OFFICERS = (
    DemoPerson("fortbildung.32", "Silvio Kretzschmar", Role.TRAINING_OFFICER, "32"),
    DemoPerson("fortbildung.42", "Agnieszka Wróbel", Role.TRAINING_OFFICER, "42"),
    DemoPerson("fortbildung.51", "Ulrike Noack-Çelik", Role.TRAINING_OFFICER, "51"),
)

PEOPLE = (*LOGINS, *HEADS, *OFFICERS)
