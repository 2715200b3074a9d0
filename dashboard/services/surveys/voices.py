"""What are people talking about, what moved, and where? Out of frozen counts of comments, as staff or the public may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Dot, DotPlot, Point, Series, TrendPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.surveys import voices_read as reading
from dashboard.services.surveys.trust import period_of
from dashboard.services.surveys.voices_read import HIDDEN, Voices, gap_of, loud

if TYPE_CHECKING:
    from dashboard.schema.scope import Scope
    from dashboard.services.house import House

DRAWN = 8  # themes in the picture; the table holds all
ONE_LOOK = "theme"
NOT_ENOUGH = "No theme has enough comments to be shown."


def surveys(house: House) -> dict[str, str]:
    """Surveys whose comments were counted."""
    return reading.available(house)


def themes(house: House, survey_id: str = "") -> dict[str, str]:
    """The themes that can be looked at: those shown of the last wave or period, the most raised first; none before the first wave closed."""
    if not reading.available(house):
        return {}
    found = reading.voices(house, survey_id)
    shown = found.themes(found.latest) + [theme for one in found.periods[-1:] for theme in found.themes(one)]
    return {theme: found.label(theme) for theme in dict.fromkeys(shown)}


def over_time(house: House, survey_id: str = "") -> Answer:
    """The themes wave by wave, the most raised one, and the one that moved most since the same season a year before."""
    found = reading.voices(house, survey_id)
    wave = found.latest
    shown = found.themes(wave)
    drawn = shown[:DRAWN]
    as_if = "as if these were random samples; " if wave["sampling"] == "opt_in" else ""
    picture = TrendPlot(
        "Themes of comments, wave by wave",
        f"Share of comments that raise the theme; bands are 95% intervals, {as_if}the most raised first",
        tuple(_line(found, theme) for theme in drawn),
        "percent",
        "of comments",
    )
    return Answer(
        "text.themes",
        "What are people talking about?",
        f"{_raised(found)} {_moved(found)}".strip() if shown else NOT_ENOUGH,
        Status.OK if shown else Status.WITHHELD,
        (picture,) if drawn else (),
        (_theme_table(found), _wave_table(found, drawn)),
        (),
        found.notes(),
        wave,
        found.provenance(),
        public=found.public,
    )


def moved(house: House) -> Answer:
    """The theme that moved most in the newest community survey since the same season a year before: for the Overview."""
    return moves(house, "", brief=True)


def moves(house: House, survey_id: str = "", *, brief: bool = False) -> Answer:
    """How far every theme moved: since the same season a year before, and from the year before the last to the last."""
    found = reading.voices(house, survey_id)
    wave = found.latest
    changes = wave.get("changes", {})
    if not changes:
        raise NotEnoughData("There is no earlier wave to compare the themes with.", hint="Changes are shown from the second wave on.")
    pictures = [_moves(found, changes, str(wave["since"]), str(wave["name"]))]
    tables = [_moves_table(found, changes, str(wave["since"]), str(wave["name"]))]
    for period in found.periods[-1:]:
        if period.get("changes"):
            pictures.append(_moves(found, period["changes"], str(period["since"]), str(period["name"])))
            tables.append(_moves_table(found, period["changes"], str(period["since"]), str(period["name"])))
    theme = _most_moved(changes)
    return Answer(
        "text.themes",
        "What has moved in what people write?",
        _moved(found) if brief else _moved_in_years(found) or _moved(found),
        Status.OK,
        tuple(pictures),
        tuple(tables),
        (),
        found.notes(),
        {"theme": theme, "change": changes.get(theme), "since": wave["since"]},
        found.provenance(),
        public=found.public,
    )


def _moves(found: Voices, changes: Mapping[str, Sequence[Any]], since: str, now: str) -> DotPlot:
    """Every theme's change as a dot, the largest rise first."""
    ordered = sorted(changes, key=lambda theme: -(changes[theme][0] or 0.0))
    dots = tuple(Dot(found.label(theme), gap_of(changes[theme]), "", "", loud(changes[theme])) for theme in ordered)
    below = "Change in the share of comments that raise the theme, in points; filled: clear after allowing for how many were looked at"
    return DotPlot(f"From {since} to {now}", below, dots, "points", 0.0, "no change", "points")


def _moves_table(found: Voices, changes: Mapping[str, Sequence[Any]], since: str, now: str) -> NumberTable:
    """The numbers of the picture."""
    ordered = sorted(changes, key=lambda theme: -(changes[theme][0] or 0.0))
    rows = tuple((found.label(theme), gap_of(changes[theme]), "yes" if loud(changes[theme]) else "no") for theme in ordered)
    return NumberTable(f"From {since} to {now}", ("Theme", "Change", "Clear"), rows, kinds=("", "points", ""))


