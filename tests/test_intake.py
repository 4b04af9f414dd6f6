"""What users have becomes documents; what can't is named with its reason, and the rest goes on."""

from __future__ import annotations

import gzip
import io
import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mutations import mutated
from sayso.errors import Damaged, InputError, MissingInput, NoDocument, NotText, TooLarge, UnreadableInput
from sayso.intake.files import read_inputs, read_list, size_of, write_list
from sayso.intake.items import Item

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def take(*paths: Path | str, **options: object) -> list[Item | InputError]:
    return list(read_inputs([str(p) for p in paths], **options))  # type: ignore[arg-type]


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def one(path: Path | str, **options: object) -> Item | InputError:
    [item] = take(path, **options)
    return item


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), min_size=1, max_size=200))
def test_a_text_file_stays_as_it_is_code_point_for_code_point(tmp_path: Path, text: str) -> None:
    assume(not text.lstrip().startswith(("<", "WEBVTT", "%PDF-")))  # which may be something else
    item = one(write(tmp_path, "a.txt", text))
    if not text.strip():
        assert isinstance(item, NoDocument)
    elif isinstance(item, Item):
        assert item.document.text == text
        assert not item.warnings
    else:
        assert isinstance(item, NotText)
        assert sum(c < "\x20" for c in text) > 8 or text.startswith(("%PDF-", "GIF8", "PK", "PAR1", "SQLite"))


@given(row=st.fixed_dictionaries({"text": st.text(min_size=1, max_size=100), "id": st.text(max_size=5) | st.integers()}))
def test_a_line_of_json_keeps_its_text_but_for_what_no_text_can_hold(tmp_path: Path, row: dict[str, object]) -> None:
    item = one(write(tmp_path, "a.jsonl", json.dumps(row) + "\n"))
    text = str(row["text"])
    if not text.strip():
        assert isinstance(item, NoDocument)
    else:
        assert isinstance(item, Item)
        assert item.document.text == "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
        assert bool(item.warnings) == (item.document.text != text)
        assert item.document.ref == str(row["id"]).replace("\0", "\ufffd")


def test_line_ends_stay(tmp_path: Path) -> None:
    item = one(write(tmp_path, "a.txt", b"One\r\ntwo\rthree\n"))
    assert isinstance(item, Item)
    assert item.document.text == "One\r\ntwo\rthree\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_no_text(tmp_path: Path, encoding: str) -> None:
    item = one(write(tmp_path, "a.txt", "Zürich wählt.".encode(encoding)))
    assert isinstance(item, Item)
    assert item.document.text == "Zürich wählt."


