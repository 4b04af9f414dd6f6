"""What verdicts on pairs of statements make of all of them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.linking.candidates import share_words
from sayso.linking.judge import VERDICTS, Verdict
from sayso.linking.relations import Rule, relations_of, utterances_of
from sayso.linking.sayings import Said
from sayso.linking.utterances import copies
from sayso.linking.voices import Voice, same_voice
from sayso.linking.wording import likeness, shared_runs, words_of
from sayso.models import Quantity, Relation

RULE = Rule((1.0,) * len(VERDICTS))
LONG = "the dam will hold for another hundred years"


def said(id: str, name: str | None, text: str = LONG, day: str = "2031-03-04", **others: object) -> Said:
    content = ((0, len(text)),)
    one = Said(id, document=f"d{id}", outlet=f"Outlet {id}", day=day, voice=Voice(name), content=content, text=text, figures=())
    return replace(one, **others)  # type: ignore[arg-type]


def verdict(a: str, b: str, name: str, share: float = 0.9) -> Verdict:
    rest = (1 - share) / (len(VERDICTS) - 1)
    return Verdict(a, b, tuple(share if one == name else rest for one in VERDICTS))


def made(sayings: list[Said], *verdicts: Verdict) -> list[Relation]:
    by_id = {one.id: one for one in sayings}
    return relations_of(by_id, utterances_of(by_id, verdicts, RULE), verdicts, RULE, "j")


def told(relations: list[Relation]) -> set[tuple[str, str, str]]:
    return {(one.a, one.relation, one.b) for one in relations}


def test_the_same_words_of_one_speaker_are_one_quote_and_copies_of_copies_too() -> None:
    relations = made([said(id, "Ida Lund") for id in "abc"], verdict("a", "b", "words"), verdict("b", "c", "words"))
    assert told(relations) == {("a", "same_quote", "b"), ("a", "same_quote", "c"), ("b", "same_quote", "c")}


def test_the_words_under_the_name_that_fewer_give_are_misattributed() -> None:
    sayings = [said("a", "Per Holm", day="2031-03-01"), said("b", "Ida Lund"), said("c", "Ida Lund")]
    pairs = [verdict(x, y, "words") for x, y in ("ab", "ac", "bc")]
    assert told(made(sayings, *pairs)) == {("a", "misattributed", "b"), ("a", "misattributed", "c"), ("b", "same_quote", "c")}


def test_of_two_names_the_one_printed_later_is_taken_for_the_wrong_one() -> None:
    sayings = [said("a", "Per Holm", day="2031-03-05"), said("b", "Ida Lund")]
    assert told(made(sayings, verdict("b", "a", "words"))) == {("a", "misattributed", "b")}


def test_a_common_phrase_in_the_mouths_of_two_is_no_relation() -> None:
    sayings = [said("a", "Per Holm", "We are ready to talk"), said("b", "Ida Lund", "We are ready to talk")]
    assert made(sayings, verdict("a", "b", "words")) == []


@pytest.mark.parametrize(("name", "relation"), [("Ida Lund", "restates"), ("Per Holm", "agrees")])
def test_the_same_claim_is_restated_by_its_speaker_and_shared_by_another(name: str, relation: str) -> None:
    sayings = [said("a", "Ida Lund"), said("b", name, "nothing can break that dam")]
    assert told(made(sayings, verdict("a", "b", "claim"))) == {("a", relation, "b")}


def test_a_spokesman_and_his_ministry_are_one_voice() -> None:
    ministry = Voice("Ministry of Dams", "organization")
    assert same_voice(Voice("Per Holm", behalf="Ministry of Dams"), ministry)
    assert not same_voice(Voice("Per Holm"), ministry)
    assert same_voice(Voice(None), ministry) is None


def test_whoever_is_known_to_be_one_is_one_voice_whatever_the_names() -> None:
    assert same_voice(Voice("Ida Lund", identity="7"), Voice("Ida Berg", identity="7"))


def test_two_of_one_name_that_were_told_apart_are_two_voices() -> None:
    assert same_voice(Voice("Ida Lund", identity="7"), Voice("Ida Lund", identity="8")) is False
    assert same_voice(Voice("Ida Lund", identity="7"), Voice("Lund", identity="8"))


def test_a_denial_is_of_every_copy_of_what_it_denies() -> None:
    sayings = [said("a", "Ida Lund"), said("b", "Ida Lund"), said("c", "Per Holm", "that is a fairy tale")]
    relations = made(sayings, verdict("a", "b", "words"), verdict("a", "c", "denied"), verdict("b", "c", "denied"))
    assert {("c", "denies", "a"), ("c", "denies", "b")} < told(relations)


def test_the_later_figure_comes_first_and_both_figures_are_the_evidence() -> None:
    def with_figure(id: str, day: str, value: float) -> Said:
        figure = Quantity(span=(0, 7), text="x people", low=value, high=value, unit="person")
        return said(id, "Ida Lund", "x people died", day, figures=(figure,))

    [relation] = made([with_figure("a", "2031-03-01", 3), with_figure("b", "2031-03-09", 5)], verdict("a", "b", "figure"))
    assert (relation.a, relation.relation, relation.b) == ("b", "number_changed", "a")
    assert relation.evidence.a == relation.evidence.b == [(0, 7)]


def test_the_shared_words_are_the_evidence_of_a_quote() -> None:
    texts = ("We will, in the end, hold the dam for ever and a day", "we will in the end hold the dam for ever!")
    [relation] = made([said("a", "Ida Lund", texts[0]), said("b", "Ida Lund", texts[1])], verdict("a", "b", "words"))
    assert [texts[0][slice(*span)] for span in relation.evidence.a] == ["We will, in the end, hold the dam for ever"]
    assert [texts[1][slice(*span)] for span in relation.evidence.b] == ["we will in the end hold the dam for ever"]


def test_the_weights_of_a_rule_decide_what_is_nothing() -> None:
    sayings = {one.id: one for one in (said("a", "Ida Lund"), said("b", "Per Holm", "it may hold"))}
    pair = verdict("a", "b", "claim", 0.5)
    strict = Rule((20.0, *(1.0,) * 7))
    assert relations_of(sayings, {"a": 0, "b": 1}, [pair], RULE, "j") != []
    assert relations_of(sayings, {"a": 0, "b": 1}, [pair], strict, "j") == []


letters = "abcdef"
verdicts = st.dictionaries(
    st.tuples(st.sampled_from(letters), st.sampled_from(letters)).filter(lambda pair: pair[0] < pair[1]),
    st.tuples(st.sampled_from(VERDICTS), st.floats(0.2, 1)),
    max_size=12,
)


@given(verdicts, st.lists(st.sampled_from(["Ida Lund", "Per Holm", None]), min_size=6, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_statements_and_verdicts_does_not_matter(
    pairs: dict[tuple[str, str], tuple[str, float]], names: list[str | None], rng: random.Random
) -> None:
    sayings = [said(id, name) for id, name in zip(letters, names, strict=True)]
    judged = [verdict(a, b, name, share) for (a, b), (name, share) in pairs.items()]
    relations = made(sayings, *judged)
    rng.shuffle(sayings)
    rng.shuffle(judged)
    assert made(sayings, *judged) == relations
    assert len({frozenset((one.a, one.b)) for one in relations}) == len(relations)
    assert all(0 <= one.score <= 1 for one in relations)


def test_a_statement_and_one_nested_in_it_are_not_compared() -> None:
    outer, inner = said("a", "Ida Lund"), said("b", "Per Holm", LONG[10:], content=((10, len(LONG)),))
    assert share_words(outer, replace(inner, document=outer.document))
    assert not share_words(outer, inner)
    assert not share_words(outer, replace(inner, document=outer.document, content=((len(LONG), len(LONG) + 9),)))


def test_copies_derive_from_whom_they_credit_else_from_the_nearest_words() -> None:
    utterance = [
        said("a", "Ida Lund", LONG, "2031-03-01"),
        said("b", "Ida Lund", LONG + " and more", "2031-03-02", outlet="Courier"),
        said("c", "Ida Lund", LONG + " and more", "2031-03-03"),
        said("d", "Ida Lund", LONG, "2031-03-04"),
    ]
    tree = copies(utterance[::-1], {"d": frozenset({"courier"})})
    assert [(one.id, one.of, one.credited) for one in tree] == [("a", None, False), ("b", "a", False), ("c", "b", False), ("d", "b", True)]


def test_words_are_compared_without_case_marks_and_kinds_of_apostrophes() -> None:
    assert words_of("It’s 1,500.5 — HE said") == ["it's", "1,500.5", "he", "said"]
    assert likeness(words_of("We shall not go"), words_of("“We shall NOT go!”")).whole == 1


@given(st.text(max_size=60), st.text(max_size=60))
def test_shared_runs_are_the_same_words_on_both_sides(a: str, b: str) -> None:
    ours, theirs = shared_runs(a, b)
    assert [words_of(a[slice(*span)]) for span in ours] == [words_of(b[slice(*span)]) for span in theirs]
