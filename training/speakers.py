"""Who said each attribution of the training articles: labels made by reading them, and the names that they refer to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from corpora import NOBODY, TYPES, UNKNOWN, Article, Gold, Mention, Span
from items import Item
from sayso.reading.mentions import FORMS, TITLES, folded, mention
from sayso.reading.nesting import as_sentence

# Without one of these words, a statement that wasn't judged is taken for no denial.
_NEGATION = re.compile(
    r"\b(?:no|not|never|nothing|nobody|none|neither|nor|without|false\w*|untrue|lie\w*|liar|fake\w*|hoax|wrong|nonsense|fiction|baseless|"
    r"invent\w*|fabricat\w*|den(?:y|ie|ial)\w*|reject\w*|dismiss\w*|disput\w*|refut\w*|myth|rumou?r\w*|contrary|innocent)\b|n['’]t\b",
    re.I,
)


@dataclass(frozen=True)
class Label:
    """Who said one attribution, as a reader of the article judged it."""

    speaker: str | None
    type: str
    via: list[str]
    rejected: bool | None
    denial: bool | None


def read_labels(path: Path) -> dict[str, dict[str, Label]]:
    """The labels of speakers: article, key of the attribution, label."""
    labels: dict[str, dict[str, Label]] = {}
    for line in path.read_text("utf-8").splitlines():
        article, key, speaker, kind, via, rejected, denial = line.split("\t")
        # What a cue rejects is denied; of the other statements only those of some articles were judged.
        judged = None if not (denial or rejected == "1") else denial != "0"
        label = Label(speaker or None, kind, [v for v in via.split(", ") if v], rejected == "1", judged)
        labels.setdefault(article, {})[key] = label
    return labels


def name_words(name: str) -> list[str]:
    """The words of a name that identify it."""
    words = (folded(word) for word in re.findall(r"\w[\w.'’-]*", name))
    return [w for w in words if w not in TITLES and w not in ("jr", "sr") and len(w) > 1]


def read_stances(path: Path) -> dict[str, dict[str, tuple[bool | None, bool | None]]]:
    """Whether a cue rejects and whether a statement is a denial: article, key of the attribution, the two verdicts."""
    stances: dict[str, dict[str, tuple[bool | None, bool | None]]] = {}
    verdicts = {"": None, "0": False, "1": True}
    for line in path.read_text("utf-8").splitlines():
        article, key, rejected, denial = line.split("\t")
        stances.setdefault(article, {})[key] = (verdicts[rejected], verdicts[denial])
    return stances


# What annotators of times disagree on.
_UNSURE = re.compile(
    r"\b(?:now|current(?:ly)?|recent(?:ly)?|once|soon|former(?:ly)?|past|future|earlier|previous(?:ly)?|later|time|times|moment|era|"
    r"ago|next|last|this|early|late|mid|beginning|end|weeks?|months?|years?|days?|hours?|minutes?|seconds?|decades?|century|centuries|"
    r"season|quarter|daily|weekly|monthly|annual(?:ly)?|yearly|overnight|nights?|mornings?|evenings?|afternoons?|today|tomorrow|yesterday)\b",
    re.I,
)
_AGE = re.compile(r"year[- ]old|years old|\bage[ds]?\b", re.I)


def with_figures(article: Article, marked: Iterable[tuple[int, int, str]]) -> Article:
    """An article with the times and quantities that another reader marked in it."""
    times = [(a, b) for a, b, kind in marked if kind == "time"]
    quantities = [(a, b) for a, b, kind in marked if kind == "quantity"]
    ages = [s for s in times if _AGE.search(article.text[s[0] : s[1] + 4])]
    if article.times is not None:
        return replace(article, quantities=quantities)
    times = [s for s in times if s not in ages]
    unsure = [m.span() for m in _UNSURE.finditer(article.text) if not any(a < m.end() and m.start() < b for a, b in times)]
    return replace(article, times=times, quantities=quantities, unsure=unsure + ages)


def with_stances(article: Article, stances: dict[str, tuple[bool | None, bool | None]]) -> Article:
    """An article with what is known of which of its statements are denials."""
    golds = []
    for gold in article.attributions:
        rejected, denial = stances.get(gold.key, (gold.rejected, gold.denial))
        if denial is None and gold.key not in stances and not any(_NEGATION.search(article.text[a:b]) for a, b in gold.content):
            denial = False
        golds.append(replace(gold, rejected=rejected, denial=denial))
    return replace(article, attributions=golds)


def with_speakers(article: Article, marked: Iterable[tuple[int, int, str]], labels: dict[str, Label] | None) -> Article:
    """An article with its names, and with what readers say of its speakers."""
    mentions = [Mention((a, b), kind) for a, b, kind in marked if kind not in ("time", "quantity")]
    if article.only_mentions:
        # A name carries the number of the smallest mention that ends or begins with it.
        for name in mentions:
            around = [m for m in article.mentions if m.span[0] <= name.span[0] and name.span[1] <= m.span[1]]
            around = [m for m in around if len(article.text[m.span[0] : m.span[1]]) <= len(article.text[name.span[0] : name.span[1]]) + 24]
            if around:
                name.entity = min(around, key=lambda m: m.span[1] - m.span[0]).entity
        _tell_women(article.text, mentions, [(m.span, m.entity) for m in article.mentions])
        named = {m.entity for m in mentions}
        others = [
            replace(m, entity=m.entity if m.entity in named else NOBODY)
            for m in article.mentions
            if mention(article.text[m.span[0] : m.span[1]], (0, 0), -1).form <= FORMS.index("who")
            or (m.entity in named and not any(n.span[0] < m.span[1] and m.span[0] < n.span[1] for n in mentions))
        ]
        return replace(article, mentions=mentions + others)
    if labels is None:
        _tell_women(article.text, mentions, [])
        return replace(article, mentions=mentions)
    numbers: dict[str, int] = {}
    golds = []
    for gold in article.attributions:
        label = labels.get(gold.key)
        if label is None:
            golds.append(gold)
            continue
        entity = NOBODY if label.speaker is None else numbers.setdefault(label.speaker, len(numbers))
        kind = gold.type if gold.type is not None else label.type if label.type in TYPES and gold.source else None
        relays = gold.relays
        if article.relays is None:
            relays = [span for via in label.via for span in _find_relay(article.text, gold, via)]
        rejected, denial = (b if a is None else a for a, b in ((label.rejected, gold.rejected), (label.denial, gold.denial)))
        golds.append(replace(gold, entity=entity, type=kind, relays=relays, rejected=rejected, denial=denial))
    counts = {n: sum(g.entity == number for g in golds) for n, number in numbers.items()}
    sets = {speaker: name_words(speaker) for speaker in numbers}
    latest: dict[int, int] = {}
    for index, name in enumerate(sorted(mentions, key=lambda m: m.span)):
        words = name_words(article.text[name.span[0] : name.span[1]])
        fitting = [s for s in sets if words and (set(words) <= set(sets[s]) or (set(sets[s]) < set(words) and len(sets[s]) > 1))]
        if fitting:
            best = max(fitting, key=lambda s: (words == sets[s], latest.get(numbers[s], -1), counts[s]))
            name.entity = numbers[best]
            if len(words) > 1:
                latest[numbers[best]] = index
        else:
            name.entity = len(numbers) + 1000 + index
    _tell_women(article.text, mentions, [(span, g.entity) for g in golds for span in g.source])
    relays = article.relays
    if relays is None and len(golds) and all(g.entity != UNKNOWN for g in golds):
        relays = sorted({span for g in golds for span in g.relays})
    return replace(article, attributions=golds, mentions=mentions, relays=relays)


_MEN = re.compile(r"(?:he|him|his|himself)|.*\b(?:Mr|Sir|Lord|King|Prince)\b.*", re.S | re.I)
_WOMEN = re.compile(r"(?:she|her|hers|herself)|.*\b(?:Mrs|Ms|Miss|Dame|Lady|Queen|Princess)\b.*", re.S | re.I)


def _tell_women(text: str, names: list[Mention], others: list[tuple[Span, int]]) -> None:
    """Mark the names of men and women, from pronouns that refer to the same and from titles."""
    votes: dict[int, int] = {}
    before = [((m.span[0] - 5, m.span[1]), m.entity) for m in names if m.type == "person"]
    for (a, b), entity in [*others, *before]:
        words = text[max(a, 0) : b]
        if entity >= 0:
            votes[entity] = votes.get(entity, 0) + bool(_WOMEN.fullmatch(words)) - bool(_MEN.fullmatch(words))
    for name in names:
        if name.type != "person":
            continue
        words = text[max(name.span[0] - 5, 0) : name.span[1]]
        vote = votes.get(name.entity, 0) or bool(_WOMEN.fullmatch(words)) - bool(_MEN.fullmatch(words))
        name.female = vote > 0 if vote else None


def _find_relay(text: str, gold: Gold, via: str) -> list[Span]:
    """Where a relay is named nearest to an attribution's cue, within its surroundings."""
    spans = gold.cue or gold.source or gold.content
    low, high = min(a for a, _ in spans), max(b for _, b in spans)
    from_, to = max(0, low - 220), min(len(text), high + 220)
    pattern = re.escape(re.sub(r"^(the|The) ", "", via))
    if via == "Twitter":
        pattern = r"(?:Twitter|tweet(?:ed|s|ing)?)"
    found = [(m.start() + from_, m.end() + from_) for m in re.finditer(r"\b" + pattern + r"\b", text[from_:to])]
    inside = [f for f in found if not any(a <= f[0] < b for a, b in gold.content + gold.source)]
    inside = [f for f in inside if "\n" not in text[min(f[0], low) : max(f[0], low)].strip()]
    return [min(inside, key=lambda f: abs(f[0] - low))] if inside else []


