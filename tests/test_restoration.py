"""A backup takes a ledger's place, all of it or nothing."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sayso.ledger.restoration as restoration
from sayso.cli import app
from sayso.errors import LedgerError, LedgerUnavailable, NewLedger, NoLedger, OldLedger
from sayso.ledger.store import Ledger
from sayso.models import Appearance, Document, Record

OLD, NEW = (Document(text=text) for text in ("The old pier stands.", "A new pier is built."))


def contents(place: Path) -> list[str]:
    with Ledger(place, vectors=False) as ledger:
        assert ledger.check() == []
        return list(ledger.documents())


def add(ledger: Ledger, document: Document) -> None:
    ledger.add(Record(reader="reader 1", document=document, appearance=Appearance(where="a.txt")))


@pytest.fixture(scope="session")
def made_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup with the old document."""
    folder = tmp_path_factory.mktemp("backup")
    with Ledger(folder / "ledger.db", vectors=False) as ledger:
        add(ledger, OLD)
        ledger.backup(folder / "backup.db")
    return folder / "backup.db"


@pytest.fixture
def backup(made_backup: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may damage."""
    return Path(shutil.copy(made_backup, tmp_path / "backup.db"))


@pytest.fixture
def place(made_backup: Path, tmp_path: Path) -> Path:
    """A ledger with both documents, in which vectors were looked for."""
    place = Path(shutil.copy(made_backup, tmp_path / "ledger.db"))
    with Ledger(place, vectors=False) as ledger:
        add(ledger, NEW)
    Path(f"{place}-vectors").mkdir()
    return place


@pytest.fixture
def user(place: Path) -> Iterator[sqlite3.Connection]:
    """Somebody who uses the ledger, and whose last write is in the log beside it only."""
    with closing(sqlite3.connect(place, isolation_level=None)) as connection:
        connection.execute("UPDATE documents SET title = 'Pier' WHERE text = ?", (NEW.text,))
        yield connection


def test_a_backup_becomes_a_ledger_where_none_was(backup: Path, tmp_path: Path) -> None:
    Ledger.restore(backup, tmp_path / "l.db")
    assert contents(tmp_path / "l.db") == [OLD.id]
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.db", "l.db"]


def test_a_ledger_is_replaced_only_if_that_is_said(backup: Path, place: Path) -> None:
    with pytest.raises(LedgerError, match="--replace"):
        Ledger.restore(backup, place)
    assert contents(place) == [OLD.id, NEW.id]
    Ledger.restore(backup, place, replace=True)
    assert contents(place) == [OLD.id]
    assert sorted(path.name for path in place.parent.iterdir()) == ["backup.db", "ledger.db"]


def test_a_ledger_that_is_no_backup_comes_with_what_is_in_its_log_only(place: Path, user: sqlite3.Connection, tmp_path: Path) -> None:
    Ledger.restore(place, tmp_path / "l.db")
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection:
        assert connection.execute("SELECT count(*) FROM documents WHERE title = 'Pier'").fetchone() == (1,)


def test_nothing_is_replaced_by_itself(place: Path) -> None:
    with pytest.raises(LedgerError, match="the backup itself"):
        Ledger.restore(place, place.parent / "." / place.name, replace=True)
    assert contents(place) == [OLD.id, NEW.id]


@pytest.mark.parametrize("harm", ["text", "page", "cut", "words", "nothing"])
def test_what_is_no_whole_backup_is_refused(harm: str, backup: Path, place: Path) -> None:
    if harm == "text":
        with closing(sqlite3.connect(backup)) as connection:
            connection.execute("UPDATE documents SET text = 'Something else.'")
            connection.commit()
    elif harm == "page":
        size = backup.stat().st_size
        with backup.open("r+b") as file:
            file.seek(size // 2 // 4096 * 4096)
            file.write(b"\xff" * (size // 4 // 4096 * 4096))
    elif harm == "cut":
        os.truncate(backup, backup.stat().st_size // 2)
    elif harm == "words":
        backup.write_text("no ledger at all" * 1000)
    else:
        backup.unlink()
    with pytest.raises(LedgerError, match=r"backup\.db") as refused:
        Ledger.restore(backup, place, replace=True)
    assert ".part" not in str(refused.value)
    assert contents(place) == [OLD.id, NEW.id]
    assert not list(place.parent.glob("*.part*"))


def test_one_that_is_damaged_is_restored_by_force(backup: Path, place: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE documents SET text = 'Something else.'")
        connection.commit()
    Ledger.restore(backup, place, replace=True, force=True)
    with Ledger(place) as ledger:
        assert len(ledger.check()) > 0


@pytest.mark.parametrize(("version", "error"), [(1, OldLedger), (99, NewLedger)])
def test_one_of_another_version_is_refused(version: int, error: type[LedgerError], backup: Path, place: Path) -> None:
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("UPDATE ledger_version SET version_num = ?", (version,))
        connection.commit()
    with pytest.raises(error, match=r"backup\.db: "):
        Ledger.restore(backup, place, replace=True)
    assert contents(place) == [OLD.id, NEW.id]


def test_a_database_that_is_no_ledger_is_refused(backup: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE mine (a)")
    with pytest.raises(NoLedger, match=r"other\.db: is no ledger"):
        Ledger.restore(tmp_path / "other.db", tmp_path / "l.db")
    assert not (tmp_path / "l.db").exists()


def test_postgresql_is_left_to_its_own_tool(backup: Path) -> None:
    with pytest.raises(LedgerError, match="pg_restore"):
        Ledger.restore(backup, "postgresql://ida@localhost/news")


def test_a_ledger_in_use_is_not_replaced(backup: Path, place: Path, user: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoration, "_PATIENCE", 0.1)
    with pytest.raises(LedgerUnavailable, match="others use it"):
        Ledger.restore(backup, place, replace=True)
    assert user.execute("SELECT count(*) FROM documents WHERE title = 'Pier'").fetchone() == (1,)
    user.close()
    Ledger.restore(backup, place, replace=True)
    assert contents(place) == [OLD.id]


def test_one_that_is_too_damaged_to_be_opened_is_replaced(backup: Path, place: Path) -> None:
    place.write_text("no ledger any more" * 1000)
    Ledger.restore(backup, place, replace=True)
    assert contents(place) == [OLD.id]


KILLED = """
import os, signal, sys
from sayso.ledger import restoration
from sayso.ledger.store import Ledger
name, backup, place = sys.argv[1:]
owner = restoration if hasattr(restoration, name) else os
was = getattr(owner, name)
def dies(*arguments, **options):
    if name == "_copy":
        was(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, dies)
Ledger.restore(backup, place, replace=True)
"""


@pytest.mark.parametrize("step", ["_copy", "_check", "_beside", "replace"])
def test_a_kill_leaves_the_old_ledger_with_all_that_was_written(step: str, backup: Path, place: Path) -> None:
    writing = "import sqlite3, os, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
    writing += "c.execute(\"UPDATE documents SET title = 'Pier'\"); os._exit(0)"
    subprocess.run([sys.executable, "-c", writing, place], check=True)  # what it wrote is in the log only
    assert Path(f"{place}-wal").stat().st_size > 0
    killed = subprocess.run([sys.executable, "-c", KILLED, step, backup, place], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert contents(place) == [OLD.id, NEW.id]
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("SELECT count(*) FROM documents WHERE title = 'Pier'").fetchone() == (2,)
    Ledger.restore(backup, place, replace=True)
    assert contents(place) == [OLD.id]
    assert not list(place.parent.glob("*.part*"))


def test_no_room_for_it_leaves_the_old_ledger(backup: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoration, "_copy", full)
    with pytest.raises(LedgerUnavailable, match="No space left"):
        Ledger.restore(backup, place, replace=True)
    assert contents(place) == [OLD.id, NEW.id]


def test_the_command_restores(backup: Path, place: Path) -> None:
    run = CliRunner().invoke
    refused = run(app, ["ledger", "restore", str(backup), "--ledger", str(place)])
    assert (refused.exit_code, "--replace" in refused.stderr) == (1, True)
    assert run(app, ["ledger", "restore", str(backup), "--replace", "--ledger", str(place)]).exit_code == 0
    assert contents(place) == [OLD.id]
