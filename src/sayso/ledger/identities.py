"""Who is who across documents: the identities that a ledger knows, and which of them each named entity is.

What decides is ``linking.identity``; here it is shown what the ledger knows. An entity of a new reading of a document stays who it was in
the reading before. Otherwise those are looked at who go by one of its names or one that sounds alike, the longest known first and at
most so many, with what their last documents say of them. It depends on the order of arrival in these ways only: what an identity is
known by when a document comes is what the documents before it said, and of several who fit, one that is told apart later isn't yet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from rapidfuzz.distance import JaroWinkler
from sqlalchemy import Connection, delete, func, insert, or_, select, text, update

from sayso.ledger.rows import digest_id, now
from sayso.ledger.schema import (
    Appearances,
    Documents,
    Entities,
    Identifications,
    Identities,
    IdentityNames,
    Mentions,
    Names,
    Readings,
    Reviews,
)
from sayso.linking.identity import JUDGE, Decision, Known, Named, agreement_of, decide, is_fuller, named
from sayso.linking.names import (
    Agreement,
    agreement,
    country_of,
    folded,
    initials_for,
    is_country,
    is_generic,
    short_names,
    sound_of,
    words_of,
)
from sayso.linking.traits import traits_of
from sayso.models import EntityType

_MOST_NAMESAKES = 50  # identities of one name that are looked at, those that were known first
_MOST_ALIKE = 200  # names of one sound that are looked at
_MOST_RIVALS = 10  # identities that an entity is weighed against
_HISTORY = 10  # documents of an identity that are looked at, the last ones
_LOCK = 0x5A7_51  # number of the lock under which entities are identified in PostgreSQL
_TYPES: tuple[EntityType, ...] = ("person", "organization", "place")  # whose names are folded in different ways
_ALIKE = 0.9  # Jaro-Winkler similarity from which a name is one that was asked for, misspelled

Name = tuple[str, ...]


def identify(connection: Connection, reading: int) -> None:
    """Decide who the named entities of a reading are, and keep the decisions.

    Args:
        connection: in a transaction that writes.
        reading: the key of a reading whose entities, names and mentions are in the ledger.
    """
    document = connection.execute(
        select(Readings.document, Readings.reference, Documents.id, Documents.text, Appearances.outlet)
        .join(Documents, Documents.key == Readings.document)
        .join(Appearances, Appearances.key == Readings.appearance)
        .where(Readings.key == reading)
    ).one()
    entities = _entities(connection, reading, document)
    if not entities:
        return
    lock(connection)
    done = _done(connection, reading)
    before = _before(connection, reading, document.document)
    decided: dict[int, tuple[int, Decision, str]] = {}
    kept = {key: found for key, (entity, spans) in entities.items() if (found := done.get(key) or _kept(entity, spans, before)) is not None}
    pool = _Pool(connection, {key: entity for key, (entity, _) in entities.items()}, {found[0] for found in kept.values()})
    for key in sorted(entities, key=lambda key: (key not in kept, -len(entities[key][0].names[0]), key)):
        entity = entities[key][0]
        if key in kept:
            identity, decision, judge = kept[key]
        else:
            decision, judge = pool.decide(key, entity), JUDGE
            identity = decision.key if decision.key is not None else pool.add(entity)
        pool.take(identity, entity)
        if key not in done:
            decided[key] = identity, decision, judge
    new = pool.write(document.id)
    if not decided:
        return
    connection.execute(
        insert(Identifications),
        [
            {
                "entity": key, "identity": new.get(identity, identity), "score": decision.score, "reasons": list(decision.reasons),
                "traits": sorted(entities[key][0].traits), "judge": judge,
            }
            for key, (identity, decision, judge) in sorted(decided.items())
        ],
    )  # fmt: skip


def lock(connection: Connection) -> None:
    """Let nobody else decide who is who before this transaction ends, so that two writers don't both bring in somebody new."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def identify_all(connection: Connection) -> None:
    """Decide who the entities of each document's latest reading are, for those that no decision is kept of, in order of the readings."""
    latest = select(func.max(Readings.key)).group_by(Readings.document)
    done = select(Entities.reading).join(Identifications, Identifications.entity == Entities.key)
    for reading in connection.execute(latest.having(func.max(Readings.key).not_in(done)).order_by(func.max(Readings.key))).scalars().all():
        identify(connection, reading)


