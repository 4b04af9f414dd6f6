"""Ids of Wikidata, through a reconciliation service on this machine that answers well, badly, slowly, endlessly or not at all."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from typer.testing import CliRunner

from sayso.cli import app
from sayso.errors import AddressRefused, AnswerTooLarge, BadAnswer, Unreachable
from sayso.intake.fetch import Fetcher, Pace
from sayso.intake.reconciliation import Match, reconcile
from sayso.ledger.store import Ledger
from server import Site, answer
from test_identities import report

MANIFEST = {
    "versions": ["0.2"],
    "name": "Test",
    "identifierSpace": "http://www.wikidata.org/entity/",
    "schemaSpace": "http://www.wikidata.org/prop/direct/",
}
VENN = {"id": "Q42", "name": "Clara Venn", "score": 98.5, "match": True, "type": [{"id": "Q5", "name": "human"}], "description": "mayor"}
OTHER = {"id": "Q7", "name": "Clara Venner", "score": 60, "match": False, "type": []}


def as_json(value: object) -> bytes:
    return answer(json.dumps(value).encode(), content_type="application/json")


class Service:
    """A service at ``/api``: the manifest for GET, and what a test wants for POST."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.manifest: bytes = as_json(MANIFEST)
        self.reply: Any = as_json({"q0": {"result": [OTHER, VENN]}})
        self.queries: list[dict[str, Any]] = []
        site.paths["/api"] = self._act

    @property
    def address(self) -> str:
        return self.site.at("/api")

    def _act(self, client: socket.socket, request: str) -> None:
        head, _, body = request.partition("\r\n\r\n")
        if head.startswith("GET"):
            client.sendall(self.manifest)
            return
        length = int(re.search(r"content-length: (\d+)", head, re.I)[1])  # type: ignore[index]
        while len(body.encode()) < length:
            body += client.recv(65536).decode()
        self.queries.append(json.loads(parse_qs(body)["queries"][0]))
        if callable(self.reply):
            self.reply(client)
        else:
            client.sendall(self.reply)


@pytest.fixture
def service() -> Iterator[Service]:
    site = Site()
    yield Service(site)
    site.close()


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private=True, timeout=2.0, attempts=1, backoff=0.0, pace=Pace(gap=0.0)) as fetcher:
        yield fetcher


