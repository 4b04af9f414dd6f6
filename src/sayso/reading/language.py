"""Which language a text is in."""

from __future__ import annotations

from functools import cache
from typing import Any

_SHOWN = 3000  # code points that are looked at
_ENOUGH = 60  # letters below which no language is named
_SURE = 0.9
# A text in which every fifth word is one of these is English, and needs no classifier to be loaded.
_ENGLISH = frozenset("the of and to in that is was for on with he she it at by from his her they said be are as have has not".split())


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(text: str) -> str | None:
    """The ISO 639-1 code of a text's language, or None where its beginning is too short or too mixed to tell."""
    shown = text[:_SHOWN]
    if sum(c.isalpha() for c in shown) < _ENOUGH:
        return None
    words = shown.lower().split()
    if len(words) >= 20 and sum(word in _ENGLISH for word in words) >= len(words) / 5:
        return "en"
    language, share = _identifier().classify(shown)
    return str(language) if share >= _SURE else None
