"""The command that knows who is who."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.application import app
from sayso.cli.options import AllowPrivate, LedgerPlace
from sayso.cli.running import ending, opened, say

if TYPE_CHECKING:
    from sayso.ledger.relations import Dispute
    from sayso.ledger.store import Ledger
    from sayso.ledger.who import Identity, OnRecord

_MOST = 20  # of those who fit that are listed


class Listing(StrEnum):
    """How what somebody said is printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


_EXAMPLES = """\b
Examples:
  sayso who "Clara Venn" --ledger news.db
  sayso who --id 1f0c... --newest --limit 20
  sayso who Venn --merge "Clara Venn"
  sayso who "John Smith" --split 3257f013f39a299c4b41904bb11d7c9d
  sayso who "Clara Venn" --reconcile https://wikidata.reconci.link/en/api
"""


@app.command(epilog=_EXAMPLES)
def who(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Whom to look for.", show_default=False)] = None,
    id: Annotated[str | None, typer.Option("--id", metavar="ID", help="One of those who fit, by the id that is listed.")] = None,
    ledger: LedgerPlace = "sayso.db",
    format: Annotated[Listing, typer.Option("--format", "-f", help="How to print what they said.")] = Listing.TEXT,
    newest: Annotated[bool, typer.Option("--newest", help="The newest first.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many statements to print.")] = 100,
    after: Annotated[
        str | None, typer.Option(metavar="KEY", help="Go on after a statement, by the key that the last page ended with.")
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Print why documents are taken to name them, instead.")] = False,
    merge: Annotated[
        str | None, typer.Option("--merge", metavar="NAME|ID", help="Keep that somebody else is the same; the id stays that of NAME.")
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option(
            "--split", metavar="DOCUMENT", help="Keep that a document means somebody else; or take a merge back, by the id merged."
        ),
    ] = None,
    reconcile: Annotated[
        str | None, typer.Option("--reconcile", metavar="URL", help="Ask a reconciliation service for their id in Wikidata.")
    ] = None,
    wikidata: Annotated[str | None, typer.Option("--wikidata", metavar="ID", help="Keep their id in Wikidata; none forgets it.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", envvar="SAYSO_REVIEWER", help="Whose decision it is.")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="WORDS", help="Why.")] = None,
    allow_private: AllowPrivate = False,
) -> None:
    """Print all that somebody is on record with, in time, and who denied it later, or contradicted it.

    Of several who fit, it asks which; where nobody can answer, they are listed on standard error with their ids, and the exit code is 1.
    """
    if (name is None) == (id is None):
        raise typer.BadParameter("a NAME or --id says who; one of them", param_hint="NAME")
    if sum((why, merge is not None, bool(split), reconcile is not None, wikidata is not None)) > 1:
        raise typer.BadParameter("--why, --merge, --split, --reconcile and --wikidata are one at a time")
    with ending("standard output"), opened(ledger) as store:
        one = store.identity(id) if id is not None else _chosen(store, name or "", "--id ID")
        if merge is not None:
            other = _chosen(store, merge, "--merge ID")
            store.merge_identities(one.id, other.id, _reviewer(by), note)
            print(_line(store.identity(one.id)))
        elif split:
            new = store.split_identity(one.id, split, _reviewer(by), note)
            print(_line(store.identity(one.id)))
            print(_line(store.identity(new)))
        elif wikidata is not None:
            store.set_wikidata(one.id, None if wikidata == "none" else wikidata, "a person", _reviewer(by))
            print(_line(store.identity(one.id)))
        elif reconcile is not None:
            _reconcile(store, one, reconcile, allow_private, by)
        elif why:
            _print_why(store, one)
        else:
            found = store.on_record(one.id, newest=newest, limit=limit + 1, after=after)
            page = found[:limit]
            disputes = store.disputes([said.statement for said in page])
            _print(one, page, disputes, found[limit - 1].key if len(found) > limit else None, format)


def _chosen(store: Ledger, name: str, option: str) -> Identity:
    """The one who is meant by a name or an id; ends the command where that can't be told."""
    from sayso.errors import NotInLedger

    try:
        return store.identity(name)
    except NotInLedger:
        found = store.who(name)
    if not found:
        say(f"nobody in the ledger goes by {name!r}, or by a name like it")
        raise typer.Exit(1)
    if len(found) == 1:
        return found[0]
    return found[_asked(f"{name!r} fits {len(found)}:", [_line(one) for one in found[:_MOST]], f"give one with {option}")]