def _line(found: Voices, theme: str) -> Series:
    """One theme over all waves; a wave in which it is not shown is a gap."""
    points = [Point(period_of(wave), found.share(wave, theme)) for wave in found.waves if wave["n"] is not None]
    return Series(found.label(theme), ONE_LOOK, tuple(points))


def _raised(found: Voices) -> str:
    """The most raised theme of the last wave."""
    wave = found.latest
    shown = found.themes(wave)
    if not shown:
        return ""
    one = found.share(wave, shown[0])
    return f"Most raised in {wave['name']}: {found.label(shown[0]).lower()}, in {say.with_interval(one, 'percent')} of {say.count(one.n)} comments."


def _most_moved(changes: Mapping[str, Sequence[Any]]) -> str:
    """The theme with the largest clear move, else the largest of all; '' without any."""
    return max(changes, key=lambda theme: (loud(changes[theme]), abs(changes[theme][0] or 0.0)), default="")


def _moved(found: Voices) -> str:
    """The theme that moved most, or that none did."""
    wave = found.latest
    changes: Mapping[str, Sequence[Any]] = wave.get("changes", {})
    theme = _most_moved(changes)
    if not theme:
        return "There is no earlier wave to compare with."
    gap = gap_of(changes[theme])
    spread = f"95% interval {say.interval(gap, 'points')}"
    if not loud(changes[theme]):
        looked = f"Allowing for the {len(found.content['labels'])} themes that were looked at, none moved clearly since {wave['since']}"
        return f"{looked}; the largest move is {_a(found, theme)}: {say.value(gap, 'points')} ({spread})."
    others = [found.label(one).lower() for one in changes if loud(changes[one]) and one != theme]
    more = f" Clearly moved too: {say.listed(others)}." if others else ""
    way = "up" if (gap.value or 0) > 0 else "down"
    return f"Moved most since {wave['since']}: {_a(found, theme)}, {way} {say.distance(gap.value or 0)} points ({spread}).{more}"


def _moved_in_years(found: Voices) -> str:
    """What moved from the period before the last to the last; '' with one period."""
    for period in found.periods[-1:]:
        changes: Mapping[str, Sequence[Any]] = period.get("changes", {})
        clear = [theme for theme in changes if loud(changes[theme])]
        said = [f"{_a(found, theme)} ({say.with_interval(gap_of(changes[theme]), 'points')})" for theme in clear]
        if changes:
            span = f"From {period['since']} to {period['name']}"
            return f"{span} these moved clearly: {say.listed(said)}." if said else f"{span} no theme moved clearly."
    return ""


def _a(found: Voices, theme: str) -> str:
    """A theme's label inside a sentence."""
    return found.label(theme).lower()


def _theme_table(found: Voices) -> NumberTable:
    """Every theme of the codebook in the last wave, and its change; those that are not shown are named too."""
    wave, since = found.latest, str(found.latest.get("since", ""))
    earlier = next((one for one in found.waves if one["name"] == since), None)
    changes = wave.get("changes", {})
    order = found.themes(wave)
    rows = []
    for theme in [*order, *(one for one in found.content["labels"] if one not in order)]:
        n = wave["themes"].get(theme, [None])[0]
        before = found.share(earlier, theme) if earlier is not None else Estimate.unavailable("There is no earlier wave.")
        stands = "yes" if loud(changes.get(theme)) else "no" if theme in changes else ""
        counted = say.NOT_SHOWN if n is None else say.count(n)
        rows.append((found.label(theme), found.share(wave, theme), counted, before, gap_of(changes.get(theme)) if earlier else before, stands))
    heads = ("Theme", wave["name"], "Comments", since or "Earlier", "Change", "Clear move")
    notes = ("Clear: it remains after allowing for how many themes were looked at (Benjamini-Hochberg).",)
    return NumberTable(f"Themes in {wave['name']}", heads, tuple(rows), notes, ("", "percent", "", "percent", "points", ""))


def _wave_table(found: Voices, drawn: Sequence[str]) -> NumberTable:
    """The numbers of the picture: the drawn themes, wave by wave."""
    rows = tuple(
        (wave["name"], say.NOT_SHOWN if wave["n"] is None else say.count(wave["n"]), *(found.share(wave, theme) for theme in drawn))
        for wave in reversed(found.waves)
    )
    heads = ("Wave", "Comments", *(found.label(theme) for theme in drawn))
    return NumberTable("Wave by wave", heads, rows, kinds=("", "", *(["percent"] * len(drawn))))


