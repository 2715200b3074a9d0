"""Whom should community surveys stand for? Census margins out of a file or the population table: checked, kept, taken away, results frozen anew."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.access.roles import Permission
from dashboard.errors import NotEnoughData, SourceError
from dashboard.schema import say
from dashboard.schema.questions import Definition
from dashboard.services.restricted import restricted
from dashboard.services.surveys import population, results
from dashboard.services.surveys.frame import CUTS
from dashboard.stats.joint_margin import TIMES
from dashboard.stats.raking import LEAST
from dashboard.store import margins as store
from dashboard.store.audit import Audit
from dashboard.store.surveys import Survey, Surveys

if TYPE_CHECKING:
    from dashboard.services.house import House

NAMES: Mapping[str, str] = {CUTS[name]: name for name in population.WEIGHTED}  # question -> plain name
UNIVERSES = ("residents", "age_16_plus")
CROSSED = TIMES  # between two things that are taken together
COLUMNS = "It needs the columns margin, category and count (or share)."
TOGETHER = re.compile(r"(?i)\s*(\w+)\s+(?:x|by)\s+(\w+)\s*")  # the name of a margin of two things together
PARTS = re.compile(r"\s+(?:x|\|)\s+")  # between the two answers of one of its cells
LARGEST = 1_000_000  # bytes of a file of margins
OFF = 0.02  # shares of one margin may miss their sum by so much: published shares are rounded
MOST_NAMED = 5
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")

Counts = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Margins that fit our surveys: question -> answer code -> people or shares, what they are called, and what must be known before keeping them."""

    source: str
    margins: Counts
    warnings: tuple[str, ...] = ()

    def rows(self) -> list[tuple[str, str, float, float]]:
        """Margin, category, people (or share) as given, share of the margin: what is shown before and after keeping."""
        return [
            (name_of(question), category.replace(population.BETWEEN, CROSSED), value, value / sum(people.values()))
            for question, people in self.margins.items()
            for category, value in people.items()
        ]


@restricted(Permission.MANAGE_SURVEYS)
def read(house: House, content: bytes) -> Proposal:
    """Margins out of a CSV file. SourceError in one sentence when a row, a margin or a category does not fit; nothing is kept by reading."""
    return _fitted(house, "", _parsed(content))


@restricted(Permission.MANAGE_SURVEYS)
def from_population(house: House, universe: str) -> Proposal:
    """Race, and area where districts are known, out of the imported population table. NotEnoughData when the table does not say."""
    source, found = population.from_table(house, universe)
    if not found:
        raise NotEnoughData(
            "The population table does not say how many people of each group live here.",
            hint="Import one on the Data sources page, and set agency.area when it holds several areas.",
        )
    return _fitted(house, source, {CUTS[name]: people for name, people in found.items()})


@restricted(Permission.MANAGE_SURVEYS)
def in_force(house: House) -> tuple[Proposal | None, bool]:
    """The margins that surveys are weighted to now, and whether a person brought them in (else they come from the population table)."""
    kept = store.kept(house.home)
    if kept is not None:
        return Proposal(kept.source, kept.margins), True
    source, found = population.from_table(house)
    return (Proposal(source, {CUTS[name]: people for name, people in found.items()}) if found else None), False


@restricted(Permission.MANAGE_SURVEYS)
def affected(house: House) -> list[str]:
    """The titles of the surveys whose results are computed and frozen anew when margins change."""
    return [one.title for one in _closed(house)]


@restricted(Permission.MANAGE_SURVEYS)
def keep(house: House, proposal: Proposal, source: str, who: str) -> int:
    """Keep margins in place of older ones and freeze closed community surveys anew: of how many. SourceError without a named source."""
    if not source.strip():
        raise SourceError("Say where these margins come from.", hint="Name the publisher, the table and the year, such as ACS 2024 5-year, B01001.")
    checked = _fitted(house, source.strip()[:200], proposal.margins)
    store.keep(house.home, store.Margins(checked.source, checked.margins))
    Audit(house.records).append(who, "census margins", checked.source, {name_of(name): len(people) for name, people in checked.margins.items()})
    return _anew(house, who)


@restricted(Permission.MANAGE_SURVEYS)
def remove(house: House, who: str) -> int:
    """Take the margins away that a person brought in, and freeze results anew: of how many surveys."""
    store.drop(house.home)
    Audit(house.records).append(who, "census margins", "removed")
    return _anew(house, who)


def _closed(house: House) -> list[Survey]:
    """Community surveys with a closed wave."""
    surveys = Surveys(house.records)
    closed = {wave.survey_id for wave in surveys.waves() if wave.state == "closed"}
    return [one for one in surveys.all() if one.family == "community" and one.id in closed]


