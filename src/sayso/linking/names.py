"""Names as they are compared across documents: what is left of them, how they sound, and how far two of them agree."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import ratio

from sayso.models import EntityType

_LONGEST = 200  # code points of a folded name that are compared; PostgreSQL indexes nothing above 2.7 kB
_SOUND = 40  # letters of a sound that are kept
_WORD = re.compile(r"[^\W_]+(?:[.'’ʼ&][^\W_]+)*\.?|&")
_AFTERTHOUGHT = re.compile(r"\s*(?:[,;:(\[\n“\"]|\s[–—-]\s).*$", re.S)
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


TITLES = _set_of("""
    the a an mr mrs ms miss mx mme dr doctor sir dame lord lady baroness baron prof professor president vice senator sen rep
    representative congressman congresswoman governor gov mayor secretary minister prime premier chancellor judge justice chief
    general gen colonel col captain capt maj lieutenant lt sergeant sgt corporal cpl admiral brigadier commander commissioner
    superintendent inspector constable detective officer sheriff attorney ambassador councillor councilor cllr councilman
    councilwoman chairman chairwoman chairperson rev reverend bishop archbishop cardinal rabbi imam sheikh sheik ayatollah king queen
    prince princess emperor emir sultan pope saint st alhaji alhaja hajia malam barrister engr shri smt maulana pandit datuk dato tun
    ustaz hon honourable honorable herr frau monsieur madame senor senora signor former ex acting interim deputy assistant retired late
    outgoing incoming candidate nominee coach manager crown first foreign father brother sister mother spokesman spokeswoman
    spokesperson analyst director foreign-minister pm mp mep md ceo
    """)
"""Words before a name that are no part of it, folded."""
_ALSO_SURNAMES = _set_of(
    "king prince pope judge bishop justice constable major queen sheriff coach manager father baron marshal cardinal dean lord saint"
)
_SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_PARTICLES = _set_of("de da di du del della der den van von la le al el bin ibn ben abu bint dos das ter ten zu")
_LEGAL = _set_of("inc incorporated ltd limited llc llp lp plc corp corporation co company gmbh ag sa spa nv bv oyj ab asa pty kk")
_SMALL = _set_of("the of for and in on at de la &")  # words that an organization's name may lack
_SPELLINGS = {
    "defence": "defense", "centre": "center", "labour": "labor", "organisation": "organization", "programme": "program",
    "theatre": "theater",
    "harbour": "harbor", "&": "and", "dept": "department", "univ": "university", "intl": "international", "assn": "association",
    "govt": "government", "natl": "national", "saint": "st", "mount": "mt", "fort": "ft",
}  # fmt: skip
# Families that come first: "Xi Jinping" is Mr Xi.
FIRST = _set_of("""
    xi li wang zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong cheng
    cao yuan deng fu shen zeng peng lu su jiang cai jia ding wei xue ye pan du dai xia zhong tian ren hua geng mao kim park lee choi
    jung kang cho yoon jang lim moon ban roh chung kwon hwang ahn nguyen tran le pham hoang phan vu dang bui
    """)
_COMMON = _set_of("""
    smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor moore
    jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen
    hill flores green adams nelson baker hall rivera campbell mitchell carter roberts evans edwards collins stewart morris murphy cook
    rogers
    cooper reed bailey bell kelly howard ward cox richardson wood watson brooks bennett gray james hughes price myers long foster
    sanders ross morgan davies patel khan singh kumar ali ahmed hussain begum shah kim park wang li zhang chen liu yang huang zhao wu
    zhou muller schmidt schneider fischer weber meyer ivanov silva santos ferreira sharma gupta das rossi russo dubois bernard mohammed
    o'brien obrien walsh ryan byrne simpson marshall graham shaw fraser murray mcdonald macdonald reid clarke turner parker phillips
    """)
_GENERIC = _set_of(
    """
    supreme high appeals appeal district county city town state national federal local central court courts ministry department office
    police parliament senate house congress council government commission committee board agency authority service services foreign
    interior defense health education finance justice transport environment agriculture labor trade energy home affairs treasury
    cabinet assembly army navy air force forces military coast guard fire hospital university school college church party opposition
    coalition union association federation society club team league company group bank fund foundation institute center
    museum library airport port prison jail attorney generals general prosecutors secretary electoral election public security council
    representatives commons lords republicans democrats democratic republican labor conservative liberal green socialist communist
    people peoples task search rescue emergency intelligence water works planning parks bureau division unit administration chamber
    commerce ministers council prime mayors governors presidents sheriffs
    """
)
_SOUNDS = (
    ("tch", "x"), ("sch", "s"), ("ch", "x"), ("sh", "s"), ("zh", "s"), ("cz", "x"), ("ph", "f"), ("kh", "k"), ("gh", "k"), ("dh", "d"),
    ("th", "t"), ("ts", "z"), ("tz", "z"), ("ck", "k"), ("q", "k"), ("g", "k"), ("w", "v"), ("ce", "s"), ("ci", "s"), ("cy", "s"), ("c",
    "k"),
)  # fmt: skip


class Agreement(Enum):
    """How far two names agree, from the strongest to the weakest; what agrees in none of these ways is of two."""

    FULL = "the same name"
    MIDDLE = "the same name but for a middle one"
    ORDER = "the same words in another order"
    SPELLING = "the same name in another spelling"
    NICKNAME = "a nickname of the first name"
    INITIALS = "the first letters"
    INITIAL = "an initial for the first name"
    SURNAME = "the surname alone"
    SINGLE = "the same single word"

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return _RANKS[self]


_RANKS = {agreement: rank for rank, agreement in enumerate(Agreement)}


def plain(word: str) -> str:
    """A word without case, accents, dots, apostrophes and possessive."""
    word = _POSSESSIVE.sub("", word.casefold())
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word).casefold() if not unicodedata.combining(c))
        word = word.replace("ł", "l").replace("ø", "o").replace("đ", "d").replace("ı", "i").replace("’", "'").replace("ʼ", "'")
    return word.replace(".", "").replace("'", "")


_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


def is_name(name: str) -> bool:
    """Whether words name somebody, as "Clara Venn" does and "the mayor" doesn't: one of them, no title, begins with a capital."""
    return any(
        (m[0][0].isupper() or m[0][0].isdigit() or m[0][0].upper() == m[0][0].lower()) and plain(m[0]) not in TITLES
        for m in _WORD.finditer(name[: 5 * _LONGEST])
    )


