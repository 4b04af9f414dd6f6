"""sayso keeps, for every statement in a news report, on whose say-so it stands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from sayso.errors import InputError, SaysoError, SpanError, WeightsError
from sayso.models import Document, Record, Relation, Statement
from sayso.reading.reader import Reader

if TYPE_CHECKING:
    from sayso.ledger.store import Ledger

__all__ = [
    "Document",
    "InputError",
    "Ledger",
    "Reader",
    "Record",
    "Relation",
    "SaysoError",
    "SpanError",
    "Statement",
    "WeightsError",
    "link",
    "read",
]


@cache
def _reader() -> Reader:
    return Reader()


def read(text: str | Document) -> Record:
    """Read one article with the reader that is installed.

    Args:
        text: the article's text, or a document that also says where it is from.

    Returns:
        The record: the document and its statements, with offsets in code points, half-open, into ``document.text``.

    Raises:
        pydantic.ValidationError: the text holds NUL or a lone surrogate.

    Example:
        >>> record = read('The bridge will close in May, the county said.')
        >>> record.statements[0].text
        'The bridge will close in May'
    """
    from sayso.linking.linker import with_answers

    return with_answers(_reader().read(text if isinstance(text, Document) else Document(text=text)))


def link(records: Iterable[Record]) -> list[Relation]:
    """Find how the statements of articles stand to each other.

    Args:
        records: in whatever order; of two of one document the last counts.

    Returns:
        The relations, in the order in which their statements were printed; ``evidence`` holds the words that carry them, as offsets in
        code points, half-open, into the text of each statement's document.

    Example:
        >>> said = read('"The bridge will close in May," the mayor said.')
        >>> answered = read('"The bridge will not close in May," the minister said.')
        >>> relations = link([said, answered])
    """
    from sayso.linking.linker import installed  # half a second to load

    return installed().link(records)


def __getattr__(name: str) -> Any:
    """The ledger, whose database libraries are loaded for who asks for it."""
    if name == "Ledger":
        from sayso.ledger.store import Ledger

        return Ledger
    raise AttributeError(f"module 'sayso' has no attribute {name!r}")
