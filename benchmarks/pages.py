"""How well pages are read: body text, title, day of publication and authors, beside trafilatura and newspaper4k.

    python benchmarks/pages.py                                   measure on all pages
    python benchmarks/pages.py --half work                       on the half that may be looked at when rules are changed
    python benchmarks/pages.py --peer .venv-bench/bin/python     with newspaper4k, from an environment that has it
    python benchmarks/pages.py --newspaper < PAGES.jsonl         what that environment runs; needs nothing of sayso's

What is measured, in percent:

* scrapinghub     ../shared/data/pages/scrapinghub: F1 of the body's shingles of four words, as that set's authors score it
                  (mean precision and mean recall over pages, and their harmonic mean)
* fundus          ../shared/data/pages/fundus: the same; pages whose title, whose day of publication and whose authors are right

A title is right if it is the gold's but for letter case, kinds of marks and white space. Authors are right if they are the
gold's, all of them and nobody else, in any order and letter case. An agency that the gold counts as an author must be among the
credits, or be the outlet, since sayso takes people only for authors, and a desk of the outlet's own must not be among them; peers
may give both or not.

A day is right if it is the gold's as the gold writes it, or in UTC.

Every figure has a 95% interval: bootstrap over pages, 1,000 draws, fixed seed.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT.parent / "shared/data/pages"
# What the gold counts as authors and is no person: agencies, and desks of the outlet itself.
AGENCIES = frozenset({"associated press", "the associated press"})
DESKS = frozenset({"gear team"})
SETS = ("scrapinghub", "fundus")

_WORD = re.compile(r"\w+")
_SHINGLE = 4


@dataclass(frozen=True)
class Page:
    """One page with its gold.

    Attributes:
        corpus: "scrapinghub" or "fundus".
        name: tells it from the others of its corpus.
        site: the publisher, or the name where that isn't told: pages of one site are all in one half.
        fetched: when it was fetched, ISO 8601.
        title, published, authors: None where the gold doesn't say.
    """

    corpus: str
    name: str
    site: str
    data: bytes
    url: str
    fetched: str | None
    body: str
    title: str | None = None
    published: str | None = None
    authors: list[str] | None = None

    @property
    def half(self) -> str:
        """Which half it is in: "work", that rules may be made with, or "kept"."""
        return "work" if hashlib.sha256(self.site.encode()).digest()[0] % 2 == 0 else "kept"


@dataclass
class Reading:
    """What a reader of pages found."""

    body: str = ""
    title: str = ""
    published: str = ""
    authors: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Score:
    """One page's score: shares of shingles found, too many and missed, and what was right; None where there is no gold."""

    shingles: tuple[float, float, float]
    title: bool | None
    day: bool | None
    authors: bool | None


def read_pages(folder: Path = PAGES) -> Iterator[Page]:
    """All pages of both sets, in the order of their names."""
    gold = json.loads((folder / "scrapinghub/ground-truth.json").read_text("utf-8"))
    for name, row in sorted(gold.items()):
        data = gzip.decompress((folder / f"scrapinghub/html/{name}.html.gz").read_bytes())
        yield Page("scrapinghub", name, name, data, row["url"], None, row["articleBody"])
    for country in sorted(p for p in (folder / "fundus").iterdir() if p.is_dir()):
        about = json.loads((country / "meta.info").read_text("utf-8"))
        for path in sorted(country.glob("*.json")):
            files = sorted(country.glob(f"{path.stem}_[0-9]*.html.gz"))
            for file, row in zip(files, json.loads(path.read_text("utf-8")).values(), strict=True):
                data, where = gzip.decompress(file.read_bytes()), about[file.name]
                yield Page(
                    "fundus", file.name.removesuffix(".html.gz"), path.stem, data, where["url"], where["crawl_date"],
                    _flatten(row["body"]), row.get("title"), row.get("publishing_date"), row.get("authors"),
                )  # fmt: skip


def _flatten(body: dict[str, Any]) -> str:
    parts = list(body["summary"])
    for section in body["sections"]:
        parts += [*section["headline"], *section["paragraphs"]]
    return "\n\n".join(parts)


