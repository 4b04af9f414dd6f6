"""The syntax of searches: what is typed, as a tree, and the tree as SQLite's FTS5 and PostgreSQL's tsquery have it.

What is typed is in the syntax of Lucene, of which words, phrases, beginnings of words, AND, OR, NOT and parentheses are taken. Blanks
between words mean AND; OR binds closer than a blank, and AND closer than OR.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sayso.errors import QueryRefused
from sayso.ledger.words import words_of

LONGEST = 5000  # code points of a query
MOST_TERMS = 200
DEEPEST = 16  # levels of a query; FTS5's parser has an end to its stack

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_PLACE = re.compile(r"at position (\d+)")
_OPERATORS = {"&&": "AND", "||": "OR"}
_FACETS = "="  # what a facet begins with, and no word that is longer


@dataclass(frozen=True, slots=True)
class Term:
    """Words in sequence, or one facet.

    Attributes:
        words: at least one; folded.
        prefix: the last one is the beginning of a word.
    """

    words: tuple[str, ...]
    prefix: bool = False

    @property
    def pattern(self) -> str:
        """What stands in ``catalogue.words`` wherever the term does."""
        return "".join(f" {word} " for word in self.words)[: -1 if self.prefix else None]


@dataclass(frozen=True, slots=True)
class All:
    """Where every part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Where at least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Where a part doesn't hold."""

    part: Node


Node = Term | All | Some | Not

EVERYTHING = Some(tuple(Term((f"=kind={kind}",)) for kind in ("direct", "mixed", "indirect", "narrated")))


def facet(name: str, value: str) -> Term:
    """A facet as a term: ``=name=value``, with a plus between the words of the value."""
    return Term((f"{_FACETS}{name}={value}",))


def both(nodes: Iterable[Node]) -> Node | None:
    """Where all of several nodes hold; None where there are none."""
    return _joined(All, list(nodes))


def either(nodes: Iterable[Node]) -> Node | None:
    """Where one of several nodes holds; None where there are none."""
    return _joined(Some, list(nodes))


def _joined(kind: type[All | Some], nodes: list[Node]) -> Node | None:
    parts: list[Node] = []
    for node in nodes:
        parts += node.parts if isinstance(node, kind) else [node]
    parts = list(dict.fromkeys(parts))
    return None if not parts else parts[0] if len(parts) == 1 else kind(tuple(parts))


def terms_of(node: Node | None) -> Iterator[Term]:
    """The words and phrases that a match may have, in the order of the query: those under no NOT."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, (All, Some)):
        for part in node.parts:
            yield from terms_of(part)


def holds(node: Node, words: str, facets: str) -> bool:
    """Whether a node holds for a statement, by what is catalogued of it."""
    if isinstance(node, Term):
        return node.pattern in (f" {facets} " if node.words[0].startswith(_FACETS) and len(node.words[0]) > 1 else words)
    if isinstance(node, Not):
        return not holds(node.part, words, facets)
    return (all if isinstance(node, All) else any)(holds(part, words, facets) for part in node.parts)


def parse(query: str) -> Node:
    """What a query looks for.

    Raises:
        QueryRefused: it isn't in the syntax, or has no words in it.
    """
    from luqum.exceptions import ParseError  # takes a third of a second to load
    from luqum.thread import parse as parse_lucene

    if len(query) > LONGEST:
        raise QueryRefused(f"a query may have {LONGEST:,} characters, and this one has {len(query):,}")
    straight = query.translate(_QUOTES)
    if not straight.strip():
        raise QueryRefused("the query is empty")
    try:
        tree = parse_lucene(straight)
    except ParseError as error:
        raise _misread(straight, str(error)) from None
    except RecursionError:
        raise QueryRefused("the query has too many parentheses in one another") from None
    node = _node(tree, straight, DEEPEST)
    if node is None:
        raise QueryRefused(f"there is no word in {query!r}, only punctuation")
    if sum(1 for _ in _all_terms(node)) > MOST_TERMS:
        raise QueryRefused(f"a query may have {MOST_TERMS} words and phrases, and this one has more")
    return node


def _misread(query: str, message: str) -> QueryRefused:
    if query.count('"') % 2:
        at = query.rindex('"')
        return QueryRefused(f"the quotation mark at character {at + 1} has no partner: {_excerpt(query, at)}")
    if place := _PLACE.search(message):
        at = int(place[1])
        return QueryRefused(
            f"character {at + 1} makes no sense there: {_excerpt(query, at)}; quotation marks around words take them as they are"
        )
    return QueryRefused("the query ends too early: a parenthesis isn't closed, or something is missing behind AND, OR or NOT")


def _excerpt(query: str, at: int) -> str:
    words = query[at : at + 30]
    return repr(words + ("..." if at + 30 < len(query) else ""))


def _node(tree: Any, query: str, levels: int) -> Node | None:
    """A part of luqum's tree as ours; None where it holds no word."""
    from luqum import tree as lucene

    if levels == 0:
        raise QueryRefused(f"at character {tree.pos + 1}: the query has more than {DEEPEST} levels")
    if isinstance(tree, (lucene.Group, lucene.Plus)):
        return _node(tree.children[0], query, levels - 1)
    if isinstance(tree, (lucene.Not, lucene.Prohibit)):
        part = _node(tree.children[0], query, levels - 1)
        return part.part if isinstance(part, Not) else Not(part) if part is not None else None
    if isinstance(tree, (lucene.AndOperation, lucene.UnknownOperation)):
        return both(part for child in tree.children if (part := _node(child, query, levels - 1)) is not None)
    if isinstance(tree, lucene.OrOperation):
        return either(part for child in tree.children if (part := _node(child, query, levels - 1)) is not None)
    if isinstance(tree, lucene.Phrase):
        return _term(tree.value[1:-1], tree, query)
    if isinstance(tree, lucene.Word):
        return _word(tree, query)
    raise _unsupported(tree, query)


