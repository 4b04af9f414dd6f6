"""The one door through which documents come in: files, folders, patterns, addresses, standard input.

One bad input never stops the rest: errors are values in the stream of items.
"""

from __future__ import annotations

import glob
import itertools
import mimetypes
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO

from sayso.errors import InputError, MissingInput, NoDocument, TooLarge, UnreadableInput
from sayso.intake.contents import Source, Terms, read_contents
from sayso.intake.databases import split_table
from sayso.intake.feeds import Listing
from sayso.intake.items import MAX_SIZE, Item, Listed, is_date
from sayso.intake.rows import check_columns
from sayso.intake.web import Web, is_address

STANDARD_INPUT = "standard input"
# Where a shell keeps what `<(command)` writes: pipes that have a writer, so that reading them comes to an end.
_SHELL_PIPES = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")
# Files of a folder that are passed over: they hold no news, and a saved page brings many.
_NO_NEWS = ("image/", "audio/", "video/", "font/", "text/css", "text/javascript", "application/javascript")
_PART = re.compile(r"(.+?)(?:#.+|:\d+)", re.S)
_REMOTE_PART = re.compile(r"(https?://[^/]+/[^#]*?)(?::\d+|(?:(?<=\.warc)|(?<=\.warc\.gz)|(?<=\.wacz))#.+)", re.I)
# Inputs whose size is that of what is taken in.
_PLAIN = ("", ".txt", ".md", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".html", ".htm", ".vtt", ".srt")


def read_inputs(
    names: Iterable[str],
    *,
    published: str | None = None,
    max_size: int = MAX_SIZE,
    columns: Mapping[str, str] | None = None,
    allow_private: bool = False,
    keep_raw: Path | None = None,
    cache: Path | None = None,
    known: Callable[[Listed], bool] = lambda _: False,
) -> Iterator[Item | InputError]:
    """Take in documents from whatever holds them.

    An input is opened when its turn comes, and what holds many documents gives them one by one, so that memory holds one at a
    time. A part of an input, named as an item's ``where`` names it ("news.jsonl:12", "crawl.warc.gz#..."), is taken
    from it alone.

    Args:
        names: paths of files and folders, patterns ("news/*.html", "news/**/*.txt"), addresses of http and https, or "-" for
            standard input, in the order in which their documents come out.
        published: ISO 8601 date or date and time for documents that have none of their own.
        max_size: bytes of text above which a document is refused.
        columns: tables' names of sayso's columns where they differ, such as {"text": "body"}.
        allow_private: fetch from private, loopback and link-local addresses too.
        keep_raw: a WARC file to which all that is fetched is added as it was sent.
        cache: folder for answers that needn't be sent again while they are unchanged.
        known: whether an entry of a feed is passed over without being fetched.

    Yields:
        For each document an ``Item``, or the error that says why there is none.

    Raises:
        ValueError: at the first item, if ``published`` is no date, or ``columns`` names a column that sayso doesn't know.
        InputError: at the first item, if ``keep_raw`` can't be written.
    """
    if published is not None and not is_date(published):
        raise ValueError(f"{published!r} is no date as ISO 8601 writes it")
    terms = Terms(published, max_size, check_columns(columns), known)
    with Web(allow_private=allow_private, keep_raw=keep_raw, cache=cache) as web:
        for each in _gathered(found for name in names for found in _expand(name)):
            if isinstance(each, InputError):
                yield each
            else:
                name, wanted = each
                items = _read(name, terms, web)
                yield from _only(wanted, items) if wanted else items


def size_of(names: Iterable[str]) -> int | None:
    """Bytes that inputs hold together; None where one isn't a file of which that can be said."""
    total = 0
    for name in names:
        try:
            status = os.stat(name)
        except (OSError, ValueError):
            if name == "-" or is_address(name) or glob.has_magic(name) or _container(name):
                return None
            continue  # an input that is an error takes no time
        if not stat.S_ISREG(status.st_mode) or os.path.splitext(name)[1].lower() not in _PLAIN:
            return None
        total += status.st_size
    return total


def read_list(path: Path) -> list[str]:
    """The inputs that a file names, one a line; blank lines, and those that begin with "#", are left out.

    Raises:
        InputError: the file can't be read.
    """
    try:
        lines = path.read_text("utf-8", "surrogateescape").split("\n")
    except FileNotFoundError:
        raise MissingInput(str(path), "there is no such file") from None
    except (OSError, ValueError) as error:
        raise UnreadableInput(str(path), f"can't be read: {getattr(error, 'strerror', None) or error}") from None
    return [line.rstrip("\r") for line in lines if line.strip() and not line.startswith("#")]


def write_list(errors: Iterable[InputError]) -> str:
    """Failed inputs, one a line, each with its reason in a comment above it, as ``read_list`` reads them."""
    lines = []
    for error in errors:
        lines.append(f"# {' '.join(error.reason.split())}")
        whole = not any(mark in error.where for mark in "\r\n") and not error.where.startswith(STANDARD_INPUT)
        lines.append(("./" if error.where.startswith("#") else "") + error.where if whole else f"# {' '.join(error.where.split())}")
    return "".join(f"{line}\n" for line in lines)


