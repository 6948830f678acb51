"""How does data become a PDF? By a Typst template that stands next to its use.

The PDF is tagged (PDF/UA-1) and can be archived (PDF/A-2a). Typst refuses a template without
title, without a text for a picture, or with headings out of order. A template begins like this:

    #let data = json(bytes(sys.inputs.data))
    #set document(title: data.title, author: data.author, date: datetime(…))
    #set text(lang: "de", font: "Libertinus Serif")

Without ``date`` the file says when it was made, and no two are the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from unicodedata import category

import typst

PDF_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
# The fonts within Typst itself; those of the machine are left out, so that a PDF looks the same
# everywhere.
FONTS = ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern", "New Computer Modern Math")

# Blocks of Unicode that these fonts can draw in full. A PDF/A must not lack a single glyph: one
# smiley in somebody's answer would be no PDF at all.
DRAWABLE = (
    range(0x0020, 0x007F),  # ASCII
    range(0x00A0, 0x0400),  # Latin with all accents, Greek
    range(0x0400, 0x0480),  # Cyrillic
    range(0x05D0, 0x05EB),  # Hebrew
    range(0x0621, 0x063B),  # Arabic
    range(0x0641, 0x064B),
    range(0x1E00, 0x2000),  # Vietnamese, old Greek
    range(0x2000, 0x2028),  # spaces, dashes, quotes
    range(0x202F, 0x2041),
    range(0x20A0, 0x20C1),  # currencies
    range(0x2190, 0x2300),  # arrows, mathematics
    range(0x2500, 0x2600),  # lines, boxes
)
BREAKS = "\t\n"
IN_PLACE_OF_OTHERS = "\N{WHITE SQUARE}"


def compile_pdf(template: Path, data: Mapping[str, object]) -> bytes:
    """Return the PDF of a template; it reads nothing outside its folder.

    ``data`` is what JSON can hold. It reaches the template as values, never as markup, so that
    nobody's words can become commands. Characters without a glyph become an empty square.
    """
    return typst.compile(
        template,
        root=template.parent,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(drawable(data), ensure_ascii=False, allow_nan=False)},
        pdf_standards=PDF_STANDARDS,
    )


def drawable(value: object) -> object:
    """Return data in which every text can be drawn with the fonts at hand."""
    if isinstance(value, str):
        return "".join(one if _is_drawable(one) else IN_PLACE_OF_OTHERS for one in value)
    if isinstance(value, Mapping):
        return {name: drawable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [drawable(inner) for inner in value]
    return value


def _is_drawable(character: str) -> bool:
    if character in BREAKS:
        return True
    is_assigned = category(character) != "Cn"
    return is_assigned and any(ord(character) in block for block in DRAWABLE)
