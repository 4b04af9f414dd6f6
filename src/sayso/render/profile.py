"""What many articles rest on, summed up: the profile that ``sayso read --summary`` prints."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO

from rich.table import Table
from rich.text import Text

from sayso.models import Record
from sayso.render.clean import clean_line
from sayso.render.terminal import console_for

_KINDS = ("direct", "mixed", "indirect")
_SHOWN = 10  # speakers, and relays, that are listed


@dataclass(frozen=True, slots=True)
class Tally:
    """What one record adds to a profile.

    Attributes:
        kinds: statements of each kind.
        types: statements by each type of speaker.
        speakers, relays: statements of each name.
        relayed: statements that came through anybody.
    """

    kinds: Counter[str]
    types: Counter[str]
    speakers: Counter[str]
    relays: Counter[str]
    relayed: int


def tally(record: Record) -> Tally:
    """Count what a profile is made of."""
    said = [s for s in record.statements if s.kind != "narrated"]
    passed = [{link.name for link in s.chain if link.role == "relay" and link.name} for s in said]
    return Tally(
        kinds=Counter(s.kind for s in record.statements),
        types=Counter(s.speaker.type for s in said),
        speakers=Counter(s.speaker.name for s in said if s.speaker.name is not None),
        relays=Counter(name for names in passed for name in names),
        relayed=sum(map(bool, passed)),
    )


@dataclass
class Profile:
    """The sum of many articles' profiles; a name in two articles is counted as one, whoever bears it."""

    documents: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    speakers: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    relays: Counter[str] = field(default_factory=Counter)
    relayed: int = 0

    def add(self, one: Tally) -> None:
        """Add an article."""
        self.documents += 1
        self.kinds += one.kinds
        self.types += one.types
        self.speakers += one.speakers
        self.articles += Counter(one.speakers.keys())
        self.relays += one.relays
        self.relayed += one.relayed

    @property
    def statements(self) -> int:
        """All that somebody said; facts in the outlets' own voice aren't among them."""
        return sum(self.kinds[kind] for kind in _KINDS)

    def _share(self, count: int) -> float | None:
        return round(count / self.statements, 3) if self.statements else None

    def to_json(self, indented: bool = False) -> str:
        """One object, with the names of ``Record.sourcing`` where it has them."""
        top, most = next(iter(self.speakers.most_common(1)), (None, 0))
        return json.dumps(
            {
                "documents": self.documents,
                "statements": self.statements,
                "speakers": len(self.speakers),
                "top_speaker": top,
                "top_speaker_share": self._share(most),
                "anonymous_share": self._share(self.types["anonymous"]),
                "direct_share": self._share(self.kinds["direct"]),
                "relayed_share": self._share(self.relayed),
                "narrated": self.kinds["narrated"],
                "kinds": {kind: self.kinds[kind] for kind in (*_KINDS, "narrated")},
                "types": dict(self.types.most_common()),
                "by_speaker": [{"name": n, "statements": c, "documents": self.articles[n]} for n, c in self.speakers.most_common()],
                "by_relay": [{"name": n, "statements": c} for n, c in self.relays.most_common()],
            },
            ensure_ascii=False,
            indent=2 if indented else None,
        )

    def to_text(self, width: int = 80, colour: bool = False) -> str:
        """Tables for a terminal."""
        out = StringIO()
        console = console_for(out, width, colour)
        documents = f"{self.documents:,} document{'' if self.documents == 1 else 's'}"
        said = f"{self.statements:,} statement{'' if self.statements == 1 else 's'}"
        facts = f"{self.kinds['narrated']:,} narrated fact{'' if self.kinds['narrated'] == 1 else 's'}"
        console.print(Text(f"{documents}, {said}, {facts}", style="bold"))
        shares = [(kind, self.kinds[kind]) for kind in _KINDS] + [("relayed", self.relayed)]
        shares += [(f"by {name}", count) for name, count in self.types.most_common()]
        if self.statements:
            console.print(_table("of the statements", ("", "share"), ((n, f"{c:,}", f"{c / self.statements:.0%}") for n, c in shares)))
        if self.speakers:
            rows = ((clean_line(n), f"{c:,}", f"{self.articles[n]:,}") for n, c in self.speakers.most_common(_SHOWN))
            console.print(_table(f"speakers ({len(self.speakers):,} names)", ("statements", "documents"), rows))
        if self.relays:
            rows = ((clean_line(n), f"{c:,}", f"{c / self.statements:.0%}") for n, c in self.relays.most_common(_SHOWN))
            console.print(_table("came through", ("statements", "share"), rows))
        return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _table(name: str, columns: tuple[str, str], rows: Iterable[tuple[str, str, str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(name, overflow="fold")
    for column in columns:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
