"""Who wrote an article: bylines are split into people, who are authors, and agencies, which are credits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

_LONGEST = 400  # code points of a byline; what is longer is none
_NAME = 60  # code points of one name

# What a byline begins with, before the names.
_BEGINS = re.compile(
    r"(?:(?:written|reported|posted|published|story|text|words|analysis|opinion|review|compiled|article|submitted)\s+)?by(?:\s*:\s*|\s+)"
    r"|(?:authors?|reporters?|writers?)\s*:\s*"
    r"|(?:from|with)\s+",
    re.I,
)
_SPLIT = re.compile(r"\s*(?:[;|•·/\n]|\s&\s|\sand\s|\swith\s|,\s*and\s|\sand\s+by\s)\s*", re.I)
_COMMA = re.compile(r"\s*,\s*")
_TRAIL = re.compile(r"\s*(?:\(.{0,60}\)|[-–—]\s.{0,80}|@\w{1,40}|\b(?:for|of|in|at|from)\s.{1,60})$", re.I)

# Words that no person's name holds: what holds one of the first is the outlet's own staff, one of the others an organization.
_DESK_WORDS = """admin administrator author board columnist contributor contributors correspondent correspondents critic desk digital editor
editorial editors freelance guest intern interns journalist journalists newsdesk newsroom online producer producers reporter reporters
staff team web webdesk webmaster webteam writer writers wordpress user anonymous unknown none bureau guardian's"""
_BODY_WORDS = """agence agencia agencies agency alliance association broadcasting channel center centre co college company corp corporation
council daily department express foundation gazette government group herald inc institute international journal llc ltd magazine media
ministry network networks news newspaper newspapers newswire office organization post press productions project publishing radio report
review school service services society studio studios syndicate television times tribune tv union university wire com org net co.uk"""
_DESK = frozenset(_DESK_WORDS.split())
_BODY = frozenset(_BODY_WORDS.split())
# Small words that stand inside names.
_INSIDE_WORDS = "al ap abu af am auf ben bin bint da dal de degli dei del della den der des di do dos du e el ibn in la las le lo los of"
_INSIDE = frozenset((_INSIDE_WORDS + " o san st te ten ter und van vande vanden ver von vom y zu zum zur").split()) - {"in", "of"}
_ARTICLES = frozenset({"the", "our", "a", "an", "this", "these", "more", "all"})
_AFTER_WORDS = "jr jr. sr sr. ii iii iv phd ph.d. ph.d md m.d. m.d esq esq. mba cfa rn dds jd"
_AFTER = frozenset(_AFTER_WORDS.split())
_TITLES = re.compile(r"(?:dr|prof|professor|sir|dame|rev|mr|mrs|ms)\.?\s+", re.I)
_WORD = re.compile(r"[^\W_][\w.'’‘`´ʼ-]*")


@dataclass
class Byline:
    """Who is named in a byline: people, agencies and other organizations, and whether it names the outlet's own staff."""

    people: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    staff: bool = False

    def add(self, more: Byline) -> None:
        """Take in another byline; nobody is named twice."""
        for own, new in ((self.people, more.people), (self.others, more.others)):
            known = {fold(name) for name in own}
            for name in new:
                if fold(name) not in known:
                    own.append(name)
                    known.add(fold(name))
        self.staff |= more.staff


def fold(words: str) -> str:
    """Words as they are compared: letters and digits alone, in small letters, without accents or a leading "the"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", words[:_LONGEST].casefold()) if not unicodedata.combining(c))
    return "".join(re.findall(r"\w", plain.removeprefix("the ")))


def split_byline(words: str, *, outlet: str | None = None) -> Byline:
    """Split what a page gives for its author: "By Ada Venn and Tom Osei, Associated Press".

    Args:
        words: a byline, or one entry of a list of authors.
        outlet: its name isn't kept among the others.
    """
    found = Byline()
    words = " ".join(words.split())
    if not words or len(words) > _LONGEST or "://" in words:
        return found
    while match := _BEGINS.match(words):
        words = words[match.end() :]
    for part in _SPLIT.split(words):
        pieces = _COMMA.split(part)
        for index, piece in enumerate(pieces):
            if index and piece.casefold() in _AFTER and found.people:
                found.people[-1] += f" {piece}"
                continue
            one = _judge(piece, outlet, first=index == 0)
            if index and one.people and any(len(p.split()) > 1 for p in found.people) and not _is_likely_name(piece):
                continue
            found.add(one)
    return found


def _judge(piece: str, outlet: str | None, *, first: bool) -> Byline:
    piece = piece.strip(" .,:*-–—\"“”'’")
    agency = agency_named(piece)
    if agency is not None:
        is_own = _is_outlet(piece, outlet) or _is_outlet(agency, outlet)
        return Byline(others=[] if is_own else [agency], staff=is_own)
    if not piece or len(piece) > _NAME:
        return Byline()
    if _is_outlet(piece, outlet):
        return Byline(staff=True)
    name = _TRAIL.sub("", _TITLES.sub("", piece, count=1)).strip(" .,:-–—")
    if name != piece and (agency := agency_named(name)) is not None:
        return Byline(others=[agency])
    if looks_like_person(name):
        return Byline(people=[name])
    parts = {word.casefold().rstrip(".") for word in _WORD.findall(piece)}
    if parts & _DESK or "@" in piece:
        return Byline(staff=True)
    if parts & _BODY and first and piece[:1].isupper():
        return Byline(others=[piece])
    return Byline()


def _is_likely_name(piece: str) -> bool:
    return len(piece.split()) >= 2


def _is_outlet(piece: str, outlet: str | None) -> bool:
    own, other = fold(piece), fold(outlet or "")
    if not own or not other:
        return False
    shorter, longer = sorted((own, other), key=len)
    return own == other or (len(shorter) >= 4 and longer.startswith(shorter) and (len(piece.split()) > 1 or "." in piece))


def looks_like_person(words: str, least: int = 2) -> bool:
    """Whether words could be a person's name, by their form: from two to six words with capitals, none of them an organization's."""
    parts = words.split()
    if not least <= len(parts) <= 6 or len(words) > _NAME or parts[0].casefold() in _ARTICLES:
        return False
    capitals = 0
    for at, part in enumerate(parts):
        low = part.casefold().strip(".,")
        if {low, *low.split("-")} & (_DESK | _BODY) or low.endswith((".com", ".org", ".net")):
            return False
        if at and (low in _AFTER or low + "." in _AFTER):
            continue
        if low in _INSIDE and at + 1 < len(parts):
            continue
        if not _WORD.fullmatch(part) or any(c.isdigit() for c in part):
            return False
        # Letters without case, as in Arabic or Chinese, count as capitals do.
        if part[0].islower() and not any(c.isupper() for c in part):
            return False
        capitals += 1
    return capitals >= min(least, 2)


def agency_named(words: str) -> str | None:
    """The usual name of the agency that words name, or None."""
    return _agencies().get(fold(words)) if 0 < len(words) <= _NAME else None


@cache
def _agencies() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in files("sayso.intake.facts").joinpath("agencies.tsv").read_text("utf-8").splitlines():
        name, _, others = line.partition("\t")
        for called in (name, *others.split("|")):
            if called:
                found[fold(called)] = name
    return found
