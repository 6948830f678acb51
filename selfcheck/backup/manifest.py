"""What does a backup say of itself, and may this version of the application take it back?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What was in the database at the moment of the backup.

    ``sha256`` is taken over the shape of the database and over every row of every table;
    ``made_at`` is in ISO 8601.
    """

    made_at: str
    version: str
    revision: str
    counts: Mapping[str, int]
    sha256: str

    @property
    def rows(self) -> int:
        """The number of rows in all tables."""
        return sum(self.counts.values())

    def to_json(self) -> str:
        """Return it as it is stored in the backup."""
        return json.dumps(asdict(self), sort_keys=True)


def read_manifest(text: str) -> Manifest:
    """Read a stored manifest. Raises ValueError if it is none."""
    try:
        found = json.loads(text)
        return Manifest(
            made_at=str(found["made_at"]),
            version=str(found["version"]),
            revision=str(found["revision"]),
            counts={str(name): int(count) for name, count in found["counts"].items()},
            sha256=str(found["sha256"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("That is no manifest of a backup.") from error


def is_from_the_future(manifest: Manifest, *, version: str, revisions: Sequence[str]) -> bool:
    """Return whether a later version of the application made it; ``revisions`` are known here."""
    return manifest.revision not in revisions or _parts(manifest.version) > _parts(version)


def _parts(version: str) -> list[int]:
    """Return the numbers of a version such as 0.10.2, so that they compare as numbers."""
    return [int(part) if part.isdecimal() else 0 for part in version.split(".")]
