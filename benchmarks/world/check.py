"""Checks marks, metadata, speakers and links of this folder and prints the counts; exit status 1 on an error."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
STORIES = {"hospital": "01 02 06 11 18", "football": "03 05 09 13 17", "exam": "04 07 12 15 20", "bank": "08 10 14 16 19"}
STORY = {number: story for story, numbers in STORIES.items() for number in numbers.split()}
RELATIONS = ("same_quote", "misquote", "misattributed", "restates", "agrees", "denies", "contradicts", "number_changed")
TYPES = frozenset({"person", "organization", "group", "anonymous", "document", "media", "none"})
MARK = re.compile(r"\{([SCQ])(\d+):([^{}]*)\}")
FACTS = re.compile(r"(\d+) speaker=(.*?) ?\| type=(\w+) \| kind=(\w+) \| via=(.*?) ?\| denial=([01])")
URL = re.compile(r"https://[a-z.-]+\.example/\S+")
PRONOUNS = frozenset({"he", "she", "it", "they"})


@dataclass(frozen=True)
class Statement:
    """One marked statement."""

    speaker: str
    type: str
    kind: str
    via: str
    denial: bool
    sources: tuple[str, ...]
    contents: tuple[str, ...]

    @property
    def words(self) -> set[str]:
        """The words of its content."""
        return set(re.findall(r"\w+", " ".join(self.contents).lower()))


errors: list[str] = []
notes: list[str] = []
statements: dict[str, Statement] = {}
outlets: set[str] = set()


def expect(condition: bool, *what: object) -> None:
    if not condition:
        errors.append(" ".join(map(str, what)))


def rows(name: str, columns: int) -> Iterator[list[str]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        expect(len(fields) == columns, name, "columns:", line)
        yield fields


def read(path: Path) -> tuple[datetime, int]:
    """Read one article into ``statements``; when it was published, and its number of words."""
    number = path.name[:2]
    body, _, notes_part = path.read_text(encoding="utf-8").partition("\n---\n")
    title, blank, text = body.split("\n", 2)
    expect(bool(title) and not blank and "{" not in title, number, "headline")
    expect("\n\n\n" not in text and all("\n" not in part for part in text.split("\n\n")), number, "paragraphs")
    expect(not re.search(r"[{}]", MARK.sub("", text)), number, "malformed mark")
    plain = MARK.sub(r"\3", text)
    expect(not (re.search("[“”‘’]", plain) and re.search("[\"']", plain)), number, "mixes quotation styles")
    spans: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    quoted: dict[str, set[bool]] = defaultdict(set)
    for mark in MARK.finditer(text):
        role, key, words = mark.groups()
        expect(bool(words) and words == words.strip(), number, "blank or empty mark", mark[0])
        spans[key][role].append(words)
        if role == "Q":
            expect(not re.search('[“”"]', words), number, "quotation mark inside", mark[0])
            quoted[key].add(text[mark.start() - 1] in '“‘"' if mark.start() else False)
    meta: dict[str, str] = {}
    for line in notes_part.splitlines():
        facts = FACTS.fullmatch(line)
        if not facts:
            name, _, meta[name] = line.partition("=")
            continue
        key, speaker, kind_of_source, kind, via, denial = facts.groups()
        roles = spans.pop(key, {})
        expect(bool(roles.get("Q") and roles.get("C")), number, key, "lacks Q or C")
        expect(bool(roles.get("S")) != (kind_of_source == "none"), number, key, "source")
        expect(kind_of_source in TYPES and bool(speaker) == (kind_of_source not in {"anonymous", "none", "group"}), number, key, "type")
        true_kind = "mixed" if len(quoted[key]) > 1 else "direct" if True in quoted[key] else "indirect"
        expect(kind == true_kind, number, key, "is", true_kind)
        sources, contents = tuple(roles.get("S", ())), tuple(roles.get("Q", ()))
        expect(f"{number}:{key}" not in statements, number, key, "twice")
        statements[f"{number}:{key}"] = Statement(speaker, kind_of_source, kind, via, denial == "1", sources, contents)
    expect(not spans, number, "marked without metadata:", *spans)
    expect(bool(URL.fullmatch(meta.get("url", ""))), number, "url")
    outlets.add(meta.get("outlet", ""))
    return datetime.strptime(meta["published"], "%Y-%m-%dT%H:%M"), len(plain.split())


def check_speakers() -> int:
    known: dict[str, tuple[str, set[str]]] = {}
    for name, kind, forms in rows("speakers.tsv", 3):
        expect(name not in known, "speakers.tsv: twice", name)
        known[name] = kind, set(forms.split("; "))
    for key, it in statements.items():
        expect(not it.via or it.via in outlets, key, "via", it.via)
        if it.speaker:
            kind, forms_known = known.get(it.speaker, ("", set()))
            expect(kind == it.type, key, "speaker or type not in speakers.tsv:", it.speaker)
            for source in it.sources:
                expect(source.lower() in PRONOUNS or source in forms_known, key, "form not in speakers.tsv:", source)
    expect(set(known) == {it.speaker for it in statements.values() if it.speaker}, "speakers.tsv names somebody who says nothing")
    return len(known)


def check_pair(a: str, b: str, relation: str, published: dict[str, datetime]) -> bool:
    """Whether both ids exist; what a relation asks of its pair goes to ``errors``."""
    expect(relation in RELATIONS, a, b, "relation", relation)
    if a not in statements or b not in statements or a == b:
        expect(False, a, b, "ids")
        return False
    one, two = statements[a], statements[b]
    expect(STORY[a[:2]] == STORY[b[:2]], a, b, "crosses story lines")
    alike = bool(one.speaker) and one.speaker == two.speaker
    shared = len(one.words & two.words) / min(len(one.words), len(two.words))
    if relation == "same_quote":
        expect(one.speaker == two.speaker and shared >= 0.7, a, b, "same_quote with other words or another speaker", shared)
    elif relation in ("misquote", "restates") and not alike:
        (errors if relation == "misquote" else notes).append(f"{a} {b} {relation} with two speakers: {one.speaker}, {two.speaker}")
    elif relation in ("misattributed", "agrees"):
        expect(not alike, a, b, relation, "with one speaker")
    elif relation == "denies":
        expect(one.denial, a, b, "denies with denial=0")
    elif relation == "number_changed":
        expect(published[a[:2]] >= published[b[:2]], a, b, "number_changed: the later must come first")
    return True


def main() -> int:
    articles = sorted(HERE.glob("[0-9][0-9]-*.txt"))
    seen = {path.name[:2]: read(path) for path in articles}
    published = {number: when for number, (when, _) in seen.items()}
    expect(list(published.values()) == sorted(published.values()) and set(published) == set(STORY), "articles: order or story line")
    for number, (_, words) in seen.items():
        expect(180 <= words <= 320, number, "has", words, "words")
    speakers = check_speakers()
    links: dict[frozenset[str], str] = {}
    counts: Counter[tuple[str, str]] = Counter()
    bonds: dict[str, dict[str, str]] = defaultdict(dict)
    for a, b, relation, _ in rows("links.tsv", 4):
        expect(frozenset((a, b)) not in links, "links.tsv: pair twice", a, b)
        links[frozenset((a, b))] = relation
        if check_pair(a, b, relation, published):
            counts[relation, STORY[a[:2]]] += 1
            bonds[a][b] = bonds[b][a] = relation
    left_open = 0
    for a, b, relation, _ in rows("ignore.tsv", 4):
        expect(frozenset((a, b)) not in links, "ignore.tsv: pair is a link or twice", a, b)
        links[frozenset((a, b))] = relation
        expect(a in statements and b in statements and STORY[a[:2]] == STORY[b[:2]] and relation in RELATIONS, "ignore.tsv", a, b)
        left_open += 1
    for a in statements:  # reports of one utterance should stand in the same relations
        for b in (x for x, relation in bonds[a].items() if relation == "same_quote"):
            for other in bonds[a].keys() - bonds[b].keys() - {b}:
                notes.append(f"{a} and {b} are one utterance, but only {a} {bonds[a][other]} {other}")
    print(f"{len(articles)} articles, {sum(w for _, w in seen.values())} words, {len(outlets)} outlets, {len(statements)} statements, "
          f"{speakers} speakers, {counts.total()} links, {left_open} left open")  # fmt: skip
    for relation in RELATIONS:
        row = [counts[relation, story] for story in STORIES]
        print(f"{relation:16}" + "".join(f"{n:>10}" for n in (*row, sum(row))))
    print(f"{'all of':16}" + "".join(f"{story:>10}" for story in STORIES))
    for name in ("kind", "type"):
        print(name, dict(Counter(getattr(it, name) for it in statements.values())))
    print("denials", sum(it.denial for it in statements.values()), "via", sum(bool(it.via) for it in statements.values()))
    print("\n".join([f"note: {note}" for note in notes] + [f"ERROR: {error}" for error in errors]))
    return bool(errors)


if __name__ == "__main__":
    sys.exit(main())