def identify_anew(connection: Connection) -> None:
    """Forget all decisions but those of reviews, and decide again; the catalogue must be made anew after it."""
    decided = select(Identifications.entity).where(Identifications.judge.like("identity/%"))
    touched = set(connection.execute(select(Identifications.identity).distinct()).scalars())
    connection.execute(delete(Identifications).where(Identifications.entity.in_(decided)))
    renew(connection, touched)
    latest = select(func.max(Readings.key)).group_by(Readings.document).order_by(func.max(Readings.key))
    for reading in connection.execute(latest).scalars().all():
        identify(connection, reading)


def renew(connection: Connection, identities: Collection[int]) -> None:
    """Make the names of identities those of the entities that they are; one that is none any more goes, unless it was merged.

    Args:
        connection: in a transaction that writes.
        identities: their keys.
    """
    for key in sorted(identities):
        rows = connection.execute(
            select(Entities.key, Entities.name, Entities.type, Entities.wikidata)
            .join(Identifications, Identifications.entity == Entities.key)
            .where(Identifications.identity == key)
            .order_by(Entities.key)
        ).all()
        connection.execute(delete(IdentityNames).where(IdentityNames.identity == key))
        if not rows:
            connection.execute(delete(Identities).where(Identities.key == key, Identities.same_as.is_(None)))
            continue
        aliases = _aliases(connection, [row.key for row in rows])
        found = [one for row in rows if (one := named(row.name, row.type, aliases[row.key])) is not None]
        [(type, _)] = Counter(one.type for one in found).most_common(1)
        name = found[0].written[0]
        for one in found:
            name = one.written[0] if one.type == type and is_fuller(one.written[0], name, type) else name
        connection.execute(update(Identities).where(or_(Identities.key == key, Identities.same_as == key)).values(name=name, type=type))
        names: dict[str, dict[str, Any]] = {}
        for one in found:
            for row in _name_rows(key, one):
                if row["folded"] not in names or names[row["folded"]]["name"] is None:
                    names[row["folded"]] = row
        connection.execute(insert(IdentityNames), list(names.values()))


def find(connection: Connection, name: str) -> list[int]:
    """The keys of the identities that go by a name.

    Those that have the very name, or else those whose surname, first letters or words in another order it is, or else those that have
    a name like it; each in the order in which they became known.
    """
    keys = {folded(name, type) for type in _TYPES}
    rows = connection.execute(
        select(IdentityNames.identity, IdentityNames.name).where(IdentityNames.folded.in_(keys)).order_by(IdentityNames.identity)
    ).all()
    if found := [row.identity for row in rows if row.name is not None]:
        return found
    found = [row.identity for row in rows]
    near: list[tuple[int, float]] = []
    for type in _TYPES:
        words = words_of(name, type)
        if not words:
            continue
        query = select(IdentityNames.identity, IdentityNames.folded).where(IdentityNames.sound == sound_of(words, type))
        for row in connection.execute(query.order_by(IdentityNames.identity).limit(10 * _MOST_ALIKE)):
            theirs = tuple(row.folded.split())
            if len(words) == 1 and words[0] == theirs[-1]:
                found.append(row.identity)
            else:
                near.append((row.identity, JaroWinkler.similarity(" ".join(sorted(words)), " ".join(sorted(theirs)))))
    if not found:
        found = [identity for identity, likeness in near if likeness >= _ALIKE]
    return sorted(set(found))


