"""Search: the same hits in a file of SQLite's and in PostgreSQL, whatever the words are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sayso.cli import app
from sayso.errors import QueryRefused
from sayso.ledger.store import Ledger
from sayso.ledger.words import words_of
from sayso.models import Appearance, Document, Link, Quantity, Record, Speaker, Statement, Time, statement_id

pytest_plugins = ["postgres"]


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger that makes no vectors by itself."""
    with Ledger(place, vectors=False) as ledger:
        yield ledger


def printed(
    *contents: str, where: str = "a.txt", reader: str = "reader 1", outlet: str | None = None, day: str | None = None, **fields: object
) -> Record:
    """A record with a statement for each content; fields go into each statement."""
    text, statements = f"{where} ", []
    for content in contents:
        span = (len(text), len(text) + len(content))
        text += f"{content} | "
        statements.append((span, content))
    document = Document(text=text, outlet=outlet, published=day)
    values = {"kind": "indirect", "confidence": 0.5, **fields}
    made = [Statement(id=statement_id(document.sha256, [span]), content=[span], text=content, **values) for span, content in statements]  # type: ignore[arg-type]
    return Record(reader=reader, document=document, appearance=Appearance(where=where), statements=made)


def texts(ledger: Ledger, words: str | None = None, **asked: object) -> list[str]:
    """The words of what is found."""
    return [hit.text for hit in ledger.search(words, **asked).hits]  # type: ignore[arg-type]


def test_words_are_found_whatever_their_case_and_accents(ledger: Ledger) -> None:
    ledger.add(printed("The Café on the bridge will close", "nothing else"))
    for query in ("cafe", "CAFÉ bridge", '"on the BRIDGE"', "brid*", '"will clo*"', "bridge AND NOT nothing", "(harbour OR café)"):
        assert texts(ledger, query) == ["The Café on the bridge will close"], query
    for query in ("caf", '"bridge the on"', "harbour", "bridge nothing"):
        assert texts(ledger, query) == [], query


def test_a_query_that_is_none_is_refused_with_words(ledger: Ledger) -> None:
    for query in ("(bridge", "title:bridge", "bridge~2", "[a TO b]", "/b.*/", "AND", "", "*"):
        with pytest.raises(QueryRefused):
            ledger.search(query)


def test_filters_hold_together(ledger: Ledger) -> None:
    lin = Speaker(name="Ada Lin", type="person", confidence=1)
    ledger.add(printed("one bridge", where="1", outlet="Northern Post", day="2031-03-04", speaker=lin, act="promise", polarity="affirmed"))
    ledger.add(printed("two bridges", where="2", outlet="Eastern Mail", day="2031-03-05T10:00:00+02:00", speaker=lin, denial=True))
    tass = [Link(role="speaker"), Link(role="relay", name="NNA"), Link(role="outlet", name="Northern Post")]
    ledger.add(printed("three bridges", where="3", outlet="Northern Post", day="2031-04-01", kind="direct", chain=tass))
    assert texts(ledger, speaker="ada lin") == ["two bridges", "one bridge"]
    assert texts(ledger, speaker="Ada Lin", outlet="northern post") == ["one bridge"]
    assert texts(ledger, "bridges", relay="nna", kind="direct") == ["three bridges"]
    assert texts(ledger, act="promise", polarity="affirmed") == ["one bridge"]
    assert texts(ledger, denial=True) == ["two bridges"]
    assert texts(ledger, since="2031-03-05", until="2031-03") == ["two bridges"]
    assert texts(ledger, until="2031-03-04") == ["one bridge"]
    assert texts(ledger, type="person", headline=False, quantity=False) == ["two bridges", "one bridge"]
    with pytest.raises(QueryRefused, match="kind"):
        ledger.search(kind="spoken")
    with pytest.raises(QueryRefused, match="since"):
        ledger.search(since="last week")


def test_when_it_was_said_and_how_much_is_told_are_searched(ledger: Ledger) -> None:
    document = Document(text="On 3 March she said 40 bridges")
    said = Time(span=(3, 10), text="3 March", value="2031-03-03", grain="day", type="date")
    forty = Quantity(span=(20, 30), text="40 bridges", low=40, high=40, unit="bridge")
    content = [(20, 30)]
    statement = Statement(
        id=statement_id(document.sha256, content), kind="indirect", content=content, text="40 bridges", said_at=said, quantities=[forty],
        confidence=1,
    )  # fmt: skip
    ledger.add(Record(reader="r", document=document, statements=[statement]))
    ledger.add(printed("nothing"))
    assert texts(ledger, said_since="2031-03-01", said_until="2031-03-03") == ["40 bridges"]
    assert texts(ledger, said_since="2031-03-04") == []
    assert texts(ledger, quantity=True) == ["40 bridges"]


