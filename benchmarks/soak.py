"""The tests with full counts, and what is too slow for every run; writes benchmarks/soak.md.

python benchmarks/soak.py
"""

from __future__ import annotations

import html
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from sayso import Document, Reader
from sayso.intake.archives import Captured, read_archive
from sayso.intake.html import read_page
from sayso.intake.raw import RawStore

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


PAGES = 20_000
_PAGE = """<!DOCTYPE html><html lang="en"><head><title>{title}</title><meta property="og:type" content="article">
<meta property="article:published_time" content="2031-03-04T10:00:00Z"></head><body><nav><ul><li><a href="/">Home</a></li>
<li><a href="/sport">Sport</a></li></ul></nav><main><article><h1>{title}</h1>{body}</article></main>
<footer><p><a href="/about">About us</a></p></footer></body></html>"""


def write_archive(path: Path, count: int) -> None:
    """A WARC file of so many different pages, made of the beginnings of the project's own articles."""
    texts = [file.read_text("utf-8") for folder in ("examples", "benchmarks/registers") for file in sorted((ROOT / folder).glob("*.txt"))]
    begun = [[html.escape(part) for part in text.split("\n\n") if part.strip()][:5] for text in texts]
    with RawStore(path, "soak") as store:
        for number in range(count):
            title, *parts = begun[number % len(begun)]
            body = "".join(f"<p>{part}</p>" for part in (*parts, f"The council meets on floor {number} next week, the clerk said."))
            page = _PAGE.format(title=title, body=body).encode()
            moment = datetime(2031, 3, 5, tzinfo=UTC)
            store.add(f"https://fenmarket.example/{number}", 200, "OK", [("Content-Type", "text/html")], page, moment, None)


def memory_of(process: int) -> float:
    """MB that a process holds."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def archive_of_pages() -> str:
    """20,000 pages of one WARC file are read in constant memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.warc.gz"
        write_archive(path, PAGES)
        command = [str(Path(sys.executable).with_name("sayso")), "read", str(path), "--format", "jsonl"]
        held: list[float] = []
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for count, _ in enumerate(process.stdout, 1):
                if count % (PAGES // 20) == 0:
                    held.append(memory_of(process.pid))
        took = time.perf_counter() - began
        parsing, extracting, reading = split(path, 1000)
    total = parsing + extracting + reading
    return (
        f"{count:,} records, exit code {process.returncode}, {count / took:.0f} documents/s; {held[0]:.0f} MB after a twentieth, "
        f"{held[-1]:.0f} MB at the end, {max(held):.0f} MB at most. Of the work on 1,000 of them, parsing was {parsing / total:.1%}, "
        f"extracting {extracting / total:.1%}, reading {reading / total:.1%}"
    )


def split(path: Path, most: int) -> tuple[float, float, float]:
    """Seconds of parsing the archive, extracting articles and reading them, on one thread."""
    reader = Reader()
    seconds = [0.0, 0.0, 0.0]
    began = time.perf_counter()
    for number, page in enumerate(read_archive(path), 1):
        assert isinstance(page, Captured)
        moments = [began, time.perf_counter()]
        item = read_page(page.body, page.where, url=page.url, fetched=page.date)
        moments.append(time.perf_counter())
        reader.read(item.document)
        moments.append(time.perf_counter())
        seconds = [s + moments[i + 1] - moments[i] for i, s in enumerate(seconds)]
        if number == most:
            break
        began = time.perf_counter()
    return seconds[0], seconds[1], seconds[2]


def main() -> None:
    """Run everything and keep the results."""
    lines = ["# The last soak", "", f"{date.today().isoformat()}, Python {sys.version.split()[0]}, `make soak`", ""]
    for check in (same_record, archive_of_pages, five_megabytes_on_one_line, tests):
        title = (check.__doc__ or "").strip().rstrip(".")
        result = check()
        print(f"{title}: {result}", flush=True)
        lines.append(f"- {title}: {result}")
    (ROOT / "benchmarks/soak.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
