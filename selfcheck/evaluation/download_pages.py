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

FILES: Mapping[str, tuple[str, Callable[[Report], bytes]]] = MappingProxyType(
    {
        "xlsx": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            write_evaluation,
        ),
        "pdf": ("application/pdf", write_pdf),
        "csv": ("text/csv; charset=utf-8", write_flat),
    }
)
# Of an address: nothing else is a file of ours.
ENDINGS = f"any({','.join(FILES)})"


def send_report(report: Report, ending: str, *, actor_id: int) -> Response:
    """Return a report as a file, and record that it was taken."""
    media_type, write = FILES[ending]
    content = write(report)
    name = filename_of(report, ending)
    db.session.rollback()  # a transaction that has read cannot begin to write under load
    audit.record(Action.EVALUATION_EXPORTED, actor_id=actor_id, subject=report.title, details=name)
    db.session.commit()
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, content_type=media_type, headers=headers)
