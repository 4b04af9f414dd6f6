"""Who speaks, as far as it matters to how two statements stand to each other."""

from __future__ import annotations

from dataclasses import dataclass

from sayso.linking.names import Agreement, agreement, words_of
from sayso.models import EntityType, Speaker

_FULL = {Agreement.FULL, Agreement.ORDER}
_SAME = {
    Agreement.FULL, Agreement.MIDDLE, Agreement.ORDER, Agreement.SPELLING, Agreement.NICKNAME, Agreement.INITIALS, Agreement.INITIAL,
    Agreement.SURNAME, Agreement.SINGLE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker.

    Attributes:
        name: None where the source has none of its own.
        type: the speaker's.
        behalf: the name of whom a spokesperson speaks for.
        identity: what the speaker is known by across documents, where that was decided; it counts more than names.
    """

    name: str | None = None
    type: EntityType = "person"
    behalf: str | None = None
    identity: str | None = None

    @classmethod
    def of(cls, speaker: Speaker, behalf: str | None, identity: str | None = None) -> Voice:
        """The voice of a statement's speaker, who speaks for whoever goes by a name."""
        kind: EntityType = speaker.type if speaker.type in ("person", "organization", "group", "document", "media") else "organization"
        return cls(speaker.name, kind, behalf, identity)


def same_voice(a: Voice, b: Voice) -> bool | None:
    """Whether two statements are of one speaker; None where one isn't known.

    An organization and who speaks for it are one voice, and so are two who speak for it. Two of the same full name are two where they
    are known to be; of those whose names only fit, that they weren't taken for one says little.
    """
    if a.identity is not None and b.identity is not None:
        if a.identity == b.identity:
            return True
        if a.name and b.name and a.type == b.type and agreement(words_of(a.name, a.type), words_of(b.name, b.type), a.type) in _FULL:
            return False
    sides = [[(name, kind) for name, kind in ((one.name, one.type), (one.behalf, "organization")) if name] for one in (a, b)]
    if not all(sides):
        return None
    return any(_agree(x, y) for x in sides[0] for y in sides[1])


def _agree(one: tuple[str, str], other: tuple[str, str]) -> bool:
    (name, kind), (second, other_kind) = one, other
    if ("person" in (kind, other_kind)) != (kind == other_kind == "person"):
        return False
    type: EntityType = "person" if kind == "person" else "organization"
    return agreement(words_of(name, type), words_of(second, type), type) in _SAME
