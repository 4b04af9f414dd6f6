"""What a page says about itself: title, outlet, authors, dates, language, address.

Looked for in this order: JSON-LD of schema.org, OpenGraph, other meta tags, then the page as a reader sees it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from sayso.intake.bylines import Byline, agency_named, fold, split_byline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST = 1000  # code points of a title, a name or an address
_SCRIPTS = 50  # of JSON-LD that are looked at
_SCRIPT = 2_000_000  # code points of one of them
_NODES = 20_000  # of JSON-LD
# The first page of the web is of 6 August 1991; an article's date before it is one of print, or none.
_FIRST = date(1991, 8, 6)
_SLACK = timedelta(days=1)  # clocks and time zones

_ARTICLE = re.compile(
    r"(?:\w*NewsArticle|Article|BlogPosting|LiveBlogPosting|Report|TechArticle|ScholarlyArticle|SocialMediaPosting|MedicalScholarlyArticle"
    r"|OpinionArticle|AnalysisArticle|ReviewArticle|AdvertiserContentArticle|SatiricalArticle|ClaimReview|Review)$"
)
_PAGE = re.compile(r"(?:WebPage|ItemPage|NewsArticlePage|CollectionPage)$")

_TITLES = ("og:title", "sailthru.title", "parsely-title", "dc.title", "dcterms.title", "twitter:title", "headline", "title")
_OUTLETS = ("og:site_name", "application-name", "apple-mobile-web-app-title", "dc.publisher", "dcterms.publisher", "publisher", "copyright")
_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "byl", "byline", "dc.creator", "dcterms.creator",
    "dc.contributor", "cxenseparse:author", "article:author_name", "authors", "creator",
)  # fmt: skip
_PUBLISHED = (
    "article:published_time", "article_published_time", "og:published_time", "parsely-pub-date", "sailthru.date", "datepublished",
    "article.published", "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date", "dcterms.created", "dc.date.created", "pubdate",
    "publishdate", "publish-date", "publish_date", "published_at", "publication_date", "cxenseparse:publishtime", "datecreated", "date",
    "displaydate", "rnews:datepublished", "article.created", "ptime", "pdate", "originalpublicationdate", "dateposted", "published-date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "article_modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "last_updated_date", "last-modified", "lastmod", "article.updated", "cxenseparse:modified_time", "updated_at", "rnews:datemodified",
)  # fmt: skip
_APART_WORDS = "br p div li dd dt td th h1 h2 h3 h4 h5 h6 time"
_APART = frozenset(_APART_WORDS.split())
# Systems that pages are made with, which give their own names.
_SYSTEMS = frozenset({"blogger", "wordpress", "wordpresscom", "squarespace", "wix", "wixcom", "tumblr", "medium", "substack", "joomla"})
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:by-?line|author|authors|writer|contributor|reporter)s?(?:$|[\s_-])", re.I)
_NAME_CLASS = re.compile(r"author[-_]?(?:name|link)|byline[-_]?name", re.I)
_BESIDE = re.compile(r"related|recommend|comment|sidebar|trending|popular|promo", re.I)
_BYLINE_XPATH = (
    "//*[self::a or self::span or self::p or self::div or self::address or self::li or self::cite or self::h3 or self::h4]"
    "[contains(@class, 'yline') or contains(@class, 'uthor') or contains(@rel, 'author') or contains(@itemprop, 'author')]"
)
_ADDRESS_DATE = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2}|[a-z]{3})[/-](\d{1,2})(?=[/-]|$)", re.I)
_MONTHS_WORDS = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: at for at, name in enumerate(_MONTHS_WORDS.split(), 1)}
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "bst": 60, "ist": 330, "cet": 60, "cest": 120, "eet": 120, "eest": 180, "msk": 180, "est": -300,
    "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "et": -300, "aest": 600, "aedt": 660,
    "jst": 540, "sgt": 480, "hkt": 480, "wat": 60, "eat": 180, "sast": 120, "nzst": 720, "nzdt": 780,
}  # fmt: skip
_ISO = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?\s*([AaPp][Mm])?\s*"
    r"(Z|[+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Za-z]{2,4})?)?", re.A
)  # fmt: skip
_WORDED = re.compile(
    r"(?:(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s+(?P<month2>[a-z]{3,9}))(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
    r"(?:[\s,|–—-]{1,4}(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>[a-z]{1,4}\b)?)?",
    re.I | re.A,
)  # fmt: skip


@dataclass
class About:
    """What a page says about itself; dates as ISO 8601.

    Attributes:
        titles: every title that the page shows or gives, the chosen one among them.
        body: the article's text as JSON-LD has it, if it does.
    """

    title: str | None = None
    outlet: str | None = None
    authors: list[str] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    url: str | None = None
    titles: list[str] = field(default_factory=list)
    body: str | None = None
    warnings: list[str] = field(default_factory=list)


def read_about(tree: HtmlElement, *, url: str | None = None, fetched: str | None = None, now: datetime | None = None) -> About:
    """What a page says about itself.

    Args:
        tree: the page, with its scripts.
        url: where it was fetched.
        fetched: when, ISO 8601: no date after it is believed.
        now: stands for it where it isn't given; the present if left out.
    """
    meta = _metas(tree)
    nodes = list(_linked_data(tree))
    about = About()
    about.url = _address(tree, meta, url)
    heads = [_clean(_text(h)) for h in tree.iter("h1")][:20]
    found = _articles(nodes, {fold(t) for t in (*_values(meta, _TITLES), *heads) if t}, about.url or url)
    articles, pages = found[:1], [node for node in nodes if _is(node, _PAGE)]
    named = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and "name" in node}
    about.body = _clean_body(next((n["articleBody"] for n in articles if isinstance(n.get("articleBody"), str)), None))
    about.outlet = _outlet(tree, meta, articles, pages, nodes, named, _host(about.url or url))
    _set_title(about, tree, meta, articles, heads)
    byline = _authors(tree, meta, articles, named, about.outlet)
    about.authors, about.credits = byline.people, byline.others
    publishers = [agency_named(_string(node.get("publisher"))) for node in articles]
    byline.add(Byline(others=[name for name in publishers if name and agency_named(about.outlet or "") != name]))
    limit = parse_date(fetched or "") or (now or datetime.now(UTC)).isoformat()
    _set_dates(about, tree, meta, [*articles, *pages], limit, url)
    about.language = _language(tree, meta, articles)
    return about


def _path(url: str | None) -> str:
    try:
        return urlsplit(url or "").path.rstrip("/")
    except ValueError:
        return ""


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").lower()
    except ValueError:
        return ""


# JSON-LD


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD that has a type, outer ones first."""
    left = _NODES
    scripts = (s for s in tree.iter("script") if "ld+json" in (s.get("type") or "").lower())
    for script, _ in zip(scripts, range(_SCRIPTS), strict=False):
        queue: list[Any] = [_load(script.text or "")]
        while queue and left > 0:
            left -= 1
            one = queue.pop(0) if len(queue) < 100 else queue.pop()
            if isinstance(one, list):
                queue += one[:1000]
            elif isinstance(one, dict):
                if "@type" in one or "name" in one:
                    yield one
                queue += [value for value in one.values() if isinstance(value, (dict, list))]


