"""The formats in which records are printed: what is made of each record, and how that becomes one output.

What is made of a record is made where the record is, perhaps in a worker process; only finished text travels from there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal

from sayso.models import Record, Sourcing

if TYPE_CHECKING:
    from sayso.render.page import Entry
    from sayso.render.profile import Tally

Form = Literal["text", "json", "jsonl", "html"]

_IN_MEMORY = 32_000_000  # bytes of a page that are held in memory; more than that waits in a temporary file


@dataclass(frozen=True, slots=True)
class Print:
    """What was made of one record.

    Attributes:
        body: the record in its format.
        entry: its line in the table of contents, for the format that has one.
        tally: what it adds to the profile of all, where that is wanted in place of the records.
    """

    body: str
    entry: Entry | None = None
    tally: Tally | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """How records are printed.

    Attributes:
        form: the format.
        width: columns, for text.
        colour: whether there are colours, for text.
        min_confidence: from 0 to 1; statements below it are left out.
        summary: whether one profile of all records is printed in their place; as text or JSON.
    """

    form: Form
    width: int = 80
    colour: bool = False
    min_confidence: float = 0.0
    summary: bool = False

    def print(self, number: int, where: str, record: Record) -> Print:
        """Print one record.

        Args:
            number: of the input, from 1; no two records of an output may have the same.
            where: names the input, for documents without a title.
            record: what was read.
        """
        if self.min_confidence > 0:
            record = keep_sure(record, self.min_confidence)
        if self.summary:
            from sayso.render.profile import tally

            return Print("", tally=tally(record))
        if self.form == "text":
            from sayso.render.terminal import render_text

            return Print(render_text(record, where, self.width, self.colour))
        if self.form == "html":
            from sayso.render.page import render_sheet

            return Print(*render_sheet(number, where, record))
        return Print(record.model_dump_json(indent=2 if self.form == "json" else None))


def keep_sure(record: Record, min_confidence: float) -> Record:
    """A record without the statements that are less likely right than ``min_confidence``; its sourcing is that of the rest.

    A statement within one that goes is within the next one outward that stays.
    """
    outward = {s.id: s.within for s in record.statements}
    kept = [s for s in record.statements if s.confidence >= min_confidence]
    staying = {s.id for s in kept}
    statements = []
    for statement in kept:
        within = statement.within
        while within is not None and within not in staying:
            within = outward.get(within)
        statements.append(statement if within == statement.within else statement.model_copy(update={"within": within}))
    return record.model_copy(update={"statements": statements, "sourcing": Sourcing.of(statements)})


class Printer:
    """Writes prints out, one after the other."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._count = 0

    def send(self, print: Print) -> None:
        """Write the next one."""
        self._out.write(print.body + "\n")
        self._out.flush()

    def miss(self) -> None:
        """Say that an input comes to nothing."""

    def close(self) -> None:
        """Write what comes after the last one."""


class _TextPrinter(Printer):
    """Records for reading, a line between them."""

    def send(self, print: Print) -> None:
        if self._count:
            self._out.write("\n" + "─" * 40 + "\n\n")
        self._count += 1
        self._out.write(print.body)
        self._out.flush()


class _JsonPrinter(Printer):
    """One object where there was one input, an array where there were more, however many could be read."""

    _held: str | None = None
    _inputs = 0

    def send(self, print: Print) -> None:
        self._inputs += 1
        if self._held is None and self._inputs == 1:
            self._held = print.body  # an object or the first of an array: the next input says
            return
        self._open()
        self._write(print.body)

    def miss(self) -> None:
        self._inputs += 1

    def _open(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._write(held)

    def _write(self, body: str) -> None:
        self._out.write((",\n" if self._count else "[\n") + body)
        self._count += 1

    def close(self) -> None:
        if self._held is not None and self._inputs == 1:
            self._out.write(self._held + "\n")
        elif self._inputs > 1:
            self._open()
            self._out.write("\n]\n" if self._count else "[]\n")


class _PagePrinter(Printer):
    """One page; its articles wait until all are there, since the table of contents comes first."""

    def __init__(self, out: IO[str]) -> None:
        super().__init__(out)
        self._entries: list[Entry] = []
        self._bodies = tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="")  # noqa: SIM115

    def send(self, print: Print) -> None:
        if print.entry is not None:
            self._entries.append(print.entry)
        self._bodies.write(print.body)

    def close(self) -> None:
        from sayso.render.page import bind

        if self._entries:
            self._bodies.seek(0)
            for part in bind(self._entries, self._chunks()):
                self._out.write(part)
        self._bodies.close()

    def _chunks(self) -> Iterator[str]:
        while chunk := self._bodies.read(1 << 16):
            yield chunk


class _ProfilePrinter(Printer):
    """One profile of all records."""

    def __init__(self, out: IO[str], style: Style) -> None:
        from sayso.render.profile import Profile

        super().__init__(out)
        self._style = style
        self._profile = Profile()

    def send(self, print: Print) -> None:
        if print.tally is not None:
            self._profile.add(print.tally)

    def close(self) -> None:
        style = self._style
        self._out.write(
            self._profile.to_text(style.width, style.colour) if style.form == "text" else self._profile.to_json(style.form == "json") + "\n"
        )


def printer_for(style: Style, out: IO[str]) -> Printer:
    """What writes records out in a style."""
    return _ProfilePrinter(out, style) if style.summary else _PRINTERS[style.form](out)


_PRINTERS: dict[Form, type[Printer]] = {"text": _TextPrinter, "json": _JsonPrinter, "jsonl": Printer, "html": _PagePrinter}
