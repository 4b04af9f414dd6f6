"""The command line's root: what every command hangs on, and how it ends."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
ledger_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after a ledger.")
app.add_typer(ledger_app, name="ledger")


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
