"""The command line."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from sayso.errors import InputError, SaysoError

if TYPE_CHECKING:
    from sayso.intake.items import Item
    from sayso.models import Record
    from sayso.reading.reader import Reader

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

_AHEAD = 4  # documents under way for each worker
_SHOW_PROGRESS_AFTER = 20  # documents


class Format(StrEnum):
    """How records are printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"


class Failure(SaysoError):
    """What went wrong with one document inside the reader."""


def main() -> None:
    """Run the command line; the entry point of ``sayso``."""
    try:
        app()
    except KeyboardInterrupt:
        print("sayso: interrupted", file=sys.stderr)
        sys.exit(130)


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


@app.command(
    epilog="\b\nExamples:\n  sayso read article.txt\n  sayso read *.txt --format html -o articles.html\n"
    "  sayso read articles.jsonl --format jsonl > records.jsonl\n  pdftotext release.pdf - | sayso read -"
)
def read(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files of plain text, files of JSON Lines (.jsonl, .ndjson), or - for standard input."),
    ],
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the records.")] = Format.TEXT,
    workers: Annotated[int | None, typer.Option(min=1, help="Threads to read on; by default one for each core.")] = None,
    published: Annotated[str | None, typer.Option(metavar="DATE", help="Date (ISO 8601) of documents that have none of their own.")] = None,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Leave out statements that are less likely right than this.")] = 0.0,
    max_size: Annotated[int, typer.Option(min=1, metavar="BYTES", help="Refuse documents with more text than this.")] = 10_000_000,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to a file, which appears only when it is complete.")] = None,
) -> None:
    """Read articles and print their statements: who said what, in which words, and where.

    A line of JSON Lines holds one document: "text" is needed; "id", "url", "title", "outlet", "authors" and "published" are
    taken where they are there.

    Exit code: 0 if all was read, 1 if some inputs failed (each is named on standard error, the others are read), 2 for wrong
    use.
    """
    from sayso.intake.files import read_inputs

    if published is not None:
        try:
            datetime.fromisoformat(published)
        except ValueError:
            raise typer.BadParameter(
                f"{published!r} is no date of ISO 8601, such as 2031-03-04 or 2031-03-04T18:30", param_hint="--published"
            ) from None
    if output is not None and not output.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {str(output.parent)!r}", param_hint="--output")
    items = read_inputs(paths, published, max_size)
    failed = count = 0
    with _writer(output) as (out, is_terminal):
        printer = _PRINTERS[format](out, is_terminal)
        for result in _with_progress(_read_all(items, workers or _cores())):
            count += 1
            if isinstance(result, tuple):
                where, record = result
                if min_confidence > 0:
                    kept = [s for s in record.statements if s.confidence >= min_confidence]
                    record = record.model_copy(update={"statements": kept})
                printer.send((where, record))
            else:
                failed += 1
                print(f"sayso: {_plain(str(result))}", file=sys.stderr)
        printer.close()
    if failed:
        print(f"sayso: {failed} of {count} inputs could not be read", file=sys.stderr)
        raise typer.Exit(1)


def _plain(message: str) -> str:
    from sayso.render.clean import clean_line

    return clean_line(message)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read_all(items: Iterator[Item | InputError], workers: int) -> Iterator[tuple[str, Record] | SaysoError]:
    """Read documents on some threads, a bounded number at a time; results come in the order of the inputs.

    The encoder leaves Python's lock while it computes, and that is nearly all of the work: threads will do.
    """
    first = next(items, None)
    while isinstance(first, InputError):
        yield first
        first = next(items, None)
    if first is None:
        return
    from sayso.reading.reader import Reader

    second = next(items, None)
    if second is None:
        yield _read_one(Reader(threads=workers), first)
        return
    reader = Reader()
    under_way: deque[Future[tuple[str, Record] | SaysoError]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in chain((first, second), items):
                under_way.append(pool.submit(_read_one, reader, item))
                if len(under_way) >= workers * _AHEAD:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _read_one(reader: Reader, item: Item | InputError) -> tuple[str, Record] | SaysoError:
    if isinstance(item, InputError):
        return item
    try:
        return item.where, reader.read(item.document, item.warnings)
    except Exception as error:  # one document must not stop the others, whatever it does to the reader
        return Failure(f"{item.where}: could not be read: {type(error).__name__}: {error}; this is a fault of sayso's, please report it")


def _with_progress(results: Iterator[tuple[str, Record] | SaysoError]) -> Iterator[tuple[str, Record] | SaysoError]:
    """Show on standard error, if that is a terminal, how many documents are done."""
    if not sys.stderr.isatty():
        yield from results
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,} documents, {task.fields[rate]} a second"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None, rate="0", visible=False)
        for done, result in enumerate(results, 1):
            elapsed = progress.tasks[0].elapsed or 1
            progress.update(task, completed=done, rate=f"{done / elapsed:.1f}", visible=done >= _SHOW_PROGRESS_AFTER)
            yield result


@contextmanager
def _writer(output: Path | None) -> Iterator[tuple[IO[str], bool]]:
    """Standard output, or a file that takes its name only when it is complete."""
    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        try:
            yield sys.stdout, sys.stdout.isatty()
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read the output has gone: nothing is wrong, and nothing more can be printed.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    import tempfile

    handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            yield out, False
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, output)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class _Printer:
    """Prints records in one format."""

    def __init__(self, out: IO[str], is_terminal: bool) -> None:
        self.out = out
        self.is_terminal = is_terminal
        self.count = 0

    def send(self, result: tuple[str, Record]) -> None:
        """Print one record."""
        raise NotImplementedError

    def close(self) -> None:
        """Print what comes after the last record."""


class _TextPrinter(_Printer):
    def send(self, result: tuple[str, Record]) -> None:
        import shutil

        from sayso.render.terminal import render_text, wants_colour

        where, record = result
        if self.count:
            self.out.write("\n" + "─" * 40 + "\n\n")
        self.count += 1
        width = min(shutil.get_terminal_size((80, 24)).columns, 100)
        self.out.write(render_text(record, where, width, wants_colour(self.is_terminal)))
        self.out.flush()


class _JsonLinesPrinter(_Printer):
    def send(self, result: tuple[str, Record]) -> None:
        self.out.write(result[1].model_dump_json() + "\n")
        self.out.flush()


class _JsonPrinter(_Printer):
    """One object for one document, an array for more."""

    _held: str | None = None

    def send(self, result: tuple[str, Record]) -> None:
        if self._held is not None:
            self.out.write(("[\n" if self.count == 1 else ",\n") + self._held)
        self._held = result[1].model_dump_json(indent=2)
        self.count += 1

    def close(self) -> None:
        if self.count == 1:
            self.out.write(f"{self._held}\n")
        elif self.count:
            self.out.write(f",\n{self._held}\n]\n")


class _PagePrinter(_Printer):
    def __init__(self, out: IO[str], is_terminal: bool) -> None:
        super().__init__(out, is_terminal)
        self.records: list[tuple[str, Record]] = []

    def send(self, result: tuple[str, Record]) -> None:
        self.records.append(result)

    def close(self) -> None:
        from sayso.render.page import render_page

        if self.records:
            self.out.write(render_page(self.records))


_PRINTERS: dict[Format, Callable[[IO[str], bool], _Printer]] = {
    Format.TEXT: _TextPrinter,
    Format.JSON: _JsonPrinter,
    Format.JSONL: _JsonLinesPrinter,
    Format.HTML: _PagePrinter,
}
