"""Names of people in a comment: after a title or a word for kin, from the agency's roster, and from lists of common first names and surnames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from dashboard.text.spans import Span
from dashboard.text.wordlists import folded, listed, names, stops, toml

_TOKEN = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;\n•\"“(]")
_MOST = 4  # words of one name
_FAR = 4  # words between "my" and the word for kin
_ACRONYM = 4  # letters up to which capitals alone are no sign of a name
AND = frozenset({"and", "y", "e", "or", "o"})


class _Word(NamedTuple):
    """One word of the text: its place, folded form, whether its capital letter says something, whether a possessive s ends it, and the gap before."""

    start: int
    end: int
    low: str
    capital: bool
    initial: bool
    possessive: bool
    gap: str
    opens: bool


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a text, whether it is all in capitals, and the agency's names."""

    words: tuple[_Word, ...]
    shouted: bool
    roster: frozenset[str]


def people(text: str, roster: frozenset[str] = frozenset()) -> Iterator[Span]:
    """Every name in the text (spans do not overlap). `roster`: folded first names and surnames of the agency's own people."""
    read = _read(text, roster)
    known = _known()
    place, last, last_cue = 0, -1, ""
    while place < len(read.words):
        word = read.words[place]
        if not (word.capital or word.initial or word.low in known or word.low in roster):
            place += 1
            continue
        cue = _cue(read, place) or _joined_to(read, place, last, last_cue)
        end, name = _name_at(read, place, cue)
        if name:
            final = read.words[end - 1]
            yield Span(read.words[place].start, final.end - 2 * final.possessive, "NAME", 4)
            last, last_cue = end, cue
        place = max(end, place + 1)


def _read(text: str, roster: frozenset[str]) -> _Text:
    """The words of the text; capitals say nothing where there are no small letters."""
    shouted = text.upper() == text
    made: list[_Word] = []
    before = 0
    for one in _TOKEN.finditer(text):
        word = one.group()
        possessive = word.endswith(("'s", "’s"))
        bare = word[:-2] if possessive else word
        acronym = bare.isupper() and 1 < len(bare) <= _ACRONYM
        gap = text[before : one.start()]
        capital = word[0].isupper() and not shouted and not acronym
        opens = not made or bool(_SENTENCE_END.search(gap))
        made.append(_Word(one.start(), one.end(), folded(bare), capital, not shouted and bare.isupper() and len(bare) <= 2, possessive, gap, opens))
        before = one.end()
    return _Text(tuple(made), shouted, roster)


def _cue(read: _Text, place: int) -> str:
    """Is the word called a name by what stands before it: 'title', 'titles' (several), 'kin', 'phrase', 'weak' or ''?"""
    if place == 0:
        return ""
    word, before = read.words[place], read.words[place - 1]
    dotted = word.gap.strip() == "." and before.low in listed("abbreviations")
    beside = dotted or (not word.gap.strip(" \t") and len(word.gap) <= 3)
    said = " ".join(one.low for one in read.words[max(0, place - 3) : place])
    ends = {said, said.split(" ", 1)[-1], before.low}
    owned = any(one.low in listed("owners") for one in read.words[max(0, place - 1 - _FAR) : place - 1])
    close = beside or word.gap in {' "', " (", ": "}
    after_comma = beside or word.gap.strip() in {",", ":"}
    cues = (
        ("title", close and before.low in listed("titles")),
        ("titles", close and before.low in listed("plural_titles")),
        ("kin", after_comma and owned and before.low in listed("kin")),
        ("phrase", after_comma and not ends.isdisjoint(listed("phrases"))),
        ("weak", beside and not ends.isdisjoint(listed("weak_phrases"))),
    )
    return next((name for name, holds in cues if holds), "")


def _joined_to(read: _Text, place: int, last: int, cue: str) -> str:
    """The cue of the name just before, where 'and' (or a comma among several) joins this word to it."""
    if cue not in {"title", "titles", "kin", "phrase"} or place >= len(read.words):
        return ""
    word = read.words[place]
    by_comma = last == place and word.gap.strip() == "," and cue == "titles"
    by_and = last == place - 1 and read.words[place - 1].low in AND and not word.gap.strip()
    by_sign = last == place and word.gap.strip() == "&"
    joined = by_comma or by_and or by_sign
    return ("titles" if cue == "titles" else "weak") if joined else ""


def _name_at(read: _Text, place: int, cue: str) -> tuple[int, bool]:
    """Where does the name that begins at this word end (number of the word after it), and is it a person's? A place's name is passed over whole."""
    if not _begins(read, place, cue):
        return place, False
    end = place + 1
    while end < len(read.words) and end - place < _MOST and _goes_on(read, end, cue):
        end += 1
    while end > place + 1 and read.words[end - 1].low in listed("particles"):
        end -= 1
    named_after = end - place > 1 and read.words[end - 1].low in listed("places") - names("family_words")
    return end, not (named_after or (not cue and _is_place(read, place, end)))


def _begins(read: _Text, place: int, cue: str) -> bool:
    """Whether a name begins at this word."""
    word = read.words[place]
    low, strong = word.low, word.capital or (word.initial and cue in {"title", "titles", "kin"})
    if low in _hardly_names() and not (low in listed("particles") and cue in {"title", "titles"}):
        return word.capital and _ordinary_as_name(read, place, cue)
    surname, given = low in names("family"), low in names("given")
    ours = low in read.roster
    if cue in {"title", "titles"}:
        strong = strong or (low in listed("particles") and _after_particles(read, place))
        return strong or ((given or surname or ours) and len(low) > 2)
    if cue in {"kin", "phrase"}:
        return strong or (given and len(low) > 2 and cue == "kin") or (ours and len(low) > 2) or (read.shouted and given)
    if cue == "weak" and word.capital and (_likely(read, low) or low in read.roster or _capital_next(read, place)):
        return True
    return _stands_alone(read, place)