def _load(words: str) -> Any:
    """JSON as pages have it: in comments, with a semicolon after it, with line feeds in strings, with entities."""
    if len(words) > _SCRIPT:
        return None
    words = words.strip().removeprefix("<!--").removeprefix("//<![CDATA[").removeprefix("<![CDATA[").strip()
    words = words.removesuffix("-->").removesuffix("//]]>").removesuffix("]]>").rstrip("; \n\t\r")
    for attempt in (words, html.unescape(words) if "&quot;" in words else "", re.sub(r",(\s{0,50}[}\]])", r"\1", words)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _is(node: dict[str, Any], kind: re.Pattern[str]) -> bool:
    types = node.get("@type")
    return any(isinstance(t, str) and kind.match(t.rsplit("/", 1)[-1]) for t in (types if isinstance(types, list) else [types]))


def _articles(nodes: list[dict[str, Any]], titles: set[str], url: str | None) -> list[dict[str, Any]]:
    """The objects that may be the page's article, best first: of this address, with a title that the page shows."""
    found = [node for node in nodes if _is(node, _ARTICLE) and ("headline" in node or "datePublished" in node or "author" in node)]
    path = _path(url)

    def rank(node: dict[str, Any]) -> tuple[bool, bool, bool]:
        page = node.get("mainEntityOfPage")
        places = [node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, dict) else page]
        here = bool(path) and any(isinstance(p, str) and p.split("#")[0].split("?")[0].rstrip("/").endswith(path) for p in places)
        title = fold(_string(node.get("headline"))) in titles
        return not (here or title), not title, "datePublished" not in node

    return sorted(found, key=rank)


