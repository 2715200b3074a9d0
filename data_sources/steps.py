"""Formulas computed once for each different combination of the values they read, or row by row where nearly every row differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from data_sources.coded import LARGEST, Coded, Column, Lexicon, Numbers, as_array, combined, one_by_one
from data_sources.engine import Engine
from data_sources.formulas import Stack

SHARE = 4  # combinations are worth finding while there are four times as many rows
SMALL = 4096  # formulas over different columns are computed together while so many combinations are possible


@dataclass(slots=True)
class Group:
    """Results that read the same columns: the combinations met so far, and the number of each result's value for every combination."""

    needs: tuple[str, ...]
    names: tuple[str, ...]
    known: dict[bytes, int] = field(default_factory=dict)
    seen: int = 0
    places: dict[str, Numbers] = field(default_factory=dict)
    lexicons: dict[str, Lexicon] = field(default_factory=dict)
    row_by_row: bool = False

    def learn(self, results: pa.Table) -> None:
        """Take in what was computed for new combinations."""
        self.seen += results.num_rows
        for name in self.names:
            values = results.column(name).combine_chunks()
            lexicon = self.lexicons.setdefault(name, Lexicon(values.type))
            self.places[name] = np.concatenate([self.places.get(name, np.zeros(0, np.int32)), lexicon.numbers(values)])

    def columns(self, combinations: Numbers) -> dict[str, Column]:
        """The results of rows that hold these combinations."""
        where = combinations.astype(np.intp)
        return {name: Coded(self.places[name].take(where), self.lexicons[name]) for name in self.names}


class Step:
    """The results of a stack, batch after batch. What was computed for a combination of values is kept for later batches.

    A step `beside` the others may be computed by another thread than they.
    """

    def __init__(self, engine: Engine, stack: Stack, *, beside: bool = False) -> None:
        self.engine, self.stack, self.beside = engine, stack, beside
        self.groups: list[Group] = []
        self.unchanged = {name: base for name in stack.names if (base := stack.unchanged(name)) is not None}

    def columns(self, given: Mapping[str, Column], rows: int) -> dict[str, Column]:
        """Every result of the stack for a batch of so many rows, from the columns of the base."""
        if not self.groups:
            self.groups = grouped({name: self.stack.needs(name) for name in self.stack.names if name not in self.unchanged}, _sizes(given))
        found: dict[str, Column] = {name: given[base] for name, base in self.unchanged.items()}
        rest: list[Group] = []
        for group in self.groups:
            numbers = None if group.row_by_row else self._combinations(group, given, rows)
            if numbers is None:
                rest.append(group)
            else:
                found |= group.columns(numbers)
        if rest:
            found |= self._row_by_row(rest, given)
        return found

    def _combinations(self, group: Group, given: Mapping[str, Column], rows: int) -> Numbers | None:
        """For each row the number of its combination, after computing the new ones; None where it is better to compute every row."""
        columns = [column for name in group.needs if isinstance(column := given[name], Coded)]
        if len(columns) < len(group.needs):
            return None
        if len(columns) < 2:
            if not columns:
                if not group.seen:
                    group.learn(self._computed(group.names, pa.table({"nothing": as_array(np.zeros(1, np.int32))})))
                return np.zeros(rows, np.int32)
            values = columns[0].lexicon.values
            if len(values) > group.seen:
                group.learn(self._computed(group.names, pa.table({group.needs[0]: values.slice(group.seen)})))
            return columns[0].codes
        which, first = combined(columns)
        if len(first) > max(SMALL, rows // SHARE) or len(group.known) > LARGEST:
            group.row_by_row = True
            return None
        width = f"V{4 * len(columns)}"
        keys = np.ascontiguousarray(np.stack([column.codes[first] for column in columns], axis=1), np.int32).view(width).ravel().tolist()
        numbers = np.array([group.known.setdefault(key, len(group.known)) for key in keys], np.int32)
        new = first[numbers >= group.seen]
        if len(new):
            table = {name: column.taken(new).decoded() for name, column in zip(group.needs, columns, strict=True)}
            group.learn(self._computed(group.names, pa.table(table)))
        return numbers[which]

    def _row_by_row(self, groups: Sequence[Group], given: Mapping[str, Column]) -> dict[str, Column]:
        """The results of these groups for every row."""
        needs = dict.fromkeys(name for group in groups for name in group.needs)
        names = tuple(name for group in groups for name in group.names)
        results = self._computed(names, pa.table({name: one_by_one(given[name]) for name in needs}))
        return {name: results.column(name).combine_chunks() for name in names}

    def _computed(self, names: Sequence[str], data: pa.Table) -> pa.Table:
        """These results over a table of values."""
        return self.engine.computed(self.stack.base.get_name(), data, self.stack.statements(names), beside=self.beside)


def _sizes(given: Mapping[str, Column]) -> Callable[[str], int]:
    """How many different values does a column hold? More than anything can be made of when they were not counted."""

    def size(name: str) -> int:
        column = given[name]
        return max(1, len(column.lexicon)) if isinstance(column, Coded) else LARGEST

    return size


def grouped(needs: Mapping[str, frozenset[str]], size: Callable[[str], int]) -> list[Group]:
    """Which results are computed together? Those that read the same columns or some of them, and others while few combinations are possible."""
    groups: list[tuple[set[str], list[str]]] = []

    def possible(columns: set[str]) -> float:
        return float(np.prod([float(size(name)) for name in columns])) if columns else 1.0

    for name in sorted(needs, key=lambda one: (-len(needs[one]), one)):
        own = set(needs[name])
        place = next((columns_names for columns_names in groups if own <= columns_names[0] and own), None)
        place = place or next((pair for pair in groups if own and pair[0] and possible(pair[0] | own) <= SMALL), None)
        if not own:
            place = next((pair for pair in groups if not pair[0]), None)
        if place is None:
            groups.append((own, [name]))
        else:
            place[0].update(own)
            place[1].append(name)
    return [Group(tuple(sorted(columns)), tuple(names)) for columns, names in groups]
