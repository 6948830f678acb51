"""Whatever is not shared makes no difference to anything that the commissioner can reach.

A random city of checks and levels is walked through twice: all pages, the workbook unpacked, all
messages. In between everything that is not shared is changed. Byte by byte nothing may differ.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from random import Random
from uuid import UUID
from zipfile import ZipFile

import pytest
from client import Client
from factories import LONG_AGO, World, make_check, make_message
from flask import Flask, current_app, url_for
from office_measures import make_measure
from shares import sent_share, share
from sqlalchemy import select
from support_requests import make_support_request
from werkzeug.routing import Rule, UUIDConverter

from selfcheck.accounts.models import User
from selfcheck.checks.measure_models import Measure
from selfcheck.checks.measures import MeasureState
from selfcheck.checks.models import SelfCheck
from selfcheck.checks.questionnaire import Questionnaire, newest
from selfcheck.checks.scoring import Answers, score
from selfcheck.checks.service import answers_of, store_answers
from selfcheck.checks.share_models import Share
from selfcheck.checks.sharing import ShareLevel
from selfcheck.checks.states import CheckState
from selfcheck.db import db
from selfcheck.mail.models import Message
from selfcheck.rounds.models import Round, RoundUnit

UNITS = ("1", "33", "33.1", "33.11", "50", "50.1")
OPTIONS = ("recruitment", "committees", "exchange", "outreach", "opening", "events", "other")
MARK = re.compile(r"marke-\d+-(?:colour|points|all|none|draft)")
YEAR_AGO = date(2025, 11, 20)
LEVELS: tuple[ShareLevel | None, ...] = (*ShareLevel, None, None)
EVENTS = "events"  # the part of a disclosure that grows with each disclosure
NOT_WALKED = {"static", "accounts.log_out"}
QUERIES = {  # ways to call a page that show more than its bare address
    "overview.list_units": (
        "colour=not-shared",
        "colour=yellow",
        "colour=older",
        "activity=recent",
        "sortierung=-punkte",
    ),
    "overview.list_entries": ("text=marke", "question=measure", "sortierung=-datum"),
    "overview.show_heat_map": ("sortierung=-gesamt", "sortierung=s3"),
}


class City:
    """Checks of all units at random levels, each with texts that name its level."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = Random(seed)
        self.count = 0
        self.questionnaire = newest(current_app.extensions["questionnaires"])
        self.users = [user.id for user in db.session.scalars(select(User).order_by(User.id))]

    def fill(self) -> None:
        for number in UNITS:
            level_of_unit = self.random.choice(LEVELS)
            for days in sorted(self.random.sample(range(1, 800), k=self.random.randint(0, 3))):
                level = self.random.choice([level_of_unit, *LEVELS])
                self._make(number, date(2026, 11, 20) - timedelta(days=days), level)
        shared = self._make("33", date(2026, 11, 18), ShareLevel.ALL)  # of each kind there is one
        self._make("33.1", date(2026, 11, 17), ShareLevel.POINTS)
        self._make("50", date(2026, 11, 16), ShareLevel.COLOUR)
        unshared = self._make("50.1", date(2026, 11, 15), None)
        for check_id in (unshared, None):
            make_support_request(self.world, unit="50.1", by="head50", check_id=check_id)
        make_support_request(self.world, check_id=shared)
        self._make("33", date(2026, 11, 19), None, state=CheckState.DRAFT)
        for number in UNITS:  # of later days than all that was shared
            make_measure(self.world, unit=number, wording=self._text("none"))
        self._call_round()

    def change_what_is_not_shared(self) -> None:
        shares = {one.check_id: one.level for one in db.session.scalars(select(Share))}
        for check in list(db.session.scalars(select(SelfCheck))):
            self._change(check, shares.get(check.id))
        for measure in db.session.scalars(select(Measure)):  # what was shared is kept apart
            measure.wording, measure.responsible = self._text("none"), self._text("none")
            measure.state, measure.due_on = MeasureState.DROPPED, date(2026, 1, 1)
            measure.statement_id = "s1"
        make_measure(self.world, unit="33", wording=self._text("none"))
        self._make("50", date(2026, 11, 19), None, state=CheckState.DRAFT)
        for level in (None, "withdrawn"):  # of units that have a newer check already
            check_id = self._make("50.1", date(2026, 11, 10), None)
            if level:
                db.session.delete(share(check_id, ShareLevel.ALL))
        db.session.commit()

    def _call_round(self) -> None:
        """Call all units; nothing that changes later is before its first day or after its last."""
        called = Round(
            title="Runde",
            text="",
            begins_on=YEAR_AGO,
            deadline=date(2026, 12, 15),
            called_at=LONG_AGO,
            called_by_id=self.world.user_ids["commissioner"],
        )
        db.session.add(called)
        db.session.flush()
        for unit_id in self.world.unit_ids.values():
            db.session.add(RoundUnit(round_id=called.id, unit_id=unit_id))
        db.session.commit()

    def _make(
        self,
        number: str,
        day: date,
        level: ShareLevel | None,
        state: CheckState = CheckState.SUBMITTED,
    ) -> UUID:
        name = "draft" if state is CheckState.DRAFT else level.value if level else "none"
        answers = self._answers(name, self._points())
        check_id = make_check(
            self.world,
            unit=number,
            by=self.random.choice(["head33", "head50"]),
            points=dict(answers.points),
            texts=dict(answers.texts),
            choices=dict(answers.choices),
            checked_on=day,
            state=state,
        )
        if level is not None:
            kept = make_measure(self.world, unit=number, wording=self._text(name))
            share(check_id, level)
            db.session.delete(db.session.get_one(Measure, kept))
            db.session.commit()
        return check_id

    def _change(self, check: SelfCheck, level: ShareLevel | None) -> None:
        before = answers_of(check)
        if level is None:
            points = self._points()
            name = "none" if check.submitted_at else "draft"
            check.checked_on = self._another_day(check.checked_on)
        else:
            points = dict(before.points)
            name = level.value
        if level is ShareLevel.COLOUR:  # the same total, made of other points
            points = self._other_points(sum(points.values()))
        if level is not ShareLevel.ALL:
            store_answers(check, self._answers(name, points))
        check.created_at = check.changed_at = LONG_AGO + timedelta(days=3)
        check.created_by_id = check.changed_by_id = self.random.choice(self.users)
        if check.submitted_at:
            check.submitted_by_id = self.random.choice(self.users)
            # Shared ones keep their order.
            moved = 90 if level else self.random.randrange(300)
            check.submitted_at = LONG_AGO + timedelta(days=moved)
            check.total_points = score(self.questionnaire, answers_of(check)).total

    def _another_day(self, day: date) -> date:
        """Return a day on the same side of the twelve months."""
        first = YEAR_AGO if day >= YEAR_AGO else date(2023, 1, 1)
        return first + timedelta(days=self.random.randrange(360))

    def _points(self) -> dict[str, int]:
        return {one.id: self.random.randint(1, 5) for one in self.questionnaire.statements}

    def _other_points(self, total: int) -> dict[str, int]:
        ids = [one.id for one in self.questionnaire.statements]
        points = dict.fromkeys(ids, 1)
        while sum(points.values()) < total:
            one = self.random.choice([one for one in ids if points[one] < 5])
            points[one] += 1
        return points

    def _answers(self, name: str, points: dict[str, int]) -> Answers:
        texts = {one.id: self._text(name) for one in self.questionnaire.follow_ups}
        ticked = {"cooperation": tuple(self.random.sample(OPTIONS, k=3))}
        return Answers(points=points, texts=texts, choices=ticked)

    def _text(self, name: str) -> str:
        self.count += 1
        return f"marke-{self.count}-{name}"


