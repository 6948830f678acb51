"""Units of the small city at hand, and the administrator's browser."""

from collections.abc import Callable, Iterator

import pytest
from client import Client
from factories import World
from flask import Flask

from selfcheck.db import db
from selfcheck.organisation.models import Unit


@pytest.fixture
def unit(app: Flask, world: World) -> Iterator[Callable[[str], Unit]]:
    """Open an application context, and give the units of the small city by their numbers."""
    with app.app_context():
        yield lambda number: db.session.get_one(Unit, world.unit_ids[number])


@pytest.fixture
def admin(client_of: Callable[[str], Client]) -> Client:
    return client_of("admin")
