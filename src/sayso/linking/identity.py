"""Who is who across documents: whether a named entity of one document is somebody that others have named before.

What speaks for it and against it is weighed by log-odds: how far the names agree, what both are said to be, whom both are named with,
when and where. The weights are set by hand, and measured by ``benchmarks/identities.py``. What can't be told stays apart: to join two
that were kept apart is easier than to take two apart that were taken for one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sayso.linking.names import (
    FIRST,
    Agreement,
    agreement,
    bare,
    folded,
    is_common,
    is_country,
    is_generic,
    is_name,
    words_of,
)
from sayso.linking.traits import are_apart, fields_of, has_title, offices_of
from sayso.models import EntityType

JUDGE = "identity/1"
"""Version of the rule, as it is recorded with every decision."""
THRESHOLD = 0.5  # probability from which somebody is taken for somebody known
_MARGIN = 0.8  # of log-odds, by which one must fit better than the next
_CERTAIN = 1.5  # log-odds and margin at which nothing more needs to be looked at

# Log-odds that two are one, by how far their names agree.
_PEOPLE = {
    Agreement.FULL: 2.4, Agreement.MIDDLE: 2.0, Agreement.ORDER: 1.2, Agreement.SPELLING: 1.2, Agreement.NICKNAME: 1.2,
    Agreement.INITIAL: -0.2, Agreement.SURNAME: -1.2, Agreement.SINGLE: 0.4,
}  # fmt: skip
_OTHERS = {Agreement.FULL: 2.4, Agreement.ORDER: 1.6, Agreement.SPELLING: 0.9, Agreement.INITIALS: 0.4}
_THREE_LETTERS = -1.2  # stand for many things
_COMMON = -1.4  # for a surname that many have
_GENERIC = -2.2  # for a name that every country or city has one of: Supreme Court
_STRANGE_TYPE = -1.2
# Types between which what reads articles wavers.
_SAME_TYPES = {frozenset(pair) for pair in (("organization", "media"), ("organization", "group"), ("media", "document"))}
_SEEN_WRONG = {
    frozenset(pair)
    for pair in (("organization", "document"), ("group", "place"), ("group", "media"), ("person", "organization"), ("person", "media"))
}  # of single words, which are often taken for something else


@dataclass(frozen=True, slots=True)
class Named:
    """A named entity as its document shows it.

    Attributes:
        name: the fullest name.
        type: what it was taken for.
        names: the words of each of its names, folded, the fullest first.
        written: the same names as they are written.
        keys: the same names as they are looked up.
        traits: as ``traits_of`` gives them.
        titled: whether the surname stands with a title somewhere.
        wikidata: its id there, if the record has one.
        day: of the document, ISO 8601, or empty.
        outlet: of the document.
    """

    name: str
    type: EntityType
    names: tuple[tuple[str, ...], ...]
    written: tuple[str, ...]
    keys: tuple[str, ...]
    traits: frozenset[str] = frozenset()
    titled: bool = False
    wikidata: str | None = None
    day: str = ""
    outlet: str | None = None


@dataclass(slots=True)
class Known:
    """An identity as the documents before show it.

    Attributes:
        key: what it is known by.
        type: what it was taken for.
        names: the words of each of its names, folded, the one that it is shown with first.
        traits: what documents said it is; one set for each document, the latest first.
        company: those that are named in these documents too, by their keys.
        days: of these documents, ISO 8601, or empty.
        outlets: of these documents.
        wikidata: its id there.
        apart: keys of those whom a person told apart from it.
        taken: whether another entity of the same document is it already.
    """

    key: int
    type: EntityType
    names: tuple[tuple[str, ...], ...]
    traits: list[frozenset[str]] = field(default_factory=list)
    company: frozenset[int] = frozenset()
    days: list[str] = field(default_factory=list)
    outlets: frozenset[str] = frozenset()
    wikidata: str | None = None
    apart: frozenset[int] = frozenset()
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Who an entity is.

    Attributes:
        key: of the identity; None: none of those that are known.
        score: probability that it is the one that was chosen, or that it is none of the others.
        reasons: what spoke for it and against it.
        clear: whether whom it is named with could change nothing.
    """

    key: int | None
    score: float
    reasons: tuple[str, ...]
    clear: bool = True


def named(
    name: str,
    type: EntityType,
    aliases: Sequence[str] = (),
    traits: frozenset[str] = frozenset(),
    wikidata: str | None = None,
    day: str = "",
    outlet: str | None = None,
) -> Named | None:
    """An entity to be identified; None where it has no name of its own, as "the mayor" alone has none.

    Args:
        name, type, aliases, wikidata: as the record has them; of the aliases those count that plainly belong to the name.
        traits: as ``traits_of`` gives them.
        day, outlet: of the document.
    """
    if not is_name(name):
        return None
    first = words_of(name, type)
    kept = {first: (bare(name, type), folded(name, type))}
    for alias in aliases:
        if is_name(alias) and _belongs(words := words_of(alias, type), first, type, alias):
            kept.setdefault(words, (bare(alias, type), folded(alias, type)))
    titled = type == "person" and any(has_title(words) for words in (name, *aliases))
    written, keys = zip(*kept.values(), strict=True)
    return Named(name, type, tuple(kept), written, keys, traits, titled, wikidata, day, outlet)


