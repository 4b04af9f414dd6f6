"""Who said what in the training articles: labels, and the mentions they are tied to."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "training"))

from corpora import NOBODY, Article, Gold, read_gum
from speakers import Label, read_labels, with_speakers

TEXT = "Clara Venn opened the pier. She said it was safe. Mr. Ahl told Radio Nord it was not. Critics laughed."


def span(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def labelled() -> Article:
    golds = [
        Gold([span("She")], [span("said")], [span("it was safe")], key="1"),
        Gold([span("Mr. Ahl")], [span("told")], [span("it was not")], key="2"),
        Gold([span("Critics")], [], [span("laughed")], key="3"),
    ]
    labels = {
        "1": Label("Clara Venn", "person", [], False, None),
        "2": Label("Jonas Ahl", "person", ["Radio Nord"], False, None),
        "3": Label(None, "group", [], False, None),
    }
    names = [(*span("Clara Venn"), "person"), (*span("Ahl"), "person"), (*span("Radio Nord"), "organization")]
    return with_speakers(Article("a", TEXT, golds), names, labels)


def test_a_pronoun_and_the_name_it_stands_for_have_one_entity() -> None:
    article = labelled()
    she, ahl, critics = article.attributions
    venn, surname, radio = article.mentions
    assert she.entity == venn.entity >= 0
    assert ahl.entity == surname.entity >= 0
    assert critics.entity == NOBODY
    assert radio.entity not in (she.entity, ahl.entity)


def test_pronouns_and_titles_tell_whose_names_are_womens() -> None:
    venn, ahl, radio = labelled().mentions
    assert (venn.female, ahl.female, radio.female) == (True, False, None)


def test_a_relay_is_found_where_the_text_names_it() -> None:
    assert [TEXT[a:b] for a, b in labelled().relays or []] == ["Radio Nord"]


def test_every_label_of_the_project_can_be_read() -> None:
    labels = read_labels(ROOT / "training/speakers.tsv")
    assert sum(map(len, labels.values())) > 10_000
    assert any(label.rejected for some in labels.values() for label in some.values())


def test_mentions_of_a_conllu_file_are_put_together_across_words(tmp_path: Path) -> None:
    rows = [
        ("1", "Clara", "Entity=(1"), ("2", "Venn", "Entity=1)"), ("3", "smiled", "SpaceAfter=No"), ("4", ".", "_"),
        ("1", "She", "Entity=(1)"), ("2-3", "didn't", "_"), ("2", "did", "_"), ("3", "n't", "_"), ("4", "speak", "SpaceAfter=No"),
        ("5", ".", "_"),
    ]  # fmt: skip
    lines = ["# newdoc id = x", "# newpar", *("\t".join([i, word, *["_"] * 7, extra]) for i, word, extra in rows)]
    (tmp_path / "x.conllu").write_text("\n".join(lines) + "\n", encoding="utf-8")
    [article] = read_gum(tmp_path)
    assert article.text == "Clara Venn smiled. She didn't speak. "
    assert [(article.text[a.span[0] : a.span[1]], a.entity) for a in article.mentions] == [("Clara Venn", 1), ("She", 1)]
