"""The raw bytes that texts were made from, kept as a WARC file.

With them a change of the extractor is never taken for a change of the article: the file says which extractor was at work.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import zlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sayso.errors import UnreadableInput

_GZIP = b"\x1f\x8b\x08"
_BEGIN = b"WARC/1."
_WINDOW = 1 << 20  # bytes that are searched at a time for the last record
_PIECE = 1 << 16
# The body is kept as it was sent, but without the transfer's own marks.
_TRANSFER = frozenset({"transfer-encoding", "content-length", "connection", "keep-alive", "trailer", "upgrade"})


class RawStore:
    """A WARC file, each record its own gzip member, to which responses are appended.

    Each record is written whole and handed to the system before ``add`` returns. What a run that was killed left half written
    at the file's end is cut off when the file is opened again.

    Args:
        path: the file (``.warc.gz``); it is made where there is none.
        software: what to say of the program that makes texts of the responses, with its versions.

    Raises:
        UnreadableInput: the file holds something else, can't be written, or another process is writing it.
    """

    def __init__(self, path: Path, software: str) -> None:
        self.path = path
        try:
            self._file = path.open("a+b", buffering=0)
        except OSError as error:
            raise UnreadableInput(str(path), f"can't be written: {error.strerror or error}") from None
        try:
            _lock(self._file, path)
            self._file.truncate(_whole(self._file, path))
            self._info = self._write("warcinfo", f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode(), {})
        except OSError as error:
            self._file.close()
            raise UnreadableInput(str(path), f"can't be written: {error.strerror or error}") from None
        except BaseException:
            self._file.close()
            raise

    def add(
        self, url: str, status: int, reason: str, headers: Iterable[tuple[str, str]], body: bytes, fetched: datetime, address: str | None
    ) -> str:
        """Append a response.

        Args:
            url: what was asked for.
            status: of the answer.
            reason: the words beside the status.
            headers: of the answer, in their order.
            body: as it was sent, still packed where ``content-encoding`` says so.
            fetched: when, with its time zone.
            address: the IP address that it came from.

        Returns:
            The record's id.

        Raises:
            UnreadableInput: the file can't be written.
        """
        lines = [f"HTTP/1.1 {status} {reason}".rstrip()]
        lines += [f"{name}: {value}" for name, value in headers if name.lower() not in _TRANSFER]
        lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(line.replace("\r", " ").replace("\n", " ") for line in lines).encode("utf-8", "surrogateescape")
        digest = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
        about = {"WARC-Target-URI": url, "WARC-Warcinfo-ID": self._info, "WARC-Payload-Digest": f"sha1:{digest}"}
        if address is not None:
            about["WARC-IP-Address"] = address
        try:
            return self._write("response", head + b"\r\n\r\n" + body, about, fetched)
        except OSError as error:
            raise UnreadableInput(str(self.path), f"can't be written: {error.strerror or error}") from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _write(self, kind: str, content: bytes, about: dict[str, str], date: datetime | None = None) -> str:
        from fastwarc.stream_io import GzipWriter
        from fastwarc.warc import WarcRecord, WarcRecordType

        record = WarcRecord()
        record.init_headers(getattr(WarcRecordType, kind), content_length=len(content))
        for name, value in about.items():
            record.headers[name] = value
        if kind == "response":
            record.is_http = True
        else:
            record.headers["Content-Type"] = "application/warc-fields"
        if date is not None:
            record.record_date = date
        record.set_bytes_content(content)
        member = io.BytesIO()
        writer = GzipWriter(member)
        record.write(writer, checksum_data=True)
        writer.finish()
        rest = memoryview(member.getvalue())
        while rest:  # a disk that is nearly full takes a part
            rest = rest[self._file.write(rest) or 0 :]
        return record.record_id or ""


def _lock(file: IO[bytes], path: Path) -> None:
    """Keep other processes from writing the file, where the system can do that."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UnreadableInput(str(path), "is being written by another process") from None


def _whole(file: IO[bytes], path: Path) -> int:
    """Bytes of the file that are whole records; only its end is read.

    Raises:
        UnreadableInput: it is no WARC file of gzip members.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(_PIECE)
    begun = _unpack(head)
    if not (head[:3] == _GZIP[: len(head)] and begun is not None and begun[:7] == _BEGIN[: len(begun)]):
        raise UnreadableInput(str(path), "is there already and is no WARC file (.warc.gz), so that nothing is added to it")
    end, overlap = size, len(_GZIP) - 1
    while end > 0:
        start = max(0, end - _WINDOW)
        file.seek(start)
        window = file.read(min(size, end + overlap) - start)
        at = window.rfind(_GZIP)
        while at >= 0:
            found, is_record = _member(file, start + at)
            if is_record:
                return start + at if found is None else found
            at = window.rfind(_GZIP, 0, at + overlap)
        end = start
    return 0


def _unpack(data: bytes) -> bytes | None:
    """How a gzip member begins that data is the beginning of; None if it is none."""
    try:
        return zlib.decompressobj(31).decompress(data, 64)
    except zlib.error:
        return None


def _member(file: IO[bytes], start: int) -> tuple[int | None, bool]:
    """Where the gzip member ends that begins at an offset (None if it is cut off or damaged), and whether it is a record."""
    file.seek(start)
    unpacker = zlib.decompressobj(31)
    begun = b""
    try:
        while data := file.read(_PIECE):
            while data:
                out = unpacker.decompress(data, _PIECE)
                begun += out[: len(_BEGIN) - len(begun)]
                if len(begun) == len(_BEGIN) != 0 and begun != _BEGIN:
                    return None, False
                if unpacker.eof:
                    return file.tell() - len(unpacker.unused_data), begun == _BEGIN
                data = unpacker.unconsumed_tail
    except zlib.error:
        pass
    return None, begun == _BEGIN
