"""How much: numbers with what they count or measure, their bounds, and what they are counted by.

Numbers are found by their letters, in digits or spelled out; what stands around one says whether it is a quantity at all, a range,
a bound or an approximation, money, a measure or a count of things. Which noun is counted is told from its plural, without a
tagger; where that isn't clear, the unit is None.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from sayso.models import Quantity, Span

_ONES_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""
_ONES = {word: value for value, word in enumerate(_ONES_WORDS.split())} | {"nought": 0, "naught": 0}
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * value for value, word in enumerate(_TENS_WORDS.split(), 2)}
_SCALES = {
    "hundred": 1e2, "dozen": 12, "dozens": 12, "thousand": 1e3, "lakh": 1e5, "lakhs": 1e5, "million": 1e6, "crore": 1e7, "crores": 1e7,
    "billion": 1e9, "trillion": 1e12,
}  # fmt: skip
_SHORT_SCALES = {
    "k": 1e3,
    "m": 1e6,
    "mil": 1e6,
    "tln": 1e12,
    "mm": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "mio": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "bln": 1e9,
    "tn": 1e12,
    "trn": 1e12,
}
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "twentieth": 20, "thirtieth": 30,
    "fortieth": 40, "fiftieth": 50, "hundredth": 100, "thousandth": 1000, "millionth": 1e6,
}  # fmt: skip
_PART_OF = _PARTS | {f"{part}s": n for part, n in _PARTS.items()} | {"halves": 2}
_GLYPHS = {"½": 1 / 2, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 1 / 4, "¾": 3 / 4, "⅕": 1 / 5, "⅖": 2 / 5, "⅗": 3 / 5, "⅘": 4 / 5, "⅙": 1 / 6,
           "⅚": 5 / 6, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8}  # fmt: skip
_SPELLED = {**_ONES, **_TENS}
_BOTTOMS = frozenset([*range(2, 11), 12, 16, 32, 64, 100])  # 9/11 is none
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]+\.\S+")
_LONGEST = 40  # code points of a number in digits that is still read
_REACH = 90  # code points before and after a number that are looked at

_WORDS = "|".join(sorted([*_SPELLED, *_SCALES, *_PART_OF], key=len, reverse=True))
_GLYPH = "".join(_GLYPHS)
_DIGITS = r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?(?![\d,]*\d)|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?![\d])|\d+(?:\.\d+)?|\.\d+"
# Where a number may begin. "A" and "half" lead on to "a hundred", "a dozen", "a quarter of", "half a million".
_SEED = re.compile(rf"(?:{_DIGITS})|[{_GLYPH}]|\b(?:{_WORDS})\b", re.I)
_NUMERAL = re.compile(
    rf"(?P<digits>{_DIGITS})"
    r"(?:(?P<power>[eE][+-]?\d{1,3}(?!\w)|\s?[x×]\s?10\^-?\d{1,3}(?!\w))"
    rf"|\s?(?P<glyph>[{_GLYPH}])|(?:(?:\s{{1,2}}|-)(?P<top>\d{{1,2}}))?/(?P<bottom>\d{{1,3}})(?![\d/]))?"
)
_NEXT = re.compile(rf"(?P<gap>\s+|-|\s*-\s*)?(?P<word>{_WORDS}|and|point|a|an|of)\b", re.I)
_SHORT_SCALE = re.compile(r"(?P<gap>[ -]?)(?P<word>mln|mio|mil|bln|trn|tln|mm|mn|bn|tn|k|m|b)(?![\w])", re.I)

_LOW = (
    "more than|over|at least|no fewer than|no less than|not less than|not fewer than|upwards of|in excess of|above|"
    "a minimum of|minimum of|exceed(?:s|ed|ing)?|north of|just over|well over|a little over|better than"
)
_HIGH = (
    "less than|fewer than|under|at most|no more than|not more than|up to|below|a maximum of|maximum of|just under|"
    "well under|a little under|as few as"
)
_ABOUT = (
    "about|around|roughly|some|nearly|almost|close to|an estimated|estimated|approximately|approx\\.?|circa|c\\.|~|"
    "as many as|as much as|more or less|an approximate|virtually|getting on for"
)
_VICTIMS = r"(?:killed|wounded|injured|hurt|arrested|detained|rescued|displaced|hospitali[sz]ed|drowned)"
_VICTIMS_BEFORE = re.compile(rf"\b(?:{_VICTIMS}|killing|wounding|injuring)\s+(?:another\s+|a further\s+)?$", re.I)
_VICTIMS_AFTER = re.compile(
    rf"\s+(?:(?:more|others|were|are|was|had|have|been|still|also|being|confirmed|reported|feared|left)\s+){{0,3}}"
    rf"(?:{_VICTIMS}|dead|died|missing)\b",
    re.I,
)
_BOUND = re.compile(rf"(?:(?P<low>{_LOW})|(?P<high>{_HIGH})|(?P<about>{_ABOUT}))\s+(?:the\s+|a\s+)?$", re.I)
_TILDE = re.compile(r"[~≈]\s?$")
_AFTERWARDS = re.compile(r"\s+or\s+(?:(?P<low>more)|(?P<high>less|fewer)|(?P<about>so))\b|(?P<plus>\+)|(?P<odd>-odd)\b", re.I)
_EARLIER = re.compile(
    r"(?:\b(?:up|down|higher|lower|risen|fallen)\s+from|\bcompared\s+(?:with|to)|\b(?:as )?against|\binstead of|\brather than)\s*$", re.I
)
_CHANGE = re.compile(
    r"\b(?:r[iou]se[sn]?|rising|f[ae]ll(?:s|en|ing)?|increas\w+|decreas\w+|drop\w*|gr[eo]w\w*|climb\w*|cut\w*|rais\w+|reduc\w+|jump\w*|"
    r"slump\w*|went|mov\w+|shr[aiu]nk\w*|widen\w*|narrow\w*|lift\w*|slid\w*|dip\w*|soar\w*|surg\w+|tumbl\w+|plung\w+|eas\w+|edg\w+|"
    r"up|down|lower\w*|chang\w+|swell\w*|swollen|expand\w*|trim\w*)\b[^.;:]{0,60}\bfrom\s+$",
    re.I,
)
_CHANGED = re.compile(_CHANGE.pattern.partition("[^.;:]{0,60}")[0] + r"[^.;!?\n]*$", re.I)
_TO = re.compile(r"\s*(?:[-–—−]|\bto\b|\band\b|\bor\b)\s*", re.I)
_SPELL_OF_TIME = re.compile(r"[\s-]+(?:second|minute|hour|day|night|week|month|year|decade)s?\b", re.I)
_RATIO = re.compile(r"\s*-?\s*(?:in|out of)\s*-?\s*(?:every\s+)?", re.I)

_CODES = (
    "AED AUD BDT BRL CAD CHF CNY CZK DKK EGP EUR GBP GHS HKD HUF IDR ILS INR JPY KES KRW KWD LKR MXN MYR NGN NOK NZD OMR "
    "PHP PKR PLN QAR RMB RON RUB SAR SEK SGD THB TRY TWD UAH UGX USD VND XOF ZAR BTC"
)
_SYMBOLS = {
    "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "CAD$": "CAD", "NZ$": "NZD", "NZD$": "NZD", "HK$": "HKD",
    "S$": "SGD", "R$": "BRL", "NT$": "TWD", "Z$": "ZWL", "$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₦": "NGN",
    "₽": "RUB", "₩": "KRW", "₪": "ILS", "₫": "VND", "₱": "PHP", "₺": "TRY", "₴": "UAH", "฿": "THB", "₡": "CRC", "₭": "LAK", "₲": "PYG",
    "₿": "BTC", "元": "CNY", "円": "JPY", "Mex$": "MXN", "₵": "GHS", "₸": "KZT", "₼": "AZN", "₾": "GEL",
    "Rs": "INR", "Rs.": "INR", "R": "ZAR", "RMB": "CNY", "Sh": "KES", "N": "NGN",
}  # fmt: skip
_SHORT_NAMES = {
    "dollar": "USD", "euro": "EUR", "yen": "JPY", "yuan": "CNY", "renminbi": "CNY", "rupee": "INR", "naira": "NGN", "rand": "ZAR",
    "rouble": "RUB", "ruble": "RUB", "lira": "TRY", "shekel": "ILS", "baht": "THB", "ringgit": "MYR", "rupiah": "IDR", "zloty": "PLN",
    "forint": "HUF", "hryvnia": "UAH", "cedi": "GHS", "taka": "BDT", "tenge": "KZT", "bitcoin": "BTC", "pound sterling": "GBP",
    "sterling": "GBP", "won": "KRW", "dong": "VND", "real": "BRL", "reais": "BRL",
}  # fmt: skip
_MONEY_WORDS = """
    crown franc peso krone krona mark dinar dirham riyal shilling pound florin guilder talent ducat thaler cent penny pence p
