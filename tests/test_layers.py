"""Imports run one way only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src/sayso"
MODULES = sorted(SOURCE.rglob("*.py"))

# What each part may import of the others; docs/decisions.md says why.
MAY_IMPORT = {
    "errors": set(),
    "models": {"errors"},
    "encoder": {"errors", "models"},
    "reading": {"errors", "models", "encoder"},
    "intake": {"errors", "models"},
    "render": {"errors", "models"},
    "exchange": {"errors", "models"},
    "linking": {"errors", "models", "encoder"},
    "ledger": {"errors", "models", "encoder", "linking"},
    "pipeline": {"errors", "models", "reading", "intake", "linking", "ledger"},
    "cli": {"errors", "models", "reading", "intake", "ledger", "render", "exchange", "pipeline"},
    "__init__": {"errors", "models", "reading", "linking", "ledger"},
}


def part(module: str) -> str:
    """The part of sayso that a dotted name belongs to."""
    return module.split(".")[1] if "." in module else "__init__"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_module_imports_only_what_lies_below_it(path: Path) -> None:
    own = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        assert not isinstance(node, ast.ImportFrom) or node.level == 0, f"{path.relative_to(SOURCE)} has a relative import"
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            if name and name.split(".")[0] == "sayso" and part(name) != own:
                assert part(name) in MAY_IMPORT[own], f"{path.relative_to(SOURCE)} imports {name}"


def test_every_part_has_its_place_in_the_order() -> None:
    assert {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in MODULES} == set(MAY_IMPORT)