def _entities(connection: Connection, reading: int, document: Any) -> dict[int, tuple[Named, list[tuple[int, int]]]]:
    """The named entities of a reading with their mentions, by their keys."""
    rows = connection.execute(select(Entities.__table__).where(Entities.reading == reading).order_by(Entities.ordinal)).all()
    aliases = _aliases(connection, [row.key for row in rows])
    mentions: dict[int, list[tuple[int, int]]] = defaultdict(list)
    query = select(Mentions.entity, Mentions.start, Mentions.stop).join(Entities, Entities.key == Mentions.entity)
    for mention in connection.execute(query.where(Entities.reading == reading).order_by(Mentions.entity, Mentions.ordinal)):
        mentions[mention.entity].append((mention.start, mention.stop))
    everywhere = sorted(span for spans in mentions.values() for span in spans)
    countries = frozenset(f"of {name}" for row in rows if row.type == "place" and (name := country_of(words_of(row.name, row.type))))
    found = {}
    for row in rows:
        spans = mentions[row.key]
        own = [word for name in (row.name, *aliases[row.key][:1]) for word in words_of(name, row.type)]
        traits: frozenset[str] = frozenset()
        if row.type == "person":
            traits = traits_of(document.text, spans, own, everywhere)
        elif is_generic(words_of(row.name, row.type)):  # a Supreme Court is that of a country which is named with it
            traits = countries
        one = named(row.name, row.type, aliases[row.key], traits, row.wikidata, document.reference, document.outlet)
        if one is not None:
            found[row.key] = one, spans
    return found


def _aliases(connection: Connection, entities: Sequence[int]) -> dict[int, list[str]]:
    aliases: dict[int, list[str]] = defaultdict(list)
    for part in _parts(entities):
        query = select(Names.entity, Names.name).where(Names.entity.in_(part)).order_by(Names.entity, Names.ordinal)
        for row in connection.execute(query):
            aliases[row.entity].append(row.name)
    return aliases


def _done(connection: Connection, reading: int) -> dict[int, tuple[int, Decision, str]]:
    """What was decided of a reading's entities already, by their keys."""
    query = select(Identifications.__table__).join(Entities, Entities.key == Identifications.entity).where(Entities.reading == reading)
    return {
        row.entity: (row.identity, Decision(row.identity, row.score, tuple(row.reasons)), row.judge) for row in connection.execute(query)
    }


def _before(connection: Connection, reading: int, document: int) -> list[tuple[str, str, set[tuple[int, int]], int, Decision, str]]:
    """What was decided of the entities of a document's earlier readings, the latest reading first."""
    rows = connection.execute(
        select(Entities.name, Entities.type, Identifications.__table__)
        .join(Identifications, Identifications.entity == Entities.key)
        .join(Readings, Readings.key == Entities.reading)
        .where(Readings.document == document, Readings.key != reading)
        .order_by(Readings.key.desc(), Entities.ordinal)
    ).all()
    if not rows:
        return []
    spans: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for part in _parts([row.entity for row in rows]):
        for mention in connection.execute(select(Mentions.entity, Mentions.start, Mentions.stop).where(Mentions.entity.in_(part))):
            spans[mention.entity].add((mention.start, mention.stop))
    return [
        (row.name, row.type, spans[row.entity], row.identity, Decision(row.identity, row.score, tuple(row.reasons)), row.judge)
        for row in rows
    ]


def _kept(
    entity: Named, spans: Sequence[tuple[int, int]], before: Sequence[tuple[str, str, set[tuple[int, int]], int, Decision, str]]
) -> tuple[int, Decision, str] | None:
    """Who an entity was in an earlier reading, a person's verdict first; there it had the same name and a mention in the same place."""
    fitting = [
        (identity, decision, judge)
        for name, type, others, identity, decision, judge in before
        if type == entity.type and words_of(name, entity.type) == entity.names[0] and (not others.isdisjoint(spans) or not others)
    ]
    reviewed = [found for found in fitting if not found[2].startswith("identity/")]
    return next(iter([*reviewed, *fitting]), None)


