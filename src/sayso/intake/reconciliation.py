"""Whom a reconciliation service takes a name for, with the ids of Wikidata.

The Reconciliation Service API 0.2 of the W3C's Entity Reconciliation Community Group: a manifest that says whose ids the answers hold,
and queries sent as a form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sayso.errors import BadAnswer
from sayso.intake.fetch import Fetcher

_WIKIDATA = re.compile(r"https?://(?:www\.)?wikidata\.org/entity/?")
_ID = re.compile(r"Q[1-9][0-9]{0,18}")
_MOST = 1_000_000  # bytes of an answer
_AT_ONCE = 20  # names in one request
_LONGEST = 300  # code points of a name that is asked for
_LIMIT = 5  # candidates for a name


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody whom a service knows by a name.

    Attributes:
        id: in Wikidata.
        name: as the service has it.
        score: the service's own; higher is better.
        match: whether the service is sure.
        description: what the service says of it; empty where it says nothing.
    """

    id: str
    name: str
    score: float
    match: bool
    description: str = ""


def reconcile(fetcher: Fetcher, service: str, names: Sequence[str]) -> list[list[Match]]:
    """Whom a service takes names for.

    Args:
        fetcher: sends the requests, within its bounds.
        service: address of the service.
        names: to ask for.

    Returns:
        For each name those whom it may be, the likeliest first.

    Raises:
        FetchError: no answer; of a BadAnswer the reason says what is wrong with it.
    """
    manifest = _json(service, fetcher.ask(service, max_size=_MOST).data)
    space = manifest.get("identifierSpace")
    if not isinstance(space, str) or not _WIKIDATA.fullmatch(space):
        raise BadAnswer(service, f"is no reconciliation service for Wikidata: the space of its ids is {_shown(space)}")
    found: list[list[Match]] = []
    for at in range(0, len(names), _AT_ONCE):
        part = names[at : at + _AT_ONCE]
        queries = {f"q{i}": {"query": name[:_LONGEST], "limit": _LIMIT} for i, name in enumerate(part)}
        answer = _json(service, fetcher.ask(service, {"queries": json.dumps(queries, ensure_ascii=False)}, max_size=_MOST).data)
        found += [_matches(service, answer.get(key)) for key in queries]
    return found


def _json(service: str, data: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        raise BadAnswer(service, f"the answer is no JSON: {_shown(data[:100].decode('utf-8', 'replace'))}") from None
    if not isinstance(answer, dict):
        raise BadAnswer(service, "the answer is JSON, but not of a reconciliation service: no object")
    return answer


def _matches(service: str, answer: Any) -> list[Match]:
    results = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise BadAnswer(service, "the answer is not of a reconciliation service: a query has no result in it")
    found = []
    for result in results[: 2 * _LIMIT]:
        fields = result if isinstance(result, dict) else {}
        id, name, score, match = (fields.get(field) for field in ("id", "name", "score", "match"))
        if not isinstance(id, str) or not _ID.fullmatch(id):
            raise BadAnswer(service, f"{_shown(id)} in the answer is no id of Wikidata's")
        if not isinstance(name, str) or isinstance(score, bool) or not isinstance(score, (int, float)) or not isinstance(match, bool):
            raise BadAnswer(service, f"what the answer says of {id} lacks a name, a score or a match")
        said = fields.get("description")
        score = score if abs(score) < 1e9 else 0.0  # NaN and infinity too, which Python's JSON takes
        found.append(Match(id, name[:_LONGEST], float(score), match, said[:_LONGEST] if isinstance(said, str) else ""))
    return sorted(found, key=lambda one: (not one.match, -one.score))[:_LIMIT]


def _shown(value: object) -> str:
    return repr(value)[:120]
