"""Finding statements: by words, by filters, by meaning; the newest or the best first, page by page.

Both databases answer alike. SQLite's FTS5 gives matches in the order of keys and stops when a page is full. PostgreSQL's index knows no
order: there, the newest rows are looked through first, then the index is asked for all matches, and if these are very many, more and more
of the newest rows are looked through.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Literal, TypedDict, get_args

from sqlalchemy import Connection, Row, and_, func, select, text

from sayso.errors import QueryRefused
from sayso.ledger import identities
from sayso.ledger.catalogue import key_of, moment_of, spelled
from sayso.ledger.schema import Appearances, Catalogue, Documents, Identities, Links, Spans, Statements
from sayso.ledger.syntax import EVERYTHING, Node, Not, Term, both, either, facet, fts5, holds, parse, terms_of, tsquery
from sayso.models import Act, Kind, SpeakerType

Order = Literal["newest", "best"]
Reviewed = Literal["confirmed", "rejected", "corrected", "yes", "no"]

MOST_RANKED = 10_000  # matches that are ranked, the newest ones
MOST_NEAREST = 1_000  # statements that are near in meaning and are looked at
MOST_HITS = 1_000  # on one page
_FUSION = 60  # the constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)
_FIRST_LOOK = 3_000  # rows that are looked through at first in PostgreSQL
_MOST_SORTED = 3_000  # matches that are sorted there
_END = 1 << 62  # above all keys
_SCALE = 1_000_000  # of a score, which is a whole number so that it is the same everywhere


class Filters(TypedDict, total=False):
    """What else must hold for a statement, in any combination; None asks for nothing.

    Attributes:
        speaker: a name: the speaker's in its article, or one that whom the ledger takes for the speaker goes by.
        type: of the speaker.
        outlet: one in which the statement's document appeared.
        relay: somebody through whom it came.
        kind, act, polarity: as a record has them.
        denial: True or False as judged.
        headline: whether it stands in a heading.
        quantity: whether there is a quantity in it.
        reviewed: confirmed, rejected, corrected, yes (any of these) or no.
        since, until: when its document was published, or else seen: a year, month, day or moment of ISO 8601; a day means all of it.
        said_since, said_until: the day when it was said, where the article tells.
    """

    speaker: str | None
    type: str | None
    outlet: str | None
    relay: str | None
    kind: str | None
    act: str | None
    polarity: str | None
    denial: bool | None
    headline: bool | None
    quantity: bool | None
    reviewed: str | None
    since: str | None
    until: str | None
    said_since: str | None
    said_until: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that was found.

    Attributes:
        id: the statement's.
        document: the document's id.
        title: the document's.
        text: the content's words.
        cue: the words that say that it was said; empty where there are none.
        speaker, speaker_type: as the article has it.
        identity: id of who the ledger takes the speaker for.
        relays: through whom it came, from the speaker outward.
        outlets: where it appeared, the first one first.
        moment: when the document was first published, or else seen; ISO 8601 in UTC.
        url, where: of the first appearance: the article's address; where it was met.
        said: the day when it was said, or the first day of the month or year.
        quantities: how many there are in it.
        reviewed: confirmed, rejected or corrected, by the last review.
        confidence: the reader's, 0 to 1.
        score: what the order is by, where that is not the moment.
    """

    id: str
    document: str
    title: str | None
    text: str
    cue: str
    kind: str
    headline: bool
    speaker: str | None
    speaker_type: str
    identity: str | None
    relays: list[str]
    outlets: list[str]
    moment: str
    url: str | None
    where: str | None
    said: str | None
    act: str | None
    polarity: str | None
    denial: bool | None
    quantities: int
    reviewed: str | None
    confidence: float
    score: float | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found.

    Attributes:
        hits: in the order that was asked for.
        next: what gives the next page as ``after``; None where this is the last one.
    """

    hits: list[Hit]
    next: str | None


@dataclass(frozen=True, slots=True)
class _Range:
    """Keys from ``first``, up to but without ``end``."""

    first: int
    end: int


def find(
    connection: Connection,
    words: str | None,
    filters: Filters,
    *,
    order: Order,
    limit: int,
    after: str | None,
    near: Sequence[int] | None,
) -> Page:
    """One page of what is found.

    Args:
        connection: in a transaction.
        words: a query in the syntax of ``syntax``; None: any words.
        filters: what else must hold.
        order: newest or best first; with ``near`` it is best.
        limit: how many hits at most.
        after: ``next`` of the page before.
        near: keys of statements that are near in meaning, the nearest first; None: words alone count.

    Raises:
        QueryRefused: the query isn't in the syntax, or a filter has a value that it can't have.
    """
    if order not in get_args(Order):
        raise QueryRefused(f"order: {order!r} is none of {', '.join(get_args(Order))}")
    if not 1 <= limit <= MOST_HITS:
        raise QueryRefused(f"limit: a page has 1 to {MOST_HITS:,} hits, not {limit}")
    query = parse(words) if words is not None else None
    wanted = both(_conditions(connection, filters))
    keys = _keys(filters)
    node = both(part for part in (query, wanted) if part is not None)
    found: list[tuple[int, int | None]]
    if near is not None:
        found = _behind(_fused(connection, query, node, wanted, keys, near), after, limit + 1)
    elif order == "best" and query is not None and list(terms_of(query)):
        found = _best(connection, query, node, keys, limit + 1, _place(after, 2))
    else:
        [end] = _place(after, 1) or [_END]
        found = [(key, None) for key in _newest(connection, node, _Range(keys.first, min(keys.end, end)), limit + 1)]
    more, found = len(found) > limit, found[:limit]
    key, score = found[-1] if found else (0, None)
    return Page(hits=_hits(connection, found), next=(f"{key:x}" if score is None else f"{score:x}-{key:x}") if more else None)


def _place(after: str | None, parts: int) -> list[int] | None:
    """The numbers that a page's ``next`` is made of."""
    if after is None:
        return None
    if not re.fullmatch("-".join(["[0-9a-f]{1,16}"] * parts), after) or any(int(part, 16) >= _END for part in after.split("-")):
        raise QueryRefused(f"after: {after!r} comes from no page of this search")
    return [int(part, 16) for part in after.split("-")]


