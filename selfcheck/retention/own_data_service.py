"""Gather what is stored about the user of an account."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import func, select

from selfcheck import clock
from selfcheck.accounts.factor_models import RecoveryCode, SecondFactor
from selfcheck.accounts.identity_models import ExternalIdentity
from selfcheck.accounts.models import LoginSession, User
from selfcheck.accounts.service import describe_grant
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db
from selfcheck.mail.models import Message
from selfcheck.retention.disclosure import Disclosure, Section
from selfcheck.retention.due_service import current_periods
from selfcheck.retention.person_data_service import ACTION_LABELS, tell_moment
from selfcheck.retention.wording import tell_about_account
from selfcheck.support.models import SupportMessage


def disclose_account(user: User) -> Disclosure:
    """Return everything that is stored about a user as a user."""
    return Disclosure(
        title=f"Daten zum Konto von {user.name}",
        city=current_app.extensions["selfcheck"].city_name,
        made_at=clock.now().astimezone(clock.city_time_zone()),
        about=tell_about_account(current_periods()),
        sections=[
            _account(user),
            Section("Rollen", ("Rolle",), [(describe_grant(one),) for one in user.grants]),
            _identities(user),
            _sessions(user),
            _messages(user),
            _support_messages(user),
            _events(user),
        ],
    )


def _account(user: User) -> Section:
    codes = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    factor = db.session.execute(
        select(SecondFactor.confirmed_at, codes).where(SecondFactor.user_id == user.id)
    ).one_or_none()
    rows = [
        ("Name", user.name),
        ("E-Mail-Adresse", user.email),
        ("Angelegt", tell_moment(user.created_at)),
        ("Einmalpasswort gilt bis", tell_moment(user.one_time_until)),
        ("Zweiter Faktor bestätigt", tell_moment(factor[0]) if factor else ""),
        ("Unbenutzte Wiederherstellungscodes", str(factor[1]) if factor else ""),
    ]
    return Section("Konto", ("Angabe", "Wert"), rows)


def _identities(user: User) -> Section:
    query = select(ExternalIdentity).where(ExternalIdentity.user_id == user.id)
    rows = [
        (one.issuer, one.subject, tell_moment(one.linked_at)) for one in db.session.scalars(query)
    ]
    return Section("Anmeldedienst der Stadt", ("Dienst", "Kennung", "Verknüpft"), rows)


def _sessions(user: User) -> Section:
    query = select(LoginSession.started_at, LoginSession.second_factor_at).where(
        LoginSession.user_id == user.id
    )
    rows = [
        (tell_moment(started_at), tell_moment(proved_at))
        for started_at, proved_at in db.session.execute(query.order_by(LoginSession.id))
    ]
    return Section("Sitzungen", ("Begonnen", "Zweiter Faktor"), rows)


def _messages(user: User) -> Section:
    columns = (Message.created_at, Message.subject, Message.read_at, Message.sent_at, Message.email)
    query = select(*columns).where(Message.recipient_id == user.id).order_by(Message.created_at)
    rows = [
        (tell_moment(created), subject, tell_moment(read), tell_moment(sent), email if sent else "")
        for created, subject, read, sent, email in db.session.execute(query)
    ]
    names = ("Zeitpunkt", "Betreff", "Gelesen", "Als E-Mail gesendet", "an")
    return Section("Nachrichten", names, rows)


def _support_messages(user: User) -> Section:
    query = select(SupportMessage.at, SupportMessage.text).where(
        SupportMessage.author_id == user.id
    )
    rows = [
        (tell_moment(at), text)
        for at, text in db.session.execute(query.order_by(SupportMessage.id))
    ]
    return Section("Geschriebenes in Anfragen um Unterstützung", ("Zeitpunkt", "Text"), rows)


def _events(user: User) -> Section:
    """Return what the user did, with refused logins under the own address."""
    event = AuditEvent
    about = event.subject == f"{user.name} <{user.email}>"
    columns = (event.at, event.action, event.subject, event.details, event.address)
    query = select(*columns).where((event.actor_id == user.id) | about).order_by(event.id)
    rows = [
        (tell_moment(at), ACTION_LABELS.get(action, action), subject, details, address)
        for at, action, subject, details, address in db.session.execute(query)
    ]
    names = ("Zeitpunkt", "Vorgang", "Betrifft", "Einzelheiten", "Netzadresse")
    return Section("Protokoll", names, rows)
