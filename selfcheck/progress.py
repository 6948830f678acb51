"""How far is a long import? Told on standard error, so that what scripts read stays short."""

from __future__ import annotations

from collections.abc import Callable

import click

from selfcheck.lists.messages import grouped

LONG_LIST = 2_000  # rows from which on one wants to see that something happens


def progress_of(rows: int, things: str) -> Callable[[int, int], None] | None:
    """Say how long a list is, and return what says how much of it is stored.

    None, and not a word, for a list that takes no longer than a breath. ``things`` is what the
    rows make: Schulungen.
    """
    if rows <= LONG_LIST:
        return None
    click.echo(f"Gelesen: {grouped(rows)} Zeilen", err=True)

    def tell(done: int, total: int) -> None:
        click.echo(f"Geschrieben: {grouped(done)} von {grouped(total)} {things}", err=True)

    return tell
