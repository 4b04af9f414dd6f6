"""The commands that compare: versions of an article, and what two readers make of the same documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from sayso.cli.application import app
from sayso.cli.options import LedgerPlace
from sayso.cli.running import ending, opened, say, writer

if TYPE_CHECKING:
    from sayso.ledger.changes import Change, History, Revision, Told
    from sayso.ledger.comparison import Agreement, Comparison, Pair, ReaderCount
    from sayso.models import Statement

_CODES = {"+": "\033[32m", "-": "\033[31m", "~": "\033[33m", "head": "\033[1m"}
_PLAIN = "\033[0m"
_MARKS = {"appeared": "+", "vanished": "-", "reworded": "~", "reattributed": "~"}

_OF_CHANGES = """\b
Examples:
  sayso changes https://post.example/bridges --ledger news.db
  sayso changes https://post.example/bridges --format json > changes.json
"""
_OF_COMPARE = """\b
Examples:
  sayso compare --ledger news.db
  sayso compare 0.1.0+code.5e 0.1.0+code.9a --format json
"""


class Form(StrEnum):
    """How what differs is printed."""

    TEXT = "text"
    JSON = "json"


_Format = Annotated[Form, typer.Option("--format", "-f", help="How to print it.")]


@app.command(epilog=_OF_CHANGES)
def changes(
    url: Annotated[str, typer.Argument(metavar="URL", help="The article's address, or one that it was fetched from.")],
    ledger: LedgerPlace = "sayso.db",
    format: _Format = Form.TEXT,
) -> None:
    """Print how the statements of an article changed from each of its versions to the next: + appeared, - vanished, ~ changed.

    Statements in the same words are the same, wherever they stand; others are, if at least half of the words of both are shared in
    order. In what was reworded, [-words-] were cut and {+words+} added.
    """
    with ending("standard output"), opened(ledger) as store:
        history = store.changes(url)
        with writer(None) as out:
            if format is Form.JSON:
                out.write(json.dumps(asdict(history), ensure_ascii=False, indent=1) + "\n")
            else:
                _print_history(_Page(out), history)
    for document in history.unread:
        say(f"document {document} was met there, but never read; sayso add reads it")
    if not history.revisions:
        say("only one version of it was read, so that there is nothing to compare")


@app.command(epilog=_OF_COMPARE)
def compare(
    a: Annotated[
        str | None, typer.Argument(metavar="A", help="A version of the reader, or a beginning that no other has.", show_default=False)
    ] = None,
    b: Annotated[str | None, typer.Argument(metavar="B", help="The one to compare it with.", show_default=False)] = None,
    ledger: LedgerPlace = "sayso.db",
    format: _Format = Form.TEXT,
    readers: Annotated[bool, typer.Option("--readers", help="List the readers, as is done without A and B.")] = False,
) -> None:
    """Print what two readers make of the same documents: - only A finds it, + only B does, ~ both do and differ on it.

    Two statements are one, if their contents share at least half of the union of both. Documents on which both say the same are only
    counted.
    """
    if (a is None) != (b is None):
        raise typer.BadParameter("name two readers, or none to have them listed", param_hint="B")
    with ending("standard output"), opened(ledger) as store, writer(None) as out:
        if a is None or b is None or readers:
            _print_readers(out, store.readers(), format)
            return
        comparisons = store.compare(a, b)
        (_print_comparisons_json if format is Form.JSON else _print_comparisons)(out, comparisons)


class _Page:
    """Lines of text, safe to show, with colours where they go to a terminal."""

    def __init__(self, out: IO[str]) -> None:
        from sayso.render.clean import clean_line
        from sayso.render.terminal import wants_colour

        self._out, self._clean = out, clean_line
        self._colour = wants_colour(sys.stdout.isatty())

    def coloured(self, words: str, code: str) -> str:
        """Words made safe, in a colour."""
        words = self._clean(words)
        return f"{_CODES[code]}{words}{_PLAIN}" if self._colour and words else words

    def line(self, *parts: tuple[str, str] | str, indent: int = 0) -> None:
        """One line of parts; those that come with a code are coloured."""
        shown = [self.coloured(*part) if isinstance(part, tuple) else self._clean(part) for part in parts]
        self._out.write(" " * indent + " ".join(part for part in shown if part) + "\n")


def _print_history(page: _Page, history: History) -> None:
    count = len(history.versions)
    page.line((history.url, "head"), f"{count} version{'' if count == 1 else 's'}")
    for revision in history.revisions:
        _print_revision(page, revision)


def _print_revision(page: _Page, revision: Revision) -> None:
    counts = [f"{n} {fate}" for fate in _MARKS if (n := sum(change.fate == fate for change in revision.changes))]
    page.line()
    page.line((f"{revision.before.first_seen} > {revision.after.first_seen}", "head"))
    page.line(", ".join([*counts, f"{revision.unchanged} unchanged"]), indent=2)
    if revision.readers[0] != revision.readers[1]:
        page.line(f"read by {revision.readers[0]} and {revision.readers[1]}, which may find different things in the same words", indent=2)
    for change in revision.changes:
        _print_change(page, change)


def _print_change(page: _Page, change: Change) -> None:
    mark, told = _MARKS[change.fate], change.after or change.before
    if told is None:
        return
    wordings = {"kept": ("", ""), "cut": ("[-", "-]"), "added": ("{+", "+}")}
    signs = {"kept": None, "cut": "-", "added": "+"}
    words: list[tuple[str, str] | str] = [told.text]
    if change.fate == "reworded":
        words = []
        for piece in change.pieces:
            opening, closing = wordings[piece.fate]
            shown, sign = f"{opening}{piece.words}{closing}", signs[piece.fate]
            words.append((shown, sign) if sign else shown)
    page.line((mark, mark), (f"{_speaker(told)}:", mark), *words, indent=2)
    if change.before is not None and change.after is not None:
        for trait in change.differs:
            before, after = (_speaker(one) if trait == "speaker" else getattr(one, trait) for one in (change.before, change.after))
            page.line(f"{trait}: {before or 'none'} > {after or 'none'}", indent=6)


def _speaker(told: Told) -> str:
    return told.speaker or _nobody(told.speaker_type)


def _nobody(type: str) -> str:
    return "nobody named" if type == "none" else type


def _print_readers(out: IO[str], readers: list[ReaderCount], format: Form) -> None:
    if format is Form.JSON:
        out.write(json.dumps([asdict(reader) for reader in readers], ensure_ascii=False, indent=1) + "\n")
        return
    page = _Page(out)
    for one in readers:
        facts = f"{one.documents:,} documents, {one.readings:,} readings, {one.statements:,} statements, since {one.first[:10]}"
        page.line((one.reader, "head"), facts)
    if not readers:
        say("nothing that was read is kept")


def _print_comparisons(out: IO[str], comparisons: Iterator[Comparison]) -> None:
    from sayso.ledger.comparison import Agreement

    page, agreement = _Page(out), Agreement()
    for one in comparisons:
        agreement.add(one)
        if one.alike:
            continue
        page.line((one.document, "head"), one.title or one.url or "")
        for statement in one.only_a:
            page.line(("-", "-"), (f"{_named(statement)}:", "-"), statement.text, indent=2)
        for statement in one.only_b:
            page.line(("+", "+"), (f"{_named(statement)}:", "+"), statement.text, indent=2)
        for pair in one.pairs:
            if pair.differs:
                page.line(("~", "~"), (f"{_named(pair.a)}:", "~"), pair.a.text, indent=2)
                for aspect in pair.differs:
                    page.line(f"{aspect}: {_shown(pair.a, aspect)} > {_shown(pair.b, aspect)}", indent=6)
        page.line()
    _print_agreement(page, agreement)


def _named(statement: Statement) -> str:
    return statement.speaker.name or _nobody(statement.speaker.type)


def _shown(statement: Statement, aspect: str) -> str:
    """An aspect in words; where something stands, as places in the text."""
    if aspect == "speaker":
        return statement.speaker.name or "none"
    if aspect == "speaker_type":
        return statement.speaker.type
    value = getattr(statement, aspect)
    if isinstance(value, list):
        return ", ".join(f"{start}-{stop}" for start, stop in value) or "none"
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _print_agreement(page: _Page, agreement: Agreement) -> None:
    if not agreement.documents:
        say("no document was read by both")
        return
    page.line((f"{agreement.documents:,} documents read by both, {agreement.alike:,} of them alike", "head"))
    page.line(f"statements: {agreement.both:,} found by both, {agreement.only_a:,} by A alone, {agreement.only_b:,} by B alone", indent=2)
    for name, share in _shares(agreement).items():
        if share is not None:
            page.line(f"{name}: {share:.2%}", indent=2)


def _shares(agreement: Agreement) -> dict[str, float | None]:
    """How far both agree: on what there is, and in each aspect of what both find."""
    from sayso.ledger.comparison import ASPECTS

    return {"found": agreement.found, **{aspect: agreement.on(aspect) for aspect in ASPECTS}}


def _print_comparisons_json(out: IO[str], comparisons: Iterator[Comparison]) -> None:
    """One object, which grows as documents are compared."""
    from sayso.ledger.comparison import Agreement

    agreement, between = Agreement(), "\n"
    out.write('{"documents": [')
    for one in comparisons:
        agreement.add(one)
        if not one.alike:
            out.write(between + json.dumps(_comparison(one), ensure_ascii=False))
            between = ",\n"
    facts = {**asdict(agreement), "agreement": _shares(agreement)}
    facts["compared"] = facts.pop("documents")
    out.write("\n], " + json.dumps(facts, ensure_ascii=False)[1:] + "\n")


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "document": one.document,
        "title": one.title,
        "url": one.url,
        "only_a": [statement.model_dump(mode="json") for statement in one.only_a],
        "only_b": [statement.model_dump(mode="json") for statement in one.only_b],
        "differing": [_pair(pair) for pair in one.pairs if pair.differs],
        "same": sum(not pair.differs for pair in one.pairs),
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {"a": pair.a.model_dump(mode="json"), "b": pair.b.model_dump(mode="json"), "differs": list(pair.differs)}
