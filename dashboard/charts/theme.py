"""The colours and markers of Common Ground, light and dark: the same tokens as .streamlit/config.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.schema.words import RACE_GROUPS

BRAND_FOLDER = Path(__file__).resolve().parents[1] / "web" / "brand_files"
FONT = "Open Sans, Segoe UI, Helvetica Neue, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme's colours. `primary` is for links and the one series that answers the question, `gap` only for a difference that passed its test.

    `control` fills buttons, ticks and tags, whose words Streamlit always writes in white: in the dark theme it is a darker blue than `primary`.
    """

    paper: str
    card: str
    ink: str
    muted: str
    line: str
    primary: str
    control: str
    notice: str
    gap: str
    groups: tuple[str, ...]


LIGHT = Tokens(
    paper="#FBFAF7",
    card="#FFFFFF",
    ink="#14181C",
    muted="#5B6570",
    line="#E3DFD7",
    primary="#1F4E79",
    control="#1F4E79",
    notice="#8A5A00",
    gap="#9C2F2F",
    groups=("#09569E", "#814B20", "#3D908D", "#4A1B50", "#AB6CCD", "#B97254", "#584E59"),
)
DARK = Tokens(
    paper="#11161D",
    card="#19212B",
    ink="#E9EDF2",
    muted="#9AA7B5",
    line="#2B3642",
    primary="#7FB2E5",
    control="#3D7AB5",
    notice="#E0B45C",
    gap="#E58A80",
    groups=("#5BA2E9", "#F6C55B", "#7ADFE3", "#BF1C79", "#4166D2", "#CD7A65", "#A8ADA8"),
)

# A marker per group, so that colour never speaks alone.
MARKERS: tuple[str, ...] = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "triangle-down",
    "pentagon",
    "hexagon",
    "star-triangle-up",
    "star-triangle-down",
    "star-square",
    "star-diamond",
    "hourglass",
    "bowtie",
    "cross",
)
# Group -> its place among the seven colours. Groups that no agency records side by side share one; the remainders (other, unknown) stay muted.
COLOURED: Mapping[str, int] = {
    "white": 0,
    "black": 1,
    "hispanic": 2,
    "asian": 3,
    "pacific_islander": 3,
    "asian_pacific_islander": 3,
    "native_american": 4,
    "multiracial": 5,
    "mixed": 5,
    "middle_eastern_south_asian": 6,
    "middle_eastern": 6,
    "south_asian": 6,
}


def tokens(dark: bool) -> Tokens:
    """The colours of one theme."""
    return DARK if dark else LIGHT


@dataclass(frozen=True, slots=True)
class Look:
    """How one group is drawn: its colour and its marker."""

    colour: str
    marker: str


def look_of(group: str, dark: bool = False, others: Iterable[str] = ()) -> Look:
    """How is this group drawn, on every page alike? `others` are the groups of the picture that have no fixed place, in their order."""
    theme = tokens(dark)
    if not group:
        return Look(theme.primary, "circle")
    free = [name for name in dict.fromkeys(others) if name not in RACE_GROUPS]
    if group in RACE_GROUPS:
        place, colour = list(RACE_GROUPS).index(group), COLOURED.get(group, len(theme.groups))
    else:
        place = colour = free.index(group) if group in free else len(theme.groups)
    return Look(theme.groups[colour] if colour < len(theme.groups) else theme.muted, MARKERS[place % len(MARKERS)])


def faded(colour: str, opacity: float) -> str:
    """A colour with this opacity, for bands and marks that do not stand out."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