def _anew(house: House, who: str) -> int:
    """Compute and freeze the results of all of them."""
    found = _closed(house)
    for one in found:
        results.renew(house, one.id, who)
    return len(found)


def _parsed(content: bytes) -> dict[str, dict[str, float]]:
    """Question -> category as written -> count or share."""
    if len(content) > LARGEST:
        raise SourceError("This file is too large to be a table of margins.", hint=COLUMNS)
    try:
        text = content.decode("utf-8-sig")
        first = text.partition("\n")[0]
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise SourceError("This file cannot be read as CSV.", hint=f"Save it as CSV in UTF-8. {COLUMNS}") from None
    heads = [cell.strip().casefold() for cell in rows[0]] if rows else []
    kinds = [name for name in ("count", "share") if name in heads]
    if len(kinds) != 1 or not {"margin", "category"} <= set(heads):
        raise SourceError("This is no table of margins." if heads else "This file is empty.", hint=COLUMNS)
    found: dict[str, dict[str, float]] = {}
    places = [heads.index(name) for name in ("margin", "category", kinds[0])]
    for line, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        name, category, number = (row[place].strip() if place < len(row) else "" for place in places)
        question, category = _placed(name, category, line)
        people = found.setdefault(question, {})
        if not category or category in people:
            raise SourceError(f"Line {line}: the category is {'there twice' if category else 'missing'}.", hint="Each category needs one row.")
        people[category] = _number(number, line)
    if not found:
        raise SourceError("This file has no rows.", hint=COLUMNS)
    if kinds[0] == "share":
        _whole(found)
    return found


def name_of(question: str) -> str:
    """A margin as people call it: area, or area x race."""
    return CROSSED.join(NAMES.get(part, part) for part in question.split(population.JOINT))


def _placed(name: str, category: str, line: int) -> tuple[str, str]:
    """The question behind a margin's name and the category; of two things together both, in the order in which questions are asked."""
    match = TOGETHER.fullmatch(name)
    if match is None:
        return _question(name, line), category
    asked, parts = [_question(part, line) for part in match.groups()], PARTS.split(category)
    if asked[0] == asked[1] or len(parts) != 2 or not all(parts):
        raise SourceError(f"Line {line}: '{category[:40]}' is no cell of {name[:40]}.", hint="Write both answers, such as Northgate x white.")
    ordered = sorted(zip(asked, parts, strict=True))
    return population.JOINT.join(one for one, _ in ordered), population.BETWEEN.join(text for _, text in ordered)


def _question(name: str, line: int) -> str:
    """The question behind a margin's name."""
    plain = {**{word: question for question, word in NAMES.items()}, **{question.casefold(): question for question in NAMES}}
    if name.casefold() not in plain:
        raise SourceError(f"Line {line}: there is no margin '{name[:40]}'.", hint="Margins are area, age, race and gender (C19 to C22).")
    return plain[name.casefold()]


def _number(text: str, line: int) -> float:
    """A count or share, not negative."""
    plain = text.replace(",", "") if THOUSANDS.fullmatch(text) else text.removesuffix("%").strip()
    try:
        number = float(plain)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise SourceError(f"Line {line}: '{text[:40]}' is no number of people.", hint="Counts and shares are numbers of 0 or more.")
    return number


def _whole(found: Counts) -> None:
    """Shares of a margin sum to 1, or to 100 percent."""
    for question, people in found.items():
        total = sum(people.values())
        if min(abs(total - 1), abs(total / 100 - 1)) > OFF:
            raise SourceError(f"The shares of {name_of(question)} sum to {total:g}.", hint="Shares of one margin sum to 1, or to 100 percent.")


def _fitted(house: House, source: str, given: Counts) -> Proposal:
    """The margins by the surveys' own answer codes, in the order of their answers. SourceError when a category is no answer of any survey."""
    made: dict[str, dict[str, float]] = {}
    warnings: list[str] = []
    if sum(population.JOINT in question for question in given) > 1:
        raise SourceError("Only one margin of two things together can be used.", hint="Keep the one that matters most, such as area x race.")
    for question, people in given.items():
        if sum(value > 0 for value in people.values()) < 2:
            raise SourceError(f"The margin {name_of(question)} needs at least two categories with people in them.")
        if population.JOINT in question:
            continue
        asked = _asked(house, question)
        made[question] = _coded(question, people, asked) if asked else dict(people)
        if not asked:
            warnings.append(f"No survey has asked about {NAMES[question]} with fixed answers yet, so its categories could not be checked.")
        for title, words in asked.items():
            codes = list(dict.fromkeys(words.values()))
            strange = [code for code, value in made[question].items() if value > 0 and code not in codes]
            left = [code for code in codes if code not in made[question] and code != "multiracial"]
            if strange:
                warnings.append(f"{title} has no answer for {_some(strange)} in {NAMES[question]}: it may not be weighted.")
            if left:
                warnings.append(f"{title}: people who answered {_some(left)} in {NAMES[question]} are in no category and keep their own share.")
    for question in (one for one in given if population.JOINT in one):
        made[question] = _together(house, question, given[question])
        warnings += _beside_singles(made, question)
    return Proposal(source, made, tuple(dict.fromkeys(warnings)))


