"""Questions that an agency adds to its employee survey: which of them would ask people who they are, and are therefore refused?

People are told by which groups results are divided before they answer. A question of the agency's own that asks for a name, a rank or a unit would
be one more way to tell people apart, so it is refused where its words say so. Words can be got round: what protects answers is what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboard.schema import bank
from dashboard.schema.questions import Definition, Question

OURS = "this agency"
KINDS = ("single", "scale", "ten", "long_text")  # kinds that may be added of one's own
CUT, NOT_OWN = "cut_", frozenset({"recovery", "turnover", "enps", "burnout_single", "burnout_work"})
FEWEST_ALIKE = 2  # answers that are also names of groups

_RANKS = "officer|deputy|trooper|corporal|sergeant|lieutenant|captain|major|commander|chief|detective|inspector|dispatcher|recruit|probationary"
_GROUPS = (
    f"rank(?: group)?|grade|unit|division|bureau|department|section|squad|platoon|shift|watch|tour|precinct|district|station|beat|assignment"
    f"|post|job title|position|tenure|seniority|years of service|{_RANKS}|supervisor|manager"
)
_PERSON = (
    r"(?:full |first |last |own )?name|initials|badge|(?:employee|staff|serial|id|badge|payroll) (?:number|no|id)|e-?mail|phone|telephone|mobile"
    r"|address|zip code|birthday|birth date|date of birth|age|gender|sex|race|ethnicity|religion|sexual orientation|marital status|hire date"
    r"|social security"
)
_ASK = r"(?:state|tell us|select|choose|indicate|give|enter|specify|write|fill in|provide|type)(?: us)?"
_GRUPOS = (
    r"(?:grupo de )?rango|grado|unidad|divisi[oó]n|departamento|secci[oó]n|turno|comisar[ií]a|distrito|estaci[oó]n|puesto|cargo|antig[uü]edad"
    r"|supervisora?"
)
_PERSONA = r"nombre|apellidos?|placa|edad|g[eé]nero|sexo|raza|etnia|religi[oó]n|correo(?: electr[oó]nico)?|tel[eé]fono|direcci[oó]n|estado civil"

_HERE = "(?:i work|i am|do you work|are you|trabajo|trabaja)(?: mostly| mainly)?"

PERSON = re.compile(
    rf"\b(?:what|which)(?: is|'s| are)? (?:your|you)(?: current| own)? (?:{_PERSON})\b|\b{_ASK} (?:your|the)(?: own)? (?:{_PERSON})\b"
    rf"|\A\W*(?:your )?(?:{_PERSON})\W*\Z|\bwho are you\b|\bhow old are you\b|\bsign (?:with )?your\b|\byear (?:were you born|of birth)\b"
    r"|\bwhen (?:were|was|did) you (?:born|hired|join\w*|start\w*)\b|\bwhat (?:gender|race|age group|age band|religion)\b"
    rf"|\bcu[aá]l es (?:su|tu) (?:{_PERSONA})\b|\A\W*(?:su |tu )?(?:{_PERSONA})\W*\Z|\bn[uú]mero de (?:placa|empleado)\b"
    r"|\bcu[aá]ntos años tiene\b|\bfecha de (?:nacimiento|ingreso|contrataci[oó]n)\b|\bc[oó]mo se llama\b",
    re.IGNORECASE,
)
GROUP = re.compile(
    rf"\b(?:what|which)(?: is|'s| are)? your(?: current| own)? (?:{_GROUPS})\b|\b(?:what|which) (?:{_GROUPS}) (?:do|are|were|did|have) you\b"
    rf"|\b{_ASK} (?:your|the)(?: current| own)? (?:{_GROUPS})(?=\W*\Z|[.,:;?]| below| from the)"
    rf"|\A\W*(?:your )?(?:{_GROUPS})\W*\Z|\bwho is your (?:{_RANKS}|supervisor|manager)\b"
    rf"|\b(?:are you|i am|i'm|i work as|i serve as) (?:an? |the |currently |now )*(?:{_RANKS}|sworn|civilian|supervisor|manager)\b"
    r"|\bhow (?:long|many years) have you (?:worked|been|served)\b|\bwhere (?:do|are) you (?:work|assigned|posted|based|stationed)\b"
    r"|\b(?:do you|i)(?: mostly| usually| mainly)? work (?:the |on |at |in )*(?:days?|nights?|evenings?|swing|graveyard|early|late)\b"
    rf"|\bcu[aá]l es (?:su|tu) (?:{_GRUPOS})\b|\ben qu[eé] (?:{_GRUPOS}) (?:trabaja|est[aá])|\bqu[eé] (?:{_GRUPOS}) tiene\b"
    rf"|\A\W*(?:su |tu )?(?:{_GRUPOS})\W*\Z|\bcu[aá]nto (?:tiempo|años) lleva\b|\bqui[eé]n es (?:su|tu) (?:supervisora?|jefe|jefa|sargento)\b",
    re.IGNORECASE,
)
MENTIONS = re.compile(rf"\b(?:{_RANKS}|unit|squad|shift|rank|badge|names?|supervisors?)\b", re.IGNORECASE)


def of_bank(question: Question) -> bool:
    """Whether a question stands in the bank word for word, with its answers; groups may carry the agency's own names."""
    known = bank.questions().get(question.id)
    if known is None or question.concept != known.concept:
        return False
    same = all(question.wording_hash(one) == known.wording_hash(one) for one in ("en",) if question.wording.get(one))
    return same and (question.scale_hash() == known.scale_hash() or question.concept.startswith(CUT))


