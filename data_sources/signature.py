"""Is this header the signature of a format? The required columns decide; the name of the file never does."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from data_sources.base import Recogniser, Recognition
from data_sources.headers import fold

NOT = Recognition(0.0, "")


def signature(*required: str, any_of: Sequence[str] = (), without: Sequence[str] = (), starts: Sequence[str] = (), sure: float = 0.95) -> Recogniser:
    """A recogniser: all `required` headers, one of `any_of`, none of `without`, and for each of `starts` a header that begins so.

    Each required header may give alternatives divided by '|'. Case, punctuation and blanks do not count.
    """

    def recognises(header: Sequence[str], sample: pa.Table) -> Recognition:
        folded = {fold(name) for name in header}
        missing = [name for name in required if not any(fold(one) in folded for one in name.split("|"))]
        optional = [name for name in any_of if fold(name) in folded]
        begun = all(any(name.startswith(fold(prefix)) for name in folded) for prefix in starts)
        if missing or (any_of and not optional) or any(fold(name) in folded for name in without) or not begun:
            return NOT
        shown = ", ".join([*(name.split("|")[0] for name in required), *optional[:2]])
        return Recognition(sure, f"It has the columns {shown}.")

    return recognises


def either(*recognisers: Recogniser) -> Recogniser:
    """The surest of several recognisers."""

    def recognises(header: Sequence[str], sample: pa.Table) -> Recognition:
        return max((one(header, sample) for one in recognisers), key=lambda found: found.confidence)

    return recognises
