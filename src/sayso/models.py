"""The record as types: what ``sayso read`` prints, the ledger stores and the HTTP API serves.

All offsets are Unicode code points into ``Document.text``, half-open. A role holds a list of spans, empty where it is
absent. A ``Record`` whose words are not the document's at their offsets can't be made.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from sayso.errors import SpanError

FORMAT = "sayso/1"


def _in_order(span: tuple[int, int]) -> tuple[int, int]:
    if not 0 <= span[0] < span[1]:
        raise ValueError(f"{list(span)} is no span: it must be [start, end] with 0 <= start < end")
    return span


Span = Annotated[tuple[int, int], AfterValidator(_in_order)]
"""``[start, end]`` in code points, half-open, never empty."""

SpeakerType = Literal["person", "organization", "group", "anonymous", "document", "media", "author", "none"]
EntityType = Literal["person", "organization", "place", "document", "group", "media"]
Kind = Literal["direct", "mixed", "indirect", "narrated"]
Act = Literal[
    "state", "deny", "ask", "urge", "promise", "threaten", "accuse", "praise", "predict", "believe", "want", "feel", "decline"
]  # fmt: skip
Relations = Literal[
    "same_quote", "misquote", "misattributed", "restates", "agrees", "denies", "contradicts", "number_changed"
]  # fmt: skip
Grain = Literal["year", "half", "quarter", "season", "month", "week", "day", "part", "hour", "minute", "second", "decade", "century"]
Share = Annotated[float, Field(ge=0, le=1)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="null")


def words_at(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The words that stand at spans of a text; pieces are joined with a blank.

    Raises:
        SpanError: a span doesn't lie in the text.
    """
    pieces = []
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            raise SpanError(f"[{start}, {end}] doesn't lie in a text of {len(text)} code points")
        pieces.append(text[start:end])
    return " ".join(pieces)


class Document(_Model):
    """One text, known by the hash of its code points, and what is known about it.

    Attributes:
        id: the first 32 hex digits of ``sha256``; made from the text, as that is.
        ref: the user's own id.
        sha256: of the text as UTF-8, in hex.
        credits: agencies that the article as a whole is credited to.
        boilerplate: spans of the text that are no part of the article.
    """

    id: str = ""
    ref: str | None = None
    sha256: str = ""
    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    authors: list[str] = []
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    credits: list[str] = []
    text: str
    boilerplate: list[Span] = []

    @field_validator("text")
    @classmethod
    def _clean(cls, text: str) -> str:
        if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise ValueError("the text holds NUL or a lone surrogate; intake replaces each by U+FFFD")
        return text

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("text"), str):
            return data
        digest = hashlib.sha256(data["text"].encode("utf-8", "surrogatepass")).hexdigest()
        for key, right in (("sha256", digest), ("id", digest[:32])):
            if data.get(key) not in (None, "", right):
                raise ValueError(f"{key} {data[key]!r} is not that of the text, {right!r}")
        return {**data, "id": digest[:32], "sha256": digest}

    def words_at(self, spans: Iterable[tuple[int, int]]) -> str:
        """The words that stand at spans of the text; see ``words_at``."""
        return words_at(self.text, spans)


class Appearance(_Model):
    """Where and when a document was met.

    Attributes:
        where: names the input as its user would: a path, an address, a path with a line's number, an archive with a record's id.
        url: the address that the text's bytes answered to, after redirects.
        fetched: when they were fetched or captured, ISO 8601.
        digest: of the bytes, with the name of the hash: "sha256:..." in hex, or as a web archive gives it.
        record: id of the record of a web archive that holds the bytes.
        duplicate_of: id of an earlier record of the same archive that holds the same bytes.
        extractor: what made the text of the bytes, with its version; None where the text is the input's own.
    """

    where: str
    url: str | None = None
    fetched: str | None = None
    digest: str | None = None
    record: str | None = None
    duplicate_of: str | None = None
    extractor: str | None = None

    @field_validator("where")
    @classmethod
    def _storable(cls, where: str) -> str:
        return re.sub("[\0\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", where)  # of a file's name that isn't UTF-8


class Entity(_Model):
    """A person, organization, place or document that mentions refer to."""

    id: str
    name: str
    type: EntityType
    aliases: list[str] = []
    mentions: list[Span] = []
    wikidata: str | None = None


class Speaker(_Model):
    """Who a source is. ``name`` is None where the source has no name; ``type`` "none" where there is no source.

    ``speaks_for`` is the entity that a spokesperson speaks for, where the source names it.
    """

    name: str | None = None
    type: SpeakerType = "none"
    entity: str | None = None
    speaks_for: str | None = None
    named_by: Literal["text", "office", "credit"] | None = None
    confidence: Share = 0.0


class Link(_Model):
    """One link of the chain from mouth to page."""

    role: Literal["speaker", "relay", "outlet"]
    name: str | None = None
    entity: str | None = None
    spans: list[Span] = []


class Time(_Model):
    """A time expression, with its TIMEX3 value (ISO 8601) and type: a point in time is a date or, within a day, a time."""

    span: Span
    text: str
    value: str | None = None
    grain: Grain | None = None
    type: Literal["date", "time", "duration", "set"] | None = None


