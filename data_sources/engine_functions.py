"""DuckDB's own functions that Ibis has no word for, declared so that expressions can use them."""

# No `from __future__ import annotations` here: Ibis reads the types of a built-in function from its signature.

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.datatypes as dt


def _builtin(name: str, arguments: tuple[dt.DataType, ...], result: dt.DataType, names: str) -> Callable[..., Any]:
    """One built-in function of the engine, by its name and types."""
    functions: dict[int, Callable[..., Any]] = {1: lambda a: None, 2: lambda a, b: None}
    function = functions[len(arguments)]
    function.__name__ = names
    declared: Callable[..., Any] = ibis.udf.scalar.builtin(function, name=name, signature=(arguments, result))
    return declared


strptime = _builtin("try_strptime", (dt.string, dt.Array(dt.string)), dt.Timestamp(), "try_strptime")
in_utc = _builtin("timezone", (dt.string, dt.Timestamp()), dt.Timestamp("UTC"), "in_utc")
on_local_clock = _builtin("timezone", (dt.string, dt.Timestamp("UTC")), dt.Timestamp(), "on_local_clock")
sha256 = _builtin("sha256", (dt.string,), dt.string, "sha256")
