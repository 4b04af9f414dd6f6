"""What stands in an article's text and is no part of the article: calls to subscribe, author boxes, related links, notices.

Every rule judges a line or paragraph by its form as a whole. A line of reporting must never be taken for boilerplate: what holds
a quotation, or speech, or goes on for sentences, stays.
"""

from __future__ import annotations

import re

from sayso.intake.bylines import Byline, looks_like_person, split_byline
from sayso.models import Span

_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_HEAD = 6  # lines from the start, and
_FOOT = 12  # from the end, among which boilerplate is looked for
_SHORT = 220  # code points of a call
_LONG = 700  # of a notice of rights

# Speech, or a mark of quotation that holds more than a title: a line with it is reporting.
_SPEECH = re.compile(r"\b(?:said|says|told|added|asked|announced|warned|according to|tweeted|wrote)\b", re.I)
_QUOTED = re.compile('["“”«»]')

_OBJECT = r"(?:our|the|this|my|your|us|me|for|to|up|now|here|today|a|an|free|daily|weekly|more|all|latest|breaking)"
_CALL = re.compile(
    r"(?:please\s+)?(?:"
    r"subscribe\b(?:\s*$|\s*[!:]|\s+(?:now|here|today|(?:to|for|on|via|with|and|by|us)\s))"
    r"|sign[- ]?up\b(?:\s*$|\s*[!:]|\s+(?:now|here|today|(?:to|for|with|below|and)\s))"
    r"|click\s+(?:here|on\s+the|to|below)\b"
    r"|(?:tap|press)\s+here\b"
    r"|follow\s+(?:us|me|our|him|her|them|@\w+|[A-Z][^.]{1,60}?)\s+(?:on|at|via)\s+(?:twitter|x\b|facebook|instagram|telegram|whatsapp|google|youtube"
    r"|tiktok|threads|bluesky|mastodon|linkedin|social|flipboard|apple)"
    r"|follow\s+(?:us|@\w{2,30})\s*[.!:]?$|like\s+us\s+on\b|find\s+us\s+on\b|join\s+us\s+on\b"
    r"|(?:join|visit|like)\s+(?:our|the)\s[^.]{0,60}(?:channel|page|group|newsletter|app|whatsapp|telegram|facebook)\b"
    r"|(?:like\s+this\s+(?:story|article)|enjoyed\s+this)\b|share\s+(?:this|on|it\s+with|your\s+thoughts|via)\b[^.]{0,60}[.!:]?$"
    r"|(?:get|download|try|install)\s+(?:the|our)\s[^.]{0,60}\bapp\b"
    r"|get\s+(?:the|our|all)\s[^.]{0,90}(?:newsletter|inbox|delivered|alerts|e-?mails?)\b"
    r"|(?:support|help)\s+(?:our|us|independent|quality)\s+[^.]{0,40}(?:journalism|reporting|newsroom|work)\b"
    r"|(?:donate|become\s+a\s+(?:member|subscriber|patron))\b[^.]{0,60}[.!]?$"
    r"|(?:leave|post|add|write|join)\s+(?:a|your|the)\s+(?:comment|reply|conversation|discussion)s?\b"
    r"|(?:view|read|see|show|load)\s+(?:all\s+)?(?:\d+\s+)?comments?\b|comments?\s*[:(]?\s*\d{0,6}\)?$"
    r"|do\s+you\s+have\s+(?:a|any)\s+(?:news\s+)?(?:tip|story|information)\b|have\s+a\s+(?:news\s+)?(?:tip|story)\b|(?:send|email)\s+(?:us\s+)?(?:your|a|any)\s+(?:news\s+)?tips?\b"
    r"|(?:to\s+)?(?:contact|reach|e-?mail)\s+(?:the\s+)?(?:author|reporter|writer|editor|newsroom|us)\b"
    r"|(?:want|looking\s+for)\s+more\s[^.]{0,60}\?\s*(?:sign|subscribe|click|follow|get)"
    r"|for\s+more\s+(?:news|stories|information|updates|on)\b[^.]{0,80}(?:click|visit|follow|subscribe|sign\s+up|download)"
    r")",
    re.I,
)
_LABEL = re.compile(
    r"(?:"
    r"(?:read|see|find\s+out|learn|watch|listen)\s+(?:more|also|next|now|this)\s*(?:[:|>»→-].{0,200})?$"
    r"|(?:also|must)\s+(?:read|see|watch)\s*(?:[:|>»-].{0,200})?$|see\s+also\s*:.{0,200}$|also\s+on\s+[\w.]{3,40}\b[^.!?]{0,200}$"
    r"|related(?:\s+(?:stories|articles?|news|content|links?|posts?|coverage|topics?|reading|video|videos))?\s*(?::.{0,200})?$"
    r"|recommended(?:\s+(?:stories|for\s+you|reading|articles?|videos?))?\s*(?::.{0,200})?$"
    r"|more\s+(?:from|on|about)\s+(?!our\b|my\b)[^.!?,:]{1,40}(?::.{0,160})?$|more\s+(?:stories|news|coverage|articles)(?:\s+(?:from|on|by)\s[^.!?]{1,60})?\s*(?::.{0,160})?$"
    r"|(?:most|more)\s+(?:read|popular|viewed|shared|watched)(?:\s+(?:stories|articles|in\s.{1,40}))?\s*:?$"
    r"|(?:trending|top\s+stories|latest\s+(?:news|stories|headlines)|editor['’]s\s+picks?|you\s+(?:may|might)\s+(?:also\s+)?like|don['’]t\s+miss|up\s+next"
    r"|what\s+to\s+read\s+next|in\s+case\s+you\s+missed\s+it|explore\s+(?:more|further|related\s.{0,30}))(?:\s+now)?\s*:?$"
    r"|(?:advertisement|advertising|sponsored(?:\s+content)?|promoted|article\s+content|story\s+continues(?:\s+below)?(?:\s+(?:advertisement|ad))?"
    r"|article\s+continues\s+(?:below|after)(?:\s+(?:this\s+)?(?:advertisement|ad))?|continue\s+reading(?:\s+below)?|loading|loading\.\.\.|load\s+more|back\s+to\s+top"
    r"|share|tweet|print|e-?mail|save|copy\s+link|share\s+(?:this\s+)?(?:article|story)|tags?|topics?|filed\s+under|newsletters?|comments?)\s*(?:[:.…]|\.{3})?$"
    r"|(?:tags|topics|filed\s+under|keywords)\s*:\s*[^.]{1,200}$"
    r")",
    re.I,
)
_NOTICE = re.compile(
    r"(?:"
    r"(?:we|this\s+(?:site|website|page))\s+(?:and\s+our\s+partners\s+)?uses?\s+cookies\b|(?:accept|manage|reject)\s+(?:all\s+)?cookies\b"
    r"|by\s+(?:continuing\s+to\s+(?:use|browse)|using\s+this\s+(?:site|website)|clicking|signing\s+up|subscribing|submitting)\b[^.]{0,120}(?:agree|accept|consent)"
    r"|(?:cookie|privacy)\s+(?:policy|notice|settings|preferences)\s*\.?$|terms\s+(?:of\s+(?:use|service)|and\s+conditions)\s*\.?$"
    r"|(?:©|\(c\)\s|copyright\s+(?:©|\(c\)|\d{4}))"
    r"|all\s+rights\s+reserved\b"
    r"|this\s+(?:material|article|story|content)\s+(?:may|must|can)\s+not\s+be\s+(?:published|reproduced|republished|broadcast|copied)\b"
    r"|(?:this|the)\s+(?:article|story|post|piece|report|column)\s+(?:was|is|has\s+been|originally|first)\s+(?:originally\s+|first\s+)?(?:published|appeared|republished|syndicated)\b"
    r"|(?:we|the\s+site|[A-Z][\w ]{1,30})\s+may\s+(?:earn|receive|get)\s+(?:an?\s+)?(?:small\s+)?(?:affiliate\s+)?commission\b"
    r"|if\s+you\s+(?:buy|purchase)\s+(?:something|an\s+item|through|via)\b[^.]{0,120}(?:commission|share\s+of\s+the\s+sale)"
    r"|this\s+(?:article|story|post)\s+(?:may\s+)?contains?\s+affiliate\s+links\b"
    r")",
    re.I,
)
_RIGHTS = re.compile(r"\ball rights reserved\b|\bmay not be (?:published|reproduced|republished), |^(?:©|copyright (?:©|\d{4}))", re.I)
_CAPTION = re.compile(
    r"(?:\(?(?:file\s+)?(?:photo|photograph|image|picture|video|graphic|illustration)s?\s*(?:credit|courtesy|by|via|from)?\s*[:/|]\s*[^.]{2,80}\)?\.?$"
    r"|\(?(?:photo|image|picture)s?\s+(?:credit|courtesy|by|via)\s[^.]{2,80}\)?\.?$"
    r"|[^.!?]{0,60}\b(?:getty\s+images|ap\s+photo|afp\s+via\s+getty|shutterstock|istock|alamy(?:\s+stock\s+photo)?|epa-efe"
    r"|reuters/[A-Z][\w .-]{2,40})(?:[/|][\w .-]{1,40})?\)?\.?$)",
    re.I,
)
# Calls that end or stand within what is said before them.
_ASKED = re.compile(
    r"\bclick\s+here\b[^.]{0,60}\.?$|\b(?:sign\s+up|subscribe)\b[^.]{0,80}\b(?:newsletter|inbox|e-?mail\s+alerts)\b|\bnewsletter\b[^.]{0,80}\b(?:sign\s+up|inbox)\b",
    re.I,
)
_STAMP = re.compile(
    r"(?:first\s+|last\s+|originally\s+)?(?:published|updated|posted|modified)\b\s*(?:on|at|:)?\s*[^!?]{0,60}\d"
    r"(?:\s*[ap]\.?m\.?)?(?:\s*[A-Z]{2,4})?\.?$",
    re.I,
)
_SEPARATOR = re.compile(r"[\W_]+$")

