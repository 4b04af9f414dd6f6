"""How a command runs: where its output goes, how far it is, and how it ends."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import typer

from sayso.cli.options import Format
from sayso.errors import InputError, NoLedger, SaysoError

if TYPE_CHECKING:
    from sayso.ledger.store import Ledger
    from sayso.render.forms import Style

_MANY = 20  # inputs after which failures are said once more at the end
_LISTED = 100  # failures that are said again at most
_SHOW_PROGRESS = 200_000  # bytes of input above which the progress is shown


def opened(place: str) -> Ledger:
    """A ledger that is there."""
    from sayso.ledger.store import Ledger

    if "://" not in place and not Path(place).exists():
        raise NoLedger(f"{place}: there is no ledger; sayso add makes one, and --ledger names another")
    return Ledger(place)


def check_places(places: dict[str, Path | None]) -> None:
    """See that files, each given by the option that names it, can be written before any work is done."""
    for option, path in places.items():
        if path is not None and (path.is_dir() or not path.parent.is_dir()):
            reason = f"{str(path)!r} is a folder" if path.is_dir() else f"there is no folder {str(path.parent)!r}"
            raise typer.BadParameter(reason, param_hint=option)


@contextmanager
def ending(out: str) -> Iterator[None]:
    """Turn what ends a command into words and an exit code."""
    try:
        yield
    except KeyboardInterrupt:
        say("interrupted")
        raise typer.Exit(130) from None
    except BrokenPipeError:
        # Whoever read the output has gone: nothing is wrong, and nothing more can be printed.
        _close_standard_output()
        raise typer.Exit(0) from None
    except SaysoError as error:
        say(str(error))
        raise typer.Exit(1) from None
    except OSError as error:  # inputs give their errors as values: this is about the output
        _close_standard_output()
        say(f"{out}: can't be written: {error.strerror or error}")
        raise typer.Exit(1) from None


def report(failures: list[InputError], count: int, failed_file: Path | None) -> None:
    """Say what failed, and end with exit code 1 if anything did."""
    if failures:
        if count > _MANY:  # what was said when it failed is far above by now
            for failure in failures[:_LISTED]:
                say(str(failure))
        where = f"; {failed_file} lists them" if failed_file is not None else ""
        say(f"{len(failures)} of {count} inputs could not be read{where}")
        raise typer.Exit(1)


@contextmanager
def listing(path: Path | None, failures: list[InputError]) -> Iterator[None]:
    """Write a list of failures, whatever ends the work on the inputs."""
    try:
        yield
    finally:
        if path is not None:
            from sayso.intake.files import write_list

            with writer(path) as out:
                out.write(write_list(failures))


def style_for(format: Format, out: IO[str], min_confidence: float, summary: bool) -> Style:
    """How records are printed to where the output goes."""
    import shutil

    from sayso.render.forms import Style

    width, colour = 80, False
    if format is Format.TEXT:
        from sayso.render.terminal import wants_colour

        width, colour = min(shutil.get_terminal_size((80, 24)).columns, 100), wants_colour(out.isatty())
    return Style(format.value, width, colour, min_confidence, summary)


def say(message: str) -> None:
    """Say something on standard error, whatever a file's name or an article put into it."""
    from sayso.render.clean import clean_line

    print(f"sayso: {clean_line(message)}", file=sys.stderr)


@contextmanager
def progress(out: IO[str], total: int | None) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """A bar on standard error, if that is a terminal, results don't go to the same terminal, and there is something to wait for.

    Args:
        out: where the results go.
        total: bytes of all inputs; None where nobody can say.

    Yields:
        What advances the bar by a document of so many bytes, and what says something on standard error beside it.
    """
    if not sys.stderr.isatty() or out.isatty() or (total is not None and total < _SHOW_PROGRESS):
        yield (lambda _: None), say
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
def writer(output: Path | None) -> Iterator[IO[str]]:
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
