"""Which certificate does a row of a list mean? The files of a folder or a ZIP, by their names.

A name is only a name: neither a path nor a link leads out of the folder. A file is looked through
when a row names it for the first time, and only then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from selfcheck.documents import (
    MAX_BYTES,
    Document,
    DocumentRefused,
    ScannerUnavailable,
    inspect,
    unpack,
)
from selfcheck.documents.archive_names import comparable, is_by_product, is_hidden
from selfcheck.documents.messages import source_of
from selfcheck.lists.messages import grouped, quoted_all

MAX_LEVELS = 3  # the folder itself and two below it
MAX_TOTAL_BYTES = 200 * 1024 * 1024  # what one import keeps in memory; a ZIP may hold as much

Check = Callable[[Document], None]
NamedFile = tuple[str, Callable[[], bytes]]


class CertificateFiles:
    """The files that came with a list. Capitals in their names do not count."""

    def __init__(
        self,
        files: Iterable[NamedFile] = (),
        *,
        left_out: Sequence[str] = (),
        names_unused: bool = True,
    ) -> None:
        self._files: dict[str, list[NamedFile]] = {}
        for file in files:
            self._files.setdefault(comparable(file[0]), []).append(file)
        self._outcomes: dict[str, Document | DocumentRefused] = {}
        self._left_out = left_out
        self._names_unused = names_unused
        self._room = MAX_TOTAL_BYTES
        self._unavailable: ScannerUnavailable | None = None

    def find(self, name: str, *, check: Check | None = None) -> Document | None:
        """Return the file that a row names, or None if it is not there.

        Raises DocumentRefused for a file that may not be kept, or a name that fits several files.
        ``check`` may refuse it, too: it is asked once for each file.
        """
        key = comparable(name)
        if key not in self._files:
            return None
        if key not in self._outcomes:
            try:
                self._outcomes[key] = self._look_through(name, key, check)
            except DocumentRefused as error:
                self._outcomes[key] = error
        outcome = self._outcomes[key]
        if isinstance(outcome, DocumentRefused):
            raise outcome.with_traceback(None)
        return outcome

    @property
    def warnings(self) -> list[str]:
        """What was left out, and which files no row has named up to now."""
        unused = [
            name
            for key, files in self._files.items()
            if key not in self._outcomes
            for name, _ in files
        ]
        if not unused or not self._names_unused:
            return list(self._left_out)
        subject = "1 Datei wird" if len(unused) == 1 else f"{grouped(len(unused))} Dateien werden"
        sentence = f"{subject} in der Liste nicht genannt und nicht übernommen"
        return [*self._left_out, f"{sentence}: {quoted_all(unused)}."]

    def _look_through(self, name: str, key: str, check: Check | None) -> Document:
        if self._unavailable is not None:  # asking again for each file could take hours
            raise self._unavailable
        (filename, read), *others = self._files[key]
        if others:
            raise DocumentRefused(
                f"{source_of(name)} liegt mehrmals bei; bitte geben Sie jeder Datei einen eigenen "
                "Namen."
            )
        document = inspect(read(), filename)
        self._room -= len(document.content)
        if self._room < 0:
            raise DocumentRefused(
                "Die Nachweise der Liste sind zusammen größer als "
                f"{MAX_TOTAL_BYTES // 1024**2} MB; bitte teilen Sie die Liste auf."
            )
        if check is not None:
            try:
                check(document)
            except ScannerUnavailable as error:
                self._unavailable = error
                raise
        return document


def open_folder(
    folder: Path,
    *,
    levels: int = MAX_LEVELS,
    without: Path | None = None,
    names_unused: bool = True,
) -> CertificateFiles:
    """Return the files of a folder and of those below it, down to so many levels.

    ``without`` is the list itself; ``names_unused`` says whether the other files of the folder are
    meant to be named by the list.
    """
    files = _walk(folder.resolve(), levels, without.resolve() if without else None)
    return CertificateFiles(files, names_unused=names_unused)


def open_archive(content: bytes, filename: str) -> CertificateFiles:
    """Return the files of a ZIP; raises DocumentRefused if it cannot be unpacked as a whole."""
    unpacked = unpack(content, filename)
    files = [(entry.name, partial(_same, entry.content)) for entry in unpacked.entries]
    return CertificateFiles(files, left_out=unpacked.skipped)


def _walk(root: Path, levels: int, without: Path | None) -> Iterator[NamedFile]:
    for parent, folders, names in os.walk(root):  # goes into no folder by a link
        level = len(Path(parent).relative_to(root).parts) + 1
        visible = [name for name in folders if not is_hidden(name) and not is_by_product(name)]
        folders[:] = sorted(visible) if level < levels else []
        for name in sorted(names):
            path = Path(parent, name)
            target = path.resolve()
            lies_inside = target.is_relative_to(root) and path.is_file()
            if lies_inside and target != without and not (is_hidden(name) or is_by_product(name)):
                yield name, partial(_read, path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # one byte too many is refused
    except OSError as error:
        raise DocumentRefused(f"{source_of(path.name)} lässt sich nicht lesen.") from error


def _same(content: bytes) -> bytes:
    return content
