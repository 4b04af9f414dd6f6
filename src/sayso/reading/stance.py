"""How a source stands to what it says: act, polarity, denial, presupposition, modality.

What a cue does is looked up by its verb (or noun) in a lexicon. Its classes follow VerbNet's (Kipper et al. 2008): say-37.7,
tell-37.2, confess-37.10, complain-37.8, advise-37.9, promise-37.13, inquire-37.1.2, urge-58.1, order-60, judgment-33,
conjecture-29.5, consider-29.9, want-32.1, wish-62, long-32.2, marvel-31.3, admire-31.2. Verbs that take their content for
true are the factive and semi-factive ones of Kiparsky and Kiparsky (1970) and Karttunen (1971). Whether a cue rejects the
content, and whether a statement rejects a claim by its words, no list of words tells: heads of the network do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Literal

from sayso.models import Act
from sayso.reading.attributions import Attribution
from sayso.reading.tagger import Tags

Modality = Literal["certain", "probable", "possible", "unspecified"]

_LEXICON: dict[Act, str] = {
    "state": """say tell add report announce declare state note explain describe remark comment reply respond answer write tweet post
        assert affirm maintain argue claim insist stress emphasize emphasise observe mention disclose reveal confirm acknowledge admit
        concede recall testify recount narrate relate joke quip shout whisper exclaim allege contend reiterate repeat counter retort
        elaborate clarify specify outline detail inform notify brief remind cite quote show indicate suggest imply underline underscore
        highlight signal argue reason proclaim pronounce voice express speak talk publish release issue conclude find determine discover
        learn estimate put point confess divulge blog caption text email message statement comment remark report claim assertion
        announcement account testimony response reply argument explanation observation revelation according attribute share""",
    "deny": "deny reject dispute dismiss refute rebut contradict repudiate disavow disclaim debunk denial rebuttal rejection dismissal",
    "ask": "ask inquire enquire wonder question query quiz",
    "urge": """urge call demand appeal plead request order instruct advise recommend exhort press encourage beg implore lobby command
        counsel invite petition direct challenge propose advocate plea recommendation proposal advice ultimatum""",
    "promise": "promise pledge vow guarantee assure swear commit undertake agree offer volunteer commitment assurance guarantee",
    "threaten": "threaten threat",
    "accuse": """accuse blame criticize criticise condemn slam blast denounce charge fault attack decry lambast lambaste rebuke castigate
        chide deride mock ridicule berate scold pan deplore complain protest object lament accusation criticism complaint condemnation
        indict impeach scorn disparage bash rip chastise""",
    "praise": """praise applaud hail welcome commend laud congratulate thank celebrate salute compliment endorse cheer tout toast credit
        honour honor defend support praise endorsement tribute""",
    "predict": "predict forecast expect anticipate project foresee warn caution prophesy bet prediction forecast projection warning",
    "believe": """believe think know consider suspect suppose assume reckon guess understand realize realise doubt see view regard deem
        trust imagine hold judge feel figure presume conceive recognize recognise remember forget interpret perceive treat belief
        opinion view assumption conviction understanding""",
    "want": """want hope wish seek plan intend aim prefer desire long crave aspire mean yearn prepare decide resolve choose opt pursue favor
        favour hope wish desire plan intention aim decision""",
    "feel": """fear worry regret rejoice enjoy love hate like dislike resent dread mourn envy grieve rue concern fret relish cherish marvel
        fear worry concern regret anger outrage""",
    "decline": "decline refuse",
}  # fmt: skip
_FACTIVE = """admit acknowledge concede confess realize realise reveal disclose discover learn know regret recognize recognise confirm
    uncover notice forget remember rue divulge expose rejoice revelation"""
_PAST = {
    "say": "said", "tell": "told", "write": "wrote written", "speak": "spoke spoken", "think": "thought", "know": "knew known",
    "see": "saw seen", "hold": "held", "feel": "felt", "find": "found", "show": "shown", "put": "put", "swear": "swore sworn",
    "understand": "understood", "mean": "meant", "choose": "chose chosen", "seek": "sought", "forget": "forgot forgotten",
    "undertake": "undertook undertaken", "foresee": "foresaw foreseen", "quote": "quoted", "bet": "bet", "rebut": "rebutted",
    "slam": "slammed", "plan": "planned", "pan": "panned", "beg": "begged", "admit": "admitted", "commit": "committed", "opt": "opted",
    "prefer": "preferred", "rip": "ripped", "quip": "quipped", "regret": "regretted", "learn": "learned learnt", "blog": "blogged",
    "refer": "referred", "quiz": "quizzed",
}  # fmt: skip
_DOUBLED = "rebut slam plan pan beg admit commit prefer rip quip regret forget bet put blog quiz"
_WORD = re.compile(r"[a-z]+(?:['’]t)?", re.I)
_MODALS: dict[Modality, str] = {
    "possible": "may might could perhaps possibly maybe potentially",
    "probable": "probably likely presumably expected should",
    "certain": "certainly definitely undoubtedly surely must clearly",
}
_MODALITY = {word: modality for modality, words in _MODALS.items() for word in words.split()}
_DENIES = -1.5  # score from which on words deny; chosen on the open halves of the gold sets
_CLAUSE = 14  # words from a content's start in which the modal of its main clause is looked for


@cache
def verb_forms() -> dict[str, str]:
    """Every form of the lexicon's verbs and nouns, and its lemma."""
    forms: dict[str, str] = {}
    for words in _LEXICON.values():
        for lemma in words.split():
            for form in _inflect(lemma):
                forms.setdefault(form, lemma)
    return forms


