"""Words and wordpieces."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from sayso.encoder.tokens import TRAITS, Words, load_tokenizer
from sayso.reading.tagger import see

plain = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)


def words_of(text: str) -> Words:
    return see(text, load_tokenizer()).words


def spelled(text: str) -> list[str]:
    words = words_of(text)
    return [text[a:b] for a, b in zip(words.start, words.end, strict=True)]


def test_punctuation_stands_apart() -> None:
    assert spelled("“Don't go,” said Åsa (37).") == ["“", "Don", "'", "t", "go", ",", "”", "said", "Åsa", "(", "37", ")", "."]


def test_offsets_count_code_points_whatever_the_script() -> None:
    assert spelled("🙂🙃 naïve ﬁn e\u0301té 東京 Москва") == ["🙂🙃", "naïve", "ﬁn", "e\u0301té", "東", "京", "Москва"]


def test_a_word_ends_behind_its_accents() -> None:
    assert spelled(":\u1abe") == [":", "\u1abe"]
    assert spelled("Jose\u0301 ate at the cafe\u0301.") == ["Jose\u0301", "ate", "at", "the", "cafe\u0301", "."]


@given(plain)
def test_words_lie_in_order_and_have_wordpieces(text: str) -> None:
    words = words_of(text)
    assert (words.start < words.end).all()
    assert (words.end[:-1] <= words.start[1:]).all()
    assert (np.diff(words.first) > 0).all()
    assert ((words.traits >= 0) & (words.traits < TRAITS)).all()
    assert len(words) == 0 or words.first[-1] < len(words.pieces)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"], exclude_characters="\ufffd") | st.just(" "), max_size=120))
def test_every_letter_digit_mark_and_sign_belongs_to_a_word(text: str) -> None:
    assume(not any(mark in text for mark in ("``", "''", "’’", "‘‘", ",,")))  # one mark in two characters
    assert "".join(spelled(text)) == "".join(text.split(" "))


@given(st.lists(st.sampled_from(["The pier", "is gone.", "Nobody", "said: “why”"]), min_size=1, max_size=20))
def test_no_word_is_lost(parts: list[str]) -> None:
    text = " ".join(parts)
    assert "".join(spelled(text)) == text.replace(" ", "")


def test_a_long_text_has_the_words_of_its_parts() -> None:
    sentence = "The harbour office counted forty boats. "
    assert spelled(sentence * 3000) == spelled(sentence) * 3000


def test_a_blank_less_text_of_any_length_is_cut() -> None:
    assert len(words_of("a" * 200_000)) >= 1


def test_traits_tell_case_and_breaks_apart() -> None:
    words = words_of("Mayor MAYOR mayor 12\nmayor\n\nmayor “mayor”")
    assert len(set(words.traits.tolist())) >= 7
    assert words.breaks.tolist() == [2, 0, 0, 0, 1, 2, 0, 0, 0]
