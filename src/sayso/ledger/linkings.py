"""Linking what comes into a ledger: each reading is compared with all that came before it, once it is there for good.

A reading that is to be compared has a number in ``linkings``. It is given together with the statements' vectors; what is compared is read
in a transaction that begins after that one has ended. So of two readings that come at once, whichever gets its number later finds the
other. Verdicts are of the pair alone, so that it doesn't matter which of two finds the other, or whether both do. When what they are
made of changes, a reading gets a new number and is linked anew; pairs that were judged meanwhile under the old one are dropped.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial

import numpy as np
from sqlalchemy import Connection, Engine, Select, delete, exists, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from sayso.encoder.vectors import SIZE, vectors_version
from sayso.ledger.neighbours import Neighbours
from sayso.ledger.opening import in_read, in_write
from sayso.ledger.sayings import Stated, first_published, parts, stated
from sayso.ledger.schema import Catalogue, Documents, Linkings, Readings, Statements, StatementVectors, Utterances, Verdicts
from sayso.ledger.vectors import Meanings
from sayso.linking.candidates import NEAR, are_candidates
from sayso.linking.judge import STEPS, Judge
from sayso.linking.linker import linker_version
from sayso.linking.relations import Rule, is_kept, is_one_utterance, read_rule
from sayso.linking.sayings import MOST, Saying
from sayso.linking.utterances import clusters

_LOCK = 0x5A7_52  # number of the lock under which verdicts are written and taken away in PostgreSQL
_TRIES = 10  # to link a reading that changes meanwhile; it goes on waiting then
_LATE = 60  # seconds after which whoever added a reading is taken to link it no more
_MOST = 20  # readings that others left waiting which are linked at one go
_AT_ONCE = 100  # readings that are listed within one view of the ledger


class Links:
    """What links the readings of one ledger. Several threads may use it, and several processes the same ledger.

    Args:
        engine: to the ledger.
        meanings: what makes its vectors.
    """

    def __init__(self, engine: Engine, meanings: Meanings) -> None:
        self._engine = engine
        self._meanings = meanings
        self._neighbours = Neighbours(engine)
        self._lock = threading.Lock()
        self._busy: set[int] = set()
        self._looked = False

    def finish(self, document: str, *, announced: bool) -> None:
        """Link what was just added, if it waits for that, and what was left waiting when others were interrupted.

        Args:
            document: the id of the one that something was added to.
            announced: its latest reading came just now, together with the vectors of its statements.
        """
        with self._lock:
            late = None if not self._looked else _LATE
            self._looked = True
        try:
            for reading, is_own in in_read(self._engine, partial(_waiting, document=document, late=late, most=_MOST)):
                if is_own or reading not in self._busy:
                    self._link(reading, announced=announced and is_own)
        except BaseException:
            self._looked = False
            raise

    def link(self, advance: Callable[[int], None] = lambda _: None, *, waiting: bool = False) -> int:
        """Link the latest readings of documents that this version of the linker hasn't linked; gives how many.

        Args:
            advance: called with the number of readings that were linked.
            waiting: only those that were to be linked when they were added.
        """
        count = after = 0
        while readings := in_read(self._engine, partial(_unlinked, after=after, waiting=waiting)):
            for reading in readings:
                self._link(reading, announced=False)
                advance(1)
            count += len(readings)
            after = readings[-1]
        return count

    def relink(self, advance: Callable[[int], None] = lambda _: None) -> int:
        """Take away all verdicts, and link every document's latest reading anew; gives how many."""
        in_write(self._engine, forget_all)
        return self.link(advance)

    def discard(self) -> None:
        """Let go of all vectors in memory."""
        self._neighbours.discard()

    def _link(self, reading: int, *, announced: bool) -> None:
        """Compare a reading's statements with all others.

        Args:
            reading: its key.
            announced: it got its number together with the vectors of its statements.
        """
        self._busy.add(reading)
        try:
            if not announced:
                self._meanings.fill(reading=reading)
                if not in_write(self._engine, partial(announce, reading=reading)):
                    return
            for _ in range(_TRIES):
                linking, ours = in_read(self._engine, partial(_ours, reading=reading))
                if linking is None:
                    return
                found = self._verdicts(ours)
                if in_write(self._engine, partial(_keep, reading=reading, linking=linking, found=found)):
                    return
        finally:
            self._busy.discard(reading)

    def _verdicts(self, ours: Sequence[_Compared]) -> list[_Found]:
        """The verdicts that are worth keeping on pairs of some statements of one reading, and on those of one of them with another."""
        if not ours:
            return []
        near = self._neighbours.near(np.stack([one.saying.vectors for one in ours]), NEAR)
        own = {one.key for one in ours}
        wanted: dict[int, list[_Compared]] = defaultdict(list)
        for one, keys in zip(ours, near, strict=True):
            for key in keys.tolist():
                if key not in own:
                    wanted[key].append(one)
        pairs = [(one, other) for n, one in enumerate(ours) for other in ours[n + 1 :]]
        found = self._judged(pairs)
        for some in parts(sorted(wanted)):
            others = in_read(self._engine, partial(_compared, keys=some))
            found += self._judged([(one, other) for other in others for one in wanted[other.key]])
        return found

    def _judged(self, pairs: Iterable[tuple[_Compared, _Compared]]) -> list[_Found]:
        with self._lock:
            judge = _loaded(Judge)
        rule = read_rule()
        return [
            found
            for one, other in pairs
            if are_candidates(one.saying, other.saying, NEAR) and (found := _worth_keeping(judge, rule, one, other)) is not None
        ]


