"""Speakers: whom a source calls, under which name, and of what type."""

from __future__ import annotations

import pytest

from sayso import Document, Reader, Record
from sayso.models import Statement


def said(record: Record, words: str) -> Statement:
    """The statement whose content holds some words; the innermost of several."""
    return min((s for s in record.statements if words in s.text), key=lambda s: len(s.text))


FERRY = (
    "Ferry link to stay shut\n\n"
    "Mayor Clara Venn opened the new pier on Monday. She said the ferry would not return before spring.\n\n"
    "The harbour master, Jonas Ahl, disagreed. “The boats are ready,” he told reporters.\n\n"
    "“We will see about that,” Venn said.\n\n"
    "The shipping company Nordlinje said that it had sold two boats.\n\n"
    "A spokesman for the harbour declined to comment. Residents said they wanted a bridge.\n"
)


@pytest.fixture(scope="module")
def ferry(reader: Reader) -> Record:
    return reader.read(Document(text=FERRY, outlet="The Harlow Courier", published="2031-03-04"))


@pytest.mark.parametrize(
    ("words", "name", "kind"),
    [
        ("not return before spring", "Clara Venn", "person"),
        ("The boats are ready", "Jonas Ahl", "person"),
        ("see about that", "Clara Venn", "person"),
        ("had sold two boats", "Nordlinje", "organization"),
        ("comment", None, "anonymous"),
        ("wanted a bridge", None, "group"),
    ],
)
def test_pronouns_surnames_and_titles_are_resolved(ferry: Record, words: str, name: str | None, kind: str) -> None:
    statement = said(ferry, words)
    assert (statement.speaker.name, statement.speaker.type) == (name, kind)


def test_a_pronoun_is_resolved_to_the_last_named_woman(reader: Reader) -> None:
    text = "Margaret Okafor met Peter Lindqvist in Lagos on Friday. She said that the talks had been useful."
    assert said(reader.read(Document(text=text)), "had been useful").speaker.name == "Margaret Okafor"


def test_two_people_of_one_surname_are_kept_apart(reader: Reader) -> None:
    text = (
        "Maria Brandt and her brother Karl Brandt run the last bakery in town. “People still want bread,” Maria Brandt said. "
        "Karl Brandt said the ovens were older than he was.\n"
    )
    record = reader.read(Document(text=text))
    assert said(record, "still want bread").speaker.name == "Maria Brandt"
    assert said(record, "ovens were older").speaker.name == "Karl Brandt"
    assert {"Maria Brandt", "Karl Brandt"} <= {e.name for e in record.entities}


def test_an_entity_holds_every_name_and_description_with_its_places(ferry: Record) -> None:
    [venn] = [e for e in ferry.entities if e.name == "Clara Venn"]
    text = ferry.document.text
    assert venn.type == "person"
    assert {text[a:b] for a, b in venn.mentions} >= {"Clara Venn", "She", "Venn"}
    assert "Venn" in venn.aliases
    assert "She" not in venn.aliases
    assert all(s.speaker.entity == venn.id for s in ferry.statements if s.speaker.name == "Clara Venn")


def test_every_speaker_with_a_name_is_an_entity_of_the_record(ferry: Record) -> None:
    names = {e.id: e.name for e in ferry.entities}
    for statement in ferry.statements:
        if statement.speaker.name is not None:
            assert statement.speaker.entity is not None
            assert names[statement.speaker.entity] == statement.speaker.name
            assert statement.speaker.named_by == "text"


def test_an_office_without_its_holder_is_named_by_date_alone_and_says_so(reader: Reader) -> None:
    text = "The Russian president said on Monday that the harvest had been good. Ministers applauded for several minutes."
    dated = said(reader.read(Document(text=text, published="2023-10-13")), "harvest").speaker
    assert (dated.name, dated.named_by, dated.type) == ("Vladimir Putin", "office", "person")
    undated = said(reader.read(Document(text=text)), "harvest").speaker
    assert undated.name is None


def test_an_office_is_tied_to_its_holder_where_the_article_names_them(reader: Reader) -> None:
    text = (
        "President Ana Rueda of Velmark arrived on Tuesday. The harvest was the best in years, Rueda said.\n\n"
        "“We have enough for two winters,” the president told farmers."
    )
    speaker = said(reader.read(Document(text=text, published="2031-01-01")), "two winters").speaker
    assert (speaker.name, speaker.named_by) == ("Ana Rueda", "text")


def test_the_outlets_own_voice_is_the_author(reader: Reader) -> None:
    text = "We believe the council should publish the report. I hope it does so soon."
    speaker = said(reader.read(Document(text=text, authors=["Ilse Brandt"])), "should publish").speaker
    assert (speaker.type, speaker.name) == ("author", "Ilse Brandt")


def test_a_quotation_that_follows_without_a_source_keeps_the_speaker(reader: Reader) -> None:
    text = (
        "“The pumps failed at four,” engineer Hana Sato said.\n\n“Nobody had checked them since the spring, and nobody had asked us to.”\n"
    )
    assert said(reader.read(Document(text=text)), "since the spring").speaker.name == "Hana Sato"


def test_a_document_without_a_name_has_none(reader: Reader) -> None:
    text = "According to the latest figures, 4,000 people have left the valley since June."
    speaker = said(reader.read(Document(text=text)), "4,000 people").speaker
    assert (speaker.type, speaker.name) == ("document", None)


def test_a_spokesperson_speaks_for_whom_the_source_names(reader: Reader) -> None:
    text = "Hana Sato, a spokeswoman for Threll Water, said the pipe would be mended by Friday."
    record = reader.read(Document(text=text))
    speaker = said(record, "mended by Friday").speaker
    assert (speaker.name, speaker.type) == ("Hana Sato", "person")
    [company] = [e for e in record.entities if e.name == "Threll Water"]
    assert speaker.speaks_for == company.id


def test_a_bare_surname_is_that_of_who_was_introduced_first(reader: Reader) -> None:
    text = (
        "Senator Paul Ferrand backed the harbour plan on Monday, as had his brother Hugo Ferrand, a builder.\n\n"
        "“We owe the yard a future,” Ferrand said.\n"
    )
    assert said(reader.read(Document(text=text)), "a future").speaker.name == "Paul Ferrand"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Larry King opened the fair in Harlow. “It will rain,” Mr. King said.", "Larry King"),
        ("“It will rain,” said John D. Harrow, the mayor. “We are ready,” Mr. Harrow said.", "John D. Harrow"),
        ("Chief Justice Peter G. Lang Jr. opened the term. “It will rain,” Chief Justice Lang said.", "Peter G. Lang Jr"),
    ],
)
def test_a_name_is_whole_and_found_again(reader: Reader, text: str, name: str) -> None:
    record = reader.read(Document(text=text))
    assert {s.speaker.name for s in record.statements if s.kind == "direct"} == {name}