# Author boxes. The role names the author where it is one of the first.
_BOX = re.compile(
    r"(?:(?P<author>(?:the\s+)?author(?:['’`´‘]?s?)(?:['’`´‘]?s?\s+names?)?|written\s+by|words\s+by|text(?:\s+by)?|story\s+by|report(?:ed)?\s+by|reporter"
    r"|writer|by|posted\s+by|published\s+by)"
    r"|(?P<other>(?:copy\s+|managing\s+|web\s+|news\s+)?edit(?:or|ed\s+by|ing(?:\s+by)?)|(?:photo(?:s|graph(?:s|er|y))?|video"
    r"|illustrations?|graphics?|translat(?:ed|or|ion))(?:\s+by)?"
    r"|produced\s+by|producer|fact[- ]check(?:ed|er)?(?:\s+by)?))"
    r"\s*(?::|[-–—]|(?=\s))\s*(?P<names>[^\n]{3,120})$",
    re.I,
)
_SIGNED = re.compile(
    r"\(?(?:additional\s+|extra\s+)?(?:reporting|writing|research)\s+(?:and\s+\w+\s+)?by\s+(?P<names>[^\n;.()]{3,160})"
    r"(?:[;.]\s*(?:additional|extra|writing|editing|reporting|research|compiled)\b[^\n]{0,300})?\)?\.?$"
    r"|\(?edit(?:ing|ed)\s+by\s+[A-Z][^\n;.()]{3,120}\)?\.?$",
    re.I,
)
_CONTRIBUTED = re.compile(
    r"[^\n!?]{5,300}\bcontributed\s+(?:reporting\b[^\n]{0,60}"
    r"|(?:additional\s+reporting\s+)?to\s+this\s+(?:report|story|article|piece)\b[^\n]{0,60})$",
    re.I,
)
_ABOUT = re.compile(
    r"(?P<name>(?:[A-Z][\w.'’-]*\s+){1,3}[A-Z][\w.'’-]*)(?:,\s[^,\n]{2,60},)?\s+(?:is|was)\s+"
    r"(?:an?|the|our|[A-Z][\w.’' ]{1,40}(?:['’]s))\s+"
    r"(?:[\w,/&’'-]+\s+){0,8}?"
    r"(?:reporter|journalist|correspondent|editor|columnist|writer|contributor|producer|intern|freelancer|blogger|critic|fellow)\b(?P<rest>[^\n]{0,400})$"
    r"|(?P<name2>(?:[A-Z][\w.'’-]*\s+){1,3}[A-Z][\w.'’-]*)\s+(?:covers|writes\s+about|writes\s+for|reports\s+on|reports\s+for)\s[^\n]{3,300}$"
)
_WAY = re.compile(
    r"@|\b(?:twitter|follow|e-?mail|reach(?:ed)?|contact|based in|covers|writes|covering|author of|for the|at the|joined|previously"
    r"|for\s+[A-Z]|at\s+[A-Z])\b"
)
_CONTACT = re.compile(r"[^\n]{0,160}?(?:[\w.+-]{1,64}@[\w-]{1,60}\.[\w.]{2,20}|twitter:?\s*@\w{2,30})[^\n]{0,80}$", re.I)
_REACH = re.compile(r"\b(?:e-?mail|contact|reach|follow|twitter|tips?|call|write\s+to)\b|^[\w.+-]{1,64}@|^\W*@", re.I)


