"""May these words of an agency be published beside frozen staff results? Only if they tell no number and no group that was not released."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

NUMERIC = re.compile(r"[^\W_]+(?:[.,]\d+)*")
SHARES = re.compile(
    r"\b(\w+(?:[- ]\w+)?)\s+(?:percent|per cent|por ciento|percentage points|points)\b|\b(half|third|quarter|majority|minority)\s+of\b", re.IGNORECASE
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    *("enero de", "febrero de", "marzo de", "abril de", "mayo de", "junio de", "julio de", "agosto de"),
    *("septiembre de", "octubre de", "noviembre de", "diciembre de"),
)
MONTH_AND_YEAR = re.compile(rf"\b(?:{'|'.join(MONTHS)}) 20\d\d\b", re.IGNORECASE | re.ASCII)  # a month with its year is a day, not a result


def unreleased(texts: Iterable[str], numbers: Collection[str], groups: Iterable[str]) -> Iterator[str]:
    """What in the texts is not released, each as one sentence: numbers outside `numbers` (as written, '41' or '38.5'), shares spelled out, and
    names of `groups` that are not shown."""
    hidden = [part.strip() for name in groups for part in name.split("/") if part.strip()]
    for given in texts:
        text = MONTH_AND_YEAR.sub(" ", given)
        for word in NUMERIC.findall(text):
            if any(sign.isnumeric() for sign in word) and word.replace(",", ".") not in numbers:
                yield f"“{word}” is a number that the release does not hold for this plan: write it in words, or leave it out."
        for found in SHARES.finditer(text):
            if not any(sign.isnumeric() for sign in found.group(0)):
                yield f"“{found.group(0)}” is a share in words: the release says only what stands in it."
        for name in hidden:
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
                yield f"“{name}” is a group that is not part of this plan: leave it out."
