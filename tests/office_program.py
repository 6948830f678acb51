"""LibreOffice, which opens a workbook as its readers do."""

import subprocess
from pathlib import Path


def convert(file: Path, kind: str) -> bytes:
    """Let LibreOffice convert a file, with a profile of its own beside it."""
    target = file.parent / "converted"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(file.parent / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(target),
            str(file),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (target / file.with_suffix(f".{kind}").name).read_bytes()
