"""How well do the rules for comments work? Measured on sentences that are labelled by hand and shipped, and what they took out here."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from dashboard.errors import NotEnoughData
from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.result import NumberTable, Provenance, Status
from dashboard.services.surveys import standing
from dashboard.text import quality, themes
from dashboard.text.quality import Agreement, Quality

if TYPE_CHECKING:
    from dashboard.schema.scope import Scope
    from dashboard.services.house import House

LOW_KAPPA = 0.4  # below this two readers hardly agree more than by chance
KINDS = {
    "NAME": "Names",
    "PHONE": "Phone numbers",
    "EMAIL": "E-mail addresses",
    "PLATE": "Plates",
    "BADGE": "Badge numbers",
    "ADDRESS": "Addresses",
    "SSN": "Social security numbers",
    "BIRTH": "Dates of birth",
    "CASE": "Case numbers",
    "LINK": "Links",
}


@functools.lru_cache(maxsize=2)
def _measured(*, kept_only: bool) -> Quality:
    """Measured once a process: rules and sentences are shipped."""
    return quality.measure(kept_only=kept_only)


def measured(house: House) -> Answer:
    """What the rules find on the labelled sentences, and on the half of them that nobody looked at when the rules were mended."""
    whole, kept = _measured(kept_only=False), _measured(kept_only=True)
    tone, found = whole.tone, whole.redaction
    said = (
        f"On {say.count(whole.n)} sentences labelled by hand, redaction finds {say.percent(found.recall)} of {say.count(found.items)} names and "
        f"numbers ({say.percent(kept.redaction.recall)} in the half nobody looked at while mending rules) and alters {say.count(found.altered)} of "
        f"{say.count(found.clean)} sentences without any. Tone agrees with the hand in {say.percent(tone.accuracy)} of {say.count(tone.n)} English "
        f"sentences and has the wrong sign in {say.count(tone.wrong_sign)}. Themes agree with kappa {whole.all_themes.kappa:.2f}."
    )
    return Answer(
        "text.redaction",
        "How well are comments read?",
        said,
        Status.OK,
        (),
        (_redaction(whole, kept), _tone(whole, kept), _themes(whole, kept)),
        (),
        (whole.caution, "The sentences were written by the author of the rules; no labelled comments about policing are public."),
        whole,
        Provenance(sample=house.home.sample),
        public=True,
    )


def _redaction(whole: Quality, kept: Quality) -> NumberTable:
    """What redaction finds, kind by kind."""
    rows = [(KINDS.get(one.kind, one.kind), one.items, one.found, one.recall, one.without_roster) for one in whole.redaction.kinds]
    rows.append(("All", whole.redaction.items, whole.redaction.found, whole.redaction.recall, whole.redaction.without_roster))
    note = f"Unseen half: {kept.redaction.found} of {kept.redaction.items} found. Needless marks: {whole.redaction.needless}."
    heads = ("Kind", "Labelled", "Found with a roster", "Share", "Found without")
    return NumberTable("Redaction", heads, tuple(rows), (note,), ("", "count", "count", "percent", "count"))


def _tone(whole: Quality, kept: Quality) -> NumberTable:
    """How far the tone agrees with the hand."""
    rows = tuple(
        (name, one.tone.n, say.percent(one.tone.accuracy), f"{one.tone.auc:.2f}", one.tone.wrong_sign, say.percent(one.tone.scored))
        for name, one in (("All", whole), ("Unseen half", kept))
    )
    heads = ("Sentences", "English", "Same of three classes", "AUC", "Wrong sign", "Scored")
    note = f"The language was told rightly for {say.percent(whole.language)} of all sentences. Tone of one comment is never shown."
    return NumberTable("Tone", heads, rows, (note,), ("", "count", "", "", "count", ""))


def _themes(whole: Quality, kept: Quality) -> NumberTable:
    """How far each theme agrees with the hand."""
    labels = themes.labels("en")
    unseen = {one.theme: one for one in (*kept.themes, kept.all_themes)}
    rows = [_theme(labels.get(one.theme, "All"), one, unseen[one.theme]) for one in (*whole.themes, whole.all_themes)]
    low = [labels[one.theme].lower() for one in whole.themes if one.kappa < LOW_KAPPA]
    note = f"Below {LOW_KAPPA} rules and hand hardly agree: {say.listed(low)}." if low else f"No theme lies below {LOW_KAPPA}."
    versions = ", ".join(f"{name} {version}" for name, version in whole.versions)
    heads = ("Theme", "By hand", "By rules", "Both", "Kappa", "Kappa, unseen half")
    return NumberTable("Themes", heads, tuple(rows), (note, f"Versions: {versions}."), ("", "count", "count", "count", "", ""))


def _theme(name: str, one: Agreement, unseen: Agreement) -> tuple[object, ...]:
    """One theme's row."""
    return (name, one.hand, one.rules, one.both, f"{one.kappa:.2f}", f"{unseen.kappa:.2f}")


def redaction(house: House, _scope: Scope) -> Answer:
    """What was taken out of the comments of this home, beside what the rules find on labelled sentences."""
    read, marks = standing.comments(house).marks()
    if not read:
        raise NotEnoughData("No comment has been read yet.", hint="Comments are read when a survey closes or is brought in.")
    found = measured(house)
    taken = sum(marks.values())
    rows = tuple((KINDS.get(kind, kind), n) for kind, n in marks.most_common())
    said = f"Out of {say.count(read)} comments {say.count(taken)} names and numbers were taken. {found.sentence}"
    here = NumberTable("Taken out here", ("Kind", "Times"), rows, kinds=("", "count"))
    return Answer("text.redaction", found.question, said, Status.OK, (), (here, *found.tables), (), found.notes, found.result, _of(house))


def _of(house: House) -> Provenance:
    """Where the counts come from."""
    return Provenance("comments", (), "", (), house.home.sample)