@pytest.mark.parametrize(
    ("data", "kind", "word"),
    [
        (b"", NoDocument, "is empty"),
        (b" \n\t ", NoDocument, "white space"),
        (b"%PDF-1.7 \xe2\xe3", NotText, "no PDF file that can be read"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), NotText, "a PNG picture"),
        (b"PK\x03\x04" + bytes(50), NotText, "no Word or OpenDocument file"),
        (b"\x1f\x8b\x08" + bytes(50), Damaged, "can't be unpacked"),
        (b"SQLite format 3\0" + bytes(50), Damaged, "SQLite database"),
        (b"PAR1" + bytes(50), NotText, "no Parquet file"),
        (b"{\\rtf1", NotText, "an RTF document"),
        (bytes(range(256)) * 4, NotText, "not valid UTF-8|binary"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f" * 20, NotText, "binary"),
        (b"caf\xe9 closed", NotText, "byte 0xe9 at offset 3.*iconv"),
        (b"\xef\xbb\xbfcaf\xe9", NotText, "byte 0xe9 at offset 6"),
        (b"a" * 101, TooLarge, "more than the 100 bytes"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_the_reason(tmp_path: Path, data: bytes, kind: type[InputError], word: str) -> None:
    path = write(tmp_path, "a.txt", data)
    error = one(path, max_size=100 if kind is TooLarge else 10_000)
    assert type(error) is kind
    with pytest.raises(kind, match=word):
        raise error
    assert str(path) in str(error)


def test_nul_in_a_text_is_replaced_with_a_warning(tmp_path: Path) -> None:
    item = one(write(tmp_path, "a.txt", b"He said\0 no."))
    assert isinstance(item, Item)
    assert item.document.text == "He said\ufffd no."
    assert "U+FFFD" in item.warnings[0]


@pytest.mark.parametrize(
    ("line", "kind", "word"),
    [
        ("{", NoDocument, "is no JSON"),
        ("[1]", NoDocument, "an array"),
        ("null", NoDocument, "null"),
        ('{"title": "x"}', NoDocument, 'no "text"'),
        ('{"text": null}', NoDocument, 'no "text"'),
        ('{"text": 5}', NoDocument, "a number"),
        ('{"text": "  "}', NoDocument, "is empty"),
        ("[" * 100_000, NoDocument, "nested|no JSON"),
        (json.dumps({"text": "a" * 2000}), TooLarge, "max-size"),
    ],
)
def test_a_line_that_is_no_document_is_named_and_the_others_are_read(tmp_path: Path, line: str, kind: type[InputError], word: str) -> None:
    good = json.dumps({"text": "He left."})
    path = write(tmp_path, "a.jsonl", f"{good}\n{line}\n\n{good}")
    first, error, last = take(path, max_size=1000)
    assert isinstance(first, Item)
    assert isinstance(last, Item)
    assert last.where == f"{path}:4"
    assert type(error) is kind
    with pytest.raises(kind, match=word):
        raise error
    assert f"{path}:2" in str(error)


def test_a_line_too_long_to_hold_a_document_is_passed_over(tmp_path: Path) -> None:
    good = json.dumps({"text": "He left."})
    path = write(tmp_path, "a.jsonl", good + "\n" + '{"text": "' + "a" * 2_000_000 + '"}\n' + good + "\n")
    assert [type(i) for i in take(path, max_size=1000)] == [Item, TooLarge, Item]


def test_fields_of_the_wrong_type_are_left_out_with_a_warning(tmp_path: Path) -> None:
    row = {"text": "He left.", "title": 5, "authors": "Ada", "outlet": "The Post", "published": "2031-03-04"}
    item = one(write(tmp_path, "a.jsonl", json.dumps(row)), published="2030-01-01")
    assert isinstance(item, Item)
    assert (item.document.title, item.document.authors, item.document.outlet) == (None, [], "The Post")
    assert item.document.published == "2031-03-04"
    assert len(item.warnings) == 2


def test_a_date_that_is_none_is_left_out_with_a_warning_and_no_other_put_in_its_place(tmp_path: Path) -> None:
    item = one(write(tmp_path, "a.jsonl", '{"text": "He left.", "published": "last March"}'), published="2030-01-01")
    assert isinstance(item, Item)
    assert item.document.published is None
    assert "last March" in item.warnings[0]


@pytest.mark.parametrize(("row", "ref"), [({"id": 7}, "7"), ({"ref": None, "id": "x"}, "x"), ({"ref": "r", "id": "x"}, "r"), ({}, None)])
def test_the_id_of_a_line_is_kept(tmp_path: Path, row: dict[str, object], ref: str | None) -> None:
    item = one(write(tmp_path, "a.jsonl", json.dumps({"text": "He left."} | row)))
    assert isinstance(item, Item)
    assert item.document.ref == ref
    assert not item.warnings


def test_an_id_that_is_neither_string_nor_number_is_left_out_with_a_warning(tmp_path: Path) -> None:
    item = one(write(tmp_path, "a.jsonl", '{"text": "He left.", "id": [1]}'))
    assert isinstance(item, Item)
    assert item.document.ref is None
    assert '"id"' in item.warnings[0]


def test_a_date_that_is_none_is_refused_for_all() -> None:
    with pytest.raises(ValueError, match="2031-13-01"):
        take("a.txt", published="2031-13-01")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_json_lines_may_begin_with_a_byte_order_mark_and_end_lines_either_way(tmp_path: Path, end: str) -> None:
    items = take(write(tmp_path, "a.jsonl", "\ufeff" + end.join(['{"text": "One."}', '{"text":\r"Two."}'])))
    assert [i.document.text for i in items if isinstance(i, Item)] == ["One.", "Two."]


@pytest.mark.parametrize(
    ("data", "kind", "word"),
    [
        (b"\x1f\x8b\x08abc", Damaged, "can't be unpacked"),
        ('{"text": "x"}'.encode("utf-16"), NotText, "UTF-16.*iconv"),
        (b"", NoDocument, "holds no documents"),
        (b"\n \n", NoDocument, "holds no documents"),
    ],
)
def test_a_table_that_holds_no_lines_of_json_is_one_error(tmp_path: Path, data: bytes, kind: type[InputError], word: str) -> None:
    error = one(write(tmp_path, "a.jsonl", data))
    assert type(error) is kind
    with pytest.raises(kind, match=word):
        raise error


def test_half_a_surrogate_pair_in_utf_16_is_replaced_with_a_warning(tmp_path: Path) -> None:
    item = one(write(tmp_path, "a.txt", "He \ud83d left.".encode("utf-16", "surrogatepass")))
    assert isinstance(item, Item)
    assert item.document.text == "He \ufffd left."
    assert "U+FFFD" in item.warnings[0]


def test_a_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.write(b"a" * 10_000)
        file.truncate(1 << 40)  # a terabyte, of which the disk holds next to nothing
    assert isinstance(one(path), TooLarge)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    error = one(tmp_path / "pipe")
    assert isinstance(error, UnreadableInput)
    assert "sayso read -" in str(error)


def test_the_size_of_inputs_is_known_where_all_are_files(tmp_path: Path) -> None:
    path = str(write(tmp_path, "a.txt", "12345"))
    assert size_of([path, path, str(tmp_path / "none")]) == 10
    assert size_of([path, "-"]) is None
    assert size_of([path, "/dev/null"]) is None


def test_a_date_is_given_to_documents_that_have_none(tmp_path: Path) -> None:
    item = one(write(tmp_path, "a.txt", "He left."), published="2030-01-01")
    assert isinstance(item, Item)
    assert item.document.published == "2030-01-01"


def test_missing_files_empty_folders_and_devices_are_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    good = write(tmp_path, "a.txt", "He left.")
    (empty := tmp_path / "empty").mkdir()
    found = take(tmp_path / "no.txt", empty, tmp_path / "*.pdf", "/dev/null", "a\0b", good)
    assert [type(i) for i in found] == [MissingInput, NoDocument, MissingInput, UnreadableInput, UnreadableInput, Item]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser can read every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "He left.")
    path.chmod(0)
    assert isinstance(one(path), UnreadableInput)


def test_a_file_whose_reading_fails_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path, "a.txt", "He left.")
    monkeypatch.setattr(Path, "open", fail)
    error = one(path)
    assert isinstance(error, UnreadableInput)
    assert "Permission denied" in str(error)


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        ("He left.\nShe stayed.", ["He left.\nShe stayed."]),
        ('{"text": "He left."}\n{"text": "She stayed."}\n', ["He left.", "She stayed."]),
        ('\n\n{"text": "He left."}', ["He left."]),
        ("{not json} he said.", ["{not json} he said."]),
    ],
)
def test_standard_input_is_json_lines_or_text(monkeypatch: pytest.MonkeyPatch, data: str, texts: list[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
    items = take("-")
    assert [i.document.text for i in items if isinstance(i, Item)] == texts
    assert all("standard input" in i.where for i in items)


def test_standard_input_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a " * 1000)))
    assert isinstance(one("-", max_size=100), TooLarge)


def test_blank_lines_without_end_on_standard_input_are_refused_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n" * 1_000_001)))
    assert isinstance(one("-", max_size=1_000_000), TooLarge)


def test_a_first_line_on_standard_input_that_is_too_long_does_not_stop_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"text": "a" * 2000}, {"text": "b" * 2_000_000}, {"text": "He left."}]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(map(json.dumps, rows)).encode())))
    assert [type(i) for i in take("-", max_size=1000)] == [TooLarge, TooLarge, Item]


