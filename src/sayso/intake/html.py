"""Pages: the article's body in paragraphs, and what the page says about itself.

trafilatura finds the body (Barbaresi, ACL 2021). It is then compared with the page's own paragraphs: what was lost within the body is
put back, what is no part of it is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from sayso.errors import NoDocument, NotText, TooLarge
from sayso.intake.boilerplate import is_call, is_caption, is_separator, read_author_box
from sayso.intake.bylines import fold
from sayso.intake.charsets import decode_markup
from sayso.intake.items import MAX_SIZE, Item, format_size, is_date, storable
from sayso.intake.metadata import About, read_about
from sayso.models import Document

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_MARKUP = 2  # times the size of a text that a page with it may have
_TAGS = 300_000  # of a page
_ATTRIBUTES = 200  # of one tag, of which more take the parser's time squared
_ELEMENTS = 20_000  # above which a page is read by its paragraphs alone, since trafilatura's time isn't bounded
_PARAGRAPH = 1_000_000  # code points of one paragraph, likewise
_DEPTH = 200  # of elements; what lies deeper is flattened

_SILENT_WORDS = """script style svg template math object embed applet audio video canvas map noembed noframes datalist select option
button input"""
_SILENT = frozenset(_SILENT_WORDS.split())
_BLOCK_WORDS = """address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form
frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul
caption head list item quote row cell code iframe noscript"""
_BLOCK = frozenset(_BLOCK_WORDS.split())
_INLINE_WORDS = """a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark q rp rt ruby s samp small span
strike strong sub sup time tt u var wbr nobr hi ref lb graphic"""
_INLINE = frozenset(_INLINE_WORDS.split())
# Inline elements that trafilatura stumbles over: unwrapped before it sees them.
_UNWRAPPED_WORDS = "nobr wbr font big tt acronym abbr bdi bdo data dfn ins kbd label samp small var mark center"
_UNWRAPPED = frozenset(_UNWRAPPED_WORDS.split()) - {"center", "label", "small"}
_ODD = "odd-inline"
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "head"})
# Class names and ids of what stands beside an article.
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|advert\w*|adsense|affiliate|author-?bio|bio|breadcrumbs?|byline|caption|comments?|cookie\w*|consent|credit|cta|disclaimer"
    r"|disqus|donate|embed\w*|footer|gallery|hidden|infobox|menu|meta|modal|more-?(?:from|stories|on)|most-?(?:read|popular)|nav\w*|newsletter\w*|outbrain"
    r"|paywall|popup|promo\w*|pull-?quote|pullout|rail|read-?(?:more|next|also)|recirc\w*|recommend\w*|related\w*|share\w*|sharing|sidebar|signup|sign-up"
    r"|slideshow|social\w*|sponsor\w*|subscri\w*|taboola|tags?|teasers?|timestamp|toolbar|tooltip|trending|widget\w*)(?:$|[\s_-])",
    re.I,
)
_BOX_CLASS = re.compile(
    r"(?:^|[\s_-])(?:author-?(?:bio|box|card|info|details|description)|about-?(?:the-?)?author|bio(?:graphy)?|newsletter\w*|related\w*|recirc\w*|recommend\w*"
    r"|read-?(?:more|next|also)|more-?(?:from|stories)|promo\w*|signup|sign-up|subscri\w*|share\w*|social\w*|taboola|outbrain|most-?(?:read|popular)|cookie\w*)"
    r"(?:$|[\s_-])",
    re.I,
)
# A tag with its attributes, as HTML's tokenizer reads them; it never goes back, and goes on after what it has read.
_TAG = re.compile(
    r"""<[a-zA-Z][^\s/>]*+(?P<attributes>(?:[\s/]*+(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+)*+)"""
)
_ATTRIBUTE = re.compile(r"""[\s/]*+(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+""")
_BREAK = "\x1f"  # stands for a line break
_WORD = re.compile(r"\w+")
_ENDS = re.compile(r"[.!?…:;,][\"'”’)\]»]*$")
_FOOT_HEAD = re.compile(
    r"(?:more\s+(?:from|on|in|about|stories|news|coverage)\b|related\b|read\s+(?:more|next|also)\b|recommended\b|trending\b|most\s+(?:read|popular|viewed)\b"
    r"|you\s+(?:may|might)\b|about\s+the\s+authors?\b|(?:\d+\s+)?comments?$|latest\b|popular\b|don['’]t\s+miss\b|further\s+reading\b|top\s+stories\b|see\s+also\b"
    r"|what\s+to\s+read\b|up\s+next\b|more$|editor['’]s\s+picks?\b|leave\s+a\s+reply\b|share\s+this\b)",
    re.I,
)
_DOUBTFUL = 0.7  # share of what the extractor found, of which less is left only if much of it was no article
_SHINGLE = 4
_LABEL = 100  # code points of a heading
_LEAST = 8  # words from which on a paragraph that comes again is taken for a repetition
_LEAST_LETTERS = 12  # of the longest paragraph of an article
_LOST = 3  # words from which on a paragraph's loss is worth a warning


@dataclass(slots=True)
class _Run:
    """Words of a page that nothing but inline elements part.

    Attributes:
        tag: of the block that they are in.
        parent: stands for the block around that one.
        linked: share of the letters that are in links.
        beside: whether class names or elements say that they stand beside the article.
        boxes: stand for the blocks around them whose class names say that they are no part of it, outermost first.
    """

    text: str
    tag: str
    block: int
    parent: int
    linked: float
    beside: bool
    boxes: tuple[int, ...]
    key: str = ""


@dataclass(slots=True)
class _Block:
    """One paragraph or heading of the body, and the run of the page that it is."""

    text: str
    heading: bool
    item: bool = False
    run: int | None = None
    key: str = ""


@dataclass
class _Body:
    blocks: list[_Block]
    warnings: list[str] = field(default_factory=list)


def read_page(
    data: bytes,
    where: str,
    *,
    url: str | None = None,
    charset: str | None = None,
    fetched: str | None = None,
    published: str | None = None,
    max_size: int = MAX_SIZE,
) -> Item:
    """The article of a page, with what the page says about it.

    Its text has a paragraph or heading a block, with an empty line between; the title isn't repeated in it.

    Args:
        data: the page's bytes.
        where: names the page, for messages.
        url: where it was fetched; the canonical address that the page gives goes before it.
        charset: from the HTTP header.
        fetched: ISO 8601 date or date and time; no date after it is believed.
        published: ISO 8601 date for a page that has none.
        max_size: bytes of text above which it is refused; the page itself may have twice as many.

    Raises:
        NotText: the bytes are no page.
        NoDocument: there is no article in it.
        TooLarge: it is above the limit.
    """
    if len(data) > max_size * _MARKUP:
        raise TooLarge(where, f"is larger than the {format_size(max_size * _MARKUP)} that a page may have; --max-size sets another limit")
    if not data.strip():
        raise NoDocument(where, "is empty")
    markup, warnings = decode_markup(data, charset)
    _refuse_binary(where, markup)
    tree = _parse(where, markup)
    about = read_about(tree, url=url, fetched=fetched)
    warnings += about.warnings
    deep = _flatten_depth(tree)
    if deep:
        warnings.append(f"{deep} elements nested deeper than {_DEPTH} were flattened")
    count = _strip(tree)
    runs = list(_runs(tree))
    if sum(len(run.text.encode("utf-8", "surrogatepass")) for run in runs) > max_size:
        raise TooLarge(
            where, f"holds more than the {format_size(max_size)} of text that one document may have; --max-size sets another limit"
        )
    body = _find_body(tree, runs, count, about)
    warnings += body.warnings
    text, mended = _mend("\n\n".join(block.text for block in body.blocks))
    warnings += mended
    text, replaced = storable(text)
    warnings += replaced
    if not any(len(block.key) >= _LEAST_LETTERS for block in body.blocks):
        raise NoDocument(where, "no article was found in this page")
    fields = {"title": about.title, "outlet": about.outlet, "url": about.url, "language": about.language}
    document = Document(
        text=text,
        **{key: storable(_mend(value)[0])[0] for key, value in fields.items() if value},  # type: ignore[arg-type]
        authors=[storable(_mend(name)[0])[0] for name in about.authors],
        credits=[storable(_mend(name)[0])[0] for name in about.credits],
        published=about.published or (published if published and is_date(published) else None),
        modified=about.modified,
    )
    return Item(where, document, tuple(warnings), len(data))


@cache
def extractor_version() -> str:
    """What makes the texts of pages, with its versions."""
    return " ".join(f"{name} {version(name)}" for name in ("sayso", "trafilatura", "lxml"))


# From bytes to a tree


def _refuse_binary(where: str, markup: str) -> None:
    shown = markup[:8192]
    controls = sum(c < " " and c not in "\t\n\f\r\x1b" for c in shown)
    if controls > 8 and controls > len(shown) / 20:
        raise NotText(where, "is a binary file, not a page")


def _parse(where: str, markup: str) -> HtmlElement:
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    # What libxml2 would end the text at, or refuse.
    clean = re.sub("[\0\ud800-\udfff\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", markup)
    if clean.count("<") > _TAGS:
        raise TooLarge(where, f"has more than the {_TAGS:,} tags that a page may have")
    clean = _TAG.sub(_shorten_tag, clean)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return document_fromstring(clean.encode(), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise NoDocument(where, f"can't be parsed as a page: {str(error)[:80] or 'it has no elements'}") from None


def _shorten_tag(tag: re.Match[str]) -> str:
    attributes = tag["attributes"]
    if len(attributes) < 2 * _ATTRIBUTES or len(found := _ATTRIBUTE.findall(attributes, 0)) <= _ATTRIBUTES:
        return tag[0]
    return tag[0][: tag.start("attributes") - tag.start()] + "".join(found[:_ATTRIBUTES])


def _flatten_depth(tree: HtmlElement) -> int:
    """Turn what lies too deep into text of the element above it; how many elements that were."""
    from lxml import etree

    depth, count = 0, 0
    tops: list[HtmlElement] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            depth += 1
            if depth > _DEPTH:
                count += 1
            if depth == _DEPTH and len(element):
                tops.append(element)
        else:
            depth -= 1
    for top in tops:
        words: list[str] = []
        for part in top.iter():
            if isinstance(part.tag, str) and part.tag not in _SILENT and part.text:
                words.append(part.text)
            if part is not top and part.tail:
                words.append(part.tail)
        tail = top.tail
        for child in list(top):
            top.remove(child)
        top.text, top.tail = " ".join(words), tail
    return count


def _strip(tree: HtmlElement) -> int:
    """Take out what holds no words of an article, unwrap odd inline elements; how many elements are left."""
    from lxml import etree

    etree.strip_elements(tree, *sorted(_SILENT), with_tail=False)
    hidden = tree.xpath("//*[@hidden or @aria-hidden='true' and not(self::span) or contains(translate(@style, ' ', ''), 'display:none')]")
    for element in hidden:
        if element.getparent() is not None and element.tag not in ("html", "body", "head") and len(element.findall(".//p")) < 3:
            element.drop_tree()
    etree.strip_tags(tree, *sorted(_UNWRAPPED))
    count = 0
    odd: list[HtmlElement] = []
    for element in tree.iter():
        count += 1
        if isinstance(element.tag, str) and element.tag not in _BLOCK and element.tag not in _INLINE and _is_inline(element):
            odd.append(element)
    for element in odd:
        element.tag = _ODD
    etree.strip_tags(tree, _ODD)
    return count


def _is_inline(element: HtmlElement) -> bool:
    """Whether an element that HTML doesn't know stands within words."""
    parent = element.getparent()
    if parent is None or parent.tag in ("html", "head") or element.tag in ("head", "meta", "link", "title", "base"):
        return False
    before = element.getprevious()
    words = (parent.text if before is None else before.tail) or ""
    if not (words.strip() or (element.tail or "").strip()):
        return False
    return not any(below.tag in _BLOCK for below, _ in zip(element.iterdescendants(), range(50), strict=False))


def _runs(tree: HtmlElement) -> Iterator[_Run]:
    """The page's words in runs, in their order."""
    from lxml import etree

    pieces: list[str] = []
    links = [0, 0, 0]  # how deep in links; letters in links; letters
    blocks: list[tuple[int, str, bool, tuple[int, ...]]] = [(0, "html", False, ())]
    number = 0

    def take(words: str | None) -> None:
        if words:
            pieces.append(words)
            length = len(words.strip())
            links[2] += length
            if links[0]:
                links[1] += length

    def flush() -> _Run | None:
        text = " ".join("".join(pieces).replace(_BREAK, " ").split())
        linked = links[1] / links[2] if links[2] else 0.0
        pieces.clear()
        links[1] = links[2] = 0
        if not text:
            return None
        own, above = blocks[-1], blocks[-2] if len(blocks) > 1 else blocks[-1]
        return _Run(text, own[1], own[0], above[0], linked, own[2], own[3], _key(text))

    root = tree.find("body") if tree.find("body") is not None else tree
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        block = tag in _BLOCK
        if event == "start":
            if block:
                if run := flush():
                    yield run
                number += 1
                names = f"{element.get('class') or ''} {element.get('id') or ''}"[:500]
                beside = blocks[-1][2] or tag in ("aside", "nav", "footer", "figure", "figcaption", "form", "table", "caption", "noscript")
                if element is root:
                    names = ""
                boxes = (*blocks[-1][3], number) if _BOX_CLASS.search(names) else blocks[-1][3]
                blocks.append((number, tag, beside or bool(_BESIDE.search(names)), boxes))
            elif tag == "a":
                links[0] += 1
            elif tag == "br" and not _begins_line(pieces):
                pieces.append(_BREAK)
            elif tag == "br" and (run := flush()):
                yield run
            if tag:
                take(element.text)
        else:
            if block:
                if run := flush():
                    yield run
                blocks.pop()
            elif tag == "a":
                links[0] -= 1
            if element is not root:
                take(element.tail)
    if run := flush():
        yield run


def _begins_line(pieces: list[str]) -> bool:
    """Whether nothing but white space stands since the last line break, or since the block's start."""
    for piece in reversed(pieces):
        if piece == _BREAK:
            return True
        if not piece.isspace():
            return False
    return False


def _key(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold()


# The body


def _find_body(tree: HtmlElement, runs: list[_Run], count: int, about: About) -> _Body:
    body = _Body([])
    if count > _ELEMENTS or any(len(run.text) > _PARAGRAPH for run in runs):
        body.warnings.append("the page is too large for its body to be told apart with care: all its paragraphs were taken")
        body.blocks = _all_paragraphs(runs)
    else:
        body.blocks = _extract(tree)
        if not body.blocks:
            body.blocks = _all_paragraphs(runs)
            if body.blocks:
                body.warnings.append("no article was told apart from the rest of the page: all its paragraphs were taken")
        else:
            _match(body.blocks, runs)
            _put_back(body, runs)
    _leave_out(body, runs, about)
    return body


def _all_paragraphs(runs: list[_Run]) -> list[_Block]:
    kept = [(at, run) for at, run in enumerate(runs) if run.linked < 0.5 and not run.beside]
    long = [(at, run) for at, run in kept if run.tag in ("p", "blockquote", "pre") or len(run.text.split()) >= 10 or run.tag in _HEADS]
    return [_Block(run.text, run.tag in _HEADS, run.tag == "li", at, run.key) for at, run in (long or kept)]


def _extract(tree: HtmlElement) -> list[_Block]:
    """What trafilatura takes for the body."""
    import logging
    from copy import deepcopy

    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.bare_extraction(deepcopy(tree), include_comments=False, with_metadata=False)
    except Exception:  # a library's fault on a strange page: its paragraphs are still there
        return []
    if found is None or isinstance(found, dict) or found.body is None:
        return []
    return list(_blocks(found.body))


def _blocks(body: _Element) -> Iterator[_Block]:
    """Paragraphs, headings, items and rows of trafilatura's tree."""
    from lxml import etree

    pieces: list[str] = []
    path: list[str] = []

    def flush() -> _Block | None:
        lines = [" ".join(line.split()) for line in "".join(pieces).split(_BREAK)]
        text = "\n".join(line for line in lines if line).strip(" |")
        pieces.clear()
        if not text:
            return None
        heading = any(tag in _HEADS for tag in path)
        return _Block(text, heading, "item" in path or "li" in path or "row" in path, None, _key(text))

    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        ends = tag in _BLOCK and tag not in ("cell", "code", "td", "th")
        if event == "start":
            if ends:
                if block := flush():
                    yield block
                path.append(tag)
            elif tag in ("lb", "br") and not _begins_line(pieces):
                pieces.append(_BREAK)
            elif tag in ("lb", "br") and (block := flush()):
                yield block
            elif tag in ("cell", "td", "th") and pieces and "".join(pieces).strip():
                pieces.append(" | ")
            if tag:
                pieces.append(element.text or "")
        else:
            if ends:
                if block := flush():
                    yield block
                path.pop()
            if element is not body:
                pieces.append(element.tail or "")
    if block := flush():
        yield block


def _match(blocks: list[_Block], runs: list[_Run]) -> None:
    """Find for each block the run of the page that it is, or is the beginning of; in order where words come more than once."""
    places: dict[str, list[int]] = {}
    begins: dict[str, list[int]] = {}
    for at, run in enumerate(runs):
        places.setdefault(run.key, []).append(at)
        if len(run.key) >= 24:
            begins.setdefault(run.key[:24], []).append(at)
    last = -1
    for block in blocks:
        found = places.get(block.key)
        if found is None and len(block.key) >= 24:
            found = [at for at in begins.get(block.key[:24], ())[:20] if runs[at].key.startswith(block.key)]
        if not found:
            continue
        block.run = next((at for at in found if at > last), found[0])
        last = block.run


def _put_back(body: _Body, runs: list[_Run]) -> None:
    """What was lost within the body: the rest of a paragraph, or a whole paragraph between others of the same element."""
    known = Counter[int]()
    for block in body.blocks:
        if block.run is not None and not block.heading:
            known[runs[block.run].parent] += len(block.key)
    if not known:
        return
    total = sum(len(block.key) for block in body.blocks)
    homes = {parent for parent, size in known.items() if size >= 0.1 * total}
    everything = "\n".join(block.key for block in body.blocks)
    known_words = set(_shingles(" ".join(block.text for block in body.blocks)))
    whole: list[_Block] = []
    cut = lost = 0
    last: int | None = None
    used = {block.run for block in body.blocks}
    for block in body.blocks:
        at = block.run
        if at is not None and last is not None and last < at <= last + 200:
            for between in range(last + 1, at):
                run = runs[between]
                if between in used or run.parent not in homes or not _is_lost(run, everything) or not _is_new(run.text, known_words):
                    continue
                whole.append(_Block(run.text, run.tag in _HEADS, run.tag == "li", between, run.key))
                lost += 1
        if at is not None and len(runs[at].key) > len(block.key) and _is_new(runs[at].text, known_words, len(block.text)):
            block.text, block.key = runs[at].text, runs[at].key
            cut += 1
        whole.append(block)
        if at is not None:
            last = at if last is None else max(last, at)
    body.blocks = whole
    for number, what in ((cut, "cut off"), (lost, "left out")):
        if number:
            plural = "s" if number > 1 else ""
            body.warnings.append(f"{number} paragraph{plural} of the article {what} by the extractor and put back from the page")


def _shingles(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return zip(*(words[at:] for at in range(_SHINGLE)), strict=False)


def _is_new(text: str, known: set[tuple[str, ...]], start: int = 0) -> bool:
    """Whether most of what a text says from a place on isn't among known shingles."""
    words = list(_shingles(text[start:]))
    return bool(words) and sum(shingle not in known for shingle in words) > 0.5 * len(words)


def _is_lost(run: _Run, everything: str) -> bool:
    if run.tag not in ("p", "blockquote", "h2", "h3", "h4", "pre") or run.beside or run.boxes or run.linked >= 0.5:
        return False
    words = run.text.split()
    return len(words) >= _LOST and run.key not in everything and not is_call(run.text) and not is_caption(run.text)


def _leave_out(body: _Body, runs: list[_Run], about: About) -> None:
    """Take out of the body what is no part of the article."""
    titles = {fold(title) for title in about.titles}
    boxed = _small_boxes(body.blocks, runs)
    seen: set[str] = set()
    kept: list[_Block] = []
    labelled = False  # whether the block before was a label such as "Read more"
    for block in _cut_last_section(body.blocks, runs):
        run = runs[block.run] if block.run is not None else None
        words = len(_WORD.findall(block.text))
        if len(kept) < 3 and (fold(block.text) in titles or (block.heading and _is_title(block, about.title))):
            continue
        if block.key and words >= _LEAST and block.key in seen and not block.item:
            continue
        if not block.key or is_separator(block.text) or is_caption(block.text):
            continue
        if is_call(block.text) and not (block.item and run is not None and run.linked < 0.5):
            labelled = True
            continue
        if run is not None and ((not block.heading and _is_link_elsewhere(run, words)) or (labelled and run.linked >= 0.6)):
            continue
        labelled = False
        if run is not None and boxed.intersection(run.boxes):
            continue
        seen.add(block.key)
        kept.append(block)
    before = sum(len(key) for key in {block.key for block in body.blocks})
    body.blocks = _cut_author_boxes(kept, about) or body.blocks
    after = sum(len(block.key) for block in body.blocks)
    if after < _DOUBTFUL * before:
        body.warnings.append(
            f"{100 - 100 * after // before}% of what the extractor took for the article left out as boilerplate, which is doubtful"
        )


def _small_boxes(blocks: list[_Block], runs: list[_Run]) -> set[int]:
    """Boxes that hold little of the body: one that holds much of it only has an odd class name."""
    inside = Counter[int]()
    for block in blocks:
        if block.run is not None:
            for box in runs[block.run].boxes:
                inside[box] += len(block.key)
    total = sum(len(block.key) for block in blocks)
    return {box for box, size in inside.items() if size < 0.15 * total}


def _is_title(block: _Block, title: str | None) -> bool:
    own, other = fold(block.text), fold(title or "")
    return len(own) >= 12 and (own.startswith(other) if len(other) >= 12 else False)


def _is_link_elsewhere(run: _Run, words: int) -> bool:
    return run.linked >= 0.9 and words >= 4 and not _ENDS.search(run.text)


def _cut_last_section(blocks: list[_Block], runs: list[_Run]) -> list[_Block]:
    """The body without a last section of links to other articles."""
    total = sum(len(block.key) for block in blocks)
    after = 0
    for at in range(len(blocks) - 1, 0, -1):
        block = blocks[at]
        after += len(block.key)
        if after > 0.4 * total:
            break
        label = len(block.text) <= _LABEL and (block.heading or is_call(block.text)) and _FOOT_HEAD.match(block.text)
        if label and _leads_away(blocks[at + 1 :], runs):
            return blocks[:at]
    return blocks


def _cut_author_boxes(blocks: list[_Block], about: About) -> list[_Block]:
    """The body without what is said of its authors at its end; whom that names are the authors where the page names none."""
    while len(blocks) > 1:
        box = read_author_box(blocks[-1].text)
        if box is None and not blocks[-1].heading:
            break
        if box is not None and not about.authors:
            about.authors = box.people
        blocks = blocks[:-1]
    return blocks


def _leads_away(blocks: list[_Block], runs: list[_Run]) -> bool:
    heads = [block for block in blocks if block.heading]
    linked = [block for block in heads or blocks if block.run is not None and runs[block.run].linked >= 0.9]
    return not blocks or len(linked) >= 0.7 * len(heads or blocks) or all(len(block.text.split()) < 15 for block in blocks)


# Letters


def _mend(text: str) -> tuple[str, list[str]]:
    """A text with its mojibake mended paragraph by paragraph, and a warning if there was any."""
    if text.isascii():
        return text, []
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    parts = text.split("\n\n")
    count = 0
    for at, part in enumerate(parts):
        if len(part) <= _PARAGRAPH and is_bad(part):
            mended = fix_encoding(part)
            if mended != part:
                parts[at] = mended
                count += 1
    warning = f"letters of another encoding mended in {count} paragraph{'s' if count > 1 else ''}"
    return "\n\n".join(parts), [warning] if count else []
