"""deploy/: do its files name what exists, and do the programs that read them take them?"""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from selfcheck import create_app
from selfcheck.config import Config
from selfcheck.operations.status import TIMERS

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
UNITS = sorted(path.name for pattern in ("*.service", "*.timer") for path in DEPLOY.glob(pattern))
INSTALLED = "/opt/selfcheck/current"
HARDENED = {
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "CapabilityBoundingSet=",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
    "SystemCallFilter=@system-service",
    "User=selfcheck",
    "UMask=0077",
}


def lines_of(name: str) -> list[str]:
    return (DEPLOY / name).read_text(encoding="utf-8").splitlines()


def test_there_is_a_unit_for_each_timer():
    timers = [name for name in UNITS if name.endswith(".timer")]

    assert len(timers) == 4
    assert {name.replace(".timer", ".service") for name in timers} < set(UNITS)
    assert set(TIMERS.values()) <= set(timers)


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_each_service_may_do_little(name: str):
    assert set(lines_of(name)) >= HARDENED


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_each_service_runs_a_command_that_exists(name: str, project_root: Path):
    commands = [line.partition("=")[2] for line in lines_of(name) if line.startswith("ExecStart=")]
    assert commands
    for command in commands:
        words = shlex.split(command)
        if words[0] == "/bin/sh":
            words = shlex.split(words[-1].removeprefix("exec "))
        program = words[0].replace(INSTALLED, str(project_root))
        assert Path(program).is_file()
        if program.endswith("/selfcheck"):
            assert_is_command(words[1:])
        for path in re.findall(rf"{INSTALLED}(\S+)", command):
            assert (project_root / path.lstrip("/")).exists()


def assert_is_command(words: list[str]) -> None:
    """Find a command, its subcommand and its options in the application."""
    app = create_app(Config(testing=True, database_url="sqlite://"))
    command = app.cli
    for word in words:
        if word.startswith("--"):
            assert word in {option for one in command.params for option in one.opts}
        elif hasattr(command, "commands"):
            command = command.commands[word]


@pytest.mark.slow
def test_systemd_takes_the_units(project_root: Path, tmp_path: Path):
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8").replace(INSTALLED, str(project_root))
        (tmp_path / name).write_text(text, encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *[tmp_path / name for name in UNITS]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


def test_nginx_and_gunicorn_agree_with_the_application():
    nginx = "\n".join(lines_of("nginx.conf"))
    app = create_app(Config(testing=True, database_url="sqlite://"))
    addresses = {rule.rule for rule in app.url_map.iter_rules()}

    assert nginx.count("{") == nginx.count("}")
    for location in re.findall(r"location (?:= )?(/[\w.]*)", nginx):
        assert location in addresses or (DEPLOY / location.strip("/")).is_file()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx, "appended, it could be forged"
    assert "$request_uri" not in re.search(r"log_format .*?;", nginx, re.DOTALL)[0]
    assert "$remote_addr" not in re.search(r"log_format .*?;", nginx, re.DOTALL)[0]


class Asked(dict[str, str]):
    """Settings that note which of them were read."""

    def __init__(self, settings: dict[str, str]) -> None:
        super().__init__(settings)
        self.names: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:
        self.names.add(name)
        return super().get(name, default)


def test_every_setting_of_the_example_is_one():
    lines = [line for line in lines_of("selfcheck.env.example") if not line.startswith("#")]
    settings = {name: text.strip('"') for name, _, text in (line.partition("=") for line in lines)}
    for name in ("SELFCHECK_SECRET_KEY", "SELFCHECK_METRICS_TOKEN"):
        assert settings[name] == "", "an example would be used"
        settings[name] = "s" * 40
    asked = Asked(settings)

    config = Config.from_environ(asked, needs_secret=True)

    assert settings.keys() <= asked.names
    assert config.proxy_count == 1
    assert not config.plain_http


def test_the_container_copies_what_exists(project_root: Path):
    instructions = "\n".join(lines_of("Containerfile")).replace("\\\n", " ")
    for line in instructions.splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (project_root / source).exists(), source
    assert instructions.count("--require-hashes --only-binary :all:") == 2
    last = instructions.rpartition("FROM ")[2]
    assert "USER 10001" in last
    assert not re.search(r"apt-get|pip install|npm", last.partition("#")[0])