"""
_MONEY = frozenset(_MONEY_WORDS.split())
_BEFORE_MONEY = re.compile(
    r"(?:(?<![\w$])(?P<symbol>(?:US|us|AU?|C(?:AD?)?|c|NZD?|HK|hk|S|R|NT|Z|Mex)\s?\$|[$£€¥₹₦₽₩₪₫₱₺₴฿₡₭₲₵₸₼₾₿]|Rs\.?|R|N|RMB|Sh)"
    rf"|(?<!\w)(?P<code>{_CODES.replace(' ', '|')}|{_CODES.replace(' ', '|').casefold()})\$?)\s?(?P<sign>[-−]?)$"
)

_NO_UNIT_WORDS = """
    was is has his this its less plus across versus previous perhaps always sometimes as us yes thus unless besides towards
    whereas says does goes others ours hers theirs yours times means matters remains stands rises falls wins loses makes takes
    gives comes runs gets puts lets wants needs owes costs weighs measures earns pays years' days' news minus plus afterwards
    upwards overseas indoors outdoors perhaps nevertheless alas
"""
_NO_UNIT = frozenset(_NO_UNIT_WORDS.split())
_STOPS_WORDS = """
    of in at on for to by from with without against between among into onto over under after before during since until till
    through and or but nor so yet if that which who whom whose when where while because than as is are was were be been being
    has have had do does did will would shall should can could may might must not no the a an this these those there here it he
    she they we you i said says told per each every today yesterday tomorrow still already also only just now then later earlier
    ago away apart respectively more less fewer higher lower up down out off back together alone overall
"""
_STOPS = frozenset(_STOPS_WORDS.split())
_LABELS_WORDS = """
    section sections article articles chapter page pages flight route highway road act bill no nos number numbers room lot lane
    court bus line level type grade category ring year group item clause part volume vol episode series season size psalm unit
    gate platform apartment apt suite channel area block phase stage class form model version windows iphone boeing airbus
    formula covid squadron figure fig table line junction exit ward district precinct division battalion brigade regiment pier
    berth shaft reactor title rule paragraph schedule annex appendix amendment resolution proposition measure rank ranked seed
    seeded week day round interstate tier trident apollo area schedule task studio hangar lap heat over
"""
_LABELS = frozenset(_LABELS_WORDS.split()) - {"over", "week", "day", "round", "area", "rank", "heat", "lap"}
_NOT_ONE_AFTER_WORDS = """
    of another who that day or which is was has had can could would will thing such way side hand time more might should must
    the a and to in on at by as than where what why how even for with too again shot
"""
_NOT_ONE_AFTER = frozenset(_NOT_ONE_AFTER_WORDS.split())
_NOT_ONE_BEFORE_WORDS = """
    no any every some each the this that which another last only loved big right wrong new old good bad number
"""
_NOT_ONE_BEFORE = frozenset(_NOT_ONE_BEFORE_WORDS.split())
_INVARIANT_WORDS = """
    people police cattle sheep deer fish aircraft spacecraft hovercraft series species staff personnel crew troops poultry swine
    salmon trout bison headquarters offspring shellfish cod squid moose men women children feet teeth mice geese oxen lice dice
"""
_INVARIANT = frozenset(_INVARIANT_WORDS.split())
_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "feet": "foot", "teeth": "tooth", "mice": "mouse",
    "geese": "goose", "oxen": "ox", "lice": "louse", "dice": "die", "lives": "life", "wives": "wife", "knives": "knife",
    "wolves": "wolf", "halves": "half", "loaves": "loaf", "thieves": "thief", "shelves": "shelf", "calves": "calf", "leaves": "leaf",
    "elves": "elf", "scarves": "scarf", "hooves": "hoof", "selves": "self", "buses": "bus", "viruses": "virus", "bonuses": "bonus",
    "campuses": "campus", "statuses": "status", "choruses": "chorus", "walruses": "walrus", "octopuses": "octopus", "censuses": "census",
    "crises": "crisis", "analyses": "analysis", "bases": "base", "theses": "thesis", "hypotheses": "hypothesis", "diagnoses": "diagnosis",
    "criteria": "criterion", "phenomena": "phenomenon", "bacteria": "bacterium", "data": "data", "media": "media", "movies": "movie",
    "cookies": "cookie", "zombies": "zombie", "ties": "tie", "pies": "pie", "lies": "lie", "dies": "die", "calories": "calorie",
    "species": "species", "series": "series", "heroes": "hero", "potatoes": "potato", "tomatoes": "tomato", "echoes": "echo",
    "torpedoes": "torpedo", "mosquitoes": "mosquito", "volcanoes": "volcano", "vetoes": "veto", "cargoes": "cargo", "gases": "gas",
    "quizzes": "quiz", "axes": "axe", "aches": "ache", "headaches": "headache", "toothaches": "toothache", "niches": "niche",
    "caches": "cache", "avalanches": "avalanche", "moustaches": "moustache", "quiches": "quiche", "creches": "creche",
    "midwives": "midwife", "housewives": "housewife", "penknives": "penknife", "circuses": "circus", "surpluses": "surplus",
    "caucuses": "caucus", "geniuses": "genius", "minibuses": "minibus", "trolleybuses": "trolleybus", "canvases": "canvas",
    "atlases": "atlas", "aliases": "alias", "biases": "bias", "gas": "gas", "lens": "lens", "canvas": "canvas", "atlas": "atlas",
    "alias": "alias", "bias": "bias", "chaos": "chaos", "businesses": "business",
    "passers-by": "passer-by", "yourselves": "yourself", "lenses": "lens", "troops": "troop", "police": "police officer",
}  # fmt: skip
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|March|Mar|April|Apr|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?"
    r"|Dec(?:ember)?)"
)
_MONTH_BEFORE = re.compile(rf"(?<!\w)(?<!\d\s){_MONTH}\.?\s+$")
_MONTH_AFTER = re.compile(rf"\s+(?:of\s+)?{_MONTH}(?!\w)")
_CLOCK = re.compile(r"\s?(?:[ap]m\b|[ap]\.\s?m\.|o['’]clock\b|(?:GMT|BST|UTC|EST|EDT|CET)\b)", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PER = re.compile(
    r"[\s-]*(?:(?:\bper\b|/|\beach\b|\bevery\b)\s*(?P<any>(?:\d[\d,]*\s+(?:live\s+)?)?[a-z]+)"
    r"|(?:an?|the)[\s-]+(?P<some>second|minute|hour|day|night|week|fortnight|month|quarter|season|year"
    r"|barrel|litre|liter|gallon|pint|bottle|head|tonne|ton|kilo|kilogram"
    r"|kilogramme|pound|ounce|acre|hectare|share|person|household|ticket|game|match|term|square (?:metre|meter|foot)|mile|kilometre"
    r"|kilometer|bushel|unit|piece|plate|shift)\b"
    r"|(?P<adverb>hourly|daily|nightly|weekly|monthly|yearly|annually)\b)",
    re.I,
)
_LATER_PER = re.compile(r"[^.;:!?\n\"“”]{0,60}?\b(?:every|each|per)\s+(?P<some>second|minute|hour|day|night|week|month|year)\b", re.I)
_ADVERBS = {
    "hourly": "hour",
    "daily": "day",
    "nightly": "night",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
}
_AGE = re.compile(r"[- ]?(?:(?P<unit>year|month|week|day)s?(?:[- ]olds?|\s+of\s+age)|(?P<short>yo|y/o|yrs? old))\b", re.I)
_AGED = re.compile(r"(?:\bage[ds]?(?:\s+(?:about|around|just|only))?\s+)$", re.I)


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as it is written; ``spelled`` in words, ``part`` a fraction of something."""

    start: int
    end: int
    value: float
    spelled: bool = False
    part: bool = False
    scale: float = 1.0  # that its last word multiplies by


