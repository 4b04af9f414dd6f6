"""Mentions: their forms, and which names may call the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.models import EntityType
from sayso.reading.layout import Layout
from sayso.reading.mentions import (
    AFTER,
    BEFORE,
    FORMS,
    REFERENCE_FEATURES,
    WITHIN,
    Mentions,
    bare_name,
    mention,
    name_words,
    reference_features,
    referent_pairs,
    same_entity,
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "form"),
    [("he", "he"), ("Her", "she"), ("they", "they"), ("who", "who"), ("We", "i"), ("Ada Lin", "proper"), ("the mayor", "description"),
     ("the Lisbon office", "proper"), ("@harbourwatch", "proper")],
)  # fmt: skip
def test_a_mention_has_the_form_of_its_words(words: str, form: str) -> None:
    assert FORMS[mention(words, (0, 0), -1).form] == form


@pytest.mark.parametrize(
    ("told", "name"),
    [("President Vladimir Putin", "Vladimir Putin"), ("Mr. Osmund’s", "Osmund"), ("former Prime Minister Ada Lin,", "Ada Lin"),
     ("the Threll  County\nCouncil", "Threll County Council"), ("Mayor", "Mayor"), ("Chief Justice Ruiz", "Ruiz")],
)  # fmt: skip
def test_a_name_is_told_without_titles_and_possessive(told: str, name: str) -> None:
    assert bare_name(told) == name


@pytest.mark.parametrize(
    ("full", "short", "types", "same"),
    [
        ("Clara Venn", "Venn", ("person", "person"), True),
        ("Clara Venn", "Clara", ("person", "person"), True),
        ("Clara M. Venn", "Clara Venn", ("person", "person"), True),
        ("Clara Venn", "C. Venn", ("person", "person"), True),
        ("Clara Venn", "Jonas Venn", ("person", "person"), False),
        ("Clara Venn", "Venn County", ("person", "place"), False),
        ("Benjamin Oduya Jr.", "Ben Oduya", ("person", "person"), True),
        ("Association of Ferry Pilots", "AFP", ("organization", "organization"), True),
        ("Northern Rail Federation", "Northern Rail", ("organization", "organization"), True),
        ("Northern Rail Federation", "Northern Light", ("organization", "organization"), False),
        ("José Ñuñez", "Nunez", ("person", "person"), True),
    ],
)
def test_names_call_the_same_where_one_may_be_short_for_the_other(
    full: str, short: str, types: tuple[EntityType, EntityType], same: bool
) -> None:
    assert same_entity(name_words(full), name_words(short), *types) is same


@given(st.text(max_size=60))
def test_any_text_can_be_a_mention_or_a_name(text: str) -> None:
    found = mention(text, (0, 0), -1)
    assert 0 <= found.form < len(FORMS)
    bare_name(text)


def _layout(words: int) -> Layout:
    return Layout(np.arange(words) // 9, np.arange(words) // 30, np.zeros(words, dtype=np.int64))


@given(st.lists(st.integers(0, 200), min_size=1, max_size=90, unique=True), st.data())
def test_features_stay_within_their_tables(places: list[int], data: st.DataObject) -> None:
    spans = [(p, min(p + data.draw(st.integers(0, 4)), 204)) for p in sorted(places)]
    heads = Mentions([mention("Ada Lin" if p[0] % 2 else "she", p, 0 if p[0] % 2 else -1) for p in spans])
    choosers = Mentions([m for m in heads.all if m.name < 0])
    pairs = referent_pairs(choosers.spans, heads.spans)
    features = reference_features(choosers, heads, _layout(205), pairs)
    assert features.shape == (len(pairs), len(REFERENCE_FEATURES))
    assert (features >= 0).all()
    assert (features < np.array(REFERENCE_FEATURES)).all()
    counts = np.bincount(pairs[:, 0], minlength=len(choosers)) if len(pairs) else np.zeros(1)
    assert counts.max() <= BEFORE + AFTER + WITHIN


def test_a_mention_is_no_candidate_for_itself() -> None:
    spans = np.array([[0, 1], [5, 5], [9, 9]])
    assert [tuple(p) for p in referent_pairs(spans[1:2], spans).tolist()] == [(0, 0), (0, 2)]
