"""How an article changed: what of its statements appeared, vanished, was reworded or given to somebody else between two versions of it.

Statements with the same words are one statement, wherever they stand. Of the rest, those are one that are most alike in their words, if at
least half of the words of both are shared in order; each at most once, ties going to those whose places in their articles are nearest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist
from sqlalchemy import Connection, or_, select

from sayso.errors import NotInLedger
from sayso.ledger.rows import digest_id, record_of
from sayso.ledger.schema import Appearances, Articles, Documents, Identifications, Readings, Statements
from sayso.ledger.words import words_of
from sayso.models import Record

LIKE = 0.5  # shared words in order, of all words of both, from which a statement counts as another one reworded

_AT_ONCE = 256  # statements that are compared with all others at once
_MOST_COMPARED = 25_000_000  # pairs of words of two statements that are compared one by one; beyond that, all are said to differ

Fate = Literal["appeared", "vanished", "reworded", "reattributed"]
Trait = Literal["speaker", "cue", "kind"]
TRAITS: tuple[Trait, ...] = ("speaker", "cue", "kind")


@dataclass(frozen=True, slots=True)
class Version:
    """One text in the sequence of those that stood at an address.

    Attributes:
        document: the text's id.
        first_seen: when it was first seen there, ISO 8601 in UTC; the day of publication, or of adding, where that isn't known.
        last_seen: when it was last seen there before another text was.
    """

    document: str
    first_seen: str
    last_seen: str


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as a version of an article tells it.

    Attributes:
        id: the statement's id in the ledger.
        speaker: the name; None: the speaker has none.
        speaker_type: person, organization, ...
        cue: the words that say that it was said; empty where there are none.
        start: where the content begins: code points into the document's text.
    """

    id: str
    text: str
    speaker: str | None
    speaker_type: str
    cue: str
    kind: str
    start: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a statement that was reworded: they were kept, cut or added."""

    fate: Literal["kept", "cut", "added"]
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one statement.

    Attributes:
        fate: it appeared, vanished, was reworded, or stands in the same words but with another speaker, cue or kind.
        before: as the earlier version tells it; None where it appeared.
        after: as the later one does; None where it vanished.
        differs: what else is another one than before, of speaker, cue and kind.
        likeness: of the words, from 0 to 1; 1 where they are the same, None where there is one side only.
        pieces: of what was reworded the words in order, those cut before those added; in what is kept, as the later version spells it.
    """

    fate: Fate
    before: Told | None
    after: Told | None
    differs: tuple[Trait, ...] = ()
    likeness: float | None = None
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """The step from one version of an article to the next one.

    Attributes:
        readers: the versions of the reader that read the one and the other; where they differ, so may what they find in the same words.
        unchanged: how many statements stand in both, told alike.
        changes: the others, in the order of the text; what vanished stands where it stood.
    """

    before: Version
    after: Version
    readers: tuple[str, str]
    unchanged: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class History:
    """How an article changed.

    Attributes:
        url: the address that the article goes by.
        versions: its texts in the order of time; one that came back counts again.
        unread: ids of those that were met and never read, which no revision knows.
        revisions: from each version that was read to the next one that was.
    """

    url: str
    versions: tuple[Version, ...]
    unread: tuple[str, ...]
    revisions: tuple[Revision, ...]


def versions(connection: Connection, url: str) -> list[Version]:
    """The texts that stood at an address, in the order of time; one that came back counts again."""
    query = (
        select(Documents.id, Appearances.seen)
        .join(Appearances, Appearances.document == Documents.key)
        .join(Articles, Articles.key == Appearances.article)
        .where(Articles.id == digest_id(url))
        .order_by(Appearances.seen, Appearances.key)
    )
    runs = [(id, [row.seen for row in run]) for id, run in groupby(connection.execute(query).all(), lambda row: str(row.id))]
    return [Version(document=id, first_seen=seen[0], last_seen=seen[-1]) for id, seen in runs]


