"""What the user is told: why a file is refused, and what to do instead."""

SHOWN_LENGTH = 60


class DocumentRefused(ValueError):  # noqa: N818 - about the data, not an error of the program
    """The file is not kept; the message is one German sentence for the user."""


def source_of(filename: str) -> str:
    """Return the subject of a sentence about a file: Die Datei „x.pdf“."""
    return f"Die Datei {quoted(filename)}"


def quoted(value: str) -> str:
    """Put a name from outside into German quotes, on one line and not too long."""
    line = "".join(character if character.isprintable() else " " for character in value)
    if len(line) > SHOWN_LENGTH:
        line = line[: SHOWN_LENGTH - 1] + "…"
    return f"„{line}“"
