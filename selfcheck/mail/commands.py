"""selfcheck mail send"""

from __future__ import annotations

from collections import Counter

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from selfcheck import clock
from selfcheck.config import Config
from selfcheck.db import db
from selfcheck.errors import InvalidError
from selfcheck.mail import sending_service
from selfcheck.mail.answers import Answer, Verdict
from selfcheck.mail.service import count_unsent
from selfcheck.mail.smtp_service import Connection, MailServerError

mail_commands = AppGroup("mail", help="Nachrichten als E-Mail.")


@mail_commands.command(
    "send", help="Sendet, was im Postausgang wartet (alle paar Minuten aufrufen)."
)
@click.option(
    "--no-names", is_flag=True, help="Nennt niemanden, der nicht erreicht wurde (für Zeitpläne)."
)
@with_appcontext
def send(*, no_names: bool) -> None:
    """Send what is due; further runs, also at the same time, send nothing twice."""
    config: Config = current_app.extensions["selfcheck"]
    if config.mail_server is None:
        raise InvalidError(
            "Es ist kein Mailserver eingerichtet (SELFCHECK_MAIL_HOST). Die Nachrichten bleiben im "
            "Postausgang und sind in der Anwendung zu lesen."
        )
    counts: Counter[Verdict] = Counter()
    counts[Verdict.REFUSED] = sending_service.give_up_what_is_pointless()
    db.session.commit()
    with Connection(config.mail_server, base_url=config.base_url) as connection:
        last = send_due(connection, counts, names_people=not no_names)
    sent, given_up = counts[Verdict.TAKEN], counts[Verdict.REFUSED]
    click.echo(f"Gesendet: {sent}, noch wartend: {count_unsent()}, aufgegeben: {given_up}")
    if last is not None and last.ends_run:
        raise MailServerError(last.reason)


def send_due(
    connection: Connection, counts: Counter[Verdict], *, names_people: bool = True
) -> Answer | None:
    """Send until nothing is due or the server is away; return its last answer.

    Each claim, and each answer, is committed by itself: see ``sending_service``.
    """
    started_at = clock.now()  # what is put off meanwhile waits for another run
    answer = None
    while claimed := sending_service.claim_due(started_at):
        db.session.commit()
        answer = connection.deliver(claimed.draft)
        sending_service.note_answer(claimed, answer)
        db.session.commit()
        counts[answer.verdict] += 1
        if answer.verdict is Verdict.REFUSED:
            recipient = claimed.draft.recipient
            text = f"{recipient}: {answer.reason}" if names_people else "eine Nachricht"
            click.echo(f"Aufgegeben: {text}", err=True)
        if answer.ends_run:
            break
    return answer
