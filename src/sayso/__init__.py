"""sayso keeps, for every statement in a news report, on whose say-so it stands."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sayso.errors import InputError, SaysoError, SpanError, WeightsError
from sayso.models import Document, Record, Statement
from sayso.reading.reader import Reader

if TYPE_CHECKING:
    from sayso.ledger.store import Ledger

__all__ = ["Document", "InputError", "Ledger", "Reader", "Record", "SaysoError", "SpanError", "Statement", "WeightsError", "read"]


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
    return _reader().read(text if isinstance(text, Document) else Document(text=text))


def __getattr__(name: str) -> Any:
    """The ledger, whose database libraries are loaded for who asks for it."""
    if name == "Ledger":
        from sayso.ledger.store import Ledger

        return Ledger
    raise AttributeError(f"module 'sayso' has no attribute {name!r}")