def test_a_statement_is_found_by_every_outlet_that_printed_it(ledger: Ledger) -> None:
    record = printed("bridges", outlet="Northern Post", day="2031-03-04")
    ledger.add(record)
    other = record.document.model_copy(update={"outlet": "Eastern Mail", "published": "2031-03-01"})
    ledger.meet(other, Appearance(where="b.txt"))
    [hit] = ledger.search(outlet="Eastern Mail").hits
    assert hit == ledger.search(outlet="Northern Post").hits[0]
    assert hit.moment == "2031-03-01T00:00:00.000Z"
    assert sorted(hit.outlets) == ["Eastern Mail", "Northern Post"]
    assert ledger.check() == []


def test_only_the_latest_reading_of_a_document_is_searched(ledger: Ledger) -> None:
    ledger.add(printed("the bridge will close", "the harbour too"))
    record = printed("the bridge will close", "the harbour too", reader="reader 2")
    ledger.add(record.model_copy(update={"statements": record.statements[:1]}))
    assert texts(ledger, "the") == ["the bridge will close"]
    assert ledger.check() == []


def test_pages_follow_each_other_without_a_gap_while_others_add(ledger: Ledger) -> None:
    for n in range(7):
        ledger.add(printed(*[f"bridge {n} {i}" for i in range(3)], where=str(n), day=f"2031-03-{n + 1:02}"))
    for order in ("newest", "best"):
        whole = texts(ledger, "bridge", order=order, limit=100)
        assert len(whole) == 21
        seen: list[str] = []
        after = None
        while True:
            page = ledger.search("bridge", order=order, limit=4, after=after)  # type: ignore[arg-type]
            seen += [hit.text for hit in page.hits]
            after = page.next
            if after is None:
                break
        assert seen == whole
    page = ledger.search("bridge", limit=4)
    ledger.add(printed("bridge anew", where="new", day="2032-01-01"))
    following = ledger.search("bridge", limit=4, after=page.next)
    assert [hit.text for hit in following.hits] == texts(ledger, "bridge", limit=9)[5:9]
    with pytest.raises(QueryRefused, match="after"):
        ledger.search("bridge", after="x'; DROP TABLE catalogue")


def test_best_first_puts_the_short_statement_that_is_all_about_it_first(ledger: Ledger) -> None:
    ledger.add(printed("bridge bridge", f"a bridge {'and much else ' * 10}", "a bridge here"))
    assert [text[:13] for text in texts(ledger, "bridge", order="best")] == ["bridge bridge", "a bridge here", "a bridge and "]


HOSTILE = [
    "Robert'); DROP TABLE statements;--",
    '" OR 1=1 --',
    "catalogue_fts MATCH 'x' NEAR(a b, 2) ^caret {col}: -minus +plus",
    "100% of under_score and back\\slash",
    "🏴‍☠️ flags 👩‍🚀 and €5",
    "مرحبا بالعالم \u202eright to left",
    "=kind=direct is no facet",
    "NUL-like \u2400 and \ufeff marks",
]


@pytest.mark.parametrize("content", HOSTILE)
def test_hostile_contents_are_found_again_as_they_were(ledger: Ledger, content: str) -> None:
    ledger.add(printed(content, speaker=Speaker(name=content, type="person", confidence=1)))
    ledger.add(printed("something else", where="b.txt"))
    phrase = '"' + " ".join(words_of(content)) + '"'
    assert texts(ledger, phrase) == [content]
    assert texts(ledger, speaker=content) == [content]
    assert texts(ledger, kind="direct") == []
    assert ledger.check() == []


def test_a_megabyte_in_one_statement_is_found_by_its_first_words(ledger: Ledger) -> None:
    content = "needle " + "straw " * 170_000 + "hay"
    ledger.add(printed(content))
    [hit] = ledger.search("needle straw").hits
    assert hit.text == content


def test_a_review_is_searched_for(ledger: Ledger) -> None:
    ledger.add(printed("one bridge", "two bridges"))
    [hit] = ledger.search("two").hits
    ledger.review(hit.id, "confirmed", "Ida")
    assert texts(ledger, reviewed="yes") == texts(ledger, reviewed="confirmed") == ["two bridges"]
    assert texts(ledger, reviewed="no") == ["one bridge"]