def match_shingles(true: str, found: str) -> tuple[float, float, float]:
    """Shingles of four words that are right, too many and missed, as shares of all of them.

    From evaluate.py of github.com/scrapinghub/article-extraction-benchmark (MIT).
    """
    gold, have = _shingles(true), _shingles(found)
    counts = ((gold & have).total(), (have - gold).total(), (gold - have).total())
    total = sum(counts) or 1
    return counts[0] / total, counts[1] / total, counts[2] / total


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)) if words)


def body_f1(scores: Sequence[Score]) -> float:
    """F1 of the body in percent, as the set's authors count it."""
    precision = [s.shingles[0] / (s.shingles[0] + s.shingles[1]) for s in scores if s.shingles[0] + s.shingles[1]]
    recall = [s.shingles[0] / (s.shingles[0] + s.shingles[2]) for s in scores if s.shingles[0] + s.shingles[2]]
    p, r = (sum(values) / len(values) if values else 0.0 for values in (precision, recall))
    return 200 * p * r / (p + r) if p + r else 0.0


def share(name: str) -> Callable[[Sequence[Score]], float]:
    """Measures the percent of pages of which something is right: "title", "day" or "authors"."""

    def measure(scores: Sequence[Score]) -> float:
        judged = [right for s in scores if (right := getattr(s, name)) is not None]
        return 100 * sum(judged) / len(judged) if judged else 0.0

    return measure


def score(page: Page, found: Reading, people_only: bool) -> Score:
    """Compare what was found with the gold.

    Args:
        page: with its gold.
        found: by the reader.
        people_only: whether agencies must be kept apart from authors.
    """
    return Score(
        match_shingles(page.body, found.body),
        None if page.title is None else _plain(page.title) == _plain(found.title),
        None if page.published is None else found.published[:10] in _days(page.published),
        None if page.authors is None else _same_people(page.authors, found, people_only),
    )


