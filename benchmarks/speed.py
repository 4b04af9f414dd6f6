"""The speed benchmark: sayso beside a peer, over the same articles, on as many cores, in one run.

    python benchmarks/speed.py [--peer PYTHON] [--cores N] [--repeat N]

Figures:

* words a second    ``sayso read --format jsonl`` over PolNeAR's dev articles (or, where they are missing, over the project's
                    own), from a JSON Lines file to records, whole command; words as ``str.split`` counts them
* peer              textacy's direct quotations, paragraph by paragraph, with spaCy's small English pipeline, in as many
                    processes, over the same articles (benchmarks/peer.py, run by the Python of ``--peer``)
* first record      seconds from the command's start to its first line, on one article
* peak memory       of the largest process of the command, and of one article of 100,000 words
* times and so on   processor time of reading with times, quantities and facts in the outlet's own voice against reading without
* time a word       in one process, for one article of 100 to 100,000 words

Each command runs ``--repeat`` times; the median counts, the spread is printed. Nothing fails here: the figures are for
reading, and a floor on them would measure the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT.parent / "shared/data/polnear/dev/text"
COMMAND = [str(Path(sys.executable).with_name("sayso")), "read"]


def articles() -> list[str]:
    """The texts that are read."""
    paths = sorted(DEV.glob("*.txt")) or sorted((ROOT / "examples").glob("*.txt"))
    return [path.read_bytes().decode("utf-8") for path in paths]


def timed(command: list[str], repeat: int) -> list[float]:
    """Seconds that a command takes, each time that it is run."""
    seconds = []
    for _ in range(repeat):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - began)
    return seconds


def first_record(path: Path, repeat: int) -> list[float]:
    """Seconds from the start of the command to its first line."""
    seconds = []
    for _ in range(repeat):
        began = time.perf_counter()
        with subprocess.Popen([*COMMAND, str(path), "--format", "jsonl"], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            seconds.append(time.perf_counter() - began)
            process.stdout.read()
    return seconds


def peak_memory(command: list[str]) -> float:
    """MB of resident memory that the largest process of a command takes at most."""
    script = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", script, *command], check=True, capture_output=True, text=True)
    return int(done.stdout) / (1e6 if sys.platform == "darwin" else 1e3)


def share_of_figures(texts: list[str], repeat: int) -> list[float]:
    """How many times as long reading takes with times, quantities and facts in the outlet's own voice as without, on one thread."""
    from sayso import Document, Reader
    from sayso.reading import reader as reading

    documents = [Document(text=text, published="2016-09-20") for text in texts[:30]]
    reader = Reader()
    whole = (reading.with_figures, reading.find_narrated)
    ratios = []
    for _ in range(repeat + 1):
        seconds = []
        for with_figures, find_narrated in (whole, (lambda *given: given[-1], lambda *_: [])):
            reading.with_figures, reading.find_narrated = with_figures, find_narrated  # type: ignore[assignment]
            began = time.process_time()
            for document in documents:
                reader.read(document)
            seconds.append(time.process_time() - began)
        ratios.append(seconds[0] / seconds[1])
    reading.with_figures, reading.find_narrated = whole
    return ratios[1:]  # the first one warmed up


def report(name: str, values: list[float], unit: str) -> float:
    """Print the median of a figure and its spread; give the median."""
    middle = statistics.median(values)
    print(f"{name:44} {middle:10,.2f} {unit:10} ({min(values):,.2f} - {max(values):,.2f})", flush=True)
    return middle


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", help="Python in whose environment textacy and the spaCy pipeline are installed")
    parser.add_argument("--cores", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.cores])
    texts = articles()
    words = sum(len(text.split()) for text in texts)
    print(f"{len(texts)} articles, {words:,} words, {arguments.cores} cores\n")
    with tempfile.TemporaryDirectory() as folder:
        many, one = Path(folder, "articles.jsonl"), Path(folder, "one.txt")
        many.write_text("".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(texts)))
        one.write_text(texts[0])
        # Alternating, so that a busy minute of the machine hits both.
        command = [*COMMAND, str(many), "--format", "jsonl", "--workers", str(arguments.cores)]
        ours, theirs = [], []
        for _ in range(arguments.repeat):
            ours += [words / s for s in timed(command, 1)]
            if arguments.peer:
                peer = [arguments.peer, str(Path(__file__).with_name("peer.py")), str(many), str(arguments.cores)]
                done = subprocess.run(peer, check=True, capture_output=True, text=True)
                theirs.append(words / json.loads(done.stdout)["seconds"])
        speed = report("sayso, whole command", ours, "words/s")
        if theirs:
            peer_speed = report("textacy by paragraph, models already loaded", theirs, "words/s")
            print(f"{'ratio':44} {speed / peer_speed:10.2f}")
        report("first record", first_record(one, max(arguments.repeat, 5)), "s")
        report("peak memory of a process, all articles", [peak_memory(command)], "MB")

        report("with times, quantities, facts against without", share_of_figures(texts, arguments.repeat), "times")

        words_of_all = " ".join(texts).split(" ")
        print()
        rates = []
        script = (
            "import sys, time, sayso;"
            "t = open(sys.argv[1]).read(); r = sayso.Reader(); r.read(sayso.Document(text=t[:2000]));"
            "n = max(1, 2000 // len(t.split())); b = time.perf_counter();"
            "[r.read(sayso.Document(text=t)) for _ in range(n)];"
            "print((time.perf_counter() - b) / n)"
        )
        for count in (100, 1000, 10_000, 100_000):
            one.write_text(" ".join((words_of_all * (count // len(words_of_all) + 1))[:count]))
            done = subprocess.run([sys.executable, "-c", script, str(one)], check=True, capture_output=True, text=True)
            rates.append(float(done.stdout) / count * 1e6)
            print(f"{f'time a word, one article of {count:,} words':44} {rates[-1]:10.1f} µs")
        print(f"{'longest against shortest':44} {rates[-1] / rates[0]:10.2f}")
        report("peak memory, one article of 100,000 words", [peak_memory([*COMMAND, str(one), "--format", "jsonl"])], "MB")


if __name__ == "__main__":
    main()
