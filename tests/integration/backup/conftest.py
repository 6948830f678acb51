"""A small city with staff, checks and certificates: in a file of SQLite, or on each database."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from backends import SqliteApp
from console import Run
from factories import World, make_certificate, make_check, make_person, make_training
from flask import Flask
from integration.commands.conftest import run_at
from sqlalchemy import update

from selfcheck.db import db
from selfcheck.training.models import Certificate, CertificateContent

__all__ = ["run_at"]
CERTIFICATES, LARGEST = 12, 90_000  # bytes


def fill(world: World) -> None:
    """Give the small city what must survive."""
    random = Random(7)
    for number in range(40):
        person = make_person(f"{number:04}", unit=world.unit_ids["33"])
        make_training(person, evidence=True)
    for _ in range(CERTIFICATES):
        content = b"%PDF-1.7\n" + random.randbytes(random.randrange(LARGEST))
        certificate = make_certificate()
        certificate.sha256 = sha256(content).hexdigest()
        certificate.size_bytes = len(content)
        db.session.flush()
        db.session.execute(
            update(CertificateContent)
            .where(CertificateContent.certificate_id == certificate.id)
            .values(content=content)
        )
    make_check(world, texts={"next_steps": "Mehrsprachige Schilder 🎉"})


def read_certificates() -> dict[str, str]:
    """Return the hash of the content of each certificate."""
    rows = db.session.query(Certificate.id, CertificateContent.content).join(
        CertificateContent, CertificateContent.certificate_id == Certificate.id
    )
    return {str(number): sha256(content).hexdigest() for number, content in rows}


@pytest.fixture(scope="session")
def file_backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteApp]:
    backend = SqliteApp(tmp_path_factory.mktemp("files"))
    yield backend
    backend.engine.dispose()


@pytest.fixture
def city(file_backend: SqliteApp) -> Flask:
    """The application on the file of a small city."""
    file_backend.reset()
    world = file_backend.make_world()
    with file_backend.app.app_context():
        fill(world)
    return file_backend.app


@pytest.fixture
def database(file_backend: SqliteApp) -> Path:
    """The file of the small city."""
    return file_backend.folder / "test.db"


@pytest.fixture
def command(city: Flask, file_backend: SqliteApp, database: Path, run_at: Run) -> Run:
    """Run ``selfcheck`` on that file."""
    return lambda *words, **kwargs: run_at(f"sqlite:///{database}", *words, **kwargs)


@pytest.fixture
def saved(command: Run, tmp_path: Path) -> Path:
    """A backup of the small city."""
    file = tmp_path / "stadt.backup"
    outcome = command("backup", file)
    assert outcome.code == 0, outcome.err
    return file
