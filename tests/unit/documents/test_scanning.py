"""The virus scanner: a real clamd, and what it does not answer."""

import socket
import threading

import pytest
from unit_documents import EICAR, make_changed_pdf, make_pdf, make_zip

from selfcheck.documents import DocumentRefused, ScannerUnavailable, inspect, scan, scanning

UNAVAILABLE = (
    "Die Virenprüfung ist zurzeit nicht erreichbar; es wurde nichts gespeichert. "
    "Bitte versuchen Sie es später noch einmal."
)


def test_clean_files_pass(clamd):
    for content in (make_pdf(), b"", b"\0" * 10 * 1024 * 1024):
        scan(content, "x.pdf", address=f"unix:{clamd}")
        scan(content, "x.pdf", address=clamd)


@pytest.mark.parametrize(
    "content",
    [
        EICAR,
        b"\0" * 600_000 + EICAR,
        make_zip({"a.com": EICAR}),
        make_changed_pdf(lambda pdf: pdf.pages[0].__setitem__("/Contents", pdf.make_stream(EICAR))),
    ],
)
def test_an_infected_file_is_refused_by_the_name_of_its_virus(clamd, content):
    with pytest.raises(DocumentRefused) as refusal:
        scan(content, "x.pdf", address=f"unix:{clamd}")
    assert not isinstance(refusal.value, ScannerUnavailable)
    assert str(refusal.value).startswith(
        "Die Datei „x.pdf“ enthält Schadsoftware (Test.Eicar.UNOFFICIAL); "
    )


def test_the_inspection_alone_would_let_it_pass():
    content = make_changed_pdf(
        lambda pdf: pdf.pages[0].__setitem__("/Contents", pdf.make_stream(EICAR))
    )
    assert inspect(content, "x.pdf")


def test_a_file_larger_than_the_scanner_takes_is_not_called_clean(clamd):
    with pytest.raises(ScannerUnavailable) as refusal:
        scan(b"\0" * 30 * 1024 * 1024, "x.pdf", address=clamd)
    assert str(refusal.value) == UNAVAILABLE


@pytest.mark.parametrize(
    "address",
    [
        "unix:/nirgends/clamd.sock",
        "/nirgends/clamd.sock",
        "unix:/" + "x" * 200,
        "tcp:127.0.0.1:1",
        "127.0.0.1:1",
        "tcp:127.0.0.1:99999999",
        "tcp:127.0.0.1:port",
        "clamd",
        "",
        "unix:",
        "tcp:[::1]:1",
    ],
)
def test_nobody_there(address):
    with pytest.raises(ScannerUnavailable) as refusal:
        scan(b"x", "x.pdf", address=address)
    assert str(refusal.value) == UNAVAILABLE


def answered(answer, *, prefix):
    """Scan with a server on this machine that reads everything and gives this answer."""
    received = bytearray()

    def serve(server):
        connection, _ = server.accept()
        with connection:
            connection.settimeout(5)
            while not received.endswith(b"\0\0\0\0"):
                received.extend(connection.recv(2**20))
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=[server])
        thread.start()
        port = server.getsockname()[1]
        try:
            scan(b"Inhalt", "x.pdf", address=f"{prefix}127.0.0.1:{port}")
        finally:
            thread.join()
    return bytes(received)


@pytest.mark.parametrize("prefix", ["tcp:", ""])
def test_the_conversation_over_a_network(prefix):
    expected = b"zINSTREAM\0\0\0\0\6Inhalt\0\0\0\0"
    assert answered(b"stream: OK\0", prefix=prefix) == expected


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0",
        b"stream: OK",  # cut off: it may go on
        b"stream: OK\n",
        b"OK\0",
        b"stream: OK FOUND OK\0",
        b"stream: NOT OK\0",
        b"UNKNOWN COMMAND\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: \0",
        b"\xff\xfe\0",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"x" * 10_000,
    ],
)
def test_any_other_answer_is_no_clearance(answer):
    with pytest.raises(ScannerUnavailable) as refusal:
        answered(answer, prefix="tcp:")
    assert str(refusal.value) == UNAVAILABLE


def test_a_scanner_that_is_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(scanning, "ANSWER_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(ScannerUnavailable):
            scan(b"x", "x.pdf", address=f"tcp:127.0.0.1:{port}")
