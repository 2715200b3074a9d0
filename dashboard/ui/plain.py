"""Text that came from data or people, made safe to stand in markdown."""

from __future__ import annotations

SIGNS = frozenset(r"\`*_{}[]()#+-!|<>~$:")


def escaped(text: str) -> str:
    """The text as it is, with every sign that markdown would act on made harmless, and no image, link or heading possible."""
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in text)