def _string(value: Any) -> str:
    """The first string of a JSON-LD value: a name, a list of them, or {"@value": ...}."""
    for _ in range(4):
        if isinstance(value, list) and value:
            value = value[0]
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or value.get("headline")
        else:
            break
    return _clean(value) if isinstance(value, str) else ""


# Title and outlet


def _clean(words: str) -> str:
    words = words[: 4 * _LONGEST]
    if "&" in words and ";" in words:
        words = html.unescape(words)
    if "<" in words:
        words = re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", words)
    return " ".join(words.split())[:_LONGEST]


def _clean_body(words: Any) -> str | None:
    if not isinstance(words, str):
        return None
    words = html.unescape(words) if "&" in words else words
    return re.sub(r"</?[a-zA-Z][^<>]{0,500}>", " ", words).strip() or None


def _text(element: HtmlElement) -> str:
    """The words of an element, but for scripts in it."""
    pieces: list[str] = []
    left = 4 * _LONGEST
    for part in element.iter():
        silent = not isinstance(part.tag, str) or part.tag in ("script", "style")
        apart = " " if part.tag in _APART else ""
        for words in (apart, "" if silent else part.text or "", apart, "" if part is element else part.tail or ""):
            pieces.append(words[:left])
            left -= len(pieces[-1])
        if left <= 0:
            break
    return " ".join("".join(pieces).split())


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    """Contents of meta tags and of elements with an ``itemprop``, by name in small letters."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = element.get("content")
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(key)
            if name and content and content.strip():
                found.setdefault(name.strip().lower(), []).append(content.strip()[: 4 * _LONGEST])
    return found


def _values(meta: dict[str, list[str]], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for value in meta.get(name, ())[:20]:
            yield _clean(value)


def _set_title(about: About, tree: HtmlElement, meta: dict[str, list[str]], articles: list[dict[str, Any]], heads: list[str]) -> None:
    linked = [_string(node.get("headline") or node.get("name")) for node in articles]
    metas = list(_values(meta, _TITLES))
    element = next(tree.iter("title"), None)
    own = _clean(_text(element)) if element is not None else ""
    shown = heads if len(heads) == 1 else [h for h in heads if any(fold(h) and fold(h) in fold(t) for t in (*linked, *metas, own))]
    # What readers see as the heading, where the page also gives it as its title: JSON-LD often has one made for search engines.
    given = {fold(cut_outlet(title, about.outlet)) for title in (*linked, *metas)}
    order = [*(head for head in heads if fold(head) in given), *linked, *metas, *shown, own, *heads]
    about.titles = [title for title in dict.fromkeys(cut_outlet(t, about.outlet) for t in (*order, *heads)) if title]
    about.title = about.titles[0] if about.titles else None
    # A headline that JSON-LD cuts off is whole elsewhere.
    if about.title and about.title.endswith(("...", "…")):
        begun = fold(about.title.rstrip(".… "))
        about.title = next((t for t in about.titles if begun and fold(t).startswith(begun) and not t.endswith(("...", "…"))), about.title)


def cut_outlet(title: str, outlet: str | None) -> str:
    """A title without the outlet's name at its end or start: "Rain ends | The Northern Post" gives "Rain ends"."""
    parts = re.split(r"(\s+[|·•»—–-]\s+|\s+::\s+|\s\|\s?)", title)
    own = fold(outlet or "")
    while len(parts) > 2 and own and _like(fold(parts[-1]), own):
        parts = parts[:-2]
    while len(parts) > 2 and own and _like(fold(parts[0]), own):
        parts = parts[2:]
    return "".join(parts).strip()


