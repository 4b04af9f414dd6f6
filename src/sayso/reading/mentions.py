"""Spans that refer to somebody or something: names, and the sources of attributions.

Every mention has a form (a pronoun, a name, a description), and every pair of mentions has a lie and a likeness; these are
the features that the choice of a referent is made by, beside what the encoder makes of both spans.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from sayso.encoder.tokens import Ints
from sayso.models import EntityType
from sayso.reading.layout import Layout

NAME_TYPES: tuple[EntityType, ...] = ("person", "organization", "place", "group", "document")
FORMS = ("he", "she", "it", "they", "who", "i", "other", "proper", "description")
_PRONOUNS = {
    **dict.fromkeys(("he", "him", "his", "himself"), 0),
    **dict.fromkeys(("she", "her", "hers", "herself"), 1),
    **dict.fromkeys(("it", "its", "itself"), 2),
    **dict.fromkeys(("they", "them", "their", "theirs", "themselves"), 3),
    **dict.fromkeys(("who", "whom", "whose", "which", "that"), 4),
    **dict.fromkeys(("i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"), 5),
    **dict.fromkeys(("you", "your", "one", "some", "many", "others", "both", "most", "all", "this", "these", "those"), 6),
}
PROPER, DESCRIPTION = 7, 8
_TITLES = """
    the a an mr mrs ms miss mx mme dr sir dame lord lady baroness prof professor president vice senator sen rep representative
    congressman congresswoman governor gov mayor secretary minister prime premier chancellor judge justice chief general gen colonel
    col captain capt major maj lieutenant lt sergeant sgt corporal cpl admiral brigadier commander commissioner superintendent
    inspector constable detective officer sheriff attorney ambassador councillor cllr councilman councilwoman chairman chairwoman
    chairperson rev reverend bishop archbishop cardinal rabbi imam sheikh ayatollah king queen prince princess emperor emir sultan pope
    alhaji alhaja hajia malam barrister engr shri smt maulana pandit datuk dato tun ustaz hon honourable herr frau monsieur madame senor
    senora former ex acting interim deputy assistant retired late outgoing incoming candidate nominee
