"""What do force reports call a technique, an injury, a group? The words that several agencies' exports share."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from data_sources.expressions import code, once

RACES: Mapping[str, str] = {
    **dict.fromkeys(("white", "w", "caucasian", "white/caucasian"), "white"),
    **dict.fromkeys(("black", "b", "african american", "black or african american", "black/african american", "black, african american"), "black"),
    **dict.fromkeys(("hispanic", "h", "latino", "latino/hispanic", "hispanic or latino", "hispanic_latin_", "hispanic/latino"), "hispanic"),
    **dict.fromkeys(("white, hispanic", "black, hispanic", "white hispanic", "black hispanic"), "hispanic"),
    **dict.fromkeys(("asian", "a"), "asian"),
    **dict.fromkeys(("asian/pacifi", "asian/pacif", "asian/pacific islander", "asian / pacific islander"), "asian_pacific_islander"),
    **dict.fromkeys(("p", "nat hawaiian/oth pac islander", "native hawaiian or other pacific islander", "pacific islander"), "pacific_islander"),
    **dict.fromkeys(("american ind", "american indian", "indian", "i", "american indian/alaska native", "native american"), "native_american"),
    **dict.fromkeys(("american indian or alaska native", "amer ind/alaskan native", "indian/alaskan native"), "native_american"),
    **dict.fromkeys(("two or more races", "multiracial", "bi-racial", "biracial"), "multiracial"),
    **dict.fromkeys(("middle eastern", "arabic"), "middle_eastern"),
    **dict.fromkeys(("other", "o", "bosnian", "east african", "chaldean"), "other"),
}
SEXES: Mapping[str, str] = {
    **dict.fromkeys(("male", "m"), "male"),
    **dict.fromkeys(("female", "f"), "female"),
    **dict.fromkeys(("non-binary", "nonbinary", "gender non-conforming/x", "x - non-binary"), "nonbinary"),
}
# The first pattern that is found decides; a technique with its own word in `own` never comes here.
PATTERNS: tuple[tuple[str, str], ...] = (
    (r"neck|choke|carotid|lvnr|vascular", "neck_restraint"),
    (r"(taser|\bcew\b|\bced\b|\becd\b|conducted|electronic control).*(exhib|display|laser|\barc|point|drawn)", "ced_display"),
    (r"taser|\bcew\b|\bced\b|\becd\b|conducted (energy|electrical)|drive ?stun|vertical stun|stun gun", "ced_use"),
    (r"40 ?mm.*(display|point)", "firearm_display"),
    (r"40 ?mm|bean ?bag|pepper ?ball|projectile|impact munition|less.?(than.?)?lethal|sage|foam|rubber", "impact_projectile"),
    (r"(canine|\bk-?9\b|\bdog\b).*(no bite|contact|no contact|deploy|display)", "canine_no_bite"),
    (r"(canine|\bk-?9\b|\bdog\b).*(bite|bit\b)|k9bite", "canine_bite"),
    (r"(firearm|rifle|shotgun|gun|handgun|weapon|pistol).*(dischar|fired)|deadly force|\bois\b|shooting|discharge", "firearm_discharge"),
    (r"(firearm|rifle|shotgun|gun|handgun|weapon|pistol).*(point|aim|at person)|point.*(firearm|gun|weapon)|point\w* at human", "firearm_point"),
    (r"(firearm|rifle|shotgun|gun|handgun|weapon|pistol).*(exhib|display|draw|show)|(draw|drew|display).*(firearm|gun|weapon)", "firearm_display"),
    (r"pepper|\boc\b|\bo\.?c\.? ?spray|chemical|mace|\bcs\b", "chemical"),
    (r"head ?strike|head butt", "head_strike"),
    (r"vehicle (as|used|ramm|strike|contact)|\bpit\b|ramming", "vehicle"),
    (r"baton display|baton.*(non.?str|lock|lever|restraint|pressure)", "control_hold"),
    (r"baton|impact weapon|\basp\b|pr-24", "impact_weapon"),
    (r"take ?-?down|tackl|\btrip|leg sweep|decentraliz|balance displacement", "takedown"),
    (r"strike|strke|punch|kick|knee|elbow|\bjab|feet/legs|\bfist|slap", "strike"),
    (r"restraint chair|limb restraint|leg restraint|restraint system|spit (hood|mask|sock)|\bwrap\b|hobble|bola", "restraint_device"),
    (r"escort", "escort"),
    (r"no force|verbal|command|presence|dialog|foot pursuit|vehicle pursuit|combat stance", "presence_verbal"),
    (r"handcuff", "handcuff"),
    (r"hold|held|lock|grab|joint|wrist|arm ?bar|pressure point|hands|control|compress|push|pull|weight|physical|bar hammer", "control_hold"),
    (r"mach \d|def\w+ tech|stabil|stab\w*zation|pinned|forced|countermeas|overcome|restrain|carried|physcial", "control_hold"),
)
SERIOUS = ("fracture", "broken", "gunshot", "gun shot", "internal injury", "dislocat", "paraly", "unconscious", "hospitalized", "hospitalised")
PAIN = ("non-visible injury/pain", "pain", "complaint of injury", "complaint of pain")


def force_type(written: ir.StringValue, own: Mapping[str, str] | None = None) -> ir.StringValue:
    """Which canonical technique is this? The agency's own words first, then patterns; what fits none is `other`, an empty cell `unknown`."""

    def read(cell: ir.StringValue) -> ir.StringValue:
        exact = code(cell, own or {}, default=None)
        patterns = [(cell.re_search(pattern), ibis.literal(word)) for pattern, word in PATTERNS]
        found = ibis.cases((cell.isnull(), ibis.literal("unknown")), *patterns, else_=ibis.literal("other"))
        return exact.coalesce(found)

    return once(written.lower(), read)


def injury(hurt: ir.BooleanValue, written: ir.StringValue | None = None) -> ir.StringValue:
    """How badly hurt, as far as it is recorded? Yes without a word on how badly is `injured`; a recorded pain alone is a `complaint`."""
    if written is None:
        return ibis.cases((hurt.isnull(), ibis.literal("unknown")), (hurt, ibis.literal("injured")), else_=ibis.literal("none"))
    text = written.lower().fill_null("")
    grave = ibis.or_(*(text.contains(word) for word in SERIOUS))
    fatal = text.contains("deceased") | text.contains("fatal") | text.contains("death")
    return ibis.cases(
        (hurt.isnull(), ibis.literal("unknown")),
        (~hurt, ibis.literal("none")),
        (fatal, ibis.literal("fatal")),
        (grave, ibis.literal("serious")),
        (text.isin(PAIN), ibis.literal("complaint")),
        else_=ibis.literal("injured"),
    )
