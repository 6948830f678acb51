"""selfcheck user add, selfcheck user grant"""

import pytest
from console import Run, count
from factories import World
from factors import make_factor
from flask import Flask
from sqlalchemy import select

from selfcheck.accounts.factor_models import SecondFactor
from selfcheck.accounts.models import User
from selfcheck.accounts.passwords import is_password
from selfcheck.accounts.service import describe_grant
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db

PASSWORD = "ein langes Passwort"


@pytest.mark.parametrize(
    ("role", "unit", "described"),
    [
        (
            "unit-head",
            "33",
            "Leitung einer Organisationseinheit (33 Einheit 33 und alles darunter)",
        ),
        ("training-officer", "33.1", "Fortbildungsbeauftragte*r (33.1 Einheit 33.1 und alles"),
        ("hr", None, "Haupt- und Personalamt (ganze Stadt)"),
        ("commissioner", None, "Büro der Integrations- und Ausländerbeauftragten (ganze Stadt)"),
        ("admin", None, "Administration (ganze Stadt)"),
    ],
)
@pytest.mark.usefixtures("world")
def test_a_user_of_each_role_is_added(
    app: Flask, run: Run, role: str, unit: str | None, described: str
) -> None:
    where = ["--unit", unit] if unit else []
    outcome = run(
        "user", "add", " Jörg@Stadt.Example ", "--name", "Jörg Öl", "--role", role, *where,
        "--password-stdin", stdin=f"{PASSWORD}\nsecond line\n",
    )  # fmt: skip
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.startswith(f"Konto angelegt: jörg@stadt.example, {described}")
    assert PASSWORD not in outcome.out
    with app.app_context():
        user = db.session.scalars(select(User).where(User.name == "Jörg Öl")).one()
        assert user.email == "jörg@stadt.example"
        assert is_password(PASSWORD, user.password_hash)
        assert not user.must_change_password
        assert [describe_grant(grant)[: len(described)] for grant in user.grants] == [described]


def test_without_a_password_a_one_time_password_is_printed(
    app: Flask, world: World, run: Run
) -> None:
    outcome = run("user", "add", "neu@stadt.example", "--name", "Neu", "--role", "hr")
    assert outcome.code == 0
    one_time = outcome.out.strip().rpartition(": ")[2]
    with app.app_context():
        user = db.session.scalars(select(User).where(User.name == "Neu")).one()
        assert is_password(one_time, user.password_hash)
        assert user.must_change_password


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stdin": "kurz\n"}, "Das Passwort"),
        ({"stdin": ""}, "Das Passwort"),
        ({"--unit": "34"}, "Eine Organisationseinheit mit der Nummer 34 gibt es nicht."),
        ({"--unit": None}, "bitte geben Sie an, für welche"),
        ({"--role": "hr"}, "bitte lassen Sie die Organisationseinheit leer"),
        ({"email": "HEAD33@stadt.example "}, "Für head33@stadt.example gibt es schon ein Konto."),
        ({"email": "niemand"}, "Das ist keine E-Mail-Adresse"),
        ({"--name": "  "}, "Bitte geben Sie einen Namen an."),
        ({"--name": "x" * 201}, "Der Name ist zu lang"),
        ({"--name": "\udcfc"}, ""),  # an argument that is no UTF-8
    ],
)
def test_a_user_that_is_refused_leaves_nothing_behind(
    app: Flask, world: World, run: Run, changes: dict, message: str
) -> None:
    fields = {"email": "neu@stadt.example", "--name": "Neu", "--role": "unit-head"}
    fields |= {"--unit": "33", "stdin": f"{PASSWORD}\n"} | changes
    options = [
        word
        for name in ("--name", "--role", "--unit")
        if fields[name] is not None
        for word in (name, fields[name])
    ]
    outcome = run(
        "user", "add", fields["email"], *options, "--password-stdin", stdin=fields["stdin"]
    )
    assert outcome.code == 1
    assert outcome.out == ""
    assert message in outcome.err
    assert "Traceback" not in outcome.err
    assert count(app, User) == len(world.user_ids)
    assert count(app, AuditEvent) == 0


def test_a_further_role_is_granted(app: Flask, world: World, run: Run) -> None:
    outcome = run(
        "user", "grant", "HEAD33@stadt.example", "--role", "training-officer", "--unit", "50"
    )
    assert outcome.code == 0
    assert "head33@stadt.example hat jetzt die Rolle Fortbildungsbeauftragte*r" in outcome.out
    with app.app_context():
        assert len(db.session.get_one(User, world.user_ids["head33"]).grants) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody@else.example", "--role", "hr"], "Ein Konto nobody@else.example gibt es nicht."),
        (["hr@stadt.example", "--role", "hr"], "Diese Rolle hat die Person schon."),
        (["hr@stadt.example", "--role", "admin", "--unit", "33"], "gilt für die ganze Stadt"),
        (["hr@stadt.example", "--role", "unit-head"], "gilt für eine Organisationseinheit"),
        (["hr@stadt.example", "--role", "unit-head", "--unit", "x"], "mit der Nummer x gibt es"),
    ],
)
def test_a_role_that_is_refused_is_not_granted(
    app: Flask, world: World, run: Run, arguments: list[str], message: str
) -> None:
    outcome = run("user", "grant", *arguments)
    assert (outcome.code, outcome.out) == (1, "")
    assert message in outcome.err
    assert count(app, AuditEvent) == 0


def test_a_second_factor_is_reset_without_the_key_that_encrypted_it(
    app: Flask, world: World, run: Run
) -> None:
    with app.app_context():
        make_factor(world.user_ids["admin"])

    first = run("user", "reset-second-factor", " Admin@Stadt.Example ")
    second = run("user", "reset-second-factor", world.email("admin"))

    assert (first.code, first.out) == (
        0,
        "Der zweite Faktor von admin@stadt.example ist zurückgesetzt.\n",
    )
    assert second.out == "admin@stadt.example hatte keinen zweiten Faktor.\n"
    with app.app_context():
        assert db.session.get(SecondFactor, world.user_ids["admin"]) is None
        actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
        assert actions[-1] == "second-factor-reset"
        assert actions.count("second-factor-reset") == 1


def test_an_unknown_account_has_no_second_factor_to_reset(world: World, run: Run) -> None:
    outcome = run("user", "reset-second-factor", "niemand@stadt.example")

    assert outcome.code == 1
    assert "niemand@stadt.example" in outcome.err