"""
TITLES = frozenset(_TITLES.split())
_NO_SURNAME = "the a an former ex acting interim deputy assistant retired late outgoing incoming"
BEFORE_SURNAMES = TITLES - frozenset(_NO_SURNAME.split())  # "Mr Obama", but "the Obama White House"
_LONG = 5  # letters of a surname that may be misspelled and still be told from others
_SURNAMES = frozenset({"king", "prince", "pope", "judge", "bishop", "justice", "constable", "major", "queen", "sheriff"})
BEFORE, AFTER, WITHIN = 24, 8, 5  # mentions that a referent is sought among: before the chooser, after it, within it
REFERENTS = BEFORE + AFTER + WITHIN
# How many values each feature of a pair of mentions has; see ``reference_features``.
REFERENCE_FEATURES = (26, 6, 4, 9, 9, 2, len(FORMS), len(FORMS) + len(NAME_TYPES), 5, 3, 5)
_DISTANCES = np.array([1, 2, 3, 4, 6, 9, 15, 26, 51, 101, 201, 401])
_RANKS = np.array([1, 2, 3, 4, 6, 9, 14, 22])
_COUNTS = np.array([2, 3, 5, 9])
_NEAR = (4, 6)  # words before and after a mention, in which what it is called may be said
# Where the noun phrase's head has passed.
_TAIL = re.compile(
    r"\s*(?:[,;:(\[—–\n]|\b(?:of|for|in|at|from|on|to|with|by|near|who|which|that|whose|where|and|or|including|such|like|among)\b)", re.I
)
_SHORT = {
    "sen": "senator", "rep": "representative", "gov": "governor", "pres": "president", "prof": "professor", "gen": "general",
    "dr": "doctor", "col": "colonel", "lt": "lieutenant", "sgt": "sergeant", "capt": "captain", "cllr": "councillor",
}  # fmt: skip
_WORD = re.compile(r"@?\w+(?:[.'’-]\w+)*")


@dataclass(frozen=True, slots=True)
class Mention:
    """One mention.

    Attributes:
        span: first and last word.
        name: index into ``NAME_TYPES``, or -1 for a source that isn't a name as a whole.
        form: index into ``FORMS``.
        words: the letters of its words that begin with a capital, without titles, case folded.
        noun: the head of a description ("the Russian president": president) or of an organization's name, folded.
        near: the words around it, folded, which may tell what else it is called.
        count: how many mentions of the article have the same ``words``; 0 before they were counted.
    """

    span: tuple[int, int]
    name: int
    form: int
    words: tuple[str, ...]
    noun: str = ""
    near: frozenset[str] = frozenset()
    count: int = 0


def folded(word: str) -> str:
    """A word as names are compared: without accents, case and possessive."""
    plain = word.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).casefold().replace("’", "'")
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return plain.removesuffix("'s").replace(".", "").replace("'", "")


def name_words(text: str) -> tuple[str, ...]:
    """The words of a text that may belong to a name, folded: capitalized ones that are no titles."""
    found = [folded(m[0]) for m in _WORD.finditer(text) if m[0][0].isupper() or m[0][0].isdigit() or m[0][0] == "@"]
    found = [word for word in found if word]
    # "Mr. King" and "Larry King", but not "the King".
    surname = len(found) > 1 and found[-1] in _SURNAMES and found[-2] not in ("the", "a", "his", "her", "former")
    return tuple(word for i, word in enumerate(found) if word not in TITLES or (surname and i == len(found) - 1))


def bare_name(text: str) -> str:
    """A name as it is told: without titles before it, possessive and surplus blanks."""
    words = re.sub(r"['’]s$", "", " ".join(text.split()).strip(" ,.;:'\"“”‘’")).split(" ")
    while len(words) > 1 and (folded(words[0]) in TITLES):
        words = words[1:]
    return " ".join(words)


_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "junior", "senior"})


def same_entity(full: tuple[str, ...], words: tuple[str, ...], full_type: EntityType, type: EntityType) -> bool:
    """Whether a name may call what a fuller name, or an equal one, calls.

    Args:
        full, words: the words of both names, folded, without titles; the first at least as long.
        full_type, type: what each was taken for; types found for single names are often wrong.
    """
    if full == words:
        return True
    full, words = _without_suffix(full), _without_suffix(words)
    if not words or not full:
        return False
    if full == words:
        return True
    if len(words) == 1 and len(full) > 2 and words[0] == "".join(w[0] for w in full):
        return True
    # A surname whose bearer was taken for something else, or the other way round.
    mistaken = type == "person" and len(words) == 1 and len(full) in (2, 3) and words[0] == full[-1]
    if (full_type == "person" and len(full) < 4) or mistaken:
        if type not in ("person", "organization", "place"):
            return False
        if len(words) == 1:
            return words[0] == full[-1] or (type == "person" and words[0] == full[0])
        if words[-1] != full[-1]:
            return False
        return _fits(words[0], full[0]) and all(w in full or any(_fits(w, f) for f in full) for w in words[1:-1])
    if type == "person" or len(full) < 2:
        return False
    if len(words) == 1 and words[0] == "".join(w[0] for w in full) and len(full) > 1:
        return True
    return (
        len(words) < len(full) and type == full_type and type != "place" and (full[: len(words)] == words or full[-len(words) :] == words)
    )


def misspelled(word: str, name: str) -> bool:
    """Whether a word is a name but for one letter: one more, one less, or another one; the first is right."""
    if len(word) < _LONG or word == name or word[0] != name[0] or abs(len(word) - len(name)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), min(len(word), len(name)))
    return word[at + (len(word) >= len(name)) :] == name[at + (len(name) >= len(word)) :]


def surname(words: tuple[str, ...]) -> str:
    """The last word of a person's name, but for "Jr." and the like."""
    return _without_suffix(words)[-1]


def _without_suffix(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words = words[:-1]
    return words


def _fits(a: str, b: str) -> bool:
    """Whether two first names may be one: equal, or one the other's beginning, as an initial is."""
    return a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) or (min(len(a), len(b)) >= 3 and (a.startswith(b) or b.startswith(a)))


def mention(text: str, span: tuple[int, int], name: int, around: str = "") -> Mention:
    """A mention from its letters.

    Args:
        text: the span's letters.
        span: first and last word.
        name: index into ``NAME_TYPES``, or -1.
        around: the letters around it, see ``surroundings``.
    """
    form = _PRONOUNS.get(text.casefold().strip())
    if form is not None:
        return Mention(span, name, form, ())
    words = name_words(text)
    near = frozenset(_SHORT.get(w, w) for m in _WORD.finditer(around) if len(w := folded(m[0])) > 1)
    return Mention(span, name, PROPER if words else DESCRIPTION, words, _noun(text), near)


def _noun(text: str) -> str:
    """The head of a noun phrase: the last word before what follows its head."""
    tail = _TAIL.search(text, 1)
    found = _WORD.findall(text[: tail.start()] if tail else text)
    noun = folded(found[-1]) if found else ""
    return _SHORT.get(noun, noun)


def surroundings(text: str, start: Ints, end: Ints, span: tuple[int, int]) -> str:
    """The letters around a span within its line.

    Args:
        text: of the article.
        start, end: int64 [words], where each word begins and ends.
        span: first and last word.
    """
    first, last = span
    before = text[int(start[max(0, first - _NEAR[0])]) : int(start[first])]
    after = text[int(end[last]) : int(end[min(len(end) - 1, last + _NEAR[1])])]
    return before[before.rfind("\n") + 1 :] + " " + after.partition("\n")[0]


