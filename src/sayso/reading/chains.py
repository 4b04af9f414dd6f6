"""From mouth to page: who a statement came through, and the agencies that an article as a whole is credited to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sayso.models import Link, Span

# Agencies that stand alone in bylines and credits: facts, most of them in Media Bias/Fact Check's list of outlets.
_AGENCIES = frozenset(
    """AP|Associated Press|The Associated Press|AFP|Agence France-Presse|Agence France Presse|UPI|United Press International|Reuters
    Thomson Reuters|DPA|dpa|Deutsche Presse-Agentur|PA|PA Media|Press Association|PTI|Press Trust of India|ANI|Asian News International
    IANS|Bloomberg|TASS|Tass|Itar-Tass|RIA Novosti|RIA|Interfax|Sputnik|EFE|ANSA|Ansa|APA|AAP|Australian Associated Press|CP
    Canadian Press|The Canadian Press|NAN|News Agency of Nigeria|APP|WAM|SPA|Saudi Press Agency|KUNA|QNA|IRNA|ISNA|Xinhua|KCNA|Kyodo
    Kyodo News|Yonhap|VNA|CNA|Bernama|Antara|BNS|PAP|MTI|STT|NTB|TT|AA|Anadolu|Anadolu Agency|SANA|NNA|Ukrinform|Belga|Lusa|Agerpres
    Tanjug|Hina|BBC|CNN|CNN Wire""".replace("\n    ", "|").split("|")
)
_HEAD = 1500  # code points from the start in which a dateline or byline is looked for
_FOOT = 600  # and from the end, for a credit
# "STORHAVN, 4 March (NNA) -", "STORHAVN, March 4. /NNA/.", "STORHAVN, March 4, NNA --"
_DATELINE = re.compile(
    r"^[^\n()/]{0,70}?(?:\((?P<brackets>[^()\n]{2,40})\)\s*[-–—]|/(?P<slashes>[^/\n]{2,40})/\s*[-–—.]"
    r"|\d,\s+(?P<comma>[A-Z]{2,7})\s*(?:[–—]|-+\s))\s*\S",
    re.M,
)
_BYLINE = re.compile(r"^[ \t]*(?:by[ \t]+)?(?:[^\n,|/]{2,60}(?:,|\||/|[ \t]for|[ \t]of)[ \t]*)?(?P<name>[^\n,|/]{2,40})$", re.I | re.M)
_LINE = re.compile(r"^[ \t]*[(\[–—-]?[ \t]*(?P<name>[A-Za-z][\w &-]{1,38})[ \t]*[)\]]?[ \t]*$", re.M)
_ABBREVIATION = re.compile(r"[A-Z]{2,7}")  # of an agency that no list has
# A dateline: the place in capitals, or a month in what stands before the agency.
_DATED = re.compile(r"[A-Z]{3,}|[^(]*\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\b")
_NAME = re.compile(r"(?:[A-Z][\w'’-]*\s?){1,4}")
_CREDIT = re.compile(
    r"(?:(?:with|additional)\s+(?:reporting|files|inputs?)\s+(?:by|from)\s+(?P<with>[^\n.;)]{2,80})"
    r"|(?P<contributed>[A-Z][^\n.;(]{1,60}?)\s+contributed\s+to\s+this\s+(?:report|story|article)"
    r"|^[ \t(\[]*(?:sources?\s*:|©|copyright)\s*(?:\d{4}\s+)?(?P<source>[A-Z][^\n.;)]{1,40}))",
    re.I | re.M,
)


def find_credits(text: str, names_organization: Callable[[Span], bool]) -> list[tuple[str, Span]]:
    """The agencies that an article as a whole is credited to, and where it says so.

    Looked at are datelines ("STORHAVN, 4 March (NNA) -"), bylines, and credits at the foot ("With reporting by AFP").

    Args:
        text: of the article.
        names_organization: whether an organization's name stands at a place, for agencies that no list has.
    """
    found: dict[str, Span] = {}

    def take(name: str, start: int) -> None:
        name = name.strip(" .*\t")
        if name and name not in found:
            at = text.find(name, start)
            found[name] = (at, at + len(name))

    head = text[:_HEAD]
    for match in _DATELINE.finditer(head):
        kind = match.lastgroup
        assert kind is not None
        dated, name = _DATED.match(match[0]) is not None, match[kind].strip()
        if name in _AGENCIES or (dated and (_ABBREVIATION.fullmatch(name) or _NAME.fullmatch(name))):
            take(name, match.start(kind))
            break
    for match in _BYLINE.finditer(head):
        if match.start() and match["name"].strip() in _AGENCIES:
            take(match["name"], match.start("name"))
    foot = max(0, len(text) - _FOOT)
    for match in _CREDIT.finditer(text, foot):
        group = match.lastgroup
        assert group is not None
        for part in re.split(r",\s*|\s+and\s+|\s*/\s*", match[group]):
            name = re.sub(r"^the\s+", "", part.strip(), flags=re.I)
            at = text.find(name, match.start(group))
            if name in _AGENCIES or _ABBREVIATION.fullmatch(name) or (name and names_organization((at, at + len(name)))):
                take(name, match.start(group))
    for match in _LINE.finditer(text, foot):
        if match.start() and match["name"].strip() in _AGENCIES:
            take(match["name"], match.start("name"))
    return list(found.items())


def chain(
    speaker: Link | None, relays: Sequence[Link], outer: Sequence[Link], credits: Sequence[tuple[str, Span]], outlet: str | None
) -> list[Link]:
    """The way from mouth to page.

    Args:
        speaker: its first link; None where nobody is cited.
        relays: of the statement itself, from the speaker outward.
        outer: the chain of the enclosing statement, without its outlet.
        credits: the agencies of the whole article, and where they stand.
        outlet: who printed it.
    """
    links = [speaker] if speaker is not None else []
    passed = [link.model_copy(update={"role": "relay"}) for link in outer]
    for link in [*relays, *passed, *(Link(role="relay", name=name, spans=[span]) for name, span in credits)]:
        if link.name is None or all(link.name.casefold() != (other.name or "").casefold() for other in links):
            links.append(link)
    if outlet is not None:
        links = [link for link in links if link.role == "speaker" or link.name != outlet]
    return [*links, Link(role="outlet", name=outlet)]
