"""How large are the streams of a PDF once unpacked? Counted in steps; nothing is kept.

A reader unpacks a page's text at once, so one megabyte may take a gigabyte when it is shown.
"""

import zlib
from collections.abc import Iterable

import pikepdf

from selfcheck.documents.messages import DocumentRefused

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
STEP_BYTES = 256 * 1024

_FLATE = {"/FlateDecode", "/Fl"}
# Nobody packs like this any more: the worst that they can do is counted, not what they did.
_WORST_RATIO = {"/LZWDecode": 2_600, "/LZW": 2_600, "/RunLengthDecode": 64, "/RL": 64}


def refuse_bombs(streams: Iterable[pikepdf.Object], source: str) -> None:
    """Add up the unpacked sizes; raises DocumentRefused beyond MAX_UNPACKED_BYTES."""
    room = MAX_UNPACKED_BYTES
    for stream in streams:
        room -= _unpacked_bytes(stream, room)
        if room < 0:
            raise DocumentRefused(
                f"{source} ist entpackt größer als {MAX_UNPACKED_BYTES // 1024**2} MB; bitte "
                "scannen Sie den Nachweis mit geringerer Auflösung oder drucken Sie nur die Seiten "
                "des Nachweises als neues PDF."
            )


def _unpacked_bytes(stream: pikepdf.Object, room: int) -> int:
    """Return the size; it may be too small only if it is beyond `room` already."""
    filters = _filters(stream)
    packings = [name for name in filters if name in _FLATE or name in _WORST_RATIO]
    if not packings:
        return 0
    if len(packings) > 1:
        return room + 1  # packed twice: the ratios multiply, and no program does that
    if packings[0] in _WORST_RATIO:
        return len(stream.read_raw_bytes()) * _WORST_RATIO[packings[0]]
    if filters[0] not in _FLATE:
        # Written as text around the packing, as ReportLab does; qpdf stops at its own limit.
        return len(stream.read_bytes())
    return _inflated_bytes(stream.read_raw_bytes(), room)


def _filters(stream: pikepdf.Object) -> list[str]:
    names = stream.get("/Filter")
    if isinstance(names, pikepdf.Array):
        return [str(name) for name in names if isinstance(name, pikepdf.Name)]
    return [str(names)] if isinstance(names, pikepdf.Name) else []


def _inflated_bytes(packed: bytes, room: int) -> int:
    inflater = zlib.decompressobj()
    size = 0
    try:
        for start in range(0, len(packed), STEP_BYTES):
            waiting = packed[start : start + STEP_BYTES]
            while waiting and size <= room:
                size += len(inflater.decompress(waiting, STEP_BYTES))
                waiting = inflater.unconsumed_tail
    except zlib.error:
        return size  # a reader stops here as well
    return size
