"""The reader: one document in, one record out.

Reading is pure: the same text and date give the same record, alone or among others, on any number of threads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from sayso.encoder.sessions import EncoderSession, weights_digest
from sayso.encoder.tokens import load_tokenizer
from sayso.models import Document, Link, Record, Sourcing, Span, Statement, statement_id
from sayso.reading.attributions import Attribution, Scorers, WordSpan, find_attributions
from sayso.reading.chains import chain, find_credits
from sayso.reading.confidence import Confidence
from sayso.reading.edges import with_marks
from sayso.reading.figures import with_figures
from sayso.reading.language import detect_language
from sayso.reading.narration import find_narrated
from sayso.reading.nesting import Found, find_statements
from sayso.reading.quotation import kind_of
from sayso.reading.speakers import Speakers, speaker
from sayso.reading.tagger import Sight, Tags, see, tag


class Reader:
    """Reads documents with one set of weights, loaded once.

    A reader may be used by several threads at a time.

    Args:
        threads: how many windows of an article are worked on at a time; the record doesn't depend on it.
        weights: folder of weights to use in place of those that are installed with sayso.

    Example:
        >>> reader = Reader()
        >>> record = reader.read(Document(text='"We will rebuild the bridge," Mayor Ada Lin said.'))
        >>> [(s.speaker.name, s.text) for s in record.statements]
        [('Ada Lin', 'We will rebuild the bridge')]
    """

    def __init__(self, threads: int = 1, weights: Path | None = None) -> None:
        self._tokenizer = load_tokenizer(weights / "tokenizer.json" if weights else None)
        self._session = EncoderSession(threads, weights)
        self._scorers = Scorers(weights)
        self._confidence = Confidence(weights)
        self.version = reader_version(weights)

    def read(self, document: Document, warnings: Sequence[str] = ()) -> Record:
        """Find the statements of a document.

        Args:
            document: what is read.
            warnings: what intake had to say about the document, for the record's ``warnings``.
        """
        text = document.text
        warnings = list(warnings)
        language = document.language or detect_language(text)
        if language is not None and language.split("-")[0].lower() != "en":
            warnings.append(f"the text seems to be in language {language!r}; sayso reads English, so expect little of this record")
        sight, tags, found = find_statements(text, self._see, self._confidence.judge, self._confidence.threshold)
        speakers = Speakers(document, sight, tags, found, self._scorers)
        credits = find_credits(text, speakers.names_organization)
        document = document.model_copy(
            update={"language": language, "credits": list(dict.fromkeys([*document.credits, *(name for name, _ in credits)]))}
        )
        entities, ids = speakers.entities()
        statements = _statements(document, sight, found, speakers, ids, credits)
        statements = _with_narrated(document, sight, tags, found, statements, credits)
        statements = with_figures(document, sight, tags, _outside(document.boilerplate, statements))
        return Record(
            reader=self.version,
            document=document,
            entities=entities,
            statements=statements,
            sourcing=Sourcing.of(statements),
            warnings=warnings,
        )

    def _see(self, text: str) -> tuple[Sight, Tags, list[Attribution]]:
        sight = see(text, self._tokenizer)
        tags = tag(sight.words, self._session)
        return sight, tags, find_attributions(sight, tags, self._scorers)


def _statements(
    document: Document, sight: Sight, found: list[Found], speakers: Speakers, ids: dict[int, str], credits: list[tuple[str, Span]]
) -> list[Statement]:
    """The record's statements, in the order in which they were found."""
    text, words = document.text, sight.words

    def offsets(span: WordSpan) -> Span:
        return with_marks(text, int(words.start[span[0]]), int(words.end[span[1]]), sight.quotations)

    statements: list[Statement] = []
    heard: tuple[str | None, int, list[Link]] = (None, -1, [])  # the last speaker who spoke to a relay, in which paragraph
    for one in found:
        attribution = one.attribution
        content = [offsets(piece) for piece in attribution.content]
        source = [offsets(attribution.source)] if attribution.source else []
        who = speaker(speakers.of(one), ids)
        relays = [link for span in attribution.relays if (link := speakers.relay(span, offsets(span), ids)) is not None]
        if one.within is None and who.name is not None:
            paragraph = int(sight.layout.paragraph[attribution.content[0][0]])
            if relays:
                heard = (who.name, paragraph, relays)
            elif heard[:2] == (who.name, paragraph):
                relays = heard[2]  # "..., she told Radio Nord. "...," she said.": still to the radio
        outer = statements[one.within].chain[:-1] if one.within is not None else []
        first = Link(role="speaker", name=who.name, entity=who.entity, spans=source)
        statements.append(
            Statement(
                id=statement_id(document.sha256, content),
                kind=kind_of(text, content, sight.quotations),
                headline=attribution.heading > 0.5,
                content=content,
                source=source,
                cue=[offsets(attribution.cue)] if attribution.cue else [],
                text=document.words_at(content),
                speaker=who,
                chain=chain(first, relays, outer, credits, document.outlet),
                within=statements[one.within].id if one.within is not None else None,
                polarity=one.stance.polarity,
                denial=one.stance.denial,
                presupposed=one.stance.presupposed,
                modality=one.stance.modality,
                act=one.stance.act,
                confidence=round(one.confidence, 3),
            )
        )
    return statements


def _with_narrated(
    document: Document, sight: Sight, tags: Tags, found: list[Found], statements: list[Statement], credits: list[tuple[str, Span]]
) -> list[Statement]:
    """Statements and facts in the outlet's own voice in the order of the text, nested statements behind the outermost one."""
    places: dict[str, int] = {}
    for statement in statements:
        places[statement.id] = places[statement.within] if statement.within is not None else statement.content[0][0]
    said = [span for one in found if one.within is None for span in one.attribution.spans]
    narrated = []
    for (first, last), confidence in find_narrated(document.text, sight, tags, said):
        content = [(int(sight.words.start[first]), int(sight.words.end[last]))]
        fact = Statement(
            id=statement_id(document.sha256, content), kind="narrated", content=content, text=document.words_at(content),
            chain=chain(None, [], [], credits, document.outlet), confidence=round(confidence, 3),
        )  # fmt: skip
        places[fact.id] = content[0][0]
        narrated.append(fact)
    return sorted([*statements, *narrated], key=lambda s: places[s.id])


def _outside(boilerplate: list[Span], statements: list[Statement]) -> list[Statement]:
    """Statements of the article itself: what stands in text that is no part of it was said by nobody."""
    gone: set[str] = set()
    for statement in statements:  # an outer statement comes before those within it
        if statement.within in gone or any(a < end and start < b for a, b in boilerplate for start, end in statement.content):
            gone.add(statement.id)
    return [statement for statement in statements if statement.id not in gone]


def reader_version(weights: Path | None = None) -> str:
    """The version of code and weights, each by hash: what a record's ``reader`` says."""
    return f"{version('sayso')}+code.{code_digest()}.weights.{weights_digest(weights)}"


@cache
def code_digest() -> str:
    """Eight hex digits that stand for the code that decides what is read."""
    digest = hashlib.sha256()
    for package in ("sayso.encoder", "sayso.reading"):
        for file in sorted(files(package).iterdir(), key=lambda f: f.name):
            if file.name.endswith(".py"):
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:8]
