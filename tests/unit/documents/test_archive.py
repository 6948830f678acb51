"""ZIP archives: what is in them, and those that nobody should unpack."""

import io
import stat
import struct
import time
import unicodedata
import zipfile

import pytest
from unit_documents import make_pdf, make_zip, make_zip_with_raw_name

from selfcheck.documents import MAX_BYTES, DocumentRefused, inspect, is_archive, unpack

PDF = make_pdf()


def refusal_of(content):
    started = time.process_time()
    with pytest.raises(DocumentRefused) as refusal:
        unpack(content, "nachweise.zip")
    assert time.process_time() - started < 5
    message = str(refusal.value)
    assert message.startswith("Die Datei „nachweise.zip“ ")
    assert "bitte" in message
    return message


def names_of(content):
    return [entry.name for entry in unpack(content, "nachweise.zip").entries]


def test_files_come_in_their_order_without_their_folders():
    unpacked = unpack(make_zip({"2026/": b"", "2026/b.pdf": PDF, "a.txt": b"x"}), "nachweise.zip")

    assert [(entry.name, entry.content) for entry in unpacked.entries] == [
        ("b.pdf", PDF),
        ("a.txt", b"x"),
    ]
    assert unpacked.skipped == []


def test_what_systems_add_is_left_out_in_silence_what_users_hide_is_said():
    unpacked = unpack(
        make_zip(
            {
                "__MACOSX/x/._a.pdf": b"",
                ".DS_Store": b"",
                "x/Thumbs.db": b"",
                "desktop.ini": b"",
                "~$liste.xlsx": b"",
                "x/.geheim.pdf": b"",
                "a.pdf": PDF,
            }
        ),
        "nachweise.zip",
    )

    assert [entry.name for entry in unpacked.entries] == ["a.pdf"]
    assert [sentence.split("“")[0] for sentence in unpacked.skipped] == [
        "„~$liste.xlsx",
        "„.geheim.pdf",
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (make_zip({"a.pdf": PDF}), True),
        (make_zip({}), True),
        (make_zip({"[Content_Types].xml": b"", "word/document.xml": b""}), False),
        (make_zip({"mimetype": b"application/vnd.oasis.opendocument.text"}), False),
        (PDF, False),
        (b"", False),
    ],
)
def test_an_archive_is_told_from_a_document(content, expected):
    assert is_archive(content) is expected


NAME = "Übersicht Änne Groß.pdf"


@pytest.mark.parametrize(
    "raw_name",
    [
        NAME.encode("cp850"),
        NAME.encode("cp1252"),
        NAME.encode("utf-8"),
        unicodedata.normalize("NFD", NAME).encode(),  # as a Mac packs it
    ],
)
def test_umlauts_in_names_without_an_encoding(raw_name):
    (name,) = names_of(make_zip_with_raw_name(raw_name))
    assert unicodedata.normalize("NFC", name) == NAME


def test_umlauts_in_names_that_say_utf_8():
    assert names_of(make_zip({NAME: b"x"})) == [NAME]


def test_a_file_is_found_however_its_name_is_written():
    unpacked = unpack(
        make_zip({unicodedata.normalize("NFD", "x/Müller.PDF"): b"1", "b.pdf": b"2"}), "x.zip"
    )

    assert unpacked.find("müller.pdf").content == b"1"
    assert unpacked.find(unicodedata.normalize("NFD", "MÜLLER.pdf")).content == b"1"
    assert unpacked.find("c.pdf") is None


def test_one_name_in_two_folders_is_kept_and_ambiguous():
    unpacked = unpack(make_zip({"a/x.pdf": b"1", "b/X.pdf": b"2"}), "nachweise.zip")

    assert [entry.name for entry in unpacked.entries] == ["x.pdf", "X.pdf"]
    with pytest.raises(DocumentRefused, match=r"„x.pdf“ liegt mehrmals im ZIP-Archiv; bitte"):
        unpacked.find("x.pdf")


@pytest.mark.parametrize(
    "path",
    ["../a.pdf", "a/../../b.pdf", "/etc/passwd", "C:/a.pdf", "c:a.pdf", "a\\b.pdf", "..\\a.pdf"],
)
def test_a_path_that_leads_out_refuses_the_archive(path):
    content = make_zip_with_raw_name(path.encode())
    assert "enthält einen unzulässigen Eintrag" in refusal_of(content)


def test_a_name_with_a_zero_in_it_is_a_trick():
    content = make_zip_with_raw_name(b"a.exe\0.pdf")
    assert "enthält einen unzulässigen Eintrag" in refusal_of(content)


def test_dots_in_names_are_no_trick():
    assert names_of(make_zip({"a..b/c...pdf": b""})) == ["c...pdf"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFBLK])
def test_links_and_devices_are_refused(kind):
    info = zipfile.ZipInfo("a.pdf")
    info.external_attr = (kind | 0o777) << 16
    assert "enthält einen unzulässigen Eintrag" in refusal_of(make_zip({info: b"/etc/passwd"}))


def test_an_archive_within_an_archive_is_refused_an_office_file_is_not():
    inner = make_zip({"a.pdf": PDF})
    message = refusal_of(make_zip({"a.pdf": PDF, "x/innen.pdf": inner}))
    assert "enthält selbst ein ZIP-Archiv, „innen.pdf“; bitte vorher entpacken" in message

    workbook = make_zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""})
    assert names_of(make_zip({"liste.xlsx": workbook})) == ["liste.xlsx"]


def test_an_encrypted_entry_is_refused():
    content = bytearray(make_zip({"a.pdf": PDF}))
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags_at] |= 1
    assert "mit einem Kennwort geschützt" in refusal_of(bytes(content))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_exotic_packing_is_refused(packing):
    assert "auf eine seltene Weise gepackt" in refusal_of(make_zip({"a.pdf": PDF}, packing))


@pytest.mark.parametrize("count", [501, 10_000])
def test_too_many_entries_are_refused_before_they_are_read(monkeypatch, count):
    content = make_zip({f"{number}.pdf": b"" for number in range(count)})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert "enthält mehr als 500 Dateien" in refusal_of(content)


def test_as_many_entries_as_allowed():
    assert len(names_of(make_zip({f"{number}.pdf": b"" for number in range(500)}))) == 500


def test_a_file_too_large_is_cut_and_left_to_the_inspection():
    unpacked = unpack(make_zip({"a.pdf": PDF + b" " * 2**28, "b.pdf": PDF}), "nachweise.zip")

    large, sound = unpacked.entries
    assert len(large.content) == MAX_BYTES + 1
    with pytest.raises(DocumentRefused, match=r"„a.pdf“ ist größer als 10 MB"):
        inspect(large.content, large.name)
    assert sound.content == PDF


def test_the_sizes_are_added_up():
    content = make_zip({f"{number}.pdf": b" " * MAX_BYTES for number in range(21)})
    assert len(content) < 250_000
    assert "ist entpackt größer als 200 MB" in refusal_of(content)


def lying(content, size):
    """Let both headers of the first file declare another size than it has."""
    changed = bytearray(content)
    for signature, size_at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", changed, changed.index(signature) + size_at, size)
    return bytes(changed)


@pytest.mark.parametrize("size", [0, 100, 2**20 + 1, 2**31])
@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_entry_that_lies_about_its_size_is_refused(size, packing):
    content = lying(make_zip({"a.pdf": b" " * 2**20}, packing), size)
    assert "ist kein lesbares ZIP-Archiv" in refusal_of(content)


WHOLE = make_zip({"a.pdf": PDF})


@pytest.mark.parametrize(
    "content",
    [
        WHOLE[:-10],
        WHOLE[: len(WHOLE) // 2],
        WHOLE[100:],
        make_zip({"a.pdf": PDF}, zipfile.ZIP_STORED).replace(b"%PDF", b"%pdf"),
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"",
    ],
)
def test_damaged_archives_are_refused(content):
    assert "ist kein lesbares ZIP-Archiv" in refusal_of(content)


def test_no_second_look_at_the_archive_is_needed():
    """What zipfile extracts itself and what is given out are the same."""
    content = make_zip({"x/a.pdf": PDF, "b.txt": b"y" * 100_000})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        expected = [archive.read(name) for name in archive.namelist()]
    assert [entry.content for entry in unpack(content, "x.zip").entries] == expected