@cache
def _loaded(kind: type[Judge]) -> Judge:
    """One judge for all ledgers of a process."""
    return kind()


@dataclass(frozen=True, slots=True)
class _Compared:
    """A statement that is compared with others: its key, the number of its reading, and what is compared."""

    key: int
    linking: int
    saying: Saying


@dataclass(frozen=True, slots=True)
class _Found:
    """A verdict that is worth keeping, on statements whose readings have some numbers."""

    a: int
    b: int
    linkings: tuple[int, int]
    shares: bytes
    copies: bool


def packed(shares: Sequence[float]) -> bytes:
    """Shares as they are kept."""
    return np.array([round(share * 10**STEPS) for share in shares], dtype="<u2").tobytes()


def unpacked(shares: bytes) -> tuple[float, ...]:
    """The shares that are kept so."""
    return tuple(int(share) / 10**STEPS for share in np.frombuffer(shares, dtype="<u2"))


def enter(connection: Connection, reading: int) -> None:
    """Have a reading wait for being linked; its statements' vectors must be kept in the same transaction, or before."""
    document = connection.execute(select(Readings.document).where(Readings.key == reading)).scalar_one()
    day = first_published(connection, [document]).get(document)
    connection.execute(insert(Linkings).values(reading=reading, linker=None, day=day))


def announce(connection: Connection, reading: int) -> bool:
    """Have a reading wait for being linked anew, under a new number; False: it isn't the latest of its document."""
    lock(connection)
    later = aliased(Readings)
    newer = exists().where(later.document == Readings.document, later.key > Readings.key)
    latest = connection.execute(select(Readings.key).where(Readings.key == reading, ~newer)).first() is not None
    _unlink(connection, [reading])
    if latest:
        enter(connection, reading)
    return latest


def redate(connection: Connection, document: int) -> None:
    """Have a document be linked anew, if it is now known to have been published at another time."""
    query = select(Linkings.reading, Linkings.day).join(Readings, Readings.key == Linkings.reading)
    row = connection.execute(query.where(Readings.document == document)).first()
    if row is not None and row.day != first_published(connection, [document]).get(document):
        announce(connection, row.reading)


def unlink(connection: Connection, document: int, before: int | None = None) -> None:
    """Take away all verdicts on a document's statements.

    Args:
        connection: in a transaction that writes.
        document: its key.
        before: only on those of its readings before one, by the key of that.
    """
    query = select(Linkings.reading).join(Readings, Readings.key == Linkings.reading).where(Readings.document == document)
    readings = connection.execute(query.where(Readings.key < before) if before is not None else query).scalars().all()
    if readings:
        lock(connection)
        _unlink(connection, readings)


def forget_all(connection: Connection) -> None:
    """Take away all verdicts, and have all that was linked wait."""
    lock(connection)
    connection.execute(delete(Verdicts))
    connection.execute(delete(Utterances))
    connection.execute(update(Linkings).values(linker=None))


