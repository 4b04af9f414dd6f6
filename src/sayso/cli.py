"""The command line."""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from threading import Event
from typing import IO, TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sayso.errors import InputError, NoLedger, SaysoError

if TYPE_CHECKING:
    from sayso.intake.items import Item, Listed
    from sayso.ledger.store import Ledger
    from sayso.models import Record
    from sayso.render.forms import Print, Style

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
ledger_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after a ledger.")
app.add_typer(ledger_app, name="ledger")

_UNITS = {"": 1, "K": 1000, "M": 1_000_000, "G": 1_000_000_000}
_MANY = 20  # inputs after which failures are said once more at the end
_LISTED = 100  # failures that are said again at most
_SHOW_PROGRESS = 200_000  # bytes of input above which the progress is shown


class Format(StrEnum):
    """How records are printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class _Done:
    """One document that was read: what is printed of it, and the bytes of input that it took up."""

    print: Print
    size: int


def main() -> None:
    """Run the command line; the entry point of ``sayso``."""
    # So that an output file that is half written is taken away on this way out too.
    signal.signal(signal.SIGTERM, _end)
    try:
        app()
    except SystemExit as end:
        if end.code in (130, 128 + signal.SIGTERM):
            # All is tidied up; a thread in the middle of a long article isn't waited for.
            sys.stderr.flush()
            os._exit(end.code)
        raise


def _end(number: int, _: object) -> NoReturn:
    sys.exit(128 + number)


def _print_version(wanted: bool) -> None:
    if wanted:
        from sayso.reading.reader import reader_version

        print(f"sayso {reader_version()}")
        raise typer.Exit


@app.callback()
def sayso(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version of code and weights.")
    ] = False,
) -> None:
    """Keep, for every statement in a news report, on whose say-so it stands."""


def _parse_date(words: str) -> str:
    from sayso.intake.items import is_date

    if not is_date(words):
        raise typer.BadParameter(f"{words!r} is no date of ISO 8601, such as 2031-03-04 or 2031-03-04T18:30:00Z")
    return words


def _parse_size(words: str | int) -> int:
    """A number of bytes, given as such or in kB, MB or GB."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?", str(words).replace("_", "").strip(), re.IGNORECASE | re.ASCII)
    size = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if not 0 < size < 1 << 40:
        raise typer.BadParameter(f"{words!r} is no size, such as 500kB, 20MB or 20000000")
    return size


# Options of every command that takes documents in.
LedgerPlace = Annotated[
    str, typer.Option("--ledger", metavar="FILE|URL", envvar="SAYSO_LEDGER", help="A file, or postgresql://user@host/database.")
]
Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH|URL|-...",
        help="Files, folders, patterns, addresses, or - for standard input; above is what they may hold.",
        show_default=False,
    ),
]
Workers = Annotated[int | None, typer.Option(min=1, max=1024, help="Threads to read on; by default one for each core.")]
Published = Annotated[
    str | None, typer.Option(metavar="DATE", parser=_parse_date, help="Date (ISO 8601) of documents that have none of their own.")
]
MaxSize = Annotated[
    int, typer.Option(metavar="SIZE", parser=_parse_size, help="Refuse documents with more text than this.", show_default="10MB")
]
ListFile = Annotated[
    Path | None, typer.Option("--list", metavar="FILE", help="Read the inputs that a file names, one a line; # begins a comment.")
]
FailedFile = Annotated[
    Path | None, typer.Option("--failed", metavar="FILE", help="Write what could not be read to a file that --list takes.")
]
KeepRaw = Annotated[Path | None, typer.Option(metavar="FILE", help="Add all that is fetched, as it was sent, to a web archive (.warc.gz).")]
AllowPrivate = Annotated[bool, typer.Option("--allow-private", help="Fetch from private, loopback and link-local addresses too.")]
TextColumn = Annotated[str | None, typer.Option(metavar="NAME", help="A table's column with the text, if it isn't \"text\".")]
IdColumn = Annotated[str | None, typer.Option(metavar="NAME", help="The same for your own ids.")]
UrlColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For addresses.")]
TitleColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For titles.")]
OutletColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For outlets.")]
AuthorsColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For authors.")]
PublishedColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For dates of publication.")]
ModifiedColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For dates of the last change.")]
LanguageColumn = Annotated[str | None, typer.Option(metavar="NAME", help="For languages.")]


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
    _check_places({"--output": output, "--failed": failed_file, "--keep-raw": keep_raw})
    if summary and format is Format.HTML:
        raise typer.BadParameter("a summary is printed as text, json or jsonl, not as html", param_hint="--summary")
    failures: list[InputError] = []
    with _ending(str(output or "standard output")):
        names, items = _take_in(context.params)
        with _kept(failed_file, failures):
            count = _read(items, format, workers, min_confidence, summary, output, _size_of(names), failures)
    _report(failures, count, failed_file)


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
    _check_places({"--failed": failed_file, "--keep-raw": keep_raw})
    with _ending("standard output"), Ledger(ledger) as store:
        while True:
            failures: list[InputError] = []
            seen = cache(store.seen)
            names, items = _take_in(context.params, lambda entry, seen=seen: entry.id in seen(entry.feed))  # type: ignore[misc]
            with _kept(failed_file, failures):
                kept = _add(items, store, workers, _size_of(names), failures)
            news, known = sum(kept.values()) - kept["known"], kept["known"]
            _say(f"{news} articles were new or changed, {known} known")
            if watch is None or stopped is None:
                break
            if stopped.wait(watch * 60):
                raise KeyboardInterrupt
    _report(failures, sum(kept.values()) + len(failures), failed_file)


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
    with closing(add_all(items, store, workers or available_cores())) as results, _progress(sys.stdout, total) as (advance, say):
        for result in results:
            if isinstance(result, InputError):
                failures.append(result)
                say(str(result))
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