def is_call(line: str) -> bool:
    """Whether a whole line asks its reader to subscribe, follow, share, download, or read something else, or is a label or a notice.

    Args:
        line: one line or paragraph, of any length.
    """
    line = line.strip(" \t\xa0*•·>»|→-–—[]")
    if not line or len(line) > _LONG:
        return False
    if _NOTICE.match(line) or (_RIGHTS.search(line) and not _QUOTED.search(line)):
        return not _SPEECH.search(line)
    if len(line) > _SHORT:
        return False
    if _LABEL.match(line) or (len(line) <= 90 and _STAMP.match(line)):
        return True
    return bool(_CALL.match(line) or _ASKED.search(line)) and not _SPEECH.search(line) and not _QUOTED.search(line)


def is_caption(line: str) -> bool:
    """Whether a whole line is the credit of a picture."""
    return len(line) <= _SHORT and bool(_CAPTION.match(line.strip())) and not _SPEECH.search(line) and not _QUOTED.search(line)


def is_separator(line: str) -> bool:
    """Whether a line has marks and no word."""
    return len(line) <= _SHORT and bool(_SEPARATOR.match(line))


def read_author_box(line: str) -> Byline | None:
    """Whom a line at an article's foot names as those who made it; None if it is no such line.

    Args:
        line: "Author's name: Ada Venn", "Editing by Tom Osei", "Ada Venn is a reporter for the Post. Follow her @adavenn".
    """
    line = line.strip(" \t\xa0*•·_–—-|")
    if not 4 < len(line) <= _LONG or _SPEECH.search(line) or _QUOTED.search(line):
        return None
    if match := _BOX.match(line):
        names = match["names"].strip(" .()")
        found = split_byline(names)
        if _only_names(names, found):
            return found if match["author"] else Byline(staff=True)
    if match := _SIGNED.match(line):
        found = split_byline(match["names"] or "")
        return found if found.people or match["names"] is None else None
    if _CONTRIBUTED.match(line):
        return Byline(staff=True)
    if (match := _ABOUT.match(line)) and _WAY.search(match["rest"] or "follow"):
        name = match["name"] or match["name2"]
        if looks_like_person(name):
            return Byline(people=[name])
    if len(line) <= _SHORT and _CONTACT.match(line) and _REACH.search(line):
        return Byline(staff=True)
    return None


