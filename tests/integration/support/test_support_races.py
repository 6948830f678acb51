"""Two steps at the same time: each is done once, and none is lost."""

from datetime import date

import pytest
from factories import World
from flask import Flask
from integration.organisation.test_unit_races import Change, GetUnit, run_at_once
from sqlalchemy import func, select
from support_requests import make_support_request

from selfcheck import clock
from selfcheck.accounts.models import User
from selfcheck.db import db
from selfcheck.errors import ConflictError
from selfcheck.mail.models import Message
from selfcheck.rounds import service as round_service
from selfcheck.rounds.inputs import RoundInput
from selfcheck.support import service
from selfcheck.support.models import SupportMessage

pytestmark = pytest.mark.slow


def user(world: World, login: str) -> User:
    return db.session.get_one(User, world.user_ids[login])


def asking(world: World) -> Change:
    def change(unit: GetUnit) -> int:
        return service.ask(user(world, "head33"), unit("33"), check=None, text="Bitte").id

    return change


def writing(
    world: World, request_id: int, login: str, text: str, *, closes: bool = False
) -> Change:
    def change(_unit: GetUnit) -> None:
        writer = user(world, login)
        request = service.get_request(writer, request_id, lock=True)
        service.write(writer, request, text=text, shown_closed=False, closes=closes)

    return change


def test_a_double_click_asks_once(app: Flask, world: World):
    assert run_at_once(app, world, asking(world), asking(world)) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count(SupportMessage.id))) == 1


@pytest.mark.parametrize(
    ("login", "text", "texts"),
    [
        ("commissioner", "Ja", ["Bitte", "Ja"]),  # a double click
        ("commissioner", "Nein", ["Bitte", "Ja", "Nein"]),
        ("head33", "Eilt", ["Bitte", "Ja", "Eilt"]),
    ],
)
def test_what_two_write_is_kept_once_each(app: Flask, world: World, login, text, texts):
    with app.app_context():
        request_id = make_support_request(world, texts=("Bitte",)).id
        db.session.commit()
    first = writing(world, request_id, "commissioner", "Ja")
    run_at_once(app, world, first, writing(world, request_id, login, text))
    with app.app_context():
        query = select(SupportMessage.text).order_by(SupportMessage.id)
        assert list(db.session.scalars(query)) == texts


def test_who_writes_while_it_is_being_closed_learns_of_it(app: Flask, world: World):
    with app.app_context():
        request_id = make_support_request(world).id
        db.session.commit()
    closing = writing(world, request_id, "commissioner", "Erledigt", closes=True)
    with pytest.raises(ConflictError) as caught:
        run_at_once(app, world, closing, writing(world, request_id, "head33", "Noch etwas"))
    assert "Inzwischen wurde die Anfrage abgeschlossen" in caught.value.message


def test_a_double_click_calls_one_round_and_reminds_once(app: Flask, world: World):
    asked = RoundInput(
        title="Runde",
        text="",
        begins_on=date(2026, 1, 1),
        deadline=date(2099, 1, 1),
        unit_ids=[world.unit_ids["33"]],
    )
    actor_id = world.user_ids["commissioner"]

    def call(_unit: GetUnit) -> int:
        return round_service.call_round(asked, actor_id=actor_id, now=clock.now())[0].id

    def remind(_unit: GetUnit) -> int:
        one = round_service.get_round(1, lock=True)
        return round_service.remind(one, actor_id=actor_id, now=clock.now()).units

    assert run_at_once(app, world, call, call) == 1
    assert run_at_once(app, world, remind, remind) == 0
    with app.app_context():
        assert db.session.scalar(select(func.count(Message.id))) == 2
