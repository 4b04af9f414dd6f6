"""Vectors: of texts, and of a ledger's statements."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, text

import sayso.ledger.vectors as module
from sayso.encoder.vectors import SIZE, VectorSession, cosines
from sayso.ledger.opening import engine_for
from sayso.ledger.store import Ledger
from sayso.ledger.vectors import Meanings
from sayso.models import Appearance, Document, Record, Statement, statement_id

pytest_plugins = ["postgres"]

SAID = ["The bridge will be shut on Monday.", "The crossing closes next week.", "Profits fell by a tenth.", "She likes tea."]


@pytest.fixture(scope="session")
def session() -> VectorSession:
    """The installed network."""
    return VectorSession()


def record(contents: list[str], where: str, reader: str = "reader 1") -> Record:
    """A record with a statement for each content."""
    document = Document(text=f"{where}: " + " | ".join(contents))
    statements = []
    for content in contents:
        start = document.text.index(content, len(where) + 2)
        spans = [(start, start + len(content))]
        made = Statement(id=statement_id(document.sha256, spans), kind="indirect", content=spans, text=content, confidence=1)
        statements.append(made)
    return Record(reader=reader, document=document, appearance=Appearance(where=where), statements=statements)


class TestOfTexts:
    def test_are_near_where_they_mean_the_same(self, session: VectorSession) -> None:
        shut, closes, profits, _ = session.vectors(SAID)
        assert cosines(shut, np.stack([closes, profits]))[0] > 0.4 > cosines(shut, np.stack([closes, profits]))[1]

    def test_depend_on_nothing_but_the_text(self, session: VectorSession) -> None:
        alone = np.concatenate([session.vectors([one]) for one in SAID])
        together: list[np.ndarray] = []
        threads = [threading.Thread(target=lambda: together.append(session.vectors(SAID))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all((one == alone).all() for one in together)

    @pytest.mark.parametrize("words", ["", " ", "\u202e", "x" * 100_000, "word " * 5000, "🏴‍☠️"])
    def test_are_made_of_any_text(self, session: VectorSession, words: str) -> None:
        [vector] = session.vectors([words])
        assert vector.shape == (SIZE,)
        assert abs(vector.astype(int)).max() == 127


class TestOfALedger:
    @pytest.fixture
    def engine(self, place: str) -> Iterator[Engine]:
        """Connections to the ledger."""
        engine = engine_for(place)
        yield engine
        engine.dispose()

    @pytest.fixture
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Segments of a handful of vectors."""
        monkeypatch.setattr(module, "_TAIL", 3)
        monkeypatch.setattr(module, "_SEGMENT", 8)

    def nearest(self, meanings: Meanings, vector: np.ndarray, limit: int = 5) -> list[tuple[int, float]]:
        """The same from segments and from nothing but the ledger."""
        found = meanings.nearest(vector, limit)
        meanings.discard()
        assert meanings.nearest(vector, limit) == found
        return found

    @pytest.mark.usefixtures("small")
    def test_are_found_whatever_segments_they_are_in(self, place: str, engine: Engine, tmp_path: Path, session: VectorSession) -> None:
        meanings = Meanings(engine, tmp_path / "segments")
        [shut] = session.vectors(["the bridge is closing"])
        with Ledger(place) as ledger:
            for n in range(9):
                ledger.add(record([f"{n} {SAID[2]}", f"{n} {SAID[3]}", f"{n} no word of it"], f"{n}.txt"))
                meanings.nearest(shut, 3)
            ledger.add(record(SAID[:2], "a.txt"))
            best = self.nearest(meanings, shut, 2)
            with meanings._engine.connect() as connection:
                words = dict(map(tuple, connection.execute(text('SELECT "key", text FROM statements'))))
            assert {words[key] for key, _ in best} == set(SAID[:2])
            assert len(self.nearest(meanings, shut, 1000)) == 29

    @pytest.mark.usefixtures("small")
    def test_of_an_earlier_reading_are_gone(self, place: str, engine: Engine, tmp_path: Path, session: VectorSession) -> None:
        meanings = Meanings(engine, tmp_path / "segments")
        vector = session.vectors(["tea"])[0]
        with Ledger(place) as ledger:
            ledger.add(record(SAID, "a.txt"))
            assert len(meanings.nearest(vector, 10)) == 4
            ledger.add(record(SAID, "a.txt", "reader 2").model_copy(update={"statements": record(SAID, "a.txt").statements[:1]}))
            assert len(self.nearest(meanings, vector, 10)) == 1
            assert ledger.check() == []

    def test_that_are_missing_are_made_by_reindexing(self, place: str) -> None:
        with Ledger(place, vectors=False) as ledger:
            ledger.add(record(SAID, "a.txt"))
            assert ledger.search(meaning="tea").hits == []
            ledger.reindex()
            assert ledger.search(meaning="tea").hits[0].text == SAID[3]

    @pytest.mark.usefixtures("small")
    def test_are_looked_through_by_several_at_once(self, place: str, engine: Engine, tmp_path: Path, session: VectorSession) -> None:
        vector = session.vectors(["tea"])[0]
        with Ledger(place) as ledger:
            for n in range(5):
                ledger.add(record([f"{n} {said}" for said in SAID], f"{n}.txt"))
        found: list[list[tuple[int, float]]] = []

        def look() -> None:
            found.append(Meanings(engine, tmp_path / "segments").nearest(vector, 20))

        threads = [threading.Thread(target=look) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert all(one == found[0] and len(one) == 20 for one in found)
