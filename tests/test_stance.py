"""Stance: what cues do, by the lexicon; what the network's heads add."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.reading.stance import judge, verb_forms

NO = -5.0


@pytest.mark.parametrize(
    ("cue", "content", "act"),
    [
        ("said", "that the pier was safe", "state"),
        ("was quoted as saying", "that the pier was safe", "state"),
        ("called for", "an inquiry", "urge"),
        ("told", "to leave the pier", "urge"),
        ("asked", "whether the pier was safe", "ask"),
        ("asked", "to leave the pier", "urge"),
        ("has vowed", "to rebuild the pier", "promise"),
        ("declined", "to comment", "decline"),
        ("criticised", "the council's delay", "accuse"),
        ("hopes", "to return", "want"),
        ("'s fear", "that the pier would go", "feel"),
        ("predicted", "a hard winter", "predict"),
        ("rejected", "the union's offer", "accuse"),
        (":", "No new taxes", "state"),
        ("", "No new taxes", "state"),
    ],
)
def test_the_act_is_that_of_the_cues_verb_or_noun(cue: str, content: str, act: str) -> None:
    assert judge(cue, content, NO, NO).act == act


@pytest.mark.parametrize(
    ("cue", "presupposed"), [("admitted", True), ("realised", True), ("said", False), ("claims", False), ("revealed", True)]
)
def test_factive_cues_take_their_content_for_true(cue: str, presupposed: bool) -> None:
    assert judge(cue, "that the pump had failed", NO, NO).presupposed is presupposed


def test_a_cue_that_rejects_makes_a_denial_and_presupposes_nothing() -> None:
    stance = judge("denied", "that the pump had failed", 3.0, NO)
    assert (stance.act, stance.polarity, stance.denial, stance.presupposed) == ("deny", "rejected", True, False)


def test_words_that_reject_a_claim_make_a_denial_that_is_affirmed() -> None:
    stance = judge("said", "the reports are pure invention", NO, 3.0)
    assert (stance.act, stance.polarity, stance.denial) == ("state", "affirmed", True)


@pytest.mark.parametrize(
    ("content", "modality"),
    [
        ("the pier may close", "possible"),
        ("it will probably rain", "probable"),
        ("it is certainly shut", "certain"),
        ("it is shut", "unspecified"),
    ],
)
def test_the_modal_of_the_main_clause_gives_the_modality(content: str, modality: str) -> None:
    assert judge("said", content, NO, NO).modality == modality


@pytest.mark.parametrize("form", ["said", "denies", "vowing", "admitted", "wrote", "begged", "urges", "accusing", "planned", "wishes"])
def test_every_form_of_a_verb_is_known(form: str) -> None:
    assert form in verb_forms()


@given(st.text(max_size=80), st.text(max_size=200), st.floats(-5, 5), st.floats(-5, 5))
def test_any_words_get_a_stance_whose_parts_agree(cue: str, content: str, rejects: float, denies: float) -> None:
    stance = judge(cue, content, rejects, denies)
    assert stance.denial or stance.polarity == "affirmed"
    assert (stance.act == "deny") == (stance.polarity == "rejected")
