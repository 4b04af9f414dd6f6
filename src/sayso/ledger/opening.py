"""How a ledger is reached, made and brought up to date."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sayso.errors import LedgerError, LedgerUnavailable, NewLedger, NoLedger, OldLedger
from sayso.ledger.schema import VERSION

T = TypeVar("T")

_PATIENCE = 60  # seconds to wait for another writer
_TRIES = 6  # of a transaction that another one or a lost connection stopped
_LOCK = 0x5A7_50  # number of the lock under which a PostgreSQL ledger is made or upgraded
_TRY_AGAIN = {"40001", "40P01"}  # PostgreSQL: a serialization failure, a deadlock


def engine_for(place: str | os.PathLike[str]) -> Engine:
    """An engine for a ledger; nothing is connected to yet.

    Args:
        place: a file's path, or the URL of a PostgreSQL database.

    Raises:
        NoLedger: a URL that means neither SQLite nor PostgreSQL.
    """
    url = _url(place)
    if url.get_backend_name() == "postgresql":
        return create_engine(url, json_serializer=_to_json, pool_pre_ping=True)
    engine = create_engine(url, json_serializer=_to_json, connect_args={"timeout": _PATIENCE}, max_overflow=-1)  # writers wait in SQLite

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, not when the driver sees fit
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))

    return engine


def _url(place: str | os.PathLike[str]) -> URL:
    name = os.fspath(place)
    if "://" not in name:
        return URL.create("sqlite", database=str(Path(name).absolute()))
    try:
        url = make_url(name)
    except ArgumentError:
        raise NoLedger(f"{name}: is no address of a database") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise NoLedger(f"{url.render_as_string()}: a ledger is a file or a PostgreSQL database, given as postgresql://...")


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def name_of(engine: Engine) -> str:
    """What a ledger is called in messages: its path, or its URL without the password."""
    if is_sqlite(engine):
        return str(engine.url.database)
    return engine.url.set(drivername="postgresql").render_as_string()


def is_sqlite(engine: Engine) -> bool:
    """Whether the ledger is a file of SQLite's."""
    return engine.dialect.name == "sqlite"


def in_read(engine: Engine, work: Callable[[Connection], T]) -> T:
    """What work makes of one unchanging view of the ledger; it waits for no writer.

    Raises:
        LedgerUnavailable: the ledger can't be reached or read.
    """
    options = {} if is_sqlite(engine) else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return _in_transaction(engine, work, options)


def in_write(engine: Engine, work: Callable[[Connection], T]) -> T:
    """What work returns, once all that it wrote is kept for good. It may be called again, and must not mind.

    Raises:
        LedgerUnavailable: nothing was kept: the ledger can't be reached or written to, or others held it for a minute.
    """
    return _in_transaction(engine, work, {"sqlite_begin": "BEGIN IMMEDIATE"} if is_sqlite(engine) else {})


def _in_transaction(engine: Engine, work: Callable[[Connection], T], options: dict[str, Any]) -> T:
    for wait in (*(0.05 * 2**n for n in range(_TRIES - 1)), None):
        try:
            with engine.connect() as connection, connection.execution_options(**options).begin():
                return work(connection)
        except DBAPIError as error:
            if wait is None or not (error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _TRY_AGAIN):
                raise explained(engine, error) from error
            time.sleep(wait)
        except SQLAlchemyError as error:
            raise explained(engine, error) from error
    raise AssertionError


def explained(engine: Engine, error: SQLAlchemyError) -> LedgerError:
    """The ledger's own error for one of the database's."""
    reason = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    if "not a database" in reason:
        return NoLedger(f"{name_of(engine)}: is no ledger: {reason}")
    kind = LedgerUnavailable if isinstance(error, (OperationalError, PoolTimeout)) else LedgerError
    return kind(f"{name_of(engine)}: {reason}")


def open_ledger(engine: Engine) -> None:
    """See that there is a ledger of this version; an empty database becomes one.

    Raises:
        NoLedger: there is something else.
        OldLedger: its tables are of an earlier version.
        NewLedger: its tables are of a later version.
        LedgerUnavailable: it can't be reached or read, or not be made.
    """
    found = in_read(engine, lambda connection: _version(engine, connection))
    if found is None:
        if is_sqlite(engine):
            _keep_log_beside(engine)
        found = in_write(engine, lambda connection: _make(engine, connection))
    if found > VERSION:
        raise NewLedger(f"{name_of(engine)}: was written by a newer version of sayso (its tables are of version {found}, not {VERSION})")
    if found < VERSION:
        raise OldLedger(f"{name_of(engine)}: its tables are of version {found}, not {VERSION}; upgrade it first")


def upgrade_ledger(engine: Engine) -> tuple[int, int]:
    """Bring the tables of a ledger up to date, all or nothing.

    Returns:
        Its version before and after.

    Raises:
        NoLedger: there is no ledger.
        NewLedger: its tables are of a later version.
        LedgerUnavailable: it can't be reached, read or written to.
    """

    def upgrade(connection: Connection) -> int:
        _lock(engine, connection)
        found = _version(engine, connection)
        if found is None:
            raise NoLedger(f"{name_of(engine)}: there is no ledger")
        if found < VERSION:
            _migrate(connection)
        return found

    before = in_read(engine, lambda connection: _version(engine, connection))
    if before is not None and before < VERSION:
        before = in_write(engine, upgrade)
    if before is None:
        raise NoLedger(f"{name_of(engine)}: there is no ledger")
    open_ledger(engine)
    return before, VERSION


def _version(engine: Engine, connection: Connection) -> int | None:
    """The version of the ledger's tables; None where the database is empty."""
    tables = inspect(connection).get_table_names()
    if "ledger_version" in tables:
        return int(connection.execute(text("SELECT version_num FROM ledger_version")).scalar_one())
    if tables:
        raise NoLedger(f"{name_of(engine)}: is no ledger, but a database with other tables: {', '.join(sorted(tables)[:5])}")
    return None


def _make(engine: Engine, connection: Connection) -> int:
    _lock(engine, connection)
    found = _version(engine, connection)  # another process may have been faster
    if found is None:
        if not is_sqlite(engine) and (encoding := connection.execute(text("SHOW server_encoding")).scalar_one()) != "UTF8":
            raise NoLedger(f"{name_of(engine)}: can't become a ledger, since its encoding is {encoding}, not UTF8")
        _migrate(connection)
        return VERSION
    return found


def _lock(engine: Engine, connection: Connection) -> None:
    if not is_sqlite(engine):
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def _keep_log_beside(engine: Engine) -> None:
    """Have SQLite keep its log beside the file, so that readers and the writer don't wait for each other."""
    patience = time.monotonic() + _PATIENCE
    with closing(engine.raw_connection()) as connection:
        while True:
            try:
                connection.cursor().execute("PRAGMA journal_mode = WAL")
            except sqlite3.Error as error:
                if "locked" not in str(error) or time.monotonic() > patience:
                    raise LedgerUnavailable(f"{name_of(engine)}: {error}") from error
                time.sleep(0.02)  # another process is doing the same; SQLite doesn't wait here by itself
            else:
                return


def _migrate(connection: Connection) -> None:
    from alembic import command  # takes a while to load, and is needed once
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("sayso.ledger.migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
