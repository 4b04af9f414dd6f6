"""The JSON Schema of the record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from sayso import Document, Reader, Record

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "docs/record.schema.json").read_text("utf-8"))


def test_the_schema_that_is_checked_in_is_that_of_the_types() -> None:
    assert Record.model_json_schema(mode="serialization") == SCHEMA, "run: make schema"


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", [path.stem for path in sorted((ROOT / "examples").glob("*.txt"))])
def test_real_records_fit_the_schema(reader: Reader, name: str) -> None:
    record = reader.read(Document(text=(ROOT / f"examples/{name}.txt").read_text("utf-8"), ref=name))
    Draft202012Validator(SCHEMA).validate(json.loads(record.model_dump_json()))


def test_what_is_no_record_does_not_fit_the_schema() -> None:
    assert not Draft202012Validator(SCHEMA).is_valid({"format": "sayso/1"})
    assert not Draft202012Validator(SCHEMA).is_valid({"format": "sayso/9", "reader": "x", "document": {"text": ""}})