def _plain(words: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", words).casefold())


def _days(moment: str) -> set[str]:
    there = datetime.fromisoformat(moment)
    return {there.date().isoformat(), (there if there.tzinfo is None else there.astimezone(UTC)).date().isoformat()}


def _same_people(gold: list[str], found: Reading, people_only: bool) -> bool:
    names = {" ".join(name.casefold().split()) for name in gold}
    have = {" ".join(name.casefold().split()) for name in found.authors}
    others = names & (AGENCIES | DESKS)
    if not people_only:
        return have in (names, names - others)
    credits = {" ".join(name.casefold().split()).removeprefix("the ") for name in found.credits}
    return have == names - others and {name.removeprefix("the ") for name in names & AGENCIES} <= credits


def figures(scores: Sequence[Score], corpus: str) -> dict[str, tuple[float, float, float]]:
    """Each figure of a corpus in percent, with its 95% interval."""
    measures: dict[str, Callable[[Sequence[Score]], float]] = {"body": body_f1}
    if corpus == "fundus":
        measures |= {name: share(name) for name in ("title", "day", "authors")}
    return {name: _interval(scores, measure) for name, measure in measures.items()}


def _interval(scores: Sequence[Score], measure: Callable[[Sequence[Score]], float]) -> tuple[float, float, float]:
    rng = random.Random(7)
    draws = sorted(measure(rng.choices(scores, k=len(scores))) for _ in range(1000))
    return measure(scores), draws[25], draws[974]


def read_with_sayso(page: Page) -> Reading:
    """What sayso's intake makes of a page."""
    from sayso.errors import InputError
    from sayso.intake.html import read_page

    try:
        document = read_page(page.data, page.name, url=page.url, fetched=page.fetched).document
    except InputError:
        return Reading()
    credits = [*document.credits, *([document.outlet] if document.outlet else [])]
    return Reading(document.text, document.title or "", document.published or "", document.authors, credits)


def read_with_trafilatura(page: Page) -> Reading:
    """What trafilatura alone makes of a page, called as the scrapinghub set's authors call it."""
    import trafilatura

    text = page.data.decode("utf-8", "replace")
    body = trafilatura.extract(text, include_comments=False) or ""
    about = trafilatura.extract_metadata(text, default_url=page.url)
    authors = [name.strip() for name in (about.author or "").split(";") if name.strip()] if about else []
    return Reading(body, (about.title if about else None) or "", (about.date if about else None) or "", authors)


def read_with_newspaper(pages: Sequence[Page], python: str) -> tuple[str, list[Reading]]:
    """What newspaper4k makes of pages, run by a Python that has it; with its version."""
    rows = "".join(json.dumps({"html": page.data.decode("utf-8", "replace"), "url": page.url}) + "\n" for page in pages)
    done = subprocess.run([python, __file__, "--newspaper"], input=rows, stdout=subprocess.PIPE, text=True, check=True)
    name, *lines = done.stdout.splitlines()
    return name, [Reading(**json.loads(line)) for line in lines]


def _run_newspaper() -> None:
    import newspaper  # type: ignore[import-not-found, unused-ignore]

    print(f"newspaper4k {version('newspaper4k')}")
    for line in sys.stdin:
        row = json.loads(line)
        article = newspaper.Article(row["url"], fetch_images=False)
        try:
            article.download(input_html=row["html"])
            article.parse()
        except Exception as error:  # counts as a page of which nothing was found
            print(f"{row['url'][:80]}: {type(error).__name__}: {str(error)[:100]}", file=sys.stderr)
            print(json.dumps({}))
            continue
        day = article.publish_date.isoformat() if article.publish_date else ""
        print(json.dumps({"body": article.text, "title": article.title, "published": day, "authors": list(article.authors)}))


def measure(python: str | None = None) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Figures for the gate: {"pages scrapinghub": {"body": (value, low, high), "trafilatura 2.1.0, body": ...}, ...}.

    Args:
        python: one that has newspaper4k; without it that isn't measured.
    """
    found: dict[str, dict[str, tuple[float, float, float]]] = {}
    pages = list(read_pages())
    for corpus in SETS:
        own = [page for page in pages if page.corpus == corpus]
        found[f"pages {corpus}"] = figures([score(page, read_with_sayso(page), True) for page in own], corpus)
        peers = [(f"trafilatura {version('trafilatura')}", [read_with_trafilatura(page) for page in own])]
        if python is not None:
            peers.append(read_with_newspaper(own, python))
        for name, readings in peers:
            others = figures([score(page, reading, False) for page, reading in zip(own, readings, strict=True)], corpus)
            found[f"pages {corpus}"] |= {f"{name}, {figure}": value for figure, value in others.items()}
    return found


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=["work", "kept"])
    parser.add_argument("--peer", help="a Python that has newspaper4k")
    parser.add_argument("--newspaper", action="store_true", help="be the peer: pages on standard input, results on standard output")
    options = parser.parse_args()
    if options.newspaper:
        _run_newspaper()
        return
    pages = [page for page in read_pages() if options.half in (None, page.half)]
    for corpus in SETS:
        own = [page for page in pages if page.corpus == corpus]
        rows: list[tuple[str, list[Score], float]] = []
        for name, reader in (("sayso", read_with_sayso), (f"trafilatura {version('trafilatura')}", read_with_trafilatura)):
            began = time.perf_counter()
            found = [reader(page) for page in own]
            took = time.perf_counter() - began
            rows.append((name, [score(p, f, name == "sayso") for p, f in zip(own, found, strict=True)], took))
        if options.peer:
            began = time.perf_counter()
            name, found = read_with_newspaper(own, options.peer)
            took = time.perf_counter() - began
            rows.append((name, [score(p, f, False) for p, f in zip(own, found, strict=True)], took))
        print(f"{corpus}: {len(own)} pages")
        for name, scores, took in rows:
            shown = "  ".join(f"{key} {value:5.1f} [{low:.1f}, {high:.1f}]" for key, (value, low, high) in figures(scores, corpus).items())
            print(f"  {name:20} {shown}  {len(own) / took:.1f} pages/s")


if __name__ == "__main__":
    main()
