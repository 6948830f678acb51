"""selfcheck user …"""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from selfcheck.accounts import factor_service, service, sso_service
from selfcheck.accounts.models import User
from selfcheck.accounts.permissions import Role
from selfcheck.db import db
from selfcheck.errors import NotFoundError
from selfcheck.organisation.models import Unit
from selfcheck.organisation.service import find_unit_by_number

user_commands = AppGroup("user", help="Konten und ihre Rollen.")

role_option = click.option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), help="Rolle."
)
unit_option = click.option("--unit", "unit_number", help="Nummer der Organisationseinheit.")


@user_commands.command("add", help="Legt ein Konto mit einer Rolle an.")
@click.argument("email")
@click.option("--name", required=True, help="Vor- und Nachname.")
@role_option
@unit_option
@click.option(
    "--password-stdin", is_flag=True, help="Liest das Passwort aus der ersten Zeile der Eingabe."
)
def add_user(
    email: str, name: str, role: str, unit_number: str | None, *, password_stdin: bool
) -> None:
    """Add a user; without --password-stdin a one-time password is made and printed."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    unit = _get_unit(unit_number)
    user, one_time = service.add_user(email=email, name=name, password=password, actor_id=None)
    grant = service.add_grant(user, role=Role(role), unit=unit, actor_id=None)
    db.session.commit()
    click.echo(f"Konto angelegt: {user.email}, {service.describe_grant(grant)}.")
    if one_time:
        click.echo(f"Einmalpasswort, 14 Tage gültig: {one_time}")


@user_commands.command("grant", help="Erteilt einem Konto eine weitere Rolle.")
@click.argument("email")
@role_option
@unit_option
def grant_role(email: str, role: str, unit_number: str | None) -> None:
    """Grant a further role."""
    user = _get_user(email)
    grant = service.add_grant(user, role=Role(role), unit=_get_unit(unit_number), actor_id=None)
    db.session.commit()
    click.echo(f"{user.email} hat jetzt die Rolle {service.describe_grant(grant)}.")


@user_commands.command("reset-second-factor", help="Nimmt einem Konto den zweiten Faktor.")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take a second factor away, when the app is lost or its secret cannot be decrypted."""
    user = _get_user(email)
    was_there = factor_service.reset(user, actor_id=None)
    db.session.commit()
    if was_there:
        click.echo(f"Der zweite Faktor von {user.email} ist zurückgesetzt.")
    else:
        click.echo(f"{user.email} hatte keinen zweiten Faktor.")


@user_commands.command("unlink", help="Löst ein Konto vom Dienstkonto, mit dem es verknüpft ist.")
@click.argument("email")
def unlink(email: str) -> None:
    """Forget the subjects of a user; the next single sign-on links the account again."""
    user = _get_user(email)
    sso_service.unlink(user)
    db.session.commit()
    click.echo(f"{user.email} ist mit keinem Dienstkonto mehr verknüpft.")


def _get_user(email: str) -> User:
    user = service.find_user_by_email(email)
    if user is None:
        raise NotFoundError(f"Ein Konto {email} gibt es nicht.")
    return user


def _get_unit(number: str | None) -> Unit | None:
    if number is None:
        return None
    unit = find_unit_by_number(number)
    if unit is None:
        raise NotFoundError(f"Eine Organisationseinheit mit der Nummer {number} gibt es nicht.")
    return unit
