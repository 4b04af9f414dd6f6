"""Quotation marks, paired with tolerance for what real pages hold.

Marks of every Latin style are read: straight, curly, guillemets, low-high, LaTeX-like `` and '', British single marks
beside apostrophes, an opening mark of one style closed by another, marks reopened in each paragraph of one long
quotation, and marks that are never closed. Pairing never crosses a paragraph, so one stray mark harms its paragraph only.

Offsets count code points, half-open, into the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]

_MARK = re.compile(r"``|''|’’|‘‘|,,(?=\w)|[\"“”„‟«»‹›＂'‘’‚‛`′″]")

# What a mark can do, whatever stands around it: o(pen), c(lose).
_DOUBLE = {
    '"': "oc", "“": "oc", "”": "oc", "„": "o", "‟": "o", "«": "oc", "»": "oc", "＂": "oc", "″": "c",
    "``": "o", "‘‘": "o", "''": "oc", "’’": "oc", ",,": "o",
}  # fmt: skip
_SINGLE = {"'": "oc", "‘": "oc", "’": "oc", "‚": "o", "‛": "o", "‹": "oc", "›": "oc", "`": "o", "′": "c"}
# Marks that a reader takes for opening (or closing) first, where both fit what stands around them.
_PREFERS_OPEN = frozenset(("“", "«", "‘", "‹"))
_PREFERS_CLOSE = frozenset(("”", "»", "’", "›"))

_BEFORE_OPEN = frozenset("([{—–-/:;,=…|>*_" + "\"“„«'‘‚‹`")
_AFTER_CLOSE = frozenset(")]}—–-/:;,.!?…|<*_" + "\"”“»’'›‘")
_ELISION = re.compile(
    r"(?:\d0s\b|\d\d\b|em\b|til\b|tis\b|twas\b|cause\b|cos\b|cuz\b|bout\b|round\b|neath\b|nuff\b|n\b|ere\b|un\b|im\b)", re.I
)
# What stands after a closing mark and begins no quotation ("...and left", ". . . and" and ".@name" do).
_SENTENCE_MARK = re.compile(r"[,;:!?)](?!\S)|\.(?!\S|\s*\.)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation.

    Attributes:
        opening: offsets of the opening mark.
        closing: offsets of the closing mark; empty and at the end of the words where the mark is missing.
        depth: 0 for an outer quotation, 1 for a quotation within it, and so on.
        continues: whether it goes on with the quotation that the paragraph before left open.
    """

    opening: Span
    closing: Span
    depth: int
    continues: bool = False

    @property
    def inside(self) -> Span:
        """Offsets of the words between the marks."""
        return self.opening[1], self.closing[0]

    @property
    def closed(self) -> bool:
        """Whether a closing mark stands at its end."""
        return self.closing[0] < self.closing[1]


@dataclass(slots=True)
class _Open:
    start: int
    end: int
    single: bool
    mark: str


def find_quotations(text: str, paragraphs: Sequence[Span]) -> list[Quotation]:
    """Find the quotations of a text, in order of their opening marks.

    Args:
        text: the document's.
        paragraphs: start and end of each, in order; no quotation is paired across them.

    Time and memory grow with the length of the text alone, whatever it holds.
    """
    found: list[Quotation] = []
    left_open = False
    for start, end in paragraphs:
        quotations, still_open = _pair(text, start, end)
        if left_open and quotations and not text[start : quotations[0].opening[0]].strip():
            first = quotations[0]
            quotations[0] = Quotation(first.opening, first.closing, first.depth, continues=True)
        found += quotations
        left_open = still_open
    return found