def _like(one: str, other: str) -> bool:
    if not one or not other:
        return False
    trim = re.compile(r"(?:com|org|net|couk|news|online)$")
    return one == other or trim.sub("", one) == trim.sub("", other)


def _outlet(
    tree: HtmlElement, meta: dict[str, list[str]], articles: list[dict[str, Any]], pages: list[dict[str, Any]],
    nodes: list[dict[str, Any]], named: dict[str, dict[str, Any]], host: str,
) -> str | None:  # fmt: skip
    names: list[str] = []
    for node in (*articles, *pages):
        for key in ("publisher", "sourceOrganization"):
            value = node.get(key)
            value = value[0] if isinstance(value, list) and value else value
            if isinstance(value, dict) and "name" not in value:
                value = named.get(str(value.get("@id")), value)
            names.append(_string(value))
    names += [*_values(meta, ("og:site_name",))]
    names += [_string(node) for node in nodes if _is(node, re.compile(r"(?:NewsMediaOrganization|WebSite)$"))][:1]
    names += [*_values(meta, _OUTLETS[1:])]
    names = [re.sub(r"^(?:©|\(c\)|copyright)\s*(?:\d{4})?\s*", "", name, flags=re.I).strip(" @") for name in names]
    names = [name for name in names if 0 < len(name) <= 80 and "://" not in name and any(c.isalpha() for c in name)]
    names = [name for name in names if fold(name) not in _SYSTEMS]
    # An agency that is given for the publisher on another's site made the article, and didn't print it.
    names.sort(key=lambda name: agency_named(name) is not None)
    if not names:
        names = _outlet_in_title(tree, host)
    return names[0].removeprefix("www.") if names else None


def _outlet_in_title(tree: HtmlElement, host: str) -> list[str]:
    """The end of the title where it fits the site's name: "Rain ends - The Northern Post" on northernpost.example."""
    element = next(tree.iter("title"), None)
    parts = re.split(r"\s+[|·•»—–-]\s+", _clean(_text(element))) if element is not None else []
    found = []
    for name in parts[:0:-1]:
        letters = iter(fold(name))
        for label in host.split(".")[:-1]:
            begun = label.replace("-", "").removeprefix("the")
            if len(label) > 3 and len(name) <= 60 and all(c in letters for c in begun):
                found.append(name)
            letters = iter(fold(name))
    return found


# Authors


def _authors(
    tree: HtmlElement, meta: dict[str, list[str]], articles: list[dict[str, Any]], named: dict[str, dict[str, Any]], outlet: str | None
) -> Byline:
    """From the first place that names a person; organizations that were named before it are kept."""
    found = Byline()
    for node in articles:
        for key in ("author", "creator"):
            for words, organization in _named_authors(node.get(key), named):
                one = split_byline(words, outlet=outlet)
                if organization and one.people:
                    one.others, one.people = [*one.people, *one.others], []
                found.add(one)
            if found.people:
                return found
    for name in _AUTHORS:
        for value in meta.get(name, ())[:20]:
            found.add(split_byline(_clean(value), outlet=outlet))
        if found.people:
            return found
    # Where an agency or the staff is named and nobody else, the page's own byline may still name somebody.
    shown = _shown_byline(tree, outlet)
    if shown.people or not (found.others or found.staff):
        found.add(shown)
    return found


def _named_authors(value: Any, named: dict[str, dict[str, Any]]) -> Iterator[tuple[str, bool]]:
    """Each author of JSON-LD, and whether it is said to be an organization alone."""
    for one in (value if isinstance(value, list) else [value])[:50]:
        if isinstance(one, str):
            yield _clean(one), False
        elif isinstance(one, dict):
            whole = one if "name" in one else named.get(str(one.get("@id")), one)
            types = whole.get("@type")
            types = types if isinstance(types, list) else [types]
            alone = "Person" not in types and any(isinstance(t, str) and t.endswith("Organization") for t in types)
            names = whole.get("name")
            for name in (names if isinstance(names, list) else [names])[:50]:
                if isinstance(name, str):
                    yield _clean(name), alone