def words_of(name: str, type: EntityType) -> tuple[str, ...]:
    """The words of a name, folded, without titles, legal forms and afterthoughts; all of them, where nothing else is left."""
    return _words_of(name[: 5 * _LONGEST], type)


@lru_cache(maxsize=10_000)
def _words_of(name: str, type: EntityType) -> tuple[str, ...]:
    name = _INVISIBLE.sub("", name)
    found = [plain(m[0]) for m in _WORD.finditer(_AFTERTHOUGHT.sub("", name) or name)]
    found = [word for word in found if word]
    words = list(found)
    if type == "person":
        while words and words[0] in TITLES and not (len(words) == 1 and words[0] in _ALSO_SURNAMES):
            words = words[1:]
    else:
        words = [_SPELLINGS.get(word, word) for word in words]
        if words[:1] == ["the"]:
            words = words[1:]
        if type in ("organization", "media"):
            while len(words) > 1 and words[-1] in _LEGAL:
                words = words[:-1]
        if type in ("organization", "place", "media"):
            country = _countries().get(" ".join(words))
            words = country.split() if country is not None else words
    return tuple(words or found)


def folded(name: str, type: EntityType) -> str:
    """A name as it is looked up: its words with blanks between them; a very long one is cut and told apart by its hash."""
    key = " ".join(words_of(name, type)) or " ".join(name.casefold().split())
    if len(key) <= _LONGEST and len(name) <= 5 * _LONGEST:
        return key
    return f"{key[:_LONGEST]} {hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def bare(name: str, type: EntityType) -> str:
    """A name as it is told: without titles and articles before it, what is said behind it, and possessive; whole, if nothing is left."""
    before = TITLES if type == "person" else {"the"}
    name = _INVISIBLE.sub("", name) or name
    words = (_AFTERTHOUGHT.sub("", " ".join(name.split())) or name).split()
    while len(words) > 1 and (plain(words[0]) in before or (type == "person" and words[0][0].islower())):
        words = words[1:]
    return _POSSESSIVE.sub("", " ".join(words).strip(" -–—,.(")) or name


def is_country(words: Sequence[str]) -> bool:
    """Whether a place's words are those of a country or its capital, which may stand for its government."""
    return " ".join(words) in _country_names()


def country_of(words: Sequence[str]) -> str | None:
    """The country that a place is, or whose capital it is; None for other places."""
    name = " ".join(words)
    return _capitals().get(name) or (name if name in _countries() else None)


def country_called(word: str) -> str | None:
    """The country that a folded word names, or whose people or things it names: "russian"; None where it is none."""
    return _demonyms().get(word) or _countries().get(word)