def _only_names(words: str, found: Byline) -> bool:
    """Whether words are names and nothing else, so that a sentence that begins like a byline isn't taken for one."""
    kept = sum(len(name) for name in (*found.people, *found.others))
    return bool(found.people) and (kept >= 0.75 * len(words) or (len(found.people) == 1 and len(words) <= kept + 40 and "," in words))


def read_head_byline(line: str) -> Byline | None:
    """Whom a line at an article's head names as its authors: "By ADA VENN, Associated Press"; None if it is no byline."""
    line = line.strip(" \t\xa0*•·_–—-|")
    if not re.match(r"(?:(?:written|posted|reported|story)\s+)?by[\s:]", line, re.I) or len(line) > _SHORT or _SPEECH.search(line):
        return None
    if line.endswith((".", "?", "!")) and len(line.split()) > 8:
        return None
    found = split_byline(line)
    words = re.split(r"[|•·]", re.sub(r"^\s*(?:\w+\s+)?by[\s:]+", "", line, flags=re.I))[0]
    names = (*found.people, *found.others)
    return (
        found
        if names and words.lstrip().casefold().startswith(names[0].casefold()) and _only_names(words.strip(), found)
        else (found if found.others and not found.people and len(words.split()) <= 5 else None)
    )


def find_boilerplate(text: str) -> tuple[list[Span], list[str]]:
    """Lines at the head and foot of a plain text that are no part of the article, and the authors that they name.

    Returns:
        Spans in code points, half-open, in order, each of a line without the white space around it; and authors, people only.
    """
    lines = [m.span() for m in _LINE.finditer(text) if not m[0].isspace()]
    spans: list[Span] = []
    authors = Byline()
    foot = max(len(lines) - _FOOT, 0)
    # From the end upward, while there is nothing but boilerplate: one line of the article ends it.
    last = len(lines)
    for index in range(len(lines) - 1, max(foot, 1) - 1, -1):
        line = text[slice(*lines[index])]
        box = read_author_box(line)
        if box is None and not (is_call(line) or is_caption(line) or is_separator(line)):
            break
        last = index
        if box is not None:
            box.add(authors)
            authors = box
        spans.append(_trim(text, lines[index]))
    for index in range(min(_HEAD, last)):
        line = text[slice(*lines[index])]
        byline = read_head_byline(line)
        if byline is not None:
            authors = byline if byline.people else authors
        elif not (is_call(line) or is_caption(line)):
            continue
        spans.append(_trim(text, lines[index]))
    # Between head and foot only what can be nothing else.
    for index in range(_HEAD, last):
        line = text[slice(*lines[index])]
        if len(line) <= _SHORT and is_call(line):
            spans.append(_trim(text, lines[index]))
    return sorted(spans), authors.people


def _trim(text: str, span: tuple[int, int]) -> Span:
    line = text[slice(*span)]
    return (span[0] + len(line) - len(line.lstrip()), span[1] - len(line) + len(line.rstrip()))
