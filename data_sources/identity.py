"""Which row is this? By its own number, or by the hash of its raw values and its occurrence in the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from data_sources.headers import fold

HASH_DIGITS = 24  # 96 bits: for 100 million rows the chance of any two equal by accident is below 1e-13
BETWEEN = "\x1f"


def row_hash(table: ir.Table, headers: Iterable[str]) -> ir.StringValue:
    """What is the fingerprint of this row's own values? The order of the columns and the spelling of headers do not matter.

    MD5 serves as a stable fingerprint here, not as a protection: the same row must get the same hash in every later version of the software.
    """
    ordered = sorted(headers, key=fold)
    values = [table[header].fill_null("") for header in ordered]
    return ibis.literal(BETWEEN).join(values).hexdigest("md5").substr(0, HASH_DIGITS)


def numbered(hash_: ir.StringValue, occurrence: ir.IntegerValue) -> ir.StringValue:
    """The key of a row without a number of its own."""
    return hash_ + "#" + occurrence.cast("string")


def first_of_its_kind(hash_: ir.StringValue) -> ir.StringValue:
    """The key of the first row with this hash; later copies in the same file are renumbered afterwards."""
    return hash_ + "#1"


def candidates(rows: ir.Table, key: str, codes: ir.Table) -> ir.Table:
    """The rows whose key has one of these codes: `filename`, `file_row_number`, `source_file`, `source_row`, the key and `row_hash`."""
    coded = rows.mutate(code=rows[key].hash())
    chosen = coded.semi_join(codes, "code")
    return chosen.select("filename", "file_row_number", "source_file", "source_row", "row_hash", key=chosen[key])


def repeated(codes: Sequence[np.ndarray[Any, np.dtype[np.int64]]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The codes that occur more than once, each once. Sorting whole numbers is several times quicker than counting them in a table."""
    ordered = np.sort(np.concatenate(codes)) if codes else np.zeros(0, np.int64)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def judged(found: ir.Table, files: Sequence[str]) -> ir.Table:
    """What becomes of each candidate? Adds `new_key`, and `verdict`: keep, copy, merged or differing.

    A row without a number of its own has a key made of its hash: its copies in the same file are further occurrences, while an equal row in another
    file is the same event sent again. Files count in the order they were given.
    """
    place = ibis.cases(*((found.source_file == name, ibis.literal(number)) for number, name in enumerate(files)), else_=ibis.literal(len(files)))
    known = found.mutate(place=place, keyless=found.key == first_of_its_kind(found.row_hash))
    in_file = ibis.window(group_by=[known.key, known.source_file], order_by=[known.source_row, known.file_row_number])
    known = known.mutate(occurrence=ibis.row_number().over(in_file) + 1)
    known = known.mutate(new_key=ibis.ifelse(known.keyless, numbered(known.row_hash, known.occurrence), known.key))
    order = [known.place, known.source_row, known.file_row_number]
    taken = ibis.window(group_by=known.new_key, order_by=order)
    known = known.mutate(rank=ibis.row_number().over(taken), first_hash=known.row_hash.first().over(taken))
    verdict = ibis.cases(
        (known["rank"] == 0, ibis.ifelse(known.new_key == known.key, "keep", "copy")),
        (known.row_hash == known.first_hash, ibis.literal("merged")),
        else_=ibis.literal("differing"),
    )
    return known.mutate(verdict=verdict)