def _belongs(words: tuple[str, ...], full: tuple[str, ...], type: EntityType, alias: str) -> bool:
    """Whether an alias is a name that others may use, too: a part of the full one, or its first letters, but no description."""
    if not words or words == full or len(words) > len(full) + 2:
        return False
    if type == "person":
        return agreement(words, full, type) is not None or (len(words) == 1 and words[0] == full[0] and words[0] in FIRST)
    if len(words) == 1 and len(full) > 1 and alias.isupper():
        letters = iter("".join(full))
        return words[0] not in full and words[0][0] == full[0][0] and all(letter in letters for letter in words[0])
    return set(words) == set(full)


def decide(entity: Named, known: Sequence[Known], company: frozenset[int] | None = None) -> Decision:
    """Which of those that are known an entity is.

    Args:
        entity: the entity.
        known: those whose names may be its.
        company: keys of those who are named in its document; None: not looked at.

    Returns:
        The decision; whatever the order of ``known``, the same.
    """
    judged = [(*_weigh(entity, one, company), one.key) for one in known if _may_be(entity, one)]
    judged.sort(key=lambda found: (-found[0], found[2]))
    if not judged:
        return Decision(None, 1.0, ("no other name like it",))
    best, reasons, key = judged[0]
    second = judged[1][0] if len(judged) > 1 else -math.inf
    clear = abs(best) >= _CERTAIN and (best < 0 or best - second >= _CERTAIN)
    if _probability(best) < THRESHOLD:
        return Decision(None, round(1 - _probability(best), 3), ("not the nearest: " + ", ".join(reasons),), clear)
    if best - second < _MARGIN and not _are_alike(*(next(one for one in known if one.key == found[2]) for found in judged[:2])):
        return Decision(None, round(1 - _probability(best), 3), ("two or more fit as well: " + ", ".join(reasons),), clear)
    # What the next one takes away is part of the doubt.
    return Decision(key, round(_probability(best) * (1 - _probability(second) / 2), 3), tuple(reasons), clear)


def _are_alike(one: Known, other: Known) -> bool:
    """Whether nothing tells two that are known apart, so that they are rather one that was taken for two than two."""
    if (
        other.key in one.apart
        or one.type != other.type
        or not any(len(a) > 1 or one.type != "person" for a in one.names if a in other.names)
    ):
        return False
    fields, others = (fields_of(frozenset().union(*known.traits)) for known in (one, other))
    return not are_apart(fields, others) and _sex_of(one) * _sex_of(other) >= 0


def _sex_of(known: Known) -> int:
    return sum(("woman" in traits) - ("man" in traits) for traits in known.traits)


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > -50 else 0.0


def agreement_of(entity: Named, known: Known) -> Agreement | None:
    """How far the names of both agree, by the two that do best; None where they don't, or where full names tell them apart."""
    type = _common_type(entity, known)
    if type is None:
        return None
    found = [how for a in entity.names for b in known.names if (how := agreement(a, b, type)) is not None]
    strange = entity.type != known.type and frozenset((entity.type, known.type)) not in _SAME_TYPES
    if not found or (strange and Agreement.FULL not in found):
        return None
    best = min(found, key=lambda agreement: agreement.rank)
    weak = (Agreement.SURNAME, Agreement.SINGLE, Agreement.INITIALS)
    if best in weak or (type != "person" and best is Agreement.FULL):
        # Igor Putin isn't Vladimir Putin, whom others call Putin; nor is one ABC the other.
        ones, others = ([words for words in names if len(words) > 1] for names in (entity.names, known.names))
        if ones and others and not any(agreement(a, b, type) for a in ones for b in others):
            return None
    return best


def _common_type(entity: Named, known: Known) -> EntityType | None:
    """As what two names of one or two types are compared; None where things of these types aren't one."""
    one, other, words = entity.type, known.type, entity.names[0]
    if one == other:
        return one
    both = frozenset((one, other))
    if both == {"place", "organization"} and is_country(words):
        return "place"  # "Moscow said"
    if both in _SAME_TYPES or (len(words) > 1 and not is_generic(words)):
        return "organization"  # few things of different kinds have the same name of two words or more
    return "organization" if both in _SEEN_WRONG else None


def _may_be(entity: Named, known: Known) -> bool:
    if entity.wikidata is not None and known.wikidata is not None:
        return entity.wikidata == known.wikidata
    return agreement_of(entity, known) is not None


