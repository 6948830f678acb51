"""What stands between somebody who has logged in and the pages?"""

from __future__ import annotations

from enum import StrEnum


class Hurdle(StrEnum):
    """What must be done first; they are taken in this order."""

    # The account has a second factor, which this login has yet to prove.
    CODE = "code"
    # The password was set by somebody else and is good for one login only.
    PASSWORD = "password"  # noqa: S105 - no password
    # One of the user's roles needs a second factor, and there is none.
    SET_UP = "set-up"
