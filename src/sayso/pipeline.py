"""From documents to what is made of their records, or kept of them, on several threads, in the order of the input."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sayso.errors import FailedReading, Forgotten, InputError, LedgerError, RecordRefused
from sayso.intake.items import Item
from sayso.linking.linker import with_answers
from sayso.models import Appearance, Record
from sayso.reading.reader import Reader

if TYPE_CHECKING:
    from sayso.ledger.store import Added, Ledger

T = TypeVar("T")

Make = Callable[[int, Item, Record], T]
"""What is to be made of a record: called with the input's number, from 1, what was taken in, and the record."""
Work = Callable[[Reader, int, Item], T]
"""What is to be done with what was taken in, beside its number."""

_AT_ONCE = 2  # documents under way for each thread


def available_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def read_all(items: Iterator[Item | InputError], make: Make[T], workers: int) -> Generator[T | InputError, None, None]:
    """Read documents, and make something of each record.

    Args:
        items: what intake hands on. It is drawn from as the work goes on, never far ahead of it.
        make: called once for each record, on one of the threads.
        workers: how many threads to work on.

    Yields:
        For each item, in order, what ``make`` made, or the error that came in its place.
    """
    return _work_on(items, lambda reader, number, item: make(number, item, with_answers(_record(reader, item))), workers)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a ledger has of one input now.

    Attributes:
        where: names the input.
        added: what was new.
        size: bytes of the input that the document took up.
    """

    where: str
    added: Added
    size: int


def add_all(items: Iterator[Item | InputError], ledger: Ledger, workers: int) -> Generator[Kept | InputError, None, None]:
    """Read documents and keep them in a ledger; what this reader has read already isn't read again.

    Args:
        items, workers: see ``read_all``.
        ledger: what was yielded of it is there for good.

    Yields:
        For each item, in order, what is kept of it, or the error that came in its place.

    Raises:
        LedgerUnavailable: the ledger can't be reached or written to.
    """

    def keep(reader: Reader, _: int, item: Item) -> Kept:
        try:
            if ledger.has_reading(item.document, reader.version):
                added = ledger.meet(item.document, _met(item))
            else:
                added = ledger.add(_record(reader, item))
        except Forgotten:
            _mark_seen(ledger, item)  # it isn't asked for again
            raise
        _mark_seen(ledger, item)
        return Kept(item.where, added, item.size)

    return _work_on(items, keep, workers)


def _record(reader: Reader, item: Item) -> Record:
    return reader.read(item.document, item.warnings).model_copy(update={"appearance": _met(item)})


def _mark_seen(ledger: Ledger, item: Item) -> None:
    if item.entry is not None:
        ledger.mark_seen(item.entry.feed, [item.entry.id])


def _met(item: Item) -> Appearance:
    return item.appearance or Appearance(where=item.where)


def _work_on(items: Iterator[Item | InputError], work: Work[T], workers: int) -> Generator[T | InputError, None, None]:
    numbered = enumerate(items, 1)
    first = next(numbered, None)
    while first is not None and isinstance(first[1], InputError):
        yield first[1]
        first = next(numbered, None)
    if first is None:
        return
    number, item = first
    assert isinstance(item, Item)
    reader = Reader(threads=workers)
    yield _do(reader, number, item, work)  # with all threads, and before another input is waited for
    pool = ThreadPoolExecutor(workers)
    under_way: deque[Future[T | InputError]] = deque()
    try:
        for number, item in numbered:
            under_way.append(_settled(item) if isinstance(item, InputError) else pool.submit(_do, reader, number, item, work))
            while under_way and (under_way[0].done() or len(under_way) >= workers * _AT_ONCE or workers == 1):
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _settled(error: InputError) -> Future[T | InputError]:
    future: Future[T | InputError] = Future()
    future.set_result(error)
    return future


def _do(reader: Reader, number: int, item: Item, work: Work[T]) -> T | InputError:
    try:
        return work(reader, number, item)
    except RecordRefused as error:
        return FailedReading(item.where, f"could not be kept: {error}")
    except LedgerError:
        raise  # no other document could be kept either
    except Exception as error:  # one document must not stop the others, whatever it does to the reader
        reason = "memory ran out" if isinstance(error, MemoryError) else f"{type(error).__name__}: {error}; this is a fault of sayso's"
        return FailedReading(item.where, f"could not be read: {reason}")
