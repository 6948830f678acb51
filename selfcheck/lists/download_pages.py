"""Handing over a file that is to be saved."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import Response

# By the ending of the file's name; we make no other files.
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "csv": "text/csv; charset=utf-8",
        "json": "application/json; charset=utf-8",
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)


def send_download(content: bytes | str, name: str) -> Response:
    """Return a file for download; ``name`` is plain ASCII and ends in csv, json, pdf or xlsx."""
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    media_type = MEDIA_TYPES[name.rpartition(".")[2]]
    return Response(content, content_type=media_type, headers=headers)
