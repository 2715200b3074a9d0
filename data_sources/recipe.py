"""From text columns to canonical ones: map, fit, rule, derive, each computed once for every different value or combination of values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from dashboard.errors import MappingError
from dashboard.schema.tables import Table
from data_sources import canonical, unread
from data_sources.base import Check, Context, Source
from data_sources.batches import FILE
from data_sources.coded import Column
from data_sources.derived import derive
from data_sources.engine import Engine
from data_sources.formulas import Layer, Stack, fields, parts, replaced
from data_sources.headers import raw_names
from data_sources.identity import row_hash
from data_sources.rules import ruling
from data_sources.steps import Step
from data_sources.tables import ROW

HASH = "row_hash"
Flags = list[tuple[str, Check]]  # the column that says where a check holds, and the check


@dataclass(frozen=True, slots=True)
class Notes:
    """The checks of a recipe: notes in three rounds, each in the order of codes, and reasons to set a row aside, the first of which counts."""

    notes: Flags
    reasons: Flags

    @property
    def checks(self) -> tuple[Check, ...]:
        """All of them."""
        return tuple(check for _, check in (*self.notes, *self.reasons))


def _ordered(prefix: str, checks: Sequence[Check]) -> Flags:
    """Checks by code, each under a column of its own; of two with one code the later counts."""
    unique = {check.code: check for check in checks}
    return [(f"{prefix} {code}", unique[code]) for code in sorted(unique)]


def _conditions(flags: Flags) -> dict[str, ir.Value]:
    """Where the checks hold; not known is no."""
    return {name: check.condition.fill_null(False) for name, check in flags}


class Recipe:
    """How one layout of text columns becomes the rows of a canonical table. `coded` are the headers whose values repeat."""

    def __init__(
        self, source: Source, target: Table, context: Context, headers: Sequence[str], *, today: dt.date, coded: Collection[str], engine: Engine
    ) -> None:
        text = ibis.table({**dict.fromkeys(headers, "string"), ROW: "int64", FILE: "string"}, name="text")
        mapped = source.map(text, context)
        if not mapped.columns:
            raise MappingError("The mapping gives no column.", hint="Choose at least the date and one more column.")
        self.target, self.questions = target, mapped.questions
        self.kept = [header for header in headers if header not in set(mapped.drop)]
        self.raw = raw_names(self.kept)
        said = _ordered("said", (*mapped.notes, *unread.checks(text, mapped, target)))
        header_check = ("header", _repeated_header(text, self.raw))
        against = [(f"against {place}", check) for place, check in enumerate((*mapped.quarantine, *unread.exchanged(text, mapped, target)))]
        own = {**canonical.words(text, mapped, target), **_conditions([*said, header_check, *against])}
        first, second = _apart(text, own, coded)
        given = {name: value.type() for name, value in own.items() if name in target.names}
        rules, added, notes, reasons = _rules(given, target, today)
        self.mark = Step(engine, Stack([Layer(text, {HASH: row_hash(text, self.kept)})]), beside=True)
        self.words, self.rules = Step(engine, first), Step(engine, rules)
        self.joined = Step(engine, second) if second else None
        self.notes = Notes([*said, *added, *notes], [header_check, *against, *reasons])

    def hashes(self, text: Mapping[str, Column], rows: int) -> Column:
        """The hash of every row of a batch. It may be computed ahead, by another thread than the rest."""
        return self.mark.columns(text, rows)[HASH]

    def columns(self, text: Mapping[str, Column], hashes: Column, rows: int) -> dict[str, Column]:
        """Every canonical column but the bookkeeping, the hash and the flags of all checks, for a batch of so many rows."""
        words = self.words.columns(text, rows)
        joined = self.joined.columns(words, rows) if self.joined else {}
        given = {**words, **joined, HASH: hashes}
        return {**given, **self.rules.columns(given, rows)}


def _apart(text: ir.Table, values: Mapping[str, ir.Value], coded: Collection[str]) -> tuple[Stack, Stack | None]:
    """Formulas over text, taken apart: what reads one column (or none), and what joins such parts of several columns."""
    alone = {name: value for name, value in values.items() if len(fields(value)) < 2}
    several = {name: value for name, value in values.items() if name not in alone}
    pieces = {name: parts(value, coded) for name, value in several.items()}
    named = {node: f"part {place}" for place, node in enumerate(dict.fromkeys(node for nodes in pieces.values() for node in nodes))}
    computed = {name: node.to_expr() for node, name in named.items()}
    first = Stack([Layer(text, {**alone, **computed})])
    if not several:
        return first, None
    joined = ibis.table({name: value.type() for name, value in computed.items()}, name="parts")
    over = {name: replaced(value, {node: joined[named[node]] for node in pieces[name]}) for name, value in several.items()}
    return first, Stack([Layer(joined, over)])


def _rules(given: Mapping[str, object], target: Table, today: dt.date) -> tuple[Stack, Flags, Flags, Flags]:
    """Fit, rule, derive over the columns that a source gives; with the notes that fitting adds, and the notes and reasons of the rules."""
    words = ibis.table({**given, HASH: "string"}, name="words")
    columns, checks = canonical.fit(words, target)
    added = _ordered("added", checks)
    fitted_values = {**columns, **_conditions(added)}
    fitted = ibis.table({name: value.type() for name, value in fitted_values.items()}, name="fitted")
    found = ruling(fitted, target, today)
    notes, reasons = _ordered("found", found.notes), [(f"refused {place}", check) for place, check in enumerate(found.quarantine)]
    flags = _conditions([*notes, *reasons])
    ruled_values = {**{name: fitted[name] for name in fitted_values}, **found.repairs, **flags}
    ruled = ibis.table({name: value.type() for name, value in ruled_values.items()}, name="ruled")
    ready = {**{name: ruled[name] for name in ruled_values}, **derive(ruled, target)}
    return Stack([Layer(words, fitted_values), Layer(fitted, ruled_values), Layer(ruled, ready)]), added, notes, reasons


def _repeated_header(rows: ir.Table, names: Mapping[str, str]) -> Check:
    """Rows that repeat the header inside the data: the first columns hold their own names. Most rows are told by the first alone."""
    first, *others = list(names)[:4] or [""]
    same = [rows[header].strip() == header for header in others]
    condition = ibis.ifelse(rows[first] == first, ibis.and_(*same), False) if same else ibis.literal(False)
    return Check("repeated_header", "Repeated header.", condition)