class Quantity(_Model):
    """A quantity: a value or a range, its unit as a lemma, and per what.

    ``low`` and ``high`` are equal for one value; one of them is None for a bound. ``earlier`` is true for the value that another
    one is compared with ("up from 38 per cent").
    """

    span: Span
    text: str
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    per: str | None = None
    approximate: bool = False
    earlier: bool = False


class Statement(_Model):
    """One thing said: its content, and the attribution that carries it.

    Attributes:
        id: 32 hex digits, from the document's sha256 and the content's offsets; see ``statement_id``.
        headline: whether it stands in a headline or another heading.
        text: the content's words, its pieces joined with a blank.
        within: id of the statement that this one is nested in.
        polarity, denial, presupposed, act: None where the reader didn't judge them.
    """

    id: str
    kind: Kind
    headline: bool = False
    content: list[Span] = Field(min_length=1)
    source: list[Span] = []
    cue: list[Span] = []
    text: str
    speaker: Speaker = Speaker()
    chain: list[Link] = []
    within: str | None = None
    polarity: Literal["affirmed", "rejected"] | None = None
    denial: bool | None = None
    presupposed: bool | None = None
    modality: Literal["certain", "probable", "possible", "unspecified"] = "unspecified"
    act: Act | None = None
    said_at: Time | None = None
    times: list[Time] = []
    quantities: list[Quantity] = []
    confidence: Share


class Evidence(_Model):
    """The words of both statements that carry a relation."""

    a: list[Span] = []
    b: list[Span] = []


class Relation(_Model):
    """How statement ``a`` stands to statement ``b``."""

    a: str
    b: str
    relation: Relations
    score: Share
    evidence: Evidence = Evidence()
    judge: str


class Sourcing(_Model):
    """An article's profile; None where the reader didn't judge what the figure needs."""

    statements: int = 0
    speakers: int | None = None
    top_speaker: str | None = None
    top_speaker_share: Share | None = None
    anonymous_share: Share | None = None
    direct_share: Share | None = None
    relayed_share: Share | None = None
    narrated: int | None = None

    @classmethod
    def of(cls, statements: Sequence[Statement]) -> Self:
        """The profile of an article's statements; all but ``narrated`` leave out what the outlet says in its own voice."""
        narrated = sum(s.kind == "narrated" for s in statements)
        statements = [s for s in statements if s.kind != "narrated"]
        count = len(statements)
        names = Counter(s.speaker.name for s in statements if s.speaker.name is not None)
        top, most = max(names.items(), key=lambda item: item[1], default=(None, 0))

        def share(part: int) -> float | None:
            return round(part / count, 3) if count else None

        return cls(
            statements=count,
            speakers=len(names),
            top_speaker=top,
            top_speaker_share=share(most),
            anonymous_share=share(sum(s.speaker.type == "anonymous" for s in statements)),
            direct_share=share(sum(s.kind == "direct" for s in statements)),
            relayed_share=share(sum(any(link.role == "relay" for link in s.chain) for s in statements)),
            narrated=narrated,
        )


class Record(_Model):
    """What one reading makes of one document.

    Raises:
        SpanError: a span doesn't lie in the document's text, or the words given for it aren't the text's.
        pydantic.ValidationError: a field is missing or of another type.
    """

    format: Literal["sayso/1"] = "sayso/1"
    reader: str
    document: Document
    appearance: Appearance | None = None
    entities: list[Entity] = []
    statements: list[Statement] = []
    relations: list[Relation] = []
    sourcing: Sourcing = Sourcing()
    warnings: list[str] = []

    @model_validator(mode="after")
    def _check_spans(self) -> Self:
        text = self.document.text
        for what, spans, words in self._quoted():
            found = words_at(text, spans)
            if words is not None and found != words:
                raise SpanError(f"{what}: {_short(words)} is not what stands at {list(spans)}: {_short(found)}")
        return self

    def _quoted(self) -> Iterator[tuple[str, list[tuple[int, int]], str | None]]:
        """Every list of spans in the record, with the words that must stand there, where they are given."""
        yield "document.boilerplate", self.document.boilerplate, None
        for entity in self.entities:
            yield f"entity {entity.id}", entity.mentions, None
        for statement in self.statements:
            name = f"statement {statement.id}"
            yield name, statement.content, statement.text
            yield f"{name}, source", statement.source, None
            yield f"{name}, cue", statement.cue, None
            for link in statement.chain:
                yield f"{name}, chain", link.spans, None
            for time in [*statement.times, *([statement.said_at] if statement.said_at else [])]:
                yield f"{name}, time", [time.span], time.text
            for quantity in statement.quantities:
                yield f"{name}, quantity", [quantity.span], quantity.text


def statement_id(sha256: str, content: Iterable[tuple[int, int]]) -> str:
    """The id of a statement: 32 hex digits from the document's sha256 and the content's offsets."""
    places = ",".join(f"{start}-{end}" for start, end in content)
    return hashlib.sha256(f"{sha256}:{places}".encode()).hexdigest()[:32]


def _short(words: str) -> str:
    return repr(words if len(words) <= 60 else words[:57] + "...")
