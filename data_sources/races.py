"""To which one group does a person with several race flags belong, under each multi-race rule?"""

from __future__ import annotations

from typing import Literal

import ibis
import ibis.expr.types as ir

Rule = Literal["hispanic_first", "doj"]


def race_group(flags: ir.StringValue, rule: Rule) -> ir.StringValue:
    """The group of flags joined by '|', under a rule; empty when no flag is set.

    `hispanic_first`: Hispanic with or without other flags is hispanic, otherwise two or more are multiracial (as ACS table B03002 counts).
    `doj`: two or more flags, Hispanic included, are multiracial (California DOJ's field RAE_FULL, RIPA Board tables). Groups that a source itself
    calls multiracial or mixed stay what they are. A separate ethnicity column is not a second race: sources give it as the flag 'hispanic' alone.
    """
    several = flags.contains("|")
    multiracial = ibis.literal("multiracial")
    if rule == "hispanic_first":
        hispanic = ("|" + flags + "|").contains("|hispanic|")
        return ibis.cases((hispanic, ibis.literal("hispanic")), (several, multiracial), else_=flags.nullif(""))
    return ibis.cases((several, multiracial), else_=flags.nullif(""))