def _pair(text: str, start: int, end: int) -> tuple[list[Quotation], bool]:
    """Pair the marks of one paragraph; also say whether its last words stand in a quotation that is left open."""
    marks = list(_MARK.finditer(text, start, end))
    roles = [_role(text, start, end, mark) for mark in marks]
    weak = _last_firm_close(text, marks, roles)
    stack: list[_Open] = []
    pairs: list[tuple[Span, Span]] = []
    unclosed: list[tuple[Span, int]] = []
    for index, (mark, role) in enumerate(zip(marks, roles, strict=True)):
        if not role:
            continue
        glyph = mark[0]
        single = glyph in _SINGLE
        partner = _partner(stack, glyph, single) if "c" in role else None
        if partner is not None and "o" in role and not _closes(glyph, stack[partner].mark):
            partner = None
        if partner is not None and single and "w" in role and index in weak:
            continue  # a plural's apostrophe: a firmer closing mark follows in this quotation
        if partner is not None:
            while len(stack) > partner + 1:
                lost = stack.pop()
                if not lost.single:
                    unclosed.append(((lost.start, lost.end), mark.start()))
            opened = stack.pop()
            pairs.append(((opened.start, opened.end), mark.span()))
        elif "o" in role and len(stack) < 8:
            if stack and stack[-1].single == single and not single and _closes_before(text, stack[-1].start, mark.start()):
                lost = stack.pop()
                unclosed.append(((lost.start, lost.end), mark.start()))
            stack.append(_Open(mark.start(), mark.end(), single, glyph))
    still_open = False
    for index, lost in enumerate(stack):
        if lost.single and lost.mark not in ("‘", "‚"):
            continue  # more likely an apostrophe
        until = stack[index + 1].start if index + 1 < len(stack) else end
        unclosed.append(((lost.start, lost.end), until))
        still_open = still_open or index + 1 == len(stack)
    for opening, until in unclosed:
        stop = until
        while stop > opening[1] and text[stop - 1].isspace():
            stop -= 1
        if stop > opening[1]:
            pairs.append((opening, (stop, stop)))
    return _nest(pairs), still_open


def _role(text: str, start: int, end: int, mark: re.Match[str]) -> str:
    """What a mark can do where it stands: "o", "c", both, "cw" (closes, but may be an apostrophe) or "" (no mark)."""
    glyph = mark[0]
    before = text[mark.start() - 1] if mark.start() > start else " "
    after = text[mark.end()] if mark.end() < end else " "
    can = _SINGLE.get(glyph) or _DOUBLE[glyph]
    blank_before, blank_after = before.isspace(), after.isspace()
    if glyph in "«»" and (blank_before or blank_after):  # French practice sets the marks off by blanks
        if blank_before and blank_after:
            return "o" if glyph == "«" else "c"
        return "o" if blank_before and after not in _AFTER_CLOSE else "c"
    opens = (blank_before or before in _BEFORE_OPEN) and not blank_after
    closes = not blank_before and (blank_after or after in _AFTER_CLOSE)
    if blank_before and glyph not in _SINGLE and _SENTENCE_MARK.match(text, mark.end(), end):
        return "c" if "c" in can else ""  # set off by a blank: “ and waited ”.
    if glyph in _SINGLE:
        if before.isalnum() and after.isalnum():
            return ""
        if before in "nN" and mark.start() - 2 >= start and text[mark.start() - 2] in "'’‘":
            return ""  # the second apostrophe of rock 'n' roll
        could_elide = glyph in "'’" or (glyph == "‘" and after.isdigit())
        if opens and could_elide and not (before in _BEFORE_OPEN and closes) and _ELISION.match(text, mark.end()):
            return ""
        if opens and closes:
            opens, closes = glyph in "‘‚‛‹`", glyph not in "‘‚‛‹`"
        if glyph == "’" and opens:
            return ""  # an opening ’ is an elision everywhere but in Swedish
        if closes and "c" in can:
            return "cw" if before.isalpha() and glyph in "'’" else "c"
        return "o" if opens and "o" in can else ""
    if glyph == "″" and before.isdigit():
        return ""
    if glyph == '"' and before.isdigit() and not blank_after and after not in _AFTER_CLOSE:
        return ""
    if opens and closes:
        if glyph in _PREFERS_OPEN:
            return "o" if blank_before else "oc"
        return "c" if glyph in _PREFERS_CLOSE else "".join(sorted(can, reverse=True))
    if opens:
        return "o" if "o" in can else ""
    if closes:
        return "c" if "c" in can else ""
    if blank_before and blank_after:
        return "".join(sorted(can, reverse=True)) if glyph in ('"', "''") else ("o" if glyph in _PREFERS_OPEN else can[-1])
    # Between two words, as where a blank was lost: 'he said."We' or 'the"model"plant'.
    return "oc" if can == "oc" else can


