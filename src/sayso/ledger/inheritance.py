"""Which statements of two readings of a document are one: people agree exactly on two contents in three, and so do readers.

A statement whose content shares at least half of the union of both with an earlier one inherits that one's id.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence, Set

from sayso.models import Span

Content = Sequence[Span]
"""Where a statement's content stands: code points, half-open, into ``Document.text``."""


def inherited(new: Sequence[tuple[str, Content]], earlier: Sequence[tuple[str, Content]]) -> dict[int, str]:
    """The ids that statements inherit, each at most one and each id at most once, the best overlap first.

    Args:
        new: the statements of a reading, each with the id that its content alone would give it.
        earlier: those of earlier readings of the document with their ids in the ledger, the earliest reading first.

    Returns:
        For the index of each statement that inherits, the id.
    """
    fits = []
    for (i, j), shared in _shared([content for _, content in new], [content for _, content in earlier]).items():
        union = _length(new[i][1]) + _length(earlier[j][1]) - shared
        if 2 * shared >= union:
            fits.append((-shared / union, new[i][0] != earlier[j][0], -j, i))
    found: dict[int, str] = {}
    given: set[str] = set()
    for _, _, minus_j, i in sorted(fits):
        id = earlier[-minus_j][0]
        if i not in found and id not in given:
            found[i] = id
            given.add(id)
    return found


def identified(own: Sequence[str], inherited: dict[int, str], taken: Set[str]) -> tuple[list[str], dict[str, str]]:
    """The ids of a reading's statements, no two alike.

    Args:
        own: the id that each statement's content would give it.
        inherited: as the function of that name returns it.
        taken: every id that a statement of the document ever had.

    Returns:
        The ids, and for each id that is new and stands for an inherited one, that one.
    """
    aliases: dict[str, str] = {}
    for i, id in inherited.items():
        if own[i] not in taken:
            aliases.setdefault(own[i], id)
    known = {*taken, *aliases}
    ids = []
    for i, id in enumerate(own):
        if i in inherited:
            ids.append(inherited[i])
            continue
        count = 1
        while id in known:  # the same content twice, or one that was taken for another's
            count += 1
            id = hashlib.sha256(f"{own[i]}:{count}".encode()).hexdigest()[:32]
        known.add(id)
        ids.append(id)
    return ids, aliases


def _merged(content: Content) -> list[Span]:
    """Spans in the order of the text, none overlapping another."""
    spans: list[Span] = []
    for start, stop in sorted(content):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        else:
            spans.append((start, stop))
    return spans


def _length(content: Content) -> int:
    return sum(stop - start for start, stop in _merged(content))


def _shared(ones: Sequence[Content], others: Sequence[Content]) -> dict[tuple[int, int], int]:
    """How many code points each pair of contents shares, for those that share any."""
    spans = sorted((*span, side, i) for side, contents in enumerate((ones, others)) for i, c in enumerate(contents) for span in _merged(c))
    shared: dict[tuple[int, int], int] = defaultdict(int)
    open_spans: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for start, stop, side, i in spans:
        across = open_spans[1 - side]
        across[:] = [one for one in across if one[0] > start]
        for end, j in across:
            shared[(i, j) if side == 0 else (j, i)] += min(stop, end) - start
        open_spans[side].append((stop, i))
    return shared