def _ordinary_as_name(read: _Text, place: int, cue: str) -> bool:
    """Whether a word that is hardly ever a name is one here: "Officer Black", "Officer Will Smith", "Will Hernandez"."""
    low = read.words[place].low
    titled = cue in {"title", "titles"}
    if low in word_surnames() and titled:
        return not _capital_next(read, place)
    return low in names("words") and _surname_next(read, place)


def _stands_alone(read: _Text, place: int) -> bool:
    """Whether this word is a name without any cue."""
    word = read.words[place]
    low = word.low
    street = place > 0 and read.words[place - 1].low in listed("street_prepositions")
    ambiguous = low in names("words") or (low in word_surnames() and (street or low not in names("given")))
    if word.capital and "-" in low and all(part in names("korean") for part in low.split("-")):
        return True
    seen = word.capital or read.shouted
    ours = low in read.roster and low not in listed("places") and (seen or len(low) > 4)
    if low in read.roster and low in names("family_words_es") and word.capital:
        return True  # a common word in Spanish, where only a sentence or a name begins with a capital letter
    if not ambiguous and (ours or (low in names("given") and seen)):
        return True
    if not word.capital:
        return False
    within = low in names("soft") and not word.opens
    surname = low in names("family") and not ambiguous and not street
    return within or surname or _owns_kin(read, place, ambiguous) or _surname_next(read, place)


def _owns_kin(read: _Text, place: int, ambiguous: bool) -> bool:
    """Whether the word has a possessive s before what people have ("Marcus's mother")."""
    word = read.words[place]
    if not word.possessive or place + 1 >= len(read.words) or read.words[place + 1].low not in listed("kin") | listed("of_people"):
        return False
    return not ambiguous or (word.low in names("words") and not word.opens)


@cache
def _hardly_names() -> frozenset[str]:
    """Words that are next to never a name."""
    return listed("not_names") | listed("english_stops")


@cache
def _known() -> frozenset[str]:
    """Every word that could begin a name without a capital letter."""
    return names("given") | names("family") | listed("particles")


@cache
def word_surnames() -> frozenset[str]:
    """Surnames that are ordinary words in English or Spanish."""
    return names("family_words") | names("family_words_es")


def _likely(read: _Text, low: str) -> bool:
    """Whether any list knows the word as a name."""
    return low in read.roster or any(low in names(kind) for kind in ("given", "soft", "words", "family", "family_words", "family_words_es"))


def _surname_next(read: _Text, place: int) -> bool:
    """Whether a capitalised surname of a list or of the roster follows this capitalised word, so that it is the first name that goes with it."""
    word = read.words[place]
    if place + 1 >= len(read.words) or word.possessive or word.low in listed("titles") | listed("plural_titles") | listed("before_places"):
        return False
    after = read.words[place + 1]
    surname = after.low in read.roster or after.low in names("given") or (after.low in names("family") and after.low not in word_surnames())
    sure = _likely(read, word.low) or not word.opens or word.low not in _ordinary()
    return after.gap == " " and after.capital and surname and sure


@cache
def _ordinary() -> frozenset[str]:
    """Words that often open a sentence, as far as any of our lists has them."""
    entries = (entry for theme in toml("codebook.toml")["theme"] for entry in theme["en_words"])
    codebook = {word for entry in entries for word in entry.replace("*", "").split()}
    return stops() | listed("kin") | listed("places") | listed("of_people") | frozenset(codebook)


def _capital_next(read: _Text, place: int) -> bool:
    """Whether a capitalised word that is no ordinary one follows at once."""
    if place + 1 >= len(read.words):
        return False
    after = read.words[place + 1]
    return after.gap == " " and after.capital and after.low not in listed("not_names")


def _after_particles(read: _Text, place: int) -> bool:
    """Whether a capitalised word follows these small words ("de la Cruz")."""
    after = place + 1
    while after < len(read.words) and after < place + 3 and read.words[after].low in listed("particles") and not read.words[after].capital:
        after += 1
    if after >= len(read.words):
        return False
    name = read.words[after]
    return name.capital and name.gap == " " and name.low not in listed("not_names")


def _goes_on(read: _Text, place: int, cue: str) -> bool:
    """Whether a name that has begun goes on with this word."""
    word, before = read.words[place], read.words[place - 1]
    close = word.gap in {" ", "  "} or (word.gap.strip() == "." and len(before.low) == 1)
    if before.possessive or not close or word.low in listed("titles"):
        return False
    if word.low in listed("particles") and _after_particles(read, place):
        return True
    if word.low in listed("not_names"):
        return bool(cue) and word.capital and word.low in word_surnames()
    if word.capital or word.initial:
        return True
    return word.low in names("family") or (word.low in read.roster and word.low not in names("family_words"))


def _is_place(read: _Text, place: int, end: int) -> bool:
    """Whether what looks like a name is a street, a school, a shop or a saint's city."""
    last = read.words[end - 1]
    if last.low in listed("places"):
        return True
    if end < len(read.words):
        after = read.words[end]
        if after.low in listed("places") and after.gap == " " and (after.capital or not last.possessive):
            return True
    before = read.words[place - 1] if place else None
    return before is not None and before.low in listed("before_places") and read.words[place].gap.strip(" .") == ""
