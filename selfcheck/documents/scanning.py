"""Does the virus scanner know the file? By clamd's INSTREAM command; see its manual page."""

import re
import socket
import struct

from selfcheck.documents.messages import DocumentRefused, source_of

STEP_BYTES = 256 * 1024
CONNECT_SECONDS = 5
ANSWER_SECONDS = 60
MAX_ANSWER_BYTES = 4096


class ScannerUnavailable(DocumentRefused):
    """Nobody can say whether the file is clean; the user may try again later."""


def scan(content: bytes, filename: str, *, address: str) -> None:
    """Return if clamd calls the file clean.

    `address` is `unix:/path`, `/path`, `tcp:host:port` or `host:port`. Raises DocumentRefused if
    the file is infected, and ScannerUnavailable at any other answer or none.
    """
    try:
        answer = _answer(content, address)
    except (OSError, ValueError) as error:
        raise _unavailable() from error
    if answer == "stream: OK":
        return
    infection = re.fullmatch(r"stream: (.+) FOUND", answer)
    if infection is None:
        raise _unavailable()
    raise DocumentRefused(
        f"{source_of(filename)} enthält Schadsoftware ({infection[1]}); sie wurde nicht "
        "gespeichert, bitte wenden Sie sich an Ihre IT-Abteilung."
    )


def answers_ping(address: str, *, seconds: float) -> bool:
    """Return whether clamd answers at all, each step of the talk within some seconds."""
    try:
        with _connected(address, seconds=seconds) as connection:
            connection.settimeout(seconds)
            connection.sendall(b"zPING\0")
            return _receive(connection) == "PONG"
    except (OSError, ValueError):
        return False


def _answer(content: bytes, address: str) -> str:
    with _connected(address) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), STEP_BYTES):
            step = content[start : start + STEP_BYTES]
            connection.sendall(struct.pack("!L", len(step)) + step)
        connection.sendall(struct.pack("!L", 0))
        return _receive(connection)


def _receive(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < MAX_ANSWER_BYTES:
        part = connection.recv(MAX_ANSWER_BYTES)
        if not part:
            break
        answer += part
    # An answer that was cut off could be the beginning of another one.
    return answer[:-1].decode(errors="replace") if answer.endswith(b"\0") else ""


def _connected(address: str, *, seconds: float = CONNECT_SECONDS) -> socket.socket:
    path = address.removeprefix("unix:")
    if path.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(seconds)
            connection.connect(path)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.removeprefix("tcp:").rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)


def _unavailable() -> ScannerUnavailable:
    return ScannerUnavailable(
        "Die Virenprüfung ist zurzeit nicht erreichbar; es wurde nichts gespeichert. "
        "Bitte versuchen Sie es später noch einmal."
    )