@app.command(epilog="\b\nExamples:\n  sayso export --ledger news.db > records.jsonl\n  sayso export --format html -o all.html")
def export(
    ledger: LedgerPlace = "sayso.db",
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the records.")] = Format.JSONL,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Leave out statements that are less likely right than this.")] = 0.0,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to a file, which appears only when it is complete.")] = None,
) -> None:
    """Print what a ledger keeps: of each document the record of its latest reading, in the order in which they were added."""
    from sayso.render.forms import printer_for

    _check_places({"--output": output})
    with _ending(str(output or "standard output")), _opened(ledger) as store, _writer(output) as out:
        style = _style(format, out, min_confidence, False)
        printer = printer_for(style, out)
        number = 0
        for document in store.documents():
            for record in store.records(document)[-1:]:  # none of a document that was met and not read
                number += 1
                printer.send(style.print(number, record.appearance.where if record.appearance else document, record))
        printer.close()
        out.flush()


@app.command(epilog="\b\nExamples:\n  sayso show 3257f013f39a299c4b41904bb11d7c9d --ledger news.db")
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="Of a statement, as a record has it: 32 hex digits.")],
    ledger: LedgerPlace = "sayso.db",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show one statement of a ledger: whose it is, through whom it came, where it stands, and where its text was met."""
    import json

    from sayso.render.clean import clean_line

    with _ending("standard output"), _opened(ledger) as store:
        document = store.document_with(id)
        record, now = store.record(document), store.resolve(id)
        met = store.appearances(document)
    statement = next((s for s in record.statements if s.id == now), None)
    if statement is None:
        _say(f"{id}: the latest reading of document {document} doesn't find this statement any more")
        raise typer.Exit(1)
    places = [
        {
            "where": at.where if at else None,
            "url": about.url,
            "outlet": about.outlet,
            "published": about.published,
            "fetched": at and at.fetched,
        }
        for about, at in met
    ]
    if as_json:
        print(
            json.dumps({"document": document, "statement": statement.model_dump(mode="json"), "met": places}, ensure_ascii=False, indent=1)
        )
        return
    spoken = statement.speaker.name or statement.speaker.type
    print(clean_line(f"{spoken}: {statement.text}"))
    way = [link.name or link.role for link in statement.chain]
    facts = {
        "cue": record.document.words_at(statement.cue),
        "kind": ", ".join([statement.kind, *(["denial"] if statement.denial else [])]),
        "way": " > ".join(way),
        "within": statement.within or "",
        "document": f"{document}  {record.document.title or ''}",
        "stands at": ", ".join(f"{start}-{end}" for start, end in statement.content),
        "confidence": f"{statement.confidence:.2f}",
    }
    for name, words in facts.items():
        if words.strip():
            print(f"  {name:10}  {clean_line(words)}")
    for place in places:
        print("  met at      " + clean_line("  ".join(str(value) for value in dict.fromkeys(place.values()) if value)))


@ledger_app.command("stats")
def ledger_stats(place: LedgerPlace = "sayso.db", as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Say how much a ledger holds."""
    import json
    from dataclasses import asdict

    with _ending("standard output"), _opened(place) as store:
        stats = asdict(store.stats())
    print(json.dumps(stats, indent=1) if as_json else "\n".join(f"{name:12} {value:>14,}" for name, value in stats.items()))


@ledger_app.command("check")
def ledger_check(place: LedgerPlace = "sayso.db") -> None:
    """Check that everything in a ledger is whole; what isn't is named, and the exit code is then 1."""
    with _ending("standard output"), _opened(place) as store:
        problems = store.check()
    for problem in problems:
        _say(problem)
    if problems:
        raise typer.Exit(1)
    print("nothing is wrong")


@ledger_app.command("backup")
def ledger_backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; nothing may be there.")], place: LedgerPlace = "sayso.db"
) -> None:
    """Copy a ledger to a file, while others read it and write to it."""
    with _ending(str(file)), _opened(place) as store:
        store.backup(file)


@ledger_app.command("upgrade")
def ledger_upgrade(place: LedgerPlace = "sayso.db") -> None:
    """Bring the tables of a ledger that an earlier version of sayso made to those of this one."""
    from sayso.ledger.store import Ledger

    with _ending("standard output"):
        before, after = Ledger.upgrade(place)
    print(f"version {before} became {after}" if before != after else f"is of version {after} already")


