"""Is this a table of totals, where an import needs one row for each event? Such a table cannot be read as stops, whatever is mapped."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa

SENTENCE = "This is a table of totals, not of single stops."
HINT = "Load it as a population table, or leave it out and ask for the export with one row for each stop."
TOTALS = re.compile(r"\b(number of|total|rate per|population|proportion|percent(age)?|per (1,?000|100,?000|capita))\b", re.IGNORECASE)
NUMBER = re.compile(r"^\s*(-|N/?A|\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?%?)?\s*$", re.IGNORECASE)
DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}:\d{2}|[A-Za-z]{3,9} \d{1,2}, \d{4}|\d{8}")
LEAST = 2  # columns of totals
MOSTLY = 0.9


def is_totals(header: Sequence[str], sample: pa.Table) -> bool:
    """Two or more columns are named as totals and hold figures, and no column holds days or times of events."""
    names = [name for name in header if name in sample.column_names]
    totals = [name for name in names if TOTALS.search(name) and _share(sample, name, NUMBER.match) >= MOSTLY]
    dated = [name for name in names if _share(sample, name, DAY.match) >= MOSTLY]
    return len(totals) >= LEAST and not dated


def _share(sample: pa.Table, name: str, fits: object) -> float:
    """Which share of the filled cells of a column fits?"""
    cells = [str(value).strip() for value in sample.column(name).to_pylist() if value is not None and str(value).strip()]
    return sum(bool(fits(cell)) for cell in cells) / len(cells) if cells and callable(fits) else 0.0
