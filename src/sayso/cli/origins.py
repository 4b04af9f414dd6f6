"""The command that finds where a wording started."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from sayso.cli.application import app
from sayso.cli.options import LedgerPlace
from sayso.cli.running import ending, opened

if TYPE_CHECKING:
    from sayso.ledger.relations import Copied, Origins


class Form(StrEnum):
    """How origins are printed."""

    TEXT = "text"
    JSON = "json"


_EXAMPLES = """\b
Examples:
  sayso origins 3257f013f39a299c4b41904bb11d7c9d --ledger news.db
  sayso origins 3257f013f39a299c4b41904bb11d7c9d --format json
"""


@app.command(epilog=_EXAMPLES)
def origins(
    id: Annotated[str, typer.Argument(metavar="ID", help="Of a statement: 32 hex digits.")],
    ledger: LedgerPlace = "sayso.db",
    format: Annotated[Form, typer.Option("--format", "-f", help="How to print them.")] = Form.TEXT,
) -> None:
    """Find where the wording of a statement started, and who carried it.

    Of all that print its words, each is shown below the one that it was most likely copied from: one that its article credits, else
    the one with the nearest words of those that were printed before.
    """
    with ending("standard output"), opened(ledger) as store:
        found = store.origins(id)
    if format is Form.JSON:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=1))
    else:
        _print(found)


def _print(found: Origins) -> None:
    below: dict[str | None, list[Copied]] = {}
    for copy in found.copies:
        below.setdefault(copy.of, []).append(copy)
    documents = len({copy.document for copy in found.copies})
    print(", ".join([_counted(found.outlets, "outlet"), _counted(documents, "text"), _counted(found.origins, "origin")]))
    pending = [(copy, 0) for copy in reversed(below.get(None, []))]  # a tree may be deeper than calls can be
    while pending:
        copy, depth = pending.pop()
        _print_copy(copy, depth, asked=copy.statement == found.statement)
        pending += [(one, depth + 1) for one in reversed(below.get(copy.statement, []))]


def _print_copy(copy: Copied, depth: int, *, asked: bool) -> None:
    from sayso.render.clean import clean_line

    indent = "  " * min(depth, 20)
    print("\n" + indent + clean_line(f"{copy.speaker}: {copy.text}") + (" *" if asked else ""))
    for place in copy.printings:
        facts = (place.moment[:16].replace("T", " "), place.outlet, place.url or place.where)
        print(f"{indent}  " + "  ".join(clean_line(fact) for fact in facts if fact))
    if copy.carriers:
        print(f"{indent}  " + clean_line(f"credits {', '.join(copy.carriers)}" + ("; copied from there" if copy.credited else "")))
    print(f"{indent}  {copy.statement}")


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
