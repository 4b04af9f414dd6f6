"""Which language a text is in."""

from __future__ import annotations

from functools import cache
from typing import Any

_SHOWN = 3000  # code points that are looked at
_ENOUGH = 60  # letters below which no language is named
_SURE = 0.9
# Words of English that its neighbours lack: where they are this common, no classifier needs to be loaded.
_COMMON_WORDS = "the and that with from his they said have has been will this which who their would were when but not"
_ENGLISH = frozenset(_COMMON_WORDS.split())
_COMMON = 0.06


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
    if len(words) >= 20 and sum(word in _ENGLISH for word in words) >= _COMMON * len(words):
        return "en"
    language, share = _identifier().classify(shown)
    return str(language) if share >= _SURE else None