@dataclass(frozen=True, slots=True)
class _Unit:
    """What follows a number: what it counts, by what, and where that ends; ``kind`` is money, measure or count."""

    end: int
    lemma: str | None = None
    kind: str | None = None
    per: str | None = None
    reach: int = 0  # where what it is counted by ends


def find_quantities(text: str, times: Sequence[Span] = (), unlikely: Callable[[int, int], bool] | None = None) -> list[Quantity]:
    """The quantities of a text, in order; no two overlap.

    Args:
        text: of the article.
        times: spans that are points in time (dates, years, clock times), in order; a number in one of them is no quantity.
        unlikely: whether the number at a span is unlikely to be a quantity; asked for ambiguous ones only.
    """
    numbers = _numbers(text, times)
    found: list[Quantity] = []
    kinds: list[str | None] = []
    at = reached = 0
    while at < len(numbers):
        if numbers[at].start < reached:
            at += 1
            continue
        used, quantities, reach = _read(text, numbers, at, found, kinds, unlikely, reached)
        for quantity, kind in quantities:
            if quantity.span[0] >= reached:
                found.append(quantity)
                kinds.append(kind)
                reached = max(quantity.span[1], reach)
        at += used
    return found


def _numbers(text: str, times: Sequence[Span]) -> list[_Number]:
    """The numbers of a text that stand in no time and no other word."""
    numbers: list[_Number] = []
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    times = sorted([*times, *addresses]) if addresses else times
    starts = [start for start, _ in times]
    at = 0
    for seed in _SEED.finditer(text):
        if seed.start() < at:
            continue
        number = _read_number(text, seed.start())
        if number is None:
            continue
        place = bisect_right(starts, number.end - 1) - 1
        if place >= 0 and times[place][1] > number.start:
            at = max(at, times[place][1])
            continue
        at = number.end
        numbers.append(number)
    return numbers


def _read_number(text: str, at: int) -> _Number | None:
    return _read_digits(text, at) if text[at].isdigit() or text[at] in f".{_GLYPH}" else _read_words(text, at)


def _read_digits(text: str, at: int) -> _Number | None:
    if text[at] in _GLYPHS:
        return _scaled(text, _Number(at, at + 1, _GLYPHS[text[at]], part=True))
    match = _NUMERAL.match(text, at)
    if (
        match is None
        or len(match["digits"]) > _LONGEST
        or (
            not match["digits"].isascii()
            and not match["digits"].replace("\u00a0", "").replace("\u2009", "").replace("\u202f", "").isascii()
        )
    ):
        return None
    digits = re.sub(r"[,\s]", "", match["digits"])
    value = float(digits)
    if match["power"]:
        power = re.sub(r"(?i)e|\s?[x×]\s?10\^", "", match["power"])
        return _Number(at, match.end(), value * 10.0 ** int(power)) if abs(int(power)) < 100 else None
    if match["bottom"]:
        bottom = int(match["bottom"])
        top = int(match["top"]) if match["top"] else int(value) if value.is_integer() else -1
        if not 0 < top < bottom or bottom not in _BOTTOMS:
            return None
        value = value + top / bottom if match["top"] else top / bottom
        return _scaled(text, _Number(at, match.end(), value, part=not match["top"]))
    if match["glyph"]:
        value += _GLYPHS[match["glyph"]]
    return _scaled(text, _Number(at, match.end(), value))


def _scaled(text: str, number: _Number) -> _Number:
    """A number in digits with the words that scale it: "2.3 million", "1 1/2 dozen"."""
    while (following := _NEXT.match(text, number.end)) and (scale := _SCALES.get(following["word"].casefold())):
        if following["word"].casefold() in ("dozens", "lakhs", "crores") and scale == 12:
            break
        number = replace(number, end=following.end(), value=number.value * scale, part=False, scale=number.scale * scale)
    half = re.compile(r"\s+and\s+a\s+half\b", re.I).match(text, number.end)
    if half and number.value >= 1:
        last = max((s for s in _SCALES.values() if number.value % s == 0 and number.value >= s), default=1.0)
        number = replace(number, end=half.end(), value=number.value + last / 2)
    return number


def _read_words(text: str, at: int) -> _Number | None:
    """A number in words: "two hundred and six", "five and a half million", "three quarters", "a dozen", "half a million"."""
    words = _number_words(text, at)
    if not words or words[0][1] != at:
        return None
    article = re.search(r"\b(?:an?|one)\s+$", text[max(0, at - 5) : at], re.I)
    begin = at - len(article[0]) if article else at
    word, _, end = words[0]
    vague = re.search(r"\b(?:few|several|many|some|couple of)\s+$", text[max(0, at - 12) : at], re.I)
    if word in _PART_OF and not (word == "half" and article and article[0].strip().casefold() == "one"):
        if len(words) > 1 and words[1][0] in _SCALES and word in ("half", "quarter"):  # "half million", "a quarter million"
            return _Number(begin, words[1][2], _SCALES[words[1][0]] / _PARTS[word], spelled=True)
        if word == "half":
            scale = re.compile(rf"\s+an?\s+({'|'.join(_SCALES)})\b", re.I).match(text, end)
            if scale:
                return _Number(begin, scale.end(), _SCALES[scale[1].casefold()] / 2, spelled=True)
            plain = re.compile(r"\s+(?:of|the|an?|its|their|his|her|our)\b|\s*(?:[.,;:)]|$)", re.I).match(text, end)
            return _Number(begin, end, 0.5, spelled=True, part=True) if plain or _noun(text, end, 2.0)[0] else None
        if not article or word not in _PARTS or not _PART_FOLLOWS.match(text, end):
            return None
        return _of_scale(text, _Number(begin, end, 1 / _PARTS[word], spelled=True, part=True))
    if word in _SCALES and (word.endswith("s") or (not article and (vague or len(words) < 2 or words[1][0] not in _SCALES))):
        return None  # "several hundred", "dozens": how many isn't said
    value, used, scale_at = _cardinal(words, 0)
    if used == 0 or value > 1e18:
        return None
    begin = begin if word in _SCALES else at
    end = words[used - 1][2]
    rest = words[used:]
    # "and a half", "and two thirds" of what the last scale counts, or of one.
    if len(rest) > 2 and rest[0][0] == "and":
        top, taken, _ = (1.0, 1, 0.0) if rest[1][0] in ("a", "an") else _cardinal(rest, 1, below=100)
        bottom, after = _denominator(rest, 1 + taken)
        if taken and bottom:
            last = scale_at if scale_at and scale_at > 100 and not value % scale_at else 1.0
            value += last * top / bottom
            end = rest[after - 1][2]
            if last == 1.0 and len(rest) > after and rest[after][0] in _SCALES and _SCALES[rest[after][0]] > 100:
                value, end = value * _SCALES[rest[after][0]], rest[after][2]
            return _Number(begin, end, value, spelled=True)
    if len(rest) > 1 and rest[0][0] == "point":
        figures = ""
        for word, _, stop in rest[1:16]:
            if word not in _ONES or _ONES[word] > 9:
                break
            figures, end = figures + str(_ONES[word]), stop
        return _scaled(text, _Number(begin, end, value + float(f"0.{figures or 0}"), spelled=True))
    bottom, after = _denominator(rest, 0)
    if bottom and (value != 1 or rest[0][0] != "second"):
        return _of_scale(text, _Number(begin, rest[after - 1][2], value / bottom, spelled=True, part=True))
    return _Number(begin, end, value, spelled=True)


