"""Statements in their surroundings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sayso.encoder.pairs import CLOSE, OPEN, encode_passage, join_passages
from sayso.encoder.tokens import load_tokenizer
from sayso.linking.passages import passage_of

TEXT = "The paper printed a rumour. It said the bridge would fall. “That is nonsense,” Lin said on Monday. “It stands.” Others left.\nEnd."


def test_the_sentence_before_goes_along() -> None:
    start = TEXT.index("That is")
    passage = passage_of(TEXT, [(start, start + 16)], "Ada Lin")
    assert passage.content == "That is nonsense"
    assert passage.before == "It said the bridge would fall. “"
    assert passage.after == ",” Lin said on Monday."


def test_what_stands_between_two_pieces_belongs_to_the_content() -> None:
    first, last = TEXT.index("That is"), TEXT.index("It stands")
    passage = passage_of(TEXT, [(first, first + 16), (last, last + 10)], None)
    assert passage.content == "That is nonsense,” Lin said on Monday. “It stands."
    assert passage.speaker == ""


@given(text=st.text(min_size=1, max_size=300), data=st.data())
def test_any_text_has_passages_that_can_be_encoded(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    stop = data.draw(st.integers(start + 1, len(text)))
    passage = passage_of(text, [(start, stop)], data.draw(st.none() | st.text(max_size=20)))
    assert passage.content == " ".join(text[start:stop].split())
    pieces = encode_passage(passage, load_tokenizer())
    assert pieces.count(OPEN) == pieces.count(CLOSE) == 1
    whole, sides = join_passages(pieces, pieces)
    assert len(whole) == len(sides) == 2 * len(pieces) + 3
    assert len(whole) < 256
