"""The order of a list, chosen by its headers and kept in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

DESCENDING = "-"


@dataclass(frozen=True)
class Sort:
    """By which column a list is sorted; an empty one stands for the list's own order."""

    column: str
    descending: bool

    @classmethod
    def of_request(cls, columns: Collection[str]) -> Sort:
        """Return what ``?sortierung=`` asks for; unknown columns are as good as none."""
        chosen = request.args.get("sortierung", "")
        column = chosen.removeprefix(DESCENDING)
        if column not in columns:
            return cls("", descending=False)
        return cls(column, descending=chosen.startswith(DESCENDING))

    def url(self, column: str) -> str:
        """Return the address that sorts by a column, or turns its direction round."""
        sign = DESCENDING if column == self.column and not self.descending else ""
        kept = [
            (key, value)
            for key, value in request.args.items(multi=True)
            if value and key not in {"seite", "sortierung"}
        ]
        return f"{request.path}?{urlencode([*kept, ('sortierung', sign + column)])}"