def _number_words(text: str, at: int) -> list[tuple[str, int, int]]:
    """The words from a place on that may belong to one number: letters, start and end of each."""
    words: list[tuple[str, int, int]] = []
    end = at
    while len(words) < 24 and (match := _NEXT.match(text, end)) is not None:
        gap = match["gap"] or ""
        if (words and not gap) or "\n" in gap or match["word"].casefold() == "of":
            break
        words.append((match["word"].casefold(), match.start("word"), match.end()))
        end = match.end()
    while words and words[-1][0] in ("and", "a", "an", "point"):
        words.pop()
    return words


def _cardinal(words: Sequence[tuple[str, int, int]], at: int, below: float = math.inf) -> tuple[float, int, float]:
    """The largest cardinal from a word on: its value, how many words it takes, and the scale that it ends with, if any."""
    total, place, last, ended = 0.0, at, math.inf, 0.0
    while place < len(words):
        joined = place + (words[place][0] == "and" and place > at)
        group, used = _below_thousand(words, joined)
        if used == 0 and joined < len(words) and words[joined][0] in _SCALES and place == at:
            group, used = 1.0, 0  # "a million"
        elif used == 0:
            break
        after = joined + used
        fraction, _ = _denominator(words, after)
        if joined > place and fraction:
            break  # "one hundred and three quarters"
        scale = 1.0
        while after < len(words) and (more := _SCALES.get(words[after][0], 0.0)) > 100:
            scale, after = scale * more, after + 1
        if after < len(words) and words[after][0] in ("dozen", "dozens") and scale == 1.0:
            scale, after = 12.0, after + 1
        if group * scale >= last or group * scale >= below or after == place:
            break
        if place > at and scale == 1.0 and joined == place and last < 1000 and last != 100:
            break
        total += group * scale
        ended = scale if scale > 1 else 100.0 if words[after - 1][0] == "hundred" else 0.0
        place = after
        if scale == 1.0 and ended == 0.0:
            break
        last = scale if scale > 1 else ended
    return total, place - at, ended


def _below_thousand(words: Sequence[tuple[str, int, int]], at: int) -> tuple[float, int]:
    """A number below a thousand, and how many words it takes."""
    if at >= len(words):
        return 0.0, 0
    value, used = 0.0, 0
    word = words[at][0]
    if word in _TENS:
        value, used = float(_TENS[word]), 1
        if at + 1 < len(words) and 0 < _ONES.get(words[at + 1][0], 0) < 10:
            value, used = value + _ONES[words[at + 1][0]], 2
    elif word in _ONES:
        value, used = float(_ONES[word]), 1
    if at + used < len(words) and words[at + used][0] == "hundred" and (used or at == 0):
        value, used = max(value, 1.0) * 100, used + 1
        rest = at + used + (at + used < len(words) and words[at + used][0] == "and")
        if rest < len(words) and (words[rest][0] in _TENS or words[rest][0] in _ONES):
            tail, more = _below_thousand(words, rest)
            fraction, _ = _denominator(words, rest + more)
            if more and tail < 100 and not (fraction and rest > at + used):
                value, used = value + tail, rest + more - at
    return value, used


def _denominator(words: Sequence[tuple[str, int, int]], at: int) -> tuple[float, int]:
    """What a word divides by, "fifths" or "twenty-fifth", and the place behind it; 0 if it doesn't."""
    if at >= len(words):
        return 0.0, at
    if words[at][0] in _PART_OF:
        return float(_PART_OF[words[at][0]]), at + 1
    if (
        words[at][0] in _TENS
        and at + 1 < len(words)
        and words[at + 1][0] in _PART_OF
        and words[at + 1][0] not in ("half", "quarter", "quarters")
    ):
        return float(_TENS[words[at][0]] + _PART_OF[words[at + 1][0]]), at + 2
    return 0.0, at


def _of_scale(text: str, number: _Number) -> _Number:
    """A part of a scale, as in "three quarters of a million"."""
    match = re.compile(rf"(?:\s+of\s+an?)?\s+({'|'.join(_SCALES)})\b", re.I).match(text, number.end)
    if match is None:
        return number
    return replace(number, end=match.end(), value=number.value * _SCALES[match[1].casefold()], part=False)


_PART_FOLLOWS = re.compile(
    r"\s+of\b|\s*[.,;:)]|\s*$|\s+(?:were|was|are|is|have|has|had|said|say|in|to|more|less|as|by|from|since|on|did|do|would|will)\b", re.I
)


