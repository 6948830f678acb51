"""Keep an uploaded list from its preview until it is applied, for the user who sent it only."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import undefer

from selfcheck import clock
from selfcheck.db import db
from selfcheck.errors import NotFoundError
from selfcheck.uploads.models import FILENAME_LENGTH, Upload

LIFETIME = timedelta(days=1)


def keep_upload(
    *, purpose: str, user_id: int, filename: str, content: bytes, attachment: bytes | None = None
) -> Upload:
    """Store a list for its preview; lists that nobody came back for are dropped."""
    now = clock.now()
    db.session.execute(delete(Upload).where(Upload.uploaded_at < now - LIFETIME))
    upload = Upload(
        id=uuid4(),
        purpose=purpose,
        user_id=user_id,
        uploaded_at=now,
        filename=filename[:FILENAME_LENGTH],
        content=content,
        attachment=attachment,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def get_upload(
    upload_id: UUID, *, purpose: str, user_id: int, with_attachment: bool = False
) -> Upload:
    """Return a list; raises NotFoundError if it is applied, too old or somebody else's."""
    query = select(Upload).where(
        Upload.id == upload_id,
        Upload.purpose == purpose,
        Upload.user_id == user_id,
        Upload.uploaded_at >= clock.now() - LIFETIME,
    )
    if with_attachment:
        query = query.options(undefer(Upload.attachment))
    upload = db.session.scalar(query)
    if upload is None:
        raise NotFoundError(
            "Diese Liste wartet nicht (mehr) auf ihre Übernahme: Sie wurde schon übernommen, "
            "verworfen, oder sie ist älter als einen Tag. Laden Sie sie bitte noch einmal hoch.",
            title="Diese Liste wartet nicht mehr",
        )
    return upload


def drop_upload(upload: Upload) -> None:
    """Delete a list that is applied or not wanted."""
    db.session.delete(upload)
