"""Hand a report over as a file; who took which is in the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Response

from selfcheck.audit import service as audit
from selfcheck.audit.actions import Action
from selfcheck.db import db
from selfcheck.evaluation.flat import write_flat
from selfcheck.evaluation.pdf import write_pdf
from selfcheck.evaluation.report import Report, filename_of
from selfcheck.evaluation.workbook import write_evaluation
from selfcheck.lists.download_pages import send_download

FILES: Mapping[str, Callable[[Report], bytes]] = MappingProxyType(
    {"xlsx": write_evaluation, "pdf": write_pdf, "csv": write_flat}
)
# Of an address: nothing else is a file of ours.
ENDINGS = f"any({','.join(FILES)})"


def send_report(report: Report, ending: str, *, actor_id: int) -> Response:
    """Return a report as a file, and record that it was taken."""
    content = FILES[ending](report)
    name = filename_of(report, ending)
    db.session.rollback()  # a transaction that has read cannot begin to write under load
    audit.record(Action.EVALUATION_EXPORTED, actor_id=actor_id, subject=report.title, details=name)
    db.session.commit()
    return send_download(content, name)
