"""The commands that print what a ledger keeps."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sayso.cli.application import app
from sayso.cli.options import Format, LedgerPlace
from sayso.cli.running import check_places, ending, opened, say, style_for, writer

if TYPE_CHECKING:
    from sayso.ledger.relations import Related

_EXPORTS = """\b
Examples:
  sayso export --ledger news.db > records.jsonl
  sayso export --format html -o all.html
  sayso export --relations --format jsonl > relations.jsonl
"""


@app.command(epilog=_EXPORTS)
def export(
    ledger: LedgerPlace = "sayso.db",
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the records.")] = Format.JSONL,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Leave out statements that are less likely right than this.")] = 0.0,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to a file, which appears only when it is complete.")] = None,
    relations: Annotated[
        bool, typer.Option("--relations", help="Print how statements stand to each other instead, one relation a line (jsonl).")
    ] = False,
) -> None:
    """Print what a ledger keeps: of each document the record of its latest reading, in the order in which they were added."""
    from sayso.render.forms import printer_for

    check_places({"--output": output})
    if relations:
        if format is not Format.JSONL:
            raise typer.BadParameter("relations are printed as jsonl", param_hint="--format")
        with ending(str(output or "standard output")), opened(ledger) as store, writer(output) as out:
            for one in store.all_relations():
                out.write(json.dumps(_as_line(one), ensure_ascii=False) + "\n")
            out.flush()
        return
    with ending(str(output or "standard output")), opened(ledger) as store, writer(output) as out:
        style = style_for(format, out, min_confidence, False)
        printer = printer_for(style, out)
        number = 0
        for document in store.documents():
            for record in store.records(document)[-1:]:  # none of a document that was met and not read
                number += 1
                printer.send(style.print(number, record.appearance.where if record.appearance else document, record))
        printer.close()
        out.flush()


def _as_line(one: Related) -> dict[str, Any]:
    """A relation as it is exported."""
    a, b = ({"ref": end.ref, "document": end.document, "statement": end.statement} for end in (one.a, one.b))
    evidence = one.evidence.model_dump(mode="json")
    return {"a": a, "b": b, "relation": one.relation, "score": one.score, "evidence": evidence, "judge": one.judge}


@app.command(epilog="\b\nExamples:\n  sayso show 3257f013f39a299c4b41904bb11d7c9d --ledger news.db")
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="Of a statement, as a record has it: 32 hex digits.")],
    ledger: LedgerPlace = "sayso.db",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show one statement of a ledger: whose it is, through whom it came, where it stands and was met, and how it stands to others."""
    from sayso.render.clean import clean_line

    with ending("standard output"), opened(ledger) as store:
        document = store.document_with(id)
        record, now = store.record(document), store.resolve(id)
        met = store.appearances(document)
        related = store.relations(now)
    statement = next((s for s in record.statements if s.id == now), None)
    if statement is None:
        say(f"{id}: the latest reading of document {document} doesn't find this statement any more")
        raise typer.Exit(1)
    places = [
        {
            "where": at.where if at else None,
            "url": about.url,
            "outlet": about.outlet,
            "published": about.published,
            "fetched": at and at.fetched,
        }
        for about, at in met
    ]
    if as_json:
        shown = {"document": document, "statement": statement.model_dump(mode="json"), "met": places}
        shown["relations"] = [{**_as_line(one), "other": asdict(one.across(now))} for one in related]
        print(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    spoken = statement.speaker.name or statement.speaker.type
    print(clean_line(f"{spoken}: {statement.text}"))
    way = [link.name or link.role for link in statement.chain]
    facts = {
        "cue": record.document.words_at(statement.cue),
        "kind": ", ".join([statement.kind, *(["denial"] if statement.denial else [])]),
        "way": " > ".join(way),
        "within": statement.within or "",
        "document": f"{document}  {record.document.title or ''}",
        "stands at": ", ".join(f"{start}-{end}" for start, end in statement.content),
        "confidence": f"{statement.confidence:.2f}",
    }
    for name, words in facts.items():
        if words.strip():
            print(f"  {name:10}  {clean_line(words)}")
    for place in places:
        print("  met at      " + clean_line("  ".join(str(value) for value in dict.fromkeys(place.values()) if value)))
    for one in related:
        print("  " + clean_line(f"{_told(one, now)} ({one.score:.2f}, {one.judge})"))
        other = one.across(now)
        about = (other.speaker, other.outlet, other.moment[:10], other.statement)
        print("    " + "  ".join(clean_line(word) for word in about if word))
        print("    " + clean_line(other.text))


_TOLD = {  # of a statement that comes first, and second
    "same_quote": ("the same quote as", "the same quote as"),
    "misquote": ("a misquote of", "is misquoted in"),
    "misattributed": ("has the wrong name, unlike", "has the right name, unlike"),
    "restates": ("said in other words in", "said in other words in"),
    "agrees": ("agrees with", "agrees with"),
    "denies": ("denies", "is denied by"),
    "contradicts": ("contradicts", "contradicts"),
    "number_changed": ("gives another figure than", "another figure is given by"),
}


def _told(one: Related, statement: str) -> str:
    """What a statement is to another, in words."""
    return _TOLD[one.relation][one.a.statement != statement]