def articles_of(item: Item, names: list[tuple[int, int, str]]) -> list[Article]:
    """What the network learns from an item: its text, and every content that reports statements as a text of its own."""
    golds = [
        Gold(g.source, g.cue, g.content, g.type if g.source and g.type in TYPES else None, g.relay, key=g.number) for g in item.statements
    ]
    # The items' writer took refusals for rejections: what is rejected but no denial is left out.
    labels = {
        g.number: Label(g.speaker, g.type, g.relays, None if g.rejected and not g.denial else g.rejected, g.denial) for g in item.statements
    }
    inner = {g.number for g in item.statements if g.within}
    outermost = [g for g in golds if g.key not in inner]
    whole = Article(
        item.name, item.text, outermost, relays=sorted(span for g in outermost for span in g.relays), headings=item.headings,
        nested=[span for g in golds if g.key in inner for span in g.cue],
    )  # fmt: skip
    articles = [with_speakers(with_stances(with_figures(whole, names), {}), names, labels)]
    by_key = {g.key: g for g in golds}
    for outer in item.statements:
        children = [by_key[g.number] for g in item.statements if g.within == outer.number]
        for start, end in outer.content if children else []:
            opening, text = as_sentence(item.text[start:end])
            start += opening
            within = [g for g in children if all(start <= a and b <= end for a, b in g.source + g.cue + g.content + g.relays)]
            deeper = [g for g in item.statements if g.number in inner and g.number not in {c.key for c in within}]
            part = Article(
                f"{item.name}/{outer.number}", text, [_moved(g, start) for g in within],
                relays=sorted((a - start, b - start) for g in within for a, b in g.relays),
                nested=[(a - start, b - start) for g in deeper for a, b in g.cue if start <= a and b <= end],
            )  # fmt: skip
            inside = [(a - start, b - start, kind) for a, b, kind in names if start <= a and b <= end]
            articles.append(with_speakers(with_stances(with_figures(part, inside), {}), inside, labels))
    return articles


def _moved(gold: Gold, by: int) -> Gold:
    def moved(spans: list[Span]) -> list[Span]:
        return [(a - by, b - by) for a, b in spans]

    return replace(gold, source=moved(gold.source), cue=moved(gold.cue), content=moved(gold.content), relays=moved(gold.relays))
