"""Who is who across the documents of a ledger: as it is decided, as people decide it, and as it is asked for."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from typer.testing import CliRunner

from sayso.cli import app
from sayso.errors import LedgerError, NotInLedger
from sayso.ledger import identities
from sayso.ledger.opening import in_read, in_write
from sayso.ledger.schema import Identities
from sayso.ledger.store import Ledger
from sayso.models import Document, Entity, Link, Record, Speaker, Statement, statement_id
from test_ledger import ROOT, query

pytest_plugins = ["postgres"]


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger(place) as ledger:
        yield ledger


def report(marked: str, *, reader: str = "reader 1", day: str = "2031-03-04", outlet: str = "Northern Post") -> Record:
    """A record of a text in which entities are marked, ``[name:type]``; the first says what is in quotation marks."""
    text, at = "", 0
    spans: dict[str, list[tuple[int, int]]] = {}
    types: dict[str, str] = {}
    for mark in re.finditer(r"\[([^\]:]+)(?::(\w+))?\]", marked):
        text += marked[at : mark.start()]
        whole = next((name for name in spans if name.split()[-1] == mark[1]), mark[1])  # a surname of one before
        spans.setdefault(whole, []).append((len(text), len(text) + len(mark[1])))
        types.setdefault(whole, mark[2] or "person")
        text += mark[1]
        at = mark.end()
    text += marked[at:]
    document = Document(text=text, outlet=outlet, published=day)
    entities = [
        Entity.model_validate({"id": f"e{i}", "name": name, "type": types[name], "mentions": where, "aliases": _aliases(text, name, where)})
        for i, (name, where) in enumerate(spans.items())
    ]
    statements = []
    for quote in re.finditer(r'"[^"]+"', text):
        speaker = Speaker(name=entities[0].name, type="person", entity="e0", confidence=0.9)
        id = statement_id(document.sha256, [quote.span()])
        chain = [Link(role="speaker", name=entities[0].name, entity="e0")]
        statements.append(
            Statement(id=id, kind="direct", content=[quote.span()], text=quote[0], speaker=speaker, chain=chain, confidence=0.8)
        )
    return Record(reader=reader, document=document, entities=entities, statements=statements)


def _aliases(text: str, name: str, spans: list[tuple[int, int]]) -> list[str]:
    return sorted({text[slice(*span)] for span in spans} - {name})


def who_is(ledger: Ledger, name: str) -> dict[str, tuple[str, ...]]:
    """The documents, by their first words, of everybody who goes by a name."""
    return {
        one.id: tuple(ledger.record(decided.document).document.text[:12] for decided in ledger.decisions(one.id))
        for one in ledger.who(name)
    }


COACH = "A match. Coach [John Smith] was glad. Striker [Luis Diaz] scored."
SENATE = "A law. Senator [John Smith] voted. The [Treasury:organization] agreed."


class TestEntities:
    def test_of_a_surname_with_an_office_are_who_has_the_full_name_and_the_office(self, ledger: Ledger) -> None:
        ledger.add(report("One. Russian President [Vladimir Putin] spoke."))
        ledger.add(report("Two. President [Putin] left."))
        [putin] = ledger.who("Putin")
        assert (putin.name, putin.type, putin.names, putin.documents) == ("Vladimir Putin", "person", ("Putin", "Vladimir Putin"), 2)

    def test_are_the_same_whichever_comes_first(self, ledger: Ledger) -> None:
        ledger.add(report("Two. President [Putin] left."))
        ledger.add(report("One. Russian President [Vladimir Putin] spoke."))
        [putin] = ledger.who("Vladimir Putin")
        assert (putin.name, putin.documents) == ("Vladimir Putin", 2)

    def test_of_one_name_and_two_callings_are_two(self, ledger: Ledger) -> None:
        for text in (COACH, SENATE, COACH.replace("A match", "Another"), SENATE.replace("A law", "Two laws")):
            ledger.add(report(text))
        smiths = ledger.who("John Smith")
        assert [smith.documents for smith in smiths] == [2, 2]

    def test_of_an_acronym_that_was_given_are_the_organization(self, ledger: Ledger) -> None:
        ledger.add(report("The [International Atomic Energy Agency:organization] left."))
        ledger.add(report("The [IAEA:organization] came back."))
        assert [one.name for one in ledger.who("IAEA")] == ["International Atomic Energy Agency"]

    def test_without_a_name_of_their_own_are_nobody(self, ledger: Ledger) -> None:
        ledger.add(report('Then [the mayor] said: "No."'))
        assert ledger.who("the mayor") == ledger.who("mayor") == []

    def test_keep_why_they_are_who_they_are(self, ledger: Ledger, place: str) -> None:
        ledger.add(report("One. Mayor [Clara Venn] spoke."))
        ledger.add(report("Two. Mayor [Venn] left."))
        [venn] = ledger.who("Clara Venn")
        first, second = ledger.decisions(venn.id)
        assert (first.name, first.score, first.reasons, first.judge) == ("Clara Venn", 1.0, ("no other name like it",), "identity/1")
        assert "both mayor" in second.reasons
        assert 0.5 < second.score < 1
        assert query(place, "SELECT traits FROM identifications ORDER BY entity")[0][0] in ('["mayor"]', ["mayor"])

    def test_of_a_newer_reading_stay_who_they_were(self, ledger: Ledger) -> None:
        first = report("One. Mayor [Clara Venn] spoke.")
        ledger.add(first)
        [venn] = ledger.who("Clara Venn")
        ledger.add(first.model_copy(update={"reader": "reader 2"}))
        assert ledger.who("Clara Venn") == [venn]

    def test_with_hostile_names_are_found_as_they_are(self, ledger: Ledger) -> None:
        names = ["Robert'); DROP TABLE identities;--", "100%_ Ada", '"NEAR(A B)" OR *', "Ada\u202e Lin", "X" * 100_000, "习近平"]
        for name in names:
            document = Document(text=f"{name} spoke.")
            entity = Entity(id="e0", name=name, type="person", mentions=[(0, len(name))])
            ledger.add(Record(reader="reader", document=document, entities=[entity]))
            assert len(ledger.who(name)) == 1, name[:30]
        assert ledger.check() == []

    def test_of_two_writers_at_once_are_one(self, ledger: Ledger) -> None:
        reports = [report(f"{n}. Mayor [Clara Venn] spoke.") for n in range(8)]
        threads = [threading.Thread(target=ledger.add, args=(one,)) for one in reports]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        [venn] = ledger.who("Clara Venn")
        assert venn.documents == 8

    def test_of_one_document_among_thousands_of_one_surname_are_decided_alike(self, ledger: Ledger) -> None:
        def crowd(connection: sa.Connection) -> None:
            for n in range(300):
                values = {"id": f"{n:032}", "name": f"Person{n} Smith", "type": "person", "added": "2031"}
                key = connection.execute(sa.insert(Identities).values(values).returning(Identities.key)).scalar_one()
                row = {"identity": key, "folded": f"person{n} smith", "name": values["name"], "sound": "smt", "initial": "p"}
                connection.execute(sa.insert(identities.IdentityNames), [row])

        in_write(ledger._engine, crowd)
        ledger.add(report("One. Senator [Smith] spoke."))
        assert max(one.documents for one in ledger.who("Smith")) == 1


class TestSomebody:
    def test_is_found_by_name_then_by_surname_then_by_a_name_like_it(self, ledger: Ledger) -> None:
        ledger.add(report("One. Mayor [Clara Venn] spoke."))
        ledger.add(report("Two. [Mohammed Morsi] spoke."))
        assert [one.name for one in ledger.who("CLARA VENN")] == ["Clara Venn"]
        assert [one.name for one in ledger.who("Mayor Venn")] == ["Clara Venn"]
        assert [one.name for one in ledger.who("Mohamed Morsi")] == ["Mohammed Morsi"]
        assert ledger.who("Nobody Here") == ledger.who("") == []

    def test_is_on_record_in_time_and_page_by_page(self, ledger: Ledger) -> None:
        for n in (3, 1, 2):
            ledger.add(report(f'[Clara Venn] said: "{n} is one." And: "{n} is two."', day=f"2031-03-0{n}"))
        [venn] = ledger.who("Clara Venn")
        assert (venn.statements, venn.documents, venn.first, venn.last) == (6, 3, "2031-03-01", "2031-03-03")
        said = ledger.on_record(venn.id)
        assert [one.text[1] for one in said] == ["1", "1", "2", "2", "3", "3"]
        assert [one.text for one in said[:2]] == ['"1 is one."', '"1 is two."']
        assert [one.text[1] for one in ledger.on_record(venn.id, newest=True)] == ["3", "3", "2", "2", "1", "1"]
        assert (said[0].outlet, said[0].kind, said[0].named) == ("Northern Post", "direct", "Clara Venn")
        for newest in (False, True):
            pages, after = [], None
            while page := ledger.on_record(venn.id, newest=newest, limit=4, after=after):
                pages += page
                after = page[-1].key
            assert pages == ledger.on_record(venn.id, newest=newest)

    def test_is_on_record_by_the_latest_reading_only(self, ledger: Ledger) -> None:
        first = report('[Clara Venn] said: "No." And: "Never."')
        ledger.add(first)
        ledger.add(first.model_copy(update={"reader": "reader 2", "statements": first.statements[:1]}))
        [venn] = ledger.who("Clara Venn")
        assert [one.text for one in ledger.on_record(venn.id)] == ['"No."']
        assert (venn.statements, venn.documents) == (1, 1)

    @pytest.mark.parametrize("key", ["", "x", "-7", "٣", "9" * 40])
    def test_is_not_asked_for_behind_what_is_no_key(self, ledger: Ledger, key: str) -> None:
        ledger.add(report("[Clara Venn] spoke."))
        with pytest.raises(LedgerError, match="no key"):
            ledger.on_record(ledger.who("Clara Venn")[0].id, after=key)

    def test_who_was_never_there_is_not_in_the_ledger(self, ledger: Ledger) -> None:
        for ask in (ledger.identity, ledger.on_record, ledger.decisions):
            with pytest.raises(NotInLedger):
                ask("0" * 32)


class TestAPersonsDecision:
    def test_makes_one_of_two_and_two_of_one_again(self, ledger: Ledger) -> None:
        for text in (COACH, SENATE):
            ledger.add(report(text))
        coach, senator = sorted(
            ledger.who("John Smith"), key=lambda one: ledger.decisions(one.id)[0].document == report(SENATE).document.id
        )
        ledger.merge_identities(coach.id, senator.id, by="Ida", note="a coach in the senate")
        [both] = ledger.who("John Smith")
        assert (both.id, both.documents) == (coach.id, 2)
        assert ledger.identity(senator.id) == both
        assert {decided.reasons for decided in ledger.decisions(both.id)} == {("a review",)}
        assert ledger.split_identity(coach.id, [senator.id], by="Ida") == senator.id
        assert sorted(ledger.who("John Smith"), key=lambda one: one.id) == sorted([coach, senator], key=lambda one: one.id)
        assert ledger.check() == []

    def test_to_merge_is_kept_to_by_later_ones(self, ledger: Ledger) -> None:
        ledger.add(report(COACH))
        ledger.add(report(SENATE))
        one, other = ledger.who("John Smith")
        ledger.merge_identities(one.id, other.id, by="Ida")
        ledger.add(report(SENATE.replace("A law", "Two laws")))
        ledger.add(report(COACH.replace("A match", "Two matches")))
        assert [smith.documents for smith in ledger.who("John Smith")] == [4]
        in_write(ledger._engine, identities.identify_anew)
        assert [(smith.id, smith.documents) for smith in ledger.who("John Smith")] == [(one.id, 4)]

    def test_to_split_is_kept_to_by_later_ones(self, ledger: Ledger) -> None:
        first = [report(f"{word}. [Ada Lindqvist] spoke. [{other}] listened.") for word, other in (("One", "Max Hill"), ("Two", "Bo Ek"))]
        for one in first:
            ledger.add(one)
        [ada] = ledger.who("Ada Lindqvist")
        new = ledger.split_identity(ada.id, [first[1].document.id], by="Ida")
        assert [len(ledger.decisions(id)) for id in (ada.id, new)] == [1, 1]
        in_write(ledger._engine, identities.identify_anew)
        assert [ledger.decisions(id)[0].document for id in (ada.id, new)] == [one.document.id for one in first]
        ledger.add(first[1].model_copy(update={"reader": "reader 2"}))
        assert len(ledger.decisions(new)) == 1
        ledger.add(report("Three. [Ada Lindqvist] wept."))  # nothing says which of the two
        assert sorted(one.documents for one in ledger.who("Ada Lindqvist")) == [1, 1, 1]

    def test_that_cannot_be_is_refused(self, ledger: Ledger) -> None:
        ledger.add(report(COACH))
        [smith] = ledger.who("John Smith")
        with pytest.raises(LedgerError, match="one already"):
            ledger.merge_identities(smith.id, smith.id, by="Ida")
        with pytest.raises(NotInLedger):
            ledger.merge_identities(smith.id, "0" * 32, by="Ida")
        with pytest.raises(LedgerError, match="none of these documents"):
            ledger.split_identity(smith.id, ["0" * 32], by="Ida")
        with pytest.raises(LedgerError, match="nothing to split it from"):
            ledger.split_identity(smith.id, [report(COACH).document.id], by="Ida")
        with pytest.raises(LedgerError, match="name of whose"):
            ledger.split_identity(smith.id, [report(COACH).document.id], by=" ") if ledger.add(report(COACH + " Yes.")) else None
        with pytest.raises(LedgerError, match="Wikidata"):
            ledger.set_wikidata(smith.id, "42", "somewhere")

    def test_is_in_the_log_with_what_moved(self, ledger: Ledger, place: str) -> None:
        ledger.add(report(COACH))
        ledger.add(report(SENATE))
        one, other = ledger.who("John Smith")
        ledger.merge_identities(one.id, other.id, by="Ida", note="why not")
        [row] = query(place, "SELECT about, verdict, reviewer, entity, other_entity, note, snapshot FROM reviews")
        assert row[:6] == ("identity", "merged", "Ida", one.id, other.id, "why not")
        moved = row[6] if isinstance(row[6], dict) else json.loads(row[6])
        assert len(moved["moved"]) == 1

    def test_on_wikidata_is_kept_with_whose_it_is(self, ledger: Ledger) -> None:
        ledger.add(report("[Clara Venn] spoke."))
        [venn] = ledger.who("Clara Venn")
        ledger.set_wikidata(venn.id, "Q42", "https://service.example/api", by="Ida")
        assert (ledger.identity(venn.id).wikidata, ledger.identity(venn.id).wikidata_from) == ("Q42", "https://service.example/api")
        ledger.set_wikidata(venn.id, None, "a person", by="Ida")
        assert (ledger.identity(venn.id).wikidata, ledger.identity(venn.id).wikidata_from) == (None, None)


class TestWhatIsNoLongerNamed:
    def test_is_nobody_any_more(self, ledger: Ledger, place: str) -> None:
        ledger.add(report("One. Mayor [Clara Venn] spoke."))
        ledger.add(report("Two. Mayor [Venn] and [Otto Lind] left."))
        document = report("One. Mayor [Clara Venn] spoke.").document.id
        query(place, "DELETE FROM entities WHERE reading IN (SELECT r.key FROM readings r JOIN documents d ON d.key = r.document"
                     " WHERE d.id = :id)", id=document)  # fmt: skip
        keys = in_read(ledger._engine, lambda connection: set(connection.execute(select(Identities.key)).scalars()))
        in_write(ledger._engine, lambda connection: identities.renew(connection, keys))
        assert ledger.who("Clara Venn") == []
        assert sorted(row[0] for row in query(place, "SELECT name FROM identity_names")) == ["Otto Lind", "Venn"]

    def test_anew_is_decided_as_it_would_have_been(self, ledger: Ledger) -> None:
        for text in (COACH, SENATE, COACH.replace("A match", "Another")):
            ledger.add(report(text))
        before = {tuple(documents) for documents in who_is(ledger, "John Smith").values()}
        in_write(ledger._engine, identities.identify_anew)
        assert {tuple(documents) for documents in who_is(ledger, "John Smith").values()} == before


class TestALedgerOfVersion1:
    def test_knows_who_is_who_when_it_is_upgraded(self, tmp_path: Path) -> None:
        place = shutil.copy(ROOT / "tests/ledgers/version-1.db", tmp_path / "old.db")
        Ledger.upgrade(place)
        entities = query(str(place), "SELECT count(*) FROM entities")[0][0]
        assert 0 < query(str(place), "SELECT count(*) FROM identifications")[0][0] <= entities
        with Ledger(place) as ledger:
            assert ledger.check() == []


class TestTheCommand:
    @pytest.fixture
    def file(self, tmp_path: Path) -> str:
        """A ledger with two John Smiths and Clara Venn."""
        with Ledger(tmp_path / "news.db") as ledger:
            for text in (COACH, SENATE, '[Clara Venn] said: "No." And: "Never."'):
                ledger.add(report(text))
        return str(tmp_path / "news.db")

    @staticmethod
    def run(file: str, *words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, ["who", *words, "--ledger", file])
        return result.exit_code, result.stdout, result.stderr

    def test_prints_what_somebody_is_on_record_with(self, file: str) -> None:
        code, out, _ = self.run(file, "Clara Venn")
        assert code == 0
        assert re.fullmatch(
            r"Clara Venn: person; 2 statements in 1 document; 2031-03-04; [0-9a-f]{32}\n"
            r"\n2031-03-04  Northern Post  [0-9a-f]{32}\n  direct            \"No.\"\n  direct            \"Never.\"\n",
            out,
        )

    def test_prints_pages_as_json(self, file: str) -> None:
        code, out, _ = self.run(file, "Clara Venn", "--format", "json", "--limit", "1")
        page = json.loads(out)
        assert (code, page["identity"]["name"], [said["text"] for said in page["statements"]]) == (0, "Clara Venn", ['"No."'])
        _, out, err = self.run(file, "Clara Venn", "--format", "jsonl", "--limit", "1", "--after", page["next"])
        assert json.loads(out)["text"] == '"Never."'
        assert err == ""

    def test_lists_those_who_fit_where_nobody_can_be_asked(self, file: str) -> None:
        code, out, err = self.run(file, "John Smith")
        assert (code, out) == (1, "")
        assert "'John Smith' fits 2" in err
        assert "--id ID" in err
        ids = re.findall(r"[0-9a-f]{32}", err)
        assert self.run(file, "--id", ids[0])[0] == self.run(file, ids[1])[0] == 0

    def test_asks_which_of_those_who_fit_at_a_terminal(self, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
        ids = re.findall(r"[0-9a-f]{32}", self.run(file, "John Smith")[2])
        monkeypatch.setattr("sayso.cli.knowing._at_terminal", lambda: True)
        result = CliRunner().invoke(app, ["who", "John Smith", "--ledger", file], input="9\nx\n2\n")
        assert result.exit_code == 0
        assert ids[1] in result.stdout
        result = CliRunner().invoke(app, ["who", "John Smith", "--ledger", file], input="0\n")
        assert result.exit_code == 1

    def test_says_that_nobody_fits(self, file: str) -> None:
        assert self.run(file, "Nobody Here")[::2] == (1, "sayso: nobody in the ledger goes by 'Nobody Here', or by a name like it\n")

    def test_merges_and_splits(self, file: str) -> None:
        one, other = re.findall(r"[0-9a-f]{32}", self.run(file, "John Smith")[2])
        code, out, _ = self.run(file, one, "--merge", other, "--by", "Ida")
        assert (code, "in 2 documents" in out, one in out) == (0, True, True)
        code, out, _ = self.run(file, "John Smith", "--split", other, "--by", "Ida")
        assert (code, len(out.splitlines())) == (0, 2)
        code, out, _ = self.run(file, one, "--why")
        assert (code, "a review" in out) == (0, True)

    def test_keeps_an_id_of_wikidata_that_a_person_gives(self, file: str) -> None:
        assert "; Q42; " in self.run(file, "Clara Venn", "--wikidata", "Q42", "--by", "Ida")[1]
        assert "Q42" not in self.run(file, "Clara Venn", "--wikidata", "none", "--by", "Ida")[1]
        assert self.run(file, "Clara Venn", "--wikidata", "42", "--by", "Ida")[0] == 1

    @pytest.mark.parametrize("words", [[], ["Venn", "--id", "0" * 32], ["Venn", "--why", "--wikidata", "Q1"]])
    def test_refuses_what_contradicts_itself(self, file: str, words: list[str]) -> None:
        assert self.run(file, *words)[0] == 2