def all_addresses(app: Flask, world: World, checks: list[UUID], messages: list[UUID]) -> list[str]:
    """Return all pages with everything that may stand in their addresses."""
    return [
        address
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and rule.endpoint not in NOT_WALKED
        for address in addresses_of(rule, world, checks, messages)
    ]


def addresses_of(
    rule: Rule, world: World, checks: list[UUID], messages: list[UUID]
) -> Iterator[str]:
    numbers = range(1, 4)  # of things that this city has few of, or none
    values = {"check_id": checks, "message_id": messages, "unit_id": world.unit_ids.values()}
    fixed = {"ending": "xlsx", "token": "kein-link"}
    uuids = {name for name, one in rule._converters.items() if isinstance(one, UUIDConverter)}
    if not rule.arguments:
        yield url_for(rule.endpoint)
        for query in QUERIES.get(rule.endpoint, ()):
            yield f"{url_for(rule.endpoint)}?{query}"
        return
    name = next(iter(rule.arguments & values.keys()), None)
    for one in values.get(name or "", numbers):
        rest = {
            other: checks[0] if other in uuids else fixed.get(other, one)
            for other in rule.arguments
            if other != name
        }
        yield url_for(rule.endpoint, **rest, **({name: one} if name else {}))


def content_of(client: Client, address: str) -> tuple[int, dict[str, bytes]]:
    """Return what an address answers, without what differs from one request to the next."""
    response = client.get(address, buffered=True)
    body = response.data
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts.pop("docProps/core.xml")  # when the file was made
        return response.status_code, parts
    if address == "/konto/daten.json":
        told = response.get_json()
        told["made_at"] = ""
        events = [one for one in told["sections"] if one["title"] == "Protokoll"]
        told["sections"] = [one for one in told["sections"] if one not in events]
        parts = {"": json.dumps(told).encode(), EVENTS: json.dumps(events).encode()}
        return response.status_code, parts
    token = rb'(name="csrf_token" (?:type="hidden" )?value=|"X-CSRFToken": ?)"[^"]*"'
    return response.status_code, {"": re.sub(token, rb"\1", body)}


