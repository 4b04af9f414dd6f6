"""The project's own annotated articles, and how training moves their spans."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "training"))

from corpora import Article, Gold, edit, read_marked, read_marked_folder, read_polnear


def test_every_marked_article_can_be_read_and_every_attribution_has_a_content() -> None:
    for folder, least in (("training/articles", 150), ("benchmarks/registers", 40)):
        articles = read_marked_folder(ROOT / folder)
        assert len(articles) >= least
        for article in articles:
            assert article.attributions
            for gold in article.attributions:
                assert all(article.text[a:b].strip() for a, b in gold.content + gold.source + gold.cue)


def test_no_article_is_both_trained_on_and_measured_on() -> None:
    trained = {article.text for article in read_marked_folder(ROOT / "training/articles")}
    assert not trained & {article.text for article in read_marked_folder(ROOT / "benchmarks/registers")}


def test_the_examples_are_the_marked_articles_without_their_marks() -> None:
    for path in sorted((ROOT / "examples").glob("*.txt")):
        assert read_marked(ROOT / "benchmarks/registers" / path.name).text == path.read_text("utf-8")


def test_marks_become_spans(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("outlet: X\n---\n# {S1 person:Lin}{C1::} {Q1:No}\n\n{S2 person:She} {C2:said} {Q2:so} and {C3=2:asked} {Q3:why}.\n")
    article = read_marked(path)
    assert article.text == "Lin: No\n\nShe said so and asked why.\n"
    assert article.headings == [(0, 7)]
    assert [article.text[slice(*g.content[0])] for g in article.attributions] == ["No", "so", "why"]
    assert [article.text[slice(*g.source[0])] for g in article.attributions] == ["Lin", "She", "She"]


@pytest.mark.parametrize("body", ["{S1 person:Lin said", "{C1=7:said} {Q1:no}"])
def test_marks_that_cannot_be_read_are_an_error(tmp_path: Path, body: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"outlet: X\n---\n{body}")
    with pytest.raises(ValueError, match=r"a\.txt"):
        read_marked(path)


@given(st.data())
def test_spans_keep_their_words_when_others_are_replaced(data: st.DataObject) -> None:
    words = data.draw(st.lists(st.text("abc", min_size=1, max_size=4), min_size=3, max_size=12))
    text = " ".join(words)
    places = []
    at = 0
    for word in words:
        places.append((at, at + len(word)))
        at += len(word) + 1
    kept = data.draw(st.integers(0, len(words) - 1))
    others = data.draw(st.sets(st.integers(0, len(words) - 1)).map(lambda chosen: chosen - {kept}))
    changes = [(*places[i], data.draw(st.text("XYZ", max_size=6))) for i in sorted(others)]
    changed = edit(Article("a", text, [Gold(content=[places[kept]])]), changes)
    assert changed.text[slice(*changed.attributions[0].content[0])] == words[kept]


def test_polnear_is_read_whole(shared: Path) -> None:
    dev = read_polnear(shared / "data/polnear/dev")
    assert len(dev) == 84
    assert sum(len(a.attributions) for a in dev) == 2192