def _shown_byline(tree: HtmlElement, outlet: str | None) -> Byline:
    """From elements that are marked as a byline: links to authors first, then short lines that begin with "By"."""
    found = Byline()
    marked = [e for e in tree.xpath(_BYLINE_XPATH)[:300] if not _is_aside(e)]
    for wanted in (_is_author_link, _is_author_name, _is_byline):
        for element in marked:
            if wanted(element):
                words = _text(element)
                if 2 < len(words) <= 150:
                    found.add(split_byline(words, outlet=outlet))
            if len(found.people) >= 10:
                break
        if found.people:
            return found
    return found


def _is_aside(element: HtmlElement) -> bool:
    for at, above in enumerate(element.iterancestors()):
        words = f"{above.get('class') or ''} {above.get('id') or ''}"
        if above.tag in ("aside", "footer", "nav", "form") or _BESIDE.search(words):
            return True
        if at > 30:
            break
    return False


def _is_author_link(element: HtmlElement) -> bool:
    return "author" in (element.get("rel") or "").split() or (element.get("itemprop") == "author" and element.tag == "a")


def _is_author_name(element: HtmlElement) -> bool:
    return element.get("itemprop") == "author" or (
        element.tag in ("a", "span", "cite") and bool(_NAME_CLASS.search(element.get("class") or ""))
    )


def _is_byline(element: HtmlElement) -> bool:
    return bool(_BYLINE_CLASS.search(element.get("class") or ""))


# Dates


def parse_date(words: str) -> str | None:
    """A date as pages write it, as ISO 8601: with its time and offset where they are given, else the day alone.

    What may be read in two ways, as 03/04/2031, is none.
    """
    words = words.strip()[:80]
    if match := _ISO.match(words):
        year, month, day, hour, minute, second, half, zone = match.groups()
        rest = words[match.end() :]
        if not rest or not (rest[0].isalnum() and hour is None):
            return _iso(int(year), int(month), int(day), hour, minute, second, half, zone)
    if words.isascii() and words.isdigit() and len(words) in (10, 13):
        try:
            return datetime.fromtimestamp(int(words) / (1000 if len(words) == 13 else 1), UTC).isoformat()
        except (ValueError, OverflowError, OSError):
            return None
    if match := _WORDED.search(words):
        name = (match["month"] or match["month2"])[:3].casefold()
        if name in _MONTHS:
            day = match["day"] or match["day2"]
            return _iso(int(match["year"]), _MONTHS[name], int(day), match["hour"], match["minute"], None, match["half"], match["zone"])
    try:
        return parsedate_to_datetime(words).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso(
    year: int, month: int, day: int, hour: str | None, minute: str | None, second: str | None, half: str | None, zone: str | None
) -> str | None:
    try:
        if hour is None:
            return date(year, month, day).isoformat()
        number = int(hour)
        if half:
            number = number % 12 + (12 if half[0] in "pP" else 0)
        moment = datetime(year, month, day, number, int(minute or 0), min(int(second or 0), 59), tzinfo=_zone(zone))
        return moment.isoformat()
    except ValueError:
        return None


