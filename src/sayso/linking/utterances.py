"""Utterances: the statements that print one occasion of saying, the one that printed it first, and which was copied from which."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sayso.linking.sayings import Said
from sayso.linking.wording import likeness

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Copy:
    """A statement of an utterance.

    Attributes:
        id: the statement's.
        of: id of the statement that it was most likely copied from; None of the origin.
        credited: whether the article names the outlet, or the agency, that it is taken to be copied from.
    """

    id: str
    of: str | None
    credited: bool = False


def clusters(members: Iterable[T], edges: Iterable[tuple[T, T]]) -> dict[T, int]:
    """Number the connected sets of members, in the order in which they come."""
    above = {member: member for member in members}

    def top(member: T) -> T:
        while above[member] != member:
            above[member] = above[above[member]]
            member = above[member]
        return member

    for a, b in edges:
        above[top(a)] = top(b)
    numbers: dict[T, int] = {}
    return {member: numbers.setdefault(top(member), len(numbers)) for member in above}


def copies(utterance: Sequence[Said], carriers: Mapping[str, frozenset[str]]) -> list[Copy]:
    """The tree of an utterance's statements, the origin first, the others in the order in which they were printed.

    Each is taken to be copied from one that was printed before: one whose outlet, or whose agency, its article credits, else the one
    with the wording that is nearest; of equals the earliest. What was printed first is the origin, whoever it credits.

    Args:
        utterance: its statements.
        carriers: for each statement's id the names of who its article credits or relays it from, folded.
    """
    ordered = sorted(utterance, key=lambda saying: saying.order)
    found = [Copy(ordered[0].id, None)]
    for i, saying in enumerate(ordered[1:], 1):
        credits = carriers.get(saying.id, frozenset())

        def fitness(other: Said, saying: Said = saying, credits: frozenset[str] = credits) -> tuple[bool, bool, float]:
            named = (other.outlet or "").casefold() in credits
            shared = bool(credits & carriers.get(other.id, frozenset()))
            return named, shared, round(likeness(saying.words, other.words).whole, 3)

        best = max(ordered[:i], key=fitness)  # of equals the first
        found.append(Copy(saying.id, best.id, fitness(best)[0]))
    return found
