"""One column of answers: what is struck out of it, which kind it is, and the answers that were given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_sources.surveys import lists, scrub
from data_sources.surveys.base import Kind
from data_sources.surveys.kinds import MOST_LABELS, kind_of

Ticked = Callable[[str, str], bool | None]
TYPED = 200  # labels of a text column are not listed; of others at most so many


@dataclass(slots=True)
class Made:
    """One finished column for all rows of the file. `redacted`: kind of identity -> how often in each row; `identity`: it is nothing else."""

    heading: str
    option: str
    kind: Kind
    values: pa.Array
    labels: tuple[str, ...] = ()
    note: str = ""
    identity: str = ""
    redacted: dict[str, pa.Array] = field(default_factory=dict)

    @property
    def filled(self) -> int:
        """How many rows have an answer."""
        return int(len(self.values) - self.values.null_count)


def counted(values: pa.Array) -> tuple[pa.Array, pa.Array, np.ndarray]:
    """The distinct values, where each row's stands among them, and how often each occurs."""
    coded = values.dictionary_encode()
    filled = coded.indices.drop_null().to_numpy(zero_copy_only=False)
    return coded.dictionary, coded.indices, np.bincount(filled, minlength=len(coded.dictionary))


def single(
    heading: str, option: str, values: pa.Array, *, use: str = "answer", sign: str = "", several: bool = False, anonymous: bool = True
) -> Made:
    """A column that is a question, or one row of a grid (`several`). A cell may hold several answers, told apart by `sign`."""
    words, places, counts = counted(values)
    redacted: dict[str, pa.Array] = {}
    if anonymous:
        identity = scrub.identity_in(words, pa.array(counts))
        if identity:
            return Made(heading, option, "text", values, identity=identity)
        words, found = scrub.scrubbed(words)
        redacted = {kind: pc.fill_null(pc.cast(number, pa.int64()).take(places), 0) for kind, number in found.items()}
        values = words.take(places) if found else values
    if use == "meta":
        return Made(heading, option, "meta", values, _labels(words, counts), redacted=redacted)
    if use != "text" and sign and (made := _listed(heading, option, values, sign)):
        made.redacted = redacted
        return made
    texts = words.to_pylist()
    kind: Kind = "text" if use == "text" else kind_of(heading, texts, counts.tolist())
    if several and kind == "single":
        kind = "grid"
    return Made(heading, option, kind, values, () if kind == "text" else _labels(words, counts), redacted=redacted)


def _labels(words: pa.Array, counts: np.ndarray) -> tuple[str, ...]:
    """The distinct answers, the most frequent first."""
    texts = words.to_pylist()
    order = sorted(range(len(texts)), key=lambda place: (-counts[place], texts[place]))[:TYPED]
    return tuple(dict.fromkeys(texts[place] for place in order))


def _listed(heading: str, option: str, values: pa.Array, sign: str) -> Made | None:
    """A column whose cells hold lists; None when it does not look like one."""
    words, _, counts = counted(values)
    if sign.strip() == ";":
        closing = pc.all(pc.ends_with(words, ";")).as_py() if len(words) and sign == ";" else pc.any(pc.match_substring(words, sign)).as_py()
        if not closing:
            return None
        made = lists.split(values, ";")
    else:
        cells = dict(zip(words.to_pylist(), counts.tolist(), strict=True))
        options = lists.options_of(cells, sign)
        if not options:
            return None
        made = lists.lists_by_options(values, options, sign)
        note = "Answers separated by commas; the options were found in the answers themselves."
        return Made(heading, option, "multi", made, options[:TYPED], note)
    parts, _, often = counted(made.flatten())
    if len(parts) > max(MOST_LABELS, 0.5 * len(words)):
        return None
    return Made(heading, option, "multi", made, _labels(parts, often))


def together(group: Sequence[tuple[str, str, pa.Array, Ticked | None]]) -> Made | None:
    """Columns that are the boxes of one question; None when a cell holds something else than its own box ticked or not."""
    rows = len(group[0][2])
    chosen = np.zeros((rows, len(group)), dtype=bool)
    answered = np.zeros(rows, dtype=bool)
    for number, (_, option, values, ticked) in enumerate(group):
        words, places, _ = counted(values)
        assert ticked is not None
        says = [ticked(option, word) for word in words.to_pylist()]
        if None in says:
            return None
        filled = pc.is_valid(values).to_numpy(zero_copy_only=False)
        answered |= filled
        if says:
            chosen[:, number] = np.array(says, dtype=bool)[pc.fill_null(places, 0).to_numpy(zero_copy_only=False)] & filled
    if not answered.any():
        return None
    options = [option for _, option, _, _ in group]
    return Made(group[0][0], "", "multi", lists.from_matrix(chosen, answered, options), tuple(options))
