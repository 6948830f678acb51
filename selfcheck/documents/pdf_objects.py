"""Does a PDF do anything by itself? It may show, link and be signed; all the rest is refused."""

from collections.abc import Iterable, Iterator

import pikepdf

from selfcheck.documents.images import MAX_PIXELS, too_many_pixels
from selfcheck.documents.messages import DocumentRefused

MAX_COST = 1_000_000  # one for each value, and more for what is looked into: some three seconds
NESTED_COST = 4
MAX_DEPTH = 100  # of values within values, without references
MAX_URI_LENGTH = 20  # as much as is looked at

SCRIPT = "JavaScript"
FILES = "eingebettete Dateien"
LAUNCH = "eine Aktion, die ein Programm startet"
SENDING = "ein Formular, das Daten verschickt"
IMPORT = "eine Aktion, die Daten einliest"
OTHER_FILE = "einen Verweis, der eine andere Datei öffnet"
MEDIA = "Video-, Ton- oder 3D-Inhalte"
XFA = "ein dynamisches Formular (XFA)"

# Wherever such a key stands, it means this.
_KEYS = {
    "/JS": SCRIPT,
    "/JavaScript": SCRIPT,
    "/EmbeddedFiles": FILES,
    "/EF": FILES,
    "/XFA": XFA,
}
# What `/S` calls an action, `/Subtype` an annotation or a stream, `/Type` an object.
_NAMES = {
    "/JavaScript": SCRIPT,
    "/EmbeddedFile": FILES,
    "/FileAttachment": FILES,
    "/GoToE": FILES,
    "/Launch": LAUNCH,
    "/SubmitForm": SENDING,
    "/ImportData": IMPORT,
    "/GoToR": OTHER_FILE,
    "/RichMedia": MEDIA,
    "/RichMediaExecute": MEDIA,
    "/Rendition": MEDIA,
    "/Movie": MEDIA,
    "/Sound": MEDIA,
    "/Screen": MEDIA,
    "/3D": MEDIA,
    "/GoTo3DView": MEDIA,
}
_NAMING_KEYS = ("/S", "/Subtype", "/Type")

_Items = list[tuple[str, object]]


def refuse_active_content(objects: Iterable[pikepdf.Object], source: str) -> None:
    """Look at every value; raises DocumentRefused that names the first active content."""
    for items in _dictionaries(objects, source):
        found = _active_content(items)
        if found:
            raise DocumentRefused(
                f"{source} enthält {found}; bitte öffnen Sie sie, drucken Sie sie als neues PDF "
                "und laden Sie dieses hoch."
            )
        if _pixels(dict(items)) > MAX_PIXELS:
            raise too_many_pixels(source)


def too_complex(source: str) -> DocumentRefused:
    """Refuse a PDF that would take too long."""
    return DocumentRefused(
        f"{source} ist ungewöhnlich umfangreich aufgebaut; bitte drucken Sie nur den Nachweis "
        "selbst als neues PDF und laden Sie dieses hoch."
    )


def _dictionaries(objects: Iterable[pikepdf.Object], source: str) -> Iterator[_Items]:
    """Give the items of each dictionary. References are not followed: the caller has all ends."""
    cost = 0
    for top in objects:
        waiting: list[tuple[object, int]] = [(top, 0)]
        while waiting:
            value, depth = waiting.pop()
            values: Iterable[object] = ()
            if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
                items: _Items = list(value.items())
                yield items
                values = (item for _, item in items)
                cost += len(items)
            elif isinstance(value, pikepdf.Array):
                cost += len(value)
                values = value
            before = len(waiting)
            waiting += ((inner, depth + 1) for inner in values if _is_nested(inner))
            cost += NESTED_COST * (len(waiting) - before)
            if cost > MAX_COST or depth > MAX_DEPTH:
                raise too_complex(source)


def _is_nested(value: object) -> bool:
    return (
        isinstance(value, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream)
        and not value.is_indirect
    )


def _active_content(items: _Items) -> str | None:
    for key, value in items:
        if key in _KEYS:
            return _KEYS[key]
        if key in _NAMING_KEYS and isinstance(value, pikepdf.Name) and str(value) in _NAMES:
            return _NAMES[str(value)]
        if key == "/URI" and _is_script(value):
            return SCRIPT
    return None


def _is_script(uri: object) -> bool:
    if not isinstance(uri, pikepdf.String):
        return False
    # Viewers drop what is no letter, as browsers do: „java\nscript:“.
    letters = "".join(c for c in str(uri)[: 2 * MAX_URI_LENGTH] if c.isprintable() and c != " ")
    return letters[:MAX_URI_LENGTH].lower().startswith(("javascript:", "vbscript:"))


def _pixels(items: dict[str, object]) -> int:
    width, height = items.get("/Width"), items.get("/Height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0
