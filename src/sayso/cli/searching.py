"""The command that finds statements."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.application import app
from sayso.cli.options import LedgerPlace
from sayso.cli.running import ending, opened, say

if TYPE_CHECKING:
    from sayso.ledger.search import Hit, Page

_COLUMN = 80  # columns of a page that goes to no terminal


class Form(StrEnum):
    """How what was found is printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class Sorting(StrEnum):
    """In which order."""

    NEWEST = "newest"
    BEST = "best"


_EXAMPLES = """\b
Examples:
  sayso search bridge --ledger news.db
  sayso search '"closed to traffic" OR (bridge* NOT toll)' --speaker "Clara Venn" --since 2031-03
  sayso search --outlet "Northern Post" --denial --format csv > denials.csv
  sayso search --meaning "the crossing will be shut" --limit 5
"""


@app.command(epilog=_EXAMPLES)
def search(
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY", help='Words, "phrases", beginnings (bridg*), AND, OR, NOT, ( ).', show_default=False)
    ] = None,
    ledger: LedgerPlace = "sayso.db",
    meaning: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Find what means much the same, too; the best come first then.")
    ] = None,
    speaker: Annotated[str | None, typer.Option(metavar="NAME", help="Who said it, by any name that they go by.")] = None,
    type: Annotated[str | None, typer.Option(metavar="TYPE", help="Of the speaker: person, organization, anonymous, ...")] = None,
    outlet: Annotated[str | None, typer.Option(metavar="NAME", help="Who printed it.")] = None,
    relay: Annotated[str | None, typer.Option(metavar="NAME", help="Through whom it came.")] = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="direct, mixed, indirect or narrated.")] = None,
    act: Annotated[str | None, typer.Option(metavar="ACT", help="state, deny, ask, urge, promise, threaten, ...")] = None,
    polarity: Annotated[str | None, typer.Option(metavar="POLARITY", help="affirmed or rejected.")] = None,
    denial: Annotated[bool | None, typer.Option("--denial/--no-denial", help="Whether it rejects a claim.", show_default=False)] = None,
    headline: Annotated[
        bool | None, typer.Option("--headline/--no-headline", help="Whether it stands in a heading.", show_default=False)
    ] = None,
    quantity: Annotated[
        bool | None, typer.Option("--quantity/--no-quantity", help="Whether a quantity is in it.", show_default=False)
    ] = None,
    reviewed: Annotated[str | None, typer.Option(metavar="VERDICT", help="confirmed, rejected, corrected, yes or no.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Published then or later: 2031, 2031-03, 2031-03-04.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Published then or earlier.")] = None,
    said_since: Annotated[str | None, typer.Option(metavar="DATE", help="Said then or later, where the article tells.")] = None,
    said_until: Annotated[str | None, typer.Option(metavar="DATE", help="Said then or earlier.")] = None,
    order: Annotated[Sorting, typer.Option(help="The newest or the best first.")] = Sorting.NEWEST,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many statements to print.")] = 20,
    after: Annotated[str | None, typer.Option(metavar="KEY", help="The next page, by the key that the last one ended with.")] = None,
    format: Annotated[Form, typer.Option("--format", "-f", help="How to print them.")] = Form.TEXT,
) -> None:
    """Find statements in a ledger: by words, by meaning, by who said them, where and when.

    Of each document those of its latest reading are searched. Words are found whatever their case and accents; several words
    must all be there. What is left out asks for nothing: without anything, the newest statements are printed.
    """
    with ending("standard output"), opened(ledger) as store:
        page = store.search(
            query, meaning=meaning, speaker=speaker, type=type, outlet=outlet, relay=relay, kind=kind, act=act, polarity=polarity,
            denial=denial, headline=headline, quantity=quantity, reviewed=reviewed, since=since, until=until, said_since=said_since,
            said_until=said_until, order=order.value, limit=limit, after=after,
        )  # fmt: skip
        _PRINTERS[format](page)
    if page.next is not None and format is not Form.JSON:
        say(f"there is more: --after {page.next}")


def _print_text(page: Page) -> None:
    import shutil
    import textwrap

    from sayso.render.clean import clean_line
    from sayso.render.terminal import wants_colour

    width = min(shutil.get_terminal_size((_COLUMN, 24)).columns, 100)
    bold, plain = ("\033[1m", "\033[0m") if wants_colour(sys.stdout.isatty()) else ("", "")
    for hit in page.hits:
        speaker = clean_line(hit.speaker or hit.speaker_type)
        about = [
            hit.moment[:10],
            *hit.outlets[:1],
            hit.kind,
            *(["denial"] if hit.denial else []),
            *([hit.reviewed] if hit.reviewed else []),
        ]
        print(f"{bold}{speaker}{plain}  {clean_line('  '.join(about))}")
        print(textwrap.fill(clean_line(hit.text), width, initial_indent="  ", subsequent_indent="  "))
        print(f"  {hit.id}  {clean_line(hit.url or hit.where or '')}\n")
    if not page.hits:
        say("nothing was found")


def _print_json(page: Page) -> None:
    print(json.dumps(asdict(page), ensure_ascii=False, indent=1))


def _print_jsonl(page: Page) -> None:
    for hit in page.hits:
        print(json.dumps(asdict(hit), ensure_ascii=False))


def _print_csv(page: Page) -> None:
    from sayso.ledger.search import Hit

    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    lines = csv.writer(sys.stdout)
    names = [field.name for field in fields(Hit)]
    lines.writerow(names)
    for hit in page.hits:
        lines.writerow([_cell(hit, name) for name in names])


def _cell(hit: Hit, name: str) -> object:
    value = getattr(hit, name)
    return "; ".join(value) if isinstance(value, list) else value


_PRINTERS: dict[Form, Callable[[Page], None]] = {
    Form.TEXT: _print_text, Form.JSON: _print_json, Form.JSONL: _print_jsonl, Form.CSV: _print_csv,
}  # fmt: skip