def sound_of(words: Sequence[str], type: EntityType) -> str:
    """What a name is looked up by where its spelling may differ: of a person's surname, or of all of another name's words in order.

    The consonants, those alike that Latin spellings of foreign names confuse.
    """
    if type == "person":
        return _skeleton(Person.of(words).surname)
    return "".join(_skeleton(word) for word in sorted(word for word in words if word not in _SMALL))[:_SOUND] or " ".join(words)[:_SOUND]


@cache
def _skeleton(word: str) -> str:
    found = word
    for letters, sound in _SOUNDS:
        found = found.replace(letters, sound)
    first, rest = found[:1], re.sub("[aeiouyjh]", "", found[1:])
    first = "a" if first in "aeiouyj" else first
    return re.sub(r"(.)\1+", r"\1", first + rest)[:_SOUND]


def initials_of(words: Sequence[str]) -> str | None:
    """The first letters of an organization's name of three words and more, by which it may be called; None for others."""
    letters = "".join(word[0] for word in words if word not in _SMALL)
    return letters if len(letters) > 2 and letters.isalpha() else None


def short_names(words: Sequence[str], type: EntityType) -> list[str]:
    """Other names, folded, that a name may be called by without saying so."""
    if type == "person":
        return [words[0]] if len(words) in (2, 3) and words[0] in FIRST else []
    if type in ("organization", "media") and (letters := initials_of(words)) is not None:
        return [letters]
    return []


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name in its parts, folded.

    Attributes:
        given: the first name; empty where there is a surname only.
        middle: the names between, particles left out.
        surname: the last word.
        suffix: "jr", "sr", "ii", ... or empty.
    """

    given: str
    middle: tuple[str, ...]
    surname: str
    suffix: str

    @classmethod
    def of(cls, words: Sequence[str]) -> Person:
        """The parts of a name's words."""
        words, suffix = list(words), ""
        while len(words) > 1 and words[-1] in _SUFFIXES:
            suffix = _SUFFIXES[words.pop()]
        if _is_surname_first(words):
            return cls("".join(words[1:]), (), words[0], suffix)
        given = words[0] if len(words) > 1 and words[0] not in _PARTICLES else ""
        return cls(given, tuple(w for w in words[1:-1] if w not in _PARTICLES), words[-1] if words else "", suffix)


def _is_surname_first(words: Sequence[str]) -> bool:
    """Whether a name is like Kim Jong Un and Ban Ki-moon, and not like Lee Harvey Oswald."""
    return len(words) == 3 and words[0] in FIRST and all(len(w) < 7 and w not in _nicknames() and w not in _COMMON for w in words[1:])


def is_common(words: Sequence[str]) -> bool:
    """Whether many people may have a name: a frequent surname alone, or with a frequent or short first name."""
    person = Person.of(words)
    if person.surname not in _COMMON and person.surname not in FIRST and not (len(words) == 2 and words[0] in FIRST):
        return False
    return not person.given or (len(words) == 2 and (person.given in _nicknames() or min(len(word) for word in words) < 5))


def is_generic(words: Sequence[str]) -> bool:
    """Whether every country, city or company may have one that goes by a name, as by "Supreme Court"."""
    return all(word in _GENERIC or word in _SMALL for word in words)


def agreement(one: Sequence[str], other: Sequence[str], type: EntityType) -> Agreement | None:
    """How far two names of one type agree; None where they are names of two."""
    if not one or not other:
        return None
    if type == "person":
        return _people(one, other)
    if tuple(one) == tuple(other):
        return Agreement.FULL
    a, b = (sorted(word for word in words if word not in _SMALL) for words in (one, other))
    if a == b:
        return Agreement.ORDER
    if any(len(x) == 1 and len(y) > 1 and x[0] == initials_of(y) for x, y in ((one, other), (other, one))):
        return Agreement.INITIALS
    if type == "place":
        return None
    pairs = [(x, y) for x, y in zip(one, other, strict=False) if x != y]
    alike = len(one) == len(other) and len(pairs) == 1 and all(min(len(x), len(y)) > 4 and ratio(x, y) >= 80 for x, y in pairs)
    return Agreement.SPELLING if alike else None


@lru_cache(maxsize=10_000)
def _person(words: tuple[str, ...]) -> Person:
    return Person.of(words)


