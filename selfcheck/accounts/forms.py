"""Forms of login, own account and user administration."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from selfcheck.accounts.limits import CODE_LENGTH, EMAIL_LENGTH, NAME_LENGTH
from selfcheck.accounts.passwords import MAXIMUM_LENGTH
from selfcheck.accounts.permissions import ROLE_LABELS
from selfcheck.form_base import FilterForm, GermanForm, choices, strip

ROLE_CHOICES = [(role.value, label) for role, label in ROLE_LABELS.items()]


class LoginForm(GermanForm):
    """Address and password; ``next`` is where the user wanted to go."""

    email = StringField(
        "E-Mail-Adresse",
        [InputRequired("Bitte geben Sie Ihre E-Mail-Adresse ein."), Length(max=EMAIL_LENGTH)],
        filters=[strip],
        render_kw={"autocomplete": "username", "type": "email"},
    )
    password = PasswordField(
        "Passwort",
        [InputRequired("Bitte geben Sie Ihr Passwort ein."), Length(max=MAXIMUM_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class CodeForm(GermanForm):
    """A code of the second factor; ``next`` is where the user wanted to go."""

    code = StringField(
        "Code",
        [InputRequired("Bitte geben Sie den Code ein."), Length(max=CODE_LENGTH)],
        filters=[strip],
        render_kw={
            "autocomplete": "one-time-code",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )
    next = HiddenField()


class OwnPasswordForm(GermanForm):
    """The own password once more, before something important changes."""

    password = PasswordField(
        "Ihr Passwort",
        [InputRequired("Bitte geben Sie Ihr Passwort ein."), Length(max=MAXIMUM_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(GermanForm):
    """Change of the own password."""

    current = PasswordField(
        "Bisheriges Passwort",
        [InputRequired("Bitte geben Sie Ihr bisheriges Passwort ein."), Length(max=MAXIMUM_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        "Neues Passwort",
        [InputRequired("Bitte geben Sie ein neues Passwort ein.")],
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        "Neues Passwort wiederholen",
        [InputRequired("Bitte geben Sie das neue Passwort ein zweites Mal ein.")],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_repeated(self, field: PasswordField) -> None:
        """Refuse a slip of the finger."""
        if field.data != self.new.data:
            raise ValidationError("Die beiden neuen Passwörter sind verschieden.")


class UserForm(GermanForm):
    """Name and address of a user."""

    name = StringField(
        "Name",
        [InputRequired("Bitte geben Sie einen Namen an."), Length(max=NAME_LENGTH)],
        filters=[strip],
    )
    email = StringField(
        "E-Mail-Adresse",
        [InputRequired("Bitte geben Sie eine E-Mail-Adresse an."), Length(max=EMAIL_LENGTH)],
        filters=[strip],
        render_kw={"type": "email"},
    )


class GrantForm(GermanForm):
    """A role and, for the roles that need one, the unit."""

    role = SelectField("Rolle", choices=choices(ROLE_CHOICES))
    unit = SelectField("Organisationseinheit")


class NewUserForm(UserForm, GrantForm):
    """A user with a first role."""


class UserFilterForm(FilterForm):
    """What the list of users is narrowed to."""

    text = StringField("Name oder E-Mail-Adresse", [Optional()], filters=[strip])
    role = SelectField("Rolle", [Optional()], choices=choices([("", "alle Rollen"), *ROLE_CHOICES]))
