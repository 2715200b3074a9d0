"""Whose names do the rules find? Recall by community, so that nobody's names slip through more often without anyone noticing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.text import redact
from dashboard.text.labelled import Item
from dashboard.text.quality import covered
from dashboard.text.wordlists import toml

WITHOUT_CUE = "alone"


@dataclass(frozen=True, slots=True)
class Community:
    """Names of one community: sentences with a cue (title, kin, 'my name is') and without one, and how many came out without the name."""

    name: str
    with_cue: int
    found_with_cue: int
    alone: int
    found_alone: int


def by_community() -> tuple[Community, ...]:
    """How many names are taken out, by community, of 12 invented people each in 12 sentences? Without a roster."""
    made = []
    for name, people in toml("labelled_names.toml")["community"].items():
        counted = {True: [0, 0], False: [0, 0]}
        for cued, text, item in _sentences(people):
            counted[cued][0] += 1
            counted[cued][1] += covered(text, item, redact.found(text)[1])
        made.append(Community(name, *counted[True], *counted[False]))
    return tuple(made)


def _sentences(people: str) -> Iterator[tuple[bool, str, Item]]:
    """Every person in every sentence: whether a cue names them, the text, and where the name stands."""
    for person in people.split(", "):
        *given, last = person.split(" ")
        first = " ".join(given)
        for kind, templates in toml("labelled_names.toml")["templates"].items():
            for template in templates:
                start = template.index("{")
                whole = template[start : template.rindex("}") + 1].format(first=first, last=last)
                yield kind != WITHOUT_CUE, template.format(first=first, last=last), Item("NAME", start, start + len(whole))
