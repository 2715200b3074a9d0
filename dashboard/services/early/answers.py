"""The comparison as pages show it: how many differ, the funnel, other rules beside; nobody is named or numbered here."""

from __future__ import annotations

from dashboard.schema import say
from dashboard.schema.answer import Answer
from dashboard.schema.picture import Bar, BarPlot, Mark, ScatterPlot
from dashboard.schema.result import Estimate, NumberTable, Status
from dashboard.services.early.kinds import BASES, LEVELS, level_words
from dashboard.services.early.model import Model
from dashboard.stats import peers_rules

MOST_MARKS = 2_000
NOTHING_FOLLOWS = "Nothing happens automatically: a pattern is a reason for a conversation, and a person decides what follows."
INFERRED = (
    "No postings and no arrests with officers are stored, so work is not known. Peers are officers whose own records lie in the same places "
    "and shifts, and time served is taken from the first to the last record. Officers without any record are missing, which makes the "
    "expected counts too high and hides patterns; whoever merely worked more there can stand out, more often than is stated. Import postings to "
    "compare like with like."
)


def overview(found: Model) -> Answer:
    """How many patterns differ, and how many of them would turn out ordinary?"""
    review = found.review
    cautious = found.basis == "inferred" and review.status is Status.OK
    return Answer(
        "peers.review",
        "Whose pattern differs from true peers?",
        review.sentence,
        Status.CAUTION if cautious else review.status,
        _funnel(found),
        (_compared(found),),
        review.gates,
        (NOTHING_FOLLOWS, *([INFERRED] if found.basis == "inferred" else []), *_left_out(found)),
        review.sentence if review.shape is None else (review.compared, review.false_flags, review.found_of_20, review.shape.value),
        found.provenance,
    )


def _period(found: Model) -> str:
    """The days compared."""
    return f"{found.when.start:%-d %B %Y} to {found.when.end:%-d %B %Y}"


def _funnel(found: Model) -> tuple[ScatterPlot, ...]:
    """Ratios against expectation, with the limits of ordinary and of chance differences."""
    wide, thin = peers_rules.funnel(found.review)
    if not wide:
        return ()
    known = [one for one in found.review.officers if one.compared and one.expected][:MOST_MARKS]
    marks = tuple(Mark(one.expected or 0.0, one.observed / (one.expected or 1.0), 1.0, "", stands_out=one.for_review) for one in known)
    outside = len(found.review.for_review)
    title = f"{outside or 'No'} {'officer stands' if outside == 1 else 'officers stand'} clearly apart from peers"
    return (
        ScatterPlot(
            title,
            f"Each mark is an officer; {found.kind.many}, {_period(found)}. Within the dashed lines lie 95% of ordinary officers; thin: chance alone",
            marks,
            f"{found.kind.title} expected from the same assignments",
            "Times what peers would have",
            "number",
            limits=wide,
            chance=thin,
        ),
    )


def _compared(found: Model) -> NumberTable:
    """Who was compared, and with whom."""
    review = found.review
    levels: dict[str, int] = {}
    for one in review.officers:
        if one.compared:
            level = level_words(found.basis, one.level)
            levels[level] = levels.get(level, 0) + 1
    short = sum(not one.compared and "six months" in one.reason for one in review.officers)
    little = sum(not one.compared and "Not enough work" in one.reason for one in review.officers)
    rows = [
        ("Compared with peers", review.compared),
        *((f"Mostly with {name}" if name == LEVELS[-1] else f"Mostly with officers of the same {name}", n) for name, n in levels.items()),
        ("Served under six months: not compared", short),
        ("Not enough work to compare (not 'no concern')", little),
        ("No peers with the same work", len(review.officers) - review.compared - short - little),
    ]
    return NumberTable("Who was compared", ("Officers", "Number"), tuple((name, n) for name, n in rows if n), kinds=("", "count"))


def _left_out(found: Model) -> list[str]:
    """What was not counted."""
    said = [f"Compared by {BASES[found.basis].lower()}, {_period(found)}. No demographic field of any officer or resident enters."]
    if found.unnamed:
        said.append(f"{say.count(found.unnamed)} {found.kind.many} name no officer and are not counted.")
    if found.outside:
        said.append(f"{say.count(found.outside)} {found.kind.many} fall outside any known posting or work of their officer and are not counted.")
    if found.review.shape is not None and found.review.shape.at_bound:
        said.append("Officers differ no more than chance explains, so nobody can stand out.")
    return said


def beside(found: Model) -> Answer:
    """Raw counts, fixed thresholds and chance limits beside the peers, each with its expected false flags."""
    made = found.rules
    bars = tuple(Bar(one.name, Estimate(one.false_flags, n=one.flagged)) for one in made.rules)
    rows = tuple((one.name, one.flagged, Estimate(one.false_flags, n=one.flagged), one.shared, one.unjudged) for one in made.rules)
    agreement = "cannot be computed" if made.agreement is None else f"{made.agreement:.2f} (1 would be the same order)"
    judged = found.review.shape is not None
    return Answer(
        "peers.rules",
        "How far do raw counts and peers disagree?",
        made.sentence if judged else "Too few officers can be compared to judge any rule.",
        Status.OK if judged else Status.UNAVAILABLE,
        (BarPlot("Officers flagged who would turn out ordinary, by rule", f"Expected number; {found.kind.many}, {_period(found)}", bars),)
        if judged
        else (),
        (
            NumberTable(
                "Every rule",
                ("Rule", "Flags", "Would turn out ordinary", "Also flagged against peers", "Without peers to judge by"),
                rows,
                (f"Rank correlation of raw counts and of the chance to exceed {found.review.ratio:g} times: {agreement}.",),
                ("", "count", "number", "count", "count"),
            ),
        ),
        found.review.gates,
        ("Fixed thresholds are shown because many agencies use them, not because they are advised.",),
        made,
        found.provenance,
    )
