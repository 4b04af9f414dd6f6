"""The command that keeps what people make of statements."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from sayso.cli.application import app
from sayso.cli.options import LedgerPlace
from sayso.cli.running import check_places, ending, opened, say, writer


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
        Path | None, typer.Option("--export", metavar="FILE", help="Write what was confirmed and corrected as records, in JSON Lines.")
    ] = None,
) -> None:
    """Confirm, reject or correct a statement of a ledger; or list and export what people made of statements.

    Reviews are only ever added: of several on one statement the last counts. They stay with the statement when the document is
    read again; one whose statement isn't found any more is listed as "gone".
    """
    check_places({"--export": export})
    if list_all or export is not None:
        if id is not None:
            raise typer.BadParameter("a statement is reviewed, or reviews are listed or exported, not both", param_hint="ID")
        with ending(str(export or "standard output")), opened(ledger) as store:
            if list_all:
                for one in store.reviews():
                    print(json.dumps(asdict(one), ensure_ascii=False))
            if export is not None:
                with writer(export) as out:
                    for record in store.reviewed_records():
                        out.write(record.model_dump_json() + "\n")
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
