"""Tables of documents: JSON Lines, CSV, Parquet, SQLite, sayso's own records, GDELT's quotations."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutations import mutated
from sayso import Document
from sayso.errors import Damaged, InputError, MissingInput, NoDocument, NotText, TooLarge, UnreadableInput
from sayso.intake.columnar import read_parquet
from sayso.intake.databases import read_database
from sayso.intake.items import Item
from sayso.intake.packing import unpack
from sayso.intake.separated import read_separated
from sayso.intake.tables import read_json_lines

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


def rows(*objects: object, **options: Any) -> list[Item | InputError]:
    data = "\n".join(map(json.dumps, objects)).encode()
    return list(read_json_lines("a.jsonl", io.BytesIO(data), None, 10_000, **options))


def cells(data: bytes | str, **options: Any) -> list[Item | InputError]:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return list(read_separated("a.csv", stream, **{"max_size": 10_000, **options}))


def one(found: Iterable[Item | InputError]) -> Item:
    [item] = found
    assert isinstance(item, Item), item
    return item


def texts(found: Iterable[Item | InputError]) -> list[str]:
    return [item.document.text for item in found if isinstance(item, Item)]


def test_a_column_can_have_another_name() -> None:
    item = one(rows({"body": "He left.", "head": "Left", "text": "other"}, columns={"text": "body", "title": "head"}))
    assert (item.document.text, item.document.title) == ("He left.", "Left")
    item = one(cells("body,head\nHe left.,Left\n", columns={"text": "body", "title": "head"}))
    assert (item.document.text, item.document.title) == ("He left.", "Left")


@pytest.mark.parametrize("read", [rows, lambda **o: cells("text\nx\n", **o), lambda **o: list(read_database("x", **o))])
def test_a_column_that_no_document_has_is_refused(read: Any) -> None:
    with pytest.raises(ValueError, match="colour"):
        read(columns={"colour": "x"})


def test_a_record_that_sayso_wrote_gives_its_document_back() -> None:
    document = Document(text="He left, she said.\nSubscribe!", url="https://a.example", authors=["Ada Lin"], published="2031-03-04",
                        credits=["NNA"], ref="7", language="en", boilerplate=[(19, 29)])  # fmt: skip
    assert one(rows({"format": "sayso/1", "document": document.model_dump(mode="json"), "statements": []})).document == document


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"format": "sayso/2", "document": {"text": "x"}}, "sayso/2"),
        ({"format": "sayso/1", "document": {"text": "x", "sha256": "0" * 64}}, "sha256"),
        ({"format": "sayso/1", "document": {"text": "x", "boilerplate": [[0, 5]]}}, "boilerplate"),
        ({"format": "sayso/1", "document": {"text": "x", "boilerplate": [[3, 1]]}}, "boilerplate"),
        ({"format": "sayso/1", "document": {"text": "x\0"}}, "NUL"),
        ({"format": "sayso/1", "document": {}}, "no text"),
        ({"format": "sayso/1", "document": 5}, "no text"),
    ],
)
def test_a_record_that_is_not_as_sayso_writes_it_is_refused(row: object, word: str) -> None:
    [error] = rows(row)
    assert isinstance(error, NoDocument)
    assert word in str(error)


def quotations(*quotes: tuple[str, str, str], **more: object) -> dict[str, object]:
    told = [dict(zip(("pre", "quote", "post"), quote, strict=True)) for quote in quotes]
    return {"date": "2031-03-04T10:00:00Z", "url": "https://a.example/1", "title": "Pipe", "lang": "ENGLISH", "quotes": told} | more


def test_an_article_of_gdelts_quotation_graph_holds_its_quotations_once() -> None:
    item = one(
        rows(
            quotations(
                ("The pipe burst at night.", "We heard a bang", ", said Clara Venn, who lives near. She added: “It was"),
                ("a bang”, said Clara Venn, who lives near. She added:", "It was like thunder", "and went in."),
                ("The firm's head said", "we are sorry", ""),
            )
        )
    )
    assert item.document.text == (
        "The pipe burst at night. “We heard a bang”, said Clara Venn, who lives near. She added: “It was like thunder” and went in."
        "\n\nThe firm's head said “we are sorry”"
    )
    assert (item.document.published, item.document.language, item.document.url) == ("2031-03-04T10:00:00Z", "en", "https://a.example/1")
    assert "GDELT" in item.warnings[0]


def test_an_article_without_quotations_is_no_document_and_its_file_may_be_packed() -> None:
    data = "\n".join(map(json.dumps, [quotations(), quotations(("a", "He left", "b"))])).encode()
    stream = unpack(io.BytesIO(gzip.compress(data)), "a.json.gz")
    error, item = read_json_lines("a.json.gz", stream, None, 10_000)
    assert isinstance(error, NoDocument)
    assert isinstance(item, Item)
    assert item.document.text == "a “He left” b"


def test_packed_lines_that_break_off_give_what_is_whole_and_an_error() -> None:
    data = gzip.compress(b"".join(b'{"text": "He left %d."}\n' % number for number in range(5000)))[:-400]
    *items, error = read_json_lines("a.gz", unpack(io.BytesIO(data), "a.gz"), None, 10_000)
    assert len(items) > 1000
    assert isinstance(error, Damaged)


@given(
    table=st.lists(st.tuples(CELL.filter(str.strip), CELL, CELL), min_size=1, max_size=5),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_a_table_that_python_wrote_keeps_its_texts(table: list[tuple[str, str, str]], delimiter: str, encoding: str, quoting: int) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["text", "title", "other"])
    writer.writerows(table)
    assert texts(cells(file.getvalue().encode(encoding))) == [text for text, _, _ in table]


def test_a_row_is_named_by_the_line_that_it_begins_on() -> None:
    found = cells('id,text\n1,"One\ntwo"\n2,\n3,Three\n')
    assert [item.where for item in found] == ["a.csv:2", "a.csv:4", "a.csv:5"]
    assert isinstance(found[1], NoDocument)
    assert isinstance(found[2], Item)
    assert found[2].document.ref == "3"


@pytest.mark.parametrize(
    ("cell", "authors"),
    [
        ("Clara Venn", ["Clara Venn"]),
        ("Clara Venn; Tom Hale", ["Clara Venn", "Tom Hale"]),
        ('"Venn, Clara|Hale, Tom"', ["Venn, Clara", "Hale, Tom"]),
        ('"[""Clara Venn"", ""Tom Hale""]"', ["Clara Venn", "Tom Hale"]),
        ("\"['Clara Venn', 'Tom Hale']\"", ["Clara Venn", "Tom Hale"]),
        ("", []),
    ],
)
def test_the_authors_of_one_cell_are_parted(cell: str, authors: list[str]) -> None:
    assert one(cells(f"text,authors\nHe left.,{cell}\n")).document.authors == authors


def test_a_backslash_escapes_where_the_cells_only_then_come_out_even() -> None:
    assert texts(cells('text,title\n"She said \\"no\\", then left",A\n"He left",B\n')) == ['She said "no", then left', "He left"]


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_of_a_table_end_in_any_way(end: str) -> None:
    assert texts(cells(end.join(["text,title", "One,a", "Two,b", ""]))) == ["One", "Two"]


def test_bytes_that_are_no_utf_8_are_windows_1252_with_a_warning() -> None:
    item = one(cells(b"text,title\n" + b"Caf\xe9 \x93closed\x94,Z\xc3\xbcrich\n"))
    assert (item.document.text, item.document.title) == ("Café “closed”", "Zürich")
    assert "windows-1252" in item.warnings[0]


def test_a_row_with_more_cells_than_names_has_a_warning() -> None:
    assert "3 cells" in one(cells("text,title\nOne,b,c\n")).warnings[0]


def test_a_table_without_texts_says_what_it_has() -> None:
    [error] = cells("body,head\na,b\n")
    assert isinstance(error, NoDocument)
    assert '"body", "head"' in str(error)


@pytest.mark.parametrize("long", ["a" * 3_000_000, '"' + "a\n" * 1_500_000 + '"', '"' + '"",""\n' * 400_000 + '"'])
def test_a_row_too_long_to_hold_a_document_is_passed_over(long: str) -> None:
    found = cells(f"text\nfirst\n{long}\nlast\n", max_size=1000)
    assert texts([found[0], found[-1]]) == ["first", "last"]
    assert isinstance(found[1], TooLarge)
    assert len(found) == 3


def test_a_text_above_the_limit_is_refused_and_the_next_row_is_read() -> None:
    assert [type(item) for item in cells(f"text\n{'a' * 2000}\nb\n", max_size=1000)] == [TooLarge, Item]


def parquet(**columns: Any) -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file, row_group_size=100)
    return file.getvalue()


def columnar(data: bytes, **options: Any) -> list[Item | InputError]:
    return list(read_parquet(io.BytesIO(data), "a.parquet", **{"max_size": 10_000, **options}))


def test_parquet_rows_are_documents_with_typed_columns() -> None:
    when = datetime(2031, 3, 4, 10, tzinfo=UTC)
    data = parquet(
        Text=["He left.", None, b"She stayed.".decode()],
        published=[when, when, None],
        authors=[["Ada Lin"], [], ["Tom Hale", "Clara Venn"]],
        id=[1, 2, 3],
        nested=[{"text": "x"}] * 3,
    )
    first, error, last = columnar(data)
    assert isinstance(first, Item)
    assert isinstance(error, NoDocument)
    assert isinstance(last, Item)
    assert (first.document.published, first.document.ref, first.document.authors) == ("2031-03-04T10:00:00+00:00", "1", ["Ada Lin"])
    assert (last.where, last.document.authors) == ("a.parquet:3", ["Tom Hale", "Clara Venn"])


def test_many_row_groups_come_in_order() -> None:
    assert texts(columnar(parquet(text=[f"He left {n}." for n in range(1000)]))) == [f"He left {n}." for n in range(1000)]


def test_parquet_without_texts_and_what_is_no_parquet_are_errors() -> None:
    [error] = columnar(parquet(body=["x"]))
    assert isinstance(error, NoDocument)
    assert texts(columnar(parquet(body=["x"]), columns={"text": "body"})) == ["x"]
    [error] = columnar(b"PAR1hello")
    assert isinstance(error, NotText)


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = str(tmp_path / "news.db")
    with sqlite3.connect(path) as db:
        db.execute('CREATE TABLE articles (id INTEGER, text TEXT, "published" TEXT, authors TEXT)')
        db.execute("INSERT INTO articles VALUES (1, 'He left.', '2031-03-04 10:00:00', 'Ada Lin; Tom Hale')")
        db.execute("INSERT INTO articles VALUES (2, ?, NULL, NULL)", ("a" * 20_000,))
        db.execute("INSERT INTO articles VALUES (3, CAST(x'43616665ff' AS TEXT), NULL, NULL)")
        db.execute('CREATE TABLE "odd ""name" (body TEXT)')
        db.execute('INSERT INTO "odd ""name" VALUES (\'She stayed.\')')
    db.close()
    return path


def stored(path: str, **options: Any) -> list[Item | InputError]:
    return list(read_database(path, **{"max_size": 10_000, **options}))


def test_the_one_table_with_texts_is_read(database: str) -> None:
    first, error, last = stored(database)
    assert isinstance(first, Item)
    assert (first.where, first.document.ref, first.document.authors) == (f"{database}::articles:1", "1", ["Ada Lin", "Tom Hale"])
    assert first.document.published == "2031-03-04 10:00:00"
    assert isinstance(error, TooLarge)
    assert isinstance(last, Item)
    assert last.document.text == "Cafe\ufffd"
    assert "UTF-8" in last.warnings[0]


def test_a_table_is_named_behind_two_colons(database: str) -> None:
    assert texts(stored(f'{database}::odd "name', columns={"text": "body"})) == ["She stayed."]
    [error] = stored(f"{database}::none")
    assert isinstance(error, NoDocument)
    assert "articles" in str(error)


def test_a_database_is_not_written_and_a_view_without_end_is_given_up(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(database) as db:
        db.execute("CREATE VIEW v AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS text FROM r WHERE n < 0")
    db.close()
    monkeypatch.setattr("sayso.intake.databases._MOST", 2)
    before = Path(database).read_bytes()
    [error] = stored(f"{database}::v")
    assert isinstance(error, UnreadableInput)
    assert "too long" in str(error)
    assert Path(database).read_bytes() == before


def test_what_is_no_database_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"hello")
    assert [type(stored(str(tmp_path / name))[0]) for name in ("no.db", "a.db", "")] == [MissingInput, UnreadableInput, UnreadableInput]


TABLE = b'text,title,authors\n"He ""left"".\nThen",a,"[\'b\']"\nShe,c,d\n'


@given(data=st.one_of(st.binary(max_size=300), mutated(TABLE), st.text(',;"\n\\ta', max_size=60).map(lambda t: b"text,a\n" + t.encode())))
def test_any_bytes_in_csv_give_documents_or_named_errors(data: bytes) -> None:
    assert all(isinstance(item, (Item, InputError)) for item in cells(data))


ROW = json.dumps({"format": "sayso/1", "document": {"text": "He left.", "boilerplate": [[0, 2]]}, "quotes": [], "text": None}).encode()
GQG = json.dumps(quotations(("a", "b", "c"), ("b c", "d", "e"))).encode()


@given(data=st.one_of(st.binary(max_size=300), mutated(ROW), mutated(GQG)))
def test_any_bytes_in_json_lines_give_documents_or_named_errors(data: bytes) -> None:
    assert all(isinstance(item, (Item, InputError)) for item in read_json_lines("a", io.BytesIO(data), None, 1000))


PARQUET = parquet(text=["He left.", "She stayed."] * 20, published=["2031-03-04", "x"] * 20)


@given(data=st.one_of(st.binary(max_size=100), mutated(PARQUET)))
def test_any_bytes_in_parquet_give_documents_or_named_errors(data: bytes) -> None:
    assert all(isinstance(item, (Item, InputError)) for item in columnar(data))


@given(spots=st.lists(st.tuples(st.integers(16, 12_000), st.binary(min_size=1, max_size=8)), max_size=5), cut=st.integers(0, 12_288))
def test_any_bytes_in_a_database_give_documents_or_named_errors(
    database: str, spots: list[tuple[int, bytes]], cut: int, tmp_path: Path
) -> None:
    data = bytearray(Path(database).read_bytes())
    for at, new in spots:
        data[at : at + len(new)] = new
    path = tmp_path / "mutated.db"
    path.write_bytes(data[: len(data) - cut])
    assert all(isinstance(item, (Item, InputError)) for item in stored(str(path)))


@given(passages=st.lists(st.tuples(*[st.text("ab “”\"'.", max_size=30)] * 3), max_size=5))
def test_any_quotations_give_a_text_with_each_of_them(passages: list[tuple[str, str, str]]) -> None:
    [item] = rows(quotations(*passages))
    assert isinstance(item, (Item, NoDocument))