def lock(connection: Connection) -> None:
    """Let nobody else write verdicts or take them away before this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def unlinked(connection: Connection) -> int:
    """How many documents' latest readings this version of the linker hasn't linked."""
    return int(connection.execute(_unlinked_query().with_only_columns(func.count())).scalar_one())


def problems(connection: Connection) -> list[str]:
    """What is wrong with verdicts and utterances, in words."""
    found = []
    gone = select(func.count()).select_from(Verdicts)
    for end in (Verdicts.a, Verdicts.b):
        gone = gone.outerjoin(current := aliased(Catalogue), current.statement == end)
        count = connection.execute(gone.where(current.statement.is_(None))).scalar_one()
        if count:
            found.append(f"verdicts: {count} on statements that no latest reading finds; relinking mends it")
            break
    if count := connection.execute(select(func.count()).select_from(Verdicts).where(func.length(Verdicts.shares) != 16)).scalar_one():
        found.append(f"verdicts: {count} without shares; relinking mends it")
    one, other = aliased(Utterances), aliased(Utterances)
    apart = select(func.count()).select_from(Verdicts).outerjoin(one, one.statement == Verdicts.a)
    apart = apart.outerjoin(other, other.statement == Verdicts.b).where(Verdicts.copies)
    apart = apart.where(or_(one.utterance.is_(None), other.utterance.is_(None), one.utterance != other.utterance))
    if count := connection.execute(apart).scalar_one():
        found.append(f"utterances: {count} pairs of copies are in no utterance together; relinking mends it")
    last: int | None = 0
    wrong = 0
    while last is not None:
        some, last = _utterances_behind(connection, last)
        wrong += some
    if wrong:
        found.append(f"utterances: {wrong} aren't what the verdicts make of them; relinking mends it")
    return found


def _worth_keeping(judge: Judge, rule: Rule, one: _Compared, other: _Compared) -> _Found | None:
    a, b = (one, other) if one.saying.said.order <= other.saying.said.order else (other, one)
    verdict = judge.judge(a.saying, b.saying)
    if not is_kept(verdict, rule):
        return None
    copies = is_one_utterance(a.saying.said, b.saying.said, verdict, rule)
    return _Found(a.key, b.key, (a.linking, b.linking), packed(verdict.shares), copies)


def _waiting(connection: Connection, document: str, late: int | None, most: int) -> list[tuple[int, bool]]:
    """The readings that wait, with whether each is of a document, which comes first; of others, those that have waited for some seconds."""
    query = select(Linkings.reading).join(Readings, Readings.key == Linkings.reading).where(Linkings.linker.is_(None))
    own = select(Documents.key).where(Documents.id == document).scalar_subquery()
    others = query.where(Readings.document != own).order_by(Linkings.reading).limit(most)
    if late is not None:
        since = datetime.now(UTC) - timedelta(seconds=late)
        others = others.where(Readings.added < since.strftime("%Y-%m-%dT%H:%M:%S"))
    first = connection.execute(query.where(Readings.document == own)).scalars().all()
    return [*((reading, True) for reading in first), *((reading, False) for reading in connection.execute(others).scalars())]


def _unlinked(connection: Connection, after: int, waiting: bool) -> list[int]:
    query = select(Linkings.reading).where(Linkings.linker.is_(None)) if waiting else _unlinked_query()
    key = Linkings.reading if waiting else Readings.key
    return list(connection.execute(query.where(key > after).order_by(key).limit(_AT_ONCE)).scalars())


def _unlinked_query() -> Select[int]:
    later = aliased(Readings)
    newer = exists().where(later.document == Readings.document, later.key > Readings.key)
    done = exists().where(Linkings.reading == Readings.key, Linkings.linker == linker_version())
    return select(Readings.key).select_from(Readings).where(~newer, ~done)


def _ours(connection: Connection, reading: int) -> tuple[int | None, list[_Compared]]:
    """The number under which a reading is compared, None where it isn't, and its statements."""
    linking = connection.execute(select(Linkings.key).where(Linkings.reading == reading)).scalar()
    keys = connection.execute(select(Statements.key).where(Statements.reading == reading)).scalars().all()
    return linking, _compared(connection, keys) if linking is not None else []


def _compared(connection: Connection, keys: Sequence[int]) -> list[_Compared]:
    """Those of some statements that are compared with others, in the order of their keys."""
    vectors: dict[int, bytes] = {}
    for some in parts(_foremost(connection, keys)):
        query = select(StatementVectors.__table__).where(StatementVectors.statement.in_(some))
        query = query.where(StatementVectors.version == vectors_version(), StatementVectors.vector_in_context.is_not(None))
        vectors.update((row.statement, row.vector + row.vector_in_context) for row in connection.execute(query))
    return [_compared_of(one, vectors[one.key]) for one in stated(connection, vectors) if one.linking is not None and one.compared]


def _foremost(connection: Connection, keys: Sequence[int]) -> list[int]:
    """Those of some statements that aren't behind the first MOST of their reading that are compared."""
    is_compared = Statements.kind != "narrated", Statements.headline.is_(False)
    kept: list[int] = []
    for some in parts(keys):
        rows = connection.execute(select(Statements.key, Statements.reading).where(Statements.key.in_(some)))
        readings = {row.key: row.reading for row in rows}
        counted = select(Statements.reading).where(Statements.reading.in_(set(readings.values())), *is_compared)
        long = connection.execute(counted.group_by(Statements.reading).having(func.count() > MOST)).scalars().all()
        ends = {
            reading: connection.execute(
                select(Statements.key).where(Statements.reading == reading, *is_compared).order_by(Statements.key).offset(MOST).limit(1)
            ).scalar_one()
            for reading in long
        }
        kept += [key for key, reading in readings.items() if reading not in ends or key < ends[reading]]
    return kept


