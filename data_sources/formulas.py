"""Formulas over named columns: which columns does each need, and which parts of it need one column only?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

Node = Any  # Ibis has no public type for the nodes of an expression


def fields(value: ir.Value) -> frozenset[str]:
    """The columns that a formula reads."""
    return frozenset(field.name for field in value.op().find(ops.Field))


@dataclass(frozen=True, slots=True)
class Layer:
    """Formulas over one table."""

    table: ir.Table
    values: Mapping[str, ir.Value]


class Stack:
    """Layers of formulas, each over the results of the one below; every column of a layer is computed once, however often it is used above.

    The tables are names with a schema; the rows are given when the formulas are computed.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = tuple(layers)
        self.base = self.layers[0].table
        self._statements: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
        self._needs = [{name: fields(value) for name, value in layer.values.items()} for layer in self.layers]

    @property
    def names(self) -> tuple[str, ...]:
        """The results."""
        return tuple(self.layers[-1].values)

    def needs(self, name: str) -> frozenset[str]:
        """The columns of the base that a result depends on."""
        names = frozenset({name})
        for needs in reversed(self._needs):
            names = frozenset().union(*(needs[one] for one in names))
        return names

    def unchanged(self, name: str) -> str | None:
        """The column of the base that this result is, if it is one and nothing is computed."""
        for layer in reversed(self.layers):
            node = layer.values[name].op()
            if not isinstance(node, ops.Field):
                return None
            name = node.name
        return name

    def statements(self, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """For each layer the name under which its rows are found above, and the statement, as Ibis writes it, for what these results need."""
        key = tuple(names)
        if key not in self._statements:
            found: list[tuple[str, str]] = []
            wanted, above = frozenset(names), ""
            for layer, needs in zip(reversed(self.layers), reversed(self._needs), strict=True):
                kept = {name: value for name, value in layer.values.items() if name in wanted} or {"nothing": ibis.literal(0)}
                found.append((above, str(ibis.to_sql(layer.table.select(**kept), dialect="duckdb", pretty=False))))
                wanted, above = frozenset().union(*(needs[name] for name in wanted)), layer.table.get_name()
            self._statements[key] = tuple(reversed(found))
        return self._statements[key]


def _free(node: Node, known: dict[Node, frozenset[Node]]) -> frozenset[Node]:
    """The arguments of functions written inline that are used in this node but belong to a function around it."""
    if node not in known:
        inside = frozenset().union(*(_free(child, known) for child in node.__children__))
        if isinstance(node, ops.Argument):
            inside |= {node}
        if isinstance(node, ops.ArrayMap):
            inside -= {node.param, node.index}
        known[node] = inside
    return known[node]


def parts(value: ir.Value, apart: Collection[str]) -> list[Node]:
    """The largest parts of a formula that read one column each, among the columns `apart`; of other columns the bare column is the part."""
    free: dict[Node, frozenset[Node]] = {}
    reads: dict[Node, frozenset[str]] = {}

    def read(node: Node) -> frozenset[str]:
        if node not in reads:
            own = frozenset({node.name}) if isinstance(node, ops.Field) else frozenset()
            reads[node] = own if isinstance(node, ops.Field | ops.Relation) else own.union(*(read(child) for child in node.__children__))
        return reads[node]

    found: dict[Node, None] = {}

    def look(node: Node) -> None:
        columns = read(node)
        whole = len(columns) == 1 and columns <= set(apart) and isinstance(node, ops.Value) and not _free(node, free)
        if whole or isinstance(node, ops.Field):
            found[node] = None
        elif columns:
            for child in node.__children__:
                look(child)

    look(value.op())
    return list(found)


def replaced(value: ir.Value, by: Mapping[Node, ir.Value]) -> ir.Value:
    """The formula with these parts read from columns."""
    return value.op().replace({node: column.op() for node, column in by.items()}).to_expr()
