"""Text from the open web, made safe to show: nothing in it may steer a terminal or turn a line around."""

from __future__ import annotations

import re

# Control characters but for tab and line feed; marks that change the direction of what follows; tags and other characters
# that are invisible and could hide words (Unicode Technical Report 36). A zero-width joiner holds emoji and scripts together
# and stays, as do the marks that only hint at a direction.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u061c\u180e\u200b\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """A text with everything that could steer a terminal made visible.

    C0 control characters become their pictures (U+2400 and on), the others U+FFFD; carriage returns before a line feed and
    line and paragraph separators become line feeds. Only for showing: offsets don't survive it.
    """
    return _UNSAFE.sub(_picture, text.replace("\r\n", "\n"))


def clean_in_place(text: str) -> str:
    """As ``clean``, but with exactly as many characters as before, so that offsets still fit."""
    return _UNSAFE.sub(_picture, text)


def clean_line(text: str) -> str:
    """A text made safe, on one line, with runs of white space made one blank."""
    return " ".join(clean(text).split())


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code in (0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029):
        return "\n"
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"
