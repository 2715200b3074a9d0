"""Was a search the officer's choice? Three published rules answer differently, so all three are kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import ibis
import ibis.expr.types as ir

Rule = Literal["opp", "ripa", "sdut"]

CONSENT = ("consent",)
NOT_A_CHOICE = ("incident_to_arrest", "search_warrant", "vehicle_inventory")
# The Stanford files' own "other" stands for arrest, warrant, parole and inventory searches (Pierson et al. 2020, supplement).
OPP_OTHER = (*NOT_A_CHOICE, "parole_probation", "other")


def only(bases: ir.StringValue, words: Iterable[str]) -> ir.BooleanValue:
    """Do these bases, joined by '|', hold nothing but the given words?"""
    group = "|".join(words)
    return bases.re_search(f"^({group})(\\|({group}))*$")


def any_of(bases: ir.StringValue, words: Iterable[str]) -> ir.BooleanValue:
    """Do these bases, joined by '|', hold at least one of the given words?"""
    group = "|".join(words)
    return bases.re_search(f"(^|\\|)({group})(\\||$)")


def search_class(searched: ir.BooleanValue, bases: ir.StringValue, rule: Rule) -> ir.StringValue:
    """`discretionary`, `non_discretionary` or `unclassified` under a rule; empty when there was no search.

    opp (Pierson et al. 2020): every search is discretionary unless all its bases are arrest, warrant, inventory, parole or the files' "other";
    a missing basis counts as discretionary. ripa (RIPA Board): consent as the sole basis is discretionary ("higher"), nothing but arrest, warrant
    and inventory is not ("lower"), the rest is unclassified. sdut (San Diego Union-Tribune): any arrest, warrant or inventory basis wins; a search
    is inferred from a basis there, so a search without one has no class.
    """
    basis = bases.nullif("").nullif("unknown")
    none = ibis.null("string")
    choice, other, open_ = ibis.literal("discretionary"), ibis.literal("non_discretionary"), ibis.literal("unclassified")
    if rule == "opp":
        found = ibis.cases((basis.isnull(), choice), (only(basis, OPP_OTHER), other), else_=choice)
    elif rule == "ripa":
        found = ibis.cases((basis.isnull(), open_), (only(basis, CONSENT), choice), (only(basis, NOT_A_CHOICE), other), else_=open_)
    else:
        found = ibis.cases((basis.isnull(), none), (any_of(basis, NOT_A_CHOICE), other), (only(basis, ("other",)), open_), else_=choice)
    return ibis.cases((searched.fill_null(False), found), else_=none)
