"""The tree of exceptions."""

from __future__ import annotations

import inspect
import pickle
import re

import pytest

import sayso.errors as errors


def drawn() -> dict[str, str]:
    """Each class in the drawing at the top of the module, with its parent."""
    parents: dict[str, str] = {}
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines()[2:]:
        if match := re.match(r"^([│├└─ ]*)(\w+)", line):
            depth = len(match[1]) // 4
            path[depth:] = [match[2]]
            parents[match[2]] = path[depth - 1] if depth else "Exception"
    return parents


def test_the_drawn_tree_is_the_real_one() -> None:
    real = {
        name: cls.__bases__[0].__name__ for name, cls in inspect.getmembers(errors, inspect.isclass) if cls.__module__ == errors.__name__
    }
    assert drawn() == real


@pytest.mark.parametrize("kind", [cls for _, cls in inspect.getmembers(errors, inspect.isclass)], ids=lambda cls: cls.__name__)
def test_every_error_comes_from_another_process_as_it_was(kind: type[errors.SaysoError]) -> None:
    error = kind("a.txt", "is wrong") if issubclass(kind, errors.InputError) else kind("is wrong")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))


def test_an_input_error_names_the_input_and_the_reason_and_survives_pickling() -> None:
    error = errors.TooLarge("a.txt", "holds too much")
    assert str(error) == "a.txt: holds too much"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.where, again.reason) == (errors.TooLarge, "a.txt", "holds too much")
