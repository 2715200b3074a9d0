"""An empty home to attack."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.services.house import House


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A home into which nothing was imported, with its records in a file."""
    monkeypatch.delenv("COMMON_GROUND_RECORDS", raising=False)
    return House(tmp_path / "home")