def by_area(house: House, theme: str = "", survey_id: str = "") -> Answer:
    """Where one theme is raised more or less than everywhere else, and every theme by area."""
    found = reading.voices(house, survey_id)
    if not found.periods:
        raise NotEnoughData("Comments are counted by area over a calendar year, once it is over.", hint="The setting text.area_period changes that.")
    period = found.periods[-1]
    shown = found.themes(period)
    chosen = theme if theme in shown else next(iter(shown), "")
    if not chosen or not found.all_areas():
        raise NotEnoughData("No theme has enough comments by area to be shown.", hint="More comments, or larger areas, would be needed.")
    apart = period["apart"].get(chosen, {})
    areas = found.all_areas()
    dots = tuple(Dot(area, found.in_area(period, chosen, area), "", "", loud(apart.get(area))) for area in areas)
    whole = found.share(period, chosen)
    picture = DotPlot(
        f"{found.label(chosen)} by area, {period['name']}",
        f"Share of an area's comments that raise it; filled: differs clearly from all other areas; {say.count(period['n'])} comments",
        dots,
        "percent",
        whole.value,
        "all areas",
        "of comments",
    )
    return Answer(
        "text.themes",
        "Where is it raised?",
        _area_sentence(found, period, chosen),
        Status.OK if any(dot.estimate.known for dot in dots) else Status.WITHHELD,
        (picture,),
        (_area_table(found, period, chosen, areas), _grid_table(found, period, areas)),
        (),
        (*found.notes(), f"Areas are counted over {period['name']}, so that more of them can be shown; each period is counted once."),
        period["cells"],
        found.provenance(),
        public=found.public,
    )


def _area_sentence(found: Voices, period: Mapping[str, Any], theme: str) -> str:
    """Where the theme is raised clearly more or less often, and where it moved."""
    whole = found.share(period, theme)
    begin = f"{found.label(theme)} is raised in {say.with_interval(whole, 'percent')} of comments in {period['name']}"
    said: dict[str, list[str]] = {"more": [], "less": []}
    for area, gap in period["apart"].get(theme, {}).items():
        if loud(gap):
            said["more" if gap[0] > 0 else "less"].append(f"{area} ({say.percent(found.in_area(period, theme, area).value or 0)})")
    parts = [f"clearly {word} often in {say.listed(places)}" for word, places in said.items() if places]
    first = f"{begin}; {' and '.join(parts)}." if parts else f"{begin}; no area stands clearly apart."
    moves = period.get("changes_by_area", {}).get(theme, {})
    moved_in = [f"{area} ({say.points(gap[0])})" for area, gap in moves.items() if loud(gap)]
    return f"{first} Moved clearly since {period['since']}: {say.listed(moved_in)}." if moved_in else first


def _area_table(found: Voices, period: Mapping[str, Any], theme: str, areas: Sequence[str]) -> NumberTable:
    """The numbers of the picture."""
    moves = period.get("changes_by_area", {}).get(theme, {})
    rows = []
    for area in areas:
        known = period["areas"].get(area)
        gap = gap_of(period["apart"].get(theme, {}).get(area))
        change = gap_of(moves.get(area)) if period.get("since") else Estimate.unavailable("There is no earlier period.")
        n = say.NOT_SHOWN if known is None else say.count(known["n"])
        rows.append((area, found.in_area(period, theme, area), gap, change, n))
    heads = ("Area", found.label(theme), "Against all others", f"Change since {period.get('since', 'before')}", "Comments")
    return NumberTable(f"{found.label(theme)}, {period['name']}", heads, tuple(rows), kinds=("", "percent", "points", "points", ""))


def _grid_table(found: Voices, period: Mapping[str, Any], areas: Sequence[str]) -> NumberTable:
    """Every theme by area."""
    shown = found.themes(period)
    rows = tuple((found.label(theme), *(_short(found.in_area(period, theme, area)) for area in areas)) for theme in shown)
    return NumberTable(f"Every theme by area, {period['name']}", ("Theme", *areas), rows)


def _short(one: Estimate) -> str:
    """A share without its interval, so that a wide table stays readable."""
    return say.value(one if one.known else HIDDEN, "percent")


def asked(house: House, _scope: Scope) -> Answer:
    """As the command line asks: of the first survey."""
    return over_time(house)
