"""Statements by meaning: their vectors in the ledger, and the nearest ones to a text.

A vector is kept in the same transaction as its statement. To look through many, those up to a watermark are copied into segments, files
that never change, are mapped into memory, and can be made anew at any time; what came later is read from the ledger. Every vector is
compared, so that the answer doesn't depend on the order in which statements came.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, and_, delete, false, func, insert, or_, select, text
from usearch.index import MetricKind, search  # type: ignore[attr-defined]

from sayso.encoder.pairs import Passage, in_context
from sayso.encoder.vectors import SIZE, Vectors, VectorSession, cosines, vectors_version
from sayso.ledger.opening import in_read, in_write, is_sqlite
from sayso.ledger.sayings import stated
from sayso.ledger.schema import Catalogue, Readings, Statements, StatementVectors
from sayso.linking.passages import passage_of
from sayso.linking.sayings import are_compared
from sayso.models import Record

_Keys = npt.NDArray[np.int64]
Meant = tuple[bytes, bytes | None]
"""The vectors of a statement: of its words, and of those with the words before them, if it is one that is compared with others."""

_TAIL = 5_000  # vectors behind the watermark that are read from the ledger at each search; with more of them, a segment is made
_SEGMENT = 200_000  # vectors in a segment, beyond which the next one is begun
_AT_ONCE = 500  # statements whose vectors are made in one transaction


class Meanings:
    """What knows the vectors of one ledger's statements. Several threads may use it, and several processes the same ledger.

    Args:
        engine: to the ledger.
        folder: where segments are kept: beside a file's ledger, or in the user's cache.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self._lock = threading.Lock()
        self._session: VectorSession | None = None
        self._mapped: dict[str, tuple[_Keys, Vectors]] = {}

    def vectors(self, texts: list[str]) -> Vectors:
        """The vectors of texts, int8 [texts, SIZE]."""
        with self._lock:
            self._session = self._session or VectorSession()
        return self._session.vectors(texts)

    def of(self, record: Record) -> list[Meant]:
        """The vectors of a record's statements."""
        text = record.document.text
        passages = (passage_of(text, statement.content, statement.speaker.name) for statement in record.statements)
        return self._of(zip(passages, map(are_compared, record.statements), strict=True))

    def _of(self, passages: Iterable[tuple[Passage, bool]]) -> list[Meant]:
        texts = [(passage.content, in_context(passage) if compared else None) for passage, compared in passages]
        vectors = iter(self.vectors([words for pair in texts for words in pair if words is not None]))
        return [(next(vectors).tobytes(), next(vectors).tobytes() if context is not None else None) for _, context in texts]

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """The statements whose vectors are nearest to one.

        Args:
            vector: int8 [SIZE].
            limit: how many at most.

        Returns:
            Their keys with the cosines, the nearest first, those as near as each other in the order of their keys.
        """
        segments, tail = self._all()
        if len(tail[0]) > _TAIL:
            self._add_segment()
            segments, tail = self._all()
        found = [(keys, *_scan(vectors, vector, limit)) for keys, vectors in [*segments, tail]]
        pairs = {int(keys[place]): float(cosine) for keys, places, near in found for place, cosine in zip(places, near, strict=True)}
        there = in_read(self._engine, lambda connection: _still_there(connection, list(pairs)))
        return sorted(((key, round(pairs[key], 6)) for key in there), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def fill(self, advance: Callable[[int], None] = lambda _: None, reading: int | None = None) -> int:
        """Make the vectors of statements that have none, or one of another version; gives how many.

        Args:
            advance: called with the number of statements that were looked at.
            reading: the key of the one whose statements are meant; None: all.
        """
        made = after = 0
        while True:
            rows = in_read(self._engine, partial(_without, after=after, reading=reading))
            if not rows:
                return made
            vectors = self._of((passage, compared) for _, passage, compared in rows)
            in_write(self._engine, partial(_replace, keys=[key for key, *_ in rows], vectors=vectors))
            after = rows[-1][0]
            made += len(rows)
            advance(len(rows))

    def discard(self) -> None:
        """Take away all segments; they are made anew when they are needed."""
        with self._lock:
            self._mapped.clear()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _all(self) -> tuple[list[tuple[_Keys, Vectors]], tuple[_Keys, Vectors]]:
        """The segments, mapped into memory, and what is behind their watermark; keys and vectors in the order of the keys."""
        while True:
            names = _names(self._folder)
            try:
                with self._lock:
                    self._mapped = {name: self._mapped.get(name) or _map(self._folder / name) for name in names}
                    segments = list(self._mapped.values())
            except FileNotFoundError:  # a larger one has just taken its place
                continue
            return segments, in_read(self._engine, partial(_read, after=_watermark(names)))

    def _add_segment(self) -> None:
        """Put what is behind the watermark into segments."""
        self._folder.mkdir(parents=True, exist_ok=True)
        settled = in_write(self._engine, partial(_settled, self._engine))
        while True:
            names = _names(self._folder)
            after = _watermark(names)
            if names and _count(self._folder / names[-1]) < _SEGMENT:
                after = _bounds(names[-1])[0]  # to be made anew, and larger
            keys, vectors = in_read(self._engine, partial(_read, after=after, upto=settled, limit=_SEGMENT))
            if not len(keys) or int(keys[-1]) <= _watermark(names):
                return
            _write(self._folder, after, keys, vectors)
            if len(keys) < _SEGMENT:
                return


def insert_vectors(connection: Connection, keys: Sequence[int], vectors: Sequence[Meant]) -> None:
    """Keep the vectors of statements."""
    if keys:
        version = vectors_version()
        insert_rows = [
            {"statement": key, "vector": vector, "vector_in_context": in_context, "version": version}
            for key, (vector, in_context) in zip(keys, vectors, strict=True)
        ]
        connection.execute(insert(StatementVectors), insert_rows)


def delete_vectors(connection: Connection, document: int, before: int) -> None:
    """Take away the vectors of a document's readings before one, whose statements aren't searched any more."""
    earlier = select(Statements.key).join(Readings, Readings.key == Statements.reading)
    earlier = earlier.where(Readings.document == document, Readings.key < before)
    connection.execute(delete(StatementVectors).where(StatementVectors.statement.in_(earlier)))


def segments_folder(engine: Engine) -> Path:
    """Where the segments of a ledger are kept: for a file, the folder beside it that is called like it and ends in ``-vectors``."""
    if is_sqlite(engine):
        return Path(f"{engine.url.database}-vectors")
    from platformdirs import user_cache_path

    place = engine.url.render_as_string(hide_password=True)
    return user_cache_path("sayso") / "vectors" / hashlib.sha256(place.encode()).hexdigest()[:32]


def _scan(vectors: Vectors, vector: Vectors, limit: int) -> tuple[_Keys, npt.NDArray[np.float32]]:
    """The places of the nearest vectors and their cosines."""
    if not len(vectors):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    if len(vectors) <= limit:
        return np.arange(len(vectors)), cosines(vector, vectors)
    matches = search(vectors, vector, limit, MetricKind.Cos, exact=True)
    places = matches.keys.astype(np.int64)
    return places, cosines(vector, vectors[places])


def _settled(engine: Engine, connection: Connection) -> int:
    """The greatest key of a statement below which no other can come any more."""
    if not is_sqlite(engine):  # keys are drawn before they are committed: wait for those who have drawn one
        connection.execute(text("LOCK TABLE statements IN SHARE MODE"))
    return int(connection.execute(select(func.coalesce(func.max(Statements.key), 0))).scalar_one())


def _read(connection: Connection, after: int, upto: int | None = None, limit: int | None = None) -> tuple[_Keys, Vectors]:
    """The keys and vectors behind one key, up to another."""
    query = select(StatementVectors.statement, StatementVectors.vector)
    query = query.where(StatementVectors.statement > after, StatementVectors.version == vectors_version())
    if upto is not None:
        query = query.where(StatementVectors.statement <= upto)
    rows = connection.execute(query.order_by(StatementVectors.statement).limit(limit)).all()
    keys = np.array([row[0] for row in rows], dtype=np.int64)
    return keys, np.frombuffer(b"".join(row[1] for row in rows), dtype=np.int8).reshape(len(rows), SIZE)


def _still_there(connection: Connection, keys: list[int]) -> list[int]:
    there: list[int] = []
    for start in range(0, len(keys), 500):
        query = select(StatementVectors.statement).where(StatementVectors.statement.in_(keys[start : start + 500]))
        there += connection.execute(query).scalars()
    return there


def _without(connection: Connection, after: int, reading: int | None = None) -> list[tuple[int, Passage, bool]]:
    """The next statements that are searched and lack a vector of this version: keys, words, and whether they are compared with others."""
    ours = and_(StatementVectors.statement == Catalogue.statement, StatementVectors.version == vectors_version())
    compared = and_(Catalogue.kind != "narrated", Catalogue.headline == false())
    lacking = or_(StatementVectors.statement.is_(None), and_(StatementVectors.vector_in_context.is_(None), compared))
    query = select(Catalogue.statement).outerjoin(StatementVectors, ours).where(Catalogue.statement > after, lacking)
    if reading is not None:
        query = query.join(Statements, Statements.key == Catalogue.statement).where(Statements.reading == reading)
    keys = connection.execute(query.order_by(Catalogue.statement).limit(_AT_ONCE)).scalars().all()
    return [(one.key, one.passage, one.compared) for one in stated(connection, keys)]


def _replace(connection: Connection, keys: list[int], vectors: list[Meant]) -> None:
    still = set(connection.execute(select(Statements.key).where(Statements.key.in_(keys))).scalars())
    connection.execute(delete(StatementVectors).where(StatementVectors.statement.in_(keys)))
    kept = [(key, one) for key, one in zip(keys, vectors, strict=True) if key in still]
    insert_vectors(connection, [key for key, _ in kept], [one for _, one in kept])


def _names(folder: Path) -> list[str]:
    """The segments in a folder in the order of their keys, without those that a larger one took the place of."""
    version = vectors_version()
    try:
        found = sorted((name for name in os.listdir(folder) if name.endswith(f"-{version}.segment")), key=_bounds)
    except FileNotFoundError:
        return []
    names: list[str] = []
    for name in found:
        if names and _bounds(names[-1])[0] == _bounds(name)[0]:
            names.pop()
        names.append(name)
    return names


def _bounds(name: str) -> tuple[int, int]:
    """A segment's watermarks: it holds what is behind the first, up to the second."""
    first, last, _ = name.split("-")
    return int(first), int(last)


def _watermark(names: list[str]) -> int:
    """The key up to which segments hold all vectors."""
    return _bounds(names[-1])[1] if names else 0


def _count(path: Path) -> int:
    try:
        return path.stat().st_size // (SIZE + 8)
    except FileNotFoundError:  # a larger one has just taken its place
        return 0


def _write(folder: Path, after: int, keys: _Keys, vectors: Vectors) -> None:
    name = f"{after}-{int(keys[-1])}-{vectors_version()}.segment"
    handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(keys.tobytes())
        file.write(vectors.tobytes())
    os.replace(part, folder / name)
    for other in os.listdir(folder):
        if other.endswith(".segment") and other != name and _bounds(other)[0] == after and _bounds(other)[1] < int(keys[-1]):
            (folder / other).unlink(missing_ok=True)  # whoever has mapped it still sees it


def _map(path: Path) -> tuple[_Keys, Vectors]:
    count = path.stat().st_size // (SIZE + 8)
    keys: _Keys = np.memmap(path, dtype=np.int64, mode="r", shape=(count,))
    return keys, np.memmap(path, dtype=np.int8, mode="r", offset=8 * count, shape=(count, SIZE))
