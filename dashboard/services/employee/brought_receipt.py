"""The receipt of a staff survey from another tool: what was read, removed and left out. It is kept, so it counts in fives and holds no answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.privacy import banding
from dashboard.schema.survey_mapping import SurveyMapping
from dashboard.services.employee.brought_wave import BroughtWave
from dashboard.services.surveys.bringing import WavePlan
from data_sources.surveys.base import DropReceipt
from data_sources.surveys.recode import WaveAnswers


def about(n: int) -> str:
    """A number of people or cells as it is kept."""
    return "none" if not n else f"fewer than {banding.PEOPLE}" if n < banding.PEOPLE else f"about {banding.people(n):,}"


def rounded(receipt: DropReceipt) -> dict[str, Any]:
    """What was removed while reading."""
    return {
        "rows_read": about(receipt.rows_read),
        "rows_kept": about(receipt.rows_kept),
        "rows_dropped": {reason: about(n) for reason, n in receipt.rows_dropped.items()},
        "dropped": [[heading, reason, about(n)] for heading, reason, n in receipt.dropped],
        "redactions": [[kind, column, about(n)] for kind, column, n in receipt.redactions],
        "duplicates": about(receipt.duplicates),
        "checksum": receipt.checksum,
    }


def read_as(mapping: SurveyMapping, waves: Sequence[tuple[WaveAnswers, BroughtWave]]) -> dict[str, Any]:
    """How each column was read, what stayed out of the results with the reason, and how many answers had no meaning: no answer itself."""
    columns = [[one.heading, one.option, one.role, one.stored_as, one.scale] for one in mapping.columns]
    left = dict.fromkeys(pair for _, one in waves for pair in one.left)
    aside: Counter[tuple[str, str]] = Counter()
    for wave, _ in waves:
        for one in wave.aside:
            aside[one.column, one.reason] += one.count
    return {
        "columns": columns,
        "left": [list(pair) for pair in left],
        "no_meaning": [[column, reason, about(n)] for (column, reason), n in aside.items()],
    }


def asked(days: WavePlan, questions: Mapping[str, str], prints: Mapping[str, str]) -> dict[str, Any]:
    """What a wave asked and when, so that nothing too near to it is ever shown beside it, even after it was taken back."""
    return {
        "name": days.name,
        "opens": days.opens.isoformat(),
        "closes": days.closes.isoformat(),
        "questions": {name: [words, prints[name]] for name, words in questions.items()},
    }
