"""Write docs/datasette.json: what Datasette shows of a ledger's tables, from the descriptions in the schema."""

import json
from pathlib import Path
from typing import Any

from sayso.ledger.schema import Base

FILE = Path(__file__).resolve().parent / "datasette.json"
DATABASE = "news"  # Datasette calls a database as its file is called, without the ending

LABELS = {  # what is shown of a row where another one refers to it
    "articles": "url",
    "documents": "title",
    "entities": "name",
    "feeds": "url",
    "identities": "name",
    "readings": "reader",
    "statements": "id",
}
FACETS = {
    "appearances": ["outlet", "language"],
    "catalogue": ["kind", "outlet", "speaker_type", "denial", "reviewed"],
    "entities": ["type"],
    "identities": ["type"],
    "readings": ["reader"],
    "relations": ["relation"],
    "reviews": ["about", "verdict", "reviewer"],
    "statements": ["kind", "speaker_type", "act"],
}
NEWEST_FIRST = {"appearances": "seen", "catalogue": "key", "reviews": "at"}
HIDDEN = ("statement_vectors", "verdicts", "linkings", "ledger_version")
VIEWS = {
    "versions": "The texts that stood at each address, with the first and the last time; one that came back counts again.",
    "chains": "The links of each statement, and for each appearance of its document the outlet at the end.",
}


def metadata() -> dict[str, Any]:
    """What Datasette takes as metadata."""
    tables: dict[str, Any] = {}
    for table in sorted(Base.metadata.sorted_tables, key=lambda table: table.name):
        about: dict[str, Any] = {"description": table.comment, "columns": {column.name: column.comment for column in table.columns}}
        if table.name in LABELS:
            about["label_column"] = LABELS[table.name]
        if table.name in FACETS:
            about["facets"] = FACETS[table.name]
        if table.name in NEWEST_FIRST:
            about["sort_desc"] = NEWEST_FIRST[table.name]
        tables[table.name] = about
    tables["catalogue"] |= {"fts_table": "catalogue_fts", "fts_pk": "key"}
    for name in HIDDEN:
        tables.setdefault(name, {})["hidden"] = True
    for name, description in VIEWS.items():
        tables[name] = {"description": description}
    return {
        "title": "A ledger of sayso's",
        "description": "What was said in news reports, and on whose say-so it stands.",
        "databases": {DATABASE: {"tables": tables}},
    }


def written() -> str:
    """The file's text."""
    return json.dumps(metadata(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
