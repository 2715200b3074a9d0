"""Which code does an answer in words have on its scale? One table for each family; a label that is in none is never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from dashboard.errors import MappingError
from dashboard.schema import bank
from dashboard.schema.questions import MISSING

Code = int | str
# scale -> language -> labels of the codes 1..k from low to high; several wordings of one answer are told apart by '|'
_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "A5": {
        "en": (
            "strongly disagree|disagree strongly|completely disagree|totally disagree|definitely disagree",
            "disagree|somewhat disagree|tend to disagree|slightly disagree|disagree somewhat|mostly disagree",
            "neither|neither agree nor disagree|neither agree or disagree|neutral|undecided",
            "agree|somewhat agree|tend to agree|slightly agree|agree somewhat|mostly agree",
            "strongly agree|agree strongly|completely agree|totally agree|definitely agree",
        ),
        "de": (
            "stimme gar nicht zu|stimme überhaupt nicht zu|trifft gar nicht zu|trifft überhaupt nicht zu",
            "stimme nicht zu|stimme eher nicht zu|trifft eher nicht zu|lehne ab",
            "weder noch|teils/teils|teils teils|teils-teils|neutral|unentschieden",
            "stimme zu|stimme eher zu|trifft eher zu",
            "stimme voll zu|stimme voll und ganz zu|stimme vollständig zu|stimme völlig zu|trifft voll zu|trifft voll und ganz zu",
        ),
        "es": (
            "totalmente en desacuerdo|muy en desacuerdo|completamente en desacuerdo",
            "en desacuerdo|algo en desacuerdo",
            "ni de acuerdo ni en desacuerdo|neutral|neutro|indeciso",
            "de acuerdo|algo de acuerdo",
            "totalmente de acuerdo|muy de acuerdo|completamente de acuerdo",
        ),
    },
    "A4": {
        "en": ("strongly disagree", "disagree|somewhat disagree|tend to disagree", "agree|somewhat agree|tend to agree", "strongly agree"),
        "de": (
            "stimme gar nicht zu|stimme überhaupt nicht zu|trifft gar nicht zu|trifft überhaupt nicht zu",
            "stimme eher nicht zu|stimme nicht zu|trifft eher nicht zu",
            "stimme eher zu|stimme zu|trifft eher zu",
            "stimme vollständig zu|stimme voll zu|stimme voll und ganz zu|stimme völlig zu|trifft voll zu|trifft voll und ganz zu",
        ),
        "es": ("totalmente en desacuerdo|muy en desacuerdo", "en desacuerdo", "de acuerdo", "totalmente de acuerdo|muy de acuerdo"),
    },
    "A6": {
        "en": (
            *("strongly disagree", "disagree", "somewhat disagree|slightly disagree"),
            *("somewhat agree|slightly agree", "agree", "strongly agree"),
        ),
    },
    "A7": {
        "en": (
            *("strongly disagree|completely disagree", "disagree|mostly disagree", "somewhat disagree|slightly disagree"),
            "neutral|neither|neither agree nor disagree",
            *("somewhat agree|slightly agree", "agree|mostly agree", "strongly agree|completely agree"),
        ),
        "de": (
            *("stimme überhaupt nicht zu|stimme gar nicht zu", "stimme nicht zu", "stimme eher nicht zu", "weder noch|neutral|teils/teils"),
            *("stimme eher zu", "stimme zu", "stimme voll und ganz zu|stimme voll zu|stimme vollständig zu"),
        ),
        "es": (
            *("totalmente en desacuerdo", "en desacuerdo", "algo en desacuerdo", "ni de acuerdo ni en desacuerdo|neutral"),
            *("algo de acuerdo", "de acuerdo", "totalmente de acuerdo"),
        ),
    },
    "S5": {
        "en": (
            "very dissatisfied|strongly dissatisfied|extremely dissatisfied|completely dissatisfied",
            "dissatisfied|somewhat dissatisfied|fairly dissatisfied",
            "neither|neither satisfied nor dissatisfied|neutral",
            "satisfied|somewhat satisfied|fairly satisfied",
            "very satisfied|strongly satisfied|extremely satisfied|completely satisfied",
        ),
        "de": (
            *("sehr unzufrieden", "unzufrieden|eher unzufrieden", "weder noch|weder zufrieden noch unzufrieden|teils/teils|neutral"),
            *("zufrieden|eher zufrieden", "sehr zufrieden"),
        ),
        "es": (
            *("muy insatisfecho", "insatisfecho|algo insatisfecho", "ni satisfecho ni insatisfecho|neutral"),
            *("satisfecho|algo satisfecho", "muy satisfecho"),
        ),
    },
    "E5": {
        "en": (
            "not at all|none at all",
            "a little|to a small extent|slightly|not much|not very much|a little bit",
            "somewhat|to some extent|moderately|to a moderate extent",
            "a lot|to a large extent|very much|quite a lot|quite a bit",
            "to a great extent|to a very great extent|completely|a great deal",
        ),
        "de": (
            "überhaupt nicht|gar nicht",
            "ein wenig|wenig|etwas",
            "teilweise|mittelmäßig|einigermaßen",
            "sehr|ziemlich|stark",
            "in hohem maße|sehr stark|voll und ganz",
        ),
        "es": ("nada|en absoluto", "un poco|poco", "algo|en cierta medida", "mucho|bastante", "muchísimo|en gran medida"),
    },
    "G5": {
        "en": ("very poor|very bad|terrible", "poor|bad", "fair|average|ok|okay|neither good nor poor|neither good nor bad", "good", "very good"),
        "de": ("sehr schlecht", "schlecht", "mittelmäßig|befriedigend|teils/teils|weder noch", "gut", "sehr gut"),
        "es": ("muy malo|muy mal|muy mala", "malo|mal|mala", "regular|ni bueno ni malo", "bueno|bien|buena", "muy bueno|muy bien|muy buena"),
    },
    "X5": {
        "en": ("poor", "fair", "good", "very good", "excellent"),
        "de": ("schlecht", "mittelmäßig|befriedigend", "gut", "sehr gut", "ausgezeichnet|hervorragend"),
        "es": ("malo", "regular", "bueno", "muy bueno", "excelente"),
    },
    "X4": {
        "en": ("poor", "fair|only fair", "good", "excellent"),
        "de": ("schlecht", "mittelmäßig", "gut", "ausgezeichnet|hervorragend"),
        "es": ("malo", "regular", "bueno", "excelente"),
    },
    "L5": {
        "en": (
            "very unlikely|extremely unlikely|not at all likely",
            "unlikely|somewhat unlikely|not very likely|not so likely",
            "neither|neither likely nor unlikely|neutral",
            "likely|somewhat likely",
            "very likely|extremely likely",
        ),
        "de": (
            "sehr unwahrscheinlich",
            "unwahrscheinlich|eher unwahrscheinlich",
            "weder noch",
            "wahrscheinlich|eher wahrscheinlich",
            "sehr wahrscheinlich",
        ),
        "es": ("muy improbable", "improbable|poco probable", "ni probable ni improbable", "probable", "muy probable"),
    },
    "U5": {
        "en": (
            "very unsafe|not at all safe",
            "unsafe|somewhat unsafe|a bit unsafe|fairly unsafe",
            "neither|neither safe nor unsafe|neutral",
            "safe|somewhat safe|fairly safe",
            "very safe|extremely safe",
        ),
        "de": ("sehr unsicher", "unsicher|eher unsicher", "weder noch|teils/teils", "sicher|eher sicher", "sehr sicher"),
        "es": ("muy inseguro", "inseguro|algo inseguro", "ni seguro ni inseguro", "seguro|algo seguro", "muy seguro"),
    },
    "F5": {
        "en": (
            "never",
            "rarely|seldom|hardly ever|almost never|once in a while",
            "sometimes|occasionally|about half the time",
            "often|usually|frequently|most of the time|very often",
            "always|almost always|all the time",
        ),
        "de": ("nie|niemals", "selten|fast nie", "manchmal|gelegentlich", "oft|häufig|meistens", "immer|fast immer"),
        "es": (
            "nunca",
            "rara vez|casi nunca|raramente",
            "a veces|algunas veces",
            "a menudo|frecuentemente|con frecuencia|muchas veces",
            "siempre|casi siempre",
        ),
    },
    "F5b": {
        "en": ("not at all|never", "rarely|seldom", "fairly seldom|now and then", "fairly often|rather often", "very often|very frequently"),
        "de": ("gar nicht|nie", "selten|sehr selten", "eher selten", "eher häufig|eher oft", "sehr häufig|sehr oft"),
        "es": ("nunca", "rara vez", "de vez en cuando", "bastante a menudo", "muy a menudo|con mucha frecuencia"),
    },
    "V5": {
        "en": (
            "very unfavorably|very unfavourably|very unfavorable|very unfavourable",
            "somewhat unfavorably|somewhat unfavourably|somewhat unfavorable|somewhat unfavourable|unfavorable|unfavorably",
            "neither favorably nor unfavorably (neutral)|neither favorably nor unfavorably|neither favorable nor unfavorable|neutral|neither",
            "somewhat favorably|somewhat favourably|somewhat favorable|somewhat favourable|favorable|favorably",
            "very favorably|very favourably|very favorable|very favourable",
        ),
    },
    "I5": {
        "en": (
            "not at all important|not important|not important at all|unimportant",
            "slightly important|a little important|of little importance|not very important",
            "moderately important|somewhat important|fairly important",
            "important|quite important",
            "very important|extremely important",
        ),
        "de": (
            "überhaupt nicht wichtig|gar nicht wichtig",
            "eher unwichtig|weniger wichtig",
            "teils/teils|mittelmäßig wichtig",
            "wichtig|eher wichtig",
            "sehr wichtig",
        ),
        "es": ("nada importante", "poco importante", "algo importante", "importante|bastante importante", "muy importante"),
    },
    "B3": {
        "en": ("worse|become worse|much worse", "the same|stayed the same|about the same|unchanged", "better|become better"),
        "de": ("schlechter", "gleich|gleich geblieben|unverändert", "besser"),
        "es": ("peor", "igual", "mejor"),
    },
}
CHOICE, NUMBER = "choice", "number"  # no order: every different answer is one; no scale: the number itself
NUMBERS: dict[str, tuple[int, int]] = {"N4": (1, 4), "N5": (1, 5), "N7": (1, 7), "N10": (1, 10), "N11": (0, 10)}
_NO_ANSWER: dict[str, tuple[str, ...]] = {
    "dont_know": (
        *(
            "don't know",
            "dont know",
            "do not know",
            "i don't know",
            "dk",
            "don't know/no opinion",
            "don't know / no opinion",
            "no opinion",
            "unsure",
            "not sure",
        ),
        *(
            "no basis to judge",
            "cannot say",
            "can't say",
            "don't know/not sure",
            "weiß nicht",
            "weiss nicht",
            "ich weiß nicht",
            "kann ich nicht sagen",
        ),
        *("no sé", "no sabe", "no lo sé", "no sabe/no contesta", "ns/nc", "sin opinión"),
    ),
    "prefer_not": (
        *(
            "prefer not to say",
            "prefer not to answer",
            "i prefer not to say",
            "i prefer not to answer",
            "rather not say",
            "decline to answer",
            "refused",
        ),
        *(
            "no answer",
            "keine angabe",
            "keine antwort",
            "möchte ich nicht sagen",
            "prefiero no decir",
            "prefiero no decirlo",
            "prefiero no contestar",
        ),
        *("prefiero no responder", "no contesta", "sin respuesta"),
    ),
    "not_applicable": (
        *(
            "n/a",
            "n.a.",
            "unfamiliar (n/a)",
            "unfamiliar",
            "never heard of",
            "not applicable",
            "does not apply",
            "doesn't apply",
            "not relevant",
            "nicht anwendbar",
            "entfällt",
            "nicht relevant",
        ),
        *("no aplica", "no procede", "no corresponde"),
    ),
}
NO_ANSWER: Mapping[str, str] = {label: reason for reason, labels in _NO_ANSWER.items() for label in labels}
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-") | dict.fromkeys(map(ord, "’‘´`"), "'")
_BEHIND = re.compile(r"\s*[(\[]\s*\d{1,2}\s*[)\]]$")
# A number counts as one in front or behind only where no other figure touches it: 18-29 and 4.5 are left as they are.
_BEFORE = re.compile(r"^[(\[]?\d{1,2}\s*[)\].:=-]+\s*(?=[^\d\s])")
_WITH_NUMBER = re.compile(r"^[(\[]?\s*(\d{1,2})\s*(?:$|[)\]].*$|[.:=-]+\s*(?:$|[^\d\s].*$)|[(\[]\D.*$)|^.*[(\[]\s*(\d{1,2})\s*[)\]]$", re.DOTALL)


@cache
def folded(label: str) -> str:
    """A label as it is compared: case and dashes folded, blanks collapsed, without a number in brackets behind or a number in front."""
    text = " ".join(unicodedata.normalize("NFC", label).translate(DASHES).casefold().split()).strip(" .:;*")
    text = text.replace("cho/a", "cho").replace("guro/a", "guro").replace("cho(a)", "cho").replace("guro(a)", "guro")
    shorter = _BEHIND.sub("", text)
    shorter = _BEFORE.sub("", shorter) or shorter
    return shorter.strip() or text


@cache
def _table(scale: str) -> Mapping[str, Mapping[str, Code]]:
    """Language -> folded label -> code. The words of the question bank come first."""
    options = bank.scales().get(scale, ())
    tables: dict[str, dict[str, Code]] = {}
    for option in options:
        for language, label in option.label.items():
            tables.setdefault(language, {})[folded(label)] = int(option.code) if option.code.isdigit() else option.code
    for language, labels in _WORDS.get(scale, {}).items():
        for code, wordings in enumerate(labels, 1):
            for wording in wordings.split("|"):
                tables.setdefault(language, {}).setdefault(folded(wording), code)
    return tables


def scales() -> tuple[str, ...]:
    """The names of all scales."""
    return tuple(dict.fromkeys((*_WORDS, *NUMBERS, *bank.scales(), CHOICE, NUMBER)))


def known(scale: str) -> None:
    """MappingError when there is no such scale."""
    if scale not in scales():
        raise MappingError(f"There is no scale '{scale}'.", hint=f"The scales are: {', '.join(scales())}.")


def no_answer(label: str) -> str:
    """`dont_know`, `prefer_not` or `not_applicable` when the label says so; '' otherwise."""
    text = folded(label)
    return NO_ANSWER.get(text, "") or (text if text in MISSING else "")


def find(scale: str, label: str) -> Code | None:
    """The code of a label, the reason why there is none, or None when the scale does not have it."""
    if scale in {CHOICE, NUMBER}:
        return no_answer(label) or (label if scale == CHOICE else None)
    if scale in NUMBERS:
        low, high = NUMBERS[scale]
        value = number_in(label)
        return value if value is not None and low <= value <= high else (no_answer(label) or None)
    text = folded(label)
    for table in _table(scale).values():
        if text in table:
            return table[text]
    return no_answer(label) or None


def number_in(label: str) -> int | None:
    """The number a point of a scale is written with: '4', '1 (None at all)', '0 - Not at all', 'Agree (4)'; None when there is none."""
    match = _WITH_NUMBER.match(label.strip())
    return int(match[1] or match[2]) if match else None


def languages_of(scale: str, label: str) -> tuple[str, ...]:
    """The languages in which the scale has this label."""
    return tuple(language for language, table in _table(scale).items() if folded(label) in table) if scale not in NUMBERS else ("",)


def clashes(scale: str, labels: Iterable[str]) -> list[tuple[str, ...]]:
    """Labels of one language that would get one code though they differ, such as 'Agree' and 'Somewhat agree' on five points."""
    if scale in {*NUMBERS, CHOICE, NUMBER}:
        return []
    found: dict[tuple[str, Code], dict[str, str]] = {}
    for label in labels:
        code = find(scale, label)
        if code is not None and code not in MISSING:
            for language in languages_of(scale, label):
                found.setdefault((language, code), {}).setdefault(folded(label), label)
    return [tuple(sorted(same.values())) for same in found.values() if len(same) > 1]


def best(labels: Collection[str]) -> str:
    """The scale that knows all of these labels and tells them apart; '' when none does."""
    said = [label for label in labels if not no_answer(label)]
    if not said or len({folded(label) for label in said}) < 2:
        return ""
    four = len({folded(label) for label in said}) == 4  # all of four points and none of a middle: not five points with one never chosen
    candidates: tuple[str, ...] = (*(("A4",) if four else ()), "YN", *(name for name in scales() if name not in {CHOICE, NUMBER}))
    for scale in candidates:
        if all(find(scale, label) is not None for label in said) and not clashes(scale, said):
            return scale
    return ""


def options(scale: str) -> tuple[tuple[str, str], ...]:
    """Every answer of a scale from low to high: its code and its English words."""
    known(scale)
    if scale in {CHOICE, NUMBER}:
        return ()
    if scale in NUMBERS:
        low, high = NUMBERS[scale]
        return tuple((str(number), str(number)) for number in range(low, high + 1))
    if scale in bank.scales():
        return tuple((option.code, option.label["en"]) for option in bank.scales()[scale])
    return tuple((str(code), wordings.split("|")[0].capitalize()) for code, wordings in enumerate(_WORDS[scale]["en"], 1))
