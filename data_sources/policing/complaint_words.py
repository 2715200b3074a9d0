"""The words of complaint exports that several publishers share: findings, allegations, sexes, groups, districts."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

SEXES = {"male": "male", "m": "male", "female": "female", "f": "female"}
RACES = {
    **{"white": "white", "w": "white", "black": "black", "b": "black", "african american": "black", "black/african american": "black"},
    **{"hispanic": "hispanic", "h": "hispanic", "latino": "hispanic", "hispanic/latino": "hispanic", "white hispanic": "hispanic"},
    **{"black hispanic": "hispanic", "asian": "asian", "a": "asian", "indian": "native_american", "american indian": "native_american"},
    **{"native american": "native_american", "i": "native_american", "native american/alaskan native": "native_american"},
    **{"asian/pacific islander": "asian_pacific_islander", "biracial": "multiracial", "bi-racial": "multiracial", "multi ethnic": "multiracial"},
    **{"middle east": "middle_eastern", "middle eastern": "middle_eastern", "pakistani": "south_asian", "other": "other", "other race": "other"},
}
FINDINGS = {
    **{"sustained": "sustained", "su": "sustained", "partially sustained": "sustained", "sustained finding": "sustained"},
    **{"not sustained": "not_sustained", "ns": "not_sustained", "inconclusive": "not_sustained", "unsubstantiated": "not_sustained"},
    **{"no sustained findings": "not_sustained", "unfounded": "unfounded", "un": "unfounded", "exonerated": "exonerated", "ex": "exonerated"},
    **{"within policy officer involved shooting": "exonerated", "no affidavit": "no_affidavit", "naf": "no_affidavit"},
    **{"nc": "administratively_closed", "administratively closed": "administratively_closed", "admin. closure": "administratively_closed"},
    **{"administratively terminated": "administratively_closed", "closed/no finding": "administratively_closed"},
    **{"not applicable": "administratively_closed", "no charge": "administratively_closed", "void": "administratively_closed"},
    **{"informational only": "administratively_closed", "complainant uncooperative": "administratively_closed"},
    **{"complainant unavailable": "administratively_closed", "truncated": "administratively_closed", "closed": "administratively_closed"},
    **{"mediated": "mediated_withdrawn", "mediation attempted": "mediated_withdrawn", "withdrawn": "mediated_withdrawn"},
    **{"complaint withdrawn": "mediated_withdrawn", "pending": "pending", "**pending**": "pending", "initial": "pending"},
    **{"investigation ongoing": "pending", "additional investigation requested": "pending", "expunged": "expunged"},
    **{"referred": "other", "dis": "other", "officer(s) unidentified": "unknown", "officer unidentified": "unknown"},
}


def district(written: ir.StringValue) -> ir.StringValue:
    """A numbered district without leading noughts; what is no whole number above 0 and below 100 is none."""
    digits = written.re_extract(r"^0*([1-9]\d?)$", 1).nullif("")
    return ibis.ifelse(written.isnull(), ibis.null("string"), digits)