def _zone(words: str | None) -> timezone | None:
    if not words:
        return None
    if words[0] in "+-":
        digits = words[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        return timezone((-1 if words[0] == "-" else 1) * timedelta(minutes=minutes)) if minutes < 24 * 60 else None
    offset = _ZONES.get(words.casefold())
    return None if offset is None else timezone(timedelta(minutes=offset))


def _set_dates(
    about: About, tree: HtmlElement, meta: dict[str, list[str]], nodes: list[dict[str, Any]], limit: str, url: str | None
) -> None:
    last = datetime.fromisoformat(limit).replace(tzinfo=None) + _SLACK

    def believed(words: str, what: str) -> str | None:
        moment = parse_date(words)
        if moment is None:
            return None
        day = datetime.fromisoformat(moment).replace(tzinfo=None)
        if day > last:
            warning = f"{what} {moment} not believed: it lies after the page was fetched"
        elif day.date() < _FIRST:
            warning = f"{what} {moment} not believed: it lies before there was a web"
        else:
            return moment
        if warning not in about.warnings and len(about.warnings) < 10:
            about.warnings.append(warning)
        return None

    def first(values: Iterable[str], what: str) -> str | None:
        return next((moment for value in values if value and (moment := believed(value, what))), None)

    published = [_string(node.get(key)) for key in ("datePublished",) for node in nodes]
    about.published = first([*published, *_values(meta, _PUBLISHED), *_shown_dates(tree)], "date of publication")
    there = _date_in_address(about.url or url or "")
    if about.published is None and there is not None:
        about.published = believed(there, "date in the address")
    if about.published is None:
        created = [_string(node.get("dateCreated")) for node in nodes]
        about.published = first(created, "date of creation") or _guess_date(tree, last)
        if about.published is not None:
            about.warnings.append(f"date of publication {about.published} taken from the page's words, so that it is doubtful")
    elif there is not None and abs(_day(about.published) - _day(there)) > timedelta(days=3):
        about.warnings.append(f"published {about.published[:10]} as the page says, but its address says {there}")
    modified = [_string(node.get("dateModified")) for node in nodes]
    about.modified = first([*modified, *_values(meta, _MODIFIED)], "date of change")


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).date()


def _shown_dates(tree: HtmlElement) -> Iterator[str]:
    for element in tree.xpath("//*[@itemprop='datePublished' or @pubdate or @property='datePublished']")[:20]:
        yield element.get("datetime") or element.get("content") or _text(element)
    times = [e for e in tree.xpath("//time")[:50] if not _is_aside(e)]
    marked = [e for e in times if re.search(r"publish|post|entry|date|created", f"{e.get('class')} {e.get('itemprop')}", re.I)]
    for element in (*marked, *times[:3]):
        yield element.get("datetime") or element.get("data-datetime") or _text(element)


def _date_in_address(url: str) -> str | None:
    match = _ADDRESS_DATE.search(_path(url) + "/")
    if match is None:
        return None
    month = _MONTHS.get(match[2].lower()) or (int(match[2]) if match[2].isdigit() else 0)
    return _iso(int(match[1]), month, int(match[3]), None, None, None, None, None)


def _guess_date(tree: HtmlElement, last: datetime) -> str | None:
    """What htmldate makes of the page's words, by its sure rules alone."""
    from copy import deepcopy

    from htmldate import find_date

    if sum(1 for _ in tree.iter()) > 20_000:
        return None
    try:
        found: str | None = find_date(
            deepcopy(tree), extensive_search=False, original_date=True, min_date=_FIRST.isoformat(), max_date=last.date().isoformat()
        )
        return found
    except Exception:  # a library's fault on a strange page is no reason to lose the page
        return None


# Language and address


def _language(tree: HtmlElement, meta: dict[str, list[str]], articles: list[dict[str, Any]]) -> str | None:
    own = [tree.get("lang") or "", tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "", tree.get("xml:lang") or ""]
    linked = [_string(node.get("inLanguage")) for node in articles]
    three = {"eng": "en", "fra": "fr", "deu": "de", "ger": "de", "spa": "es", "ita": "it", "por": "pt", "rus": "ru"}
    for words in (*linked, *own, *_values(meta, ("og:locale", "content-language", "dc.language", "language", "inlanguage"))):
        match = re.match(r"([A-Za-z]{2,3})(?:$|[-_,;\s])", words)
        if match:
            return three.get(match[1].lower(), match[1].lower())
    return None


def _address(tree: HtmlElement, meta: dict[str, list[str]], url: str | None) -> str | None:
    """The canonical address if it can be the page's: http or https, not the front page of the site in place of an article."""
    links = [e.get("href") or "" for e in tree.iter("link") if "canonical" in (e.get("rel") or "").lower().split()]
    for value in (*links[:3], *_values(meta, ("og:url",))):
        try:
            whole: str = urljoin(url or "", value.strip()[: 2 * _LONGEST])
            parts, own = urlsplit(whole), urlsplit(url or "")
            port = parts.port
        except ValueError:
            continue
        if parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or any(c.isspace() for c in whole):
            continue
        if parts.path in ("", "/") and not parts.query and own.path not in ("", "/"):
            continue
        return whole
    return url
