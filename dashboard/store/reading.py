"""How are comments read here? The names of the agency's own people that are taken out, and under which codebook and names all comments stand."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.errors import StoreError
from dashboard.store.home import Home

ROSTER, STAND = "roster.json", "comments_read.json"


def keep_roster(home: Home, names: Sequence[str], people: int) -> None:
    """Keep the single names of `people` people in place of older ones; readable by the owner of the home only."""
    _keep(home, ROSTER, {"people": people, "names": sorted(names)})


def roster(home: Home) -> tuple[str, ...]:
    """The kept names; empty without any. They are for redaction and for nothing else."""
    return tuple(str(one) for one in _kept(home, ROSTER).get("names", ()))


def roster_size(home: Home) -> int:
    """How many people's names are kept."""
    return int(_kept(home, ROSTER).get("people", 0))


def drop_roster(home: Home) -> None:
    """Forget the names."""
    (home.path / ROSTER).unlink(missing_ok=True)


def keep_stand(home: Home, stand: Mapping[str, str]) -> None:
    """All comments were read under `standing`: versions of rules and codebook, checksum of the names; `unfinished` where some are not yet."""
    _keep(home, STAND, stand)


def stand(home: Home) -> dict[str, str]:
    """How comments were last read; empty before the first time."""
    return {str(name): str(value) for name, value in _kept(home, STAND).items()}


def _keep(home: Home, name: str, content: Mapping[str, Any]) -> None:
    """Write a file as a whole or not at all."""
    passing = home.path / f".{name}.{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(home.path / name)
    except OSError as error:
        passing.unlink(missing_ok=True)
        raise StoreError(f"{name} could not be stored: {error.strerror}.", hint="Free some space and try again.") from error


def _kept(home: Home, name: str) -> dict[str, Any]:
    """The content of a file; nothing where there is none."""
    path = home.path / name
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise TypeError
    except (ValueError, TypeError) as error:
        raise StoreError(f"The file {name} in the home is damaged.", hint="Delete it; names come in again on the page Comment review.") from error
    return found
