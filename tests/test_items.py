"""Short articles with nested marks: what is read from them, and what the network learns from them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "training"))

from items import read_item, read_items
from speakers import articles_of

ITEM = """outlet: The Harlow Bay Courier
register: regional
published: 2031-03-04
---
# {Q1:Pipe was safe}, {S1 organization:water firm} {C1:says}

{S2 person:The minister} {C2:said} {Q2:that {S3 organization:the company} {C3:had told} him {Q3:the pipe was safe}}, {R2:NNA} reported.
{S4 person:She} {C4:denied} {Q4:that it leaked}.
---
1 speaker=Threll Water | type=organization | relays= | within= | polarity=affirmed | denial=0 | presupposed=0
2 speaker=Karel Osmund | type=person | relays=NNA | within= | polarity=affirmed | denial=0 | presupposed=0
3 speaker=Threll Water | type=organization | relays=Karel Osmund, NNA | within=2 | polarity=affirmed | denial=0 | presupposed=0
4 speaker=Ada Lin | type=person | relays= | within= | polarity=rejected | denial=1 | presupposed=0
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "01-pipe.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_marks_nest_and_offsets_count_the_text_without_them(tmp_path: Path) -> None:
    item = read_item(write(tmp_path, ITEM))
    assert "{" not in item.text
    assert item.text.startswith("Pipe was safe, water firm says\n")
    assert [item.text[a:b] for a, b in item.headings] == ["Pipe was safe, water firm says"]
    by_number = {g.number: g for g in item.statements}
    inner, outer = by_number["3"], by_number["2"]
    assert [item.text[a:b] for a, b in inner.content] == ["the pipe was safe"]
    assert [item.text[a:b] for a, b in outer.content] == ["that the company had told him the pipe was safe"]
    assert (inner.within, inner.relays) == ("2", ["Karel Osmund", "NNA"])
    assert (by_number["4"].rejected, by_number["4"].denial) == (True, True)


@pytest.mark.parametrize("broken", [ITEM.replace("leaked}", "leaked"), ITEM.replace("says}", "says}}")])
def test_marks_that_are_not_balanced_are_refused_with_the_files_name(tmp_path: Path, broken: str) -> None:
    with pytest.raises(ValueError, match=r"01-pipe\.txt"):
        read_item(write(tmp_path, broken))


def test_a_content_that_reports_statements_is_learned_from_as_a_text_of_its_own(tmp_path: Path) -> None:
    whole, part = articles_of(read_item(write(tmp_path, ITEM)), [])
    assert len(whole.attributions) == 3
    assert [whole.text[a:b] for a, b in whole.nested or []] == ["had told"]
    assert part.text == "The company had told him the pipe was safe."
    [gold] = part.attributions
    assert [part.text[a:b] for a, b in gold.source] == ["the company".capitalize()]
    assert [part.text[a:b] for a, b in gold.content] == ["the pipe was safe"]


@pytest.mark.parametrize("folder", ["training/nested", "benchmarks/chains", "benchmarks/denials"])
def test_every_item_can_be_read_and_agrees_with_its_marks(folder: str) -> None:
    items = read_items(ROOT / folder)
    assert items
    for item in items:
        by_number = {g.number: g for g in item.statements}
        for gold in item.statements:
            spans = gold.source + gold.cue + gold.content + gold.relay
            assert all(0 <= a < b <= len(item.text) for a, b in spans), (item.name, gold.number)
            if gold.within:
                outer = by_number[gold.within].content
                assert all(any(a <= start and end <= b for a, b in outer) for start, end in gold.content), (item.name, gold.number)
