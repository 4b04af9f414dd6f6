"""The tests with full counts, and what is too slow for every run; writes benchmarks/soak.md.

python benchmarks/soak.py
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from sayso import Document, Reader

ROOT = Path(__file__).resolve().parent.parent


def tests() -> str:
    """The whole suite, hypothesis with 2,000 examples a property."""
    began = time.perf_counter()
    environment = os.environ | {"HYPOTHESIS_PROFILE": "soak"}
    done = subprocess.run([sys.executable, "-m", "pytest"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr.strip()[-200:]
    return f"exit code {done.returncode}: {last} ({time.perf_counter() - began:.0f} s)"


def same_record() -> str:
    """Every example, alone and in random company, on one to four threads, forty times: one record each."""
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "examples").glob("*.txt"))]
    rng = random.Random(3)
    readers = [Reader(threads=threads) for threads in (1, 2, 3, 4)]
    expected = [readers[0].read(Document(text=text)).model_dump_json() for text in texts]
    wrong = 0
    for _ in range(40):
        at = rng.randrange(len(texts))
        wrong += rng.choice(readers).read(Document(text=texts[at])).model_dump_json() != expected[at]
    return f"{wrong} of 40 differed"


def five_megabytes_on_one_line() -> str:
    """One line of 5 MB is read in bounded memory."""
    sentence = "“The pier is gone,” Mayor Ada Lin said, and the harbour office denied that it had known of the rot. "
    began = time.perf_counter()
    record = Reader(threads=2).read(Document(text=sentence * (5_000_000 // len(sentence))))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return f"{len(record.statements):,} statements in {time.perf_counter() - began:.0f} s, peak memory of the process {memory:.0f} MB"


def main() -> None:
    """Run everything and keep the results."""
    lines = ["# The last soak", "", f"{date.today().isoformat()}, Python {sys.version.split()[0]}, `make soak`", ""]
    for check in (same_record, five_megabytes_on_one_line, tests):
        title = (check.__doc__ or "").strip().rstrip(".")
        result = check()
        print(f"{title}: {result}", flush=True)
        lines.append(f"- {title}: {result}")
    (ROOT / "benchmarks/soak.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
