"""The public face."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sayso

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "src/sayso").rglob("*.py"))


def test_exactly_the_documented_names_are_exported() -> None:
    documented = re.findall(r"^## `sayso\.(\w+)", (ROOT / "docs/api.md").read_text("utf-8"), re.M)
    assert sorted(documented) == sorted(sayso.__all__)
    assert all(hasattr(sayso, name) for name in sayso.__all__)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_every_public_module_class_and_function_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    if path.stat().st_size:
        assert ast.get_docstring(tree), path
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            inner = any(isinstance(p, ast.FunctionDef) and node in ast.walk(p) and p is not node for p in ast.walk(tree))
            assert inner or ast.get_docstring(node) or _overrides(tree, node), f"{path.name}: {node.name}"


def _overrides(tree: ast.Module, node: ast.ClassDef | ast.FunctionDef) -> bool:
    """Whether a function is a method of a private class, or one that its base class describes."""
    return any(isinstance(c, ast.ClassDef) and node in c.body and (c.name.startswith("_") or c.bases) for c in ast.walk(tree))


@pytest.mark.parametrize("module", ["torch", "spacy", "transformers", "rich", "typer", "jinja2", "py3langid", "sqlalchemy", "lxml"])
def test_importing_sayso_does_not_import(module: str) -> None:
    script = f"import sayso, sys; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
