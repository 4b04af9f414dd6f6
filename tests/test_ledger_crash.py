"""Processes that add to one ledger and are killed at random moments lose nothing that they acknowledged."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from sayso.ledger.opening import engine_for
from sayso.ledger.store import Ledger
from sayso.models import Appearance, Document, Entity, Link, Record, Speaker, Statement, statement_id

pytest_plugins = ["postgres"]

SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
ARTICLES, KILLS = (2000, 200) if SOAK else (120, 10)
ADDERS = 4
MOMENTS = (0.005, 0.12)  # seconds from one kill to the next


def article(number: int) -> Record:
    """An invented article; every third one is a new version of one before, every tenth of the others a reprint."""
    lines = [f"Article {number}.", *(f"Mayor Ada Lin said that bridge {number}-{n} would close." for n in range(10))]
    document = Document(text="\n".join(lines), url=f"https://post.example/{number - number % 3}", title=lines[0], outlet="Northern Post")
    speaker = Speaker(name="Ada Lin", type="person", entity="e0", confidence=0.9)
    statements = []
    for line in lines[1:]:
        start = document.text.index(line)
        content = [(start + line.index("bridge"), start + len(line) - 1)]
        source = [(start + 6, start + 13)]
        statements.append(
            Statement(
                id=statement_id(document.sha256, content), kind="indirect", content=content, source=source, text=document.words_at(content),
                speaker=speaker, chain=[Link(role="speaker", name="Ada Lin", entity="e0", spans=source)], confidence=0.8,
            )
        )  # fmt: skip
    entity = Entity(id="e0", name="Ada Lin", type="person", mentions=[s.source[0] for s in statements])
    met = Appearance(where=f"{number}.html", digest=f"sha256:{number}")
    return Record(reader="reader 1", document=document, appearance=met, entities=[entity], statements=statements)


def add_all(place: str, records: list[Record], acknowledged: Path, seed: int) -> None:
    """Add records in an order of one's own, and note each that was kept."""
    records = random.Random(seed).sample(records, len(records))
    notes = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    with Ledger(place, links=False) as ledger:
        for record in records:
            os.write(notes, f"{ledger.add(record).id}\n".encode())


def start(place: str, records: list[Record], acknowledged: Path, seed: int) -> int:
    """The id of a new process that adds records, and ends with 0 when all are kept."""
    child = os.fork()
    if child == 0:
        try:
            add_all(place, records, acknowledged, seed)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def kill_adders(place: str, acknowledged: Path, articles: int, kills: int, seed: int) -> dict[str, int]:
    """Have processes add articles, and kill one after the other; where none is to be killed, wait till all is added."""
    moments = random.Random(seed)
    records = [article(number) for number in range(articles)]
    running = [start(place, records, acknowledged, seed + n) for n in range(ADDERS)]
    failed = killed = 0
    while killed < kills:
        time.sleep(moments.uniform(*MOMENTS))
        place_of = moments.randrange(ADDERS)
        os.kill(running[place_of], signal.SIGKILL)
        status = os.waitpid(running[place_of], 0)[1]
        killed += os.WIFSIGNALED(status)
        failed += os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
        running[place_of] = start(place, records, acknowledged, moments.getrandbits(32))
    if kills:
        for process in running:
            os.kill(process, signal.SIGKILL)
    for process in running:
        status = os.waitpid(process, 0)[1]
        failed += os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
    return {"killed": killed, "failed": failed}


def run(place: str, acknowledged: Path, articles: int, kills: int, seed: int) -> dict[str, int]:
    """The same in a process that has no threads, which can be forked."""
    command = [sys.executable, __file__, place, str(acknowledged), str(articles), str(kills), str(seed)]
    made = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60 if not SOAK else 3600)
    assert made.stderr == ""
    counts: dict[str, int] = json.loads(made.stdout)
    return counts


def test_what_was_acknowledged_is_there_once_however_often_adders_are_killed(empty_place: str, tmp_path: Path) -> None:
    acknowledged = tmp_path / "acknowledged"
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown where the test fails
    counts = run(empty_place, acknowledged, ARTICLES, KILLS, seed)
    assert counts == {"killed": KILLS, "failed": 0}
    kept = set(acknowledged.read_text().split()) if acknowledged.exists() else set()
    with Ledger(empty_place) as ledger:
        assert ledger.check() == []
        half = ledger.stats()
        for number in range(ARTICLES):
            record = article(number)
            if record.document.id in kept:
                assert ledger.record(record.document.id) == record
        assert half.documents == half.appearances == half.readings >= len(kept)
        assert half.statements == 10 * half.readings
        assert half.entities == half.readings

        assert run(empty_place, acknowledged, ARTICLES, 0, seed) == {"killed": 0, "failed": 0}
        assert ledger.check() == []
        whole = ledger.stats()
        assert (whole.documents, whole.appearances, whole.readings) == (ARTICLES, ARTICLES, ARTICLES)
        assert (whole.articles, whole.statements) == (-(-ARTICLES // 3), 10 * ARTICLES)
        assert all(ledger.record(record.document.id) == record for record in map(article, range(ARTICLES)))
    engine = engine_for(empty_place)
    with engine.connect() as connection:
        ids = Counter(connection.execute(sa.text("SELECT id FROM documents")).scalars())
    engine.dispose()
    assert set(ids.values()) == {1}


if __name__ == "__main__":
    print(json.dumps(kill_adders(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))))