def _people(one: Sequence[str], other: Sequence[str]) -> Agreement | None:
    a, b = _person(tuple(one)), _person(tuple(other))
    if a.suffix != b.suffix and (a.suffix and b.suffix):
        return None
    if not a.given and not b.given:
        return Agreement.SINGLE if a.surname == b.surname else None
    if not a.given or not b.given:
        bare, full, words = (a, b, other) if not a.given else (b, a, one)
        if bare.surname == full.surname or (bare.surname == words[0] and words[0] in FIRST):
            return Agreement.SURNAME
        return None
    if (a.given, a.surname) == (b.given, b.surname):
        if a.suffix != b.suffix:
            return None  # Donald Trump and Donald Trump Jr.
        if a.middle == b.middle:
            return Agreement.FULL
        return Agreement.MIDDLE if _middles_fit(a.middle, b.middle) else None
    if sorted(one) == sorted(other):
        return Agreement.ORDER
    if not _middles_fit(a.middle, b.middle) or a.suffix != b.suffix or not _surnames_alike(a.surname, b.surname):
        # The second of two surnames, as Spanish has it, may be missing: Andres Lopez and Andres Lopez Obrador.
        return None
    same = a.surname == b.surname
    if same and (len(a.given) == 1 or len(b.given) == 1 or _are_initials(a.given) or _are_initials(b.given)):
        return Agreement.INITIAL if a.given[0] == b.given[0] else None
    if same and (b.given in _called(a.given) or a.given in _called(b.given)):
        return Agreement.NICKNAME
    if a.given == b.given:
        return Agreement.SPELLING  # the surnames are alike
    if _givens_alike(a.given, b.given) and not (_is_surname_first(one) or _is_surname_first(other)):
        return Agreement.SPELLING
    return None


def _are_initials(word: str) -> bool:
    return len(word) == 2 and not re.search("[aeiouy]", word)  # "JK" of J.K. Rowling


def _surnames_alike(a: str, b: str) -> bool:
    if a == b:
        return True
    return min(len(a), len(b)) > 4 and _skeleton(a) == _skeleton(b) and JaroWinkler.similarity(a, b) >= 0.8


def _givens_alike(a: str, b: str) -> bool:
    if min(len(a), len(b)) < 4:
        return False
    return (ratio(a, b) >= 60 and _skeleton(a) == _skeleton(b)) or (a[0] == b[0] and ratio(a, b) >= 80)


def _middles_fit(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether the middle names of two may be one's: none of them, or each the other's or its initial."""
    return not a or not b or all(x == y or (1 in (len(x), len(y)) and x[0] == y[0]) for x, y in zip(a, b, strict=False))


def initials_for(words: Sequence[str]) -> list[str]:
    """First letters under which a person's name is looked up: its own, those of the first names that it is short for, none."""
    given = Person.of(words).given
    return sorted({"", given[:1], *(name[0] for name in _called(given))}) if given else []


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in files("sayso.linking.facts").joinpath(name).read_text("utf-8").splitlines()]


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, short in _rows("nicknames.tsv"):
        for nickname in short.split("|"):
            found.setdefault(name, set()).add(nickname)
            found.setdefault(nickname, set()).add(name)
    return {name: frozenset(others) for name, others in found.items()}


def _called(given: str) -> frozenset[str]:
    return _nicknames().get(given, frozenset())


@cache
def _countries() -> dict[str, str]:
    """What countries are called, folded, and the one name for each."""
    found = {"us": "united states", "usa": "united states", "america": "united states", "uk": "united kingdom", "britain": "united kingdom"}
    found["great britain"] = "united kingdom"
    for name, others, _, _ in _rows("countries.tsv"):
        key = _plain(name)
        found.setdefault(key, key)
        for other in others.split("|"):
            if len(other) > 3 or other.isupper():
                found.setdefault(_plain(other), key)
    return found


@cache
def _country_names() -> frozenset[str]:
    return frozenset({*_countries().values(), *_capitals()})


@cache
def _capitals() -> dict[str, str]:
    found = {_plain(capital): _plain(name) for name, _, _, capital in _rows("countries.tsv") if capital}
    return {**found, "washington": "united states"}


@cache
def _demonyms() -> dict[str, str]:
    found = {"us": "united states", "american": "united states", "uk": "united kingdom", "british": "united kingdom"}
    for name, _, demonyms, _ in _rows("countries.tsv"):
        for demonym in re.split(r"[|,]\s*", demonyms):
            if demonym and " " not in demonym:
                found.setdefault(_plain(demonym), _plain(name))
    return found


def _plain(name: str) -> str:
    return " ".join(word for m in _WORD.finditer(name) if (word := plain(m[0])) and word != "the")
