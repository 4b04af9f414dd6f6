"""The command that keeps: what is new is read, what is known isn't, and what breaks off is finished by the next run."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sayso.cli import app
from sayso.intake.fetch import Pace
from sayso.ledger.store import Ledger
from server import Site, answer

pytest_plugins = ["postgres"]
SAYSO = [sys.executable, "-c", "from sayso.cli import main; main()"]


def run(*arguments: object, **options: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], **options)  # type: ignore[arg-type]


def outcomes(result: Result) -> list[str]:
    return [line[34:45].strip() for line in result.stdout.splitlines()]


def page(number: int, price: int = 5) -> bytes:
    return (
        f"<!doctype html><html><head><title>Toll {number}</title></head><body><article><h1>Toll {number}</h1>"
        f"<p>The toll on bridge {number} is to rise to {price} crowns in May, the Norland roads office said on Monday.</p>"
        "<p>“Nobody likes to pay, and the old bridge won't mend itself,” its head, Runa Falk, told drivers.</p></article></body></html>"
    ).encode()


def feed(site: Site, *numbers: int) -> bytes:
    items = "".join(f"<item><link>{site.at(f'/{number}')}</link></item>" for number in numbers)
    return answer(f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode(), content_type="application/rss+xml")


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Site]:
    """A server that may be asked as often as one likes, and a cache of its own for what it answers."""
    monkeypatch.setattr("sayso.intake.fetch.Pace", partial(Pace, gap=0.0))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    site = Site()
    for number in range(6):
        site.paths[f"/{number}"] = answer(page(number))
    yield site
    site.close()


def test_an_article_is_kept_once_and_is_known_the_next_time(tmp_path: Path, place: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text("“The pier is gone,” Mayor Ada Lin said.")
    first, second = run("add", path, "--ledger", place), run("add", path, "--ledger", place)
    assert (outcomes(first), outcomes(second)) == (["new"], ["known"])
    assert "1 articles were new or changed, 0 known" in first.stderr
    with Ledger(place) as ledger:
        [record] = ledger.records(first.stdout[:32])
    assert record.statements[0].speaker.name == "Ada Lin"
    assert record.appearance is not None
    assert record.appearance.where == str(path)


def test_a_reprint_is_one_document_met_twice(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("“The pier is gone,” Mayor Ada Lin said.")
    result = run("add", tmp_path / "a.txt", tmp_path / "b.txt", "--ledger", tmp_path / "l.db", "--workers", 1)
    assert outcomes(result) == ["new", "met again"]


def test_of_a_feed_only_what_is_new_is_fetched_and_counted(site: Site, tmp_path: Path) -> None:
    site.paths["/feed"] = feed(site, 0, 1)
    add = partial(run, "add", site.at("/feed"), "--ledger", tmp_path / "l.db", "--allow-private")
    assert outcomes(add()) == ["new", "new"]
    site.paths["/feed"] = feed(site, 0, 1, 2)
    site.asked.clear()
    result = add()
    assert outcomes(result) == ["new"]
    assert "1 articles were new or changed, 0 known" in result.stderr
    assert [path for path in site.asked if path[1:].isdigit()] == ["/2"]
    assert add().exit_code == 0


def test_an_entry_that_failed_is_tried_again(site: Site, tmp_path: Path) -> None:
    site.paths["/feed"] = feed(site, 0, 9)
    add = partial(run, "add", site.at("/feed"), "--ledger", tmp_path / "l.db", "--allow-private")
    failed = add()
    assert (outcomes(failed), failed.exit_code) == (["new"], 1)
    site.paths["/9"] = answer(page(9))
    assert outcomes(add()) == ["new"]


def test_another_text_at_a_known_address_is_a_new_version(site: Site, tmp_path: Path) -> None:
    add = partial(run, "add", site.at("/0"), "--ledger", tmp_path / "l.db", "--allow-private")
    assert outcomes(add()) == ["new"]
    site.paths["/0"] = answer(page(0, price=7))
    assert outcomes(add()) == ["new version"]
    with Ledger(tmp_path / "l.db") as ledger:
        assert len(ledger.versions(site.at("/0"))) == 2


def test_watching_goes_on_until_it_is_stopped(site: Site, tmp_path: Path) -> None:
    site.paths["/feed"] = feed(site, 0)
    command = [*SAYSO, "add", site.at("/feed"), "--ledger", str(tmp_path / "l.db"), "--allow-private", "--watch", "0.1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "new" in process.stdout.readline()
        site.paths["/feed"] = feed(site, 0, 1)
        assert site.at("/1") in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said


def test_what_was_told_as_kept_before_a_kill_is_there_and_a_rerun_finishes_the_rest_without_doubling(tmp_path: Path, place: str) -> None:
    for number in range(60):
        (tmp_path / f"{number:02}.txt").write_text(f"“Boat {number} is late,” Mayor Ada Lin said on Monday. The harbour denied it.\n" * 3)
    command = [*SAYSO, "add", str(tmp_path), "--ledger", place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline()[:32] for _ in range(random.randint(3, 20))]
        process.kill()
        told += [line[:32] for line in process.stdout if line.endswith("\n")]
    with Ledger(place) as ledger:
        assert all(len(ledger.records(id)) == 1 for id in told)
        assert ledger.check() == []
    counts = Counter(outcomes(run("add", tmp_path, "--ledger", place)))
    assert counts.total() == 60
    assert counts["known"] >= len(told)
    with Ledger(place) as ledger:
        stats = ledger.stats()
        assert (stats.documents, stats.readings, stats.appearances) == (60, 60, 60)


def test_what_was_added_is_exported_as_it_was_read_and_a_statement_is_shown(tmp_path: Path, place: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Pier lost\n\n“The pier is gone,” Mayor Ada Lin said, Norden Wire reports.")
    run("add", path, "--ledger", place)
    read = run("read", path, "-f", "jsonl")
    assert json.loads(run("export", "--ledger", place).stdout) == json.loads(read.stdout)
    statement = json.loads(read.stdout)["statements"][0]
    shown = run("show", statement["id"], "--ledger", place)
    assert shown.stdout.startswith("Ada Lin: The pier is gone\n")
    assert "Ada Lin > Norden Wire > outlet" in shown.stdout
    assert str(path) in shown.stdout
    assert json.loads(run("show", statement["id"], "--ledger", place, "--json").stdout)["statement"] == statement
    missing = run("show", "0" * 32, "--ledger", place)
    assert missing.exit_code == 1
    assert "there is no statement" in missing.stderr


def test_an_export_of_many_has_each_document_once_in_the_order_of_adding(tmp_path: Path) -> None:
    table = tmp_path / "a.jsonl"
    table.write_text("".join(json.dumps({"id": str(n), "text": f"Boat {n} is late, the harbour said."}) + "\n" for n in range(230)))
    run("add", table, "--ledger", tmp_path / "l.db", "--workers", 1)
    rows = [json.loads(line) for line in run("export", "--ledger", tmp_path / "l.db").stdout.splitlines()]
    assert [row["document"]["ref"] for row in rows] == [str(n) for n in range(230)]


def test_a_ledger_that_cannot_be_reached_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("He left.")
    result = run("add", tmp_path / "a.txt", "--ledger", "postgresql://nobody@127.0.0.1:1/none")
    assert result.exit_code == 1
    assert result.stderr.startswith("sayso: postgresql://nobody@127.0.0.1:1/none: ")
    assert result.stderr.count("\n") == 1


def test_stats_check_backup_and_upgrade(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("“The pier is gone,” Mayor Ada Lin said.")
    place = tmp_path / "l.db"
    run("add", tmp_path / "a.txt", "--ledger", place)
    assert '"documents": 1' in run("ledger", "stats", "--ledger", place, "--json").stdout
    assert run("ledger", "check", "--ledger", place).stdout == "nothing is wrong\n"
    assert run("ledger", "backup", tmp_path / "b.db", "--ledger", place).exit_code == 0
    assert '"documents": 1' in run("ledger", "stats", "--json", env={"SAYSO_LEDGER": str(tmp_path / "b.db")}).stdout
    assert "already" in run("ledger", "upgrade", "--ledger", place).stdout
    missing = run("ledger", "check", "--ledger", tmp_path / "none.db")
    assert (missing.exit_code, os.path.exists(tmp_path / "none.db")) == (1, False)
    assert "there is no ledger" in missing.stderr
