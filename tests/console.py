"""What a command of the console leaves behind."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, select

from selfcheck.db import db


@dataclass(frozen=True)
class Outcome:
    code: int | str | None
    out: str
    err: str


Run = Callable[..., Outcome]


def count(app: Flask, model: type) -> int | None:
    """Return how many rows a table has."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))
