"""Changes: what became of an article's statements from one version to the next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sayso.cli import app
from sayso.errors import NotInLedger
from sayso.ledger.changes import LIKE, Change, changes_between, pieces_of
from sayso.ledger.store import Ledger
from sayso.ledger.words import words_of
from sayso.models import Appearance, Document, Entity, Record, Speaker, Statement, statement_id

pytest_plugins = ["postgres"]

URL = "https://post.example/bridges"
Said = tuple[str, str, str]  # who, with which cue, what


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    """An empty ledger that makes no vectors."""
    with Ledger(place, vectors=False) as ledger:
        yield ledger


def version(*told: Said, day: str = "2031-03-04", reader: str = "reader 1", url: str | None = URL, **fields: Any) -> Record:
    """A version of the article, a line for each statement."""
    text, places = f"{day}\n", []
    for who, cue, what in told:
        start = len(text) + len(who) + 1
        places.append(((len(text), start - 1), (start, start + len(cue)), (start + len(cue) + 1, start + len(cue) + 1 + len(what))))
        text += f"{who} {cue} {what}\n"
    document = Document(text=text, url=url)
    statements = [
        Statement(
            id=statement_id(document.sha256, [content]), kind="indirect", content=[content], source=[source] if who else [],
            cue=[cue] if cue[0] < cue[1] else [], text=what, confidence=0.5,
            speaker=Speaker(name=who, type="person", confidence=1) if who else Speaker(),
        ).model_copy(update=fields)
        for (source, cue, content), (who, _, what) in zip(places, told, strict=True)
    ]  # fmt: skip
    appearance = Appearance(where=f"{URL}?from={day}", url=f"{URL}?from={day}", fetched=day)
    return Record(reader=reader, document=document, appearance=appearance, statements=statements)


def fates(changes: list[Change] | tuple[Change, ...]) -> list[tuple[str, str | None, str | None]]:
    """What happened to which words."""
    return [(c.fate, c.before and c.before.text, c.after and c.after.text) for c in changes]


CLOSE = ("Ada Lin", "said", "that the old bridge will close on Monday")
SHUT = ("Ada Lin", "said", "that the old bridge will shut on Monday")
LAUGH = ("Ola Berg", "said", "nobody has laughed so much in years")
COST = ("Ida Moe", "said", "it costs 40 million")


def test_statements_appear_and_vanish_where_they_stood() -> None:
    changes, unchanged = changes_between(version(LAUGH, CLOSE), version(CLOSE, COST))
    assert fates(changes) == [("vanished", LAUGH[2], None), ("appeared", None, COST[2])]
    assert unchanged == 1


def test_the_same_words_are_the_same_statement_wherever_they_stand() -> None:
    changes, unchanged = changes_between(version(CLOSE, LAUGH, COST), version(COST, CLOSE, LAUGH))
    assert (changes, unchanged) == ([], 3)


def test_case_and_punctuation_are_no_other_words() -> None:
    changes, unchanged = changes_between(version(("Ada Lin", "said", "It will close.")), version(("Ada Lin", "said", "it will “close”")))
    assert (changes, unchanged) == ([], 1)


def test_a_reworded_statement_is_shown_word_by_word() -> None:
    [change], _ = changes_between(version(CLOSE), version(SHUT))
    assert (change.fate, change.differs, change.likeness) == ("reworded", (), 0.875)
    assert [(piece.fate, piece.words) for piece in change.pieces] == [
        ("kept", "that the old bridge will"), ("cut", "close"), ("added", "shut"), ("kept", "on Monday"),
    ]  # fmt: skip


def test_of_several_that_are_alike_the_most_alike_are_one_and_each_only_once() -> None:
    near, far = ("A", "said", "that the old bridge will not shut on Monday"), ("A", "said", "the new bridge will shut on Friday")
    changes, _ = changes_between(version(SHUT), version(near, far))
    assert fates(changes) == [("reworded", SHUT[2], near[2]), ("appeared", None, far[2])]


def test_ties_go_to_the_nearest_place() -> None:
    one, two = ("A", "said", "bridge one will close"), ("A", "said", "bridge two will close")
    three, four = ("A", "said", "bridge three will close"), ("A", "said", "bridge four will close")
    changes, _ = changes_between(version(one, two), version(three, four))
    assert fates(changes) == [("reworded", one[2], three[2]), ("reworded", two[2], four[2])]


def test_below_the_threshold_one_vanished_and_another_appeared() -> None:
    assert LIKE == 0.5
    changes, _ = changes_between(version(("A", "said", "one two three four")), version(("A", "said", "one six seven eight nine")))
    assert [change.fate for change in changes] == ["appeared", "vanished"]


def test_another_speaker_cue_or_kind_for_the_same_words_is_a_change() -> None:
    denied = version(("Ola Berg", "claimed", CLOSE[2]), kind="direct")
    [change], _ = changes_between(version(CLOSE), denied)
    assert (change.fate, change.differs) == ("reattributed", ("speaker", "cue", "kind"))


def test_of_the_same_words_twice_those_told_alike_are_one() -> None:
    other = ("Ola Berg", "said", CLOSE[2])
    assert changes_between(version(CLOSE, other), version(other, CLOSE)) == ([], 2)
    [change], unchanged = changes_between(version(CLOSE, other), version(other))
    assert (change.fate, change.before and change.before.speaker, unchanged) == ("vanished", "Ada Lin", 1)


def test_a_statement_of_10_000_words_that_all_changed_is_compared_in_no_time() -> None:
    [cut, added] = pieces_of("one " * 10_000, "two " * 10_000)
    assert (cut.fate, added.fate) == ("cut", "added")


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["said", ""]), st.text("ab .", min_size=1))), st.data())
def test_nothing_is_lost_and_nothing_is_told_twice(told: list[Said], data: st.DataObject) -> None:
    told = [one for one in told if one[2].strip()]
    later = data.draw(st.permutations(told)) + [("A", "said", "c")] * data.draw(st.integers(0, 1))
    changes, unchanged = changes_between(version(*told), version(*later))
    assert unchanged + sum(change.before is not None for change in changes) == len(told)
    assert unchanged + sum(change.after is not None for change in changes) == len(later)


@given(st.text("ab ,."), st.text("ab ,."))
def test_the_pieces_are_the_wordings(before: str, after: str) -> None:
    pieces = list(pieces_of(before, after))
    assert " ".join(piece.words for piece in pieces if piece.fate != "cut").split() == after.split()
    assert words_of(" ".join(piece.words for piece in pieces if piece.fate != "added")) == words_of(before)


def test_each_version_is_compared_with_the_next_one(ledger: Ledger) -> None:
    for record in (version(CLOSE), version(SHUT, day="2031-03-05"), version(SHUT, LAUGH, day="2031-03-06")):
        ledger.add(record)
    history = ledger.changes(URL)
    assert [[change.fate for change in revision.changes] for revision in history.revisions] == [["reworded"], ["appeared"]]
    assert [revision.before.first_seen[:10] for revision in history.revisions] == ["2031-03-04", "2031-03-05"]
    assert ledger.changes(f"{URL}?from=2031-03-05") == history


def test_an_address_that_is_not_known_is_refused_with_what_to_do(ledger: Ledger) -> None:
    with pytest.raises(NotInLedger, match="sayso add"):
        ledger.changes(URL)


def test_readings_by_one_reader_are_compared_where_there_are_such(ledger: Ledger) -> None:
    ledger.add(version(CLOSE, reader="reader 1"))
    ledger.add(version(SHUT, day="2031-03-05", reader="reader 2"))
    assert ledger.changes(URL).revisions[0].readers == ("reader 1", "reader 2")
    ledger.add(version(SHUT, day="2031-03-05", reader="reader 1"))
    assert ledger.changes(URL).revisions[0].readers == ("reader 1", "reader 1")


def test_a_version_that_was_never_read_is_named_and_passed_over(ledger: Ledger) -> None:
    ledger.add(version(CLOSE))
    unread = version(SHUT, day="2031-03-05")
    ledger.meet(unread.document, unread.appearance)
    ledger.add(version(CLOSE, COST, day="2031-03-06"))
    history = ledger.changes(URL)
    assert history.unread == (unread.document.id,)
    assert [fates(revision.changes) for revision in history.revisions] == [[("appeared", None, COST[2])]]


def test_another_name_of_the_same_person_is_no_other_speaker(ledger: Ledger) -> None:
    def named(record: Record, name: str) -> Record:
        speaker = Speaker(name=name, type="person", entity="e0", confidence=1)
        statements = [statement.model_copy(update={"speaker": speaker}) for statement in record.statements]
        return record.model_copy(update={"entities": [Entity(id="e0", name=name, type="person")], "statements": statements})

    ledger.add(named(version(CLOSE), "Ada Lin"))
    ledger.add(named(version(CLOSE, day="2031-03-05"), "Ida Moe"))
    assert [change.differs for change in ledger.changes(URL).revisions[0].changes] == [("speaker",)]
    one, other = (ledger.who(name)[0].id for name in ("Ada Lin", "Ida Moe"))
    ledger.merge_identities(one, other, "Ola")
    assert ledger.changes(URL).revisions[0].changes == ()


def test_the_command_prints_text_and_json(place: str) -> None:
    hostile = ("Ada \x1b[31mLin", "said", "that the old bridge will \x1b]0;x\x07shut on Monday")
    with Ledger(place, vectors=False) as ledger:
        ledger.add(version(CLOSE, LAUGH))
        ledger.add(version(hostile, ("Ida Moe", "joked", LAUGH[2]), day="2031-03-05"))
    run = CliRunner().invoke
    text = run(app, ["changes", URL, "--ledger", place])
    assert text.exit_code == 0
    assert "1 reworded, 1 reattributed, 0 unchanged" in text.stdout
    assert "bridge will [-close-] {+␛]0;x␇shut+} on Monday" in text.stdout
    assert "cue: said > joked" in text.stdout
    assert "speaker: Ola Berg > Ida Moe" in text.stdout
    assert "\x1b" not in text.stdout
    found = json.loads(run(app, ["changes", URL, "--ledger", place, "--format", "json"]).stdout)
    assert [change["fate"] for change in found["revisions"][0]["changes"]] == ["reworded", "reattributed"]
    unknown = run(app, ["changes", "https://nowhere.example/", "--ledger", place])
    assert (unknown.exit_code, "sayso add" in unknown.stderr) == (1, True)


def test_one_version_has_no_changes(place: str) -> None:
    with Ledger(place, vectors=False) as ledger:
        ledger.add(version(CLOSE))
    result = CliRunner().invoke(app, ["changes", URL, "--ledger", place])
    assert (result.exit_code, "only one version" in result.stderr) == (0, True)


def test_only_a_terminal_gets_colours_and_none_of_the_articles_own(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger(place, vectors=False) as ledger:
        ledger.add(version(CLOSE))
        ledger.add(version(("Ada \x1b[35mLin", "said", SHUT[2]), day="2031-03-05"))
    monkeypatch.setattr("sayso.render.terminal.wants_colour", lambda _: True)
    shown = CliRunner().invoke(app, ["changes", URL, "--ledger", place]).stdout
    assert "\x1b[31m[-close-]\x1b[0m \x1b[32m{+shut+}\x1b[0m" in shown
    assert "\x1b[35m" not in shown
