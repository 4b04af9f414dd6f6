"""From documents to what is made of their records, on several threads, in the order of the input."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sayso.errors import FailedReading, InputError
from sayso.intake.items import Item
from sayso.models import Appearance, Record
from sayso.reading.reader import Reader

T = TypeVar("T")

Make = Callable[[int, Item, Record], T]
"""What is to be made of a record: called with the input's number, from 1, what was taken in, and the record."""

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
    yield _read_one(reader, number, item, make)  # with all threads, and before another input is waited for
    pool = ThreadPoolExecutor(workers)
    under_way: deque[Future[T | InputError]] = deque()
    try:
        for number, item in numbered:
            under_way.append(_settled(item) if isinstance(item, InputError) else pool.submit(_read_one, reader, number, item, make))
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


def _read_one(reader: Reader, number: int, item: Item, make: Make[T]) -> T | InputError:
    try:
        record = reader.read(item.document, item.warnings)
        return make(number, item, record.model_copy(update={"appearance": item.appearance or Appearance(where=item.where)}))
    except Exception as error:  # one document must not stop the others, whatever it does to the reader
        reason = "memory ran out" if isinstance(error, MemoryError) else f"{type(error).__name__}: {error}; this is a fault of sayso's"
        return FailedReading(item.where, f"could not be read: {reason}")