def _together(house: House, question: str, people: Mapping[str, float]) -> dict[str, float]:
    """The cells of a margin of two things by the surveys' own answer codes."""
    parts = question.split(population.JOINT)
    codes: list[dict[str, str]] = []
    for place, part in enumerate(parts):
        words = list(dict.fromkeys(cell.split(population.BETWEEN)[place] for cell in people))
        asked = _asked(house, part)
        codes.append({word: next(iter(_coded(part, {word: 1.0}, asked))) for word in words} if asked else {word: word for word in words})
    found: dict[str, float] = {}
    for cell, value in people.items():
        one, other = cell.split(population.BETWEEN)
        made = population.BETWEEN.join((codes[0][one], codes[1][other]))
        if made in found:
            raise SourceError(f"Two cells of {name_of(question)} mean the same answers, {one}{CROSSED}{other}.", hint="Each cell needs one row.")
        found[made] = value
    return found


def _beside_singles(made: Counts, question: str) -> list[str]:
    """What must be known of a margin of two things; SourceError when its sums are not those of the single margin beside it."""
    for part in question.split(population.JOINT):
        single, sums = made.get(part), population.summed(made, part)
        if not single:
            continue
        whole, own = sum(single.values()), sum(sums.values())
        far = [name for name in {*single, *sums} if abs(single.get(name, 0.0) / whole - sums.get(name, 0.0) / own) > OFF]
        if far:
            words = f"{name_of(question)} does not sum to the margin {name_of(part)}: {_some(sorted(far))} differ by more than 2 points."
            raise SourceError(words, hint="Take both from the same table and year.")
    return [
        f"{name_of(question)} is used in waves where each of its cells has at least {LEAST} answers; elsewhere the single margins are used alone."
    ]


def _coded(question: str, people: Mapping[str, float], asked: Mapping[str, Mapping[str, str]]) -> dict[str, float]:
    """Answer code -> people, in the order of the answers."""
    words: dict[str, str] = {}
    for one in asked.values():
        words = {**one, **words}
    strange = [name for name in people if name.casefold() not in words]
    codes = list(dict.fromkeys(words.values()))
    if strange:
        hint = f"Its answers are {_some(codes, 30)}."
        raise SourceError(f"No survey has the answer {_some(strange)} to the question about {NAMES[question]}.", hint=hint)
    found: dict[str, float] = {}
    for name, value in people.items():
        code = words[name.casefold()]
        if code in found:
            raise SourceError(f"Two categories of {NAMES[question]} mean the same answer, {code}.", hint="Each answer needs one row.")
        found[code] = value
    return {code: found[code] for code in codes if code in found}


def _asked(house: House, question: str) -> dict[str, dict[str, str]]:
    """Title of a community survey -> a word for an answer, in small letters -> its code; surveys that asked it with fixed answers."""
    surveys = Surveys(house.records)
    found: dict[str, dict[str, str]] = {}
    for survey in surveys.all():
        if survey.family != "community" or survey.archived:
            continue
        texts = [surveys.version(survey.id, wave.version) for wave in surveys.waves(survey.id)] or [survey.draft]
        words: dict[str, str] = {}
        for text in texts:
            words |= _words(text, question)
        if words:
            found[survey.title] = found.get(survey.title, {}) | words
    return found


def _words(definition: Definition, question: str) -> dict[str, str]:
    """Every word for an answer, in small letters -> its code. People of several races are one group where several may be chosen."""
    asked = definition.question(question)
    if asked is None or not asked.options:
        return {}
    words = {label.casefold(): option.code for option in asked.options for label in option.label.values()}
    words |= {option.code.casefold(): option.code for option in asked.options}
    several = {"multiracial": "multiracial"} if asked.kind == "multi" else {}
    return {word: words[word] for option in asked.options for word in words if words[word] == option.code} | several


def _some(names: list[str], most: int = MOST_NAMED) -> str:
    """The first few names."""
    more = [f"{len(names) - most} more"] if len(names) > most else []
    return say.listed([*names[:most], *more])