def _read(
    text: str, numbers: Sequence[_Number], at: int, before: Sequence[Quantity], kinds: Sequence[str | None],
    unlikely: Callable[[int, int], bool] | None, reached: int,
) -> tuple[int, list[tuple[Quantity, str | None]], int]:  # fmt: skip
    """Read the quantity of one number, or of the two of a range or ratio.

    Returns:
        How many numbers were used, the quantities with their kinds, and where what they are counted by ends.
    """
    first = numbers[at]
    second = numbers[at + 1] if at + 1 < len(numbers) else None
    money, start, negative = _money_before(text, first.start)
    if start < reached:  # the sign belongs to the number before
        money, start = None, first.start
    first, short = _short_scaled(text, first, money is not None)
    if _glued(text, first, money, short):
        return 1, [], 0
    high, used, change = first, 1, False
    ratio = None
    if second is not None:
        gap = text[first.end : second.start]
        if (
            _RATIO.fullmatch(gap)
            and not _SPELL_OF_TIME.match(text, second.end)
            and 0 < first.value < second.value
            and second.value <= 1000
            and first.value.is_integer()
            and not money
        ):
            ratio, used, high = first.value / second.value, 2, replace(second, part=True)
        elif gap.strip() == "over" and first.value.is_integer() and second.value and not money and _noun(text, second.end, 2.0)[0] is None:
            ratio, used, high = first.value / second.value, 2, second  # "one over twenty"
        else:
            paired = _second(text, first, second, money)
            if paired is None and re.fullmatch(r"\s?[-–—]\s?", gap):
                return 2, [], 0  # a score
            if paired is not None:
                second, joint = paired
                unit_between = _after(text, first.end, first.value, money) if joint == "change" else None
                change = joint == "change" or (second.value < first.value and joint == "to")
                if joint != "change" and first.scale == 1 and first.value < second.value / second.scale:
                    first = replace(first, value=first.value * second.scale)  # "1.1 to 1.4 billion"
                if unit_between is None or unit_between.end == first.end:
                    high, used = second, 2
    if used == 1 and not change and (_is_label(text, first, money) or (not money and _is_time(text, first))):
        return 1, [], 0
    unit = _after(text, high.end, ratio or high.value, money, part=high.part)
    if (
        used == 2
        and ratio is None
        and not money
        and unit.kind is None
        and re.search(r"[-–—]", text[first.end : high.start])
        and not _BOUND.search(text[max(0, start - 24) : start])
    ):
        return 2, [], 0  # a score, or numbers of something else
    if money is None and unit.kind is None and not _may_stand_alone(text, first, high, used):
        return used, [], 0
    one = first.spelled and first.value == 1 and used == 1 and not negative
    if one and not _counts_one(text, first, unit, unlikely):
        return 1, [], 0
    added = 0.0
    if used == 1 and unit.kind in ("money", "measure") and not money and (more := _remainder(text, unit, numbers, at + 1)):
        added, used = more[0], 2
        first = replace(first, value=first.value + added)
        high, unit = first, replace(unit, end=more[1])
    if unit.kind == "money" and not money and (scaled := _SCALED_CODE.match(text, unit.end)):  # "75 USD million"
        first = replace(first, value=first.value * _SCALES[scaled[1].casefold()])
        high, unit = first, replace(unit, end=scaled.end())
    bound, start = _bounds(text, start, ranged=used == 2 and ratio is None and not change)
    after = _AFTERWARDS.match(text, unit.end)
    if after and unit.kind is None:  # "40 or so beehives", "the 900-odd objections"
        unit = _after(text, after.end(), high.value, money)
    elif after:
        unit = replace(unit, end=after.end())
    if after:
        bound = "low" if after["low"] or after["plus"] else "high" if after["high"] else "about"
    lemma, per, end, what = (money or unit.lemma), unit.per, unit.end, "money" if money else unit.kind
    earlier = change or bool(_EARLIER.search(text[max(0, start - 40) : start]))
    inherited, inherited_kind = _inherited(text, before, kinds, first.start, lemma is None and not earlier)
    if lemma is None and _is_age(text, first, start, bound):
        lemma, what = "year", "measure"
    elif lemma is None and change and (subject := _subject(text[max(0, start - 2 * _REACH) : start])):
        lemma, what = subject, "count"
    elif inherited is not None and lemma is None and (first.part or first.value.is_integer()):
        degrees = negative and (inherited.unit or "").startswith("degree")
        if inherited_kind == "count" or degrees or (earlier and ratio is None):
            lemma, per, what = inherited.unit, per or (inherited.per if earlier else None), inherited_kind
    elif (
        inherited is not None
        and per is None
        and inherited.unit == lemma
        and (earlier or (what in ("money", "measure") and text[high.end : high.end + 1] != "-"))
    ):
        per = inherited.per
    elif (
        lemma is None
        and not first.part
        and first.value.is_integer()
        and (_VICTIMS_BEFORE.search(text[max(0, start - 24) : start]) or _VICTIMS_AFTER.match(text, high.end))
    ):
        lemma, what = "person", "count"
    if inherited is not None and not earlier and ratio is None and inherited.unit == lemma and not inherited.earlier:
        earlier = bool(
            re.search(r"\bfrom\s+$", text[max(0, start - 8) : start], re.I)
            and _CHANGED.search(text[max(0, inherited.span[0] - _REACH) : inherited.span[0]])
        )
        per = per or (inherited.per if earlier else None)
    reach = unit.reach
    low_value, high_value = (ratio, ratio) if ratio is not None else (first.value, high.value)
    if negative:
        low_value, high_value = sorted((-low_value, -high_value))
    if change and used == 2:
        one_before = _make(text, (start, first.end), low_value, low_value, lemma, per, bound == "about", True)
        two = _make(text, (high.start, end), high_value, high_value, lemma, per, False, False)
        return 2, [(one_before, what), (two, what)], reach
    if low_value > high_value:
        low_value, high_value = high_value, low_value
    low, top = (low_value if bound != "high" else None), (high_value if bound != "low" else None)
    return used, [(_make(text, (start, end), low, top, lemma, per, bound == "about", earlier), what)], reach


_SCALED_CODE = re.compile(r"\s(thousand|million|billion|trillion|crore|lakh)\b", re.I)


def _make(
    text: str, span: Span, low: float | None, high: float | None, unit: str | None, per: str | None, approximate: bool, earlier: bool
) -> Quantity:
    start, end = span
    rounded = [None if v is None or not math.isfinite(v) else round(v, 4) if abs(v) < 1 else v for v in (low, high)]
    return Quantity(
        span=(start, end),
        text=text[start:end],
        low=rounded[0],
        high=rounded[1],
        unit=unit,
        per=per,
        approximate=approximate,
        earlier=earlier,
    )


def _money_before(text: str, start: int) -> tuple[str | None, int, bool]:
    """The currency before a number, where the whole begins, and whether a minus stands there."""
    match = _BEFORE_MONEY.search(text[max(0, start - 9) : start])
    if match is None:
        minus = re.search(r"(?:(?<![\w)])[-−]|\b(?:minus|negative)\s+)$", text[max(0, start - 10) : start], re.I)
        return None, start - len(minus[0]) if minus else start, minus is not None
    begin = start - len(match[0].lstrip()) if match[0] else start
    if match["code"]:
        code = match["code"].upper()
        return {"RMB": "CNY"}.get(code, code), begin, bool(match["sign"])
    symbol = re.sub(r"\s", "", match["symbol"])
    symbol = symbol.upper() if symbol.endswith("$") and symbol != "Mex$" else symbol
    if symbol in ("R", "N") and text[start - 1] != symbol:
        return None, start, False  # "N 45" is a direction
    return _SYMBOLS.get(symbol, "USD"), begin, bool(match["sign"])


def _short_scaled(text: str, number: _Number, money: bool) -> tuple[_Number, bool]:
    """A number with "bn", "m" or "k" behind it, where that is no unit."""
    if million := re.compile(rf"\s?M(?=(?:{_CODES.replace(' ', '|')})\b)").match(text, number.end):
        return replace(number, end=million.end(), value=number.value * 1e6), True
    if number.spelled:
        return number, False
    match = _SHORT_SCALE.match(text, number.end)
    if match is None:
        return number, False
    word = match["word"]
    if not money:
        plain = word.casefold() in ("bn", "tn", "mn", "mln", "bln", "trn", "tln", "mio", "mil") or (not match["gap"] and word in ("k", "K"))
        counted = not match["gap"] and word in ("m", "M") and _noun(text, match.end(), 2.0)[0] is not None
        if not (plain or counted or (not match["gap"] and word == "M")):
            return number, False
    elif match["gap"] and word.casefold() in ("k", "b"):
        return number, False
    scale = _SHORT_SCALES[word.casefold()]
    return replace(number, end=match.end(), value=number.value * scale, scale=scale), True


def _glued(text: str, number: _Number, money: str | None, short: bool) -> bool:
    """Whether a number in digits is part of a word, a code, an address, a time or a longer row of figures."""
    if number.spelled:
        return False
    start, end = number.start, number.end
    before, after = text[max(0, start - 2) : start], text[end : end + 12]
    if not money and re.search(r"[\w#@/\\^=&?]$|\w[-.:'’(]$|\)\($|\d,$", before):
        return True
    if re.match(r"(?:st|nd|rd|th)\b|[:.]\d|,\d{3}|['’]?s\b|[/\\^=@_]\w|-\d+-\d", after, re.I):
        return True
    if re.match(r"[^\W\d_]", after) and not short:
        known = _measure(text, end) or _AGE.match(text, end) or _money_after(text, end, number.value)
        return known is None
    digits = text[start:end]
    if digits[0] == "0" and len(digits) > 1 and digits[1].isdigit():
        return True  # a telephone's
    return bool(re.match(r" ?\d", after)) or bool(re.search(r"\d[ -]$", before))


