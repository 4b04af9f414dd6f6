"""From sources to speakers: which person, organization or document each source is, and under what name.

The names of an article are gathered into entities by their letters. Every source then chooses what it refers to among the
mentions around it, names and other sources, or that it refers to nothing that is named: the choice is a trained scorer's
(``Scorers.refer``), pooled over the mentions of an entity, in the manner of entity-level mention ranking (Clark and Manning,
ACL 2016). What nothing is chosen for keeps its own words as its name where these are a name, and stays nameless where not.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from sayso.models import Document, Entity, EntityType, Link, Span, Speaker, SpeakerType
from sayso.reading.attributions import NAME, Floats, Scorers, Vectors, WordSpan
from sayso.reading.decoding import spans_of
from sayso.reading.mentions import (
    BEFORE_SURNAMES,
    DESCRIPTION,
    FORMS,
    NAME_TYPES,
    PROPER,
    Mention,
    Mentions,
    bare_name,
    folded,
    mention,
    misspelled,
    name_words,
    same_entity,
    surname,
    surroundings,
)  # fmt: skip
from sayso.reading.nesting import Found
from sayso.reading.offices import holder
from sayso.reading.stance import verb_forms
from sayso.reading.tagger import TYPES, Sight, Tags

_FIRST, _HE, _SHE = FORMS.index("i"), FORMS.index("he"), FORMS.index("she")
# Kinds of documents that are known by a name of their own, not by their issuer's.
_NAMED_DOCUMENTS = frozenset(
    ["poll", "polls", "survey", "act", "convention", "agreement", "accord", "treaty", "charter", "constitution", "amendment", "code",
     "census", "index", "barometer"]
)  # fmt: skip
_RIVALS = 50  # entities with a word in common that a name is compared with at most
_CARRIED = 0.8  # of the confidence of a speaker, for the quotation that follows
_DOCUMENT = re.compile(rf"(?:(?:new|latest|recent|recently|national|earlier)\s+)*(.+?\b(?:{'|'.join(sorted(_NAMED_DOCUMENTS))})\b)", re.I)
_NO_NOUNS = frozenset(
    ["at", "of", "in", "and", "or", "for", "on", "to", "from", "by", "with", "who", "which", "that", "as", "also", "has", "is"]
)
_LONGEST_NAME = 7  # words of a document that may be a name
_AS_SOURCE = 2.0  # votes for what a name calls, where it stands as a source that was typed
_CLEAR, _UNLIKE = 1.0, 0.9  # score from which a name tells a gender; probability from which another one is ruled out
_LEAST = 0.3  # of the probability of nobody, what somebody must have for "he" or "she" to be them
_ENTITY_TYPES: dict[SpeakerType, EntityType] = {
    "person": "person", "organization": "organization", "document": "document", "media": "media", "group": "group", "anonymous": "person",
}  # fmt: skip
_DETERMINER = re.compile(r"^(?:the|a|an|this|that|these|those|its|his|her|their|our|one|another|some|many|several|most)\s+", re.I)
_INDEFINITE = re.compile(r"^(?:a|an|one|another|some|many|several|most|two|three|its|his|her|their|our|my)\s", re.I)
_SPOKESPERSON = re.compile(r"\bspokes(?:man|woman|person|people|men|women)\b|\bpress (?:secretary|officer|office)\b", re.I)
_INITIAL = re.compile(r"[A-Z][\w'’-]+ [A-Z]\. ?[A-Z][\w'’-]+")
_NICKNAME = re.compile(r"\s*[\"“‘'(]\s*[\w.-]+\s*[\"”’')]\s*")
_EXAMPLE = re.compile(r"\b(?:includ(?:ing|es?)|such as|like|among them|led by|notably)\b[^,;]*$", re.I)
_AND_OTHERS = re.compile(r"\s*,?\s*(?:and|as well as)\s+[a-z]")
_OF = re.compile(r"\b(?:of|to|for|by|from|with|in|on|against|at)\b", re.I)
_MEMBER_TYPES: dict[EntityType, SpeakerType] = {
    "person": "person", "organization": "organization", "place": "organization", "document": "document", "media": "media",
}  # fmt: skip
_AFTERTHOUGHT = re.compile(r"\s*(?:,|\(|—|–| - |\bwho\b|\bwhich\b|\bthat\b|\bwhose\b).*$", re.S | re.I)


@dataclass
class Referent:
    """Something that mentions refer to.

    Attributes:
        words: the fullest name's words, folded; empty where it has none.
        names: how often it is called by which name.
        types: votes for what it is.
        mentions: first and last words of the spans that refer to it.
        score: sum of the scores of its names' being a woman's, and ``scored`` of how many.
        places: first words of its names, in order.
    """

    words: tuple[str, ...] = ()
    names: Counter[str] = field(default_factory=Counter)
    types: Counter[EntityType] = field(default_factory=Counter)
    mentions: dict[WordSpan, None] = field(default_factory=dict)
    score: float = 0.0
    scored: int = 0
    places: list[int] = field(default_factory=list)

    @property
    def name(self) -> str | None:
        """The fullest name, without titles."""
        if not self.names:
            return None
        return max(self.names, key=lambda n: (len(n.split()) if not n.isupper() or " " in n else 0, not n.isupper(), self.names[n], n))

    @property
    def type(self) -> EntityType:
        """What it most likely is."""
        return max(self.types, key=self.types.__getitem__) if self.types else "person"


@dataclass(frozen=True)
class Resolved:
    """What a source was found to be."""

    referent: Referent | None
    name: str | None
    type: SpeakerType
    confidence: float
    by_office: bool = False
    speaks_for: Referent | None = None


class Speakers:
    """The entities of an article and its sources' references to them.

    Args:
        document: the article; its authors and outlet are known from elsewhere.
        sight, tags: as ``see`` and ``tag`` give them.
        found: the statements whose sources and relays are to be resolved.
        scorers: the trained scorers.
    """

    def __init__(self, document: Document, sight: Sight, tags: Tags, found: Sequence[Found], scorers: Scorers) -> None:
        self._text = document.text
        self._document = document
        self._sight = sight
        self._tags = tags
        self._names = self._find_names(found)
        self._named = {name.span for name in self._names}
        self.referents: list[Referent] = []
        self._by_word: dict[str, list[Referent]] = {}  # of their names, acronyms too
        self._by_initial: dict[str, list[Referent]] = {}  # people, of their surnames
        self._by_name: dict[str, Referent] = {}
        self._starts = [name.span[0] for name in self._names]
        self._by_mention: dict[WordSpan, Referent] = {}
        self._gather()
        self._resolved: dict[WordSpan, Resolved] = {}
        self._resolve(found, scorers)
        self._carried: dict[int, Resolved] = {}
        self._carry_on(found)

    def words_of(self, span: WordSpan) -> str:
        """The letters of a span of words."""
        words = self._sight.words
        return self._text[int(words.start[span[0]]) : int(words.end[span[1]])]

    def _mention(self, span: WordSpan, name: int) -> Mention:
        words = self._sight.words
        return mention(self.words_of(span), span, name, surroundings(self._text, words.start, words.end, span))

    def of(self, found: Found) -> Resolved | None:
        """What a statement's source was resolved to; None where it has none."""
        source = found.attribution.source
        return self._carried.get(id(found)) if source is None else self._resolved[source]

    def relay(self, span: WordSpan, offsets: Span, ids: dict[int, str]) -> Link | None:
        """The link of a relay; None where it has no name."""
        referent = next((self._by_mention[n.span] for n in self._inside(span)), None)
        if referent is None and (resolved := self._resolved.get(span)) is not None:
            referent = resolved.referent
        name = referent.name if referent is not None else None
        if name is None:
            words = _AFTERTHOUGHT.sub("", " ".join(self.words_of(span).split()))
            form = mention(words, span, -1).form
            if form not in (PROPER, DESCRIPTION) or _INDEFINITE.match(words) or (form == DESCRIPTION and len(words.split()) < 3):
                return None  # "the newspaper" without a name is nobody that could be found
            name = bare_name(_DETERMINER.sub("", words))
            kept, _, last = name.rpartition(" ")
            if kept and last in verb_forms():
                name = kept  # "NNA reports", where the span took the verb in
            if len(name) < 2:
                return None
        return Link(role="relay", name=name, entity=ids.get(id(referent)), spans=[offsets])

    def names_organization(self, span: Span) -> bool:
        """Whether an organization's name stands within a span of the text."""
        at = self._offsets
        kinds = (NAME_TYPES.index("organization"), NAME_TYPES.index("document"))
        return any(span[0] <= at(n.span)[0] and at(n.span)[1] <= span[1] and n.name in kinds for n in self._names)

    def _find_names(self, found: Sequence[Found]) -> list[Mention]:
        """The names of the article; what each calls is decided by all that are spelled alike."""
        names = []
        votes: dict[tuple[str, ...], Floats] = {}
        typed = {f.attribution.source: f.attribution.type for f in found}
        for first, last in self._mended(spans_of(self._tags.labels[:, NAME]).tolist()):
            name = self._mention((first, last), 0)
            if not name.words and first >= 2:  # "Mr. King": a king is none
                name = replace(name, form=PROPER, words=name_words(self.words_of((first - 2, last))))
            if name.form != PROPER or not name.words:
                continue
            names.append(name)
            scores = self._tags.names[first : last + 1].mean(axis=0).astype(np.float64)
            share = np.exp(scores - scores.max())
            vote = votes.setdefault(name.words, np.zeros(len(NAME_TYPES)))
            vote += share / share.sum()
            if (kind := typed.get(name.span)) is not None and TYPES[kind] in NAME_TYPES:
                vote[NAME_TYPES.index(TYPES[kind])] += _AS_SOURCE
        return [replace(name, name=int(votes[name.words].argmax())) for name in names]

    def _mended(self, spans: list[list[int]]) -> list[list[int]]:
        """Spans of names, whole where a nickname or an initial cuts them (Ada “Bridge” Lin, Ada B. Lin), and one for each person."""
        mended: list[list[int]] = []
        for span in spans:
            for first, last in self._apart(*span):
                if mended and first <= mended[-1][1]:
                    mended[-1][1] = max(mended[-1][1], last)
                elif mended and first - mended[-1][1] in (4, 3) and _NICKNAME.fullmatch(self.words_of((mended[-1][1] + 1, first - 1))):
                    mended[-1][1] = last
                else:
                    mended.append([first, last])
                initial = last - (self.words_of((last, last)) == ".")
                end = min(initial + 2, len(self._sight.words) - 1)
                if mended[-1][0] < initial and _INITIAL.fullmatch(self.words_of((initial - 1, end))) and self._is_person(mended[-1]):
                    mended[-1][1] = end
        return mended

    def _apart(self, first: int, last: int) -> list[tuple[int, int]]:
        """The people of a span, which may have taken two for one: Ada Lin and Jonas Ahl."""
        ands = [at for at in range(first + 1, last) if self.words_of((at, at)) == "and"] if self._is_person([first, last]) else []
        bounds = [first - 1, *ands, last + 1]
        return [(a + 1, b - 1) for a, b in pairwise(bounds) if a + 1 <= b - 1]

    def _is_person(self, span: list[int]) -> bool:
        scores = self._tags.names[span[0] : span[1] + 1].mean(axis=0)
        return NAME_TYPES[int(scores.argmax())] == "person"

    def _gather(self) -> None:
        """Put the names that call the same thing together."""
        # Full names first, so that a surname finds its bearer wherever that stands.
        for name in sorted(self._names, key=lambda n: (-min(len(n.words), 3), n.span)):
            kind = NAME_TYPES[name.name]
            fitting = self._fitting(name)
            if len(fitting) == 1:
                [referent] = fitting
            elif fitting:
                # Of two bearers of a surname: the one of the right gender who was introduced first, as newspapers have it.
                referent = max(fitting, key=lambda r: (r.words == name.words, self._likeness(r, name), self._precedence(r, name.span[0])))
            else:
                referent = Referent()
                self.referents.append(referent)
            self._add_name(referent, name, kind)

    def _fitting(self, name: Mention) -> list[Referent]:
        kind = NAME_TYPES[name.name]
        near = {id(r): r for word in name.words for r in self._by_word.get(word, [])[-_RIVALS:]}
        fitting = [r for r in near.values() if same_entity(r.words, name.words, r.type, kind)]
        if len(name.words) > 1:
            return fitting
        if (spelled_out := self._spelled_out(name)) is not None:
            return [spelled_out]
        before = folded(self.words_of((name.span[0] - 1, name.span[0] - 1))) if name.span[0] else ""
        if before in BEFORE_SURNAMES:
            fitting = [r for r in fitting if surname(r.words) == name.words[0] or len(r.words) == 1]
        if not fitting and kind == "person":
            bearers = self._by_initial.get(name.words[0][0], [])[-_RIVALS:]
            fitting = [r for r in bearers if misspelled(name.words[0], surname(r.words))]
            return fitting if len(fitting) == 1 else []
        return fitting

    def _spelled_out(self, name: Mention) -> Referent | None:
        """What stands before a name in brackets, of which it is the short form: "the Dale Water Board (DWB)"."""
        first, last = name.span
        if first < 2 or last + 1 >= len(self._sight.words) or self.words_of((first - 1, first - 1)) != "(":
            return None
        letters = self.words_of(name.span)
        if not letters.isupper() or self.words_of((last + 1, last + 1)) != ")":
            return None
        place = bisect_left(self._starts, first) - 1
        before = self._names[place] if place >= 0 else None
        if before is None or before.span[1] != first - 2 or before.words[:1] == () or before.words[0][0] != folded(letters)[:1]:
            return None
        return self._by_mention.get(before.span)

    def _inside(self, span: WordSpan) -> list[Mention]:
        """The names within a span."""
        low, high = bisect_left(self._starts, span[0]), bisect_right(self._starts, span[1])
        return [name for name in self._names[low:high] if name.span[1] <= span[1]]

    def _score(self, name: Mention) -> float:
        return float(self._tags.female[name.span[0] : name.span[1] + 1].mean())

    def _likeness(self, referent: Referent, name: Mention) -> bool:
        """Whether a name may be a person's by its gender: "Mr. Obama" isn't Michelle Obama."""
        score = self._score(name)
        return abs(score) < _CLEAR or self._agreement(referent, score > 0) > 1 - _UNLIKE

    def _precedence(self, referent: Referent, place: int) -> tuple[bool, int]:
        first = referent.places[0]
        return first <= place, -first

    def _add_name(self, referent: Referent, name: Mention, kind: EntityType) -> None:
        if len(name.words) > len(referent.words):
            for word in set(_keys(name.words)) - set(_keys(referent.words)):
                self._by_word.setdefault(word, []).append(referent)
            if kind == "person" and len(name.words) > 1:
                self._by_initial.setdefault(surname(name.words)[0], []).append(referent)
            referent.words = name.words
        called = bare_name(self.words_of(name.span))
        self._by_name.setdefault(called.casefold(), referent)
        referent.names[called] += 1
        referent.types[kind] += 1
        referent.mentions[name.span] = None
        insort(referent.places, name.span[0])
        if kind == "person":
            referent.score += self._score(name)
            referent.scored += 1
        self._by_mention[name.span] = referent

    def _resolve(self, found_statements: Sequence[Found], scorers: Scorers) -> None:
        choosers: dict[WordSpan, tuple[Floats, SpeakerType, bool]] = {}  # vector, type, whether it stands in the article itself
        for one in found_statements:
            for span, vector in zip(one.attribution.relays, one.relay_vectors, strict=True):
                if not self._inside(span):
                    choosers[span] = (vector, "media", False)
        for one in reversed(found_statements):
            place, kind = one.attribution.source, one.attribution.type
            if place is not None and one.vector is not None:
                choosers[place] = (one.vector, TYPES[kind] if kind is not None else "none", one.within is None)
        if not choosers:
            return
        own = Mentions([self._mention(span, -1) for span in choosers])
        vectors = np.array([choosers[m.span][0] for m in own.all])
        # The sources of nested statements lie in contents, where the network's pass over the article kept no vectors.
        outer = [m for m in own.all if m.span not in self._named and choosers[m.span][2]]
        heads = Mentions(self._names + outer)
        columns, shares = scorers.refer(own, vectors, heads, self._sight.layout, Vectors(self._tags))
        # Twice, since a mention that comes later may be resolved by then.
        for _ in range(2):
            for source, row, share in zip(own.all, columns.tolist(), shares.tolist(), strict=True):
                votes = self._votes(source, [(heads.all[c].span, p) for c, p in zip(row[:-1], share[:-1], strict=True) if c >= 0])
                self._decide(source, choosers[source.span][1], votes, share[-1])

    def _votes(self, source: Mention, shares: list[tuple[WordSpan, float]]) -> list[tuple[float, Referent]]:
        """How likely a source refers to each entity, pooled over its mentions, the likeliest first."""
        votes: dict[int, float] = {}
        referents: dict[int, Referent] = {}
        for span, probability in shares:
            referent = self._by_mention.get(span)
            if referent is not None:
                votes[id(referent)] = votes.get(id(referent), 0.0) + probability
                referents[id(referent)] = referent
        if source.form in (_HE, _SHE):
            for key, referent in referents.items():
                votes[key] *= self._agreement(referent, source.form == _SHE)
        return sorted(((votes[key], referent) for key, referent in referents.items()), key=lambda vote: -vote[0])

    def _agreement(self, referent: Referent, female: bool) -> float:
        """How likely a pronoun's gender is that of a person, by the names they are called."""
        if referent.type != "person" or not referent.scored:
            return 1.0
        score = referent.score / referent.scored
        return 1 / (1 + math.exp(-score if female else score))

    def _decide(self, source: Mention, label: SpeakerType, votes: list[tuple[float, Referent]], nobody: float) -> None:
        own_name = self._by_mention.get(source.span) if source.span in self._named else None
        if own_name is not None and len(source.words) == 1 and own_name.type == "person" and votes:
            # A surname that several bear: what the scorer chooses among them.
            same = self._by_word.get(source.words[0], [])[-_RIVALS:]
            bearers = [r for r in same if len(r.words) > 1 and source.words[0] == surname(r.words) and self._likeness(r, source)]
            if bearers:
                own_name = next((r for _, r in votes if any(r is b for b in bearers)), own_name)
        if own_name is not None:
            resolved = self._settle(source, own_name, label, max((v for v, r in votes if r is own_name), default=0.0))
        elif (first := self._first_of_several(source, votes)) is not None:
            resolved = self._settle(source, first, label, votes[0][0])
        elif label == "group" and (member := self._named_member(source)) is not None:
            resolved = Resolved(member, member.name, _MEMBER_TYPES.get(member.type, "group"), 1 - nobody)
        elif votes and votes[0][0] >= nobody * (_LEAST if source.form in (_HE, _SHE) else 1):
            resolved = self._settle(source, votes[0][1], label, votes[0][0])
        else:
            resolved = self._alone(source, label, nobody)
        if _SPOKESPERSON.search(self.words_of(source.span)):
            named = (self._by_mention[n.span] for n in self._inside(source.span))
            resolved = replace(resolved, speaks_for=next((r for r in named if r is not resolved.referent), None))
        before = self._resolved.get(source.span)
        if before is not None and before.referent is not None and before.referent is not resolved.referent:
            before.referent.mentions.pop(source.span, None)
            self._by_mention.pop(source.span, None)
        self._resolved[source.span] = resolved
        if resolved.referent is not None:
            resolved.referent.mentions[source.span] = None
            self._by_mention[source.span] = resolved.referent

    def _carry_on(self, found: Sequence[Found]) -> None:
        """Give a quotation that follows another one without source and cue that one's speaker."""
        layout = self._sight.layout
        before: Found | None = None
        for one in found:
            if one.within is not None:
                continue
            first = one.attribution.content[0][0]
            if one.attribution.source is None and one.attribution.cue is None and before is not None and layout.depth[first]:
                speaker, last = self.of(before), before.attribution.content[-1][1]
                if speaker is not None and layout.depth[last] and layout.paragraph[first] - layout.paragraph[last] <= 1:
                    self._carried[id(one)] = replace(speaker, confidence=speaker.confidence * _CARRIED)
            before = one

    def _first_of_several(self, source: Mention, votes: list[tuple[float, Referent]]) -> Referent | None:
        """Of names that are joined in one source, "Ada Lin and Jonas Ahl", the first, where one of them is the likeliest."""
        inside = self._inside(source.span)
        if len(inside) < 2 or not votes or all(self._by_mention[n.span] is not votes[0][1] for n in inside[1:]):
            return None
        chosen = next(n for n in inside[1:] if self._by_mention[n.span] is votes[0][1])
        between = self.words_of((inside[0].span[1] + 1, chosen.span[0] - 1)) if chosen.span[0] > inside[0].span[1] + 1 else ""
        joined = re.fullmatch(r"(?:,|and|&|the|(?:[A-Z][\w.'’-]*)|\s)+", between) and "and" in between.split()
        return self._by_mention[inside[0].span] if joined and inside[0].name == chosen.name else None

    def _named_member(self, source: Mention) -> Referent | None:
        """Of a group, the first member whom the source itself names: "critics such as Ada Lin", "Ada Lin and others"."""
        inside = self._inside(source.span)
        if not inside:
            return None
        first = inside[0]
        before = self.words_of((source.span[0], first.span[0] - 1)) if first.span[0] > source.span[0] else ""
        after = self.words_of((first.span[1] + 1, source.span[1])) if first.span[1] < source.span[1] else ""
        named = _EXAMPLE.search(before) or (not _OF.search(before) and _AND_OTHERS.match(after))
        return self._by_mention[first.span] if named else None

    def _settle(self, source: Mention, referent: Referent, label: SpeakerType, confidence: float) -> Resolved:
        """A source that refers to an entity."""
        if source.form == _FIRST and label == "author":
            return self._alone(source, label, confidence)
        if label in ("organization", "document") and self._goes_on(source, referent, label):
            return self._alone(source, label, confidence)  # a person's campaign, say
        if label in ("anonymous", "group") and referent.type == "person" and source.form not in (3,):
            label = "person"
        return Resolved(referent, referent.name, label, confidence)

    def _goes_on(self, source: Mention, referent: Referent, label: SpeakerType) -> bool:
        """Whether a source is named after an entity, as "the Venn campaign" and "a Lisbon Times poll" are, but is none of its names."""
        inside = [n.span for n in self._inside(source.span)]
        if not inside or any(self._own_words(source, label) == name for name in referent.names):
            return False
        last = inside[-1]
        if label == "organization" and referent.type == "place" and self._by_mention[last] is referent and last != source.span:
            return last[1] == source.span[1] or last[0] == source.span[0]  # "the city of Lisbon", "Lisbon police"
        if last[1] >= source.span[1]:
            return False
        words = re.findall(r"[\w-]+|[^\w\s]+", self.words_of((last[1] + 1, source.span[1])))
        possessive = words[:1] in (["'"], ["’"])
        words = words[2:] if possessive else words
        if not words or not words[0].isalpha() or words[0] in _NO_NOUNS:
            return False
        return label == "organization" or (not possessive and any(w.casefold() in _NAMED_DOCUMENTS for w in words[:4]))

    def _alone(self, source: Mention, label: SpeakerType, confidence: float) -> Resolved:
        """A source that refers to nothing named."""
        words = " ".join(self.words_of(source.span).split())
        if source.form == _FIRST and label in ("organization", "group", "anonymous") and not self._sight.layout.depth[source.span[0]]:
            label = "author"  # "we", outside of quotation marks
        if label == "author":
            return Resolved(None, self._document.authors[0] if self._document.authors else None, label, confidence)
        name: str | None = None
        bare = self._own_words(source, label)
        called = source.form == PROPER and (bare[:1].isupper() or label == "document")
        defined = label == "organization" and source.form in (PROPER, DESCRIPTION) and not _INDEFINITE.match(words)
        if ((called and label != "anonymous") or defined) and len(bare.split()) <= _LONGEST_NAME:
            name = bare
        if label in ("group", "person") and name is not None and not self._is_name(name, source):
            name = None
        if label == "document" and name is not None and source.span[0] == source.span[1] and not self._is_name(name, source):
            name = None  # "Publications", at the start of a sentence
        if label in ("person", "anonymous", "organization") and (known := holder(words, self._document.published)):
            return Resolved(self._new(known, source, "person"), known, "person", confidence, by_office=True)
        if label == "person" and name is None and source.form == DESCRIPTION:
            label = "anonymous"
        if name is None:
            return Resolved(None, None, label, confidence)
        return Resolved(self._new(name, source, label), name, label, confidence)

    def _own_words(self, source: Mention, label: SpeakerType) -> str:
        """A source's words as a name: without determiner, titles, apposition and relative clause."""
        words = _AFTERTHOUGHT.sub("", " ".join(self.words_of(source.span).split()))
        bare = bare_name(_DETERMINER.sub("", words))
        if label == "organization":
            return re.sub(r"['’]s\b", "", bare)  # "Venn's campaign" and "the Venn campaign" are one
        named = _DOCUMENT.match(bare) if label == "document" else None
        return named[1] if named else bare

    def _is_name(self, name: str, source: Mention) -> bool:
        """Whether what a group or person is called is a name, not a common noun that happens to begin a sentence."""
        if not all(word[:1].isupper() or len(word) < 4 for word in name.split()):
            return False
        first, layout = source.span[0], self._sight.layout
        begins = first == 0 or layout.sentence[first - 1] < layout.sentence[first]
        one_word = source.span[0] == source.span[1]
        return not (begins and one_word) or source.span in self._named

    def _new(self, name: str, source: Mention, label: SpeakerType) -> Referent:
        """An entity that a source alone brings in; an equal name that stands elsewhere calls the same."""
        if (known := self._by_name.get(name.casefold())) is not None:
            return known
        referent = self._by_name[name.casefold()] = Referent(mention(name, source.span, -1).words)
        referent.names[name] += 1
        referent.types[_ENTITY_TYPES.get(label, "person")] += 1
        self.referents.append(referent)
        return referent

    def entities(self) -> tuple[list[Entity], dict[int, str]]:
        """The article's named entities in order of their first mention, and the id of each referent's, by ``id()``."""
        named = [r for r in self.referents if r.name is not None and r.mentions]
        named.sort(key=lambda r: min(r.mentions))
        entities, ids = [], {}
        for number, referent in enumerate(named):
            ids[id(referent)] = f"e{number}"
            aliases: dict[str, None] = {}
            for span in sorted(referent.mentions):
                words = " ".join(self.words_of(span).split())
                if mention(words, span, -1).form in (PROPER, DESCRIPTION) and words != referent.name:
                    aliases[words] = None
            name = referent.name
            assert name is not None
            places = [self._offsets(span) for span in sorted(referent.mentions)]
            entities.append(Entity(id=f"e{number}", name=name, type=referent.type, aliases=list(aliases), mentions=places))
        return entities, ids

    def _offsets(self, span: WordSpan) -> Span:
        return int(self._sight.words.start[span[0]]), int(self._sight.words.end[span[1]])


def _keys(words: tuple[str, ...]) -> list[str]:
    """What a name is looked up by: its words, and its initials."""
    return [*words, "".join(word[0] for word in words)] if words else []


def speaker(resolved: Resolved | None, ids: dict[int, str]) -> Speaker:
    """The record's speaker."""
    if resolved is None:
        return Speaker()
    entity = ids.get(id(resolved.referent)) if resolved.referent is not None else None
    named_by: Literal["text", "office"] | None = None
    if resolved.name is not None and resolved.type != "author":
        named_by = "office" if resolved.by_office else "text"
    speaks_for = ids.get(id(resolved.speaks_for)) if resolved.speaks_for is not None else None
    confidence = round(resolved.confidence, 3)
    return Speaker(name=resolved.name, type=resolved.type, entity=entity, speaks_for=speaks_for, named_by=named_by, confidence=confidence)