def history(connection: Connection, url: str) -> History:
    """How the article at an address changed; the address may be its own, or one that it was fetched from.

    Raises:
        NotInLedger: nothing that was met there is kept.
    """
    found = versions(connection, url)
    if not found:
        met = select(Articles.url).join(Appearances, Appearances.article == Articles.key)
        met = met.where(or_(Appearances.url == url, Appearances.place == url)).order_by(Appearances.seen.desc(), Appearances.key.desc())
        own = connection.execute(met.limit(1)).scalar()
        if own is None:
            raise NotInLedger(f"no article met at {url!r} is kept; give the address as it was added, or add it with: sayso add URL")
        url, found = own, versions(connection, own)
    read_by = [(version, _readings(connection, version.document)) for version in found]
    read = [(version, kept) for version, kept in read_by if kept]
    return History(
        url=url,
        versions=tuple(found),
        unread=tuple(dict.fromkeys(version.document for version, kept in read_by if not kept)),
        revisions=tuple(_revision(connection, one, other) for one, other in pairwise(read)),
    )


def _readings(connection: Connection, document: str) -> dict[str, int]:
    """The key of each reader's last reading of a document, the latest last."""
    query = select(Readings.reader, Readings.key).join(Documents, Documents.key == Readings.document)
    kept: dict[str, int] = {}
    for reader, key in connection.execute(query.where(Documents.id == document).order_by(Readings.key)):
        kept.pop(reader, None)
        kept[reader] = key
    return kept


def _revision(connection: Connection, one: tuple[Version, dict[str, int]], other: tuple[Version, dict[str, int]]) -> Revision:
    (before, kept), (after, kept_after) = one, other
    both = [reader for reader in kept_after if reader in kept]
    readers = (both[-1], both[-1]) if both else (list(kept)[-1], list(kept_after)[-1])  # what one reader finds differs for the text alone
    old, new = kept[readers[0]], kept_after[readers[1]]
    changes, unchanged = changes_between(
        record_of(connection, old), record_of(connection, new), _identities(connection, old), _identities(connection, new)
    )
    return Revision(before, after, readers, unchanged, tuple(changes))


def _identities(connection: Connection, reading: int) -> dict[str, int]:
    """Who said the statements of a reading, as the ledger knows them across documents."""
    query = select(Statements.id, Identifications.identity).join(Identifications, Identifications.entity == Statements.speaker_entity)
    return {row.id: row.identity for row in connection.execute(query.where(Statements.reading == reading))}


def changes_between(
    before: Record, after: Record, who_before: dict[str, int] | None = None, who_after: dict[str, int] | None = None
) -> tuple[list[Change], int]:
    """What became of the statements of one record in another one.

    Args:
        before: of the earlier text.
        after: of the later one.
        who_before: who said a statement, by its id, where that is known; the same number is the same speaker, whatever the names.
        who_after: the same for the later text.

    Returns:
        The changes in the order of the text, and how many statements have none.
    """
    old, new = _tellings(before, who_before or {}), _tellings(after, who_after or {})
    pairs = {i: (j, 1.0) for i, j in _same_words(old, new)}
    taken = {j for j, _ in pairs.values()}
    rest = [i for i in range(len(old)) if i not in pairs], [j for j in range(len(new)) if j not in taken]
    for i, j, likeness in _alike([old[i] for i in rest[0]], [new[j] for j in rest[1]]):
        pairs[rest[0][i]] = (rest[1][j], likeness)
    came_from = {j: i for i, (j, _) in pairs.items()}
    changes, unchanged, at = [], 0, 0
    for j, telling in enumerate(new):
        if (origin := came_from.get(j)) is None:
            changes.append(Change("appeared", None, telling.told))
            continue
        changes += [Change("vanished", old[gone].told, None) for gone in range(at, origin) if gone not in pairs]
        at = max(at, origin)
        change = _changed(old[origin], telling, pairs[origin][1])
        unchanged += change is None
        changes += [change] if change is not None else []
    changes += [Change("vanished", old[gone].told, None) for gone in range(at, len(old)) if gone not in pairs]
    return changes, unchanged