ARTICLE = "The Arle bridge will close in May, county engineer Ada Venn said on Tuesday."
PAGE = f"""<!doctype html><html><head><title>Bridge to close</title></head><body><article><h1>Bridge to close</h1>
<p>{ARTICLE}</p><p>Traders in the market square said that the work would cost them dearly this year.</p></article></body></html>"""


def warc() -> bytes:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE.encode()
    head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: https://fenmarket.example/a\r\n" + (
        f"WARC-Date: 2031-03-05T10:00:00Z\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def docx() -> bytes:
    import docx as word

    file = word.Document()
    file.add_paragraph(ARTICLE)
    file.save(data := io.BytesIO())
    return data.getvalue()


def parquet() -> bytes:
    import pyarrow
    from pyarrow import parquet as format

    format.write_table(pyarrow.table({"text": [ARTICLE]}), data := io.BytesIO())
    return data.getvalue()


def database() -> bytes:
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute("CREATE TABLE news (text TEXT)")
        made.execute("INSERT INTO news VALUES (?)", (ARTICLE,))
        made.commit()
        return made.serialize()


VTT = f"WEBVTT\n\n00:01.000 --> 00:04.000\n{ARTICLE}\n"
KINDS = {
    "a.txt": ARTICLE.encode(),
    "a.html": PAGE.encode(),
    "a.warc": warc(),
    "a.jsonl": json.dumps({"text": ARTICLE}).encode(),
    "a.json": json.dumps([{"text": ARTICLE}], indent=1).encode(),
    "b.json": json.dumps({"text": ARTICLE}, indent=1).encode(),
    "a.csv": f'text\n"{ARTICLE}"\n'.encode(),
    "a.vtt": VTT.encode(),
    "a.docx": docx(),
    "a.parquet": parquet(),
    "a.db": database(),
}
PACKED = [f"{name}{ending}" for name in KINDS for ending in (".gz", ".zst") if name != "a.db"]


