"""May the result of a test be published? Only with enough persons behind every part of it, and only through here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from dashboard.errors import ReleaseRefused
from dashboard.schema.result import Estimate, Status

_SEAL = object()
MIN_BEHIND = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One result that is to be published: for which group, the estimate, and the smallest count of persons that any part of it rests on."""

    group: str
    estimate: Estimate
    smallest: float


@dataclass(frozen=True, slots=True)
class ReleasedEstimates:
    """Published results of one test: `rows` are (group, estimate). Only `release_estimates` and `restore_estimates` make one."""

    name: str
    title: str
    sentence: str
    rows: tuple[tuple[str, Estimate], ...]
    checksum: str
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise ReleaseRefused("Published results can only come out of the release step.")


def _checksum(name: str, title: str, sentence: str, rows: Sequence[tuple[str, Estimate]]) -> str:
    """SHA-256 over the content."""
    content = [name, title, sentence, [[group, asdict(estimate)] for group, estimate in rows]]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def release_estimates(name: str, title: str, findings: Sequence[Finding], sentence: str = "") -> ReleasedEstimates:
    """The results that may be published; one that rests on fewer than 30 persons anywhere is withheld, with its interval."""
    rows = tuple((one.group, one.estimate if one.smallest >= MIN_BEHIND else _withheld()) for one in findings)
    return ReleasedEstimates(name, title, sentence, rows, _checksum(name, title, sentence, rows), _SEAL)


def _withheld() -> Estimate:
    return Estimate(None, status=Status.WITHHELD, reason=f"Withheld: fewer than {MIN_BEHIND} people behind a part of it.")


def estimates_payload(one: ReleasedEstimates) -> dict[str, object]:
    """The published results as JSON-ready data."""
    rows = [[group, asdict(estimate)] for group, estimate in one.rows]
    return {"name": one.name, "title": one.title, "sentence": one.sentence, "rows": rows, "checksum": one.checksum}


def restore_estimates(payload: Mapping[str, object]) -> ReleasedEstimates:
    """Published results read back; ReleaseRefused if they were changed since."""
    stored: Sequence[tuple[str, Mapping[str, object]]] = payload["rows"]  # type: ignore[assignment]
    rows = tuple((group, Estimate(**{**dict(e), "status": Status(str(e["status"]))})) for group, e in stored)  # type: ignore[arg-type]
    name, title, sentence = str(payload["name"]), str(payload["title"]), str(payload["sentence"])
    if _checksum(name, title, sentence, rows) != payload["checksum"]:
        raise ReleaseRefused(f"The published results '{name}' were changed after they were made and are not shown.", hint="Make the release again.")
    return ReleasedEstimates(name, title, sentence, rows, str(payload["checksum"]), _SEAL)
