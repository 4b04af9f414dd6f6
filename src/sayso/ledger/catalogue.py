"""The catalogue: what is searched, made of the statements of each document's latest reading and kept as they are.

Each row has what a statement is found by: its words, as ``words`` defines them, and its facets, words of another form
(``=kind=direct``) for whatever a search may ask for besides. Both are in one full-text index, so that any conjunction of words and
filters is one question to it. A row's key grows with the moment when its document was published, so that the newest come first in the
order of keys, and a span of time is a span of keys.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text

from sayso.ledger.reviews import verdicts
from sayso.ledger.rows import Values, in_utc
from sayso.ledger.schema import (
    Appearances,
    Catalogue,
    Documents,
    Identifications,
    Links,
    Quantities,
    Readings,
    Statements,
    Times,
)
from sayso.ledger.words import indexed, words_of

SHIFT = 24  # bits of a key that tell rows of one second apart
_MASK = (1 << SHIFT) - 1
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_NOWHERE: tuple[str, list[str]] = ("0001-01-01T00:00:00.000Z", [])  # in a ledger that is damaged
_AT_ONCE = 100  # documents whose rows are made at once
_MOST_IN_ONE = 500  # values in one command
_LONGEST_NAME = 60  # code points of a name in a facet, beyond which its hash tells it
_PARTLY = re.compile(r"(\d{4})(?:-(\d\d))?")  # a date without a day, or without a month
_SAID = re.compile(r"(\d{4})(?:-W(\d\d)(?:-\w+)?|-(\d\d)(?:-(\d\d))?)?(?:T.*)?")


def key_of(moment: str) -> int:
    """The least key that a statement of a moment (ISO 8601 in UTC) can have."""
    return int((datetime.fromisoformat(moment) - _EPOCH).total_seconds()) << SHIFT


def moment_of(time: str | None) -> str | None:
    """The beginning of a time as somebody wrote it, which may be a month or a year: ISO 8601 in UTC; None where it is none."""
    if time is not None and (partly := _PARTLY.fullmatch(time)):
        time = f"{partly[1]}-{partly[2] or '01'}-01"
    return in_utc(time)


def day_of(value: str | None) -> str | None:
    """The first day of a TIMEX3 value that is a day, week, month or year; None where it is none of these."""
    match = _SAID.fullmatch(value or "")
    if match is None:
        return None
    year, week, month, day = match.groups()
    try:
        first = date.fromisocalendar(int(year), int(week), 1) if week else date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return first.isoformat()


def spelled(name: str) -> str:
    """A name as the value of a facet: its words with a plus between them."""
    value = "+".join(words_of(name))
    if value and len(value) <= _LONGEST_NAME:
        return value
    return f"{value[: _LONGEST_NAME // 2]}+=" + hashlib.sha256((value or name).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def refresh(connection: Connection, documents: Collection[int]) -> int:
    """Bring the rows of documents up to date with what the ledger holds.

    Args:
        connection: in a transaction that writes; no other one must add to the documents meanwhile.
        documents: their keys.

    Returns:
        How many rows were made or taken away.
    """
    count = 0
    for some in _parts(sorted(documents), _AT_ONCE):
        kept, wanted = _kept(connection, some), _rows(connection, some)
        gone = [statement for statement, row in kept.items() if not _same(row, wanted.get(statement))]
        new = [row for statement, row in wanted.items() if statement not in kept or not _same(kept[statement], row)]
        for part in _parts(gone, _MOST_IN_ONE):
            connection.execute(delete(Catalogue).where(Catalogue.statement.in_(part)))
        _free(connection, new)
        for part in _parts(new, _MOST_IN_ONE):
            connection.execute(insert(Catalogue), part)
        count += len(gone) + len(new)
    return count


def refresh_all(connection: Connection) -> None:
    """Bring the rows of all documents up to date, in a transaction that writes and in which nobody else does."""
    last: int | None = 0
    while last is not None:
        last = refresh_behind(connection, last)


def refresh_behind(connection: Connection, last: int) -> int | None:
    """Bring the rows of the next documents behind a key up to date; the key of the last of them, None where there are none."""
    query = select(Documents.key).where(Documents.key > last).order_by(Documents.key).limit(_AT_ONCE).with_for_update()
    documents = connection.execute(query).scalars().all()
    refresh(connection, documents)
    return documents[-1] if documents else None


def stale(connection: Connection, documents: Collection[int]) -> list[int]:
    """The keys of those documents whose rows aren't what they should be."""
    found = []
    for some in _parts(sorted(documents), _AT_ONCE):
        kept, wanted = _kept(connection, some), _rows(connection, some)
        wrong = {row["document"] for statement, row in wanted.items() if statement not in kept or not _same(kept[statement], row)}
        wrong |= {row["document"] for statement, row in kept.items() if statement not in wanted}
        found += sorted(wrong)
    return found