def _partner(stack: Sequence[_Open], glyph: str, single: bool) -> int | None:
    """The place on the stack of the opening mark that ``glyph`` would close, if there is one."""
    for index in range(len(stack) - 1, -1, -1):
        if stack[index].single == single:
            return index
        if single and not stack[index].single:
            return None  # a single mark closes nothing outside the double marks around it
    return None


def _closes(glyph: str, opening: str) -> bool:
    """Whether a mark that could also open closes the mark that stands open."""
    if glyph in ("“", "‘"):
        return opening in ("„", "‚", ",,", "“" if glyph == "“" else "‘")
    if glyph == "«":
        return opening == "»"
    return True


def _closes_before(text: str, start: int, stop: int) -> bool:
    """Whether the words between two opening marks look like a quotation whose closing mark was lost."""
    return bool(re.search(r"[.,!?]\s+\S", text[max(start, stop - 400) : stop]))


def _last_firm_close(text: str, marks: Sequence[re.Match[str]], roles: Sequence[str]) -> frozenset[int]:
    """Indexes of weak closing marks (a plural's apostrophe, perhaps) that a firm one follows before the next opening."""
    weak: set[int] = set()
    firm_follows = False
    for index in range(len(marks) - 1, -1, -1):
        glyph, role = marks[index][0], roles[index]
        if glyph not in _SINGLE or not role:
            continue
        if role == "o":
            firm_follows = False
        elif "w" in role and text[marks[index].start() - 1] in "sSzx":
            if firm_follows:
                weak.add(index)
        else:
            firm_follows = True
    return frozenset(weak)


def _nest(pairs: Iterable[tuple[Span, Span]]) -> list[Quotation]:
    """Give each pair its depth; of two that cross, the later one is left out."""
    quotations: list[Quotation] = []
    ends: list[int] = []
    for opening, closing in sorted(pairs, key=lambda pair: (pair[0][0], -pair[1][1])):
        while ends and ends[-1] <= opening[0]:
            ends.pop()
        if ends and closing[1] > ends[-1]:
            continue
        quotations.append(Quotation(opening, closing, len(ends)))
        ends.append(closing[1])
    return quotations


def _opens_at(quotation: Quotation) -> int:
    return quotation.opening[0]


def kind_of(text: str, content: Sequence[Span], quotations: Sequence[Quotation]) -> Literal["direct", "mixed", "indirect"]:
    """Whether a content stands wholly, partly or not at all in quotation marks, by its letters and digits."""
    letters = quoted = 0
    for start, end in content:
        inside = bytearray(end - start)
        at = max(bisect_right(quotations, start, key=_opens_at) - 1, 0)
        while at > 0 and quotations[at].depth > 0:
            at -= 1
        for quotation in quotations[at : bisect_right(quotations, end, key=_opens_at)]:
            if quotation.depth:
                continue  # lies in an outer one
            low, high = max(quotation.inside[0], start), min(quotation.inside[1], end)
            if low < high:
                inside[low - start : high - start] = b"\1" * (high - low)
        places = [at for at, character in enumerate(text[start:end]) if character.isalnum()]
        letters += len(places)
        if any(inside):
            quoted += sum(map(inside.__getitem__, places))
    share = quoted / letters if letters else 0.0
    return "direct" if share > 0.95 else "indirect" if share < 0.02 else "mixed"


def canonical_view(text: str, quotations: Sequence[Quotation]) -> str:
    """The text with every paired mark written as “ ” (‘ ’ inside another quotation), of the same length.

    The reader's model sees this, so that it needs to learn one style of quotation marks and not twenty.
    """
    characters = list(text)
    for quotation in quotations:
        marks = "“”" if quotation.depth % 2 == 0 else "‘’"
        for (start, end), mark in zip((quotation.opening, quotation.closing), marks, strict=True):
            if start < end:
                characters[start:end] = [mark] + [" "] * (end - start - 1)
    return "".join(characters)
