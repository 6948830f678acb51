"""The kinds of units, as the lists of the offices name them."""

from __future__ import annotations

from enum import StrEnum


class UnitKind(StrEnum):
    """What a unit is („Art“); the values are the official words."""

    DIVISION = "Geschäftsbereich"
    OFFICE = "Amt"
    MUNICIPAL_ENTERPRISE = "Eigenbetrieb"
    DISTRICT_OFFICE = "Stadtbezirksamt"
    LOCAL_OFFICE = "Verwaltungsstelle"
    SPECIAL_SERVICE = "Fachbereich"
    STAFF_UNIT = "Stabsstelle"
    STAFF_COUNCIL = "Mitarbeitervertretung"
    COMMISSIONER = "Beauftragte"
    DEPARTMENT = "Abteilung"
    SECTION = "Sachgebiet"
