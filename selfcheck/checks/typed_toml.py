"""Read a TOML table into a frozen dataclass: the fields are the keys, a default makes one optional.

Fields may be texts, whole numbers from 0 up, dates, booleans, StrEnums, tuples of such dataclasses,
or one of them that may be left out. Nothing is converted or guessed: whatever does not fit is a
problem, told with its place.
"""

from __future__ import annotations

import reprlib
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from types import UnionType
from typing import TYPE_CHECKING, TypeVar, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

UNREAD = -1
"""Stands for a number that could not be read. That has been told; the rules pass over it."""

_NAMES = {str: "a text", int: "a whole number", date: "a date", bool: "true or false"}
_EMPTY = {str: "", int: UNREAD, date: date.min, bool: False}

_Table = TypeVar("_Table", bound="DataclassInstance")


class Reader:
    """Collects in `problems` all that does not fit, and puts something empty in its place."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def table(self, kind: type[_Table], content: dict[str, object], place: str = "") -> _Table:
        """Read one table, and all tables within it."""
        hints: dict[str, type] = get_type_hints(kind)
        for key in content:
            if key not in hints:
                self._tell(place, f"unknown key {key}")
        values = {}
        for field in fields(kind):
            if field.name in content:
                value = self._value(hints[field.name], content[field.name], place, field.name)
                values[field.name] = value
            elif field.default is MISSING:
                self._tell(place, f"{field.name} is missing")
                values[field.name] = _empty(hints[field.name])
        return kind(**values)

    def _value(self, hint: type, value: object, place: str, key: str) -> object:
        if get_origin(hint) is tuple:
            return self._tables(get_args(hint)[0], value, place, key)
        if get_origin(hint) is UnionType:
            hint, _ = get_args(hint)
        if is_dataclass(hint):
            if isinstance(value, dict):
                return self.table(hint, value, _join(place, key))
            self._tell(place, f"{key} must be a table, not {reprlib.repr(value)}")
            return None
        if issubclass(hint, StrEnum):
            return self._word(hint, value, place, key)
        return self._scalar(hint, value, place, key)

    def _tables(
        self, kind: type[_Table], value: object, place: str, key: str
    ) -> tuple[_Table, ...]:
        if not isinstance(value, list):
            self._tell(place, f"{key} must be a list of tables, not {reprlib.repr(value)}")
            return ()
        if not value:
            self._tell(place, f"{key} is empty")
        tables = []
        for position, entry in enumerate(value, start=1):
            if isinstance(entry, dict):
                name = f"{key}.{entry.get('id', f'#{position}')}"
                tables.append(self.table(kind, entry, _join(place, name)))
            else:
                self._tell(place, f"{key}.#{position} must be a table, not {reprlib.repr(entry)}")
        return tuple(tables)

    def _scalar(self, kind: type, value: object, place: str, key: str) -> object:
        if type(value) is not kind:  # nor a subclass: true is no number, date with time no date
            self._tell(place, f"{key} must be {_NAMES[kind]}, not {reprlib.repr(value)}")
        elif isinstance(value, str) and not value.strip():
            self._tell(place, f"{key} is empty")
        elif isinstance(value, int) and value < 0:
            self._tell(place, f"{key} must not be negative, like {value}")
        else:
            return value
        return _EMPTY[kind]

    def _word(self, words: type[StrEnum], value: object, place: str, key: str) -> StrEnum:
        known = {str(word): word for word in words}
        if isinstance(value, str) and value in known:
            return known[value]
        self._tell(place, f"{key} must be {' or '.join(known)}, not {reprlib.repr(value)}")
        return next(iter(words))

    def _tell(self, place: str, problem: str) -> None:
        self.problems.append(f"{place}: {problem}" if place else problem)


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _empty(hint: type) -> object:
    if get_origin(hint) is tuple:
        return ()
    return next(iter(hint)) if issubclass(hint, StrEnum) else _EMPTY[hint]
