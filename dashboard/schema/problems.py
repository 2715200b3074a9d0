"""What was wrong with a file, row by row, and the receipt that an import gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """Rows set aside or repaired for one reason: its code, the sentence for people, how many, and the first few source rows."""

    code: str
    sentence: str
    count: int
    rows: tuple[int, ...] = ()
    column: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one import did. rows_read = accepted + quarantined + duplicates, always; `replaced` are accepted rows that replaced an older version.

    `withdrawn` are stored rows of earlier imports of the source that this one no longer has and that were taken out on request.
    """

    import_id: str
    source: str
    table: str
    files: tuple[str, ...]
    rows_read: int
    accepted: int
    quarantined: int
    duplicates: int
    replaced: int = 0
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    questions: tuple[str, ...] = ()
    first_date: dt.date | None = None
    last_date: dt.date | None = None
    state: str = "committed"
    seconds: float = 0.0
    details: tuple[tuple[str, str], ...] = field(default=())
    withdrawn: int = 0

    def __post_init__(self) -> None:
        if self.rows_read != self.accepted + self.quarantined + self.duplicates:
            raise ValueError(f"{self.rows_read} rows read but {self.accepted} + {self.quarantined} + {self.duplicates} accounted for")

    def as_json(self) -> dict[str, object]:
        """A JSON-ready dictionary; dates as ISO text."""
        data = asdict(self)
        for name in ("first_date", "last_date"):
            data[name] = None if data[name] is None else data[name].isoformat()
        return data
