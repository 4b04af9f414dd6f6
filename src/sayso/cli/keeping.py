"""The commands that look after a ledger."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
        unlinked = store.unlinked() if not problems else 0
    for problem in problems:
        say(problem)
    if problems:
        raise typer.Exit(1)
    print("nothing is wrong")
    if unlinked:
        say(f"{unlinked:,} documents weren't compared with others by this version; sayso ledger relink --missing does it")


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


_RELINK = """\b
Examples:
  sayso ledger relink --ledger news.db
  sayso ledger relink --missing
"""


@ledger_app.command("relink", epilog=_RELINK)
def ledger_relink(
    place: LedgerPlace = "sayso.db",
    missing: Annotated[
        bool, typer.Option("--missing", help="Only of what this version hasn't compared with others: after an interruption or an upgrade.")
    ] = False,
) -> None:
    """Find anew how statements stand to each other; others may go on meanwhile. If it is interrupted, --missing finishes it."""
    with ending("standard output"), opened(place) as store:
        total = store.unlinked() if missing else store.stats().documents
        with _counted(total) as advance:
            count = store.link(advance) if missing else store.relink(advance)
    print(f"{count:,} documents were compared with all others")


@ledger_app.command("upgrade")
def ledger_upgrade(place: LedgerPlace = "sayso.db") -> None:
    """Bring the tables of a ledger that an earlier version of sayso made to those of this one."""
    from sayso.ledger.store import Ledger

    with ending("standard output"):
        before, after = Ledger.upgrade(place)
    print(f"version {before} became {after}" if before != after else f"is of version {after} already")


_RESTORE = """\b
Examples:
  sayso ledger restore backup.db --ledger news.db
  sayso ledger restore backup.db --replace
"""


@ledger_app.command("restore", epilog=_RESTORE)
def ledger_restore(
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="A file that ledger backup made.")],
    place: LedgerPlace = "sayso.db",
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of the ledger that is there.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even if the backup isn't whole, or of another version.")] = False,
) -> None:
    """Put a copy of a backup in a ledger's place, all of it or nothing, after checking that it is whole.

    A ledger that is replaced must be used by nobody. What was forgotten since the backup was made is there again: forget it again.
    """
    from sayso.ledger.store import Ledger

    with ending(place):
        Ledger.restore(backup, place, replace=replace, force=force)
    print(f"{place} is as {backup}")


_MERGE = """\b
Examples:
  sayso ledger merge laptop.db --ledger news.db
  sayso ledger merge laptop.db --ledger postgresql://user@host/news
  sayso ledger merge postgresql://user@host/news --ledger copy.db
"""


@ledger_app.command("merge", epilog=_MERGE)
def ledger_merge(
    other: Annotated[str, typer.Argument(metavar="FILE|URL", help="The ledger that is joined into this one; it stays as it is.")],
    place: LedgerPlace = "sayso.db",
) -> None:
    """Join another ledger into this one; what both have is there once, and what either forgot is forgotten.

    After an interruption, the same command finishes it. Done once more, it changes nothing.
    """
    with ending("standard output"), opened(place) as store, opened(other) as theirs:
        total = theirs.stats().documents
        with _counted(total) as advance:
            store.merge(theirs, advance)
    print(f"{total:,} documents of {other} are in {place}")


_FORGET = """\b
Examples:
  sayso ledger forget 3257f013f39a299c4b41904bb11d7c9d --by Ida --reason "the outlet asked for it"
  sayso ledger forget --name "Clara Venn" --by Ida --ledger news.db
"""


@ledger_app.command("forget", epilog=_FORGET)
def ledger_forget(
    by: Annotated[str, typer.Option(metavar="NAME", envvar="SAYSO_REVIEWER", help="Whose decision it is.")],
    documents: Annotated[list[str] | None, typer.Argument(metavar="DOCUMENT_ID...", help="Documents.", show_default=False)] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="A name, to be erased wherever it stands.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="WORDS", help="Why; it is kept.")] = None,
    place: LedgerPlace = "sayso.db",
) -> None:
    """Erase documents, or a name, from everything, and keep them from being taken in again. It can't be undone.

    Each time that the name stands somewhere, as many "█" stand there instead. Backups, a PostgreSQL server's own log and backups, and
    what others copied aren't reached. After an interruption, the same command finishes it.
    """
    if bool(documents) == (name is not None):
        raise typer.BadParameter("give the ids of documents, or --name", param_hint="DOCUMENT_ID")
    with ending("standard output"), opened(place) as store:
        if name is not None:
            store.forget_name(name, by, reason)
        else:
            store.forget(documents or [], by, reason)
    print("it is forgotten; backups and copies made before still have it")


@contextmanager
def _counted(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda count: progress.update(task, advance=count)
