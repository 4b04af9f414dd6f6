"""The commands that look after a ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sayso.cli.application import ledger_app
from sayso.cli.options import LedgerPlace
from sayso.cli.running import ending, opened, say


@ledger_app.command("stats")
def ledger_stats(place: LedgerPlace = "sayso.db", as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Say how much a ledger holds."""
    import json
    from dataclasses import asdict

    with ending("standard output"), opened(place) as store:
        stats = asdict(store.stats())
    print(json.dumps(stats, indent=1) if as_json else "\n".join(f"{name:12} {value:>14,}" for name, value in stats.items()))


@ledger_app.command("check")
def ledger_check(place: LedgerPlace = "sayso.db") -> None:
    """Check that everything in a ledger is whole; what isn't is named, and the exit code is then 1."""
    with ending("standard output"), opened(place) as store:
        problems = store.check()
    for problem in problems:
        say(problem)
    if problems:
        raise typer.Exit(1)
    print("nothing is wrong")


@ledger_app.command("backup")
def ledger_backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; nothing may be there.")], place: LedgerPlace = "sayso.db"
) -> None:
    """Copy a ledger to a file, while others read it and write to it."""
    with ending(str(file)), opened(place) as store:
        store.backup(file)


@ledger_app.command("reindex")
def ledger_reindex(place: LedgerPlace = "sayso.db") -> None:
    """Make what is searched anew from what is kept: the index of words, and the vectors that are missing; others may go on meanwhile."""
    with ending("standard output"), opened(place) as store:
        store.reindex()
    print("what is searched was made anew")


@ledger_app.command("upgrade")
def ledger_upgrade(place: LedgerPlace = "sayso.db") -> None:
    """Bring the tables of a ledger that an earlier version of sayso made to those of this one."""
    from sayso.ledger.store import Ledger

    with ending("standard output"):
        before, after = Ledger.upgrade(place)
    print(f"version {before} became {after}" if before != after else f"is of version {after} already")
