"""How the statements of a ledger stand to each other: made of the verdicts that are kept, of who is who now, and of what people say.

A relation stands between two utterances, each with all its copies. So those of one statement are made of the verdicts on its utterance
and on those beside it. What a person confirmed, rejected or corrected takes the place of what is made so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import Connection, exists, or_, select

from sayso.errors import NotInLedger
from sayso.ledger.catalogue import moment_of
from sayso.ledger.linkings import unpacked
from sayso.ledger.reviews import ordered
from sayso.ledger.sayings import Stated, current, parts, stated
from sayso.ledger.schema import Appearances, Links, Reviews, StatementIds, Statements, Utterances, Verdicts
from sayso.linking import utterances
from sayso.linking.judge import Verdict
from sayso.linking.linker import linker_version
from sayso.linking.relations import read_rule, relations_of
from sayso.linking.voices import same_voice
from sayso.models import Evidence, Relation, Relations

_AT_ONCE = 20  # utterances whose relations are made within one view of the ledger


@dataclass(frozen=True, slots=True)
class End:
    """A statement that stands in a relation.

    Attributes:
        statement: its id.
        document: the id of its document.
        ref: the user's own id of the document.
        speaker: the name of who said it, or what kind of source it is.
        outlet: who printed it first, of those that are known.
        moment: when its document was first published, or else seen, ISO 8601 in UTC.
        text: its words.
    """

    statement: str
    document: str
    ref: str | None
    speaker: str
    outlet: str | None
    moment: str
    text: str


@dataclass(frozen=True, slots=True)
class Related:
    """How a statement stands to another.

    Attributes:
        a, b: the statements; which comes first is told by the relation.
        relation: same_quote, misquote, misattributed, restates, agrees, denies, contradicts or number_changed.
        score: the probability that it holds; 1 where a person says so.
        evidence: the words that carry it, as spans of the documents' texts.
        judge: version of what judged, or "review by" and who did.
    """

    a: End
    b: End
    relation: Relations
    score: float
    evidence: Evidence
    judge: str

    def across(self, statement: str) -> End:
        """The other end than a statement's."""
        return self.b if self.a.statement == statement else self.a


@dataclass(frozen=True, slots=True)
class Dispute:
    """What stands against a statement.

    Attributes:
        relation: denies or contradicts.
        by: the statement that does so.
        himself: who said that is who said the statement itself.
        score: the probability that it is so.
    """

    relation: Relations
    by: End
    himself: bool
    score: float


@dataclass(frozen=True, slots=True)
class Printing:
    """Where a text was printed.

    Attributes:
        outlet: by whom.
        moment: when it was published, or else seen, ISO 8601 in UTC.
        url, where: the address, and where it was met.
    """

    outlet: str | None
    moment: str
    url: str | None
    where: str | None


