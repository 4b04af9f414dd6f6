"""Statements as they are compared: with who says them, when, with what figures, and in their surroundings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sayso.encoder.pairs import Passage, in_context
from sayso.encoder.vectors import Vectors
from sayso.linking.passages import passage_of
from sayso.linking.voices import Voice
from sayso.linking.wording import words_of
from sayso.models import Quantity, Record, Span, Statement

MOST = 80
"""Statements of one document that are compared: what is spent on a text that says one thing ten thousand times must be bounded."""
Meaning = Callable[[Sequence[str]], Vectors]
"""Makes vectors of texts, int8 [texts, SIZE]."""


@dataclass(frozen=True)
class Said:
    """A statement, as far as it matters to what a relation of it is called.

    Attributes:
        id: the statement's.
        document: id of its document.
        outlet: that printed it.
        day: when it was printed, ISO 8601, or empty.
        voice: who says it.
        content: its spans, code points, half-open, into the document's text.
        text: the document's from the first of them to the last.
        figures: the quantities in it.
        denial: whether it is one; None where that isn't known.
    """

    id: str
    document: str
    outlet: str | None
    day: str
    voice: Voice
    content: tuple[Span, ...]
    text: str
    figures: tuple[Quantity, ...]
    denial: bool | None = None

    @classmethod
    def of(cls, statement: Statement, record: Record, voice: Voice) -> Said:
        """A statement of a record."""
        document = record.document
        start, stop = min(span[0] for span in statement.content), max(span[1] for span in statement.content)
        return cls(
            id=statement.id,
            document=document.id,
            outlet=document.outlet,
            day=document.published or "",
            voice=voice,
            content=tuple(statement.content),
            text=document.text[start:stop],
            figures=tuple(statement.quantities),
            denial=statement.denial,
        )

    @property
    def place(self) -> int:
        """Where in the document it begins, in code points."""
        return min(span[0] for span in self.content)

    @cached_property
    def words(self) -> list[str]:
        """See ``words_of``."""
        return words_of(self.text)

    @property
    def order(self) -> tuple[str, str, int, str]:
        """Sorts by when a statement was printed; those without a date come last."""
        return self.day or "9999", self.document, self.place, self.id

    def days_from(self, other: Said) -> float:
        """Days between the two; 0 where a date isn't known."""
        try:
            return abs((date.fromisoformat(self.day[:10]) - date.fromisoformat(other.day[:10])).days)
        except ValueError:
            return 0.0


@dataclass(frozen=True)
class Saying:
    """A statement in its surroundings, to be compared with others.

    Attributes:
        said: the statement.
        passage: its words and those around them.
        vectors: int8 [2, SIZE], of its words alone and of those with the words before them.
    """

    said: Said
    passage: Passage
    vectors: Vectors = field(compare=False, repr=False)


def are_compared(statement: Statement) -> bool:
    """Whether a statement is compared with others: those are that have a source, but for headings."""
    return statement.kind != "narrated" and not statement.headline


def sayings_of(record: Record, meaning: Meaning) -> list[Saying]:
    """The first statements of a record that are compared with others, in its order, MOST at most."""
    chosen = [one for one in record.statements if are_compared(one)][:MOST]
    if not chosen:
        return []
    names = {entity.id: entity.name for entity in record.entities}
    passages = [passage_of(record.document.text, one.content, one.speaker.name) for one in chosen]
    vectors = meaning([text for passage in passages for text in (passage.content, in_context(passage))])
    return [
        Saying(Said.of(one, record, Voice.of(one.speaker, names.get(one.speaker.speaks_for or ""))), passage, vectors[2 * i : 2 * i + 2])
        for i, (one, passage) in enumerate(zip(chosen, passages, strict=True))
    ]