def test_reindexing_changes_no_hits(ledger: Ledger) -> None:
    ledger.add(printed("one bridge", "two bridges"))
    before = ledger.search("bridge*")
    ledger.reindex()
    assert ledger.search("bridge*") == before
    assert ledger.check() == []


_word = st.sampled_from(["bridge", "brig", "close", "the", "not"])
_content = st.lists(_word, min_size=1, max_size=6).map(" ".join)
_query = st.recursive(
    st.tuples(st.just("term"), _word)
    | st.tuples(st.just("prefix"), st.sampled_from(["bri", "cl", "th"]))
    | st.tuples(st.just("phrase"), _word, _word),
    lambda parts: st.tuples(st.sampled_from(["and", "or"]), parts, parts) | st.tuples(st.just("not"), parts),
    max_leaves=6,
)  # fmt: skip


def written(query: tuple[object, ...]) -> str:
    """A query as it is typed."""
    kind, *parts = query
    if kind in ("and", "or"):
        a, b = (written(part) for part in parts)  # type: ignore[arg-type]
        return f"({a} {str(kind).upper()} {b})"
    if kind == "not":
        return f"(NOT {written(parts[0])})"  # type: ignore[arg-type]
    return f'"{parts[0]} {parts[1]}"' if kind == "phrase" else f"{parts[0]}*" if kind == "prefix" else str(parts[0])


def true_of(query: tuple[object, ...], words: list[str]) -> bool:
    """Whether a query holds for words, told without any index."""
    kind, *parts = query
    if kind == "and":
        return all(true_of(part, words) for part in parts)  # type: ignore[arg-type]
    if kind == "or":
        return any(true_of(part, words) for part in parts)  # type: ignore[arg-type]
    if kind == "not":
        return not true_of(parts[0], words)  # type: ignore[arg-type]
    if kind == "phrase":
        return tuple(parts) in pairwise(words)
    return any(word.startswith(str(parts[0])) if kind == "prefix" else word == parts[0] for word in words)


@given(data=st.data())
def test_what_is_found_is_what_the_query_says(data: st.DataObject, ledger: Ledger) -> None:
    contents = data.draw(st.lists(_content, min_size=1, max_size=5, unique=True))
    ledger.add(printed(*contents, where=f"{data.draw(st.integers(0, 2**60))}"))
    everything = texts(ledger, limit=1000)
    query = data.draw(_query)
    assert sorted(texts(ledger, written(query), limit=1000)) == sorted(text for text in everything if true_of(query, text.split()))


def test_meaning_finds_other_words_for_the_same_thing(place: str) -> None:
    with Ledger(place) as ledger:
        ledger.add(printed("the crossing over the river will be shut to traffic", "profits fell by a tenth", "she likes tea"))
        assert texts(ledger, meaning="the bridge is closing for cars", limit=1) == ["the crossing over the river will be shut to traffic"]
        assert len(texts(ledger, "profits", meaning="the bridge is closing for cars", limit=2)) == 2
        assert texts(ledger, meaning="the bridge is closing", type="person") == []


def test_the_command_prints_and_pages(place: str) -> None:
    with Ledger(place, vectors=False) as ledger:
        ledger.add(printed("one bridge \x1b[31mred", "two bridges", outlet="Northern Post", day="2031-03-04"))
    run = CliRunner().invoke
    shown = run(app, ["search", "bridg*", "--ledger", place, "--limit", "1"])
    assert shown.exit_code == 0
    assert "one bridge" in shown.stdout
    assert "\x1b" not in shown.stdout
    assert "--after" in shown.stderr
    after = shown.stderr.split("--after ")[1].strip()
    rest = run(app, ["search", "bridg*", "--ledger", place, "--after", after, "--format", "jsonl"])
    assert [json.loads(line)["text"] for line in rest.stdout.splitlines()] == ["two bridges"]
    table = run(app, ["search", "--outlet", "northern post", "--ledger", place, "--format", "csv"])
    assert table.stdout.splitlines()[0].startswith("id,document,title,text")
    assert json.loads(run(app, ["search", "two", "--ledger", place, "-f", "json"]).stdout)["next"] is None
    refused = run(app, ["search", "(two", "--ledger", place])
    assert refused.exit_code == 1
    assert "sayso:" in refused.stderr


def test_there_must_be_a_ledger(tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["search", "x", "--ledger", str(tmp_path / "no.db")])
    assert refused.exit_code == 1
    assert not (tmp_path / "no.db").exists()