def packed(name: str) -> bytes:
    plain, _, ending = name.rpartition(".")
    if ending == "gz":
        return gzip.compress(KINDS[plain], mtime=0)
    if ending == "zst":
        return zstd.compress(KINDS[plain])
    return KINDS[name]


@pytest.mark.parametrize("name", [*KINDS, *PACKED])
def test_the_text_of_an_article_is_found_in_whatever_holds_it(tmp_path: Path, name: str) -> None:
    item = one(write(tmp_path, name, packed(name)))
    assert isinstance(item, Item), item
    assert item.document.text.startswith(ARTICLE)


@pytest.mark.parametrize("name", [name for name in (*KINDS, *PACKED) if not name.startswith(("a.csv", "a.db"))])
def test_what_standard_input_holds_its_bytes_say(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Pipe(packed(name))))
    item = one("-")
    assert isinstance(item, Item), item
    assert item.document.text.startswith(ARTICLE)


def test_a_folder_is_walked_in_order_without_hidden_files_and_pictures(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a.txt", "c.png", ".hidden.txt", ".git/x.txt", "style.css", "b/1.txt.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path, name, gzip.compress(ARTICLE.encode()) if name.endswith("gz") else ARTICLE)
    assert [i.where for i in take(tmp_path)] == [str(tmp_path / name) for name in ("a.txt", "b/1.txt.gz", "b/2.txt")]


def test_a_pattern_that_the_shell_left_alone_stands_for_its_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("in/b.txt", "a.txt", "in/c.md"):
        write(tmp_path, name, ARTICLE)
    assert [i.where for i in take(f"{tmp_path}/**/*.txt")] == [str(tmp_path / "a.txt"), str(tmp_path / "in/b.txt")]
    odd = write(tmp_path, "a[1].txt", ARTICLE)
    assert [i.where for i in take(odd)] == [str(odd)]


