"""The answer to one question, complete: sentence, picture, numbers, gates and where they come from."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboard.schema.picture import Picture
from dashboard.schema.result import Gate, NumberTable, Provenance, Status


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service returns and a page, the command line or a file shows.

    `measure` names the registry entry; `result` is the frozen dataclass of the statistics room, kept whole for the command line.
    `pictures[0]` carries the answer, the rest support it. `public` is True only when every number in it came out of `privacy.release`.
    """

    measure: str
    question: str
    sentence: str
    status: Status
    pictures: tuple[Picture, ...] = ()
    tables: tuple[NumberTable, ...] = ()
    gates: tuple[Gate, ...] = ()
    notes: tuple[str, ...] = ()
    result: object = None
    provenance: Provenance = field(default_factory=Provenance)
    public: bool = False
