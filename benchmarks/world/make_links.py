"""Multiplies the groups below out into links.tsv and ignore.tsv, one line a pair.

    python benchmarks/world/make_links.py

Every group was put together by hand; nothing here guesses. Edit here, not in the .tsv files.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

HERE = Path(__file__).resolve().parent
Pair = tuple[str, str, str, str]


def same(note: str, ids: str) -> Iterator[Pair]:
    """All pairs of reports of one utterance."""
    for a, b in combinations(ids.split(), 2):
        yield a, b, "same_quote", note


def cross(relation: str, first: str, second: str, note: str) -> Iterator[Pair]:
    """Each of the first with each of the second; a denial, an altered or a wrongly credited copy stands first."""
    for a in first.split():
        for b in second.split():
            yield a, b, relation, note


def chain(relation: str, ids: str, note: str) -> Iterator[Pair]:
    """All pairs, given in order of print; the later one is written first."""
    for a, b in combinations(ids.split(), 2):
        yield b, a, relation, note


def numbers(what: str, figures: str) -> Iterator[Pair]:
    """All pairs of unequal figures, given in order of print as id=figure; the later one is written first."""
    for (a, old), (b, new) in combinations([part.split("=") for part in figures.split()], 2):
        if old != new:
            yield b, a, "number_changed", f"{what}: {old} -> {new}"


HOSPITAL = [
    same("theatres closed; 02 has the second half only", "01:2 02:2"),
    same("the clock and the hands; verbatim", "01:8 02:1 11:9"),
    same("no need to be afraid; 01 names the office only", "01:7 06:7"),
    same("bottles put aside; agency sentence reprinted", "01:4 02:7"),
    chain("restates", "01:6 02:6 18:5", "the maker: the bottles were sterile when they left"),
    cross("restates", "06:6", "02:5", "all machines serviced in March"),
    cross("misquote", "11:2", "01:6", "'that left our plant' became 'in that hospital'"),
    cross("misquote", "11:4", "01:2 02:2 06:5", "stitched from two utterances"),
    cross("misattributed", "11:3", "02:4", "Nerys Pellow's words credited to Gareth Pellow"),
    cross("misattributed", "11:7", "06:10", "Judge Haye's words credited to the minister"),
    cross("denies", "18:11", "11:3", "the sister: it was not he who spoke of mopping"),
    cross("denies", "02:5", "02:4", "nonsense, nothing was wrong with the washer"),
    cross("denies", "18:6", "02:5", "the spokeswoman takes it back"),
    cross("denies", "06:5", "02:8", "no bottles were spirited away"),
    cross("denies", "11:6", "11:5", "nothing was rinsed under a tap"),
    cross("denies", "06:3", "06:1", "it was the laboratory's own dirt"),
    cross("denies", "18:4", "06:1", "the Authority withdraws its finding"),
    cross("denies", "06:9", "06:8", "the minister: untrue, not before May 2"),
    cross("contradicts", "06:1", "01:6 02:6", "germ in unopened bottles / bottles sterile"),
    cross("contradicts", "18:5", "06:1", "bottles sterile / germ in unopened bottles"),
    cross("contradicts", "11:2", "06:1", "every bottle in the hospital sterile / germ in its bottles"),
    cross("contradicts", "18:3", "06:1", "never in a bottle / found in four bottles"),
    cross("contradicts", "11:5 18:1", "02:5", "washer out of order / nothing wrong with it"),
    cross("contradicts", "18:2", "11:6", "instruments rinsed under a tap / never"),
    cross("contradicts", "18:10", "06:9", "minister at different times: knew in April / learned on May 2"),
    cross("agrees", "18:4", "06:3", "the laboratory was the source of the germ in the samples"),
    cross("agrees", "18:3", "01:6 02:6 18:5", "no germ in the bottles"),
    cross("agrees", "11:5", "02:4", "washer out of order"),
    cross("agrees", "18:1", "02:4 11:5", "washer out of order"),
    cross("agrees", "18:6", "02:4 11:5 18:1", "washer out of order"),
    cross("agrees", "18:2", "11:5", "rinsed under a tap"),
    cross("agrees", "18:10", "06:8", "the minister knew in April"),
    numbers("infected patients", "01:1=11 02:3=14 06:4=19 11:1=23 18:7=27"),
    numbers("patients who lost the sight of an eye", "01:3=3 18:8=5"),
    numbers("bottles of the batch sent out", "01:5=4,000 06:2=9,200"),
]
FOOTBALL = [
    same("hand in the fire; 13 has the second half only", "03:3 09:6 13:6"),
    same("not on the list; verbatim", "03:4 09:7"),
    same("half the squad; 05 by way of Touchline", "03:7 05:3"),
    same("our son is being hunted; 05 names the office only, 09 cut", "05:8 09:10"),
    cross("restates", "13:7", "03:6", "water and rice, again and in other words"),
    cross("restates", "17:2", "09:1", "it was the tea"),
    cross("restates", "17:10", "03:3 09:6 13:6", "hand in the fire, on another day"),
    cross("misquote", "05:1", "03:3 09:6 13:6", "'not' put in"),
    cross("misquote", "13:5", "09:2", "'not' left out"),
    cross("misattributed", "05:2", "03:4 09:7", "the doctor's words credited to the agent"),
    cross("misattributed", "13:9", "03:9", "the fanzine seller's words credited to the federation's president"),
    cross("denies", "03:8", "03:7 05:3", "rubbish"),
    cross("denies", "05:5", "05:4", "there was no bowl"),
    cross("denies", "17:9", "05:4", "the masseur takes back the pills"),
    cross("denies", "09:5", "05:1", "the coach: 'not' was added"),
    cross("denies", "09:8", "05:2", "the agent: the words were never his"),
    cross("denies", "09:2", "09:1 17:2", "the tea does not explain it"),
    cross("denies", "09:9", "03:5", "no offer was made in March"),
    cross("denies", "17:8", "03:5", "the chief executive takes the offer back"),
    cross("denies", "17:3", "03:6 13:7", "the agent takes water and rice back"),
    cross("denies", "17:5", "13:1", "no sample was mixed up"),
    cross("contradicts", "09:4", "03:2", "Castell at different times: he will not / will play on Saturday"),
    cross("contradicts", "09:1 17:2", "03:6", "tea / nothing but water and rice"),
    cross("contradicts", "13:7", "09:1", "nothing but water and rice / tea"),
    cross("contradicts", "17:2", "13:7", "tea / nothing but water and rice"),
    cross("contradicts", "09:9", "05:6", "Talaveri at different times: no offer / offer of 14 million"),
    cross("contradicts", "17:8", "05:6", "no offer ever / offer of 14 million"),
    cross("contradicts", "17:6", "09:2", "Tarrant at different times: the tea explains it / does not"),
    cross("contradicts", "17:9", "05:5", "there was a bowl / never a bowl of any kind"),
    cross("contradicts", "17:10", "05:1", "would / would not put his hand in the fire"),
    cross("contradicts", "17:7", "13:8", "will not play / will lead the attack on June 8"),
    cross("agrees", "17:3 17:6", "09:1 17:2", "there was tea, it was the tea"),
    cross("agrees", "17:8", "09:9", "no offer in March"),
    numbers("Vellamar's offer in million crowns", "03:5=18 05:6=14"),
    numbers("value in the sample, times the limit", "09:3=11 17:4=3"),
    numbers("length of the ban, expected and imposed", "05:7=two-years 17:1=six-months"),
]
EXAM = [
    same("last year's paper; 07 has the second sentence only", "04:3 07:3"),
    same("not be repeated; verbatim", "04:6 07:2"),
    same("honestly and hungry; retold three weeks later", "04:9 20:9"),
    cross("restates", "12:6", "07:7", "the printer: no sheet missing"),
    cross("restates", "12:7", "04:4", "the union: they knew"),
    cross("restates", "20:5", "12:1", "a second sitting on June 3, a Monday"),
    cross("misquote", "07:4", "04:4", "'knew it' became 'did not know it'"),
    cross("misattributed", "07:1", "04:8", "Hosea Tarimba's words credited to the minister"),
    cross("denies", "15:8", "07:1", "the minister never said it"),
    cross("denies", "12:7", "07:4", "he never cleared the council"),
    cross("denies", "04:3 07:3", "04:2", "what was on the phones was last year's paper"),
    cross("denies", "15:4", "12:4", "the forty sheets are an invention"),
    cross("denies", "20:4", "15:4", "the printer takes it back"),
    cross("denies", "15:2", "15:1", "no message of any kind"),
    cross("contradicts", "04:4", "04:3", "the paper was sold / no paper has leaked"),
    cross("contradicts", "12:2", "04:3 07:3", "Mbuyo at different times: questions were out / last year's paper"),
    cross("contradicts", "12:3", "04:3", "copies were sold / no paper has leaked"),
    cross("contradicts", "12:1 20:5", "04:6 07:2", "Tarimba at different times: will / will not be repeated"),
    cross("contradicts", "12:4 20:1 20:4", "07:7", "forty sheets missing / none missing"),
    cross("contradicts", "12:6", "12:4", "not one short / forty sheets missing"),
    cross("contradicts", "20:1 20:4", "12:6", "forty sheets missing / not one short"),
    cross("contradicts", "20:1", "15:4", "forty sheets left by night / are an invention"),
    cross("contradicts", "20:2 20:3", "15:2", "he was warned / received no message"),
    cross("contradicts", "15:7", "15:6", "teachers in every hall / in none"),
    cross("contradicts", "20:7", "15:6", "Wekulo at different times: teachers in every hall / in none"),
    cross("agrees", "04:4", "04:2", "the paper was out before the examination"),
    cross("agrees", "12:2", "04:2 04:4", "the paper was out before the examination"),
    cross("agrees", "20:1", "12:4", "forty sheets gone from the printer's"),
    cross("agrees", "20:4", "12:4 20:1", "forty sheets gone from the printer's"),
    cross("agrees", "20:2", "15:1", "he was warned two days before"),
    cross("agrees", "20:3", "15:1 20:2", "he was warned"),
    cross("agrees", "20:7", "15:7", "teachers in every hall"),
    numbers("arrests", "04:7=6 07:5=11 15:3=31"),
    numbers("candidates on May 6", "04:1=112,000 15:5=118,000"),
    numbers("price of a copy in kori", "04:5=5,000 12:5=12,000"),
    numbers("districts where copies were sold (union, council)", "04:4=4 12:3=3"),
    numbers("cost of the second sitting in million kori", "12:9=640 12:10=900 20:6=710"),
]
BANK = [
    same("no passwords, no balances; verbatim", "08:3 10:3"),
    same("not breached; 16 has the first sentence only", "08:4 16:5"),
    same("nobody through our door; verbatim", "08:5 10:10"),
    same("told on Wednesday evening; sentence reprinted", "08:6 10:7"),
    same("data and trust; 14 names the office only", "14:9 19:11"),
    cross("restates", "10:2", "08:1", "the bank: 86,000"),
    cross("restates", "14:5", "08:6 10:7", "the Authority was told on the evening of May 8, a Wednesday"),
    cross("restates", "16:6 19:7", "08:5 10:10", "Nimbaria: not through our door"),
    cross("restates", "19:7", "16:6", "Nimbaria: not through our door"),
    cross("restates", "19:9", "10:4", "he saw balances"),
    cross("misquote", "14:2", "08:4 16:5", "'a door was opened at a supplier' became 'no door was opened'"),
    cross("misquote", "16:9", "10:4", "'balances, to the last cent' became 'passwords, to the last letter'"),
    cross("misattributed", "16:7", "14:9 19:11", "the digital minister's words credited to the deputy governor"),
    cross("misattributed", "16:8", "10:11", "Victor Seng's words credited to Gopal Serindan"),
    cross("denies", "19:10", "16:8", "Serindan never said it"),
    cross("denies", "19:9", "16:9", "he never spoke of passwords"),
    cross("denies", "08:5 10:10 16:6 19:7", "08:4", "the door was not the supplier's"),
    cross("denies", "19:4", "08:4 16:5", "the chief executive takes it back"),
    cross("denies", "10:5", "10:4 19:9", "there are no balances in it"),
    cross("denies", "19:6", "10:5", "the spokesman takes it back"),
    cross("denies", "14:4", "14:3", "nothing was offered"),
    cross("denies", "14:8", "10:9", "not notified on May 8, a Wednesday"),
    cross("denies", "16:2", "16:1", "there is no such memo"),
    cross("contradicts", "10:4 19:2 19:9", "08:3 10:3", "balances taken / none taken"),
    cross("contradicts", "16:9", "08:3 10:3", "passwords taken / none taken"),
    cross("contradicts", "19:2", "10:5", "balances taken / not true"),
    cross("contradicts", "10:9", "10:8", "she was notified / read it in the newspaper"),
    cross("contradicts", "19:4", "14:2", "systems were breached / not breached"),
    cross("contradicts", "19:5", "16:2", "Aruvela at different times: received the memo / knows of none"),
    cross("agrees", "19:1", "08:2", "1.3 million"),
    cross("agrees", "19:2", "10:4", "balances among the data"),
    cross("agrees", "19:6", "10:4 19:2", "balances among the data"),
    cross("agrees", "19:9", "19:2 19:6", "balances among the data"),
    numbers("customers whose records were copied", "08:1=86,000 08:2=1.3m 14:1=240,000 19:1=1.3m"),
    numbers("customers whose records were copied", "08:2=1.3m 10:2=86,000"),
    numbers("customers whose records were copied", "10:2=86,000 14:1=240,000"),
    numbers("customers whose records were copied", "10:2=86,000 19:1=1.3m"),
    numbers("cost to the bank in million dalas", "08:7=40 14:10=95"),
    numbers("fine in million dalas", "14:7=12 19:8=9"),
    numbers("how long the server stood open", "16:3=five-months 16:4=twelve-days 19:3=eleven-weeks"),
]
ARGUABLE = [
    cross("misquote", "11:2", "02:6 18:5", "altered copy and other statements of the same claim"),
    cross("agrees", "18:3", "11:2", "altered words"),
    cross("contradicts", "18:3", "02:5", "germ in the washer / nothing wrong with the washer"),
    cross("agrees", "18:3", "02:4 11:5 18:1 18:6", "a germ in the washer is not a broken washer"),
    cross("agrees", "18:4", "01:6 02:6 18:3 18:5", "a withdrawn finding is not a sterile bottle"),
    cross("agrees", "06:3", "01:6 02:6 18:3 18:5", "a dirty laboratory is not a sterile bottle"),
    cross("denies", "06:6", "02:4", "serviced in March / leaking since Easter"),
    cross("restates", "18:11", "02:4", "says who spoke of mopping, not the sentence itself"),
    cross("agrees", "05:4", "03:7 05:3", "a bowl of pills / half the squad on pills"),
    cross("contradicts", "05:4", "03:8", "a bowl of pills / nobody on pills"),
    cross("agrees", "13:3", "09:1 17:2", "his mother sends tea / it was the tea"),
    cross("agrees", "13:5", "09:1 17:2", "the altered words would bear him out"),
    cross("denies", "09:2", "17:3", "the tea does not explain it / there was tea"),
    cross("restates", "17:6", "13:5", "what was altered is now said in earnest"),
    cross("agrees", "17:6", "17:3", "the tea explains it / there was tea"),
    cross("contradicts", "13:1", "03:1", "mixed up / positive"),
    cross("contradicts", "03:6 13:7", "03:1", "water and rice / positive"),
    cross("contradicts", "13:8", "17:1", "a change of state, not of fact"),
    cross("agrees", "17:7", "17:1", "no football for six months / not on June 8"),
    cross("denies", "07:3", "04:4", "last year's paper / the paper was sold"),
    cross("contradicts", "12:3", "07:3", "copies were sold / last year's paper"),
    cross("contradicts", "04:5 12:5 12:4 15:1 20:1 20:2 20:3 20:4", "04:3", "implies a leak / no leak"),
    cross("contradicts", "07:4", "04:3 07:3", "the altered words still say that the paper was sold"),
    cross("agrees", "12:3", "04:2 12:2", "copies were sold / questions were out"),
    cross("agrees", "07:4", "04:2 12:2", "altered words"),
    cross("agrees", "15:1", "04:2 12:2", "a photo of question one / questions were out"),
    cross("agrees", "15:1 20:2 20:3", "04:4 12:7", "the council's head was warned / the council knew"),
    cross("contradicts", "15:1 15:2 20:2 20:3", "07:4", "altered words"),
    cross("contradicts", "15:2", "04:4 12:7", "no message / the council knew"),
    cross("restates", "15:8", "04:8", "says whose words they were, not the words"),
    cross("restates", "15:4", "07:7 12:6", "an invention / none missing"),
    cross("restates", "14:3", "08:9", "asked for three million, and was offered one"),
    cross("restates", "14:8", "10:8", "not notified / read it in the newspaper"),
    cross("agrees", "19:5", "16:1", "the memo exists"),
    cross("agrees", "16:3 16:4 19:3", "16:1", "the server was open"),
    cross("contradicts", "16:1 16:3 16:4 19:3", "08:4 14:2 16:5", "an open server is not yet a breach"),
    cross("agrees", "16:6", "16:1 16:3 16:4 19:3 19:4", "the open door and the open server"),
    cross("contradicts", "16:6", "14:2 16:5", "open door at the bank / not breached"),
    cross("contradicts", "19:6", "08:3 10:3", "the bank's spokesman / its chief executive"),
    cross("restates", "19:10", "10:11", "claims the line, does not say it again"),
]


def write(name: str, groups: list[Iterator[Pair]]) -> int:
    """Write one file and return how many pairs it has."""
    lines = ["\t".join(pair) for group in groups for pair in group]
    (HERE / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


if __name__ == "__main__":
    print(write("links.tsv", HOSPITAL + FOOTBALL + EXAM + BANK), "links,", write("ignore.tsv", ARGUABLE), "left open")