def rebuild_index(connection: Connection) -> None:
    """Make the full-text index anew from the rows, in a transaction that writes; what was taken away is then in no part of it."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO catalogue_fts (catalogue_fts) VALUES ('rebuild')"))
        return
    connection.execute(text("DELETE FROM catalogue_fts"))
    connection.execute(text('INSERT INTO catalogue_fts SELECT "key", catalogue_terms(words, facets) FROM catalogue'))


def compact_index(connection: Connection) -> None:
    """Leave no trace of rows that were taken away in the full-text index of a file; in PostgreSQL, that is VACUUM's work."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO catalogue_fts (catalogue_fts) VALUES ('optimize')"))


def index_problems(connection: Connection) -> list[str]:
    """What is wrong with the full-text index, in words; the transaction must be one that writes."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.exc import DatabaseError

        try:
            connection.execute(text("INSERT INTO catalogue_fts (catalogue_fts, rank) VALUES ('integrity-check', 1)"))
        except DatabaseError as error:
            return [f"the full-text index doesn't fit what is catalogued ({error.orig}); reindexing mends it"]
        return []
    wrong = text(
        'SELECT count(*) FROM catalogue FULL JOIN catalogue_fts USING ("key") WHERE terms IS DISTINCT FROM catalogue_terms(words, facets)'
    )
    count = connection.execute(wrong).scalar_one()
    return [f"the full-text index doesn't fit what is catalogued in {count} places; reindexing mends it"] if count else []


def _kept(connection: Connection, documents: Sequence[int]) -> dict[int, Values]:
    rows = connection.execute(select(Catalogue.__table__).where(Catalogue.document.in_(documents))).mappings()
    return {row["statement"]: dict(row) for row in rows}


def _same(row: Values, other: Values | None) -> bool:
    """Whether two rows are alike, but for the bits of their keys that tell them apart."""
    return other is not None and {**row, "key": row["key"] >> SHIFT} == {**other, "key": other["key"] >> SHIFT}


def _free(connection: Connection, rows: Sequence[Values]) -> None:
    """Give rows other keys of their second where theirs are taken."""
    taken: set[int] = set()
    for part in _parts([row["key"] for row in rows], _MOST_IN_ONE):
        taken.update(connection.execute(select(Catalogue.key).where(Catalogue.key.in_(part))).scalars())
    for row in rows:
        key = row["key"]
        while key in taken:
            key = key & ~_MASK | (key - 1) & _MASK
            if key not in taken and connection.execute(select(Catalogue.key).where(Catalogue.key == key)).first() is not None:
                taken.add(key)
        row["key"] = key
        taken.add(key)


def _rows(connection: Connection, documents: Sequence[int]) -> dict[int, Values]:
    """The rows that documents should have, by the keys of the statements."""
    latest = select(func.max(Readings.key)).where(Readings.document.in_(documents)).group_by(Readings.document)
    readings = connection.execute(latest).scalars().all()
    statements = connection.execute(
        select(
            Statements.key, Statements.id, Statements.text, Statements.kind, Statements.headline, Statements.act, Statements.polarity,
            Statements.denial, Statements.speaker_name, Statements.speaker_type, Readings.document, Identifications.identity,
        )
        .join(Readings, Readings.key == Statements.reading)
        .outerjoin(Identifications, Identifications.entity == Statements.speaker_entity)
        .where(Statements.reading.in_(readings))
        .order_by(Statements.key)
    ).all()  # fmt: skip
    if not statements:
        return {}
    of_reading = Statements.reading.in_(readings)
    relays: dict[int, list[str]] = defaultdict(list)
    links = select(Links.statement, Links.name).join(Statements, Statements.key == Links.statement)
    for link in connection.execute(
        links.where(of_reading, Links.role == "relay", Links.name.is_not(None)).order_by(Links.statement, Links.ordinal)
    ):
        relays[link.statement].append(link.name)
    said: dict[int, str] = {}
    times = select(Times.statement, Times.value).join(Statements, Statements.key == Times.statement).where(of_reading, Times.role == "said")
    for time in connection.execute(times.order_by(Times.statement, Times.ordinal)):
        if (day := day_of(time.value)) is not None:
            said.setdefault(time.statement, day)
    counts = select(Quantities.statement, func.count()).join(Statements, Statements.key == Quantities.statement)
    quantities = {one[0]: one[1] for one in connection.execute(counts.where(of_reading).group_by(Quantities.statement))}
    reviewed = verdicts(connection, [row.id for row in statements])
    met = _met(connection, documents)
    return {
        row.key: _row(
            row,
            met.get(row.document, _NOWHERE),
            relays.get(row.key, []),
            said.get(row.key),
            quantities.get(row.key, 0),
            reviewed.get(row.id),
        )
        for row in statements
    }


def _met(connection: Connection, documents: Sequence[int]) -> dict[int, tuple[str, list[str]]]:
    """For each document the moment that counts, and the outlets in the order in which it appeared there."""
    appearances = connection.execute(
        select(Appearances.document, Appearances.outlet, Appearances.published, Appearances.seen)
        .where(Appearances.document.in_(documents))
        .order_by(Appearances.seen, Appearances.key)
    ).all()
    of: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in appearances:
        of[row.document].append(row)
    return {
        document: (
            min((moment for row in rows if (moment := moment_of(row.published))), default=rows[0].seen),
            list(dict.fromkeys(row.outlet for row in rows if row.outlet)),
        )
        for document, rows in of.items()
    }


def _row(
    statement: Row[*tuple[Any, ...]], met: tuple[str, list[str]], relays: list[str], said: str | None, quantities: int, reviewed: str | None
) -> Values:
    moment, outlets = met
    words = words_of(statement.text)
    kept = indexed(words)
    facets = [f"kind={statement.kind}", f"type={statement.speaker_type}"]
    if statement.speaker_name is not None:
        facets.append(f"speaker={spelled(statement.speaker_name)}")
    if statement.identity is not None:
        facets.append(f"identity={statement.identity}")
    facets += [f"outlet={outlet}" for outlet in dict.fromkeys(map(spelled, outlets))]
    facets += [f"relay={relay}" for relay in dict.fromkeys(map(spelled, relays))]
    facets += [f"{name}={value}" for name in ("act", "polarity") if (value := getattr(statement, name)) is not None]
    if statement.denial is not None:
        facets.append(f"denial={'yes' if statement.denial else 'no'}")
    facets += [name for name, holds in (("headline", statement.headline), ("quantity", quantities)) if holds]
    if reviewed is not None:
        facets.append(f"reviewed={reviewed}")
    facets += [f"said={part}" for part in said_in(said)]
    return {
        "key": key_of(moment) | _MASK - (statement.key & _MASK),  # within a second in the order in which they came
        "statement": statement.key, "document": statement.document, "identity": statement.identity, "id": statement.id,
        "moment": moment, "outlet": outlets[0] if outlets else None, "speaker": statement.speaker_name,
        "speaker_type": statement.speaker_type, "text": statement.text, "kind": statement.kind, "headline": statement.headline,
        "act": statement.act, "polarity": statement.polarity, "denial": statement.denial, "said": said, "quantities": quantities,
        "reviewed": reviewed, "length": kept.count("  ") + 1 if kept else 0, "words": kept,
        "facets": " ".join(f"={facet}" for facet in facets),
    }  # fmt: skip


def said_in(day: str | None) -> Iterator[str]:
    """The century, year, month and day of a day, as they are facets."""
    if day is not None:
        digits = day.replace("-", "")
        yield from (digits[:2], digits[:4], digits[:6], digits)


def _parts(values: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (values[at : at + size] for at in range(0, len(values), size))
