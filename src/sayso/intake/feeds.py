"""Feeds and sitemaps: what a site says it has published.

RSS, Atom and JSON Feed, sitemaps with or without Google's news elements, and indexes of sitemaps. Everything here works on
bytes; only ``follow`` fetches, and with the fetcher that it is given. XML is hostile input: it is decoded here, freed of its
document type, refused where it declares entities of its own, mended by libxml2 without entities and network, and handed to
feedparser as well-formed UTF-8, so that of feedparser only the strict parser runs, in time in proportion to the length.
"""

from __future__ import annotations

import codecs
import html
import io
import itertools
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from sayso.errors import BadAnswer, InputError, NoDocument, TooLarge
from sayso.intake.fetch import Fetcher, known_charset
from sayso.intake.items import format_size, storable

if TYPE_CHECKING:
    from lxml import etree

MAX_FEED = 10_000_000  # bytes of a feed
MAX_SITEMAP = 52_428_800  # bytes of a sitemap, unpacked: the protocol's limit
_MOST_ELEMENTS = 400_000  # of a feed
_MOST_MAP_ELEMENTS = 1_000_000  # of a sitemap
_MOST_AMPERSANDS = 1_000_000
_MOST_ENTRIES = 50_000  # of a feed or a sitemap: the sitemap protocol's limit
_MOST_SITEMAPS = 1000  # that are followed from one address
_DEEPEST = 3  # indexes that lie in one another
_TITLE = 1000  # code points
_SUMMARY = 20_000  # code points
_TEXT = 200_000  # code points of one element, with markup
_MOST_CHILDREN = 30  # of an entry's elements that are used
_MOST_FEED_ENTRIES = 10_000
_USES = "title link guid id pubdate published issued created updated modified date description summary content encoded"
_USED = frozenset(_USES.split())
_NAMESPACES = frozenset(
    (
        "http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/", "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/",
        "http://purl.org/rss/1.0/modules/content/",
    )
)  # fmt: skip
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ROOT_ATTRIBUTES = ("version", _BASE)
_ATTRIBUTES = (
    "rel",
    "href",
    "type",
    "mode",
    "src",
    "isPermaLink",
    "ispermalink",
    "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about",
    _BASE,
)
_LONGEST = 8192  # code points of a URL
_PIECE = 1_000_000  # code points of a sitemap that are made ready at a time
_PAGE_HEAD = 500_000  # bytes of a page in which its links to feeds are looked for
_MOST_LINKS = 50

