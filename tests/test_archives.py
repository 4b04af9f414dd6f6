"""Pages come out of web archives whatever their packing, and damage costs what is damaged."""

from __future__ import annotations

import gzip
import io
import random
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from mutations import mutated
from sayso.errors import Damaged, InputError, MissingInput, NoDocument, NotText, TooLarge, UnreadableInput
from sayso.intake.archives import Captured, read_archive
from sayso.intake.packing import unpack

PAGE = b"<!doctype html><title>Pipe %d</title><p>The pipe burst, she said.</p>"


def record(
    number: int,
    body: bytes,
    *,
    kind: str = "response",
    status: str = "200 OK",
    content_type: str = "text/html; charset=UTF-8",
    head: str = "",
    warc: str = "",
) -> bytes:
    """A record of a WARC file."""
    block = body
    block_type = content_type
    if kind in ("response", "revisit"):
        block = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{head}\r\n".encode() + body
        block_type = "application/http; msgtype=response"
    return (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
        f"WARC-Date: 2031-03-04T10:00:00Z\r\nWARC-Target-URI: https://post.example/{number}\r\n{warc}"
        f"Content-Type: {block_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    ).encode() + block + b"\r\n\r\n"  # fmt: skip


def member(data: bytes) -> bytes:
    """Data packed by gzip, the same at any time."""
    return gzip.compress(data, 6, mtime=0)


RECORDS = [record(number, PAGE % number) for number in range(5)]
PACKED = {
    "plain": b"".join(RECORDS),
    "gzip by record": b"".join(map(member, RECORDS)),
    "gzip": gzip.compress(b"".join(RECORDS)),
    "zstd by record": b"".join(map(zstd.compress, RECORDS)),
    "zstd": zstd.compress(b"".join(RECORDS)),
}


def package(**members: bytes) -> bytes:
    """A WACZ package."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("datapackage.json", "{}")
        for name, data in members.items():
            archive.writestr(f"archive/{name}.warc.gz", data)
    return file.getvalue()


PACKED["package"] = package(a=b"".join(map(member, RECORDS[:3])), b=b"".join(map(member, RECORDS[3:])))


def read(data: bytes, **options: object) -> list[Captured | InputError]:
    return list(read_archive(io.BytesIO(data), "crawl", **options))  # type: ignore[arg-type]


def only(data: bytes, **options: object) -> Captured | InputError:
    [found] = read(data, **options)
    return found


@pytest.mark.parametrize("packing", PACKED)
def test_pages_come_in_order_with_what_the_archive_knows_of_them(packing: str, tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(PACKED[packing])
    found = [page for page in read_archive(path) if isinstance(page, Captured)]
    assert [page.body for page in found] == [PAGE % number for number in range(5)]
    page = found[3]
    assert page.record == "urn:uuid:00000000-0000-4000-8000-000000000003"
    assert (page.url, page.date, page.charset) == ("https://post.example/3", "2031-03-04T10:00:00Z", "utf-8")
    assert page.digest.startswith("sha1:")
    assert page.where.startswith(str(path))
    assert page.where.endswith("#00000000-0000-4000-8000-000000000003")
    assert not page.warnings


def test_only_successful_answers_of_html_and_resources_of_html_are_pages() -> None:
    page = PAGE % 1
    records = [
        record(1, page),
        record(2, page + b"2", status="404 Not Found"),
        record(3, page + b"3", status="301 Moved"),
        record(4, b'{"a": 1}', content_type="application/json"),
        record(5, page + b"5", content_type="application/octet-stream"),
        record(6, b"GIF89a", content_type="application/octet-stream"),
        record(7, page + b"7", kind="resource"),
        record(8, b"software: x\r\n", kind="warcinfo", content_type="application/warc-fields"),
        record(9, page + b"9", kind="request"),
        record(10, page + b"10", content_type="application/xhtml+xml"),
        record(11, page, kind="conversion"),
        record(12, page + b"12", status="206 Partial Content"),
    ]
    assert [page.record[-2:] for page in read(b"".join(records)) if isinstance(page, Captured)] == ["01", "05", "07", "10"]


def test_a_page_with_the_same_bytes_is_noted_as_a_duplicate() -> None:
    page = PAGE % 1
    packed = record(3, gzip.compress(page), head="Content-Encoding: gzip\r\n")
    first, other, again = read(record(1, page) + record(2, PAGE % 2) + packed)
    assert isinstance(first, Captured)
    assert first.duplicate_of is None
    assert isinstance(other, Captured)
    assert other.duplicate_of is None
    assert isinstance(again, Captured)
    assert again.duplicate_of == first.record


def test_a_revisit_is_given_when_asked_for() -> None:
    told = "WARC-Refers-To: <urn:uuid:1>\r\nWARC-Payload-Digest: sha1:ABC\r\n"
    data = record(1, PAGE % 1) + record(2, b"", kind="revisit", warc=told)
    assert len(read(data)) == 1
    _, revisit = read(data, revisits=True)
    assert isinstance(revisit, Captured)
    assert (revisit.revisit, revisit.duplicate_of, revisit.digest, revisit.body) == (True, "urn:uuid:1", "sha1:ABC", b"")


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Encoding: gzip\r\n", member(PAGE % 1)),
        ("Content-Encoding: zstd\r\n", zstd.compress(PAGE % 1)),
        ("Content-Encoding: deflate\r\n", zlib.compress(PAGE % 1)),
        ("Content-Encoding: deflate\r\n", deflate(PAGE % 1)),
        ("Content-Encoding: br\r\n", brotli.compress(PAGE % 1)),
        ("Transfer-Encoding: chunked\r\n", b"%x;x=1\r\n%b\r\n0\r\n\r\n" % (len(PAGE % 1), PAGE % 1)),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", b"%x\r\n%b\r\n0\r\n\r\n" % (len(z := member(PAGE % 1)), z)),
        # Archives that took the codings off, but left the heads.
        ("Content-Encoding: gzip\r\n", PAGE % 1),
        ("Content-Encoding: br\r\n", PAGE % 1),
        ("Content-Encoding: deflate\r\n", PAGE % 1),
        ("Transfer-Encoding: chunked\r\n", PAGE % 1),
    ],
)
def test_codings_are_taken_off_whether_they_are_there_or_not(head: str, body: bytes) -> None:
    page = only(record(1, body, head=head))
    assert isinstance(page, Captured)
    assert page.body == PAGE % 1


def test_a_page_that_can_not_be_unpacked_is_an_error_and_the_next_is_read() -> None:
    broken = record(1, gzip.compress(PAGE * 50)[:-30], head="Content-Encoding: gzip\r\n")
    error, page = read(broken + RECORDS[2])
    assert isinstance(error, Damaged)
    assert isinstance(page, Captured)


def test_of_a_page_that_the_crawler_cut_the_beginning_is_given_with_a_warning() -> None:
    body = gzip.compress(PAGE % 1 + random.Random(1).randbytes(100_000))[:-5000]
    page = only(record(1, body, head="Content-Encoding: gzip\r\n", warc="WARC-Truncated: length\r\n"))
    assert isinstance(page, Captured)
    assert page.body.startswith(PAGE % 1)
    assert "only the beginning" in page.warnings[0]


def test_bytes_that_do_not_fit_their_digest_have_a_warning() -> None:
    page = only(record(1, PAGE % 1, warc="WARC-Block-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"))
    assert isinstance(page, Captured)
    assert "digest" in page.warnings[0]


@pytest.mark.parametrize("packed", [False, True])
def test_a_page_above_the_limit_is_refused_and_the_next_is_read(packed: bool) -> None:
    large = PAGE + bytes(200_000)
    data = record(1, gzip.compress(large), head="Content-Encoding: gzip\r\n") if packed else record(1, large)
    error, page = read(data + RECORDS[2], max_size=1000)
    assert isinstance(error, TooLarge)
    assert isinstance(page, Captured)


@pytest.mark.parametrize("packing", ["gzip by record", "zstd by record", "package", "plain"])
def test_a_damaged_record_costs_itself_alone(packing: str) -> None:
    data = bytearray(PACKED[packing])
    at = data.index({"plain": RECORDS[1], "zstd by record": zstd.compress(RECORDS[1])}.get(packing, member(RECORDS[1])))
    at += 3 if packing == "plain" else 40
    data[at : at + 20] = b"\0" * 20
    found = read(bytes(data))
    assert [page.body for page in found if isinstance(page, Captured)] == [PAGE % number for number in (0, 2, 3, 4)]
    assert any(isinstance(error, Damaged) for error in found)


@pytest.mark.parametrize("packing", ["gzip by record", "zstd by record", "plain", "package"])
def test_of_an_archive_that_is_cut_off_what_is_whole_is_read(packing: str) -> None:
    found = read(PACKED[packing][: int(len(PACKED[packing]) * 0.55)])
    pages = [page for page in found if isinstance(page, Captured)]
    assert [page.body for page in pages] == [PAGE % number for number in range(len(pages))]
    assert len(pages) >= 2
    assert any(isinstance(error, Damaged) for error in found)


@given(packing=st.sampled_from(sorted(PACKED)), share=st.floats(0, 1))
def test_no_cut_goes_by_without_an_error_unless_all_that_began_is_there(packing: str, share: float) -> None:
    data = PACKED[packing]
    found = read(data[: int(share * (len(data) - 1))])
    pages = sum(isinstance(page, Captured) for page in found)
    if len(found) == pages:  # cut between two records, or within the empty lines behind one
        ends, end = {0}, 0
        for each in RECORDS:
            end += len(each if packing == "plain" else member(each) if packing == "gzip by record" else zstd.compress(each))
            ends |= set(range(end - 4, end + 1)) if packing == "plain" else {end}
        assert int(share * (len(data) - 1)) in ends or pages == 5


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x05\x06" + bytes(18), b"\x1f\x8b\x08" + bytes(20), package(), member(b"hello")])
def test_what_is_no_archive_is_one_error(data: bytes) -> None:
    assert isinstance(only(data), (NoDocument, NotText, Damaged))


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    assert isinstance(next(read_archive(tmp_path / "no.warc")), MissingInput)
    assert isinstance(next(read_archive(tmp_path)), UnreadableInput)


def test_a_stream_that_can_not_be_sought_in_is_read() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self.inner = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            return self.inner.readinto(buffer)

    stream: IO[bytes] = io.BufferedReader(Pipe(PACKED["gzip by record"]))
    assert sum(isinstance(page, Captured) for page in read_archive(stream, "pipe")) == 5


def test_a_record_that_unpacks_without_end_is_refused() -> None:
    head = record(1, b"", content_type="video/mp4").replace(b"Content-Length: ", b"Content-Length: 40000000")
    frame = zstd.compress(head[:-4] + bytes(1))
    bomb = zstd.compress(bytes(20_000_000))
    found = read(frame + bomb * 200 + zstd.compress(RECORDS[1]))
    assert any(isinstance(error, TooLarge) for error in found)


def test_memory_stays_the_same_however_many_pages_there_are(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    with path.open("wb") as file:
        for number in range(300):
            file.write(gzip.compress(record(number, PAGE % number + b"x" * 50_000), 1))
    tracemalloc.start()
    count = sum(isinstance(page, Captured) for page in read_archive(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300
    assert peak < 5_000_000


@given(
    data=st.one_of(
        st.binary(max_size=300), *(mutated(data) for data in PACKED.values()), st.binary(max_size=80).map(lambda d: b"WARC/1.0\r\n" + d)
    )
)
def test_any_bytes_give_pages_or_named_errors(data: bytes) -> None:
    for found in read(data, max_size=10_000, revisits=True):
        assert isinstance(found, (Captured, InputError))


@given(data=st.binary(max_size=5000), pack=st.sampled_from([gzip.compress, zstd.compress, bytes]), cut=st.integers(1, 20))
def test_what_is_packed_is_unpacked_and_what_is_not_stays(data: bytes, pack: Callable[[bytes], bytes], cut: int) -> None:
    def pieces(packed: bytes) -> Iterator[bytes]:
        stream = unpack(io.BytesIO(packed), "x")
        while piece := stream.read(100):
            yield piece

    if pack is bytes and data.startswith((b"\x1f\x8b\x08", b"(\xb5/\xfd")):
        return
    packed = pack(data) + pack(data) if pack is not bytes else data
    assert b"".join(pieces(packed)) == (data if pack is bytes else data + data)
    if pack is not bytes:
        with pytest.raises(Damaged):
            list(pieces(pack(data)[:-cut] if len(pack(data)) - cut > 4 else pack(data)[:5]))


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_what_unpacks_to_far_more_than_it_was_is_refused(pack: Callable[[bytes, int], bytes]) -> None:
    bomb = unpack(io.BytesIO(pack(bytes(66_000_000), 6)), "bomb")
    with pytest.raises(TooLarge, match="250 times"):
        sum(len(piece) for piece in iter(lambda: bomb.read(1 << 20), b""))
    with pytest.raises(TooLarge, match="1 kB"):
        unpack(io.BytesIO(pack(bytes(5000), 1)), "bomb", max_size=1000).read()
