"""Pages of a long list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import request


@dataclass(frozen=True)
class Page:
    """One page of a list; its neighbours keep the filter of the request."""

    number: int
    size: int
    total: int

    @classmethod
    def of_request(cls, *, total: int, size: int) -> Page:
        """Return the page that ``?seite=`` asks for, or the nearest that exists."""
        first = cls(1, size, total)
        number = min(max(request.args.get("seite", 1, type=int), 1), first.pages)
        return replace(first, number=number)

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many entries stand on earlier pages."""
        return (self.number - 1) * self.size

    @property
    def prev_url(self) -> str | None:
        """The page before, if there is one."""
        return self._url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        """The page after, if there is one."""
        return self._url(self.number + 1) if self.number < self.pages else None

    def _url(self, number: int) -> str:
        chosen = [
            (key, value)
            for key, value in request.args.items(multi=True)
            if value and key != "seite"
        ]
        return f"{request.path}?{urlencode([*chosen, ('seite', number)])}"
