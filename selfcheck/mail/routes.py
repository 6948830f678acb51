"""The user's own messages: a list, and each of them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from selfcheck.db import db
from selfcheck.mail import service
from selfcheck.pagination import Page

blueprint = Blueprint("messages", __name__, url_prefix="/nachrichten")

PAGE_SIZE = 25
UNREAD = "ungelesen"


@blueprint.get("")
def list_messages() -> ResponseReturnValue:
    """List the user's messages, newest first."""
    only_unread = request.args.get("stand") == UNREAD
    total = service.count_messages(current_user, only_unread=only_unread)
    page = Page.of_request(total=total, size=PAGE_SIZE)
    return render_template(
        "mail/list.html",
        messages=service.list_messages(
            current_user, only_unread=only_unread, limit=PAGE_SIZE, offset=page.offset
        ),
        page=page,
        only_unread=only_unread,
        unread=UNREAD,
    )


@blueprint.get("/<uuid:message_id>")
def show_message(message_id: UUID) -> ResponseReturnValue:
    """Show a message; it stays unread until the recipient marks it."""
    message = service.get_message(current_user, message_id)
    return render_template("mail/message.html", message=message)


@blueprint.post("/<uuid:message_id>/gelesen")
def mark_read(message_id: UUID) -> ResponseReturnValue:
    """Mark a message as read."""
    message = service.get_message(current_user, message_id)
    service.mark_read(current_user.id, message.id)
    db.session.commit()
    flash("Die Nachricht ist als gelesen markiert.", "success")
    return redirect(url_for("messages.list_messages"))


@blueprint.post("/alle-gelesen")
def mark_all_read() -> ResponseReturnValue:
    """Mark all of the user's messages as read."""
    service.mark_read(current_user.id)
    db.session.commit()
    flash("Alle Nachrichten sind als gelesen markiert.", "success")
    return redirect(url_for("messages.list_messages"))
