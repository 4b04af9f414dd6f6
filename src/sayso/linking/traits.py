"""What a document says beside a name about who bears it: office, field of work, sex, country."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from sayso.linking.names import TITLES, country_called, plain
from sayso.models import Span

_BEFORE, _AFTER = 60, 90  # code points beside a name that are looked at
_WORDS_BEFORE, _WORDS_AFTER = 6, 12
_MENTIONS = 12  # of an entity that are looked at: the first ones introduce it
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*\.?")
_TITLE = re.compile(r"\b(Sen|Rep|Gov|Dr|Mr|Mrs|Ms|Mx|Prof|Gen|Col|Lt|Sgt|Capt|Rev|Pres|Hon|Supt|Det|Insp|Maj|Cpl|Cllr)\.")
_BREAK = re.compile(r"[.!?;:\n“”\"()\[\]—–]\s*")
# What comes between a name and what its bearer is said to be: ", the coach of", " (coach)", " is the coach", " who coaches".
_APPOSITION = re.compile(
    r"\s*(?:,\s*(?:\d{1,3},\s*)?(?:who\s+(?:is|was|serves as)\s+)?|\(|(?:is|was|became|serves as)\s+(?=(?:an?|the)\s)|—\s*|–\s*)"
)


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STOP = _set_of("""
    said says told asked by with to from that and or but as when after before while for in on at into against about than like among
    if because since until under over between was were is are has had have will would is it he she they we who which whose whom
    called met joined replaced beat defeated including
    """)
_SHORT = {
    "sen": "senator", "rep": "representative", "gov": "governor", "pres": "president", "prof": "professor", "gen": "general",
    "dr": "doctor", "col": "colonel", "lt": "lieutenant", "sgt": "sergeant", "capt": "captain", "cllr": "councillor",
    "pm": "prime minister",
    "councilor": "councillor", "premier": "prime minister", "ceo": "chief executive", "cfo": "chief executive", "rev": "reverend",
    "cpl": "corporal", "maj": "major", "mp": "lawmaker", "mep": "lawmaker", "parliamentarian": "lawmaker", "legislator": "lawmaker",
    "congresswoman": "congressman", "councilwoman": "councilman", "chairwoman": "chairman", "chairperson": "chairman", "chair": "chairman",
    "spokeswoman": "spokesman", "spokesperson": "spokesman", "actress": "actor", "goalie": "goalkeeper", "priest": "reverend",
    "policewoman": "policeman", "barrister": "lawyer", "solicitor": "lawyer", "attorney": "lawyer", "supt": "superintendent",
    "det": "detective", "insp": "inspector", "headteacher": "headmaster", "boxer": "fighter",
}  # fmt: skip
_FIELDS = {
    "politics": """
        president senator representative congressman governor mayor minister secretary chancellor lawmaker councillor councilman ambassador
        politician candidate nominee democrat republican diplomat envoy diplomatic parliament whip speaker alderman
        dictator leader statesman cabinet
    """,
    "sport": """
        coach striker midfielder goalkeeper defender winger quarterback linebacker pitcher catcher referee umpire player forward batsman
        bowler golfer fighter sprinter swimmer cyclist skater footballer champion olympian athlete wrestler jockey driver skipper football
        soccer basketball baseball tennis rugby cricket hockey teammate captain rookie shortstop outfielder receiver fullback medalist
        runner jumper surfer gymnast
    """,
    "business": """
        executive founder co-founder analyst investor banker entrepreneur owner broker trader shareholder billionaire businessman
        businesswoman developer retailer economist strategist
    """,
    "law": "judge lawyer prosecutor justice magistrate coroner counsel solicitor-general jurist",
    "police": "police detective constable sheriff officer superintendent inspector policeman investigator sergeant trooper",
    "military": """
        general colonel lieutenant admiral brigadier soldier commander corporal marine airman major military army navy marshal rebel
    """,
    "science": """
        professor researcher scientist biologist physicist astronomer historian epidemiologist geologist psychologist sociologist
        climatologist archaeologist chemist ecologist seismologist lecturer academic scholar engineer meteorologist virologist
    """,
    "medicine": "doctor physician surgeon nurse pediatrician paramedic psychiatrist midwife dentist gp",
    "religion": "pope bishop archbishop cardinal rabbi imam reverend pastor ayatollah monk nun vicar cleric",
    "arts": """
        actor singer author novelist musician rapper filmmaker artist comedian painter poet director playwright composer guitarist drummer
        pianist dancer choreographer sculptor screenwriter model photographer designer chef
    """,
    "media": "reporter journalist anchor editor columnist correspondent broadcaster presenter publisher blogger commentator",
    "teaching": "teacher headmaster principal student pupil dean",
    "crime": "suspect defendant gunman convict inmate killer attacker bomber",
    "private": "resident neighbor neighbour witness widow farmer carpenter waiter cashier shopkeeper driver survivor victim",
    "royal": "king queen prince princess emperor emir sultan duke duchess monarch",
}
_FIELD_OF = {word: field for field, words in _FIELDS.items() for word in words.split()}
# Fields between which people move, or whose words are used of the same person in one career; of others one person has seldom two.
_NEIGHBOURS = {
    frozenset(pair.split("-"))
    for pair in _set_of(
        """
    politics-law politics-military politics-business politics-royal politics-religion politics-crime politics-teaching politics-science
    politics-media politics-police law-police law-business law-crime law-science police-military police-crime science-medicine
    science-teaching science-business science-media medicine-teaching arts-media arts-business media-business sport-business sport-media
    sport-teaching business-crime business-private private-crime private-teaching private-medicine military-crime medicine-military
    religion-teaching religion-science arts-teaching arts-crime sport-crime royal-military private-arts private-business politics-private
    """
    )
}
_MEN = _set_of("mr sir lord congressman councilman chairman spokesman businessman king prince father brother duke herr signor policeman")
_WOMEN = _set_of("""
    mrs ms miss mme dame lady baroness congresswoman councilwoman chairwoman spokeswoman businesswoman queen princess actress mother sister
    duchess frau signora widow nun policewoman
    """)


def traits_of(text: str, mentions: Sequence[Span], names: Sequence[str], others: Sequence[Span] = ()) -> frozenset[str]:
    """What a document says that an entity is.

    Args:
        text: of the document.
        mentions: of the entity: code points, half-open, into the text.
        names: words of its names, folded, which say nothing about it.
        others: mentions of the document's other entities, in order, behind which words belong to those.

    Returns:
        Words of its own ("coach", "senator"), "man" or "woman", and "of" with a country.
    """
    found: Counter[str] = Counter()
    own = frozenset(names)
    for start, end in list(mentions)[:_MENTIONS]:
        words = [plain(m[0]) for m in _WORD.finditer(text[start : min(end, start + 200)])]
        if not any(word in own for word in words):
            _take(found, words)  # "the coach"
            continue
        at = next(i for i, word in enumerate(words) if word in own)
        _take(found, words[:at])
        _take(found, _before(text, start, others))
        _take(found, _after(text, end, others))
    if found["man"] and found["woman"]:
        del found["man"], found["woman"]
    return frozenset(found)


def _before(text: str, start: int, others: Sequence[Span]) -> list[str]:
    """The words right before a name, as far as they belong to it."""
    place = bisect_left(others, (start, start))
    begin = max(start - _BEFORE, max((o[1] for o in others[max(0, place - 2) : place] if o[1] <= start), default=0))
    before = _BREAK.split(_TITLE.sub(r"\1", text[begin:start]))[-1].rstrip()
    if before.endswith(","):
        before = before[:-1]
        if "," in before or before.split(" ")[0].casefold() not in ("the", "its", "their", "a", "his", "her"):
            return []
    words: list[str] = []
    for word in reversed(before.rpartition(",")[2].split()):
        if plain(word) in _STOP or len(words) == _WORDS_BEFORE:
            break
        words.insert(0, plain(word.strip("'’")))
    return words


def _after(text: str, end: int, others: Sequence[Span]) -> list[str]:
    """The words behind a name that say what it is."""
    place = bisect_left(others, (end, end))
    stop = min(end + _AFTER, others[place][0] if place < len(others) else len(text))
    after = text[end:stop]
    match = _APPOSITION.match(after)
    if match is None:
        return []
    phrase = re.split(r"[,.;:)\n“”\"]|\s(?:said|says|told|who|which|that|where)\s", after[match.end() :])[0]
    words = [plain(m[0]) for m in _WORD.finditer(phrase)]
    # ", the coach of United" and ", coach"; but ", and the coach said" is about another.
    if not words or words[0] in ("and", "but", "or", "while", "when", "as", "after", "said", "he", "she", "it", "they", "with"):
        return []
    return words[:_WORDS_AFTER]


def _take(found: Counter[str], words: Sequence[str]) -> None:
    """Take up what words say that somebody is."""
    for i, word in enumerate(words):
        if word in _MEN:
            found["man"] += 1
        elif word in _WOMEN:
            found["woman"] += 1
        noun = _SHORT.get(word, word)
        if noun == "minister" and i and words[i - 1] == "prime":
            noun = "prime minister"
        if noun == "president" and i and words[i - 1] in ("vice", "deputy"):
            noun = "vice president"
        if noun in _FIELD_OF or noun in ("spokesman", "chairman", "prime minister", "vice president", "chief executive"):
            found[noun] += 1
        elif (country := country_called(word)) is not None and len(word) > 1:
            found[f"of {country}"] += 1


def fields_of(traits: frozenset[str]) -> frozenset[str]:
    """The fields of work that traits belong to: politics, sport, ..."""
    found = {_FIELD_OF[trait] for trait in traits if trait in _FIELD_OF}
    if traits & {"prime minister", "vice president"}:
        found.add("politics")
    if "chief executive" in traits:
        found.add("business")
    return frozenset(found)


def are_apart(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether no field of one is the same as, or near, a field of the other; both have some."""
    return bool(one and other) and not any(a == b or frozenset((a, b)) in _NEIGHBOURS for a in one for b in other)


def offices_of(traits: frozenset[str]) -> frozenset[str]:
    """Those traits that are neither sex nor country."""
    return frozenset(trait for trait in traits if trait not in ("man", "woman") and not trait.startswith("of "))


def has_title(name: str) -> bool:
    """Whether a name is written with a title: "President Putin"."""
    return any(plain(word) in TITLES for word in name.split()[:3])
