"""Linking: from records to the relations among their statements."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sayso.encoder.pairs import judge_version
from sayso.encoder.vectors import VectorSession
from sayso.linking.candidates import candidates
from sayso.linking.judge import Judge, Verdict
from sayso.linking.relations import is_kept, read_rule, relations_of, utterances_of
from sayso.linking.sayings import Saying, sayings_of
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
        verdicts = [one for one in self.verdicts(sayings) if is_kept(one, self.rule)]
        said = {saying.said.id: saying.said for saying in sayings}
        return relations_of(said, utterances_of(said, verdicts, self.rule), verdicts, self.rule, linker_version())


@cache
def linker_version() -> str:
    """What judges relations, as it is recorded with each."""
    return f"relations/1-{judge_version()}"
