"""Which statements of a ledger mean something alike: a scan over the vectors of all that are compared, held in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, func, select, text

from sayso.encoder.vectors import SIZE, Vectors, vectors_version
from sayso.ledger.opening import in_read, in_write, is_sqlite
from sayso.ledger.sayings import parts
from sayso.ledger.schema import Linkings, Statements, StatementVectors
from sayso.linking.candidates import near_each_other, squares_of

_Keys = npt.NDArray[np.int64]

_BLOCK = 8192  # statements that are compared in one product
_AT_ONCE = 1000  # readings whose vectors are read within one view of the ledger
_TAIL = 5000  # numbers of readings that are remembered, since others below the greatest may still come


class Neighbours:
    """Finds the statements near to others. Several threads may use one, and several processes the same ledger.

    Readings are taken up in the order of ``Linkings.key``, behind a watermark: a reading whose vectors come or change later has to get a
    new number there. What is found may be gone, or have been replaced, by the time that it is looked at.

    Args:
        engine: to the ledger.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self.discard()

    def near(self, vectors: Vectors, threshold: float) -> list[_Keys]:
        """The keys of the statements near to each of some.

        Args:
            vectors: int8 [statements, 2, SIZE], of their words and of those in context.
            threshold: the cosine of either that makes two statements near.
        """
        with self._lock:
            self._refresh()
            keys, others, squares = self._keys[: self._count], self._vectors[: self._count], self._squares[: self._count]
        found: list[list[_Keys]] = [[] for _ in vectors]
        for at in range(0, len(keys), _BLOCK):
            block = slice(at, at + _BLOCK)
            for rows, near in zip(found, near_each_other(vectors, others[block], squares[block], threshold), strict=True):
                rows.append(keys[block][near])
        return [np.setdiff1d(np.concatenate(rows), [0]) if rows else np.zeros(0, dtype=np.int64) for rows in found]

    def discard(self) -> None:
        """Let go of all vectors; they are read again when they are needed."""
        with self._lock:
            self._keys: _Keys = np.zeros(0, dtype=np.int64)  # 0: is known by other vectors now
            self._vectors: Vectors = np.zeros((0, 2, SIZE), dtype=np.int8)
            self._squares: npt.NDArray[np.float64] = np.zeros((0, 2))
            self._count = self._greatest = self._after = 0
            self._tail: set[int] = set()

    def _refresh(self) -> None:
        settled = in_write(self._engine, _settled) if len(self._tail) > _TAIL else None
        new = [key for key in in_read(self._engine, partial(_behind, after=self._after)) if key not in self._tail]
        for some in parts(new, _AT_ONCE):
            rows = in_read(self._engine, partial(_vectors, first=some[0], last=some[-1]))
            wanted = set(some)
            self._take([row for row in rows if row[0] in wanted])
        if is_sqlite(self._engine):
            self._after = max([self._after, *new])
        else:  # numbers are drawn before they are committed
            self._tail.update(new)
            if settled is not None:
                self._after, self._tail = settled, {key for key in self._tail if key > settled}

    def _take(self, rows: Sequence[Any]) -> None:
        if not rows:
            return
        keys = np.array([row[1] for row in rows], dtype=np.int64)
        vectors = np.frombuffer(b"".join(row[2] + row[3] for row in rows), dtype=np.int8).reshape(len(rows), 2, SIZE)
        if int(keys.min()) <= self._greatest:
            known = self._keys[: self._count]
            known[np.isin(known, keys)] = 0
        self._greatest = max(self._greatest, int(keys.max()))
        stop = self._count + len(rows)
        if stop > len(self._keys):  # those who scan keep what they have
            room = max(stop, 2 * len(self._keys), 1024)
            self._keys, self._vectors, self._squares = (_larger(of, room) for of in (self._keys, self._vectors, self._squares))
        self._keys[self._count : stop], self._vectors[self._count : stop] = keys, vectors
        self._squares[self._count : stop] = squares_of(vectors)
        self._count = stop


def _larger(of: npt.NDArray[Any], room: int) -> npt.NDArray[Any]:
    larger = np.zeros((room, *of.shape[1:]), dtype=of.dtype)
    larger[: len(of)] = of
    return larger


def _behind(connection: Connection, after: int) -> list[int]:
    return list(connection.execute(select(Linkings.key).where(Linkings.key > after).order_by(Linkings.key)).scalars())


def _vectors(connection: Connection, first: int, last: int) -> Sequence[Any]:
    query = (
        select(Linkings.key, StatementVectors.statement, StatementVectors.vector, StatementVectors.vector_in_context)
        .join(Statements, Statements.reading == Linkings.reading)
        .join(StatementVectors, StatementVectors.statement == Statements.key)
        .where(Linkings.key.between(first, last), StatementVectors.version == vectors_version())
        .where(StatementVectors.vector_in_context.is_not(None))
        .order_by(Linkings.key, Statements.key)
    )
    return connection.execute(query).all()


def _settled(connection: Connection) -> int:
    """The greatest number of a reading below which no other can come any more: those who have drawn one are waited for."""
    connection.execute(text("LOCK TABLE linkings IN SHARE MODE"))
    return int(connection.execute(select(func.coalesce(func.max(Linkings.key), 0))).scalar_one())