def test_a_part_is_named_as_messages_name_it_and_parts_of_one_input_are_found_in_one_pass(tmp_path: Path) -> None:
    table = write(tmp_path, "a.jsonl", "".join(json.dumps({"text": f"{n} said no."}) + "\n" for n in range(5)))
    crawl = write(tmp_path, "a.warc.gz", gzip.compress(warc(), mtime=0))
    [record] = take(crawl)
    found = take(f"{table}:4", f"{table}:2", f"{table}:9", record.where)
    assert [i.where for i in found] == [f"{table}:2", f"{table}:4", f"{table}:9", record.where]
    assert [type(i) for i in found] == [Item, Item, MissingInput, Item]


def test_a_list_of_failures_can_be_fed_in_again(tmp_path: Path) -> None:
    table = write(tmp_path, "a.jsonl", '{"text": "He left."}\n{"text": 5}\n')
    inputs = [str(tmp_path / "#none.txt"), str(table), "https://127.0.0.1/a"]
    errors = [i for i in take(*inputs) if isinstance(i, InputError)]
    listed = write(tmp_path, "failed.txt", write_list(errors))
    assert read_list(listed) == [inputs[0], f"{table}:2", inputs[2]]
    assert [str(i) for i in take(*read_list(listed))] == [str(i) for i in errors]


@given(where=st.text(min_size=1), reason=st.text())
def test_a_list_of_failures_names_each_input_or_none(tmp_path: Path, where: str, reason: str) -> None:
    text = write_list([InputError(where, reason)])
    assume(not any("\ud800" <= c <= "\udfff" for c in text))
    names = read_list(write(tmp_path, "failed.txt", text))
    assert names in ([where], [f"./{where}"], [])


def test_boilerplate_of_a_plain_text_is_marked_and_its_byline_gives_the_authors(tmp_path: Path) -> None:
    text = f"By Clara Holm\n\n{ARTICLE}\n\nSubscribe to our newsletter\n"
    for name, data in (("a.txt", text), ("a.jsonl", json.dumps({"text": text}))):
        item = one(write(tmp_path, name, data))
        assert isinstance(item, Item)
        assert item.document.text == text
        assert item.document.authors == ["Clara Holm"]
        assert [item.document.words_at([span]) for span in item.document.boilerplate] == ["By Clara Holm", "Subscribe to our newsletter"]


def test_an_archives_record_is_kept_as_the_appearance(tmp_path: Path) -> None:
    path = write(tmp_path, "a.warc", warc() + warc().replace(b"urn:uuid:1", b"urn:uuid:2"))
    first, second = take(path)
    assert isinstance(first, Item)
    assert isinstance(second, Item)
    met = first.appearance
    assert met is not None
    assert (met.record, met.url, met.fetched) == ("urn:uuid:1", "https://fenmarket.example/a", "2031-03-05T10:00:00Z")
    assert met.digest is not None
    assert met.digest.startswith("sha1:")
    assert met.extractor is not None
    assert second.appearance is not None
    assert second.appearance.duplicate_of == "urn:uuid:1"
    assert any("same bytes" in warning for warning in second.warnings)


@given(data=st.binary(max_size=300) | st.sampled_from(sorted(KINDS)).flatmap(lambda name: mutated(KINDS[name])))
def test_any_bytes_are_documents_or_errors_with_a_name(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path, "a", data)
    items = take(path, max_size=100_000)
    assert items
    assert all(isinstance(item, (Item, InputError)) and item.where.startswith(str(path)) for item in items)


@given(data=st.binary(max_size=200), name=st.sampled_from([*KINDS, *PACKED]))
def test_any_bytes_behind_a_name_that_promises_something_are_too(tmp_path: Path, data: bytes, name: str) -> None:
    assert all(isinstance(item, (Item, InputError)) for item in take(write(tmp_path, name, data), max_size=100_000))
