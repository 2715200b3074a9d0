"""California stop data under RIPA, 2024 layout: actions split into non-force (NFA) and force (OFA)."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from data_sources.base import Check, Context, Mapped, Source, register
from data_sources.expressions import Fields, words_set
from data_sources.policing.nypd import yes
from data_sources.policing.ripa import TRAPS, asked, sensitive_headers, shared
from data_sources.signature import signature

NOT_FORCE = ("none", "handcuff", "batondrawn", "unholster", "point")


def force(fields: Fields) -> ir.BooleanValue:
    """Any OFA action but none, handcuffing, a drawn baton, an unholstered firearm, and pointing a stun or projectile device."""
    names = [name for name in fields.starting("OFA_") if not any(word in name.lower().replace("_", "") for word in NOT_FORCE)]
    pointed = [name for name in fields.starting("OFA_") if "firearm" in name.lower() and "point" in name.lower()]
    return yes(fields, *names, *pointed)


def to_canonical(table: ir.Table, context: Context) -> Mapped:
    """Canonical columns of the 2024 layout. A trend across 2023 and 2024 breaks."""
    fields = Fields(table)
    kinds = (("vehicular", "TOS_VEHICULAR"), ("bicycle", "TOS_BICYCLE"), ("pedestrian", "TOS_PEDESTRIAN"))
    vehicular, passenger = yes(fields, "TOS_VEHICULAR"), yes(fields, "PASSENGER_IN_VEHICLE")
    columns = shared(fields, context) | {
        "stop_type": ibis.cases(*((yes(fields, name), ibis.literal(word)) for word, name in kinds), else_="unknown"),
        "person_role": ibis.cases((passenger, "passenger"), (vehicular, "driver"), (yes(fields, "TOS_PEDESTRIAN"), "pedestrian"), else_="unknown"),
        "searched": yes(fields, "NFA_SEARCH_PERSON", "NFA_SEARCH_PROPERTY"),
        "search_of": words_set({"person": yes(fields, "NFA_SEARCH_PERSON"), "property": yes(fields, "NFA_SEARCH_PROPERTY")}),
        "frisked": yes(fields, "NFA_TERRY_FRISK"),
        "force_used": force(fields),
    }
    columns["sex"] = ibis.ifelse(columns["sex"] == "unknown", _gender(fields), columns["sex"])
    note = Check("form_2024", "Recorded on the form of 2024; figures before and after are not comparable.", ibis.literal(True))
    return Mapped(columns, notes=(note,), drop=sensitive_headers(fields, context), questions=asked(fields))


def _gender(fields: Fields) -> ir.StringValue:
    """Gender from the single flags, where G_FULL does not say it."""
    names = {
        "male": ("G_CISGENDER_MAN",),
        "female": ("G_CISGENDER_WOMAN",),
        "transgender_man": ("G_TRANSGENDER_MAN",),
        "transgender_woman": ("G_TRANSGENDER_WOMAN",),
        "nonbinary": ("G_NONBINARY_PERSON",),
    }
    return ibis.cases(*((yes(fields, *spelt), ibis.literal(word)) for word, spelt in names.items()), else_="unknown")


register(
    Source(
        name="ripa_2024",
        title="California RIPA stop data, 2024",
        table="stops",
        publisher="California Department of Justice",
        recognises=signature("DOJ_RECORD_ID", starts=("NFA_", "OFA_")),
        map=to_canonical,
        traps=(*TRAPS, "The form changed in 2024: a trend across 2023 and 2024 breaks.", "A Terry frisk is kept apart from a search."),
    )
)