def _opened(place: str) -> Ledger:
    """A ledger that is there."""
    from sayso.ledger.store import Ledger

    if "://" not in place and not Path(place).exists():
        raise NoLedger(f"{place}: there is no ledger; sayso add makes one, and --ledger names another")
    return Ledger(place)


def _check_places(places: dict[str, Path | None]) -> None:
    for option, path in places.items():
        if path is not None and (path.is_dir() or not path.parent.is_dir()):
            reason = f"{str(path)!r} is a folder" if path.is_dir() else f"there is no folder {str(path.parent)!r}"
            raise typer.BadParameter(reason, param_hint=option)


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


@contextmanager
def _ending(out: str) -> Iterator[None]:
    """Turn what ends a command into words and an exit code."""
    try:
        yield
    except KeyboardInterrupt:
        _say("interrupted")
        raise typer.Exit(130) from None
    except BrokenPipeError:
        # Whoever read the output has gone: nothing is wrong, and nothing more can be printed.
        _close_standard_output()
        raise typer.Exit(0) from None
    except SaysoError as error:
        _say(str(error))
        raise typer.Exit(1) from None
    except OSError as error:  # inputs give their errors as values: this is about the output
        _close_standard_output()
        _say(f"{out}: can't be written: {error.strerror or error}")
        raise typer.Exit(1) from None


def _report(failures: list[InputError], count: int, failed_file: Path | None) -> None:
    """Say what failed, and end with exit code 1 if anything did."""
    if failures:
        if count > _MANY:  # what was said when it failed is far above by now
            for failure in failures[:_LISTED]:
                _say(str(failure))
        where = f"; {failed_file} lists them" if failed_file is not None else ""
        _say(f"{len(failures)} of {count} inputs could not be read{where}")
        raise typer.Exit(1)


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("sayso")


@contextmanager
def _kept(path: Path | None, failures: list[InputError]) -> Iterator[None]:
    """Write a list of failures, whatever ends the work on the inputs."""
    try:
        yield
    finally:
        if path is not None:
            from sayso.intake.files import write_list

            with _writer(path) as out:
                out.write(write_list(failures))


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
    with _writer(output) as out:
        style = _style(format, out, min_confidence, summary)
        printer = printer_for(style, out)
        results = read_all(items, partial(_print, style), workers or available_cores())
        with closing(results), _progress(out, total) as (advance, say):
            for result in results:
                count += 1
                if isinstance(result, InputError):
                    failures.append(result)
                    say(str(result))
                    printer.miss()
                else:
                    printer.send(result.print)
                    advance(result.size)
        printer.close()
        out.flush()
    return count


def _print(style: Style, number: int, item: Item, record: Record) -> _Done:
    return _Done(style.print(number, item.where, record), item.size)


def _style(format: Format, out: IO[str], min_confidence: float, summary: bool) -> Style:
    import shutil

    from sayso.render.forms import Style

    width, colour = 80, False
    if format is Format.TEXT:
        from sayso.render.terminal import wants_colour

        width, colour = min(shutil.get_terminal_size((80, 24)).columns, 100), wants_colour(out.isatty())
    return Style(format.value, width, colour, min_confidence, summary)


def _say(message: str) -> None:
    """Say something on standard error, whatever a file's name or an article put into it."""
    from sayso.render.clean import clean_line

    print(f"sayso: {clean_line(message)}", file=sys.stderr)


@contextmanager
def _progress(out: IO[str], total: int | None) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """A bar on standard error, if that is a terminal, results don't go to the same terminal, and there is something to wait for.

    Args:
        out: where the results go.
        total: bytes of all inputs; None where nobody can say.

    Yields:
        What advances the bar by a document of so many bytes, and what says something on standard error beside it.
    """
    if not sys.stderr.isatty() or out.isatty() or (total is not None and total < _SHOW_PROGRESS):
        yield (lambda _: None), _say
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from sayso.render.clean import clean_line

    known = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn()) if total is not None else (SpinnerColumn(),)
    columns = (*known, TextColumn("{task.fields[documents]:,} documents"), TimeElapsedColumn())
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("", total=total, documents=0)

        def advance(size: int) -> None:
            progress.update(task, advance=size, documents=progress.tasks[0].fields["documents"] + 1)

        yield advance, lambda message: console.print(f"sayso: {clean_line(message)}", soft_wrap=True)


def _close_standard_output() -> None:
    """Let what is left for standard output go nowhere, so that Python doesn't fail on it once more when it ends."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


@contextmanager
def _writer(output: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a file that takes its name only when it is complete."""
    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdout
        return
    if output.exists() and not stat.S_ISREG(output.stat().st_mode):  # a device or a pipe: to be written to, never replaced
        with output.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as out:
            yield out
        return
    import tempfile

    output = output.resolve()  # a link stays one
    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name[:100]}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        if output.exists():
            mode = stat.S_IMODE(output.stat().st_mode)
        else:
            umask = os.umask(0)
            os.umask(umask)
            mode = 0o666 & ~umask
        os.chmod(name, mode)
        os.replace(name, output)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
