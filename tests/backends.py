"""An application on each database, emptied before each test."""

import shutil
from copy import deepcopy
from pathlib import Path

from client import Client, watch_for_uncommitted_changes
from factories import World, make_world
from sqlalchemy import text

from selfcheck import create_app
from selfcheck.config import Config
from selfcheck.db import Base, alembic, db

SECRET = "for tests only, and long enough to be taken"


class BackendApp:
    """A migrated application with its engine."""

    def __init__(self, url: str) -> None:
        self.app = create_app(Config(database_url=url, secret_key=SECRET, testing=True))
        self.app.test_client_class = Client
        watch_for_uncommitted_changes(self.app)
        with self.app.app_context():
            alembic.upgrade()
            self.engine = db.engine
        self.engine.dispose()

    def reset(self) -> None:
        """Empty the database."""
        raise NotImplementedError

    def make_world(self) -> World:
        """Put the small city into the empty database."""
        with self.app.app_context():
            return make_world()


class PostgresqlApp(BackendApp):
    """Tables are truncated, which no trigger sees."""

    def reset(self) -> None:
        names = ", ".join(table.name for table in Base.metadata.sorted_tables)
        with self.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))


class SqliteApp(BackendApp):
    """The file is put back as it was: empty, or with the small city."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"sqlite:///{folder / 'test.db'}")
        shutil.copy(folder / "test.db", folder / "empty.db")
        self.world: World | None = None

    def reset(self) -> None:
        self._put_back("empty.db")

    def make_world(self) -> World:
        if self.world is None:
            self.world = super().make_world()
            self.engine.dispose()  # closing the last connection merges the write-ahead log
            shutil.copy(self.folder / "test.db", self.folder / "world.db")
        else:
            self._put_back("world.db")
        return deepcopy(self.world)

    def _put_back(self, name: str) -> None:
        self.engine.dispose()
        for leftover in self.folder.glob("test.db*"):
            leftover.unlink()
        shutil.copy(self.folder / name, self.folder / "test.db")
