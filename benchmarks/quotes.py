"""Quotes that several real articles of one event have, found by an exhaustive search over the texts: are they linked?

    python benchmarks/quotes.py [--data ../shared/data/clusters/g5w1h] [--sample N] [--weights FOLDER]

A quote is what stands between quotation marks, six words or longer; it occurs in another article where its words, but for case and
punctuation, stand there between quotation marks in the same order without a gap. Every such pair of places counts once, by the longer
quote where both are quotes of their own. It is linked where a statement that overlaps the one place by half of it has the relation
same_quote, misquote or misattributed with such a statement of the other. ``--sample`` prints linked pairs of other kinds, drawn with a
fixed seed, to be judged by reading.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from tqdm import tqdm

from sayso import Document, Reader, Record, Statement
from sayso.linking.linker import Linker
from sayso.linking.wording import words_of
from sayso.models import Span
from sayso.reading.quotation import find_quotations

DATA = Path(__file__).resolve().parent.parent.parent / "shared/data/clusters/g5w1h"
_WORDS = 6
_SAME = {"same_quote", "misquote", "misattributed"}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words between quotation marks, and where they stand."""

    place: Span
    words: tuple[str, ...]


def read_events(folder: Path) -> dict[str, list[Document]]:
    """The articles of each event, each text once."""
    events: dict[str, dict[str, Document]] = defaultdict(dict)
    for path in sorted((folder / "news_cluster").glob("*.json")):
        row = json.loads(path.read_text("utf-8"))
        text = (row.get("text") or "").replace("\0", "")
        if not text.strip():
            continue
        document = Document(text=text, ref=path.stem, title=row.get("title"), outlet=row.get("source_domain"), published=_day(row))
        events[str(row["newsCluster"]["EventId"])][document.id] = document
    return {event: list(documents.values()) for event, documents in events.items() if len(documents) > 1}


def _day(row: dict[str, str]) -> str | None:
    day = (row.get("date_publish") or "")[:10]
    return day if len(day) == 10 and day != "None" else None


def quotes_of(text: str) -> list[Quote]:
    """The quotes of a text, without those within others."""
    ends = [at for at, letter in enumerate(text) if letter == "\n"] + [len(text)]
    paragraphs = [(start + 1, end) for start, end in zip([-1, *ends], ends, strict=False)]
    found = [one for one in find_quotations(text, paragraphs) if one.depth == 0]
    made = [Quote(one.inside, tuple(words_of(text[slice(*one.inside)]))) for one in found]
    return [quote for quote in made if len(quote.words) >= _WORDS]


def shared_quotes(a: Sequence[Quote], b: Sequence[Quote]) -> Iterator[tuple[Quote, Quote]]:
    """The pairs of quotes of which one's words stand in the other's."""
    for one in a:
        for other in b:
            if _stands_in(one.words, other.words) or _stands_in(other.words, one.words):
                yield one, other


def _stands_in(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return any(others[at : at + len(words)] == words for at in range(len(others) - len(words) + 1))


def at(record: Record, place: Span) -> list[Statement]:
    """The statements that have half of the words at a place, or whose words lie in it by half."""

    def shared(one: Statement) -> int:
        return sum(max(0, min(stop, place[1]) - max(start, place[0])) for start, stop in one.content)

    size = place[1] - place[0]
    return [one for one in record.statements if shared(one) * 2 >= min(size, sum(stop - start for start, stop in one.content))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sample", type=int, default=0, help="print so many linked pairs of other kinds")
    parser.add_argument("--weights", type=Path, help="folder of the judge's weights")
    parser.add_argument("--events", type=int, help="only the first so many events")
    arguments = parser.parse_args()
    reader, linker = Reader(threads=2), Linker(arguments.weights)
    events = list(read_events(arguments.data).values())[: arguments.events]
    counts: Counter[str] = Counter()
    others: list[tuple[str, str, str]] = []
    for documents in tqdm(events, disable=None):
        records = [reader.read(document) for document in documents]
        relations = linker.link(records)
        counts["articles"] += len(records)
        counts["relations"] += len(relations)
        linked = {frozenset((one.a, one.b)) for one in relations if one.relation in _SAME}
        quotes = [quotes_of(document.text) for document in documents]
        for i, k in combinations(range(len(documents)), 2):
            for one, other in shared_quotes(quotes[i], quotes[k]):
                counts["quotes in two articles"] += 1
                ours, theirs = at(records[i], one.place), at(records[k], other.place)
                if not ours or not theirs:
                    counts["not read as statements"] += 1
                counts["linked"] += any(frozenset((a.id, b.id)) in linked for a in ours for b in theirs)
        said = {one.id: (one, record) for record in records for one in record.statements}
        for relation in relations:
            if relation.relation not in _SAME:
                lines = [
                    f"{record.document.published} {record.document.outlet}, {one.speaker.name}: {one.text}"
                    for one, record in (said[relation.a], said[relation.b])
                ]
                others.append((f"{relation.relation} {relation.score}", *lines))  # type: ignore[arg-type]
    for name, count in counts.items():
        print(f"{name:28} {count:6}")
    print(f"{'share linked':28} {100 * counts['linked'] / max(counts['quotes in two articles'], 1):6.1f}%")
    for number, lines in enumerate(random.Random(3).sample(others, min(arguments.sample, len(others))), 1):
        print(f"\n{number}. " + "\n   ".join(lines))


if __name__ == "__main__":
    main()
