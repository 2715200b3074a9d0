"""Which answers were chosen, when several stand in one cell or in one column each?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SEVERAL = 0.1  # of the filled cells must hold more than one answer
COVERED = 0.6  # of all answers must be among the recurring ones
MAX_OPTIONS = 60
TOGETHER = 0.95  # parts that stand side by side in this share of their cells are one option
LIST = pa.list_(pa.string())


def from_matrix(chosen: np.ndarray, answered: np.ndarray, options: Sequence[str]) -> pa.Array:
    """Lists of the options chosen (rows x options); null where nothing was answered at all."""
    offsets = np.concatenate([[0], np.cumsum(chosen.sum(axis=1))]).astype(np.int32)
    values = pa.array(options, pa.string()).take(pa.array(np.nonzero(chosen)[1]))
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=pa.array(~answered))


def split(cells: pa.Array, sign: str) -> pa.Array:
    """Lists of the parts between `sign`, trimmed, without empty ones; null where the cell is blank."""
    parts = pc.split_pattern(cells, sign)
    parents = pc.list_parent_indices(parts)
    flat = pc.utf8_trim_whitespace(pc.list_flatten(parts))
    keep = pc.not_equal(flat, "")
    counts = np.bincount(parents.filter(keep).to_numpy(zero_copy_only=False), minlength=len(cells))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), flat.filter(keep), mask=pc.is_null(cells))


def fragments(cell: str, sign: str) -> list[str]:
    """The parts between the sign, but never inside brackets."""
    parts, depth, current = [], 0, ""
    for piece in re.split(f"({re.escape(sign)})", cell):
        depth += piece.count("(") - piece.count(")")
        if piece == sign and depth <= 0:
            parts.append(current)
            current, depth = "", 0
        else:
            current += piece
    return [part.strip() for part in (*parts, current) if part.strip()]


def options_of(cells: Mapping[str, int], sign: str) -> tuple[str, ...]:
    """The options a checkbox question had, as far as its answers show them; () when the column is no list of answers.

    `cells`: distinct cells and how often each occurs. Parts that all but always occur one after the other are one option with a comma in it.
    """
    if not any(sign in cell for cell in cells):
        return ()
    rows = [(fragments(cell, sign), count) for cell, count in cells.items()]
    rows = _joined(rows, sign)
    total, several = sum(count for _, count in rows), sum(count for parts, count in rows if len(parts) > 1)
    seen = Counter[str]()
    for parts, count in rows:
        seen.update(dict.fromkeys(parts, count))
    often = {part for part, count in seen.items() if count >= max(2, 0.004 * total)}
    first = {parts[0] for parts, _ in rows if parts}
    later = {part for parts, _ in rows for part in parts[1:]}
    covered = sum(seen[part] for part in often) / max(1, sum(seen.values()))
    moving = len(often & first & later)
    if several < SEVERAL * total or covered < COVERED or not 2 <= len(often) <= MAX_OPTIONS or 2 * moving < len(often) - 1:
        return ()
    return tuple(part for part, _ in seen.most_common() if part in often)


def _joined(rows: list[tuple[list[str], int]], sign: str) -> list[tuple[list[str], int]]:
    """Parts that hardly ever occur without each other become one, until nothing changes."""
    for _ in range(8):
        alone, pairs = Counter[str](), Counter[tuple[str, str]]()
        for parts, count in rows:
            alone.update(dict.fromkeys(parts, count))
            for pair in set(pairwise(parts)):
                pairs[pair] += count
        always = {pair for pair, count in pairs.items() if count >= max(3, TOGETHER * max(alone[pair[0]], alone[pair[1]]))}
        always = {pair for pair in always if not any(pair[1] == other[0] for other in always)}
        if not always:
            return rows
        rows = [(_merged(parts, always, sign), count) for parts, count in rows]
    return rows


def _merged(parts: list[str], always: set[tuple[str, str]], sign: str) -> list[str]:
    result: list[str] = []
    before = ""
    for part in parts:
        if result and (before, part) in always:
            result[-1] += sign + part
        else:
            result.append(part)
        before = part
    return result


def by_options(cell: str, options: Sequence[str], sign: str) -> list[str]:
    """The cell split by its known options, the longest first (they may hold the sign); what is between them is one answer in words."""
    longest = sorted(options, key=len, reverse=True)
    found, rest = [], cell.strip()
    while rest:
        hit = next((one for one in longest if rest == one or rest.startswith(one + sign.rstrip())), None)
        if hit is None:
            starts = [place for one in longest if (place := rest.find(sign + one)) > 0 and _ends(rest, place + len(sign) + len(one), sign)]
            cut = min(starts, default=len(rest))
            hit = rest[:cut].strip()
        found.append(hit)
        rest = rest[len(hit) :].strip().removeprefix(sign.strip()).strip()
    return found


def _ends(text: str, place: int, sign: str) -> bool:
    return place == len(text) or text.startswith(sign.rstrip(), place)


def lists_by_options(cells: pa.Array, options: Sequence[str], sign: str) -> pa.Array:
    """Lists of answers for a whole column; each distinct cell is split once."""
    coded = cells.dictionary_encode()
    each = pa.array([by_options(cell, options, sign) for cell in coded.dictionary.to_pylist()], LIST)
    return each.take(coded.indices)