class _Pool:
    """Those whom the entities of one document may be.

    Args:
        connection: in a transaction that writes.
        entities: of the document, by their keys.
        also: keys of identities that are known to be among them.
    """

    def __init__(self, connection: Connection, entities: dict[int, Named], also: set[int]) -> None:
        self._connection = connection
        self._known: dict[int, Known] = {}
        self._display: dict[int, str] = {}
        self._keys: dict[str, int] = {}
        self._rivals: dict[int, list[int]] = {}
        self._readings: dict[int, list[int]] = defaultdict(list)
        self._new: dict[str, list[int]] = defaultdict(list)
        self._added: list[Named] = []
        self._changed: dict[int, dict[str, Any]] = defaultdict(dict)
        self._made: set[tuple[int, str]] = set()  # names that are in the ledger, but were made of others
        self._rows: dict[tuple[int, str], dict[str, Any]] = {}
        found = self._namesakes(entities)
        for key, names in self._alike(entities, found).items():
            found[key] += names
        near = {key: _nearest(entity, found[key]) for key, entity in entities.items()}
        self._load({identity for identities in near.values() for identity in identities} | also)
        for key, entity in entities.items():
            ranked = []
            for identity in near[key]:
                if identity in self._known and (how := agreement_of(entity, self._known[identity])) is not None:
                    ranked.append((how.rank, identity))
            self._rivals[key] = [identity for _, identity in sorted(ranked)[:_MOST_RIVALS]]
        self._remember({identity for rivals in self._rivals.values() for identity in rivals})
        unclear = [key for key, entity in entities.items() if not decide(entity, [self._known[i] for i in self._rivals[key]]).clear]
        if unclear:
            self._meet({identity for key in unclear for identity in self._rivals[key]})

    def decide(self, key: int, entity: Named) -> Decision:
        """Who an entity is."""
        rivals = list(dict.fromkeys([*self._rivals[key], *self._new[entity.keys[0]]]))
        known = [self._known[identity] for identity in rivals]
        decision = decide(entity, known)
        if decision.clear or not known:
            return decision
        company = {
            identity
            for other, identities in self._rivals.items()
            if other != key
            for identity in identities
            if not (self._known[identity].type == "place" and any(is_country(words) for words in self._known[identity].names))
        }
        return decide(entity, known, frozenset(company - set(rivals)))

    def add(self, entity: Named) -> int:
        """A new identity, by a number below 0 until it is written."""
        number = -1 - len(self._added)
        self._added.append(entity)
        self._known[number] = Known(number, entity.type, (), wikidata=entity.wikidata)
        self._display[number] = entity.written[0]
        self._new[entity.keys[0]].append(number)
        return number

    def take(self, identity: int, entity: Named) -> None:
        """Note that an identity is an entity of the document: under which names, and with which id in Wikidata."""
        known = self._known[identity]
        known.taken = True
        if entity.wikidata is not None and known.wikidata is None:
            known.wikidata = entity.wikidata
            self._changed[identity] |= {"wikidata": entity.wikidata, "wikidata_from": "record"}
        if entity.type == known.type and is_fuller(entity.written[0], self._display[identity], known.type):
            self._changed[identity]["name"] = self._display[identity] = entity.written[0]
        names = {" ".join(words) for words in known.names}
        for row in _name_rows(identity, entity):
            key = identity, row["folded"]
            if row["folded"] in names or (row["name"] is None and (key in self._made or key in self._rows)):
                continue
            self._rows.setdefault(key, row)
            if row["name"] is not None:
                self._rows[key] = row
                known.names = (*known.names, tuple(row["folded"].split()))

    def write(self, document_id: str) -> dict[int, int]:
        """Write down who is new and what is new of the others; the keys that those got who are new, by their numbers."""
        ids = self._ids(document_id)
        rows = [
            {
                "id": id, "name": self._display[-1 - i], "type": entity.type, "wikidata": self._known[-1 - i].wikidata,
                "wikidata_from": "record" if self._known[-1 - i].wikidata is not None else None, "same_as": None, "added": now(),
            }
            for i, (id, entity) in enumerate(zip(ids, self._added, strict=True))
        ]  # fmt: skip
        keys: dict[int, int] = {}
        if rows:
            found = self._connection.execute(insert(Identities).returning(Identities.id, Identities.key), rows)
            by_id = {row.id: row.key for row in found}
            keys = {-1 - i: by_id[id] for i, id in enumerate(ids)}
        for identity, values in self._changed.items():
            if identity > 0 and values:
                self._connection.execute(update(Identities).where(Identities.key == identity).values(values))
        for identity, name in self._rows.keys() & self._made:
            self._connection.execute(delete(IdentityNames).where(IdentityNames.identity == identity, IdentityNames.folded == name))
        if self._rows:
            names = [{**row, "identity": keys.get(row["identity"], row["identity"])} for row in self._rows.values()]
            self._connection.execute(insert(IdentityNames), names)
        return keys

    def _ids(self, document_id: str) -> list[str]:
        """Ids of those who are new, none of which is in the ledger."""
        ids = [digest_id("identity", document_id, entity.type, entity.keys[0]) for entity in self._added]
        taken: set[str] = set()
        for part in _parts(ids):
            taken.update(self._connection.execute(select(Identities.id).where(Identities.id.in_(part))).scalars())
        for i, entity in enumerate(self._added):
            count = 1
            while ids[i] in taken:
                count += 1
                ids[i] = digest_id("identity", document_id, entity.type, entity.keys[0], str(count))
                if self._connection.execute(select(Identities.key).where(Identities.id == ids[i])).first() is not None:
                    taken.add(ids[i])
            taken.add(ids[i])
        return ids

    def _namesakes(self, entities: dict[int, Named]) -> dict[int, list[tuple[int, Name]]]:
        """For each entity the identities that go by one of its names, with the name."""
        wanted: dict[str, list[int]] = defaultdict(list)
        for key, entity in entities.items():
            for words, name in zip(entity.names, entity.keys, strict=True):
                for other in {name, *short_names(words, entity.type)}:
                    wanted[other].append(key)
        found: dict[int, list[tuple[int, Name]]] = defaultdict(list)
        place = func.row_number().over(partition_by=IdentityNames.folded, order_by=IdentityNames.identity).label("place")
        for part in _parts(list(wanted)):
            ranked = select(IdentityNames.identity, IdentityNames.folded, place).where(IdentityNames.folded.in_(part)).subquery()
            for identity, name, _ in self._connection.execute(select(ranked).where(ranked.c.place <= _MOST_NAMESAKES)):
                for key in wanted[name]:
                    found[key].append((identity, tuple(name.split())))
        return found

    def _alike(self, entities: dict[int, Named], found: dict[int, list[tuple[int, Name]]]) -> dict[int, list[tuple[int, Name]]]:
        """For entities whose full name nobody has, the identities with a name that sounds alike, with the name."""
        alike: dict[int, list[tuple[int, Name]]] = {}
        for key, entity in entities.items():
            words = entity.names[0]
            if entity.type == "place" or (len(words) > 1 and found[key]) or (len(words) == 1 and entity.type != "person"):
                continue
            query = select(IdentityNames.identity, IdentityNames.folded).where(IdentityNames.sound == sound_of(words, entity.type))
            if entity.type == "person" and (initials := initials_for(words)):
                query = query.where(IdentityNames.initial.in_(initials))
            rows = self._connection.execute(query.order_by(IdentityNames.identity).limit(_MOST_ALIKE))
            alike[key] = [(identity, tuple(name.split())) for identity, name in rows]
        return alike

    def _load(self, identities: set[int]) -> None:
        """Take up who identities are and what they are called."""
        for part in _parts(sorted(identities)):
            names: dict[int, list[Name]] = defaultdict(list)
            called = select(IdentityNames.identity, IdentityNames.folded, IdentityNames.name).where(IdentityNames.identity.in_(part))
            called = called.order_by(IdentityNames.identity, IdentityNames.folded)
            for identity, name, written in self._connection.execute(called):
                if written is None:
                    self._made.add((identity, name))
                else:
                    names[identity].append(tuple(name.split()))
            query = select(Identities.key, Identities.id, Identities.type, Identities.name, Identities.wikidata)
            for row in self._connection.execute(query.where(Identities.key.in_(part), Identities.same_as.is_(None))):
                shown = words_of(row.name, row.type)
                ordered = sorted(names[row.key], key=lambda words: words != shown)
                self._known[row.key] = Known(row.key, row.type, tuple(ordered), wikidata=row.wikidata)
                self._display[row.key] = row.name
                self._keys[row.id] = row.key

    def _remember(self, identities: set[int]) -> None:
        """Take up what the last documents of identities say of them."""
        outlets: dict[int, set[str]] = defaultdict(set)
        for part in _parts(sorted(identities)):
            other = Identifications.__table__.alias("other")
            since = (
                select(other.c.entity)
                .where(other.c.identity == Identifications.identity)
                .order_by(other.c.entity.desc())
                .limit(1)
                .offset(_HISTORY - 1)
                .correlate(Identifications)
                .scalar_subquery()
            )
            rows = self._connection.execute(
                select(Identifications.identity, Identifications.traits, Entities.reading, Readings.reference, Appearances.outlet)
                .join(Entities, Entities.key == Identifications.entity)
                .join(Readings, Readings.key == Entities.reading)
                .join(Appearances, Appearances.key == Readings.appearance)
                .where(Identifications.identity.in_(part), Identifications.entity >= func.coalesce(since, 0))
                .order_by(Identifications.identity, Identifications.entity.desc())
            )
            for row in rows:
                known = self._known[row.identity]
                known.traits.append(frozenset(row.traits))
                known.days.append(row.reference)
                self._readings[row.identity].append(row.reading)
                if row.outlet is not None:
                    outlets[row.identity].add(row.outlet)
        for identity, theirs in outlets.items():
            self._known[identity].outlets = frozenset(theirs)

    def _meet(self, identities: Collection[int]) -> None:
        """Take up whom identities are named with."""
        company: dict[int, set[int]] = defaultdict(set)
        for part in _parts(sorted({reading for identity in identities for reading in self._readings[identity]})):
            query = select(Entities.reading, Identifications.identity).join(Identifications, Identifications.entity == Entities.key)
            for row in self._connection.execute(query.where(Entities.reading.in_(part))):
                company[row.reading].add(row.identity)
        for one, other in self._told_apart(identities):
            self._known[one].apart |= {other}
        for identity in identities:
            met = (company[reading] for reading in self._readings[identity])
            self._known[identity].company = frozenset().union(*met) - {identity}

    def _told_apart(self, identities: Collection[int]) -> Iterable[tuple[int, int]]:
        """Pairs of identities that reviews split, in both orders."""
        ids = [id for id, key in self._keys.items() if key in identities]
        for part in _parts(ids):
            split = select(Reviews.entity, Reviews.other_entity).where(Reviews.about == "identity", Reviews.verdict == "split")
            for pair in self._connection.execute(split.where(Reviews.entity.in_(part))):
                one, other = (self._keys.get(id or "") for id in pair)
                if one is not None and other is not None:
                    yield from ((one, other), (other, one))