def _compared_of(one: Stated, vectors: bytes) -> _Compared:
    assert one.linking is not None
    return _Compared(one.key, one.linking, Saying(one.said, one.passage, np.frombuffer(vectors, dtype=np.int8).reshape(2, SIZE)))


def _keep(connection: Connection, reading: int, linking: int, found: Sequence[_Found]) -> bool:
    """Keep verdicts on a reading's statements; False: the reading has another number now, and must be compared anew."""
    lock(connection)
    there = connection.execute(select(Linkings.key).where(Linkings.key == linking, Linkings.reading == reading)).first()
    if there is None:
        return False
    numbers: dict[int, int] = {}
    for some in parts(sorted({key for one in found for key in (one.a, one.b)})):
        query = select(Statements.key, Linkings.key).join(Linkings, Linkings.reading == Statements.reading)
        numbers.update((key, number) for key, number in connection.execute(query.where(Statements.key.in_(some))))
    kept = [one for one in found if (numbers.get(one.a), numbers.get(one.b)) == one.linkings]
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(Verdicts).on_conflict_do_nothing()
    for rows in parts([{"a": one.a, "b": one.b, "shares": one.shares, "copies": one.copies} for one in kept]):
        connection.execute(add, rows)
    _unite(connection, [(one.a, one.b) for one in kept if one.copies])
    connection.execute(update(Linkings).where(Linkings.key == linking).values(linker=linker_version()))
    return True


def _unite(connection: Connection, edges: Sequence[tuple[int, int]]) -> None:
    """Have statements be of one utterance that are joined by edges."""
    ends = sorted({end for edge in edges for end in edge})
    known: dict[int, int] = {}
    for some in parts(ends):
        query = select(Utterances.statement, Utterances.utterance).where(Utterances.statement.in_(some))
        known.update((statement, utterance) for statement, utterance in connection.execute(query))
    first = {end: known.get(end, end) for end in ends}
    groups = _grouped(set(first.values()), [(first[a], first[b]) for a, b in edges])
    least = {one: min(group) for group in groups for one in group}
    for group in groups:
        for some in parts(sorted(group)[1:]):
            connection.execute(update(Utterances).where(Utterances.utterance.in_(some)).values(utterance=min(group)))
    new = [{"statement": end, "utterance": least[first[end]]} for end in ends if end not in known]
    if new:
        connection.execute(insert(Utterances), new)


def _unlink(connection: Connection, readings: Collection[int]) -> None:
    keys = connection.execute(select(Statements.key).where(Statements.reading.in_(readings)).order_by(Statements.key)).scalars().all()
    touched: set[int] = set()
    for some in parts(keys):
        touched.update(connection.execute(select(Utterances.utterance).where(Utterances.statement.in_(some))).scalars())
    for some in parts(keys):
        connection.execute(delete(Verdicts).where(Verdicts.a.in_(some)))
        connection.execute(delete(Verdicts).where(Verdicts.b.in_(some)))
        connection.execute(delete(Utterances).where(Utterances.statement.in_(some)))
    connection.execute(delete(Linkings).where(Linkings.reading.in_(readings)))
    for number in sorted(touched):
        members, edges = _utterance(connection, number)
        connection.execute(delete(Utterances).where(Utterances.utterance == number))
        groups = [group for group in _grouped(members, edges) if len(group) > 1]
        if groups:
            rows = [{"statement": one, "utterance": min(group)} for group in groups for one in group]
            connection.execute(insert(Utterances), rows)


def _utterance(connection: Connection, number: int) -> tuple[set[int], list[tuple[int, int]]]:
    """The statements that are said to be of one utterance, and the pairs of copies among them."""
    members = set(connection.execute(select(Utterances.statement).where(Utterances.utterance == number)).scalars())
    edges: list[tuple[int, int]] = []
    for some in parts(sorted(members)):
        query = select(Verdicts.a, Verdicts.b).where(Verdicts.copies, Verdicts.a.in_(some))
        edges += [(a, b) for a, b in connection.execute(query) if b in members]
    return members, edges


def _utterances_behind(connection: Connection, last: int) -> tuple[int, int | None]:
    """How many of the next utterances aren't what verdicts make of them, and the number of the last of them; None where there are none."""
    query = select(Utterances.utterance).where(Utterances.utterance > last).distinct().order_by(Utterances.utterance).limit(_AT_ONCE)
    numbers = connection.execute(query).scalars().all()
    wrong = 0
    for number in numbers:
        members, edges = _utterance(connection, number)
        wrong += len(_grouped(members, edges)) != 1 or min(members) != number or len(members) < 2
    return wrong, numbers[-1] if numbers else None


def _grouped(members: Iterable[int], edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The connected sets of members."""
    groups: dict[int, list[int]] = defaultdict(list)
    for member, number in clusters(members, edges).items():
        groups[number].append(member)
    return list(groups.values())
