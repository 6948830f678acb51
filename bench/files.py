"""Where the files of one city lie: its lists, what it exports, what the floors are given ready."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Files:
    """A folder of the bench; each list has its own, because an import looks around beside it."""

    folder: Path

    @property
    def roster(self) -> Path:
        """The list of people."""
        return self._in_folder("roster", "personal.xlsx")

    @property
    def trainings(self) -> Path:
        """The list of trainings."""
        return self._in_folder("trainings", "schulungen.xlsx")

    @property
    def evaluation(self) -> Path:
        """The city's evaluation, as the application exports it."""
        return self.folder / "auswertung.xlsx"

    @property
    def parameters(self) -> Path:
        """What the floor's aggregate is about (JSON)."""
        return self.folder / "parameters.json"

    @property
    def cells(self) -> Path:
        """All cells of the evaluation (JSON)."""
        return self.folder / "cells.json"

    @property
    def rows(self) -> Path:
        """All rows of the list of people (JSON)."""
        return self.folder / "rows.json"

    def _in_folder(self, *names: str) -> Path:
        path = self.folder.joinpath(*names)
        path.parent.mkdir(exist_ok=True)
        return path
