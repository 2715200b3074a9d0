"""What respondents are promised, in plain words and their language: fixed with the wave, shown on the form, and kept by everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard.privacy.staff_cells import K
from dashboard.schema import employee, phrases
from dashboard.schema.employee import Division
from dashboard.schema.questions import Definition

if TYPE_CHECKING:
    from dashboard.services.house import House

Texts = dict[str, list[str]]
CUT_NAMES: Mapping[str, Mapping[str, str]] = {
    "en": {"unit": "unit", "shift": "shift", "rank": "rank group", "tenure": "years of service", "sworn": "sworn or civilian"},
    "es": {"unit": "unidad", "shift": "turno", "rank": "grupo de rango", "tenure": "años de servicio", "sworn": "juramentado o civil"},
}
WITHIN = {"en": "{one} within {other}", "es": "{one} dentro de {other}"}
AND = {"en": " and ", "es": " y "}


def least(house: House) -> int:
    """Of how many people at least are staff results shown?"""
    return max(K, int(house.settings.number("employee.min_people")))


def least_comments(house: House) -> int:
    """From how many comments a wave on are comments shown?"""
    return max(20, int(house.settings.number("employee.min_comments")))


def terms(house: House) -> dict[str, int]:
    """The promise that a wave opens with, as numbers: whatever is set later, its close keeps them."""
    return {"least": least(house), "comments": least_comments(house), "keep": int(bool(house.settings["employee.keep_answers"]))}


def name_of(cut: str, language: str = "en", definition: Definition | None = None) -> str:
    """A cut as people call it; for a cut of the agency's own its question."""
    known = CUT_NAMES.get(language, CUT_NAMES["en"])
    if cut in known:
        return known[cut]
    own = employee.cuts(definition).get(cut) if definition else None
    return own.wording.get(language, cut) if own else cut.replace("_", " ")


def made(house: House, definition: Definition, division: Division) -> dict[str, Texts]:
    """The promise of a wave: language -> what is kept, what is not, what others see, what it does not protect against."""
    return {language: _texts(house, definition, division, language) for language in definition.languages}


def _texts(house: House, definition: Definition, division: Division, language: str) -> Texts:
    """The promise in one language."""
    said = phrases.spoken(language, definition.phrases)
    kept = said["staff_kept_sealed" if bool(house.settings["employee.keep_answers"]) else "staff_kept"]
    within = WITHIN.get(language, WITHIN["en"])
    names = [name_of(cut, language, definition) for cut in division.cuts]
    names += [within.format(one=name_of(two, language, definition), other=name_of(one, language, definition)) for one, two in division.crossings]
    shown = [said["staff_divided"].format(cuts=_listed(names, language)) if names else said["staff_whole"]]
    shown.append(said["staff_least"].format(least=least(house)))
    if any(one.written_ids() for one in definition.questions()):
        shown.append(said["staff_comments"].format(least=least_comments(house)))
    shown.append(said["staff_open"])
    return {
        "kept": [kept, said["staff_invited"]],
        "not_kept": [said["staff_not_kept"], said["staff_carried"]],
        "shown": shown,
        "limits": [said["staff_not_protected"]],
    }


def _listed(words: Sequence[str], language: str) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])}{AND.get(language, ', ')}{words[-1]}"


def support(house: House) -> list[str]:
    """Lines to call: the crisis line, and the agency's own."""
    return [text for name in ("employee.crisis_line", "employee.peer_support") if (text := house.settings.text(name).strip())]