def _second(text: str, first: _Number, second: _Number, money: str | None) -> tuple[_Number, str] | None:
    """The other end of a range that begins with a number, and how both are joined: "to", "and" or "change"."""
    gap = text[first.end : second.start]
    before = text[max(0, first.start - _REACH) : first.start]
    bare = re.sub(r"(?:US|A|C|NZ|HK)?[$£€¥₹₦]|Rs\.?", "", gap)
    if len(bare) > 40:
        return None
    second, _ = _short_scaled(text, second, money is not None)
    joint = _TO.fullmatch(bare)
    if joint is None:
        # "from 12 deaths to 9", "rose from 4 per cent in May to 5 per cent"
        if _CHANGE.search(before) and re.search(r"\bto\s+(?:about\s+|around\s+|nearly\s+)?$", bare, re.I) and not re.search(r"[.;:]", bare):
            return second, "change"
        return None
    word = joint[0].strip().casefold()
    if word in ("and", "or"):
        if word == "or" and first.value + 1 == second.value and money is None:
            return second, "or"
        if word == "or" or not re.search(r"\bbetween\s+(?:about\s+|some\s+|[$£€¥₹₦]\s?)*$", before, re.I):
            return None
        return second, "and"
    if _CHANGE.search(re.sub(r"(?:[$£€¥₹₦]\s?|about\s+)$", "", before)):
        return second, "change"
    if word == "to" and not re.search(r"\bfrom\s+\S{0,3}$", before, re.I) and second.value <= first.value:
        return None
    return (second, "to") if first.value < second.value else None


def _bounds(text: str, start: int, ranged: bool) -> tuple[str | None, int]:
    """The bound or approximation before a number, and where the whole begins."""
    bound: str | None = None
    between = re.search(r"\b(?:between|from)\s+$", text[max(0, start - 9) : start], re.I) if ranged else None
    if between:
        start -= len(between[0])
    for _ in range(2):
        match = _BOUND.search(text[max(0, start - 26) : start]) or _TILDE.search(text[max(0, start - 2) : start])
        if match is None or re.search(r"\w$", text[: start - len(match[0])][-1:]):
            break
        kind = match.lastgroup or "about"
        if bound is None or kind != "about":
            bound = kind
        start -= len(match[0])
    return bound, start


def _is_label(text: str, number: _Number, money: str | None) -> bool:
    """Whether a number names something: Section 21, Court 6, a Boeing 737, Eagle Two, the 2004 Act."""
    if money:
        return False
    if number.spelled and text[number.start].isupper():
        begins = re.search(r"(?:^|[.!?\n:]\s*[\"“”‘’']?|[\"“‘'(]\s?)$", text[max(0, number.start - 4) : number.start])
        if not begins:
            return True
    written = text[number.start : number.end]
    if re.fullmatch(r"(?:1[4-9]|20|21)\d\d", written):
        return bool(
            re.search(
                r"\b(?:the|in|of|since|by|until|from|early|late|mid|to|and|for)\s+$", text[max(0, number.start - 8) : number.start], re.I
            )
        )
    before = re.search(r"([^\W\d_][\w.'’-]*)\s+$", text[max(0, number.start - 24) : number.start])
    if before is None:
        return False
    word = before[1].rstrip(".").casefold()
    if word in _LABELS and not number.spelled:
        return True
    capital = before[1][0].isupper()
    if not capital or number.spelled or word in _STOPS:
        return False
    begins = re.search(r"(?:^|[.!?\n\"“”‘:]\s*)$", text[max(0, number.start - 26) : number.start - len(before[0])])
    if begins:
        return False
    return _after(text, number.end, number.value, None).kind is None


def _is_time(text: str, number: _Number) -> bool:
    """Whether a number is a day of a month or an hour of a day: 14 May, May 14, 8 p.m."""
    if _CLOCK.match(text, number.end):
        return True
    if number.spelled or not number.value.is_integer() or not 0 < number.value <= 31:
        return False
    return bool(_MONTH_AFTER.match(text, number.end) or _MONTH_BEFORE.search(text[max(0, number.start - 12) : number.start]))


_NUMBERING = re.compile(r"(?:^|[\n\r])[ \t]*\(?$")


def _may_stand_alone(text: str, first: _Number, high: _Number, used: int) -> bool:
    """Whether a number without a unit may be a quantity at all."""
    if used == 2:
        return True
    if first.part:
        return True
    if not first.spelled and 1400 <= first.value <= 2150 and first.value.is_integer() and "," not in text[first.start : first.end]:
        return False  # a year
    after = text[first.end : first.end + 24]
    if re.match(r"-[^\W\d_]", after) and not re.match(r"-(?:odd|plus|strong|or|to|and)\b", after):
        return False  # "two-way", "ten-fold"
    if not first.spelled and re.match(r"[.)]\s", after) and _NUMBERING.search(text[max(0, first.start - 8) : first.start]):
        return False
    proper = re.match(r"[ \u00a0]+([A-Z][\w-]*)", after)
    return not (proper and not first.spelled and proper[1].casefold() not in _STOPS and not re.match(r"\s+[A-Z]\w*s\b", after))


def _counts_one(text: str, number: _Number, unit: _Unit, unlikely: Callable[[int, int], bool] | None) -> bool:
    """Whether "one" counts: "one lapse", but not "one of them" or "no one"."""
    before = re.search(r"([^\W\d_]+)[\s-]+$", text[max(0, number.start - 16) : number.start])
    after = re.match(r"\s*['’-]?\s*([^\W\d_]+)", text[number.end : number.end + 24])
    if unit.kind is None or not after or after[1].casefold() in _NOT_ONE_AFTER:
        return False
    if before and before[1].casefold() in _NOT_ONE_BEFORE and unit.kind != "measure":
        return False
    return unit.kind == "measure" or unlikely is None or not unlikely(number.start, number.end)


def _inherited(
    text: str, before: Sequence[Quantity], kinds: Sequence[str | None], start: int, counted: bool
) -> tuple[Quantity, str | None] | tuple[None, None]:
    """The last quantity of the same sentence that counted or measured something, which a bare number goes on with."""
    if not before or before[-1].unit is None or start - before[-1].span[1] > 120:
        return None, None
    if re.search(r"[.!?]\s|\n", text[before[-1].span[1] : start]):
        return None, None
    if kinds[-1] != "count" and text[start : start + 1].isalnum() and counted:
        for past in range(2, min(4, len(before)) + 1):
            if re.search(r"[.!?]\s|\n", text[before[-past].span[1] : start]):
                break
            if kinds[-past] == "count":
                return before[-past], "count"
    return before[-1], kinds[-1]


_PAID = re.compile(
    r"£|\b(?:costs?|pa(?:y|ys|id|ying)|worth|ow(?:e|es|ed|ing)|fine[sd]?|earn\w*|price\w*|spen[dt]\w*|rais(?:e|ed|ing)|charg\w+"
    r"|s(?:ell|old)|bought|donat\w+|loan\w*|wages?|salar\w+|budget|debts?|cash|money)\b[^.;!?\n]*$",
    re.I,
)
_PEOPLE = re.compile(
    r"\b(?:children|people|persons|adults|men|women|those|anyone|anybody|everyone|pensioners|boys|girls|youths|them|all|patients|players"
    r"|residents)\s+$",
    re.I,
)