# An ampersand that XML doesn't know, with the name of a character if HTML may know it.
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)(?:([A-Za-z][A-Za-z0-9]{1,31});)?")
_CDATA = "<![CDATA["
_TAG = re.compile(r"<(/?)(?:[A-Za-z_][\w.-]{0,40}:)?([A-Za-z_][\w.-]{0,100})(?:\s[^<>]*?)?(/?)>")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKUP = re.compile(r"<[A-Za-z/!]|&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});")
_SPACES = re.compile(r"\s+")
_CLOCK = re.compile(r"[ -~]{6,40}\b\d?\d:\d\d(?::\d\d)?(?:\s*[A-Za-z]{1,5})?(?: \d{4})?")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"),
)  # fmt: skip
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_FEED_ROOTS = frozenset({"rss", "feed", "rdf"})
_SITEMAP_ROOTS = frozenset({"urlset", "sitemapindex"})


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed or a sitemap says of one page.

    Attributes:
        url: absolute, http or https; fragments are kept.
        title: in plain text, on one line.
        published: ISO 8601, with the time zone that the feed gives, or UTC where it gives none; a day where it gives only that.
        updated: likewise.
        id: the feed's own id of the entry; the URL where it has none.
        summary: in plain text; None where there is none.
    """

    url: str
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    id: str | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or a sitemap holds.

    Attributes:
        entries: in its order, none twice.
        sitemaps: of an index, the addresses of further sitemaps.
        warnings: what was left out.
    """

    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_listing(data: bytes, url: str, *, charset: str | None = None) -> Listing:
    """What a feed, a sitemap or an index of sitemaps holds; gzip is unpacked.

    Args:
        data: the bytes.
        url: where they are from: relative addresses count from there, and errors name it. A path will do.
        charset: the encoding that the server named.

    Raises:
        TooLarge: it is above the limits.
        NoDocument: it is no feed and no sitemap, or declares entities of its own.
    """
    limit = MAX_SITEMAP
    if data.startswith(b"\x1f\x8b"):
        data = _unpack(data, url, limit)
    if len(data) > limit:
        raise TooLarge(url, f"holds more than the {format_size(limit)} that a sitemap may have")
    if data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Listing(_read_json(data, url))
    text = _without_type(_decode(data, charset), url)
    kind = _root(text)
    most = _MOST_ELEMENTS if kind in _FEED_ROOTS else _MOST_MAP_ELEMENTS
    if (count := text.count("<") // 2) > most:  # before any work is done on them
        raise TooLarge(url, f"holds {count} elements, of which it may have {most}")
    if (count := text.count("&")) > _MOST_AMPERSANDS:
        raise TooLarge(url, f"holds {count} ampersands, and no feed or sitemap may have more than {_MOST_AMPERSANDS}")
    if kind in _SITEMAP_ROOTS:
        text = _bare(text)
        text = _spell_out(text)
        return _read_sitemap(text.encode(), url)
    if kind in _FEED_ROOTS:
        if len(text) > MAX_FEED:
            raise TooLarge(url, f"holds more than the {format_size(MAX_FEED)} that a feed may have")
        return _read_xml(text, url)
    if listed := _read_lines(text):
        return Listing(listed)
    raise NoDocument(url, "is no feed and no sitemap: neither RSS, Atom, JSON Feed, a sitemap nor a list of addresses")


def is_feed(data: bytes) -> bool:
    """Whether bytes begin like a feed or a sitemap in XML, or like a JSON Feed; no more than their beginning is looked at."""
    head = data[:4096]
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(31).decompress(data[:4096], 4096)
        except zlib.error:
            return False
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return b"jsonfeed.org/version/" in head.replace(b"\\/", b"/")
    try:
        return _root(_without_type(_decode(head, None, "replace"), "")) in _FEED_ROOTS | _SITEMAP_ROOTS
    except InputError:
        return False


def discover(page: bytes, url: str, *, charset: str | None = None) -> list[str]:
    """The addresses of feeds that a page links to in its head, absolute, in its order."""
    from lxml import etree
    from lxml import html as pages

    try:
        parser = pages.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        root = pages.document_fromstring(_decode(page[:_PAGE_HEAD], charset, "replace").encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return []
    base = next((_absolute(url, tag.get("href", "")) for tag in root.iter("base")), None) or url
    found: dict[str, None] = {}
    for link in root.iter("link", "a"):
        if "alternate" in link.get("rel", "").lower().split() and link.get("type", "").partition(";")[0].strip().lower() in _FEED_TYPES:
            if (address := _absolute(base, link.get("href", ""))) is not None:
                found[address] = None
            if len(found) == _MOST_LINKS:
                break
    return list(found)


def follow(fetcher: Fetcher, url: str) -> Iterator[Entry | InputError]:
    """The entries of a feed, a sitemap or all sitemaps of an index, fetched as they are needed.

    Args:
        fetcher: it sees to manners and bounds.
        url: the address of a feed, a sitemap, or a page that links to its feeds, which are then followed.

    Yields:
        Entries, none twice, or the error that says why one feed or sitemap gives none; the others are still read.
    """
    waiting = [(url, 0)]
    seen = {url}
    known: set[str] = set()
    while waiting:
        at, depth = waiting.pop(0)
        try:
            found = fetcher.fetch(at, max_size=MAX_SITEMAP)
        except InputError as error:
            yield error
            continue
        try:
            listing = read_listing(found.data, found.url, charset=found.charset)
        except InputError as error:
            listing = Listing(sitemaps=tuple(discover(found.data, found.url, charset=found.charset)) if depth == 0 else ())
            if not listing.sitemaps:
                yield error
                continue
        for warning in listing.warnings:
            yield TooLarge(at, warning)
        for entry in listing.entries:
            if entry.url not in known:
                known.add(entry.url)
                yield entry
        for address in listing.sitemaps:
            if address in seen:
                continue
            if depth == _DEEPEST or len(seen) > _MOST_SITEMAPS:
                yield BadAnswer(address, f"isn't followed: more than {_MOST_SITEMAPS} sitemaps, or indexes in one another without end")
                break
            seen.add(address)
            waiting.append((address, depth + 1))


def _unpack(data: bytes, where: str, limit: int) -> bytes:
    unpacker = zlib.decompressobj(31)
    try:
        text = unpacker.decompress(data, limit + 1)
    except zlib.error:
        raise NoDocument(where, "is damaged gzip") from None
    if len(text) > limit:
        raise TooLarge(where, f"unpacks to more than the {format_size(limit)} that a sitemap may have")
    return text


def _decode(data: bytes, charset: str | None, errors: str = "strict") -> str:
    """Text by its byte order mark, else as the server says, else as it says itself, else UTF-8, else Windows-1252."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace").removeprefix("\ufeff")
    match = _DECLARED.match(data[:400])
    for declared in (charset, match[1].decode() if match else None, "utf-8"):
        if declared is not None and (known := known_charset(declared)) is not None and not known.startswith(("utf-16", "utf-32")):
            try:
                # What calls itself Latin-1 is Windows-1252 on the web.
                return data.decode("cp1252" if known in ("iso8859-1", "ascii") else known)
            except UnicodeDecodeError:
                if errors == "replace" and declared == "utf-8":
                    return data.decode("utf-8", "replace")
            except UnicodeError:
                continue
    return data.decode("cp1252", "replace")


def _without_type(text: str, where: str) -> str:
    """XML from its root element on: without declaration, document type, comments before it, and what XML can't hold.

    Raises:
        NoDocument: it declares entities of its own, which no feed needs, and which are a way to fill a reader's memory.
    """
    at = 0
    while (at := text.find("<", at)) >= 0:
        if text.startswith("<!--", at):
            end, skip = text.find("-->", at + 4), 3
        elif text.startswith("<?", at):
            end, skip = text.find("?>", at + 2), 2
        elif text.startswith("<!", at):
            end = text.find(">", at)
            if end < 0 or text.find("[", at, end) >= 0:
                raise NoDocument(where, "declares entities or elements of its own, which is refused: it could be made to fill the memory")
            skip = 1
        else:
            return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text[at:])
        if end < 0:
            break
        at = end + skip
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _root(text: str) -> str:
    """The local name of the root element, in lower case; "" where text is no XML."""
    match = re.match(r"<(?:[\w.-]{1,40}:)?([\w.-]{1,40})[\s/>]", text)
    return match[1].lower() if match else ""


def _bare(text: str) -> str:
    """XML without attributes and prefixes, of which a sitemap may have any number, and none is used."""
    pieces: list[str] = []
    at = 0
    while at < len(text):  # by pieces that end with a tag, to spare memory
        end = text.find(">", at + _PIECE) + 1 or len(text)
        pieces.append(_TAG.sub(r"<\1\2\3>", text[at:end]))
        at = end
    return "".join(pieces)


def _spell_out(text: str) -> str:
    """XML whose only entities are XML's own: HTML's names become the characters, all others the words that they are."""

    def spell(match: re.Match[str]) -> str:
        if match[1] is not None and (character := html.unescape(match[0])) != match[0]:
            return character
        return "&amp;" + match[0][1:]

    pieces: list[str] = []
    at = 0
    while (start := text.find(_CDATA, at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        pieces += (_ENTITY.sub(spell, text[at:start]), text[start : end + 3])
        at = end + 3
    pieces.append(_ENTITY.sub(spell, text[at:]))
    return "".join(pieces)


def _parser() -> dict[str, Any]:
    """How libxml2 reads: it neither resolves, loads nor fetches anything."""
    return {
        "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False,
        "remove_comments": True, "remove_pis": True,
    }  # fmt: skip


def _read_xml(text: str, url: str) -> Listing:
    """The entries of RSS or Atom."""
    import feedparser
    from lxml import etree

    parser = etree.XMLParser(encoding="utf-8", recover=True, **_parser())
    try:
        root = etree.fromstring(_spell_out(text).encode(), parser)
    except (etree.LxmlError, ValueError) as error:
        raise NoDocument(url, f"is no feed: {error}") from None
    if root is None:
        raise NoDocument(url, "is no feed: it is no XML")
    clean, cut = _copy(root)
    # A stream, for feedparser opens bytes and strings as files and addresses.
    parsed = feedparser.parse(
        io.BytesIO(clean),
        response_headers={"content-location": url, "content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    entries: dict[str, Entry] = {}
    for row in parsed.entries:
        address = _absolute(url, row.get("link") or "")
        if address is None and str(row.get("id", "")).startswith(("http://", "https://")):
            address = _absolute(url, row["id"])
        if address is None or address in entries:
            continue
        content = next((part.get("value") for part in row.get("content", ())), None)
        # As of a plain dict: feedparser's own takes the one date for the other, with a warning.
        published = _date(dict.get(row, "published"), dict.get(row, "published_parsed"))
        updated = _date(dict.get(row, "updated"), dict.get(row, "updated_parsed"))
        if published is None and parsed.version.startswith("rss"):  # Dublin Core's date, the only one that RSS 1.0 has
            published, updated = updated, None
        entries[address] = Entry(
            url=address,
            title=_plain(row.get("title"), _TITLE),
            published=published,
            updated=updated,
            id=_plain(row.get("id"), _LONGEST) or address,
            summary=_plain(row.get("summary") or content, _SUMMARY),
        )
    return Listing(tuple(entries.values()), warnings=_cut(_MOST_FEED_ENTRIES) if cut else ())


def _cut(most: int) -> tuple[str, ...]:
    return (f"holds more than {most} entries; those after them were left out",)


def _copy(root: etree._Element) -> tuple[bytes, bool]:
    """A feed with nothing in it but what is used of its entries, and whether there were more than may be.

    Inner elements of a text become a piece of HTML; elements of other vocabularies, such as those for podcasts, are left out.
    """
    from lxml import etree

    def kept(element: etree._Element, names: tuple[str, ...]) -> dict[str, str]:
        return {name: _NO_XML.sub("", value[:_LONGEST]) for name in names if (value := element.get(name))}

    copy = etree.Element(_tag(root), kept(root, _ROOT_ATTRIBUTES))
    count = 0
    for top in root.iterchildren("{*}channel", "{*}item", "{*}entry"):
        is_channel = _local(top) == "channel"
        parent = etree.SubElement(copy, _tag(top)) if is_channel else copy
        for entry in top.iterchildren("{*}item") if is_channel else (top,):
            if (count := count + 1) > _MOST_FEED_ENTRIES:
                return etree.tostring(copy, encoding="utf-8", xml_declaration=True), True
            made = etree.SubElement(parent, _tag(entry), kept(entry, _ATTRIBUTES))
            own = _namespace(entry)
            used = (child for child in entry if _local(child) in _USED and _namespace(child) in (own, "", *_NAMESPACES))
            for child in itertools.islice(used, _MOST_CHILDREN):
                part = etree.SubElement(made, _tag(child), kept(child, _ATTRIBUTES))
                words = child.text or ""
                if len(child):
                    words = etree.tostring(child, encoding="unicode", method="html", with_tail=False)
                    part.set("type", "html")
                part.text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", words[:_TEXT])
    return etree.tostring(copy, encoding="utf-8", xml_declaration=True), False


def _tag(element: etree._Element) -> str:
    """An element's name, in its namespace where that is one of feeds."""
    namespace = _namespace(element)
    return str(element.tag) if namespace in _NAMESPACES else str(element.tag).rpartition("}")[2]


def _namespace(element: etree._Element) -> str:
    return str(element.tag)[1:].partition("}")[0] if element.tag[0] == "{" else ""


def _local(element: etree._Element) -> str:
    """An element's name without its namespace, in lower case."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _read_json(data: bytes, url: str) -> tuple[Entry, ...]:
    """The entries of a JSON Feed (versions 1 and 1.1)."""
    if len(data) > MAX_FEED:
        raise TooLarge(url, f"holds more than the {format_size(MAX_FEED)} that a feed may have")
    try:
        feed = json.loads(_decode(data, "utf-8"))
    except (ValueError, RecursionError):
        raise NoDocument(url, "is no feed: it begins like JSON, and is none") from None
    items = feed.get("items") if isinstance(feed, dict) and "jsonfeed.org" in str(feed.get("version", ""))[:100] else None
    if not isinstance(items, list):
        raise NoDocument(url, "is JSON, but no JSON Feed")
    entries: dict[str, Entry] = {}
    for item in items[:_MOST_ENTRIES]:
        if not isinstance(item, dict):
            continue
        row = {
            key: value if isinstance(value, str) else str(value) if key == "id" and isinstance(value, int) else ""
            for key, value in item.items()
        }
        address = next((found for key in ("url", "external_url", "id") if (found := _linked(url, row.get(key, ""), key == "id"))), None)
        if address is None or address in entries:
            continue
        summary = row.get("summary") or row.get("content_text") or row.get("content_html") or None
        entries[address] = Entry(
            url=address,
            title=_plain(row.get("title"), _TITLE),
            published=_date(row.get("date_published")),
            updated=_date(row.get("date_modified")),
            id=_plain(row.get("id"), _LONGEST) or address,
            summary=_plain(summary, _SUMMARY),
        )
    return tuple(entries.values())


def _read_sitemap(data: bytes, url: str) -> Listing:
    """The pages or the sitemaps of a sitemap, read as a stream."""
    from lxml import etree

    entries: dict[str, Entry] = {}
    sitemaps: dict[str, None] = {}
    row: dict[str, str] = {}
    count = 0
    try:
        for _, element in etree.iterparse(io.BytesIO(data), events=("end",), **_parser()):
            name = _local(element)
            parent = element.getparent()
            above = _local(parent) if parent is not None else ""
            if name in ("url", "sitemap"):
                if (count := count + 1) > _MOST_ENTRIES:
                    return Listing(tuple(entries.values()), tuple(sitemaps), _cut(_MOST_ENTRIES))
                address = _absolute(url, row.get("loc", ""))
                if address is not None and name == "sitemap":
                    sitemaps[address] = None
                elif address is not None and address not in entries:
                    entries[address] = Entry(
                        address, _plain(row.get("title"), _TITLE), _date(row.get("publication_date")), _date(row.get("lastmod")), address
                    )
                row = {}
            elif (name in ("loc", "lastmod") and above in ("url", "sitemap")) or (
                name in ("title", "publication_date") and above == "news"
            ):
                row.setdefault(name, (element.text or "")[:_LONGEST])
            element.clear()
            while parent is not None and element.getprevious() is not None:  # what was read isn't kept
                del parent[0]
    except (etree.LxmlError, ValueError) as error:
        if not entries and not sitemaps:
            raise NoDocument(url, f"is no sitemap: {error}") from None
        return Listing(tuple(entries.values()), tuple(sitemaps), (f"is damaged; what comes before that was taken: {error}",))
    return Listing(tuple(entries.values()), tuple(sitemaps))


def _read_lines(text: str) -> tuple[Entry, ...]:
    """The pages of a sitemap of plain text: an address a line, and nothing else."""
    lines = [line.strip() for line in text[:MAX_SITEMAP].splitlines()[: _MOST_ENTRIES + 1] if line.strip()]
    if not lines or not all(line.startswith(("http://", "https://")) and " " not in line for line in lines):
        return ()
    found = dict.fromkeys(address for line in lines[:_MOST_ENTRIES] if (address := _absolute("", line)) is not None)
    return tuple(Entry(address, id=address) for address in found)


def _linked(base: str, link: str, whole: bool) -> str | None:
    return None if whole and not link.startswith(("http://", "https://")) else _absolute(base, link)


def _absolute(base: str, link: str) -> str | None:
    """A link as an absolute address of http or https; None where it is none."""
    link = "".join(link.split()) if len(link) <= _LONGEST else ""
    if not link or not link.isprintable():
        return None
    try:
        address = urljoin(base, link)
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc and len(address) <= _LONGEST else None


def _plain(words: object, most: int) -> str | None:
    """What a feed gives as text or HTML, as plain text on one line; None where nothing is left."""
    if not isinstance(words, str):
        return None
    words = words[: most * 10]
    if _MARKUP.search(words):
        words = _text_of(words)
    return _SPACES.sub(" ", storable(words)[0]).strip()[:most] or None


def _text_of(markup: str) -> str:
    """The words of a piece of HTML: no scripts, no styles, blocks parted by blanks."""
    from lxml import etree
    from lxml import html as pages

    try:
        parser = pages.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
        root = pages.document_fromstring(f"<html><body>{_NO_XML.sub('', markup)}</body></html>".encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return markup
    pieces: list[str] = []
    skipped = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            skipped += element.tag in ("script", "style", "template", "noscript")
            if not skipped:
                if element.tag in ("p", "br", "div", "li", "td", "tr", "h1", "h2", "h3", "h4", "blockquote"):
                    pieces.append(" ")
                pieces.append(element.text or "")
            continue
        if event == "end":
            skipped -= element.tag in ("script", "style", "template", "noscript")
        if not skipped:
            pieces.append(element.tail or "")
    return "".join(pieces)


def _date(words: object, parsed: Any = None) -> str | None:
    """A date as ISO 8601: from ISO 8601 or RFC 822 in the feed's own time zone, else as feedparser understood it, in UTC."""
    if isinstance(words, str):
        words = words.strip()[:100]
        try:
            moment = datetime.fromisoformat(words)
        except ValueError:
            pass
        else:
            if re.fullmatch(r"\d{4}-?\d\d-?\d\d", words, re.ASCII):
                return moment.date().isoformat()
            return _moment(moment)
        try:
            return _moment(parsedate_to_datetime(words))
        except (ValueError, TypeError, OverflowError, IndexError):
            pass
        if not _CLOCK.fullmatch(words):
            return None  # feedparser would make a day of a year, and a date of any number
    if parsed is not None:
        try:
            year, month, day, hour, minute, second = parsed[:6]
            return _moment(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
        except (ValueError, TypeError, OverflowError):
            pass
    return None


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")
