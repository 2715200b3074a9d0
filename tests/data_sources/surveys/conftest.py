"""Reads a fixture, or a real export that stands beside the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data_sources.surveys import recognise
from data_sources.surveys.base import SurveyExport

FIXTURES = Path(__file__).parents[2] / "fixtures" / "surveys"
_BESIDE = [folder / "shared" / "data" for folder in Path(__file__).parents[4:6]]  # beside the project, or beside its worktrees
REAL = next((folder for folder in _BESIDE if folder.is_dir()), _BESIDE[0])


@pytest.fixture
def export() -> Callable[..., SurveyExport]:
    def one(name: str | Path, **asked: Any) -> SurveyExport:
        (found,) = recognise.read(FIXTURES / name, **asked)
        assert isinstance(found, SurveyExport)
        return found

    return one


@pytest.fixture
def real() -> Callable[[str], Path]:
    def path(name: str) -> Path:
        if not (REAL / name).exists():
            pytest.skip(f"the real export {name} is not beside the project")
        return REAL / name

    return path
