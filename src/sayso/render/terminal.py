"""The text format: a record for reading in a terminal."""

from __future__ import annotations

import os
from collections import Counter
from io import StringIO
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sayso.models import Record, Statement
from sayso.render.clean import clean_line
from sayso.render.figures import figures_of

_COLOURS = ("cyan", "yellow", "green", "magenta", "blue", "bright_red", "bright_cyan", "bright_yellow", "bright_green", "bright_magenta")
_DOUBTFUL = 0.5  # confidence below which it is shown
_INDENT = 4
NARRATED = "in the outlet's own voice"


def render_text(record: Record, where: str, width: int = 80, colour: bool = False) -> str:
    """A record as text: its statements in order, and a line that sums them up.

    Args:
        record: to show.
        where: names the input, for the heading of a document without a title.
        width: columns to wrap to.
        colour: whether to use colours (ANSI escape sequences).
    """
    out = StringIO()
    console = console_for(out, width, colour)
    document = record.document
    console.print(Text(clean_line(document.title or where), style="bold"))
    facts = [clean_line(fact) for fact in (document.outlet, document.published, document.url, document.ref) if fact]
    if facts:
        console.print(Text(" · ".join(facts), style="dim"))
    console.print()
    colours: dict[str, str] = {}
    numbers = {statement.id: number for number, statement in enumerate(record.statements, 1)}
    for number, statement in enumerate(record.statements, 1):
        name = statement.speaker.name or ""
        style = colours.setdefault(name.casefold(), _COLOURS[len(colours) % len(_COLOURS)]) if name else "dim"
        _print_statement(console, record, number, statement, style, numbers.get(statement.within or ""))
    console.print(Text(summary(record), style="dim"))
    for warning in record.warnings:
        console.print(Text(f"warning: {clean_line(warning)}", style="red"))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def console_for(out: IO[str], width: int, colour: bool) -> Console:
    """A console that writes plain text or ANSI colours, whatever the environment says."""
    return Console(
        file=out, width=max(width, 20), force_terminal=colour, no_color=not colour, color_system="standard" if colour else None,
        highlight=False, markup=False, emoji=False, legacy_windows=False,
    )  # fmt: skip


def _print_statement(console: Console, record: Record, number: int, statement: Statement, style: str, outer: int | None) -> None:
    document = record.document
    head = Text()
    source = clean_line(document.words_at(statement.source)) if statement.source else ""
    name = clean_line(statement.speaker.name or "") or source
    if name:
        head.append(name, style=f"bold {style}")
        if source and source != name:
            head.append(f" (“{source}”)", style=style)
    else:
        head.append(NARRATED if statement.kind == "narrated" else "no source named", style="dim italic")
    if statement.cue:
        head.append(f"  {clean_line(document.words_at(statement.cue))}", style="italic")
    relays = [clean_line(link.name) for link in statement.chain if link.role == "relay" and link.name]
    if relays:
        head.append(f"  via {', '.join(relays)}")
    notes = notes_on(statement)
    if outer is not None:
        notes.append(f"within {outer}")
    if statement.confidence < _DOUBTFUL:
        notes.append(f"confidence {statement.confidence:.2f}")
    head.append(f"  {', '.join(notes)}", style="dim")
    words = " … ".join(clean_line(document.words_at([piece])) for piece in statement.content)
    grid = Table.grid()
    grid.add_column(width=_INDENT, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(f"{number:>2}", style="dim"), head)
    grid.add_row("", Text(f"“{words}”" if statement.kind == "direct" else words))
    if figures := figures_of(statement):
        grid.add_row("", Text(clean_line(" · ".join(figures)), style="dim"))
    console.print(grid)
    console.print()


def notes_on(statement: Statement) -> list[str]:
    """What is worth saying of a statement beside who said it: its kind, and what is not as usual."""
    notes: list[str] = [statement.kind]
    if statement.speaker.type not in ("person", "none"):
        notes.append(statement.speaker.type)
    if statement.speaker.named_by == "office":
        notes.append("named by office and date")
    if statement.act not in (None, "state", "deny"):
        notes.append(str(statement.act))
    if statement.polarity == "rejected":
        notes.append("rejected")
    elif statement.denial:
        notes.append("denial")
    if statement.presupposed:
        notes.append("presupposed")
    if statement.modality != "unspecified":
        notes.append(statement.modality)
    if statement.headline:
        notes.append("headline")
    return notes


def summary(record: Record) -> str:
    """One line that sums a record up."""
    kinds = Counter(statement.kind for statement in record.statements)
    parts = [f"{kinds[kind]} {kind}" for kind in ("direct", "mixed", "indirect", "narrated") if kinds[kind]]
    count = len(record.statements) - kinds["narrated"]
    statements = f"{count} statement{'' if count == 1 else 's'}"
    if not parts:
        return statements
    profile = record.sourcing
    facts = [f"{profile.speakers or 0} named speaker{'' if profile.speakers == 1 else 's'}"]
    if profile.top_speaker is not None and profile.top_speaker_share and (profile.speakers or 0) > 1:
        facts.append(f"{clean_line(profile.top_speaker)} {profile.top_speaker_share:.0%}")
    if profile.anonymous_share:
        facts.append(f"anonymous {profile.anonymous_share:.0%}")
    if profile.relayed_share:
        facts.append(f"relayed {profile.relayed_share:.0%}")
    return f"{statements} ({', '.join(parts)}), {', '.join(facts)}"


def wants_colour(is_terminal: bool) -> bool:
    """Whether to colour output: on a terminal, unless NO_COLOR (no-color.org) or TERM=dumb says no."""
    return is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
