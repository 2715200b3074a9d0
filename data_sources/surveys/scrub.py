"""What in an answer could say who a person is: e-mail addresses, phone numbers, network addresses, badge numbers? They are struck out and counted."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_EMAIL = r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}"
_IP = r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}\b"
_PHONE = (
    r"(?:\+?1[\s.\-]?)?(?:\(\d{3}\)\s?|\b\d{3}[\s.\-])\d{3}[\s.\-]\d{4}\b"
    r"|\+\d{1,3}(?:[\s.\-]?\d{2,4}){2,5}\b|\b\d{10}\b|\b0\d{2,4}[\s/\-]\d{3,4}[\s\-]?\d{2,4}\b"
)
_BADGE = (
    r"(?i)\b(?:badge|shield|officer|unit|agente|placa|dienstnummer|dienstausweis)\s*(?:number|no\.?|nr\.?|num\.?|número|#)?\s*[:#]?\s*\d{2,6}\b"
    r"|#\s?\d{3,6}\b"
)
PATTERNS = (("e-mail", _EMAIL), ("network address", _IP), ("phone", _PHONE), ("badge number", _BADGE))
MOSTLY = 0.5  # a column of which this share of answers is an identity is dropped whole


def scrubbed(values: pa.Array) -> tuple[pa.Array, dict[str, pa.Array]]:
    """The texts with everything found struck out, and per kind how often it was found in each text (only kinds that were found)."""
    found: dict[str, pa.Array] = {}
    if not len(values) or not pc.any(pc.match_substring_regex(values, r"[0-9@]")).as_py():
        return values, found
    for kind, pattern in PATTERNS:
        counts = pc.fill_null(pc.count_substring_regex(values, pattern), 0)
        if pc.sum(counts).as_py():
            found[kind] = counts
            values = pc.replace_substring_regex(values, pattern, f"[{kind}]")
    return values, found


def identity_in(values: pa.Array, counts: pa.Array) -> str:
    """Which kind of identity makes up this column, so that it is dropped whole? '' when none does. `counts`: answers per distinct value."""
    total = pc.sum(counts).as_py() or 0
    for kind, pattern in (*PATTERNS[:2], ("phone", r"(?:\+?1[\s.\-]?)?\(?\d{3}\)?[\s.\-]?\d{3}[\s.\-]?\d{4}")):
        whole = pc.match_substring_regex(values, rf"^\s*(?:{pattern})\s*$")
        share = (pc.sum(pc.if_else(whole, counts, 0)).as_py() or 0) / total if total else 0.0
        if share >= MOSTLY:
            return kind
    return ""
