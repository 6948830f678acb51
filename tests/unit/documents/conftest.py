"""A virus scanner of its own: Debian's clamd, which knows one signature."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from unit_documents import EICAR

START_SECONDS = 30
CONFIGURATION = """
Foreground yes
DatabaseDirectory {folder}
LocalSocket {folder}/clamd.sock
LogFile {folder}/clamd.log
StreamMaxLength 11M
"""


@pytest.fixture(scope="session")
def clamd() -> Iterator[str]:
    """The path of its socket; short, as sockets may not have long ones."""
    program = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if program is None:
        pytest.fail("There is no clamd: apt-get install clamav-daemon")
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    (folder / "eicar.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder))
    with subprocess.Popen(
        [program, "--config-file", folder / "clamd.conf"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_for(folder / "clamd.sock", process)
            yield str(folder / "clamd.sock")
        finally:
            process.terminate()
            process.wait(10)
            shutil.rmtree(folder)


def wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(path))
                return
        except OSError:
            time.sleep(0.05)
    log = path.with_name("clamd.log")
    pytest.fail("clamd does not start:\n" + (log.read_text() if log.exists() else "without a log"))
