"""The commands that take documents in: read and add."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sayso.cli.application import app
from sayso.cli.options import (
    AllowPrivate,
    AuthorsColumn,
    FailedFile,
    Format,
    IdColumn,
    Inputs,
    KeepRaw,
    LanguageColumn,
    LedgerPlace,
    ListFile,
    MaxSize,
    ModifiedColumn,
    OutletColumn,
    Published,
    PublishedColumn,
    TextColumn,
    TitleColumn,
    UrlColumn,
    Workers,
)
from sayso.cli.running import check_places, ending, listing, progress, report, say, style_for, writer
from sayso.errors import InputError

if TYPE_CHECKING:
    from sayso.intake.items import Item, Listed
    from sayso.ledger.store import Ledger
    from sayso.models import Record
    from sayso.render.forms import Print, Style


@dataclass(frozen=True, slots=True)
class _Done:
    """One document that was read: what is printed of it, and the bytes of input that it took up."""

    print: Print
    size: int


@app.command(
    epilog="\b\nExamples:\n  sayso read article.txt\n  sayso read *.txt --format html -o articles.html\n"
    "  sayso read articles.jsonl --format jsonl > records.jsonl\n  sayso read articles.jsonl --summary\n"
    "  sayso read https://news.example/feed.xml --failed later.txt\n  sayso read --list later.txt\n"
    "  sayso read crawl.warc.gz release.pdf archive/ -f jsonl -o records.jsonl\n"
    "  sayso read table.csv --text-column body\n  curl -s https://news.example/a.html | sayso read -"
)
def read(
    context: typer.Context,
    inputs: Inputs = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the records.")] = Format.TEXT,
    workers: Workers = None,
    published: Published = None,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Leave out statements that are less likely right than this.")] = 0.0,
    summary: Annotated[
        bool, typer.Option("--summary", help="Print one profile of all articles in place of the records: whose words they rest on.")
    ] = False,
    max_size: MaxSize = 10_000_000,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to a file, which appears only when it is complete.")] = None,
    list_file: ListFile = None,
    failed_file: FailedFile = None,
    keep_raw: KeepRaw = None,
    allow_private: AllowPrivate = False,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    url_column: UrlColumn = None,
    title_column: TitleColumn = None,
    outlet_column: OutletColumn = None,
    authors_column: AuthorsColumn = None,
    published_column: PublishedColumn = None,
    modified_column: ModifiedColumn = None,
    language_column: LanguageColumn = None,
) -> None:
    """Read articles and print their statements: who said what, in which words, and where.

    Inputs may be plain text, web pages, feeds and sitemaps (the pages that they list are fetched), web archives (WARC, WACZ),
    tables (JSON Lines, JSON, CSV, Parquet, SQLite as news.db::table), records that sayso wrote, GDELT's Global Quotation
    Graph, PDF, Word and OpenDocument files, subtitles (WebVTT, SRT), each also packed by gzip or zstd. What an input is, its
    bytes say. A part of one is named as messages name it: news.jsonl:12.

    A row of a table holds one document: "text" is needed; "id", "url", "title", "outlet", "authors", "published", "modified"
    and "language" are taken where they are there.

    Exit code: 0 if all was read, 1 if some inputs failed (each is named on standard error, the others are read), 2 for wrong
    use.
    """
    check_places({"--output": output, "--failed": failed_file, "--keep-raw": keep_raw})
    if summary and format is Format.HTML:
        raise typer.BadParameter("a summary is printed as text, json or jsonl, not as html", param_hint="--summary")
    failures: list[InputError] = []
    with ending(str(output or "standard output")):
        names, items = _take_in(context.params)
        with listing(failed_file, failures):
            count = _read(items, format, workers, min_confidence, summary, output, _size_of(names), failures)
    report(failures, count, failed_file)


@app.command(
    epilog="\b\nExamples:\n  sayso add articles/ --ledger news.db\n  sayso add https://news.example/feed.xml --watch 15\n"
    "  sayso add crawl.warc.gz --ledger postgresql://user@host/news\n  sayso add records.jsonl"
)
def add(
    context: typer.Context,
    inputs: Inputs = None,
    ledger: LedgerPlace = "sayso.db",
    watch: Annotated[
        float | None, typer.Option(min=0.1, metavar="MINUTES", help="Go on, and look again after so many minutes, until it is stopped.")
    ] = None,
    workers: Workers = None,
    published: Published = None,
    max_size: MaxSize = 10_000_000,
    list_file: ListFile = None,
    failed_file: FailedFile = None,
    keep_raw: KeepRaw = None,
    allow_private: AllowPrivate = False,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    url_column: UrlColumn = None,
    title_column: TitleColumn = None,
    outlet_column: OutletColumn = None,
    authors_column: AuthorsColumn = None,
    published_column: PublishedColumn = None,
    modified_column: ModifiedColumn = None,
    language_column: LanguageColumn = None,
) -> None:
    """Read articles and keep them in a ledger; a line is printed for each when it is kept for good.

    Takes the inputs that "sayso read" takes. The same text met twice is one document with two appearances; another text at a
    known address is a new version of it; what this version of the reader has read isn't read again. Of a feed, what was kept
    before isn't fetched again. A run that was interrupted, however that was, is finished by running it again.

    Exit code: 0 if all was kept, 1 if some inputs failed (each is named on standard error), 2 for wrong use.
    """
    from sayso.ledger.store import Ledger

    stopped = _stop_on_interrupt() if watch is not None else None
    check_places({"--failed": failed_file, "--keep-raw": keep_raw})
    with ending("standard output"), Ledger(ledger) as store:
        while True:
            failures: list[InputError] = []
            names, items = _take_in(context.params, lambda entry: store.has_seen(entry.feed, entry.id))
            with listing(failed_file, failures):
                kept = _add(items, store, workers, _size_of(names), failures)
            news, known = sum(kept.values()) - kept["known"], kept["known"]
            say(f"{news} articles were new or changed, {known} known")
            if watch is None or stopped is None:
                break
            if stopped.wait(watch * 60):
                raise KeyboardInterrupt
    report(failures, sum(kept.values()) + len(failures), failed_file)


def _stop_on_interrupt() -> Event:
    """What is set by Ctrl-C, beside the exception, which is lost where it is raised while an object is tidied up."""
    stopped = Event()

    def interrupt(*_: object) -> NoReturn:
        stopped.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    return stopped


def _add(
    items: Iterator[Item | InputError], store: Ledger, workers: int | None, total: int | None, failures: list[InputError]
) -> Counter[str]:
    """Keep what comes in; gives how many documents were new, a new version, met elsewhere, read anew, or known."""
    from sayso.pipeline import add_all, available_cores
    from sayso.render.clean import clean_line

    kept: Counter[str] = Counter()
    with closing(add_all(items, store, workers or available_cores())) as results, progress(sys.stdout, total) as (advance, tell):
        for result in results:
            if isinstance(result, InputError):
                failures.append(result)
                tell(str(result))
                continue
            new = result.added
            what = (
                "new version" if new.version
                else "new" if new.document
                else "met again" if new.appearance
                else "read anew" if new.reading
                else "known"
            )  # fmt: skip
            kept[what] += 1
            print(f"{new.id}  {what:11}  {clean_line(result.where)}", flush=True)
            advance(result.size)
    return kept


def _take_in(
    options: Mapping[str, Any], known: Callable[[Listed], bool] = lambda _: False
) -> tuple[list[str], Iterator[Item | InputError]]:
    """The inputs that a command names, and what they hold."""
    from sayso.intake.files import read_inputs, read_list
    from sayso.intake.rows import COLUMNS

    names = [*(options["inputs"] or []), *(read_list(options["list_file"]) if options["list_file"] is not None else [])]
    if not names:
        raise typer.BadParameter("name at least one, or a list of inputs with --list", param_hint="PATH|URL|-...")
    columns = {column: name for column in COLUMNS if (name := options.get(f"{column}_column")) is not None}
    items = read_inputs(
        names, published=options["published"], max_size=options["max_size"], columns=columns, allow_private=options["allow_private"],
        keep_raw=options["keep_raw"], cache=_cache_folder(), known=known,
    )  # fmt: skip
    return names, items


def _size_of(names: list[str]) -> int | None:
    from sayso.intake.files import size_of

    return size_of(names)


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("sayso")


def _read(
    items: Iterator[Item | InputError],
    format: Format,
    workers: int | None,
    min_confidence: float,
    summary: bool,
    output: Path | None,
    total: int | None,
    failures: list[InputError],
) -> int:
    """Read and print, and add what failed to ``failures``; gives the number of all inputs."""
    from sayso.pipeline import available_cores, read_all
    from sayso.render.forms import printer_for

    count = 0
    with writer(output) as out:
        style = style_for(format, out, min_confidence, summary)
        printer = printer_for(style, out)
        results = read_all(items, partial(_print, style), workers or available_cores())
        with closing(results), progress(out, total) as (advance, tell):
            for result in results:
                count += 1
                if isinstance(result, InputError):
                    failures.append(result)
                    tell(str(result))
                    printer.miss()
                else:
                    printer.send(result.print)
                    advance(result.size)
        printer.close()
        out.flush()
    return count


def _print(style: Style, number: int, item: Item, record: Record) -> _Done:
    return _Done(style.print(number, item.where, record), item.size)
