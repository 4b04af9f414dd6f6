"""The command that keeps what people make of statements."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from sayso.cli.application import app
from sayso.cli.options import LedgerPlace
from sayso.cli.running import check_places, ending, opened, say, writer

if TYPE_CHECKING:
    from sayso.models import Record


class Form(StrEnum):
    """How reviewed statements are exported."""

    JSONL = "jsonl"
    BRAT = "brat"


class Judgement(StrEnum):
    """What somebody makes of a statement."""

    CONFIRM = "confirm"
    REJECT = "reject"
    CORRECT = "correct"


_VERDICTS = {Judgement.CONFIRM: "confirmed", Judgement.REJECT: "rejected", Judgement.CORRECT: "corrected"}
_EXAMPLES = """\b
Examples:
  sayso review 3257f013f39a299c4b41904bb11d7c9d confirm --ledger news.db
  sayso review 3257f013f39a299c4b41904bb11d7c9d correct --speaker "Clara Venn" --type person --note "the pronoun is hers"
  sayso review --list
  sayso review --export reviewed.jsonl
  sayso review --export reviewed/ --format brat
"""


def _parse_span(words: str) -> tuple[int, int]:
    start, _, stop = words.partition("-")
    if not (start.isdecimal() and stop.isdecimal() and int(start) < int(stop)):
        raise typer.BadParameter(f"{words!r} is no span, such as 120-180: the first code point and the one behind the last")
    return int(start), int(stop)


def _spans(words: list[str] | None) -> list[tuple[int, int]] | None:
    return [_parse_span(one) for one in words] if words else None


_Spans = Annotated[list[str] | None, typer.Option(metavar="START-STOP", help="Where it really stands; once for each piece.")]


@app.command(epilog=_EXAMPLES)
def review(
    id: Annotated[str | None, typer.Argument(metavar="ID", help="Of a statement.", show_default=False)] = None,
    verdict: Annotated[Judgement | None, typer.Argument(help="What you make of it.", show_default=False)] = None,
    ledger: LedgerPlace = "sayso.db",
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Whose verdict it is; by default your login's name.")] = None,
    note: Annotated[str | None, typer.Option(metavar="WORDS", help="Why.")] = None,
    speaker: Annotated[str | None, typer.Option(metavar="NAME", help="Who really said it; empty for nobody with a name.")] = None,
    type: Annotated[str | None, typer.Option(metavar="TYPE", help="What the speaker really is.")] = None,
    content: _Spans = None,
    source: _Spans = None,
    cue: _Spans = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="What it really is: direct, mixed, indirect.")] = None,
    polarity: Annotated[str | None, typer.Option(metavar="POLARITY", help="affirmed or rejected.")] = None,
    denial: Annotated[bool | None, typer.Option("--denial/--no-denial", help="Whether it rejects a claim.", show_default=False)] = None,
    act: Annotated[str | None, typer.Option(metavar="ACT", help="state, deny, ask, urge, ...")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="Print all reviews, the oldest first, as JSON Lines.")] = False,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export", metavar="FILE|FOLDER", help="Write what was confirmed and corrected: a file of records, a folder for brat."
        ),
    ] = None,
    format: Annotated[Form, typer.Option("--format", "-f", help="How to export it.")] = Form.JSONL,
) -> None:
    """Confirm, reject or correct a statement of a ledger; or list and export what people made of statements.

    Reviews are only ever added: of several on one statement the last counts. They stay with the statement when the document is
    read again; one whose statement isn't found any more is listed as "gone".
    """
    if format is Form.BRAT and (export is None or (export.exists() and not export.is_dir())):
        raise typer.BadParameter("brat's files go into a folder, which --export names", param_hint="--format")
    if format is Form.JSONL:
        check_places({"--export": export})
    if list_all or export is not None:
        if id is not None:
            raise typer.BadParameter("a statement is reviewed, or reviews are listed or exported, not both", param_hint="ID")
        with ending(str(export or "standard output")), opened(ledger) as store:
            if list_all:
                for one in store.reviews():
                    print(json.dumps(asdict(one), ensure_ascii=False))
            if export is not None:
                _EXPORTS[format](store.reviewed_records(), export)
        return
    if id is None or verdict is None:
        raise typer.BadParameter("name a statement and what you make of it, or use --list or --export", param_hint="ID VERDICT")
    right: dict[str, Any] = {
        "speaker": speaker or None, "type": type, "kind": kind, "polarity": polarity, "denial": denial, "act": act,
        "content": _spans(content), "source": _spans(source), "cue": _spans(cue),
    }  # fmt: skip
    given = {name: value for name, value in right.items() if value is not None or (name == "speaker" and speaker is not None)}
    with ending("standard output"), opened(ledger) as store:
        from pydantic import ValidationError

        from sayso.ledger.reviews import Corrections, Verdict

        try:
            corrections = Corrections.model_validate(given) if given else None
        except ValidationError as error:
            first = error.errors()[0]
            raise typer.BadParameter(first["msg"], param_hint=f"--{first['loc'][0]}") from None
        kept = store.review(id, cast(Verdict, _VERDICTS[verdict]), by or getpass.getuser(), corrections, note)
    say(f"kept as review {kept}")


def _export_lines(records: Iterable[Record], file: Path) -> None:
    with writer(file) as out:
        for record in records:
            out.write(record.model_dump_json() + "\n")


def _export_folder(records: Iterable[Record], folder: Path) -> None:
    """Two files for each document, named by its id, and what brat must know of them; files of other documents stay."""
    from sayso.exchange.brat import CONFIGURATION, standoff

    folder.mkdir(parents=True, exist_ok=True)
    with writer(folder / "annotation.conf") as out:
        out.write(CONFIGURATION)
    for record in records:
        for suffix, words in (("ann", standoff(record)), ("txt", record.document.text)):
            with writer(folder / f"{record.document.id}.{suffix}") as out:
                out.write(words)


_EXPORTS: dict[Form, Callable[[Iterable[Record], Path], None]] = {Form.JSONL: _export_lines, Form.BRAT: _export_folder}
