"""Which sentences are facts in the outlet's own voice, from the network's scores of their words."""

from __future__ import annotations

import numpy as np
import pytest

from sayso import Document, Reader
from sayso.encoder.tokens import load_tokenizer
from sayso.models import Record
from sayso.reading.narration import find_narrated
from sayso.reading.tagger import Sight, Tags, see, tag


class Nobody:
    """A session that must not run."""


def seen(text: str, score: float, heading: float = 0.0) -> tuple[Sight, Tags]:
    sight = see(text, load_tokenizer())
    empty = tag(see("", load_tokenizer()).words, Nobody())  # type: ignore[arg-type]
    count = len(sight.words)
    tags = {name: getattr(empty, name) for name in Tags.__slots__}  # type: ignore[attr-defined]
    tags |= {"narrated": np.full(count, score, np.float32), "heading": np.full(count, heading, np.float32)}
    return sight, Tags(**tags)


def letters(text: str, sight: Sight, found: list[tuple[tuple[int, int], float]]) -> list[str]:
    return [text[sight.words.start[a] : sight.words.end[b]] for (a, b), _ in found]


TEXT = "The bridge opened at 1.41am on Monday. It cost 4m crowns. Who paid?"


def test_a_fact_is_a_whole_sentence_and_no_question() -> None:
    sight, tags = seen(TEXT, 2.0)
    assert letters(TEXT, sight, find_narrated(TEXT, sight, tags, [])) == ["The bridge opened at 1.41am on Monday.", "It cost 4m crowns."]


def test_a_sentence_with_anybody_s_words_is_no_fact_of_the_outlet_s() -> None:
    sight, tags = seen(TEXT, 2.0)
    assert "It cost 4m crowns." not in letters(TEXT, sight, find_narrated(TEXT, sight, tags, [(12, 12)]))


@pytest.mark.parametrize(("score", "heading"), [(-0.1, 0.0), (3.0, 0.9)])
def test_neither_doubtful_sentences_nor_headings_are_facts(score: float, heading: float) -> None:
    sight, tags = seen(TEXT, score, heading)
    assert find_narrated(TEXT, sight, tags, []) == []


def test_the_likelihood_is_that_of_the_mean_score() -> None:
    sight, tags = seen(TEXT, 2.0)
    assert {round(p, 3) for _, p in find_narrated(TEXT, sight, tags, [])} == {0.881}


def test_an_empty_text_holds_none() -> None:
    sight, tags = seen("", 0.0)
    assert find_narrated("", sight, tags, []) == []


ARTICLE = """Fire at Corran mill

A fire destroyed the paper mill in Corran on Tuesday night. Two hundred people worked there.

"We lost everything," the owner, Isolde Marr, said.

The mill opened in 1911 and was the town's largest employer.

Subscribe to our newsletter!
"""


@pytest.fixture(scope="module")
def record() -> Record:
    return Reader().read(Document(text=ARTICLE, outlet="The Corran Gazette", published="2024-05-03"))


def test_facts_stand_among_the_statements_in_the_order_of_the_text(record: Record) -> None:
    assert [s.content[0][0] for s in record.statements] == sorted(s.content[0][0] for s in record.statements)
    assert "The mill opened in 1911 and was the town's largest employer." in [s.text for s in record.statements if s.kind == "narrated"]


def test_a_fact_has_no_speaker_and_the_outlet_ends_its_chain(record: Record) -> None:
    for fact in (s for s in record.statements if s.kind == "narrated"):
        assert (fact.speaker.type, fact.speaker.name, fact.source, fact.cue) == ("none", None, [], [])
        assert [(link.role, link.name) for link in fact.chain] == [("outlet", "The Corran Gazette")]


def test_advertisements_for_the_outlet_are_no_facts(record: Record) -> None:
    assert not any("Subscribe" in s.text for s in record.statements)


def test_the_profile_counts_facts_apart(record: Record) -> None:
    narrated = sum(s.kind == "narrated" for s in record.statements)
    assert (record.sourcing.narrated, record.sourcing.statements) == (narrated, len(record.statements) - narrated)