@dataclass(frozen=True, slots=True)
class Copied:
    """A statement that prints an utterance.

    Attributes:
        statement, document, speaker, text: as of a relation's end.
        of: the id of the statement that it was most likely copied from; None of the origin.
        credited: whether the article names whom it was taken from.
        carriers: whom the article credits, or relays the statement from.
        printings: where the very text was printed, in the order of time.
    """

    statement: str
    document: str
    speaker: str
    text: str
    of: str | None
    credited: bool
    carriers: tuple[str, ...]
    printings: tuple[Printing, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """Where a wording started, and who carried it.

    Attributes:
        statement: the id of the one that was asked for.
        outlets: how many printed it: those with a name, or else an address.
        origins: how many printings weren't copied from another one that is kept.
        copies: all that print it, the origin first, in the order in which they were printed.
    """

    statement: str
    outlets: int
    origins: int
    copies: tuple[Copied, ...]


class Review(NamedTuple):
    """The verdict of a person's that counts on a relation: what it is, if anything, and who says so."""

    at: tuple[str, int]
    relation: Relations | None
    by: str


Pair = tuple[str, str]


def relations_of_statements(connection: Connection, ids: Collection[str]) -> list[Related]:
    """The relations that start or end at some statements, in the order in which their statements were printed.

    Args:
        connection: to the ledger.
        ids: those that statements go by; those that no latest reading finds stand in none.
    """
    wanted = set(current(connection, ids).values())
    members = _members(connection, _numbers(connection, wanted))
    verdicts = _verdicts(connection, set(members))
    reviewed = _reviewed(connection, ids)
    others = {end for a, b, _ in verdicts for end in (a, b)} | set(current(connection, set(chain.from_iterable(reviewed))).values())
    everything = _members(connection, _numbers(connection, others | wanted))
    known = {one.said.id: one for one in stated(connection, everything, identified=True)}
    made = _made(known, everything, verdicts, set(ids))
    return _related(_overruled(made, reviewed, known), known)


def relations_behind(connection: Connection, last: int, reviewed: set[Pair]) -> tuple[list[Related], int | None]:
    """The relations of the next utterances behind one, with those behind them.

    Args:
        connection: to the ledger.
        last: the number of the last utterance that is known already: the least key of a statement of it.
        reviewed: takes in the pairs that people reviewed and that are among what was given.

    Returns:
        The relations, by utterance, and the number of the last utterance; None where there is none behind.
    """
    heads = _heads(connection, last)
    found: list[Related] = []
    for head in heads:
        members = _members(connection, {head})
        verdicts = _verdicts(connection, set(members))
        ends = {end for a, b, _ in verdicts for end in (a, b)}
        beside = _members(connection, {number for number in _numbers(connection, ends) if number > head})
        everything = {**members, **beside}
        known = {one.said.id: one for one in stated(connection, everything, identified=True)}
        here = {one.said.id for one in known.values() if one.key in members}
        within = [one for one in verdicts if one[0] in everything and one[1] in everything]
        made = _made(known, everything, within, here)
        pairs = {_pair(one.a, one.b) for one in made}
        reviews = {pair: found for pair, found in _reviewed(connection, here).items() if pair in pairs}
        reviewed |= set(reviews)
        found += _related(_overruled(made, reviews, known), known)
    return found, heads[-1] if heads else None


def added_relations(connection: Connection, but: Collection[Pair]) -> list[Related]:
    """The relations that people say there are, and that nothing else does.

    Args:
        connection: to the ledger.
        but: pairs that were given already.
    """
    reviews = {pair: found for pair, found in _reviewed(connection).items() if pair not in but}
    keys = current(connection, set(chain.from_iterable(reviews))).values()
    known = {one.said.id: one for one in stated(connection, keys, identified=True)}
    return _related(_overruled([], reviews, known), known)


def disputes(connection: Connection, ids: Collection[str]) -> dict[str, list[Dispute]]:
    """What stands against each of some statements: who denied it, or said the contrary later, or anywhere if that was its own speaker.

    Args:
        connection: to the ledger.
        ids: those that statements go by.
    """
    wanted = set(ids)
    found: dict[str, list[Dispute]] = defaultdict(list)
    against = [one for one in relations_of_statements(connection, wanted) if one.relation in ("denies", "contradicts")]
    keys = current(connection, {end.statement for one in against for end in (one.a, one.b)}).values()
    known = {one.said.id: one.said for one in stated(connection, keys, identified=True)}
    for one in against:
        for end, other in ((one.b, one.a), (one.a, one.b)):
            said, by = known[end.statement], known[other.statement]
            himself = same_voice(said.voice, by.voice) is True
            later = end is one.b if one.relation == "denies" else himself or by.order > said.order
            if end.statement in wanted and later:
                found[end.statement].append(Dispute(one.relation, other, himself, one.score))
    return dict(found)


def origins(connection: Connection, id: str) -> Origins:
    """Where the wording of a statement started, and who carried it.

    Args:
        connection: to the ledger.
        id: any that the statement ever had.

    Raises:
        NotInLedger: there was never such a statement, or the latest reading of its document doesn't find it.
    """
    now = known_as(connection, id)
    keys = current(connection, [now]).values()
    if not keys:
        raise NotInLedger(f"the latest reading of its document doesn't find statement {id!r} any more")
    every = stated(connection, _members(connection, _numbers(connection, keys)))
    printings = _printings(connection, {one.document for one in every})
    carriers = _carriers(connection, every)
    dated = []
    for one in every:
        days = [moment for document in [one.document] for printed, moment, _ in printings[document] if printed]
        outlet = next((place.outlet for _, _, place in printings[one.document] if place.outlet), None)
        dated.append(replace(one.said, day=min(days, default=""), outlet=outlet))
    folded = {one.said.id: frozenset(name.casefold() for name in carriers[one.key]) for one in every}
    known = {one.said.id: one for one in every}
    copies = tuple(
        Copied(
            statement=copy.id, document=known[copy.id].said.document, speaker=known[copy.id].speaker, text=known[copy.id].text, of=copy.of,
            credited=copy.credited, carriers=tuple(carriers[known[copy.id].key]),
            printings=tuple(place for _, _, place in printings[known[copy.id].document]),
        )
        for copy in utterances.copies(dated, folded)
    )  # fmt: skip
    outlets = {name for copy in copies for place in copy.printings if (name := _outlet(place))}
    return Origins(now, len(outlets), sum(copy.of is None for copy in copies), copies)


def known_as(connection: Connection, id: str) -> str:
    """The id that a statement goes by.

    Raises:
        NotInLedger: there was never such a statement.
    """
    row = connection.execute(select(StatementIds.id, StatementIds.same_as).where(StatementIds.id == id)).first()
    if row is None:
        raise NotInLedger(f"there is no statement {id!r}")
    return str(row.same_as or row.id)


def _numbers(connection: Connection, keys: Collection[int]) -> set[int]:
    """The numbers of the utterances that statements are of; of one that shares its with none, its own key."""
    found = {key: key for key in keys}
    for some in parts(sorted(keys)):
        query = select(Utterances.statement, Utterances.utterance).where(Utterances.statement.in_(some))
        found.update((statement, utterance) for statement, utterance in connection.execute(query))
    return set(found.values())


def _members(connection: Connection, numbers: Collection[int]) -> dict[int, int]:
    """The statements of some utterances, each with the number of its utterance."""
    found = {number: number for number in numbers}
    for some in parts(sorted(numbers)):
        query = select(Utterances.statement, Utterances.utterance).where(Utterances.utterance.in_(some))
        found.update((statement, utterance) for statement, utterance in connection.execute(query))
    return found


def _verdicts(connection: Connection, keys: Collection[int]) -> list[tuple[int, int, bytes]]:
    """The verdicts on pairs of which one is among some statements."""
    found: dict[tuple[int, int], bytes] = {}
    for end in (Verdicts.a, Verdicts.b):
        for some in parts(sorted(keys)):
            query = select(Verdicts.a, Verdicts.b, Verdicts.shares).where(end.in_(some))
            found.update(((row.a, row.b), row.shares) for row in connection.execute(query))
    return [(a, b, shares) for (a, b), shares in found.items()]


def _heads(connection: Connection, last: int) -> list[int]:
    """The numbers of the next utterances that a verdict is about."""
    judged = or_(exists().where(Verdicts.a == Statements.key), exists().where(Verdicts.b == Statements.key))
    copied = exists().where(Utterances.statement == Statements.key, Utterances.utterance != Statements.key)
    query = select(Statements.key).where(Statements.key > last, judged, ~copied)
    return list(connection.execute(query.order_by(Statements.key).limit(_AT_ONCE)).scalars())


def _made(
    known: Mapping[str, Stated], numbers: Mapping[int, int], verdicts: Iterable[tuple[int, int, bytes]], about: Collection[str]
) -> list[Relation]:
    """The relations that verdicts make of statements, those of some of them.

    Everything goes in the order in which statements were printed, so that rounding is the same in whatever order they came.
    """
    said = {one.said.id: one.said for one in sorted(known.values(), key=lambda one: one.said.order)}
    ranks = {id: rank for rank, id in enumerate(said)}
    ids = {one.key: one.said.id for one in known.values()}
    first: dict[int, int] = {}
    utterance = {id: first.setdefault(numbers[known[id].key], len(first)) for id in said}
    judged = [Verdict(ids[a], ids[b], unpacked(shares)) for a, b, shares in verdicts if a in ids and b in ids]
    judged.sort(key=lambda one: (ranks[one.a], ranks[one.b]))
    return relations_of(said, utterance, judged, read_rule(), linker_version(), about)


def _pair(a: str, b: str) -> Pair:
    return (a, b) if a <= b else (b, a)


def _reviewed(connection: Connection, ids: Collection[str] | None = None) -> dict[Pair, dict[tuple[str, str, str], Review]]:
    """What people say of the relations of pairs of statements, by the relation that they were asked about.

    Args:
        connection: to the ledger.
        ids: of statements, of which one must be of the pair; None: all pairs.
    """
    query = select(Reviews.__table__).where(Reviews.about == "relation")
    if ids is None:
        rows: list[Any] = list(connection.execute(query))
    else:
        rows = []
        for some in parts(sorted(ids)):
            rows += connection.execute(query.where(or_(Reviews.statement.in_(some), Reviews.other.in_(some))))
    found: dict[Pair, dict[tuple[str, str, str], Review]] = defaultdict(dict)
    for row in rows:
        right = {"confirmed": row.relation, "corrected": row.corrections.get("relation")}.get(row.verdict)
        review = Review((row.at, row.key), right, row.reviewer)
        ends, pair = (row.statement, row.other, row.relation), _pair(row.statement, row.other)
        found[pair][ends] = max(found[pair].get(ends, review), review, key=lambda one: one.at)
    return dict(found)


def _overruled(
    made: Iterable[Relation], reviewed: Mapping[Pair, Mapping[tuple[str, str, str], Review]], known: Mapping[str, Stated]
) -> list[Relation]:
    """Relations as people see them: without those that they rejected, with those that they say there are instead, or besides."""
    found: dict[tuple[str, str, str], Relation] = {}
    evidence: dict[Pair, Relation] = {}
    for one in made:
        ends = (*ordered(one.a, one.b, one.relation), one.relation)
        evidence[_pair(one.a, one.b)] = one
        if ends not in reviewed.get(_pair(one.a, one.b), {}):
            found[ends] = one
    for pair, reviews in reviewed.items():
        if not all(id in known for id in pair):
            continue
        for (a, b, _), review in reviews.items():
            if review.relation is not None:
                one = _said_by(a, b, review.relation, review.by, evidence.get(pair), known)
                found[(*ordered(a, b, review.relation), review.relation)] = one
    return sorted(found.values(), key=lambda one: (known[one.a].said.order, known[one.b].said.order, one.relation))


def _said_by(a: str, b: str, relation: Relations, by: str, made: Relation | None, known: Mapping[str, Stated]) -> Relation:
    if ordered("b", "a", relation) == ("a", "b") and known[b].said.order < known[a].said.order:  # it has no direction
        a, b = b, a
    if made is None:
        evidence = Evidence(a=list(known[a].said.content), b=list(known[b].said.content))
    else:
        evidence = made.evidence if made.a == a else Evidence(a=made.evidence.b, b=made.evidence.a)
    return Relation(a=a, b=b, relation=relation, score=1, evidence=evidence, judge=f"review by {by}")


def _related(relations: Iterable[Relation], known: Mapping[str, Stated]) -> list[Related]:
    return [Related(_end(known[one.a]), _end(known[one.b]), one.relation, one.score, one.evidence, one.judge) for one in relations]


def _end(one: Stated) -> End:
    said = one.said
    return End(said.id, said.document, one.ref, one.speaker, said.outlet, one.moment, one.text)


def _printings(connection: Connection, documents: Collection[int]) -> dict[int, list[tuple[bool, str, Printing]]]:
    """Where documents were printed, in the order of time, those last of which it isn't known when; each with whether it is, and when."""
    found: dict[int, list[tuple[bool, str, Printing]]] = defaultdict(list)
    for some in parts(sorted(documents)):
        rows = select(Appearances.__table__).where(Appearances.document.in_(some)).order_by(Appearances.key)
        for row in connection.execute(rows):
            published = moment_of(row.published)
            place = Printing(row.outlet, published or row.seen, row.canonical or row.url, row.place)
            found[row.document].append((published is not None, place.moment, place))
    for places in found.values():
        places.sort(key=lambda one: (not one[0], one[1], one[2].outlet or ""))
    return found


def _carriers(connection: Connection, every: Sequence[Stated]) -> dict[int, list[str]]:
    """Whom articles credit, or relay a statement from, by the statement's key."""
    credits: dict[int, list[str]] = defaultdict(list)
    for some in parts(sorted({one.document for one in every})):
        query = select(Appearances.document, Appearances.credits).where(Appearances.document.in_(some)).order_by(Appearances.key)
        for row in connection.execute(query):
            credits[row.document] += row.credits
    relays: dict[int, list[str]] = defaultdict(list)
    for some in parts(sorted(one.key for one in every)):
        links = select(Links.statement, Links.name).where(Links.statement.in_(some), Links.role == "relay", Links.name.is_not(None))
        for link in connection.execute(links.order_by(Links.statement, Links.ordinal)):
            relays[link.statement].append(link.name)
    return {one.key: list(dict.fromkeys([*credits[one.document], *relays[one.key]])) for one in every}


def _outlet(place: Printing) -> str | None:
    """What an outlet is counted by."""
    if place.outlet:
        return place.outlet.casefold()
    try:
        return urlsplit(place.url or "").hostname
    except ValueError:
        return None
