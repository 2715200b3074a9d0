"""What kind of answers does a column hold, judged by its distinct values?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from data_sources.surveys.base import Kind
from data_sources.surveys.grid import fold

_NUMBER = re.compile(r"^[+-]?(\d+([.,]\d+)?|[.,]\d+)$")
_DATE = re.compile(r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([ T].*)?$")
_WEIGHT = re.compile(r"^(survey|final|person|respondent|raked?)?(weights?|wgt|wt|gewicht|gewichtung|ponderacion|ponderación)\d?$")
OPEN = re.compile(
    r"comment|anything else|what else|own words|explain|suggest|feedback|should .*change|kommentar|anmerkung|comentario|algo más", re.IGNORECASE
)
MOST_LABELS = 60
LONGEST_LABEL = 160
MOSTLY = 0.9
NOTHING = frozenset({"na", "n/a", "#n/a", "null", "nan"})  # written by statistics programs into blank cells


def kind_of(heading: str, values: Sequence[str], counts: Sequence[int]) -> Kind:
    """`values`: the distinct answers; `counts`: how often each was given."""
    said = [(value, count) for value, count in zip(values, counts, strict=True) if value.casefold() not in NOTHING]
    if not said:
        return "text"
    values, counts = [value for value, _ in said], [count for _, count in said]
    total = sum(counts)

    def share(pattern: re.Pattern[str]) -> float:
        return sum(count for value, count in zip(values, counts, strict=True) if pattern.match(value)) / total

    numbers = share(_NUMBER)
    if numbers == 1.0 and _WEIGHT.match(fold(heading)):
        return "weight"
    if numbers >= MOSTLY:
        return "number"
    if share(_DATE) >= MOSTLY:
        return "date"
    repeated = total / len(values)
    short = max(map(len, values)) <= LONGEST_LABEL
    if len(values) <= MOST_LABELS and short and (repeated >= 2 or (total < 20 and max(map(len, values)) <= 60 and not OPEN.search(heading))):
        return "single"
    return "text"