def walk(app: Flask, client: Client, world: World) -> dict[str, tuple[int, dict[str, bytes]]]:
    """Open all that this person may open."""
    with app.app_context():
        checks = list(db.session.scalars(select(Share.check_id).order_by(Share.check_id)))
        query = select(SelfCheck.id).where(SelfCheck.created_at == LONG_AGO)
        others = list(db.session.scalars(query.order_by(SelfCheck.id)))[:4]
        mine = Message.recipient_id == world.user_ids["commissioner"]
        messages = list(db.session.scalars(select(Message.id).where(mine).order_by(Message.id)))
    with app.test_request_context():
        found = all_addresses(app, world, sorted({*checks, *others}), messages)
    contents = {address: content_of(client, address) for address in found}
    return {address: content for address, content in contents.items() if content[0] != 403}


def steady(address: str, content: tuple[int, dict[str, bytes]]) -> tuple[int, dict[str, bytes]]:
    """Leave out that a disclosure of one's own data is an event, which the next one tells."""
    status, parts = content
    if address == "/konto/daten.pdf":  # the same as the JSON, events and all
        return status, {}
    return status, {name: part for name, part in parts.items() if name != EVENTS}


@pytest.mark.parametrize("seed", range(3))
def test_what_is_not_shared_makes_no_difference(app: Flask, world: World, client_of, seed: int):
    with app.app_context():
        city = City(world, seed)
        city.fill()
        make_message(world.user_ids["commissioner"])
        db.session.commit()
    client = client_of("commissioner")
    addresses = walk(app, client, world)  # what is told only once is told
    before = {address: content_of(client, address) for address in addresses}
    with app.app_context():
        city.change_what_is_not_shared()
    after = {address: content_of(client, address) for address in before}

    assert [
        address
        for address, content in before.items()
        if steady(address, content) != steady(address, after[address])
    ] == []
    opened = [address for address, (status, _) in before.items() if status == 200]
    assert sum(address.startswith("/ueberblick/selbstchecks/") for address in opened) >= 3
    assert {"/", "/ueberblick", "/ueberblick/selbstchecks.xlsx"} <= set(opened)
    assert {f"/unterstuetzung/{number}" for number in (1, 2, 3)} <= set(opened)
    assert {"/runden", "/runden/1", "/runden/1/liste.xlsx"} <= set(opened)


@pytest.mark.parametrize("seed", range(3, 5))
def test_no_word_of_a_lower_level_is_anywhere(app: Flask, world: World, client_of, seed: int):
    with app.app_context():
        City(world, seed).fill()
    client = client_of("commissioner")
    everything = b"".join(
        part for _, parts in walk(app, client, world).values() for part in parts.values()
    ).decode(errors="replace")

    levels = {mark.rpartition("-")[2] for mark in MARK.findall(everything)}
    assert levels == {"all"}, "and those are there, so that this test could fail"


def test_the_message_about_sharing_is_the_same_whatever_is_shared(
    app: Flask, world: World, client_of
):
    told = []
    for points, level in ((1, ShareLevel.COLOUR), (5, ShareLevel.ALL)):
        with app.app_context():
            check_id = make_check(world, points=points, checked_on=date(2026, points, 2))
            sent = sent_share(check_id, level)
        client_of("head33").send(f"/selbstchecks/{check_id}/teilen", sent)
    with app.app_context():
        told = {(one.subject, one.body, one.path) for one in db.session.scalars(select(Message))}
        assert db.session.query(Message).count() == 2
    assert len(told) == 1


def test_the_walk_notices_a_leak(app: Flask, world: World, client_of):
    with app.app_context():
        check_id = make_check(world, points=2)
        share(check_id, ShareLevel.COLOUR)
    client = client_of("commissioner")
    before = walk(app, client, world)
    with app.app_context():
        check = db.session.get_one(SelfCheck, check_id)
        store_answers(check, Answers(points={f"s{number}": 4 for number in range(1, 9)}))
        db.session.commit()
    after = walk(app, client, world)

    changed = {address for address in before if before[address] != after[address]}
    assert {"/ueberblick", "/ueberblick/farben", f"/ueberblick/selbstchecks/{check_id}"} <= changed
    assert "/ueberblick/selbstchecks.xlsx" in changed


def test_the_questionnaire_has_what_the_city_answers(app: Flask):
    with app.app_context():
        questionnaire: Questionnaire = newest(current_app.extensions["questionnaires"])
    (asked,) = (one for one in questionnaire.follow_ups if one.options)
    assert tuple(option.id for option in asked.options) == OPTIONS
