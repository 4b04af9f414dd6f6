"""Which letters the bytes of a page stand for: declared, sniffed, or declared wrongly."""

from __future__ import annotations

import codecs
import re

_LOOKED_AT = 4096  # bytes in which a page declares its encoding
_SNIFFED = 200_000  # bytes that are looked at where it doesn't
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
_XML = re.compile(rb"^\s{0,100}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})", re.I)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
# What browsers read under these labels: the WHATWG Encoding Standard.
_BROWSERS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "gb2312": "gb18030", "gbk": "gb18030",
             "shift_jis": "cp932", "euc_kr": "cp949", "utf-16": "utf-8", "utf-16-le": "utf-8", "utf-16-be": "utf-8"}  # fmt: skip
_FEW = 8  # letters beyond ASCII from which on a guess has something to go by
_BAD = 0.02  # share of bytes that may be wrong under a declared encoding before another is looked for


def decode_markup(data: bytes, charset: str | None = None) -> tuple[str, list[str]]:
    """The text of a page's bytes, and warnings where its encoding was wrong or had to be guessed.

    A byte order mark goes before the charset of the HTTP header, that before what the page itself declares; but bytes that are
    valid UTF-8 are UTF-8 whatever is declared, since text in another encoding hardly ever is.

    Args:
        data: the bytes.
        charset: from the HTTP header.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _plain(data.decode(name, "replace")), []
    head = data[:_LOOKED_AT]
    if head[:200].count(0) > len(head[:200]) / 4:
        wide = "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
        return _plain(data.decode(wide, "replace")), [f"no encoding declared: read as {wide.upper()}"]
    match = _XML.match(head) or _META.search(head)
    declared = _known(charset) or (_known(match[1].decode("ascii")) if match else None)
    if data.isascii() and declared not in ("iso2022_jp", "utf-7", "hz"):
        return _plain(data.decode("ascii")), []
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is not None and declared not in ("iso2022_jp", "hz"):
        wrong = declared is not None and declared not in ("utf-8", "utf_8")
        return _plain(text), [f"the page says that it is {declared}, but it is UTF-8"] if wrong else []
    if declared is not None and declared != "utf-7":
        text = data.decode(declared, "replace")
        if text.count("\ufffd") <= _BAD * max(sum(byte > 127 for byte in data[:_SNIFFED]), 1):
            bad = text.count("\ufffd")
            return _plain(text), [f"{bad} bytes that are no {declared} replaced by U+FFFD"] if bad else []
    guessed = _sniff(data)
    said = f"the page says that it is {declared}, which its bytes are not" if declared else "no encoding declared"
    return _plain(data.decode(guessed, "replace")), [f"{said}: read as {guessed}"]


def _known(name: str | None) -> str | None:
    try:
        found = codecs.lookup((name or "").strip(" \"'")).name
        "".encode(found)  # a codec of bytes to bytes, as "base64", isn't for text
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None
    except Exception:  # "idna", "punycode" and "undefined" have errors of their own
        return None
    if found in ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "rot13", "mbcs", "oem"):
        return None
    return _BROWSERS.get(found, found)


def _sniff(data: bytes) -> str:
    from charset_normalizer import from_bytes

    try:
        data[:_SNIFFED].decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        # UTF-8 with a few broken bytes is still UTF-8.
        text = data[:_SNIFFED].decode("utf-8", "replace")
        broken, wide = text.count("\ufffd"), sum(c > "\x7f" for c in text)
        if broken <= 0.1 * wide or error.start >= _SNIFFED - 4:
            return "utf-8"
        if broken < _FEW:
            return "cp1252"
    best = from_bytes(data[:_SNIFFED]).best()
    found = _known(best.encoding) if best is not None else None
    return found or "cp1252"


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff")
