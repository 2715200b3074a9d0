"""How does any result of ours become plain JSON data, whole, with unknown as null?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Mapping, Set
from enum import Enum
from pathlib import PurePath
from typing import Any


def plain(value: Any) -> Any:  # noqa: PLR0911
    """Frozen results, enums, dates, paths, mappings and numpy numbers as JSON-ready data. Infinite limits become null; nothing is dropped."""
    if value is None or isinstance(value, str | bool | int):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value) if field.name != "seal"}
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Set):
        return sorted(plain(item) for item in value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return _foreign(value)


def _foreign(value: Any) -> Any:
    """Enums, paths, numpy scalars and arrays, pandas stamps."""
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, PurePath):
        return str(value)
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def _key(key: object) -> str:
    """Mapping keys as text; tuples joined by '|'."""
    return "|".join(map(str, key)) if isinstance(key, tuple) else str(key.value if isinstance(key, Enum) else key)
