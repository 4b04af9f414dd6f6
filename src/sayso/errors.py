"""Every exception that sayso raises on purpose.

SaysoError
├── InputError            an input can't be read; ``where`` names it, the message says why
│   ├── MissingInput      there is no such file
│   ├── UnreadableInput   it is there, but can't be opened or read
│   ├── NotText           it holds bytes that are no text
│   ├── NoDocument        a line or file holds no document
│   ├── TooLarge          it is above the limit
│   ├── Damaged           it is cut off or broken inside, so that not all of it can be read
│   ├── FailedReading     it holds a document, but the reader failed on it
│   └── FetchError        an address on the web can't be fetched
│       ├── AddressRefused    it is no public address of http or https, and must not be fetched
│       ├── RobotsRefused     the site's robots.txt forbids it
│       ├── Unreachable       no answer: no such host, no connection, or time ran out
│       ├── BadAnswer         an answer that is no page: an error, broken HTTP, redirects without end
│       └── AnswerTooLarge    an answer above the limit
├── LedgerError           a ledger can't do what it was asked for
│   ├── NoLedger          there is something else in its place
│   ├── OldLedger         its tables are of an earlier version, and must be upgraded first
│   ├── NewLedger         it was written by a newer version of sayso
│   ├── LedgerUnavailable it can't be reached, read or written at the moment
│   ├── RecordRefused     the record contradicts itself, or holds what no database can
│   │   └── Forgotten     its document was forgotten, and isn't taken in again
│   ├── NotInLedger       it holds no such document or statement
│   └── QueryRefused      a search isn't in the syntax of searches
├── SpanError             a span doesn't lie in its text, or its words aren't the text's
└── WeightsError          the weights are missing or don't fit this version
"""

from __future__ import annotations


class SaysoError(Exception):
    """The root of all errors that sayso raises on purpose."""


class InputError(SaysoError):
    """An input can't be read.

    Attributes:
        where: names the input, as its user would: a path, "standard input", a path with a line number.
        reason: what is wrong with it, and what to do where that is known.
    """

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str]]:
        return type(self), (self.where, self.reason)


class MissingInput(InputError):
    """There is no such file."""


class UnreadableInput(InputError):
    """The input is there, but it can't be opened or read."""


class NotText(InputError):
    """The input holds bytes that are no text."""


class NoDocument(InputError):
    """A line or a file holds no document."""


class TooLarge(InputError):
    """The input is above the limit on its size."""


class Damaged(InputError):
    """The input is cut off, or broken inside, so that not all of it can be read."""


class FailedReading(InputError):
    """The input holds a document, but the reader failed on it: by a fault of sayso's, or since memory ran out."""


class FetchError(InputError):
    """An address on the web can't be fetched."""


class AddressRefused(FetchError):
    """The address must not be fetched: it is none of http or https, or it leads into a private network."""


class RobotsRefused(FetchError):
    """The site's robots.txt forbids the address, or can't be had at the moment, which stands for the same."""


class Unreachable(FetchError):
    """There is no answer: no such host, no connection, a certificate that isn't valid, or time ran out."""


class BadAnswer(FetchError):
    """The answer is no page: an error status, HTTP that breaks off or makes no sense, or redirects without end."""


class AnswerTooLarge(FetchError):
    """The answer is above the limit on its size, as sent or unpacked."""


class LedgerError(SaysoError):
    """A ledger can't do what it was asked for."""


class NoLedger(LedgerError):
    """What is there is no ledger, or can't become one."""


class OldLedger(LedgerError):
    """The ledger's tables are of an earlier version; ``Ledger.upgrade`` brings them up to date."""


class NewLedger(LedgerError):
    """The ledger was written by a newer version of sayso, and only that one may touch it."""


class LedgerUnavailable(LedgerError):
    """The ledger can't be reached, read or written at the moment: no connection, no room, no permission, or held by others."""


class RecordRefused(LedgerError):
    """The record contradicts itself, or holds what no database can: NUL or half a surrogate pair."""


class Forgotten(RecordRefused):
    """The document was forgotten, and isn't taken in again."""


class NotInLedger(LedgerError):
    """The ledger holds no such document or statement."""


class QueryRefused(LedgerError):
    """A search isn't in the syntax of searches, or asks for what there can't be; the message says where and what to do."""


class SpanError(SaysoError):
    """A span doesn't lie in its text, or the words given for it aren't the text's."""


class WeightsError(SaysoError):
    """The weights are missing or don't fit this version of sayso."""
