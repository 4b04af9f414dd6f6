"""How well it is told who is who across documents, on invented articles: B-cubed precision, recall and F1, in several orders.

    python benchmarks/identities.py [dev|held] [--errors]

Every article of ``identities.tsv`` goes into a ledger of its own with its entities as they are marked. B-cubed (Bagga and Baldwin 1998)
is over the entities of articles: of those that the ledger takes for the same as one, the share that are; of those that are the same,
the share that it takes for it.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import cast

from sqlalchemy import select

from sayso.ledger.opening import in_read
from sayso.ledger.schema import Documents, Entities, Identifications, Identities, Readings
from sayso.ledger.store import Ledger
from sayso.models import Document, Entity, EntityType, Record

CASES = Path(__file__).with_suffix(".tsv")
_MARK = re.compile(r"\[(\w+):(\w+):([^\]]+)\]")
ORDERS = 5  # in which the articles arrive; the first is that of the file

Labels = dict[tuple[str, str], str]
"""For a document's id and an entity's name there, who it is."""


def read_cases(half: str) -> tuple[list[Record], Labels]:
    """The articles of one half, and who their entities are."""
    records, labels = [], {}
    for line in CASES.read_text("utf-8").splitlines():
        if line.startswith("#") or not line.startswith(f"{half}\t"):
            continue
        _, outlet, day, marked = line.split("\t")
        text, at = "", 0
        found: dict[tuple[str, EntityType], list[tuple[int, int]]] = defaultdict(list)
        for mark in _MARK.finditer(marked):
            text += marked[at : mark.start()]
            found[mark[1], cast(EntityType, mark[2])].append((len(text), len(text) + len(mark[3])))
            text += mark[3]
            at = mark.end()
        text += marked[at:]
        document = Document(text=text, outlet=outlet, published=day)
        entities = []
        for (label, type), spans in found.items():
            names = sorted({text[slice(*span)] for span in spans}, key=lambda name: (-len(name.split()), name))
            entities.append(Entity(id=f"e{len(entities)}", name=names[0], type=type, aliases=names[1:], mentions=spans))
            labels[document.id, names[0]] = label
        records.append(Record(reader="marked", document=document, entities=entities))
    return records, labels


def identified(records: list[Record]) -> dict[tuple[str, str], tuple[str, str, list[str]]]:
    """For a document's id and an entity's name: the id and name of who a new ledger takes it for, and why."""
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.db") as ledger:
        for record in records:
            ledger.add(record)
        query = (
            select(Documents.id, Entities.name, Identities.id.label("identity"), Identities.name.label("called"), Identifications.reasons)
            .join(Entities, Entities.key == Identifications.entity)
            .join(Readings, Readings.key == Entities.reading)
            .join(Documents, Documents.key == Readings.document)
            .join(Identities, Identities.key == Identifications.identity)
        )
        rows = in_read(ledger._engine, lambda connection: connection.execute(query).all())
    return {(row.id, row.name): (row.identity, row.called, row.reasons) for row in rows}


def b_cubed(found: dict[tuple[str, str], str], labels: Labels) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    ours, theirs = defaultdict(set), defaultdict(set)
    for key, label in labels.items():
        ours[found.get(key, key)].add(key)
        theirs[label].add(key)
    both = {key: (ours[found.get(key, key)], theirs[label]) for key, label in labels.items()}
    precision = sum(len(mine & right) / len(mine) for mine, right in both.values()) / len(both)
    recall = sum(len(mine & right) / len(right) for mine, right in both.values()) / len(both)
    return precision, recall, 2 * precision * recall / (precision + recall)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("half", nargs="?", choices=("dev", "held"), default="dev")
    parser.add_argument("--errors", action="store_true", help="print what was taken for the wrong one")
    arguments = parser.parse_args()
    records, labels = read_cases(arguments.half)
    print(f"{len(records)} articles, {len(labels)} decisions on {len(set(labels.values()))} identities")
    for order in range(ORDERS):
        if order:
            random.Random(order).shuffle(records)
        found = identified(records)
        precision, recall, f1 = b_cubed({key: identity for key, (identity, _, _) in found.items()}, labels)
        print(f"order {order}: precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
        if arguments.errors and not order:
            of: dict[str, set[str]] = defaultdict(set)
            for key, label in labels.items():
                of[label].add(found[key][0] if key in found else "none")
            texts = {record.document.id: record.document.text for record in records}
            for key, label in labels.items():
                identity, called, reasons = found.get(key, ("none", "none", []))
                if len(of[label]) > 1 or len({labels[other] for other, one in found.items() if one[0] == identity}) > 1:
                    print(f"  {label:10} {key[1]:25} -> {called:25} {identity[:6]} {reasons}\n             {texts[key[0]][:110]}")


if __name__ == "__main__":
    main()