def _expand(name: str) -> list[str | InputError]:
    """The inputs that a name stands for: the files of a folder or of a pattern, else itself."""
    if name == "-" or is_address(name):
        return [name]
    if os.path.isdir(name):
        return [*sorted(_walk(name))] or [NoDocument(name, "is a folder without files that could hold news")]
    if glob.has_magic(name) and not os.path.lexists(name):
        found = [path for path in sorted(glob.glob(name, recursive=True)) if not os.path.isdir(path)]
        return [*found] or [MissingInput(name, "no file has a name of this pattern")]
    return [name]


def _walk(folder: str) -> Iterator[str]:
    """Files of a folder and of those in it, but hidden ones, and pictures and the like."""
    for at, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]
        for file in files:
            if not file.startswith(".") and not (mimetypes.guess_type(file)[0] or "").startswith(_NO_NEWS):
                yield os.path.join(at, file)


def _container(name: str) -> str | None:
    """The input of which a name names a part; None if it names none."""
    if is_address(name):
        remote = _REMOTE_PART.fullmatch(name)
        return remote[1] if remote else None
    match = _PART.fullmatch(name)
    if match is None:
        return None
    at = match[1]
    if os.path.exists(split_table(at)[0]):
        return at
    # A web archive in a WACZ package.
    return next((str(parent) for parent in Path(at).parents if parent.is_file()), None)


def _gathered(names: Iterable[str | InputError]) -> Iterator[tuple[str, list[str]] | InputError]:
    """Inputs, each with the parts of it that are wanted, none for all of it; those that follow each other are found in one pass."""
    container, wanted = "", list[str]()
    for name in names:
        whole = isinstance(name, InputError) or name == "-" or os.path.lexists(name)
        found = None if whole else _container(str(name))
        if wanted and found != container:
            yield container, wanted
            wanted = []
        if isinstance(name, InputError):
            yield name
        elif found is None:
            yield name, []
        else:
            container = found
            wanted.append(name)
    if wanted:
        yield container, wanted


def _only(wanted: list[str], items: Iterator[Item | InputError]) -> Iterator[Item | InputError]:
    waiting = set(wanted)
    for item in items:
        if item.where in waiting:
            waiting.discard(item.where)
            yield item
            if not waiting:
                return
    for where in wanted:
        if where in waiting:
            yield MissingInput(where, "there is no such part of it")


def _read(name: str, terms: Terms, web: Web) -> Iterator[Item | InputError]:
    """The documents of one input; one that holds none is an error."""
    where = STANDARD_INPUT if name == "-" else name
    try:
        if is_address(name):
            yield from _listed(read_contents(web.open(name), terms), where, terms, web)
        elif name == "-":
            yield from _listed(read_contents(Source(where, "", sys.stdin.buffer), terms), where, terms, web)
        else:
            path, _ = split_table(name)
            with _open(path) as stream:
                source = Source(where, os.path.basename(path), stream, path=name)
                yield from _listed(read_contents(source, terms), where, terms, web)
    except InputError as error:
        yield error
    except OSError as error:
        yield UnreadableInput(where, f"can't be read: {error.strerror or error}")


def _listed(found: Iterator[Item | Listing | InputError], where: str, terms: Terms, web: Web) -> Iterator[Item | InputError]:
    """Documents as they are, and for what a feed or a sitemap lists the documents there."""
    none = True
    for each in found:
        if not isinstance(each, Listing):
            none = False
            yield each
            continue
        yield from (TooLarge(where, warning) for warning in each.warnings)
        for entry in itertools.chain(each.entries, *(web.follow(address) for address in each.sitemaps)):
            none = False
            if isinstance(entry, InputError):
                yield entry
                continue
            listed = Listed(where, entry.id or entry.url)
            if not terms.known(listed):
                for item in _fetch_listed(entry.url, replace(terms, published=entry.published or terms.published), web):
                    yield replace(item, entry=listed) if isinstance(item, Item) else item
    if none:
        yield NoDocument(where, "holds no documents")


def _fetch_listed(url: str, terms: Terms, web: Web) -> Iterator[Item | InputError]:
    """The documents at an address that a feed lists; what is a feed there isn't followed in its turn."""
    try:
        for each in read_contents(web.open(url), terms):
            yield NoDocument(url, "is a feed that a feed lists; name it to have it read") if isinstance(each, Listing) else each
    except InputError as error:
        yield error
    except OSError as error:
        yield UnreadableInput(url, f"can't be read: {error.strerror or error}")


def _open(path: str) -> IO[bytes]:
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        raise MissingInput(path or "''", "there is no such file") from None
    except (OSError, ValueError) as error:
        raise UnreadableInput(path, f"can't be opened: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISFIFO(mode) and not path.startswith(_SHELL_PIPES):
        # A named pipe without a writer would be waited for without end.
        raise UnreadableInput(path, "is a named pipe; hand it over as standard input: sayso read - < PIPE")
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise UnreadableInput(path, "is a device or a socket, no regular file")
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise UnreadableInput(path, f"can't be opened: {error.strerror or error}") from None