def _asked(heading: str, lines: Sequence[str], otherwise: str) -> int:
    """Which of some lines a person at the terminal chooses, from 0; without one, the command ends with the lines on standard error."""
    say(heading)
    for number, line in enumerate(lines, 1):
        print(f"{number:>4}  {line}", file=sys.stderr)
    if not _at_terminal():
        say(otherwise)
        raise typer.Exit(1)
    while True:
        answer = typer.prompt("Which (a number, 0 for none)", default="0", show_default=False, err=True)
        if answer.strip() == "0":
            raise typer.Exit(1)
        if answer.strip().isascii() and answer.strip().isdigit() and 0 < int(answer) <= len(lines):
            return int(answer) - 1


def _at_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _reviewer(by: str | None) -> str:
    """Whose decision it is: who was named, or else who is logged in."""
    import getpass

    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise typer.BadParameter("say whose decision it is", param_hint="--by") from None


def _reconcile(store: Ledger, one: Identity, service: str, allow_private: bool, by: str | None) -> None:
    """Take over the id that a service is sure of, or that a person chooses among those that it offers."""
    from sayso.intake.fetch import Fetcher
    from sayso.intake.reconciliation import reconcile
    from sayso.render.clean import clean_line

    with Fetcher(allow_private=allow_private, timeout=30.0) as fetcher:
        [matches] = reconcile(fetcher, service, [one.name])
    sure = [match for match in matches if match.match]
    if len(sure) == 1:
        store.set_wikidata(one.id, sure[0].id, service)
    elif matches:
        lines = [clean_line(f"{match.id}  {match.name}  {match.description}  {match.score:g}".rstrip()) for match in matches]
        chosen = _asked(f"the service isn't sure who {one.name!r} is:", lines, f"keep one with --id {one.id} --wikidata ID")
        store.set_wikidata(one.id, matches[chosen].id, service, _reviewer(by))
    else:
        say(f"the service knows nobody called {one.name!r}")
        raise typer.Exit(1)
    print(_line(store.identity(one.id)))


def _line(one: Identity) -> str:
    """Somebody on one line."""
    from sayso.render.clean import clean_line

    also = ", ".join(name for name in one.names if name != one.name)
    days = " to ".join(dict.fromkeys(day for day in (one.first, one.last) if day))
    facts = [
        one.type,
        *([f"also {also}"] if also else []),
        *([one.wikidata] if one.wikidata else []),
        f"{one.statements} statement{'' if one.statements == 1 else 's'} in {one.documents} document{'' if one.documents == 1 else 's'}",
        *([days] if days else []),
        one.id,
    ]
    return clean_line(f"{one.name}: {'; '.join(facts)}")


def _against(one: Dispute) -> str:
    """What stands against a statement, on one line."""
    what = {"denies": "denied", "contradicts": "contradicted"}[one.relation]
    by = one.by
    facts = [by.moment[:10], *([by.outlet] if by.outlet else []), f"{one.score:.2f}", by.statement]
    return f"{what} by {by.speaker}{' himself or herself' if one.himself else ''}: {by.text} ({'; '.join(facts)})"


def _print_why(store: Ledger, one: Identity) -> None:
    from sayso.render.clean import clean_line

    print(_line(one))
    for decided in store.decisions(one.id):
        facts = (decided.document, decided.name, f"{decided.score:.2f}", "; ".join(decided.reasons), f"({decided.judge})")
        print("  " + "  ".join(clean_line(fact) for fact in facts))


def _print(one: Identity, found: Sequence[OnRecord], disputes: Mapping[str, Sequence[Dispute]], next: str | None, format: Listing) -> None:
    """Print what somebody said, and what stands against it; ``next`` is the key to go on with, where there is more."""
    from sayso.render.clean import clean_line

    if format is not Listing.TEXT:
        lines = [{**asdict(said), "disputed": [asdict(against) for against in disputes.get(said.statement, [])]} for said in found]
    if format is Listing.JSON:
        print(json.dumps({"identity": asdict(one), "statements": lines, "next": next}, ensure_ascii=False, indent=1))
        return
    if format is Listing.JSONL:
        for line in lines:
            print(json.dumps({"identity": one.id, **line}, ensure_ascii=False))
    else:
        print(_line(one))
        document = None
        for said in found:
            if said.document != document:
                document = said.document
                head = (said.seen[:10], said.outlet, said.title, said.url, document)
                print("\n" + "  ".join(clean_line(words) for words in head if words))
            print(f"  {said.kind + (', denial' if said.denial else ''):16}  {clean_line(said.text)}")
            for against in disputes.get(said.statement, []):
                print(f"  {'':16}  ! {clean_line(_against(against))}")
    if next is not None:
        say(f"there is more: --after {next}")
