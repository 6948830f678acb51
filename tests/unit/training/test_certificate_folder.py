"""Which file does a name mean? Folders and ZIPs, and what tries to lead out of them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from unit_documents import make_changed_pdf, make_zip

from selfcheck.documents import Document, DocumentRefused, ScannerUnavailable
from selfcheck.training import certificate_folder
from selfcheck.training.certificate_folder import CertificateFiles, open_archive, open_folder

PDF = make_changed_pdf()
Open = Callable[[dict[str, bytes]], CertificateFiles]


@pytest.fixture(params=["folder", "zip"])
def open_files(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Open files by their paths, once as a folder and once as a ZIP."""

    def from_folder(files: dict[str, bytes]) -> CertificateFiles:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return open_folder(tmp_path)

    if request.param == "folder":
        return from_folder
    return lambda files: open_archive(make_zip(files), "Nachweise.zip")


@pytest.mark.parametrize("name", ["Müller.pdf", "MÜLLER.PDF", "Mu\u0308ller.pdf"])
@pytest.mark.parametrize("path", ["Müller.pdf", "2024/Müller.pdf", "2024/März/Müller.pdf"])
def test_a_file_is_found_by_its_name(open_files: Open, path: str, name: str) -> None:
    found = open_files({path: PDF, "other.pdf": PDF}).find(name)
    assert found is not None
    assert (found.filename, found.content) == ("Müller.pdf", PDF)


@pytest.mark.parametrize(
    "name", ["b.pdf", "../a.pdf", "./a.pdf", "sub/a.pdf", "/a.pdf", "..\\a.pdf", "", "."]
)
def test_a_path_is_no_name(open_files: Open, name: str) -> None:
    assert open_files({"a.pdf": PDF, "sub/c.pdf": PDF}).find(name) is None


@pytest.mark.parametrize("other", ["sub/a.pdf", "A.PDF"])
def test_a_name_that_fits_two_files_is_refused(open_files: Open, other: str) -> None:
    with pytest.raises(DocumentRefused, match="liegt mehrmals bei"):
        open_files({"a.pdf": PDF, other: PDF}).find("a.pdf")


def test_a_file_that_may_not_be_kept_is_refused(open_files: Open) -> None:
    files = open_files({"a.exe": PDF, "b.pdf": b"MZ\x90\x00" + b"\x00" * 100, "c.pdf": b""})
    for name, reason in {"a.exe": "endet auf „.exe“", "b.pdf": "ist", "c.pdf": "ist leer"}.items():
        for _ in range(2):
            with pytest.raises(DocumentRefused, match=reason):
                files.find(name)


def test_only_named_files_are_looked_through_and_each_once(open_files: Open) -> None:
    files = open_files({"a.pdf": PDF, "b.pdf": b"no PDF", "c.pdf": PDF})
    seen: list[str] = []

    def check(document: Document) -> None:
        seen.append(document.filename)

    assert files.find("a.pdf", check=check) is files.find("A.pdf", check=check)
    assert seen == ["a.pdf"]
    assert files.warnings == [
        "2 Dateien werden in der Liste nicht genannt und nicht übernommen: „b.pdf“, „c.pdf“."
    ]
    files.find("c.pdf")
    assert files.warnings[0].startswith("1 Datei wird in der Liste nicht genannt")


def test_a_scanner_that_does_not_answer_is_asked_once(open_files: Open) -> None:
    files = open_files({"a.pdf": PDF, "b.pdf": PDF})
    asked: list[str] = []

    def check(document: Document) -> None:
        asked.append(document.filename)
        raise ScannerUnavailable("Der Virenscanner antwortet nicht.")

    for name in ("a.pdf", "b.pdf", "a.pdf"):
        with pytest.raises(ScannerUnavailable):
            files.find(name, check=check)
    assert asked == ["a.pdf"]


def test_what_all_files_hold_together_has_a_limit(
    open_files: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificate_folder, "MAX_TOTAL_BYTES", 2 * len(PDF))
    files = open_files({f"{one}.pdf": PDF for one in "abc"})
    assert files.find("a.pdf")
    assert files.find("b.pdf")
    with pytest.raises(DocumentRefused, match="zusammen größer"):
        files.find("c.pdf")


def test_no_link_leads_out_of_a_folder(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    for one in (outside, folder):
        one.mkdir()
    (outside / "secret.pdf").write_bytes(PDF)
    (folder / "file.pdf").symlink_to(outside / "secret.pdf")
    (folder / "below").symlink_to(outside)
    (folder / "own.pdf").write_bytes(PDF)
    (folder / "inside.pdf").symlink_to(folder / "own.pdf")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "nowhere.pdf").symlink_to(folder / "missing")
    files = open_folder(folder)
    for name in ("file.pdf", "secret.pdf", "pipe.pdf", "nowhere.pdf"):
        assert files.find(name) is None
    assert files.find("inside.pdf")


def test_a_folder_is_read_three_levels_deep(tmp_path: Path) -> None:
    (tmp_path / "1/2/3").mkdir(parents=True)
    for name in ("1/2/deep.pdf", "1/2/3/too deep.pdf"):
        (tmp_path / name).write_bytes(PDF)
    files = open_folder(tmp_path)
    assert files.find("deep.pdf")
    assert files.find("too deep.pdf") is None
    assert open_folder(tmp_path, levels=1).find("deep.pdf") is None


def test_the_list_itself_and_what_the_system_leaves_are_not_named(tmp_path: Path) -> None:
    for name in ("list.csv", "Thumbs.db", ".hidden", "~$list.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    assert open_folder(tmp_path, without=tmp_path / "list.csv").warnings == []


def test_files_beside_a_list_need_not_be_named(tmp_path: Path) -> None:
    (tmp_path / "other.docx").write_bytes(b"x")
    assert open_folder(tmp_path, names_unused=False).warnings == []


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    files = open_folder(tmp_path)
    (tmp_path / "a.pdf").unlink()
    with pytest.raises(DocumentRefused, match="lässt sich nicht lesen"):
        files.find("a.pdf")


@pytest.mark.parametrize("content", [b"", b"no ZIP", make_zip({"../a.pdf": PDF})])
def test_a_zip_with_tricks_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(DocumentRefused):
        open_archive(content, "Nachweise.zip")


def test_what_a_zip_hides_is_said() -> None:
    files = open_archive(make_zip({".a.pdf": PDF}), "Nachweise.zip")
    assert len(files.warnings) == 1
    assert "„.a.pdf“ wurde ausgelassen" in files.warnings[0]
