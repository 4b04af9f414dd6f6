"""A ledger in Datasette: every page comes, and what is found on it is right."""

from __future__ import annotations

import asyncio
import copy
import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from datasette.utils import tilde_encode

from sayso.ledger.reviews import Corrections
from sayso.ledger.schema import Base
from sayso.ledger.store import Ledger
from sayso.models import Appearance, Document, Entity, Link, Record, Speaker, Statement, Time, statement_id

ROOT = Path(__file__).resolve().parent.parent
METADATA = json.loads((ROOT / "docs/datasette.json").read_text("utf-8"))
TABLES = [*sorted(table.name for table in Base.metadata.sorted_tables), "ledger_version", "catalogue_fts", "versions", "chains"]
EMPTY = ("catalogue_fts", "relations", "tombstones", "quantities", "verdicts", "utterances")
HOSTILE = "Robert'); DROP TABLE documents;-- <script>alert(1)</script> \" %_ 🌉"


def printed(words: str, speaker: str, outlet: str, day: str, kind: Any = "indirect") -> Record:
    """A record of one statement, with something in many of the tables."""
    text = f"{speaker} said on Monday: {words}"
    document = Document(text=text, url=f"https://{len(outlet)}.example/{day}", outlet=outlet, title=f"{outlet} {day}", published=day)
    content, source = (len(text) - len(words), len(text)), (0, len(speaker))
    monday = text.index("Monday")
    statement = Statement(
        id=statement_id(document.sha256, [content]), kind=kind, content=[content], source=[source], text=words, confidence=1,
        speaker=Speaker(name=speaker, type="person", entity="e0", confidence=1),
        chain=[Link(role="speaker", name=speaker, entity="e0", spans=[source]), Link(role="outlet", name=outlet)],
        said_at=Time(span=(monday, monday + 6), text="Monday", value=day),
    )  # fmt: skip
    entities = [Entity(id="e0", name=speaker, type="person", aliases=["the mayor"], mentions=[source])]
    return Record(reader="reader 1", document=document, appearance=Appearance(where=day), entities=entities, statements=[statement])


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in a file."""
    path = tmp_path_factory.mktemp("news") / "news.db"
    with Ledger(path) as ledger:
        records = [
            printed("The Café on the old bridge will close", "Ada Lin", "Northern Post", "2031-03-04"),
            printed("“Not one bridge will fall”", "Ola Berg", "Northern Post", "2031-03-05", "direct"),
            printed("Forty ferries were direct", "Ada Lin", "Eastern Mail", "2031-03-06"),
            printed(f"{HOSTILE} was here", HOSTILE, HOSTILE, "2031-03-07"),
        ]
        for record in records:
            ledger.add(record)
        ledger.review(records[0].statements[0].id, "corrected", HOSTILE, Corrections(speaker=HOSTILE), note=HOSTILE)
        ledger.mark_seen("https://post.example/feed", ["1"])
    return path


class Site:
    """A ledger in Datasette."""

    def __init__(self, runner: asyncio.Runner, path: Path, metadata: dict[str, Any] | None) -> None:
        self._runner = runner
        self._client = Datasette([str(path)], metadata=copy.deepcopy(metadata)).client

    def page(self, address: str) -> str:
        """What is answered to an address."""
        answer = self._runner.run(self._client.get(address))
        assert answer.status_code == 200, (address, answer.status_code, answer.text[:500])
        return str(answer.text)

    def rows(self, address: str) -> Any:
        """What is answered as JSON."""
        return json.loads(self.page(address))


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """A loop for all pages."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def site(runner: asyncio.Runner, path: Path) -> Site:
    """The ledger with the metadata of docs."""
    return Site(runner, path, METADATA)


def test_every_page_comes(runner: asyncio.Runner, path: Path, site: Site) -> None:
    for one in (site, Site(runner, path, None)):
        for address in ("/", "/news", *(f"/news/{table}" for table in TABLES)):
            one.page(address)