def _nearest(entity: Named, found: Sequence[tuple[int, Name]]) -> list[int]:
    """Of identities with a name each those whose name agrees best with an entity's."""
    ranked: dict[int, int] = {}
    for identity, name in found:
        ways = [how.rank for words in entity.names if (how := agreement(words, name, entity.type)) is not None]
        rank = min(ways, default=len(Agreement))  # a name that only its own full one shows to agree
        ranked[identity] = min(rank, ranked.get(identity, rank))
    return sorted(ranked, key=lambda identity: (ranked[identity], identity))[: 2 * _MOST_RIVALS]


def _name_rows(identity: int, entity: Named) -> list[dict[str, Any]]:
    """Rows of ``identity_names`` for an entity's names, and for those made of them."""
    rows: dict[str, dict[str, Any]] = {}
    for words, name, key in zip(entity.names, entity.written, entity.keys, strict=True):
        initial = words[0][:1] if entity.type == "person" and len(words) > 1 else ""
        rows[key] = {"identity": identity, "folded": key, "name": name, "sound": sound_of(words, entity.type), "initial": initial}
    for short in short_names(entity.names[0], entity.type):
        if short not in rows:
            rows[short] = {"identity": identity, "folded": short, "name": None, "sound": short[:40], "initial": ""}
    return list(rows.values())


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Values in parts that one command takes."""
    return (values[at : at + 500] for at in range(0, len(values), 500))
