"""The pages of docs/ that are written from the registers, so that they cannot drift: methods, sources, settings, data dictionary."""

from __future__ import annotations

from dashboard.registry import Measure
from dashboard.schema.tables import TABLES, Column
from dashboard.services.imports import sources
from dashboard.services.measures import all_measures
from dashboard.services.people import role_table
from dashboard.settings import SETTINGS, Setting

HEAD = "<!-- Written by `python -m dashboard docs`; change the register, not this page. -->\n\n"


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    return {
        "methods.md": methods(),
        "sources.md": source_list(),
        "settings.md": settings_list(),
        "data-dictionary.md": dictionary(),
        "roles.md": roles(),
    }


def methods() -> str:
    """Every measure: question, formula, minimum, assumptions, criticisms, source."""
    parts = [HEAD + "# Methods: how each number is made, and what it cannot tell\n"]
    return "\n".join([*parts, *(_measure(one) for one in all_measures().values())])


def _measure(one: Measure) -> str:
    """One measure as a section."""
    lines = [
        f"## {one.title} (`{one.name}`)\n",
        f"**{one.question}**\n",
        f"{one.page}\n",
        f"- Formula: {one.formula}",
        f"- Minimum: {one.minimum}",
        f"- Compared with: {one.reference}",
        *(f"- Assumes: {text}" for text in one.assumptions),
        *(f"- Criticism: {text}" for text in one.criticisms),
        f"- Needs: {', '.join(one.tables)}" + (f" ({', '.join(one.columns)})" if one.columns else ""),
        *([f"- Settings: {', '.join(f'`{name}`' for name in one.settings)}"] if one.settings else []),
        f"- Source: {one.source}\n",
    ]
    return "\n".join(lines)


def source_list() -> str:
    """Every source: what it is, which table it fills, and what hurts in it."""
    parts = [HEAD + "# Sources: exports that are recognised by their header\n"]
    for one in sources().values():
        evidence = "checked against a real export" if one.evidence == "file" else "made from the publisher's documentation"
        parts.append(f"## {one.title} (`{one.name}`)\n")
        parts.append(f"- Publisher: {one.publisher}\n- Fills: `{one.table}`\n- Evidence: {evidence}")
        parts += [f"- Trap: {trap}" for trap in one.traps]
        parts.append("")
    return "\n".join(parts)


def settings_list() -> str:
    """Every setting with its default and limits."""
    lines = [HEAD + "# Settings\n", "| setting | default | what it does | limits |", "|---|---|---|---|"]
    lines += [f"| `{one.name}` | {_default(one)} | {one.sentence} | {_limits(one)} |" for one in SETTINGS]
    return "\n".join(lines) + "\n"


def _default(one: Setting) -> str:
    """The default as text."""
    value = one.default
    return ", ".join(f"{part:g}" for part in value) if isinstance(value, tuple) else str(value) if value != "" else "(empty)"


def _limits(one: Setting) -> str:
    """Choices, floor and ceiling."""
    parts = [("any of " if one.several else "") + ", ".join(one.choices)] if one.choices else []
    parts += [f"at least {one.floor:g}"] if one.floor is not None else []
    parts += [f"at most {one.ceiling:g}"] if one.ceiling is not None else []
    return "; ".join(parts)


def roles() -> str:
    """Which role may do what."""
    table = role_table()
    lines = [
        HEAD + "# Roles: who may see and do what\n",
        "A person may hold several roles; what they may do adds up. Everybody, signed in or not, reads the public pages. `admin` by that role",
        "alone sees neither results of the employee survey nor officers' records. A supervisor may be limited to districts: staff pages then show",
        "only those.\n",
        "| may | " + " | ".join(table.columns[1:]) + " |",
        "|---|" + "---|" * (len(table.columns) - 1),
        *("| " + " | ".join(map(str, row)) + " |" for row in table.rows),
    ]
    return "\n".join(lines) + "\n"


def dictionary() -> str:
    """Every canonical table and column."""
    parts = [HEAD + "# Data dictionary: the canonical tables\n"]
    for table in TABLES.values():
        parts += [
            f"## {table.title} (`{table.name}`): {table.row}\n",
            "| column | type | required | who may see it | meaning |",
            "|---|---|---|---|---|",
        ]
        parts += [_column(column) for column in table.columns]
        parts.append("")
    return "\n".join(parts)


def _column(column: Column) -> str:
    """One column as a row."""
    need = "required" if column.required else "derived" if column.derived else "optional"
    allowed = f" One of: {', '.join(column.allowed)}." if column.allowed else ""
    return f"| `{column.name}` | {column.kind.value} | {need} | {column.sensitivity.value} | {column.meaning}{allowed} |"
