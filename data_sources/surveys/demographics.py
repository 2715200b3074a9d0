"""Which age band, groups and gender does an answer in words stand for? A label that is in no table is never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dashboard.schema import bank
from data_sources.surveys.lists import by_options
from data_sources.surveys.scales import folded, no_answer

BANDS = (("18-24", 18, 24), ("25-34", 25, 34), ("35-44", 35, 44), ("45-54", 45, 54), ("55-64", 55, 64), ("65+", 65, 120))
_RANGE = re.compile(r"^(\d{1,3})\s*(?:-|to|bis|a)\s*(\d{1,3})(?: years(?: old)?| jahre| años)?$")
_OPEN = re.compile(
    r"^(?:over |more than |über |> ?|≥ ?)?(\d{1,3})\s*(?:\+|or older|or over|and over|or more|and older|years or older|plus|und älter|o más)?$"
)
_ABOVE = re.compile(r"^(?:over |more than |über |> ?)")  # the number itself is not part of the band
_UNDER = re.compile(r"^(?:under |younger than |less than |unter |menos de |< ?)(\d{1,3})(?: years(?: old)?)?$")
OLDEST = 120
_RACES: Mapping[str, tuple[str, ...]] = {
    "white": (
        *("white", "white/caucasian", "white / caucasian", "caucasian", "white, non-hispanic", "white non-hispanic", "non-hispanic white"),
        *("white (non-hispanic)", "white or caucasian", "european american", "blanco", "blanca"),
    ),
    "black": (
        *("black", "african american", "african-american", "black/african american", "black / african american", "black or african american"),
        *("black or african-american", "black, non-hispanic", "negro", "afroamericano", "afrodescendiente"),
    ),
    "hispanic": (
        *(
            "hispanic",
            "latino",
            "latina",
            "latinx",
            "hispanic/latino",
            "hispanic / latino",
            "hispanic or latino",
            "hispanic or latinx",
            "latino/hispanic",
        ),
        *("hispanic, latino, or spanish origin", "spanish, hispanic or latino", "hispano", "hispano o latino", "white, hispanic origin"),
    ),
    "asian": ("asian", "asian american", "asian-american", "asiático"),
    "native_american": (
        *("native american", "american indian", "american indian or alaska native", "american indian/alaska native", "alaska native"),
        *("american indian/eskimo", "native american or alaska native", "indígena"),
    ),
    "pacific": ("pacific islander", "native hawaiian", "native hawaiian or pacific islander", "native hawaiian or other pacific islander"),
    "asian_pacific_islander": ("asian/pacific islander", "asian / pacific islander", "asian or pacific islander", "asian pacific islander"),
    "middle_eastern": ("middle eastern", "middle eastern or north african", "middle eastern/north african"),
    "multiracial": (
        *("two or more races", "two or more", "multiracial", "multi-racial", "biracial", "mixed race", "more than one race", "mixed"),
        *("more than one of the above", "dos o más razas"),
    ),
    "other": ("other", "another", "other race", "some other race", "otra", "otro", "another race"),
}
_GENDERS: Mapping[str, tuple[str, ...]] = {
    "woman": ("woman", "female", "f", "women", "frau", "weiblich", "mujer", "femenino"),
    "man": ("man", "male", "m", "men", "mann", "männlich", "hombre", "masculino"),
    "other": (
        *(
            "other",
            "another",
            "another gender",
            "non-binary",
            "nonbinary",
            "non-binary/third gender",
            "non-binary / third gender",
            "transgender",
            "genderqueer",
        ),
        *("diverse", "diverse/non-binary", "divers", "otro", "no binario", "self-describe", "prefer to self-describe", "third gender"),
    ),
}


def _table(words: Mapping[str, tuple[str, ...]], scale: str) -> dict[str, str]:
    table = {folded(label): code for code, labels in words.items() for label in labels}
    for option in bank.scales()[scale]:
        table |= {folded(label): option.code for label in option.label.values()}
    return table


RACES, GENDERS = _table(_RACES, "race"), _table(_GENDERS, "gender")


def age(label: str) -> str | None:
    """The age band of an age in years or of a range that lies within one band; None when it is neither."""
    text = folded(label) if not label.strip().isdigit() else label.strip()
    if match := _RANGE.match(text):
        low, high = int(match[1]), int(match[2])
        return next((name for name, first, last in BANDS if first <= low <= high <= last), None)
    if match := _OPEN.match(text):
        low = int(match[1])
        exact = match[1] == text
        return next((name for name, first, last in BANDS if first <= low <= last and (exact or name == "65+")), None)
    return no_answer(label) or None


def own_band(label: str) -> str:
    """A range of ages as the file has it, written in one way: 45-60, 61+, 0-17; '' when the label is no range."""
    text = folded(label)
    if match := _RANGE.match(text):
        low, high = int(match[1]), int(match[2])
        return f"{low}-{high}" if low <= high <= OLDEST else ""
    if match := _UNDER.match(text):
        return f"0-{int(match[1]) - 1}" if 1 < int(match[1]) <= OLDEST else ""
    match = _OPEN.match(text)
    if not match or match[1] == text or int(match[1]) > OLDEST:
        return ""
    return f"{int(match[1]) + bool(_ABOVE.match(text))}+"


def own_bands(labels: Iterable[str]) -> dict[str, str]:
    """Label -> band, where the file's bands are not the census's; none when each of them lies within one band of the census."""
    found = {label: band for label in labels if (band := own_band(label))}
    return found if any(age(label) is None for label in found) else {}


def race(label: str) -> list[str] | str | None:
    """The groups of an answer, which may name several; None when one of them is in no table."""
    text = folded(label)
    if text in RACES:
        return [RACES[text]]
    if reason := no_answer(label):
        return reason
    parts = by_options(text, tuple(RACES), ", ") if ", " in text else [text]
    codes = [RACES.get(part) for part in parts]
    return None if None in codes else list(dict.fromkeys(code for code in codes if code))


def gender(label: str) -> str | None:
    """woman, man or other; None when it is in no table."""
    return GENDERS.get(folded(label)) or no_answer(label) or None
