"""What many articles rest on, summed up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sayso.models import Document, Link, Record, Speaker, Statement
from sayso.render.profile import Profile, tally

TEXT = "The pier is gone. It rained."


def said(number: int, name: str | None, type: str = "person", relay: str | None = None, kind: str = "direct") -> Statement:
    chain = [Link(role="relay", name=relay)] if relay else []
    speaker = Speaker.model_validate({"name": name, "type": type})
    return Statement.model_validate(
        {"id": str(number), "kind": kind, "content": [(0, 17)], "text": TEXT[:17], "speaker": speaker, "chain": chain, "confidence": 0.9}
    )


def profile(*articles: list[Statement]) -> Profile:
    total = Profile()
    for statements in articles:
        total.add(tally(Record(reader="test", document=Document(text=TEXT), statements=statements)))
    return total


def test_a_profile_sums_statements_by_kind_speaker_and_relay() -> None:
    first = [said(1, "Ada Lin"), said(2, "Ada Lin", relay="NNA", kind="indirect"), said(3, None, "anonymous")]
    second = [said(1, "Ada Lin"), said(2, None, "none", kind="narrated")]
    found = json.loads(profile(first, second).to_json())
    assert (found["documents"], found["statements"], found["narrated"]) == (2, 4, 1)
    assert (found["top_speaker"], found["top_speaker_share"]) == ("Ada Lin", 0.75)
    assert (found["anonymous_share"], found["relayed_share"]) == (0.25, 0.25)
    assert found["by_speaker"] == [{"name": "Ada Lin", "statements": 3, "documents": 2}]
    assert found["by_relay"] == [{"name": "NNA", "statements": 1}]


def test_facts_in_the_outlet_s_own_voice_are_nobody_s_statements() -> None:
    found = json.loads(profile([said(1, None, "none", kind="narrated")]).to_json())
    assert (found["statements"], found["types"], found["direct_share"]) == (0, {}, None)


def test_nothing_sums_up_to_nothing() -> None:
    assert json.loads(Profile().to_json())["documents"] == 0
    assert "0 documents" in Profile().to_text()


def test_names_can_t_steer_the_terminal() -> None:
    assert "\x1b" not in profile([said(1, "Ada \x1b[31mLin")]).to_text()


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "articles.jsonl"
    texts = ['"The pier is gone," Ada Lin said.', "The council said the pier was safe.", "\0"]
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    return path


def sayso(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(Path(sys.executable).with_name("sayso")), "read", *arguments], capture_output=True, text=True, check=False)


def test_a_summary_is_one_object_however_many_articles_there_are(lines: Path) -> None:
    done = sayso(str(lines), "--summary", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["documents"] == 3


def test_a_summary_counts_what_is_sure_enough(lines: Path) -> None:
    assert json.loads(sayso(str(lines), "--summary", "-f", "jsonl", "--min-confidence", "1").stdout)["statements"] == 0


def test_a_summary_for_reading_names_the_speakers(lines: Path) -> None:
    assert "Ada Lin" in sayso(str(lines), "--summary").stdout


def test_a_summary_is_no_page(lines: Path) -> None:
    done = sayso(str(lines), "--summary", "--format", "html")
    assert done.returncode == 2
    assert "--summary" in done.stderr
