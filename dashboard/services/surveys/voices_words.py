"""In which words? What sets two groups of comments apart, how often each word is used, and what people wrote, as far as a person has released it."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot, CloudPlot, Dot, DotPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.surveys import standing
from dashboard.services.surveys import voices_read as reading
from dashboard.services.surveys.voices_read import HIDDEN, Voices
from dashboard.store.comments import Quotation

if TYPE_CHECKING:
    from dashboard.schema.scope import Scope
    from dashboard.services.house import House

NAMED, DRAWN, CLOUD_BARS = 5, 12, 12
EXAMPLES, HITS, LONGEST_SEARCH = 5, 20, 100


def pairs(house: House, survey_id: str = "") -> dict[str, str]:
    """Which pairs of groups were declared to be compared: key -> both names; none before the first wave closed."""
    if not reading.available(house):
        return {}
    found = reading.voices(house, survey_id)
    return {str(one["key"]): f"{one['heads'][0]} / {one['heads'][1]}" for one in found.content["pairs"]}


def apart(house: House, pair: str = "", survey_id: str = "") -> Answer:
    """Which words one group of comments uses more than another."""
    found = reading.voices(house, survey_id)
    known = {str(one["key"]): one for one in found.content["pairs"]}
    if found.being_read:
        raise NotEnoughData(reading.BEING_READ, hint="It is done by itself; look again in a few minutes.")
    if not known:
        raise NotEnoughData("There are no two groups of comments to compare yet.", hint="A second wave, or areas, would be needed.")
    one = known.get(pair) or next(iter(known.values()))
    first, second = one["heads"]
    more = {side: [row for row in one["words"] if row[1] is side] for side in (True, False)}
    dots = [
        Dot(row[0], _side_share(row, side, one), "", f"More in: {one['heads'][not side]}", stands_out=False)
        for side in (True, False)
        for row in more[side][:DRAWN]
    ]
    drawn = tuple(dot for dot in dots if dot.estimate.known)
    picture = DotPlot(
        f"Words that set {first} and {second} apart",
        f"Share of English comments that use the word; {say.count(one['n'][0])} and {say.count(one['n'][1])} comments",
        drawn,
        "percent",
        axis="of comments",
    )
    rows = tuple((row[0], one["heads"][not side], *(_side_share(row, which, one) for which in (True, False))) for side in more for row in more[side])
    return Answer(
        "text.keyness",
        f"What sets {first} apart from {second}?",
        _apart_sentence(one, more),
        Status.OK,
        (picture,) if drawn else (),
        (NumberTable("Words that differ", ("Word", "Used more in", first, second), rows, kinds=("", "", "percent", "percent")),) if rows else (),
        (),
        (f"{say.count(one['tested'])} words were compared; those listed remain after allowing for that.", *found.notes()),
        one,
        found.provenance(),
        public=found.public,
    )


def _side_share(row: Sequence[Any], first: bool, one: Mapping[str, Any]) -> Estimate:
    """Which share of one side's comments use a word."""
    found = row[2] if first else row[3]
    return HIDDEN if found is None else Estimate(found[1], found[2], found[3], one["n"][not first])


def _apart_sentence(one: Mapping[str, Any], more: Mapping[bool, Sequence[Sequence[Any]]]) -> str:
    """The most telling words of each side."""
    first, second = one["heads"]
    parts = [f"more in {head}: {say.listed([row[0] for row in more[side][:NAMED]])}" for side, head in ((True, first), (False, second)) if more[side]]
    if not parts:
        return f"No word sets {first} and {second} clearly apart ({say.count(one['n'][0])} and {say.count(one['n'][1])} comments)."
    text = "; ".join(parts)
    return f"Words used {text}."


def cloud(house: House, survey_id: str = "") -> Answer:
    """The themes of the last wave, and beside them its words."""
    found = reading.voices(house, survey_id)
    wave = found.latest
    words = tuple((str(word), int(n)) for word, n in wave["words"])
    shown = found.themes(wave)[:CLOUD_BARS]
    bars = BarPlot(
        f"Themes in {wave['name']}",
        "Share of comments that raise each theme",
        tuple(Bar(found.label(theme), found.share(wave, theme)) for theme in shown),
        "percent",
        "of comments",
    )
    picture = CloudPlot(f"Words in {wave['name']}", f"Larger: in more comments; words of at least {found.content['k']['theme']} comments", words)
    top = say.listed([word for word, _ in words[:NAMED]])
    sentence = f"The words in most comments of {wave['name']} are {top}." if words else found.hidden or "No word is in enough comments to be shown."
    return Answer(
        "text.themes",
        "Which words do people use?",
        sentence,
        Status.OK if words else Status.WITHHELD,
        (bars, picture) if words and shown else (),
        (NumberTable(f"Words in {wave['name']}", ("Word", "Comments"), tuple(words), kinds=("", "count")),) if words else (),
        (),
        ("A word says what was talked about, not what was meant: read it beside the themes.", *found.notes()),
        words,
        found.provenance(),
        public=found.public,
    )


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a person has released: `id` for those who may take it back, nothing about its writer."""

    id: str
    text: str
    wave: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotations in an order of chance: at most so many `shown` of `total`; a `sentence` where there are none."""

    shown: tuple[Quoted, ...]
    total: int
    sentence: str = ""


def quotes(house: House, theme: str, survey_id: str = "") -> Quotes:
    """Released comments that raise a theme, as of this moment: from waves in which the theme is shown only, in an order of chance."""
    found = reading.voices(house, survey_id)
    held = [one for one in _showable(house, found) if theme in one.themes]
    if not held:
        return Quotes((), 0, found.hidden or "No comment on this theme has been released yet.")
    return _drawn(found, held, EXAMPLES)


def search(house: House, words: str, survey_id: str = "") -> Quotes:
    """Released comments that hold these words, whatever their case and accents."""
    found = reading.voices(house, survey_id)
    wanted = " ".join(words[:LONGEST_SEARCH].split())
    if len(wanted) < 2:
        return Quotes((), 0, "Write at least two letters.")
    needle = _plain(wanted)
    held = [one for one in _showable(house, found) if needle in _plain(one.text)]
    if not held:
        return Quotes((), 0, found.hidden or f"No released comment contains '{wanted}'.")
    return _drawn(found, held, HITS)


def _showable(house: House, found: Voices) -> list[Quotation]:
    """Released comments of waves and themes that this audience may see."""
    shown = found.shown_in()
    return [one for one in standing.comments(house).released(list(shown)) if shown[one.wave_id].intersection(one.themes)]


def _drawn(found: Voices, held: Sequence[Quotation], most: int) -> Quotes:
    """Some of them, shuffled anew for every view; equal texts once."""
    names = {str(wave["id"]): str(wave["name"]) for wave in found.waves}
    different = list({one.text: one for one in held}.values())
    secrets.SystemRandom().shuffle(different)
    return Quotes(tuple(Quoted(one.id, one.text, names[one.wave_id]) for one in different[:most]), len(different))


def _plain(text: str) -> str:
    """Small letters without accents, one space between words."""
    apart_ = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in apart_ if not unicodedata.combining(one)).split())


def asked(house: House, _scope: Scope) -> Answer:
    """As the command line asks: of the first survey."""
    return apart(house)
