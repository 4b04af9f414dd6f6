"""Linking: from records to the relations among their statements."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import Lock

from sayso.encoder.pairs import judge_version
from sayso.encoder.vectors import VectorSession
from sayso.linking.candidates import candidates
from sayso.linking.judge import Judge, Verdict
from sayso.linking.relations import is_kept, read_rule, relations_of, utterances_of
from sayso.linking.sayings import Saying, are_compared, sayings_of
from sayso.models import Record, Relation


class Linker:
    """Finds the relations among statements: candidates, the verdicts on them, and what follows.

    Args:
        weights: folder of the judge's weights; by default what is installed with sayso.
    """

    def __init__(self, weights: Path | None = None) -> None:
        self.vectors, self.judge, self.rule = VectorSession(), Judge(weights), read_rule(weights)

    def sayings(self, records: Iterable[Record]) -> list[Saying]:
        """The statements of records that are compared."""
        return [saying for record in records for saying in sayings_of(record, self.vectors.vectors)]

    def verdicts(self, sayings: list[Saying]) -> list[Verdict]:
        """The verdicts on those pairs of statements that are worth judging."""
        return [self.judge.judge(a, b) for a, b in candidates([], sayings)]

    def link(self, records: Iterable[Record]) -> list[Relation]:
        """The relations among the statements of records, in whatever order they come; of two records of one document the last counts."""
        latest = {record.document.id: record for record in records}
        sayings = self.sayings(latest.values())
        return self._relations(sayings, self.verdicts(sayings))

    def answers(self, record: Record) -> list[Relation]:
        """The relations in one article that tie a denial to what it answers, and to what else is said of that."""
        denials = _denials(record)
        if not denials:
            return []
        sayings = self.sayings([record])
        pairs = ((a, b) for a, b in candidates([], sayings) if not denials.isdisjoint((a.said.id, b.said.id)))
        return self._relations(sayings, [self.judge.judge(a, b) for a, b in pairs])

    def _relations(self, sayings: Iterable[Saying], verdicts: Iterable[Verdict]) -> list[Relation]:
        kept = [one for one in verdicts if is_kept(one, self.rule)]
        said = {saying.said.id: saying.said for saying in sayings}
        return relations_of(said, utterances_of(said, kept, self.rule), kept, self.rule, linker_version())


_loading = Lock()


@cache
def _loaded() -> Linker:
    return Linker()


def installed() -> Linker:
    """The linker of the weights that are installed with sayso, loaded once."""
    with _loading:
        return _loaded()


def with_answers(record: Record) -> Record:
    """A record with its denials tied to what they answer; one without denials costs nothing."""
    return record.model_copy(update={"relations": installed().answers(record)}) if _denials(record) else record


def _denials(record: Record) -> set[str]:
    return {one.id for one in record.statements if are_compared(one) and (one.denial or one.polarity == "rejected")}


@cache
def linker_version() -> str:
    """What judges relations, as it is recorded with each."""
    return f"relations/1-{judge_version()}"
