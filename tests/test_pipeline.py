"""Many documents on several cores: in order, alike, and whole but for what can't be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sayso.errors import InputError, NoDocument
from sayso.intake.items import Item
from sayso.models import Document, Record
from sayso.pipeline import read_all

SAID = "“The pier is gone,” Mayor Ada Lin said on Monday."


def items(count: int, *bad: int) -> Iterator[Item | InputError]:
    for number in range(1, count + 1):
        if number in bad:
            yield NoDocument(f"a:{number}", "is empty")
        else:
            yield Item(f"a:{number}", Document(text=f"Ferry {number} stopped. {SAID}", ref=str(number)))


def note(number: int, item: Item, record: Record) -> tuple[int, str]:
    return number, item.where


@pytest.mark.parametrize("workers", [1, 3])
def test_results_keep_the_order_and_errors_their_place(workers: int) -> None:
    results = list(read_all(items(12, 1, 5, 12), note, workers))
    assert [isinstance(r, NoDocument) for r in results] == [n in (1, 5, 12) for n in range(1, 13)]
    assert [r for r in results if not isinstance(r, InputError)] == [(n, f"a:{n}") for n in range(1, 13) if n not in (1, 5, 12)]


def test_nothing_is_loaded_where_there_is_nothing_to_read() -> None:
    assert [str(r) for r in read_all(items(2, 1, 2), note, 2)] == ["a:1: is empty", "a:2: is empty"]
    assert list(read_all(items(0), note, 2)) == []


def test_the_first_result_comes_before_the_second_input_is_there() -> None:
    def slow() -> Iterator[Item | InputError]:
        yield from items(1)
        raise AssertionError("the second input was asked for")

    assert next(read_all(slow(), note, 2)) == (1, "a:1")


def test_inputs_are_not_drawn_far_ahead_of_the_work() -> None:
    drawn = 0

    def counted() -> Iterator[Item | InputError]:
        nonlocal drawn
        for item in items(1000):
            drawn += 1
            yield item

    results = read_all(counted(), note, 2)
    for _ in range(5):
        next(results)
    assert drawn <= 5 + 4
    results.close()


def test_running_out_of_memory_on_a_document_is_its_error_alone() -> None:
    def greedy(number: int, item: Item, record: Record) -> int:
        if number == 2:
            raise MemoryError
        return number

    results = list(read_all(items(3), greedy, 1))
    assert [r.reason if isinstance(r, InputError) else r for r in results] == [1, "could not be read: memory ran out", 3]
