"""Second factors that are in force, and the codes that an app would show for them."""

import re
from datetime import datetime, timedelta
from html import unescape

import pyotp
from client import Client
from flask import Flask

from selfcheck import clock
from selfcheck.accounts import factor_service
from selfcheck.accounts.factor_models import SecondFactor
from selfcheck.accounts.models import User
from selfcheck.accounts.second_factor import STEP_S
from selfcheck.audit.models import AuditEvent
from selfcheck.db import db

CODE_PAGE = "/anmelden/bestaetigen"
HALF_MINUTE = timedelta(seconds=STEP_S)


def make_factor(user_id: int) -> tuple[str, list[str]]:
    """Put a second factor in force and commit it; returns its secret and the recovery codes.

    The present code is not used up by that.
    """
    user = db.session.get_one(User, user_id)
    factor_service.begin_enrolment(user)
    secret = factor_service.describe_factor(user).secret
    codes = factor_service.confirm_enrolment(user, code_of(secret))
    db.session.get_one(SecondFactor, user_id).last_step = 0
    db.session.commit()
    return secret, codes


def code_of(secret: str, *, later: timedelta = timedelta()) -> str:
    """Return the code that the app shows now, or that much later."""
    return code_at(secret, clock.now() + later)


def code_at(secret: str, moment: datetime) -> str:
    return pyotp.TOTP(secret).at(moment)


def shown_secret(page: str) -> str:
    """Return the secret that a page shows for typing."""
    found = re.search(r'<code class="typed-code">([A-Z2-7 ]+)</code>', page)
    assert found
    return found[1].replace(" ", "")


def shown_codes(page: str) -> list[str]:
    """Return the recovery codes that a page shows."""
    return [unescape(one) for one in re.findall(r'<code class="typed-code">([a-z2-9-]+)<', page)]


def send_code(client: Client, code: str, **fields: str) -> tuple[int, str]:
    response = client.send(CODE_PAGE, {"code": code, **fields})
    return response.status_code, response.text


def is_in(client: Client) -> bool:
    return client.get("/konto").status_code == 200


def actions(app: Flask) -> list[str]:
    with app.app_context():
        return [event.action for event in db.session.query(AuditEvent).order_by(AuditEvent.id)]
