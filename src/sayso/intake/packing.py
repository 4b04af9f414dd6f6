"""What gzip and zstd have packed is unpacked as it is read, within bounds."""

from __future__ import annotations

import io
import sys
import zlib
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, Protocol

from sayso.errors import Damaged, TooLarge, UnreadableInput
from sayso.intake.items import format_size

if TYPE_CHECKING:
    from typing_extensions import Buffer

GZIP = b"\x1f\x8b\x08"
ZSTD = b"\x28\xb5\x2f\xfd"
# Text packs to a fifth, repetitive tables to a fiftieth. What packs to less than this is a bomb, once it is large.
MAX_RATIO = 250
_FREE = 64_000_000  # bytes that may come out before the ratio is looked at
_PIECE = 1 << 16
_WINDOW = 27  # log2 of the memory that a zstd frame may ask for: 128 MB, the library's own limit
_SKIPPABLE = tuple(bytes([low]) + b"\x2a\x4d\x18" for low in range(0x50, 0x60))


def is_packed(head: bytes) -> bool:
    """Whether data that begins so is packed by gzip or zstd."""
    return head.startswith((GZIP, ZSTD, *_SKIPPABLE))


def unpack(stream: IO[bytes], where: str, *, max_size: int | None = None, max_ratio: int = MAX_RATIO) -> IO[bytes]:
    """What a stream holds, unpacked if it is packed by gzip or zstd, and as it is if it isn't.

    Members and frames that follow each other are one. Reading needs memory in proportion to the piece that is read.

    Args:
        stream: it is read as far as the answer is, and left open.
        where: names it in errors.
        max_size: bytes that may come out in all; None for no limit.
        max_ratio: bytes that may come out for each that went in, above the first 64 MB.

    Returns:
        A stream whose reading raises ``TooLarge`` above a limit, ``Damaged`` where the packing is broken or cut off, and
        ``UnreadableInput`` where the stream can't be read.
    """
    return io.BufferedReader(_Unpacked(stream, where, max_size, max_ratio), _PIECE)


class Joined(io.RawIOBase):
    """A stream whose beginning was read already; it stays open when this one goes."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a buffer with what comes next; 0 bytes at the end."""
        view = memoryview(buffer).cast("B")
        if self._head:
            data, self._head = self._head[: len(view)], self._head[len(view) :]
        else:
            data = self._stream.read(len(view)) or b""
        view[: len(data)] = data
        return len(data)


class _Unpacker(Protocol):
    """One member of gzip or one frame of zstd."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Unpacked(io.RawIOBase):
    """A raw stream of what another holds, unpacked."""

    def __init__(self, stream: IO[bytes], where: str, max_size: int | None, max_ratio: int) -> None:
        self._stream = stream
        self._where = where
        self._max_size = max_size
        self._max_ratio = max_ratio
        self._taken = self._given = 0
        self._ended = False
        self._rest = b""  # read, but not yet looked at
        while len(self._rest) < len(ZSTD) and (data := self._read()):
            self._rest += data
        self._make: Callable[[], _Unpacker] | None = None
        if self._rest.startswith(GZIP):
            self._make = _gzip_member
        elif is_packed(self._rest):
            self._make = _zstd_frame
        self._unpacker = self._make() if self._make else None

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a buffer with what comes next; 0 bytes at the end."""
        view = memoryview(buffer).cast("B")
        data = self._next(len(view)) if len(view) else b""
        view[: len(data)] = data
        return len(data)

    def _read(self) -> bytes:
        try:
            data = self._stream.read(_PIECE) if not self._ended else b""
        except OSError as error:
            raise UnreadableInput(self._where, f"can't be read: {error.strerror or error}") from None
        self._ended = self._ended or not data
        self._taken += len(data)
        return data or b""

    def _next(self, most: int) -> bytes:
        if self._make is None:
            if not self._rest:
                self._rest = self._read()
            data, self._rest = self._rest[:most], self._rest[most:]
        else:
            data = self._unpacked(most)
        self._given += len(data)
        if self._max_size is not None and self._given > self._max_size:
            raise TooLarge(self._where, f"unpacks to more than {format_size(self._max_size)}")
        if self._given > _FREE and self._given > self._taken * self._max_ratio:
            raise TooLarge(self._where, f"unpacks to more than {self._max_ratio} times its size, as no text does")
        return data

    def _unpacked(self, most: int) -> bytes:
        assert self._make is not None
        while True:
            if self._unpacker is None:
                # Padding with zeros between members is allowed.
                self._rest = self._rest.lstrip(b"\0")
                if not self._rest:
                    self._rest = self._read()
                if not self._rest:
                    return b""
                if not self._rest.strip(b"\0"):
                    self._rest = b""
                    continue
                self._unpacker = self._make()
            try:
                out = self._unpacker.decompress(self._rest, most)
            except Exception as error:  # zlib.error or zstd's own
                raise Damaged(self._where, f"is damaged: what is packed in it can't be unpacked ({error})") from None
            if self._unpacker.eof:
                self._rest, self._unpacker = self._unpacker.unused_data, None
            else:
                # zlib hands back what it didn't get to, zstd keeps it.
                self._rest = getattr(self._unpacker, "unconsumed_tail", b"")
            if out:
                return out
            if self._unpacker is not None and not self._rest:
                self._rest = self._read()
                if not self._rest:
                    raise Damaged(self._where, "is cut off: the end of what is packed in it is missing")


def _gzip_member() -> _Unpacker:
    return zlib.decompressobj(31)


def _zstd_frame() -> _Unpacker:
    zstd = _zstd()
    frame: _Unpacker = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW})
    return frame


def _zstd() -> Any:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd
