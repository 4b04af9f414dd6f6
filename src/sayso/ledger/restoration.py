"""Putting a backup in a ledger's place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from sayso.errors import LedgerError, LedgerUnavailable, NoLedger

_PATIENCE = 5  # seconds to wait for those who use the ledger that is replaced


def restore(backup: Path, target: Path, replace: bool, check: Callable[[Path], list[str]] | None) -> None:
    """Put a copy of a backup in a ledger's place, all or nothing; see ``Ledger.restore``.

    Args:
        backup: the file.
        target: where the ledger is to be.
        replace: take the place of one that is there.
        check: opens a ledger and says what is wrong with it; None: whatever that is.
    """
    if not backup.is_file():
        raise NoLedger(f"{backup}: there is no backup")
    if target.exists() and not replace:
        raise LedgerError(f"{target}: is there already; --replace puts the backup in its place")
    if target.exists() and target.samefile(backup):
        raise LedgerError(f"{target}: is the backup itself")
    part = target.with_name(f"{target.name}.part")
    try:
        _remove(part)
        _copy(backup, part)
        if check is not None:
            _check(backup, part, check)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        with _settled(target) if target.exists() else nullcontext():
            for beside in _beside(target):  # of the ledger that was there: SQLite would take its log for this one's
                beside.unlink(missing_ok=True)
            shutil.rmtree(f"{target}-vectors", ignore_errors=True)
            os.replace(part, target)
            _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise LedgerUnavailable(f"{target}: can't be restored from {backup}: {error}") from error
    finally:
        _remove(part)


def _copy(backup: Path, part: Path) -> None:
    # Nothing is left beside a backup, which may lie where nobody may write, but where it has a log there already.
    how = "mode=ro" if _beside(backup)[0].exists() else "mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(f"{backup.absolute().as_uri()}?{how}", uri=True)) as source, closing(sqlite3.connect(part)) as copy:
            source.execute("SELECT version_num FROM ledger_version").fetchone()
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "no such table" not in str(error):
            raise
        raise NoLedger(f"{backup}: is no ledger: {error}") from error


def _check(backup: Path, part: Path, check: Callable[[Path], list[str]]) -> None:
    """Raise what is wrong with a copy of a backup, as of the backup."""
    try:
        problems = check(part)
    except LedgerError as error:
        raise type(error)(str(error).replace(str(part.absolute()), str(backup))) from error
    if problems:
        raise LedgerError(f"{backup}: isn't whole, and was not restored: {'; '.join(problems[:5])}")


@contextmanager
def _settled(target: Path) -> Iterator[None]:
    """Keep others from the ledger that is replaced, all of which is in its file then; one too damaged for that is used by nobody."""
    with closing(sqlite3.connect(target, timeout=_PATIENCE, isolation_level=None)) as old:
        try:
            old.execute("PRAGMA locking_mode = EXCLUSIVE")
            old.execute("BEGIN EXCLUSIVE")
            old.execute("ROLLBACK")  # the lock stays
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise LedgerUnavailable(f"{target}: can't be replaced while others use it") from error
        except sqlite3.DatabaseError:
            pass
        yield


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]


def _remove(part: Path) -> None:
    for path in (part, *_beside(part)):
        path.unlink(missing_ok=True)
    shutil.rmtree(f"{part}-vectors", ignore_errors=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