class TestAService:
    def test_is_asked_by_a_form_and_those_it_is_sure_of_come_first(self, service: Service, fetcher: Fetcher) -> None:
        found = reconcile(fetcher, service.address, ["Clara Venn"])
        assert found == [[Match("Q42", "Clara Venn", 98.5, True, "mayor"), Match("Q7", "Clara Venner", 60.0, False)]]
        assert service.queries == [{"q0": {"query": "Clara Venn", "limit": 5}}]
        assert "/robots.txt" not in service.site.asked  # a service that the user names is no site that is read

    def test_is_asked_for_many_names_in_few_requests(self, service: Service, fetcher: Fetcher) -> None:
        service.reply = as_json({f"q{i}": {"result": []} for i in range(20)})
        assert reconcile(fetcher, service.address, [f"Name {i}" for i in range(45)]) == [[]] * 45
        assert [len(queries) for queries in service.queries] == [20, 20, 5]

    def test_gets_any_words_as_they_are(self, service: Service, fetcher: Fetcher) -> None:
        reconcile(fetcher, service.address, ['Zoë "&=+%" \n☃'])
        assert service.queries[0]["q0"]["query"] == 'Zoë "&=+%" \n☃'

    @pytest.mark.parametrize(
        "reply, reason",
        [
            (answer(b"<html>no</html>"), "no JSON"),
            (answer(b""), "no JSON"),
            (answer(b"[" * 100_000), "no JSON"),
            (answer(b"\xff\xfe\x00"), "no JSON"),
            (as_json([]), "no object"),
            (as_json({}), "no result"),
            (as_json({"q0": []}), "no result"),
            (as_json({"q0": {"result": {}}}), "no result"),
            (as_json({"q0": {"result": ["Q42"]}}), "no id of Wikidata"),
            (as_json({"q0": {"result": [{**VENN, "id": "http://example.com/42"}]}}), "no id of Wikidata"),
            (as_json({"q0": {"result": [{**VENN, "id": "Q0"}]}}), "no id of Wikidata"),
            (as_json({"q0": {"result": [{**VENN, "match": "yes"}]}}), "lacks"),
            (as_json({"q0": {"result": [{**VENN, "score": None}]}}), "lacks"),
            (as_json({"q0": {"result": [{**VENN, "name": 7}]}}), "lacks"),
            (answer(b"gone", "410 Gone"), "410"),
            (answer(b"", "302 Found", location="/elsewhere"), "302"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "breaks off"),
        ],
    )  # fmt: skip
    def test_that_answers_nonsense_is_refused(self, service: Service, fetcher: Fetcher, reply: bytes, reason: str) -> None:
        service.reply = reply
        with pytest.raises(BadAnswer, match=reason):
            reconcile(fetcher, service.address, ["Clara Venn"])

    @pytest.mark.parametrize("space", [None, 7, "http://viaf.org/viaf/", "https://wikidata.org.evil.example/entity/"])
    def test_of_other_ids_is_refused(self, service: Service, fetcher: Fetcher, space: object) -> None:
        service.manifest = as_json({**MANIFEST, "identifierSpace": space})
        with pytest.raises(BadAnswer, match="no reconciliation service for Wikidata"):
            reconcile(fetcher, service.address, ["Clara Venn"])
        assert service.queries == []

    def test_that_sends_too_much_is_left(self, service: Service, fetcher: Fetcher) -> None:
        service.reply = answer(b'{"q0": ' + b" " * 1_100_000 + b"}")
        with pytest.raises(AnswerTooLarge):
            reconcile(fetcher, service.address, ["Clara Venn"])

    def test_that_is_slow_is_left(self, service: Service, fetcher: Fetcher) -> None:
        def drip(client: socket.socket) -> None:
            with suppress(OSError):
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                for _ in range(100):
                    client.sendall(b" ")
                    time.sleep(0.1)

        service.reply = drip
        begin = time.monotonic()
        with pytest.raises(Unreachable, match="time ran out"):
            reconcile(fetcher, service.address, ["Clara Venn"])
        assert time.monotonic() - begin < 5

    def test_on_a_private_network_is_not_asked_unless_that_is_allowed(self, service: Service) -> None:
        with Fetcher(attempts=1) as fetcher, pytest.raises(AddressRefused):
            reconcile(fetcher, service.address, ["Clara Venn"])
        assert service.site.asked == []

    def test_of_strange_figures_is_taken_without_them(self, service: Service, fetcher: Fetcher) -> None:
        service.reply = answer(json.dumps({"q0": {"result": [{**VENN, "score": float("nan")}, {**OTHER, "score": float("inf")}]}}).encode())
        assert [match.score for match in reconcile(fetcher, service.address, ["Clara Venn"])[0]] == [0.0, 0.0]


class TestTheCommand:
    @pytest.fixture
    def file(self, tmp_path: Path) -> str:
        """A ledger that knows Clara Venn."""
        with Ledger(tmp_path / "news.db") as ledger:
            ledger.add(report("Mayor [Clara Venn] spoke."))
        return str(tmp_path / "news.db")

    @staticmethod
    def run(file: str, service: Service, *words: str) -> tuple[int, str, str]:
        command = ["who", "Clara Venn", "--reconcile", service.address, "--allow-private", "--by", "Ida", "--ledger", file, *words]
        result = CliRunner().invoke(app, command)
        return result.exit_code, result.stdout, result.stderr

    def test_takes_over_the_id_that_the_service_is_sure_of_with_its_address(self, file: str, service: Service) -> None:
        code, out, _ = self.run(file, service)
        assert (code, "; Q42; " in out) == (0, True)
        with Ledger(file) as ledger:
            [venn] = ledger.who("Clara Venn")
            assert (venn.wikidata, venn.wikidata_from) == ("Q42", service.address)

    def test_takes_over_nothing_that_the_service_is_not_sure_of(self, file: str, service: Service) -> None:
        for results in ([OTHER], [VENN, {**VENN, "id": "Q43"}], []):
            service.reply = as_json({"q0": {"result": results}})
            code, out, err = self.run(file, service)
            assert (code, out) == (1, "")
            assert all(result["id"] in err for result in results)
        with Ledger(file) as ledger:
            assert ledger.who("Clara Venn")[0].wikidata is None

    def test_asks_nobody_on_a_private_network_by_itself(self, file: str, service: Service) -> None:
        result = CliRunner().invoke(app, ["who", "Clara Venn", "--reconcile", service.address, "--ledger", file])
        assert result.exit_code == 1
        assert "--allow-private" in result.stderr
        assert service.site.asked == []

    def test_prints_what_the_service_says_without_what_would_steer_a_terminal(self, file: str, service: Service) -> None:
        service.reply = as_json({"q0": {"result": [{**OTHER, "name": "\x1b[31mred\x1b[0m", "description": "a\nb"}]}})
        _, _, err = self.run(file, service)
        assert "\x1b" not in err
        assert len(err.splitlines()) == 3
