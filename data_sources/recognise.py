"""Which source wrote this export? Every source looks at the header; one clear winner, or a question to the person."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from data_sources.base import Recognition, Source, registered

CLEAR = 0.5  # a confidence below this is no claim
LEAD = 0.1  # the winner must be this much surer than the second
ROOMS = ("data_sources.policing",)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The ranked claims; `source` is the one clear winner, or None with a question."""

    ranked: tuple[tuple[Source, Recognition], ...]
    source: Source | None
    question: str = ""

    @property
    def why(self) -> str:
        """Why the winner is believed."""
        return self.ranked[0][1].why if self.source else ""


@cache
def _load() -> None:
    """Import every source file once, so that each registers itself."""
    for room in ROOMS:
        try:
            package = importlib.import_module(room)
        except ModuleNotFoundError as error:
            if error.name != room:
                raise
            continue
        for found in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{room}.{found.name}")


def sources() -> Mapping[str, Source]:
    """Every source there is, by name."""
    _load()
    return registered()


def recognise(header: Sequence[str], sample: pa.Table) -> list[tuple[Source, Recognition]]:
    """All sources that claim this export, the surest first."""
    claims = [(source, source.recognises(header, sample)) for source in sources().values()]
    return sorted((claim for claim in claims if claim[1].confidence >= CLEAR), key=lambda claim: (-claim[1].confidence, claim[0].name))


def verdict(header: Sequence[str], sample: pa.Table) -> Verdict:
    """One clear winner, or the question that the person importing must answer."""
    ranked = tuple(recognise(header, sample))
    if not ranked:
        return Verdict((), None, "No known export was recognised. Choose a mapping, or let one be proposed from the names and values.")
    if len(ranked) > 1 and ranked[0][1].confidence - ranked[1][1].confidence < LEAD:
        names = " or ".join(source.title for source, _ in ranked[:3])
        return Verdict(ranked, None, f"This could be {names}. Which is it?")
    return Verdict(ranked, ranked[0][0])
