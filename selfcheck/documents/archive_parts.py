"""May an entry of a ZIP be unpacked, and what is in it?"""

import io
import stat
import zipfile

from selfcheck.documents.archive_names import leads_out
from selfcheck.documents.inspection import MAX_BYTES
from selfcheck.documents.messages import DocumentRefused, quoted

MAX_UNPACKED_BYTES = 200 * 1024 * 1024
STEP_BYTES = 64 * 1024
ENCRYPTED = 0x1 | 0x40  # the usual and the strong encryption


def refuse_tricks(info: zipfile.ZipInfo, path: str, source: str) -> None:
    """Raise DocumentRefused if the entry is no plain file or folder, or cannot be read here."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if leads_out(path) or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise DocumentRefused(
            f"{source} enthält einen unzulässigen Eintrag, {quoted(path)}; bitte packen Sie nur "
            "die Dateien selbst neu ein."
        )
    if info.flag_bits & ENCRYPTED:
        raise DocumentRefused(
            f"{source} ist mit einem Kennwort geschützt; bitte packen Sie die Dateien ohne "
            "Kennwort ein."
        )
    # The others cannot be read in steps.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DocumentRefused(
            f"{source} ist auf eine seltene Weise gepackt; bitte packen Sie die Dateien neu ein, "
            "unter Windows mit „Senden an“, „ZIP-komprimierter Ordner“."
        )


def content_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int, source: str) -> bytes:
    """Unpack one file up to the limit of a document, one byte more if it is larger.

    Raises DocumentRefused if that is more than `room`, and what zipfile raises at damage.
    """
    wanted = min(info.file_size, MAX_BYTES + 1)
    if wanted > room:
        raise DocumentRefused(
            f"{source} ist entpackt größer als {MAX_UNPACKED_BYTES // 1024**2} MB; bitte teilen "
            "Sie das Archiv auf."
        )
    content = io.BytesIO()
    with archive.open(info) as file:
        # zipfile stops at the declared size and compares the checksum there.
        while step := file.read(min(STEP_BYTES, MAX_BYTES + 1 - content.tell())):
            content.write(step)
    if content.tell() != wanted:
        raise damaged(source)
    return content.getvalue()


def damaged(source: str) -> DocumentRefused:
    """Refuse an archive that begins like a ZIP and does not go on like one."""
    return DocumentRefused(f"{source} ist kein lesbares ZIP-Archiv; bitte packen Sie sie neu ein.")