def _behind(ranked: Iterable[tuple[int, int | None]], after: str | None, limit: int) -> list[tuple[int, int | None]]:
    score, key = _place(after, 2) or (_END, _END)
    below = (one for one in ranked if one[1] is not None and (one[1], one[0]) < (score, key))
    return list(islice(below, limit))


def _conditions(connection: Connection, filters: Filters) -> Iterator[Node]:
    """What filters ask for, but for the time of publication."""
    for name in set(filters) - set(Filters.__annotations__):
        raise QueryRefused(f"{name}: there is no such filter")
    if (speaker := filters.get("speaker")) is not None:
        keys = identities.find(connection, speaker)
        yield either([facet("speaker", spelled(speaker)), *(facet("identity", str(key)) for key in keys)]) or EVERYTHING
    choices = {"type": SpeakerType, "kind": Kind, "act": Act, "polarity": Literal["affirmed", "rejected"]}
    for name, of in choices.items():
        if (value := filters.get(name)) is not None:
            yield facet(name, _choice(name, str(value), get_args(of)))
    for name in ("outlet", "relay"):
        if (value := filters.get(name)) is not None:
            yield facet(name, spelled(str(value)))
    if (denial := filters.get("denial")) is not None:
        yield facet("denial", "yes" if denial else "no")
    for name in ("headline", "quantity"):
        if (value := filters.get(name)) is not None:
            yield Term((f"={name}",)) if value else Not(Term((f"={name}",)))
    if (reviewed := filters.get("reviewed")) is not None:
        verdicts: list[Node] = [facet("reviewed", verdict) for verdict in ("confirmed", "rejected", "corrected")]
        if _choice("reviewed", reviewed, get_args(Reviewed)) in ("yes", "no"):
            some = either(verdicts) or EVERYTHING
            yield some if reviewed == "yes" else Not(some)
        else:
            yield facet("reviewed", reviewed)
    since, until = filters.get("said_since"), filters.get("said_until")
    if since is not None or until is not None:
        first = _span("said_since", since)[0].date() if since is not None else date.min
        last = _last_day(_span("said_until", until)[1]) if until is not None else date.max
        yield either(facet("said", digits) for digits in covering(first, last)) or Not(EVERYTHING)