def faults(survey: Definition, question: Question) -> Iterator[str]:
    """Why this question may not be asked of staff, each in one sentence; none for the bank's."""
    if of_bank(question):
        return
    own_cut = question.concept.startswith(CUT)
    known = bank.questions().get(question.id)
    if known is not None and not own_cut and _answers(question) != _answers(known):
        yield f"{question.id} is a question of the bank, so its answers stay as they are: copy it, and change the copy."
    if question.source == OURS and (own_cut or question.concept in NOT_OWN):
        yield f"{question.id} is your own question, so it cannot count as “{question.concept.replace('_', ' ')}”: only the bank's question does."
    texts = [text for words in (question.wording, *(row.label for row in question.rows)) for text in words.values()]
    if any(PERSON.search(text) for text in texts):
        yield f"{question.id} asks who somebody is: a staff survey never asks for a name, a number, an age or the like. Take it out."
    elif not own_cut and (any(GROUP.search(text) for text in texts) or _offers_groups(survey, question) or _belongs(survey, texts)):
        yield (
            f"{question.id} asks where somebody belongs: rank, unit, shift and years are asked only by the bank's questions, which are declared "
            "under Groups and launch. Take it out."
        )


def _answers(question: Question) -> tuple[str, list[tuple[str, str]]]:
    """Its kind, and its answers with their English words in their order."""
    return question.kind, [(one.code, one.label.get("en", "")) for one in question.options]


def _levels(survey: Definition) -> dict[str, set[str]]:
    """The names of the groups that the survey and the bank can ask for, by question, in every language."""
    asked = [one for section in survey.sections for one in (*section.questions, *section.waiting())]
    cuts = [one for one in (*bank.questions().values(), *asked) if one.concept.startswith(CUT)]
    found: dict[str, set[str]] = {}
    for one in cuts:
        names = {text.strip().casefold() for option in one.options for text in option.label.values()}
        found[one.id] = found.get(one.id, set()) | {part.strip() for name in names for part in (name, *name.split("/")) if part.strip()}
    return found


def _offers_groups(survey: Definition, question: Question) -> bool:
    """Whether its answers are the groups of staff under another heading."""
    offered = {text.strip().casefold() for option in question.options for text in option.label.values()}
    return any(len(offered & names) >= FEWEST_ALIKE for names in _levels(survey).values())


def _belongs(survey: Definition, texts: list[str]) -> bool:
    """Whether it is a statement such as 'I work in Patrol'."""
    names = sorted({name for one in _levels(survey).values() for name in one if len(name) > 2}, key=len, reverse=True)
    where = "|".join(map(re.escape, names))
    said = re.compile(rf"\b{_HERE}(?: as| in| on| at| en| de)?(?: an?| the| la| el)? (?:{where})\b", re.IGNORECASE)
    return bool(names) and any(said.search(text) for text in texts)


def hint(question: Question) -> str:
    """What its author should think of before asking it; empty where nothing is to be said."""
    if of_bank(question) or question.concept.startswith(CUT):
        return ""
    if question.kind == "long_text":
        return "What people write is shown only from many comments on, apart from their answers, after a person took names out. Ask for no names."
    texts = " ".join(question.wording.values())
    found = MENTIONS.search(texts)
    return f"It speaks of “{found.group(0)}”: ask what should change, not where somebody belongs or who somebody is." if found else ""