def _word(tree: Any, query: str) -> Node | None:
    written = tree.value
    if written in _OPERATORS:
        raise QueryRefused(f"at character {tree.pos + 1}: write {_OPERATORS[written]} for {written}")
    if written.startswith("!") and len(written) > 1:
        raise QueryRefused(f"at character {tree.pos + 1}: write NOT for !, as in NOT {written[1:]}")
    unescaped = re.sub(r"\\.", "", written.removesuffix("*"))
    if "*" in unescaped or "?" in unescaped:
        raise QueryRefused(
            f"at character {tree.pos + 1}: * may stand at the end of a word only, and ? not at all: {written!r}; "
            "quotation marks around words take them as they are"
        )
    return _term(written, tree, query)


def _term(written: str, tree: Any, query: str) -> Term | None:
    """A word or the inside of a phrase; what ends with a star is a beginning."""
    prefix = written.endswith("*") and not written.endswith("\\*")
    words = tuple(words_of(re.sub(r"\\(.)", r"\1", written)))
    if prefix and not re.search(r"\w\*$", written):
        raise QueryRefused(f"at character {tree.pos + 1}: something must stand before the *, as in brid*")
    if not words:
        return None
    if prefix and len(words[-1]) < 2:
        raise QueryRefused(f"at character {tree.pos + 1}: at least two letters must stand before the *: {written!r}")
    return Term(words, prefix)


def _unsupported(tree: Any, query: str) -> QueryRefused:
    from luqum import tree as lucene

    at = f"at character {tree.pos + 1}"
    written = query[tree.pos : tree.pos + tree.size].strip()
    if isinstance(tree, (lucene.SearchField, lucene.FieldGroup)):
        options = (
            "" if tree.name[:1].isdigit() or written.startswith(("http:", "https:")) else "filters are options, not part of the query; "
        )
        return QueryRefused(f'{at}: {tree.name!r} before a colon would be a field; {options}for the words themselves write "{written}"')
    kinds = {
        "Fuzzy": "words can't be looked for by likeness (~); write the beginning with a * behind it",
        "Proximity": "words near each other (~) can't be looked for; write a phrase, or the words with AND",
        "Boost": "words can't be given weight (^)",
        "Range": "ranges ([ TO ]) can't be looked for; times are options of the search",
        "From": "bounds (< >) can't be looked for; times are options of the search",
        "To": "bounds (< >) can't be looked for; times are options of the search",
        "Regex": "patterns between slashes can't be looked for; write the beginning of a word with a * behind it",
    }
    reason = kinds.get(type(tree).__name__, "this can't be looked for")
    return QueryRefused(f'{at}: {reason}; for the words themselves write "{written.replace(chr(34), "")}"')


def _all_terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    for part in (node.part,) if isinstance(node, Not) else () if isinstance(node, Term) else node.parts:
        yield from _all_terms(part)


def fts5(node: Node) -> str:
    """A node as a query of FTS5."""
    if isinstance(node, Term):
        words = " ".join(node.words).replace('"', '""')
        return f'"{words}"*' if node.prefix else f'"{words}"'
    if isinstance(node, Some):
        return " OR ".join(f"({fts5(part)})" if not isinstance(part, Term) else fts5(part) for part in node.parts)
    # NOT has two sides in FTS5.
    parts = node.parts if isinstance(node, All) else (node,)
    wanted = [part for part in parts if not isinstance(part, Not)] or [EVERYTHING]
    refused = [part.part for part in parts if isinstance(part, Not)]
    found = " AND ".join(f"({fts5(part)})" if not isinstance(part, Term) else fts5(part) for part in wanted)
    return f"({found}) NOT ({' OR '.join(f'({fts5(part)})' for part in refused)})" if refused else found


def tsquery(node: Node) -> str:
    """A node as the text of a tsquery."""
    if isinstance(node, Term):
        words = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in node.words]
        return f"({' <-> '.join(words)}{':*' if node.prefix else ''})"
    if isinstance(node, Not):
        return f"!{tsquery(node.part)}" if isinstance(node.part, Term) else f"!({tsquery(node.part)})"
    sign = " & " if isinstance(node, All) else " | "
    return sign.join(f"({tsquery(part)})" for part in node.parts)