def _choice(name: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise QueryRefused(f"{name}: {value!r} is none of {', '.join(choices)}")
    return value


def _keys(filters: Filters) -> _Range:
    """The keys of statements that were published when filters ask for."""
    since, until = filters.get("since"), filters.get("until")
    first = key_of(_written(_span("since", since)[0])) if since is not None else 0
    end = _span("until", until)[1] if until is not None else None
    return _Range(first, key_of(_written(end)) if end is not None else _END)


def _written(moment: datetime) -> str:
    return f"{moment.year:04}" + moment.strftime("-%m-%dT%H:%M:%SZ")


def _span(name: str, time: str) -> tuple[datetime, datetime | None]:
    """The first moment of a time, and the one behind its end; None where the calendar ends before."""
    moment = moment_of(time)
    if moment is None:
        raise QueryRefused(f"{name}: {time!r} is no time of ISO 8601, such as 2031, 2031-03, 2031-03-04 or 2031-03-04T18:30:00Z")
    first = datetime.fromisoformat(moment)
    days = {4: 366 if monthrange(first.year, 2)[1] == 29 else 365, 7: monthrange(first.year, first.month)[1], 10: 1}.get(len(time))
    try:
        return first, first + (timedelta(days=days) if days is not None else timedelta(seconds=1))
    except OverflowError:
        return first, None


def _last_day(end: datetime | None) -> date:
    return (end - timedelta(microseconds=1)).date() if end is not None else date.max


def covering(first: date, last: date) -> Iterator[str]:
    """The fewest centuries, years, months and days that make up the days from a first to a last one, as digits."""
    while first <= last:
        digits, end = next((digits, end) for digits, begin, end in _units(first) if begin == first and end <= last)
        yield digits
        if end == date.max:
            return
        first = end + timedelta(days=1)


def _units(day: date) -> Iterator[tuple[str, date, date]]:
    """The century, year, month and day that a day is in: the digits, the first and the last day."""
    century = day.year // 100 * 100
    written = day.isoformat().replace("-", "")
    yield written[:2], date(max(century, 1), 1, 1), date(century + 99, 12, 31)
    yield written[:4], date(day.year, 1, 1), date(day.year, 12, 31)
    yield written[:6], day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    yield written, day, day


def _newest(connection: Connection, node: Node | None, keys: _Range, limit: int) -> list[int]:
    """The greatest keys of a range for which a node holds, in descending order."""
    if keys.first >= keys.end:
        return []
    if node is None:
        query = select(Catalogue.key).where(Catalogue.key >= keys.first, Catalogue.key < keys.end)
        return list(connection.execute(query.order_by(Catalogue.key.desc()).limit(limit)).scalars())
    values: dict[str, Any] = {"first": keys.first, "end": keys.end, "limit": limit}
    if connection.dialect.name == "sqlite":
        found = connection.execute(_FTS5, {**values, "query": fts5(node)}).scalars()
        return list(found)
    return _newest_of_postgresql(connection, {**values, "query": tsquery(node)})


_FTS5 = text(
    "SELECT rowid FROM catalogue_fts WHERE catalogue_fts MATCH :query AND rowid >= :first AND rowid < :end ORDER BY rowid DESC LIMIT :limit"
)
_SETTINGS = text("SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true), set_config('work_mem', '32MB', true)")
_INDEX_ONLY = text("SELECT set_config('enable_indexscan', :ordered, true)")
_LOOK = text(
    """
    WITH newest AS MATERIALIZED (
        SELECT "key", terms FROM catalogue_fts WHERE "key" >= :first AND "key" < :end ORDER BY "key" DESC LIMIT :look
    )
    SELECT
        ARRAY(SELECT "key" FROM newest WHERE terms @@ CAST(:query AS tsquery) ORDER BY "key" DESC LIMIT :limit) AS found,
        (SELECT count(*) FROM newest) AS looked,
        (SELECT min("key") FROM newest) AS least
    """
)
_ASK = text(
    """
    SELECT "key" FROM catalogue_fts
    WHERE terms @@ CAST(:query AS tsquery) AND "key" >= :first AND "key" < :end LIMIT :most
    """
)


def _newest_of_postgresql(connection: Connection, values: dict[str, Any]) -> list[int]:
    connection.execute(_SETTINGS)
    found: list[int] = []
    look, asked = _FIRST_LOOK, False
    while True:
        seen = connection.execute(_LOOK, {**values, "look": look, "limit": values["limit"] - len(found)}).one()
        found += seen.found
        if len(found) >= values["limit"] or seen.looked < look:
            return found
        values = {**values, "end": seen.least}
        if not asked:
            asked = True
            most = max(_MOST_SORTED, values["limit"])
            rest = _asked(connection, values, most + 1)
            if len(rest) <= most:
                return found + sorted(rest, reverse=True)[: values["limit"] - len(found)]
        look *= 4


def _asked(connection: Connection, values: dict[str, Any], most: int) -> list[int]:
    """Matches as the index gives them, in no order."""
    connection.execute(_INDEX_ONLY, {"ordered": "off"})
    found = list(connection.execute(_ASK, {**values, "most": most}).scalars())
    connection.execute(_INDEX_ONLY, {"ordered": "on"})
    return found


def _best(
    connection: Connection, query: Node, node: Node | None, keys: _Range, limit: int, after: Sequence[int] | None
) -> list[tuple[int, int | None]]:
    """The best of the newest matches with their scores, in descending order of score and key.

    The score of a statement is the sum of tf / (tf + 0.3 + 0.9 * length / 24) over the words and phrases of the query that are under no
    NOT, where tf is how often it stands in the statement, and length how many words the statement has: BM25 with k1 = 1.2 and b = 0.75 for
    a mean length of 24, without weights for rare words, so that it doesn't change when something is added.
    """
    assert node is not None
    parts: list[str] = []
    values: dict[str, Any] = {}
    for n, term in enumerate(dict.fromkeys(terms_of(query))):
        times = f"((length(c.words) - length(replace(c.words, :pattern{n}, ''))) / {len(term.pattern)})"
        parts.append(f"{times} / ({times} + CAST(0.3 AS double precision) + c.length * CAST(0.9 AS double precision) / 24)")
        values[f"pattern{n}"] = term.pattern
    sqlite = connection.dialect.name == "sqlite"
    score = f"({' + '.join(parts)}) * {_SCALE}"
    score = f"CAST({score} AS INTEGER)" if sqlite else f"CAST(trunc({score}) AS bigint)"
    if sqlite:
        matches = f"({_FTS5.text}) AS f"
        values |= {"query": fts5(node), "first": keys.first, "end": keys.end, "limit": MOST_RANKED}
        joined = f'{matches} JOIN catalogue AS c ON c."key" = f.rowid'
    else:
        connection.execute(_SETTINGS)
        asked = {"query": tsquery(node), "first": keys.first, "end": keys.end}
        found = _asked(connection, asked, MOST_RANKED + 1)
        if len(found) > MOST_RANKED:
            found = _newest_of_postgresql(connection, {**asked, "limit": MOST_RANKED})
        values["keys"] = found
        joined = 'unnest(CAST(:keys AS bigint[])) AS f ("key") JOIN catalogue AS c ON c."key" = f."key"'
    beyond = 'WHERE score < :score OR score = :score AND "key" < :key' if after is not None else ""
    if after is not None:
        values |= {"score": after[0], "key": after[1]}
    ranked = text(
        f'SELECT "key", score FROM (SELECT c."key" AS "key", {score} AS score FROM {joined}) AS ranked {beyond} '  # noqa: S608
        'ORDER BY score DESC, "key" DESC LIMIT :most'
    )
    return [(row.key, row.score) for row in connection.execute(ranked, {**values, "most": limit})]


def _fused(
    connection: Connection, query: Node | None, node: Node | None, wanted: Node | None, keys: _Range, near: Sequence[int]
) -> list[tuple[int, int | None]]:
    """Matches by words and by meaning in one order: the sum of 1 / (60 + rank) over both lists, ranks from 1.

    Filters hold for all of them, the words of the query for those that are found by words.
    """
    points: dict[int, float] = defaultdict(float)
    if query is not None:
        for rank, (key, _) in enumerate(_best(connection, query, node, keys, MOST_NEAREST, None), 1):
            points[key] += 1 / (_FUSION + rank)
    rows: dict[int, Row[*tuple[Any, ...]]] = {}
    for at in range(0, len(near), 500):
        columns = select(Catalogue.statement, Catalogue.key, Catalogue.words, Catalogue.facets)
        some = columns.where(Catalogue.statement.in_(near[at : at + 500]), Catalogue.key >= keys.first, Catalogue.key < keys.end)
        rows.update((row.statement, row) for row in connection.execute(some))
    fitting = (rows[key] for key in near if key in rows and (wanted is None or holds(wanted, rows[key].words, rows[key].facets)))
    for rank, row in enumerate(fitting, 1):
        points[row.key] += 1 / (_FUSION + rank)
    return sorted(((key, int(sum_ * _SCALE)) for key, sum_ in points.items()), key=lambda one: (one[1], one[0]), reverse=True)


def _hits(connection: Connection, found: Sequence[tuple[int, int | None]]) -> list[Hit]:
    """What is shown of statements, in the order of their keys as given."""
    rows = connection.execute(
        select(
            Catalogue.__table__,
            Documents.id.label("document_id"),
            Documents.title,
            Identities.id.label("identity_id"),
            Statements.confidence,
        )
        .join(Documents, Documents.key == Catalogue.document)
        .join(Statements, Statements.key == Catalogue.statement)
        .outerjoin(Identities, Identities.key == Catalogue.identity)
        .where(Catalogue.key.in_([key for key, _ in found]))
    ).all()
    statements, documents = [row.statement for row in rows], {row.document for row in rows}
    cues: dict[int, list[str]] = defaultdict(list)
    words = func.substr(Documents.text, Spans.start + 1, Spans.stop - Spans.start).label("words")
    spans = (
        select(Spans.statement, words)
        .join(Catalogue, Catalogue.statement == Spans.statement)
        .join(Documents, Documents.key == Catalogue.document)
        .where(and_(Spans.statement.in_(statements), Spans.role == "cue"))
    )
    for span in connection.execute(spans.order_by(Spans.statement, Spans.ordinal)):
        cues[span.statement].append(span.words)
    relays: dict[int, list[str]] = defaultdict(list)
    links = select(Links.statement, Links.name).where(Links.statement.in_(statements), Links.role == "relay", Links.name.is_not(None))
    for link in connection.execute(links.order_by(Links.statement, Links.ordinal)):
        relays[link.statement].append(link.name)
    met: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    columns = select(Appearances.document, Appearances.outlet, Appearances.canonical, Appearances.url, Appearances.place)
    for place in connection.execute(columns.where(Appearances.document.in_(documents)).order_by(Appearances.seen, Appearances.key)):
        met[place.document].append(place)
    by_key: dict[int, Row[*tuple[Any, ...]]] = {row.key: row for row in rows}
    return [
        Hit(
            id=row.id, document=row.document_id, title=row.title, text=row.text, cue=" ".join(cues[row.statement]), kind=row.kind,
            headline=row.headline, speaker=row.speaker, speaker_type=row.speaker_type, identity=row.identity_id,
            relays=relays[row.statement], outlets=list(dict.fromkeys(one.outlet for one in met[row.document] if one.outlet)),
            moment=row.moment, url=next((url for one in met[row.document] if (url := one.canonical or one.url)), None),
            where=next((one.place for one in met[row.document] if one.place), None), said=row.said, act=row.act, polarity=row.polarity,
            denial=row.denial, quantities=row.quantities, reviewed=row.reviewed, confidence=row.confidence,
            score=score / _SCALE if score is not None else None,
        )
        for key, score in found
        if (row := by_key.get(key)) is not None
    ]  # fmt: skip