@pytest.mark.parametrize("table", [name for name in TABLES if name not in EMPTY])
def test_every_table_has_rows_whose_own_pages_come(site: Site, table: str) -> None:
    found = site.rows(f"/news/{table}.json?_shape=array")
    assert found
    keys = site.rows(f"/news/{table}.json")["primary_keys"]
    if keys:
        site.page(f"/news/{table}/" + ",".join(tilde_encode(str(found[0][key])) for key in keys))


def test_facets_count_what_there_is(site: Site) -> None:
    facets = site.rows("/news/catalogue.json?_facet=kind&_facet=outlet")["facet_results"]
    assert {one["value"]: one["count"] for one in facets["kind"]["results"]} == {"indirect": 3, "direct": 1}
    assert {one["value"]: one["count"] for one in facets["outlet"]["results"]} == {"Northern Post": 2, "Eastern Mail": 1, HOSTILE: 1}


def test_the_usual_facets_are_offered(site: Site) -> None:
    facets = METADATA["databases"]["news"]["tables"]["catalogue"]["facets"]
    assert list(site.rows("/news/catalogue.json")["facet_results"]) == facets
    assert all(f'id="facet-{facet}"' in site.page("/news/catalogue") for facet in facets)


@pytest.mark.parametrize(
    ("words", "speakers"),
    [
        ("bridge", ["Ola Berg", "Ada Lin"]),
        ("BRIDGE cafe", ["Ada Lin"]),
        ("Café", ["Ada Lin"]),
        ('"old bridge"', ["Ada Lin"]),
        ("direct", ["Ada Lin"]),
        ("🌉", [HOSTILE]),
        ("harbour", []),
        ("don't \" AND (", []),
    ],
)
def test_a_full_text_search_finds_the_right_rows(site: Site, words: str, speakers: list[str]) -> None:
    found = site.rows(f"/news/catalogue.json?_shape=array&_search={quote(words)}")
    assert [row["speaker"] for row in found] == speakers


def test_what_rows_refer_to_is_shown_by_its_name(site: Site) -> None:
    catalogue = site.rows("/news/catalogue.json?_labels=on&_shape=array&_size=max")
    assert {row["identity"]["label"] for row in catalogue} == {"Ada Lin", "Ola Berg", "Robert')"}
    assert catalogue[-1]["document"]["label"] == "Northern Post 2031-03-04"
    appearances = site.rows("/news/appearances.json?_labels=on&_shape=array")
    assert all(row["article"]["label"].startswith("https://") for row in appearances)
    assert '<a href="/news/identities/1">Ada Lin</a>' in site.page("/news/catalogue")


def test_hostile_names_are_shown_as_they_are_and_do_nothing(site: Site) -> None:
    for address in ("/news/catalogue", "/news/entities", "/news/reviews", "/news/documents", "/news/appearances?_facet=outlet"):
        shown = site.page(address)
        assert "<script>alert(1)" not in shown, address
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown, address
    found = site.rows("/news/catalogue.json?_shape=array&reviewed=corrected")
    assert len(found) == 1


def test_descriptions_are_shown(site: Site) -> None:
    shown = site.page("/news/statements")
    assert "Things said, each as one reading found it." in shown
    assert "direct, mixed, indirect, or narrated: the outlet&#39;s own voice" in shown


def test_what_is_of_no_use_to_a_reader_is_hidden(site: Site) -> None:
    hidden = {table["name"] for table in site.rows("/news.json")["tables"] if table["hidden"]}
    assert {"catalogue_fts", "catalogue_fts_data", "statement_vectors", "ledger_version"} <= hidden
    assert not hidden & {"catalogue", "statements", "documents"}


def test_the_metadata_is_that_of_the_schema(site: Site) -> None:
    assert runpy.run_path(str(ROOT / "docs/tables.py"))["metadata"]() == METADATA, "run: .venv/bin/python docs/tables.py"
    tables = METADATA["databases"]["news"]["tables"]
    listed = site.rows("/news.json")
    shown = {table["name"] for table in listed["tables"]} | {view["name"] for view in listed["views"]}
    assert set(tables) <= shown
    for name, about in tables.items():
        columns = set(site.rows(f"/news/{name}.json?_size=0")["columns"])
        assert set(about.get("columns", {})) in (columns, set())
        assert {about.get("label_column"), about.get("sort_desc"), *about.get("facets", [])} - {None} <= columns