class Mentions:
    """The mentions of an article, in order, with those of the same words counted."""

    def __init__(self, mentions: list[Mention]) -> None:
        counts = Counter(m.words for m in mentions)
        counted = (m if m.count or not m.words else replace(m, count=counts[m.words]) for m in mentions)
        self.all = sorted(counted, key=lambda m: m.span)

    def __len__(self) -> int:
        return len(self.all)

    @cached_property
    def spans(self) -> Ints:
        """int64 [mentions, 2], first and last word."""
        return np.array([m.span for m in self.all], dtype=np.int64).reshape(-1, 2)


def referent_pairs(choosers: Ints, heads: Ints) -> Ints:
    """The pairs that are worth scoring, int64 [k, 2]: each chooser with the mentions around it, but not with itself."""
    pairs: list[tuple[int, int]] = []
    if not len(choosers) or not len(heads):
        return np.zeros((0, 2), dtype=np.int64)
    places = np.searchsorted(heads[:, 0], choosers[:, 0])
    lasts = np.searchsorted(heads[:, 0], choosers[:, 1], side="right")
    for chooser, (before, after) in enumerate(zip(places.tolist(), lasts.tolist(), strict=True)):
        around = [*range(max(0, before - BEFORE), min(after, before + WITHIN)), *range(after, min(len(heads), after + AFTER))]
        same = (heads[around] == choosers[chooser]).all(axis=1) if around else []
        pairs += [(chooser, head) for head, itself in zip(around, same, strict=True) if not itself]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def reference_features(choosers: Mentions, heads: Mentions, layout: Layout, pairs: Ints) -> Ints:
    """What the lie and the likeness of two mentions say about whether they refer to the same.

    Args:
        choosers, heads: the mentions that choose, and those that may be chosen.
        layout: of the article.
        pairs: int64 [k, 2], indexes of chooser and head.

    Returns:
        int64 [k, 11]: distance with its side, sentences between, paragraphs between, mentions between, quotation depth of
        both, whether one lies in the other, form of the chooser, form or type of the head, likeness of their words, whether
        the head is called, or said to be, what the chooser's noun says, how often the head's words occur.
    """
    dep, head = choosers.spans[pairs[:, 0]], heads.spans[pairs[:, 1]]
    after = head[:, 0] > dep[:, 0]
    left = np.where(after, dep[:, 1], head[:, 1])
    right = np.where(after, head[:, 0], dep[:, 0])
    inside = (right <= left).astype(np.int64)
    bucket = np.searchsorted(_DISTANCES, np.maximum(right - left, 0), side="right") + 13 * after
    sentences = np.minimum(np.abs(layout.sentence[right] - layout.sentence[left]), 5)
    paragraphs = np.minimum(np.abs(layout.paragraph[right] - layout.paragraph[left]), 3)
    begin = np.searchsorted(heads.spans[:, 0], left, side="right")
    between = np.clip(np.searchsorted(heads.spans[:, 0], right) - begin, 0, None)
    rank = np.searchsorted(_RANKS, between, side="right")
    depth = layout.depth[dep[:, 0]] * 3 + layout.depth[head[:, 0]]
    forms = np.array([m.form for m in choosers.all], dtype=np.int64)[pairs[:, 0]]
    kinds = np.array([m.form if m.name < 0 else len(FORMS) + m.name for m in heads.all], dtype=np.int64)[pairs[:, 1]]
    likeness = np.array([_likeness(choosers.all[c].words, heads.all[h].words) for c, h in pairs.tolist()], dtype=np.int64)
    called = np.array([_called(choosers.all[c], heads.all[h]) for c, h in pairs.tolist()], dtype=np.int64)
    often = np.searchsorted(_COUNTS, np.array([m.count for m in heads.all], dtype=np.int64)[pairs[:, 1]], side="right")
    return np.stack([bucket, sentences, paragraphs, rank, depth, inside, forms, kinds, likeness, called, often], axis=1)


def _called(chooser: Mention, head: Mention) -> int:
    """2 if the head has the chooser's noun for its own, 1 if that stands beside it, 0 if neither."""
    if not chooser.noun:
        return 0
    return 2 if chooser.noun == head.noun else int(chooser.noun in head.near)


def _likeness(chooser: tuple[str, ...], head: tuple[str, ...]) -> int:
    """0 no word in common, 1 some, 2 all of the head's, 3 all of the chooser's (or its initials), 4 the same words."""
    if not chooser or not head:
        return 0
    if chooser == head:
        return 4
    if len(chooser) == 1 and len(head) > 1 and chooser[0] == "".join(word[0] for word in head):
        return 3
    if len(head) == 1 and len(chooser) > 1 and head[0] == "".join(word[0] for word in chooser):
        return 2
    if head[-1] in chooser and set(head) <= set(chooser):
        return 2
    if chooser[-1] in head and set(chooser) <= set(head):
        return 3
    return int(bool(set(chooser) & set(head)))
