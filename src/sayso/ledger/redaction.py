"""Texts without the names that were forgotten: each is replaced by as many "█" as it has code points, so that offsets stand.

A name is a sequence of words, without regard to case and accents. Between its words there may be blanks, a hyphen, an apostrophe or the
like, a full stop after an initial, and in addresses whatever stands for a blank there. A ledger knows the names that it forgot by
hashes only, so that texts are searched by hashing their words.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from sayso.errors import LedgerError
from sayso.models import Document, Record, Span

BLOCK = "█"

_WORD = re.compile("[^\\W_]+(?:[\u0300-\u036f\u00ad]+[^\\W_]*)*")
_BETWEEN = re.compile("\\s+|[-'’.+_\u00b7\u2010-\u2015]|%20")
_AFTER_INITIAL = re.compile(r"\.\s*")
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ADDRESSES = {"url", "where"}
# What of a record, a snapshot of it or a correction people's words are in; the rest are numbers, ids and words of ours.
_WORDS = {
    "aliases", "authors", "credits", "judge", "name", "note", "outlet", "ref", "speaker", "text", "title", "top_speaker", "warnings",
    *_ADDRESSES,
}  # fmt: skip


@dataclass(frozen=True)
class Redaction:
    """What takes names out of texts.

    Attributes:
        names: the digests of names (see ``digest_of``) by how many words they have.
    """

    names: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str) -> Redaction:
        """What takes out one name.

        Raises:
            LedgerError: it is no name: it has fewer than two letters or digits.
        """
        words = words_of(name)
        if sum(map(len, words)) < 2:
            raise LedgerError(f"{name!r} is no name that could be told from other words")
        return cls({len(words): frozenset([digest_of(words)])})

    def spans(self, text: str) -> list[Span]:
        """Where names stand in a text: code points, half-open, none overlapping another; of several from one place the longest."""
        if not self.names:
            return []
        tokens = [(match.start(), match.end(), _plain(match[0])) for match in _WORD.finditer(text)]
        sizes = sorted(self.names, reverse=True)
        found: list[Span] = []
        at = 0
        while at < len(tokens):
            joined = _joined(text, tokens, at, sizes[0])
            for size in sizes:
                if size <= joined and digest_of([word for _, _, word in tokens[at : at + size]]) in self.names[size]:
                    found.append((tokens[at][0], tokens[at + size - 1][1]))
                    at += size
                    break
            else:
                at += 1
        return found

    def text(self, text: str) -> str:
        """A text without the names."""
        return _blanked(text, self.spans(text))

    def address(self, address: str) -> str:
        """An address without the names, which may be written in percents there."""
        address = self.text(address)
        if "%" not in address or not self.names:
            return address
        plain: list[str] = []
        origins: list[Span] = []
        at = 0
        for match in [*_ESCAPED.finditer(address), None]:
            stop = match.start() if match is not None else len(address)
            plain += address[at:stop]
            origins += [(n, n + 1) for n in range(at, stop)]
            if match is not None:
                characters = unquote(match[0])
                plain += characters
                origins += [match.span()] * len(characters)
                at = match.end()
        return _blanked(address, [(origins[start][0], origins[stop - 1][1]) for start, stop in self.spans("".join(plain))])

    def value(self, value: Any, key: str = "") -> Any:
        """A value of JSON without the names, wherever people's words are in it.

        Args:
            value: any.
            key: what the value is called in the object that it is in.
        """
        if isinstance(value, str):
            return (self.address(value) if key in _ADDRESSES else self.text(value)) if key in _WORDS else value
        if isinstance(value, list):
            return [self.value(one, key) for one in value]
        if isinstance(value, dict):
            return {name: self.value(one, name) for name, one in value.items()}
        return value

    def record(self, record: Record) -> Record:
        """A record without the names: the same one where it has none of them, and otherwise one of another document."""
        if not self.names:
            return record
        was = record.model_dump(mode="json")
        data = self.value(was)
        document = Document.model_validate({**data["document"], "id": "", "sha256": ""})
        for statement in data["statements"]:
            statement["text"] = document.words_at(statement["content"])
            said = [statement["said_at"]] if statement["said_at"] is not None else []
            for figure in (*said, *statement["times"], *statement["quantities"]):
                figure["text"] = document.words_at([figure["span"]])
        return Record.model_validate({**data, "document": document}) if data != was else record

    def document(self, document: Document) -> Document:
        """A document without the names: the same one where it has none of them."""
        if not self.names:
            return document
        was = document.model_dump(mode="json")
        data = self.value(was)
        return Document.model_validate({**data, "id": "", "sha256": ""}) if data != was else document


def words_of(name: str) -> list[str]:
    """The words of a name as they are compared."""
    return [_plain(word) for word in _WORD.findall(name)]


def digest_of(words: Sequence[str]) -> str:
    """What a name is known by after it was forgotten: 32 hex digits of the sha256 of its words, as ``words_of`` gives them."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:32]


@lru_cache(maxsize=100_000)
def _plain(word: str) -> str:
    """A word without case, accents and soft hyphens."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Cf"))


def _joined(text: str, tokens: Sequence[tuple[int, int, str]], at: int, most: int) -> int:
    """How many words from one on, at most so many, could be one name by what stands between them."""
    count = 1
    while count < most and at + count < len(tokens):
        start, end, word = tokens[at + count - 1]
        between = text[end : tokens[at + count][0]]
        initial = end - start == 1 or len(word) == 1
        if not (_BETWEEN.fullmatch(between) or (initial and _AFTER_INITIAL.fullmatch(between))):
            break
        count += 1
    return count


def _blanked(text: str, spans: Sequence[Span]) -> str:
    return "".join(_pieces(text, spans)) if spans else text


def _pieces(text: str, spans: Sequence[Span]) -> Iterator[str]:
    at = 0
    for start, stop in spans:
        yield text[at:start]
        yield BLOCK * (stop - start)
        at = stop
    yield text[at:]