def _is_age(text: str, number: _Number, start: int, bound: str | None) -> bool:
    """Whether a bare number is somebody's age: "Ada Lin, 52,", "children under 12", "aged seven"."""
    if not 0 < number.value < 125 or number.part:
        return False
    before, after = text[max(0, start - 40) : start], text[number.end : number.end + 4]
    if _AGED.search(text[max(0, number.start - 24) : number.start]):
        return True
    if re.search(r"[^\W\d_][\w'’-]*,\s$", before) and re.match(r"\s*[,.;]|\s+and\b|$", after) and not number.spelled:
        return bool(re.search(r"[A-Z][\w'’-]*,\s$", before))
    if not number.spelled and after.startswith(")") and re.search(r"[A-Z][\w'’-]*\s\($", before):
        return True
    if re.search(r"\b(?:man|woman|boy|girl|child|teenager|person|player|age)\s+of\s+$", before, re.I):
        return True
    return bound in ("low", "high") and _PEOPLE.search(before) is not None


def _subject(before: str) -> str | None:
    """What changes "from 120 to 95": the first plural of the clause before."""
    clause = re.split(r"[.;:!?\n]", before)[-1]
    return next((_singular(m[0]) for m in _WORD.finditer(clause) if _is_plural(m[0])), None)


def _after(text: str, at: int, value: float, money: str | None, part: bool = False) -> _Unit:
    """What follows a number: age, measure, money or a counted noun, and what it is counted by."""
    if money:
        return _with_per(text, _Unit(at, money, "money"))
    if age := _AGE.match(text, at):
        return _Unit(age.end(), (age["unit"] or "year").casefold(), "measure")
    if measured := _measure(text, at):
        lemma, end = measured
        if lemma == "pound" and (value >= 1e5 or _PAID.search(text[max(0, at - _REACH) : at])):
            return _with_per(text, _Unit(end, "GBP", "money"))
        if lemma in ("mph", "kph"):
            return _Unit(end, "mile" if lemma == "mph" else "kilometre", "measure", "hour")
        return _with_per(text, _Unit(end, lemma, "measure"))
    if paid := _money_after(text, at, value):
        return _with_per(text, _Unit(paid[1], paid[0], "money"))
    if hyphened := re.compile(r"-([a-z]{3,})\b").match(text, at):
        noun = hyphened[1]
        if not re.search(r"(?:ed|ing|ly|way|fold|time|off|on|stop|thirds?|half|odd)$", noun):
            return _Unit(hyphened.end(), _singular(noun), "count")
    if part:
        of = re.compile(r"\s+(?:of\s+)?(?:all\s+|the\s+|its\s+|their\s+|his\s+|her\s+|our\s+|these\s+|those\s+|an?\s+)*", re.I).match(
            text, at
        )
        noun, end = _noun(text, of.end(), 0.5) if of else (None, at)
        return _Unit(end, noun, "count") if noun else _Unit(at)
    if some := re.compile(r"\s+of\s+(?:(?:the|its|their|his|her|those|these|our)\s+(?:\d[\d,]*\s+)?|\d[\d,]*\s+)").match(text, at):
        noun, _ = _noun(text, some.end(), 2.0)
        return _Unit(at, noun, "count") if noun else _Unit(at)
    noun, end = _noun(text, at, value)
    return _with_per(text, _Unit(end, noun, "count")) if noun else _Unit(at)


def _noun(text: str, at: int, value: float) -> tuple[str | None, int]:
    """The noun that a number counts, in the singular, and where it ends; None if no plural follows closely."""
    tail = text[at : at + _REACH]
    words: list[tuple[str, int]] = []
    last = 0
    for match in _WORD.finditer(tail):
        gap = tail[last : match.start()]
        if (gap.strip(" \u00a0") and not (words and gap in (", ",) and len(words) == 1)) or (
            not words and not gap and last == 0 and match.start() == 0 and at and text[at - 1].isalnum()
        ):
            break
        word = match[0]
        if word.casefold() in _STOPS or len(words) >= 5:
            break
        words.append((word, match.end()))
        last = match.end()
        if gap == ", " and len(words) > 3:
            break
    if not words:
        return None, at
    if value in (1.0, 0.5):
        words = words[: next((i for i, (w, _) in enumerate(words) if i and _PAST.search(w)), len(words))]
        plural = [i for i, (w, _) in enumerate(words) if value == 0.5 and _is_plural(w)]
        place = plural[0] if plural else next((i for i in range(min(len(words), 3) - 1, -1, -1) if words[i][0][0].islower()), -1)
        if value == 0.5 and not plural:
            place = next((i for i, (w, _) in enumerate(words) if w[0].islower() and not re.search(r"['’]s?$", w)), -1)
        if place < 0:
            return None, at
        word, end = words[place]
        return _singular(word), at + end
    for place, (word, end) in enumerate(words):
        if not _is_plural(word):
            continue
        if word.casefold() in _ATTRIBUTIVE and place + 1 < len(words) and _is_plural(words[place + 1][0]):
            continue
        return _singular(word), at + end
    return None, at


# Words behind a singular noun that begin what it did: "one man died".
_PAST = re.compile(
    r"^(?:\w+(?:[^e]ed|ing|ly)|came|went|took|made|saw|got|lost|won|found|held|kept|fell|rose|hit|ran|fled|shot|spoke|wrote|gave|became|began|"
    r"brought|built|sent|stood|sat|thought|knew|felt|led|met|told|left)$",
    re.I,
)
_ATTRIBUTIVE_WORDS = """
    sports police women men children sales arms drugs goods customs news people staff species series crew
"""
_ATTRIBUTIVE = frozenset(_ATTRIBUTIVE_WORDS.split())


def _is_plural(word: str) -> bool:
    low = word.casefold()
    if low in _INVARIANT or low in _IRREGULAR or re.search(r"(?:[^aeiou]m[ae]n|wom[ae]n|people|children)$", low):
        return not low.endswith("man")
    if word.endswith("s") and len(word) > 2 and word[:-1].isupper():
        return True  # "MPs"
    return len(low) > 3 and low.endswith("s") and not re.search(r"(?:ss|us|is|['’]s)$", low) and low not in _NO_UNIT and low not in _STOPS


_IES_WORDS = """
    aunties birdies brownies budgies caddies collies foodies genies goalies groupies hoodies hippies junkies magpies neckties newbies
    prairies rookies selfies smoothies sorties townies veggies walkie-talkies yuppies lingeries coteries reveries menageries eyries
"""
_IES = frozenset(_IES_WORDS.split())
_VES = frozenset(["sheaves", "dwarves", "wharves", "handkerchieves"])


@lru_cache(maxsize=4096)
def _singular(word: str) -> str:
    """A noun's singular, lower case; by rule, and by a list of those that follow none."""
    if word.endswith("s") and len(word) > 2 and word[:-1].isupper():
        return word[:-1]  # "MPs"
    low = word.casefold()
    head, _, tail = low.rpartition("-")
    if low in _IRREGULAR:
        return _IRREGULAR[low]
    if tail in _IRREGULAR:
        return f"{head}-{_IRREGULAR[tail]}" if head else _IRREGULAR[tail]
    if low in _INVARIANT:
        return low
    if suffix := re.search(r"(?:people|children)$", low):
        return low[: suffix.start()] + _IRREGULAR[suffix[0]]
    if low.endswith("oes") and not re.search(r"(?:sh|^t|^f|^h|^w|^r|^thr|can|ob|al)oes$", low):
        return low[:-2]
    if re.search(r"(?:[^aeiou]|ea)ves$", low) and low in _VES:
        return low[:-3] + "f"
    if re.search(r"men$", low) and len(low) > 4 and low not in ("specimen", "women", "regimen", "omen", "acumen", "abdomen"):
        return low[:-2] + "an"
    if low in _IES:
        return low[:-1]
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    if re.search(r"(?:ss|sh|ch|x|zz)es$", low):
        return low[:-2]
    if low.endswith("s") and not re.search(r"(?:ss|us|is)$", low):
        return low[:-1]
    return low