def _inflect(lemma: str) -> list[str]:
    stem = lemma[:-1] if lemma.endswith("e") else lemma
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        past, third = lemma[:-1] + "ied", lemma[:-1] + "ies"
    else:
        past, third = stem + "ed", lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z")) else "s")
    doubled = lemma + lemma[-1] if lemma in _DOUBLED.split() else stem
    return [lemma, third, (doubled if lemma in _DOUBLED.split() else stem) + "ing", *(_PAST[lemma].split() if lemma in _PAST else [past])]


@cache
def _acts() -> dict[str, Act]:
    return {lemma: act for act, words in reversed(_LEXICON.items()) for lemma in words.split()}


@dataclass(frozen=True)
class Stance:
    """How a source stands to a content; see ``Statement``."""

    act: Act
    polarity: Literal["affirmed", "rejected"]
    denial: bool
    presupposed: bool
    modality: Modality


def judge(cue: str, content: str, rejects: float, denies: float) -> Stance:
    """The stance of one statement.

    Args:
        cue, content: their letters.
        rejects: score of the cue's rejecting the content, above 0 where it does.
        denies: score of the statement's rejecting a claim, above ``_DENIES`` where it does.
    """
    lemma = _lemma(cue)
    rejected = rejects > 0
    act: Act = _acts().get(lemma, "state") if lemma else "state"
    begins = content.lstrip(" \"'“‘«").casefold()
    if begins.startswith("to ") and act in ("state", "ask") and lemma in ("tell", "ask"):
        act = "urge"
    if rejected:
        act = "deny"
    elif act == "deny":
        act = "accuse" if lemma in ("reject", "dismiss", "rejection", "dismissal") else "state"
    return Stance(
        act=act,
        polarity="rejected" if rejected else "affirmed",
        denial=rejected or denies > _DENIES,
        presupposed=lemma in _FACTIVE.split() and not rejected,
        modality=_modality(content),
    )


def _lemma(cue: str) -> str | None:
    """The last word of a cue that the lexicon has."""
    found = [verb_forms()[w] for m in _WORD.finditer(cue) if (w := m[0].casefold()) in verb_forms()]
    return found[-1] if found else None


def _modality(content: str) -> Modality:
    # "May" is the month.
    words = (match[0].casefold() for match in islice(_WORD.finditer(content), _CLAUSE) if match[0] != "May")
    return next((_MODALITY[word] for word in words if word in _MODALITY), "unspecified")


def scores(attribution: Attribution, tags: Tags) -> tuple[float, float]:
    """The scores of ``rejects`` and ``denies`` for an attribution, as ``judge`` takes them."""
    rejects = -1.0
    if attribution.cue is not None:
        rejects = float(tags.rejects[attribution.cue[0] : attribution.cue[1] + 1].mean())
    words = sum(b - a + 1 for a, b in attribution.content)
    return rejects, float(sum(tags.denies[a : b + 1].sum() for a, b in attribution.content)) / words
