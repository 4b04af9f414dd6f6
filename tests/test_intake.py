"""What users have becomes documents; what can't is named with its reason, and the rest goes on."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sayso.errors import InputError, MissingInput, NoDocument, NotText, TooLarge, UnreadableInput
from sayso.intake.files import read_inputs, size_of
from sayso.intake.items import Item


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
    assume(not any(tag in text.casefold() for tag in ("<html", "<!doctype html")))  # which get a warning
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
        (b"%PDF-1.7 \xe2\xe3", NotText, "a PDF file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), NotText, "a PNG picture"),
        (b"PK\x03\x04" + bytes(50), NotText, "a zip archive"),
        (b"\x1f\x8b\x08" + bytes(50), NotText, "a gzip file"),
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
        (b"\x1f\x8b\x08abc", NotText, "a gzip file"),
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


def test_a_page_taken_for_plain_text_has_a_warning(tmp_path: Path) -> None:
    item = one(write(tmp_path, "a.html", "<!DOCTYPE html><p>He left.</p>"))
    assert isinstance(item, Item)
    assert "HTML" in item.warnings[0]


def test_what_a_large_file_is_comes_before_its_size(tmp_path: Path) -> None:
    with pytest.raises(NotText, match="PDF"):
        raise one(write(tmp_path, "a.pdf", b"%PDF-1.7" + b"a" * 2000), max_size=100)  # type: ignore[misc]


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


def test_missing_files_folders_and_devices_are_refused_and_the_rest_is_read(tmp_path: Path) -> None:
    good = write(tmp_path, "a.txt", "He left.")
    found = take(tmp_path / "no.txt", tmp_path, "/dev/null", "a\0b", good)
    assert [type(i) for i in found] == [MissingInput, UnreadableInput, UnreadableInput, UnreadableInput, Item]


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