def _with_per(text: str, unit: _Unit) -> _Unit:
    """A unit with what it is counted by: "per day", "a barrel", "every day" further on."""
    match = _PER.match(text, unit.end)
    if match:
        word = match["any"] or match["some"]
        lemma = _ADVERBS[match["adverb"].casefold()] if match["adverb"] else _per_lemma(word)
        if match["any"] and word.casefold() in ("cent", "capita", "se", "annum"):
            lemma = {"capita": "capita", "annum": "year"}.get(word.casefold(), "")
        if match["any"] and re.match(r"\d", word):
            noun = re.compile(r"\s+(?:live\s+)?([a-z]+)").match(text, match.end("any"))
            base = re.sub(r"\D", "", word)
            tail = re.sub(r"[\d,]+\s+(?:live\s+)?", "", word)
            lemma = f"{base} {_singular(tail or (noun[1] if noun else ''))}".strip()
        reach = match.end()
        if match["any"] and re.match(r"\d", word) and noun is not None and not tail:
            reach = noun.end()
        return replace(unit, per=lemma or None, reach=reach)
    if unit.kind == "count" and (later := _LATER_PER.match(text, unit.end)):
        return replace(unit, per=later["some"].casefold())
    return unit


def _per_lemma(word: str) -> str:
    words = word.casefold().split(" ")
    known = _units()[0].get(words[-1])
    lemma = known if known and known != "quarter" else _singular(words[-1])
    return " ".join([*words[:-1], lemma.split(" ")[-1] if len(words) > 1 else lemma])


@cache
def _units() -> tuple[dict[str, str], re.Pattern[str], re.Pattern[str]]:
    """Lemmas by spelling, and the patterns of units in words and in letters that stand close to their number."""
    lemmas: dict[str, str] = {
        "mph": "mph",
        "kph": "kph",
        "km/h": "kph",
        "kmh": "kph",
        "kmph": "kph",
        "km/hr": "kph",
        "C": "degree celsius",
        "F": "degree fahrenheit",
    }
    for line in files("sayso.reading.facts").joinpath("units.tsv").read_text("utf-8").splitlines():
        lemma, spellings = line.split("\t")
        for spelling in (lemma, *spellings.split("|")):
            lemmas.setdefault(spelling, lemma)
    long = [s for s in lemmas if len(s) > 3 and s.isascii() and s.islower()]
    short = [s for s in lemmas if s not in long]
    close = [s for s in short if len(s) == 1 and s.isalpha()]
    wide = [s for s in short if s not in close and s != "in"]

    def either(forms: list[str]) -> str:
        return "|".join(re.escape(s) for s in sorted(forms, key=len, reverse=True))

    words = re.compile(rf"(?:\s|-|\s?-\s?)({either(long)})(?![\w])", re.I)
    letters = re.compile(rf"(?:\s|-)?[(\[{{<]?({either(wide)}|m)(?!\w)|({either(close)})(?!\w)")
    return lemmas, words, letters


def _measure(text: str, at: int) -> tuple[str, int] | None:
    """The unit of measure at a place, as a lemma, and where it ends."""
    lemmas, words, letters = _units()
    match = words.match(text, at)
    if match:
        return lemmas[match[1].casefold()], match.end()
    match = letters.match(text, at)
    if match is None:
        glued = re.compile(r"([a-z]{4,})(?!\w)", re.I).match(text, at)
        return (lemmas[glued[1]], glued.end()) if glued and glued[1] in lemmas else None
    spelling = match[1] or match[2]
    if spelling in ("a", "s", "K", "st", "t", "g", "h", "l", "V", "W", "N", "J") and re.match(r"[\s-]", match[0]):
        return None
    return lemmas[spelling], match.end()


@cache
def _currencies() -> tuple[dict[str, str], re.Pattern[str]]:
    names: dict[str, str] = dict(_SHORT_NAMES)
    for line in files("sayso.reading.facts").joinpath("currencies.tsv").read_text("utf-8").splitlines():
        code, _, called = line.split("\t")
        names.setdefault(code.casefold(), code)
        for name in called.split("|"):
            names.setdefault(name, code)
    for name, code in list(_SHORT_NAMES.items()):
        names.setdefault(f"{name}s", code)
        names.setdefault(f"us {name}", code) if name == "dollar" else None
    names |= {"us dollars": "USD", "rmb": "CNY", "pounds sterling": "GBP", "sterling": "GBP", "lire": "lira"}
    for lemma in _MONEY:
        names.setdefault(lemma, lemma)
        names.setdefault({"penny": "pennies", "pence": "pence", "p": "p"}.get(lemma, f"{lemma}s"), lemma)
    names |= {"kroner": "krone", "kronor": "krona", "kronas": "krona", "pence": "penny", "p": "penny"}
    pattern = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
    return names, re.compile(rf"[\s-]?(?:{'of '})?({pattern})(?!\w)", re.I)


def _money_after(text: str, at: int, value: float) -> tuple[str, int] | None:
    """The currency named behind a number, and where its name ends."""
    names, pattern = _currencies()
    if symbol := _SYMBOL_AFTER.match(text, at):
        return _SYMBOLS[symbol[1]], symbol.end()
    if code := _CODE_AFTER.match(text, at):
        return {"RMB": "CNY"}.get(code[1].upper(), code[1].upper()), code.end()
    match = pattern.match(text, at)
    if match is None:
        return None
    name = match[1].casefold()
    glued = match[0] == match[1]
    if glued != (name == "p") or match[1] == "P":
        return None
    if name in ("pound", "pounds"):
        return ("GBP", match.end()) if value >= 1e5 else None
    if name in ("won", "mark", "marks", "real") and value < 1000:
        return None
    return names[name], match.end()


_SYMBOL_AFTER = re.compile(r"\s?(US\$|[$£€¥₹₦₽₩₪₫₱₺₴฿₡₭₲₵₸₼₾₿元円])(?!\s?[\d\w])")
_CODE_AFTER = re.compile(rf"\s?({_CODES.replace(' ', '|')}|{_CODES.replace(' ', '|').casefold()})(?!\w)")
# What one of the second unit is of the first: "5 feet 2 inches", "3 dollars and 50 cents".
_PARTS_OF_UNITS = {("foot", "inch"): 12, ("pound", "ounce"): 16, ("stone", "pound"): 14, ("yard", "foot"): 3, ("money", "cent"): 100,
                   ("money", "penny"): 100}  # fmt: skip


def _remainder(text: str, unit: _Unit, numbers: Sequence[_Number], at: int) -> tuple[float, int] | None:
    """What a smaller unit behind a unit adds to it, and where that ends."""
    if at >= len(numbers) or not re.fullmatch(r"\s+(?:and\s+)?", text[unit.end : numbers[at].start]):
        return None
    number = numbers[at]
    small = _measure(text, number.end) or _money_after(text, number.end, number.value)
    if small is None and unit.lemma == "foot" and (inches := re.compile(r"\s?(?:in|\"|”|″)(?!\w)").match(text, number.end)):
        small = ("inch", inches.end())
    if small is None:
        alone = re.compile(r"\s*(?:[.,;:!?)]|$)").match(text, number.end)
        plain = unit.kind == "money" and alone and number.value.is_integer() and 0 < number.value < 100 and not number.part
        return (number.value / 100, number.end) if plain else None
    share = _PARTS_OF_UNITS.get(("money" if unit.kind == "money" else unit.lemma or "", small[0]))
    return (number.value / share, small[1]) if share and number.value < share else None
