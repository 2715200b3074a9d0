"""Where is the map of districts kept? One small file in the home, replaced as a whole."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping

from dashboard.errors import StoreError
from dashboard.store.home import Home

FILE = "boundaries.json"
Rings = tuple[tuple[tuple[float, float], ...], ...]


def keep(home: Home, shapes: Mapping[str, Rings]) -> None:
    """Keep the shapes of districts; older ones are replaced, all or nothing."""
    passing = home.path / f".{FILE}.{secrets.token_hex(8)}"
    try:
        with passing.open("w", encoding="utf-8") as file:
            json.dump(shapes, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(home.path / FILE)
    except OSError as error:
        passing.unlink(missing_ok=True)
        raise StoreError(f"The map of districts could not be stored: {error.strerror}.", hint="Free some space and try again.") from error


def kept(home: Home) -> dict[str, Rings]:
    """The kept shapes by district; empty without any."""
    path = home.path / FILE
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): tuple(tuple((float(x), float(y)) for x, y in ring) for ring in rings) for name, rings in content.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise StoreError("The stored map of districts is damaged.", hint="Bring the boundary file in again on the Data page.") from error


def drop(home: Home) -> None:
    """Forget the shapes."""
    (home.path / FILE).unlink(missing_ok=True)
