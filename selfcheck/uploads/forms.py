"""Forms of every import: choose a list, then confirm its preview."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Optional

from selfcheck.form_base import GermanForm


class ImportForm(GermanForm):
    """A list as a file, or pasted from Excel."""

    file = FileField("Datei (.xlsx oder .csv)", render_kw={"accept": ".xlsx,.csv,.txt"})
    pasted = TextAreaField("Zeilen aus Excel, mit der Kopfzeile", [Optional()])


class ImportWithFilesForm(ImportForm):
    """A list, and the certificates that it names."""

    files = FileField("Zertifikate als ZIP", [Optional()], render_kw={"accept": ".zip"})


class ApplyForm(GermanForm):
    """Confirms the preview; ``shown`` is the fingerprint of what it showed."""

    shown = HiddenField()
