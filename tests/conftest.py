"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from sayso import Reader

ROOT = Path(__file__).resolve().parent.parent

_CHECKS = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("quick", max_examples=40, deadline=None, suppress_health_check=_CHECKS)
settings.register_profile("soak", max_examples=2000, deadline=None, suppress_health_check=_CHECKS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The installed reader, on one thread."""
    return Reader()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data that lies beside the project."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip(f"needs the data in {folder}")
    return folder


@pytest.fixture(autouse=True)
def _unlinked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave what is added unlinked where relations aren't tested: judging pairs takes most of the time of adding."""
    if request.module.__name__.rpartition(".")[2] != "test_relations_ledger":
        monkeypatch.setattr("sayso.ledger.linkings.Links.finish", lambda links, document, announced: None)