@dataclass(frozen=True, slots=True)
class _Telling:
    """A statement with what it is compared by."""

    told: Told
    words: tuple[str, ...]
    traits: tuple[Hashable, ...]  # in the order of TRAITS
    who: int | None  # said it, where that is known beyond the name


def _tellings(record: Record, who: dict[str, int]) -> list[_Telling]:
    found = []
    for statement in record.statements:
        cue, speaker = record.document.words_at(statement.cue), statement.speaker
        start = min(start for start, _ in statement.content)
        told = Told(statement.id, statement.text, speaker.name, speaker.type, cue, statement.kind, start)
        traits = (_words(speaker.name) if speaker.name else speaker.type, tuple(words_of(cue)), statement.kind)
        found.append(_Telling(told, _words(statement.text), traits, who.get(statement.id)))
    return sorted(found, key=lambda telling: telling.told.start)


def _words(text: str) -> tuple[str, ...]:
    return tuple(words_of(text)) or (text,)


def _same_words(old: Sequence[_Telling], new: Sequence[_Telling]) -> Iterator[tuple[int, int]]:
    """Pairs with the same words: first those that are told alike, too, then the others, in the order of the text."""
    pairs: dict[int, int] = {}
    keys: tuple[Callable[[_Telling], Hashable], ...] = (lambda one: (one.words, one.traits), lambda one: one.words)
    for key in keys:
        taken = set(pairs.values())
        places: dict[Hashable, list[int]] = defaultdict(list)
        for j in reversed(range(len(new))):
            if j not in taken:
                places[key(new[j])].append(j)
        for i, telling in enumerate(old):
            if i not in pairs and (left := places.get(key(telling))):
                pairs[i] = left.pop()
    yield from pairs.items()


def _alike(old: Sequence[_Telling], new: Sequence[_Telling]) -> Iterator[tuple[int, int, float]]:
    """Pairs that are alike, the most alike first, each statement at most once."""
    fits = []
    if old and new:
        others = [telling.words for telling in new]
        for at in range(0, len(old), _AT_ONCE):
            some = [telling.words for telling in old[at : at + _AT_ONCE]]
            likenesses = cdist(some, others, scorer=Indel.normalized_similarity, score_cutoff=LIKE, dtype=np.float64)
            for i, j in np.argwhere(likenesses >= LIKE).tolist():
                fits.append((-float(likenesses[i, j]), abs(at + i - j), at + i, j))
    ones: set[int] = set()
    taken: set[int] = set()
    for minus, _, i, j in sorted(fits):
        if i not in ones and j not in taken:
            ones.add(i)
            taken.add(j)
            yield i, j, round(-minus, 3)


def _changed(old: _Telling, new: _Telling, likeness: float) -> Change | None:
    same = {"speaker"} if old.who is not None and old.who == new.who else set()
    differs = tuple(trait for trait, one, other in zip(TRAITS, old.traits, new.traits, strict=True) if one != other and trait not in same)
    if old.words != new.words:
        return Change("reworded", old.told, new.told, differs, likeness, tuple(pieces_of(old.told.text, new.told.text)))
    return Change("reattributed", old.told, new.told, differs, 1.0) if differs else None


def pieces_of(before: str, after: str) -> Iterator[Piece]:
    """How one wording became another, word by word; what differs in case and punctuation only is kept."""
    old, new = before.split(), after.split()
    ones, others = [[_words(word) for word in words] for words in (old, new)]
    if len(old) * len(new) > _MOST_COMPARED:
        yield from (Piece("cut", " ".join(old)), Piece("added", " ".join(new)))
        return
    cut: list[str] = []
    added: list[str] = []

    def differing() -> Iterator[Piece]:
        if cut:
            yield Piece("cut", " ".join(cut))
        if added:
            yield Piece("added", " ".join(added))
        cut.clear()
        added.clear()

    for step in Indel.opcodes(ones, others):
        if step.tag == "equal":
            yield from differing()
            yield Piece("kept", " ".join(new[step.dest_start : step.dest_end]))
        else:
            cut += old[step.src_start : step.src_end]
            added += new[step.dest_start : step.dest_end]
    yield from differing()