def _weigh(entity: Named, known: Known, company: frozenset[int] | None) -> tuple[float, list[str]]:
    """The log-odds that an entity is one that is known, and what they are made of."""
    if entity.wikidata is not None and entity.wikidata == known.wikidata:
        return 8.0, ["the same id in Wikidata"]
    how = agreement_of(entity, known)
    assert how is not None
    person = entity.type == known.type == "person"
    reasons = [how.value]
    odds = (_PEOPLE if person else _OTHERS).get(how, -0.6)
    if entity.type != known.type:
        both = frozenset((entity.type, known.type))
        seen = offices_of(entity.traits) or entity.titled or any(offices_of(traits) for traits in known.traits)
        if "person" in both and seen and len(entity.names[0]) == 1:
            return -4.0, [*reasons, "a person the one, the other none"]
        if both not in _SAME_TYPES and not is_country(entity.names[0]):
            odds += _STRANGE_TYPE
            reasons.append("of another type")
    rare = not (is_common if person else is_generic)(entity.names[0])
    if not rare:
        odds += _COMMON if person else _GENERIC
        reasons.append("a common name")
    elif person and how in (Agreement.SURNAME, Agreement.SINGLE):
        odds += 0.5
    if person:
        odds += _by_traits(entity, known, rare and how not in (Agreement.SURNAME, Agreement.SINGLE, Agreement.INITIAL), reasons)
        if how in (Agreement.SURNAME, Agreement.SINGLE) and len(known.traits) > 2:
            odds += min(0.9, 0.3 * math.log2(len(known.traits)))
            reasons.append("often named")
    elif not rare:
        odds += _by_country(entity, known, 1.6, 2.4, reasons)
    elif how is Agreement.INITIALS and _shortest(entity, known) < 4:
        odds += _THREE_LETTERS
    if entity.names[0] in known.names[:1]:
        odds += 0.5  # rather than one that is called so now and then
    if company is not None:
        odds += _by_company(known, company, reasons)
    odds += _by_time(entity, known, reasons)
    if entity.outlet is not None and entity.outlet in known.outlets:
        odds += 0.3 if rare else 0.6
        reasons.append("the same outlet")
    if known.taken and how is not Agreement.FULL:
        odds -= 2.0
        reasons.append("named apart in the same document")
    return odds, reasons


def _shortest(entity: Named, known: Known) -> int:
    """Letters of the shortest name of one word that either goes by."""
    return min(len(words[0]) for words in (*entity.names, *known.names) if len(words) == 1)


def _by_traits(entity: Named, known: Known, rare: bool, reasons: list[str]) -> float:
    """What both are said to be."""
    odds = 0.0
    sex, told = _sex_of(known), ("woman" in entity.traits) - ("man" in entity.traits)
    if sex * told < 0:
        odds -= 6.0
        reasons.append("a man the one, a woman the other")
    mine, theirs = offices_of(entity.traits), [offices_of(traits) for traits in known.traits]
    all_theirs: frozenset[str] = frozenset().union(*theirs)
    if shared := mine & all_theirs:
        odds += 1.8
        reasons.append(f"both {', '.join(sorted(shared))}")
    elif mine and all_theirs:
        fields, their_fields = fields_of(mine), fields_of(all_theirs)
        if fields & their_fields:
            odds += 0.7
            reasons.append(f"both in {', '.join(sorted(fields & their_fields))}")
        elif are_apart(fields, their_fields):
            odds -= 3.8 if rare else 4.5
            reasons.append(f"{', '.join(sorted(mine))} the one, {', '.join(sorted(all_theirs))} the other")
    return odds + _by_country(entity, known, 0.6, 0.6 if rare else 1.2, reasons)


def _by_country(entity: Named, known: Known, same: float, other: float, reasons: list[str]) -> float:
    """Which countries both are of: what it is worth that there is one in common, and what it costs that there is none."""
    mine = frozenset(trait for trait in entity.traits if trait.startswith("of "))
    theirs = frozenset(trait for traits in known.traits for trait in traits if trait.startswith("of "))
    if shared := mine & theirs:
        reasons.append(f"both {', '.join(sorted(shared))}")
        return same
    if mine and theirs:
        reasons.append(f"{', '.join(sorted(mine))} the one, {', '.join(sorted(theirs))} the other")
        return -other
    return 0.0


def _by_company(known: Known, company: frozenset[int], reasons: list[str]) -> float:
    """Whom both are named with."""
    if not (shared := len(known.company & company)):
        return 0.0
    reasons.append(f"named with {shared} of the same")
    return min(2.4, 0.9 * math.log2(1 + shared))


def _by_time(entity: Named, known: Known, reasons: list[str]) -> float:
    """How near the documents are to each other in time."""
    days = [abs((one - other).days) for day in known.days if (one := _day(day)) and (other := _day(entity.day))]
    if not days:
        return 0.0
    if min(days) <= 3:
        reasons.append("within three days")
        return 0.5
    if min(days) > 3650:
        reasons.append("ten years apart")
        return -0.6
    return 0.0


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words[:10])
    except ValueError:
        return None


def is_fuller(one: str, other: str, type: EntityType) -> bool:
    """Whether one name says more than another of the same: of a person more words, of others what an acronym stands for."""
    if one.isupper():
        return False
    mine, theirs = words_of(one, type), words_of(other, type)
    if type == "person":
        return len(mine) > len(theirs) or (mine == theirs and other.isupper())
    return other.isupper() and (mine == theirs or (len(theirs) == 1 < len(mine) and theirs[0][0] == mine[0][0]))
