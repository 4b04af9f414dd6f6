"""The command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sayso import Record
from sayso.cli import app
from sayso.cli.options import parse_size
from sayso.reading.reader import Reader

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SAYSO = [sys.executable, "-c", "from sayso.cli import main; main()"]
SAID = "“The pier is gone,” Mayor Ada Lin said on Monday. The council denied that it had known of the rot."


def run(*arguments: object, **options: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], **options)  # type: ignore[arg-type]


def article(folder: Path, name: str = "a.txt", text: str | bytes = SAID) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table(folder: Path, count: int) -> Path:
    rows = [{"id": str(i), "text": f"Ferry {i} stopped. " + SAID} for i in range(count)]
    return article(folder, "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


def test_read_prints_who_said_what(tmp_path: Path) -> None:
    result = run("read", article(tmp_path))
    assert result.exit_code == 0
    assert "Mayor Ada Lin" in result.stdout
    assert "“The pier is gone”" in result.stdout
    assert "\x1b" not in result.stdout
    assert result.stderr == ""


def test_json_is_one_object_for_one_document_and_an_array_for_more(tmp_path: Path) -> None:
    one = json.loads(run("read", article(tmp_path), "--format", "json").stdout)
    assert one["format"] == "sayso/1"
    many = json.loads(run("read", article(tmp_path), article(tmp_path, "b.txt"), "--format", "json").stdout)
    assert [r["document"]["text"] for r in many] == [SAID, SAID]
    assert json.loads(run("read", table(tmp_path, 4), "--format", "json").stdout)[3]["document"]["ref"] == "3"


def test_json_lines_come_in_the_order_of_the_input_and_alike_for_any_number_of_workers(tmp_path: Path) -> None:
    path = table(tmp_path, 30)
    outputs = {run("read", path, "--format", "jsonl", "--workers", workers).stdout for workers in (1, 2, 5)}
    assert len(outputs) == 1
    records = [Record.model_validate_json(line) for line in outputs.pop().splitlines()]
    assert [r.document.ref for r in records] == [str(i) for i in range(30)]
    assert all(r.statements for r in records)


def test_bad_inputs_are_named_the_others_read_and_the_exit_code_is_one(tmp_path: Path) -> None:
    good = article(tmp_path)
    broken = article(tmp_path, "b.jsonl", '{"text": "He left."}\nnonsense\n')
    result = run("read", tmp_path / "none.txt", good, article(tmp_path, "c.txt", ""), broken, "--format", "jsonl")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert "none.txt: there is no such file" in result.stderr
    assert "c.txt: is empty" in result.stderr
    assert "b.jsonl:2: is no JSON" in result.stderr
    assert "3 of 5 inputs could not be read" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["read"], "PATH"),
        (["read", "a.txt", "--published", "Tuesday"], "ISO 8601"),
        (["read", "a.txt", "--min-confidence", "2"], "--min-confidence"),
        (["read", "a.txt", "--workers", "0"], "--workers"),
        (["read", "a.txt", "--format", "pdf"], "--format"),
        (["read", "a.txt", "-o", "/no/such/folder/out"], "folder"),
        (["reed"], "reed"),
    ],
)
def test_wrong_use_is_explained_with_exit_code_two(arguments: list[str], word: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert word in result.stderr


def test_min_confidence_leaves_statements_out(tmp_path: Path) -> None:
    path = article(tmp_path)
    everything = json.loads(run("read", path, "--format", "json").stdout)["statements"]
    most = max(s["confidence"] for s in everything)
    kept = json.loads(run("read", path, "--format", "json", "--min-confidence", most).stdout)["statements"]
    assert kept == [s for s in everything if s["confidence"] >= most] != everything


def test_a_date_reaches_the_record(tmp_path: Path) -> None:
    assert (
        json.loads(run("read", article(tmp_path), "--format", "json", "--published", "2031-03-04").stdout)["document"]["published"]
        == "2031-03-04"
    )


def test_output_goes_to_a_file_that_is_complete(tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    assert run("read", article(tmp_path), "--format", "html", "-o", out).stdout == ""
    assert out.read_text("utf-8").endswith("</html>")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "out.html"]


def test_json_is_an_array_whenever_there_were_several_inputs(tmp_path: Path) -> None:
    good, bad = article(tmp_path), tmp_path / "none.txt"
    assert [len(json.loads(run("read", *paths, "-f", "json").stdout)) for paths in ([good, bad], [bad, good], [bad, bad])] == [1, 1, 0]
    assert run("read", bad, "-f", "json").stdout == ""


def test_an_output_that_is_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("out.json")
    assert run("read", article(tmp_path), "-f", "json", "-o", tmp_path / "link").exit_code == 0
    assert (tmp_path / "link").is_symlink()
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["format"] == "sayso/1"


def test_an_output_that_is_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    assert run("read", article(tmp_path), "-o", link).exit_code == 0
    assert link.is_symlink()
    assert not link.is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*SAYSO, "read", str(article(tmp_path))], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "sayso: standard output: can't be written: No space left on device\n"


@pytest.mark.parametrize(("size", "number"), [("100", 100), ("5kB", 5000), ("1.5 MB", 1_500_000), ("2g", 2_000_000_000), ("1_000", 1000)])
def test_sizes_are_given_in_bytes_or_units(size: str, number: int) -> None:
    assert parse_size(size) == number


@pytest.mark.parametrize("size", ["0", "-5", "many", "5 TB", "1e6", ""])
def test_what_is_no_size_is_wrong_use(size: str) -> None:
    assert run("read", "a.txt", f"--max-size={size}").exit_code == 2


def test_a_fault_of_the_reader_is_reported_for_its_document_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Reader.read

    def fail_sometimes(self: Reader, document: object, warnings: object = ()) -> Record:
        if document.ref == "1":  # type: ignore[attr-defined]
            raise RuntimeError("broken")
        return read(self, document, warnings)  # type: ignore[arg-type]

    monkeypatch.setattr(Reader, "read", fail_sometimes)
    result = run("read", table(tmp_path, 4), "--format", "jsonl")
    assert result.exit_code == 1
    assert [json.loads(line)["document"]["ref"] for line in result.stdout.splitlines()] == ["0", "2", "3"]
    assert "a.jsonl:2: could not be read: RuntimeError: broken" in result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31m\x1b]0;owned\x07 " + SAID,
        "\u202e" + SAID + "\u2066",
        "He said " * 3 + "x" * 300_000,
        SAID + "\r\n\x0c\x00",
        "<script>alert(1)</script> " + SAID,
    ],
)
@pytest.mark.parametrize("form", ["text", "jsonl", "html"])
def test_hostile_articles_are_read_and_shown_safely(tmp_path: Path, text: str, form: str) -> None:
    result = run("read", article(tmp_path, text=text), "--format", form)
    assert result.exit_code == 0
    assert not any(c in result.stdout for c in "\x1b\x07\x00")
    if form != "jsonl":
        assert "\u202e" not in result.stdout
        assert "<script>" not in result.stdout or form == "text"


def test_a_hundred_thousand_quotation_marks_are_read(tmp_path: Path) -> None:
    result = run("read", article(tmp_path, text=SAID + "\n\n" + '"' * 100_000), "--format", "jsonl")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["statements"]


def test_a_document_above_the_limit_is_refused_with_the_limit_named(tmp_path: Path) -> None:
    result = run("read", article(tmp_path, text=SAID * 2), "--max-size", 100)
    assert result.exit_code == 1
    assert "100 bytes" in result.stderr
    assert "10 MB" in run("read", article(tmp_path, text=b"a" * 10_000_001)).stderr


def test_what_failed_is_listed_in_a_file_that_can_be_fed_in_again(tmp_path: Path) -> None:
    path = article(tmp_path, "a.jsonl", json.dumps({"text": SAID}) + '\n{"text": ""}\n')
    failed = tmp_path / "failed.txt"
    result = run("read", path, tmp_path / "none.txt", "--failed", failed)
    assert result.exit_code == 1
    assert f"2 of 3 inputs could not be read; {failed} lists them" in result.stderr
    article(tmp_path, "a.jsonl", (json.dumps({"text": SAID}) + "\n") * 2)
    again = run("read", "--list", failed, "--failed", failed, "-f", "jsonl")
    assert [json.loads(line)["appearance"]["where"] for line in again.stdout.splitlines()] == [f"{path}:2"]
    assert failed.read_text() == f"# there is no such file\n{tmp_path / 'none.txt'}\n"


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
def test_a_file_whose_name_is_no_text_is_read_and_listed(tmp_path: Path) -> None:
    names = [os.fsdecode(os.fsencode(tmp_path) + name) for name in (b"/caf\xe9.txt", b"/no\xe9.txt")]
    Path(names[0]).write_text(SAID)
    failed = tmp_path / "failed.txt"
    result = run("read", *names, "-f", "jsonl", "--failed", failed)
    assert json.loads(result.stdout)["appearance"]["where"].endswith("caf\ufffd.txt")
    Path(names[1]).write_text(SAID)
    assert run("read", "--list", failed).exit_code == 0


def test_failures_are_said_once_more_at_the_end_where_much_came_between(tmp_path: Path) -> None:
    path = article(tmp_path, "a.jsonl", '{"text": ""}\n' + (json.dumps({"text": SAID}) + "\n") * 30)
    assert run("read", path).stderr.count(f"{path}:1: has a") == 2


def test_columns_of_a_table_are_named(tmp_path: Path) -> None:
    path = article(tmp_path, "a.csv", f'nr,body,day\n7,"{SAID}",2031-03-04\n')
    result = run("read", path, "--text-column", "body", "--id-column", "nr", "--published-column", "day", "-f", "json")
    document = json.loads(result.stdout)["document"]
    assert (document["ref"], document["text"], document["published"]) == ("7", SAID, "2031-03-04")
    assert "--text-column" in run("read", path).stderr


def test_file_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in run("read", f"{tmp_path}/\x1b[31mno.txt").stderr


def test_standard_input_is_read() -> None:
    result = run("read", "-", "--format", "json", input=SAID)
    assert json.loads(result.stdout)["document"]["text"] == SAID


def test_help_has_examples_and_version_names_code_and_weights() -> None:
    assert "sayso read article.txt" in run("read", "--help").stdout
    assert ".weights." in run("--version").stdout


def test_the_command_ends_quietly_when_nobody_reads_on(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*SAYSO, "read", str(table(tmp_path, 200)), "--format", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_that_is_stopped_leaves_the_old_output_file(tmp_path: Path, number: signal.Signals, code: int) -> None:
    out = article(tmp_path, "out.jsonl", "old")
    with subprocess.Popen(
        [*SAYSO, "read", str(table(tmp_path, 3000)), "--format", "jsonl", "-o", str(out)], stderr=subprocess.PIPE
    ) as process:
        for _ in range(600):
            if any(p.stat().st_size for p in tmp_path.glob(".out.jsonl.*")):
                break
            time.sleep(0.1)
        os.kill(process.pid, number)
        assert process.wait(60) == code
        assert process.stderr is not None
        assert process.stderr.read() == (b"sayso: interrupted\n" if number == signal.SIGINT else b"")
    assert out.read_text() == "old"
    assert number == signal.SIGKILL or sorted(p.name for p in tmp_path.iterdir()) == ["a.jsonl", "out.jsonl"]


def test_all_examples_are_read_in_every_format() -> None:
    paths = sorted(EXAMPLES.glob("*.txt"))
    assert len(paths) >= 10
    for form in ("text", "jsonl", "html"):
        result = run("read", *paths, "--format", form)
        assert result.exit_code == 0
        assert result.stdout
