"""How well do the rules for comments read? Tables over our labelled comments and, where they stand beside the project, over real ones.

    python benchmarks/comments_quality.py [--data /path/to/shared/data]

Prints counts and shares only, never a text. Real: open answers of Santa Monica 2014 with the codes people gave them (up to eight a comment),
complaint summaries of Philadelphia with the class the department gave them, 1,000 sentences each of Yelp and Amazon reviews labelled good or bad.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dashboard.text import keyness, labelled, language, quality, redact, sentiment, themes  # noqa: E402
from dashboard.text.quality_names import by_community  # noqa: E402

# The hand's codes of Santa Monica that stand for a theme of ours; what people coded as something else (housing, airport) has no theme here.
SANTA_MONICA = {
    "traffic": (
        "Address dangerous driving/speeding",
        "Enforce traffic laws on bikes",
        "Congestion",
        "Improved infrastructure for cycling/pedestrians",
    ),
    "homelessness": ("Homeless",),
    "violence": ("Public safety",),
    "disorder": ("Noise", "Parking", "Street lighting"),
    "communication": ("Communication",),
    "youth": ("Schools", "Childcare"),
}
PHILADELPHIA = {
    "force": ("PHYSICAL ABUSE",),
    "respect": ("VERBAL ABUSE", "UNPROFESSIONAL CONDUCT"),
    "fairness": ("CIVIL RIGHTS COMPLAINT", "HARASSMENT"),
    "response": ("LACK OF SERVICE",),
}


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    print(f"\n{title}\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print("| " + " | ".join("-" if one is None else f"{one:.3f}" if isinstance(one, float) else str(one) for one in row) + " |")


def ours() -> None:
    """The labelled comments: all, and the half that nobody looked at to mend rules."""
    for title, found in (("all labelled comments", quality.measure()), ("the half kept back", quality.measure(kept_only=True))):
        r = found.redaction
        rows: list[tuple[object, ...]] = [(k.kind, k.items, k.found, k.without_roster, k.recall) for k in r.kinds]
        rows.append(("all", r.items, r.found, r.without_roster, r.recall))
        table(f"Redaction, {title} ({found.n})", ("kind", "items", "found", "without roster", "recall"), rows)
        print(f"clean comments altered: {r.altered} of {r.clean}; needless marks elsewhere: {r.needless}; language told: {found.language:.3f}")
        agreed = [(a.theme, a.hand, a.rules, a.both, a.precision, a.recall, a.kappa) for a in (*found.themes, found.all_themes)]
        table(f"Themes, {title}", ("theme", "hand", "rules", "both", "precision", "recall", "kappa"), agreed)


def names() -> None:
    """Whose names are found."""
    rows = [(one.name, one.with_cue, one.found_with_cue, one.alone, one.found_alone) for one in by_community()]
    table("Names taken out, by community, without a roster", ("community", "after a cue", "found", "without a cue", "found"), rows)


def tone_row(name: str, pairs: Sequence[tuple[int, float]]) -> tuple[object, ...]:
    right = sum(hand == quality.sign(value) for hand, value in pairs) / len(pairs)
    wrong = sum(hand * quality.sign(value) < 0 for hand, value in pairs)
    return name, len(pairs), right, quality.auc(pairs), wrong, sum(value == 0 for _, value in pairs) / len(pairs)


def tones(data: Path) -> None:
    """Ours beside plain VADER."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    sets: dict[str, list[tuple[int, str]]] = {}
    english = [one for one in labelled.comments() if one.language == "en" and not one.part.startswith("hostile")]
    sets["ours, seen half"] = [(one.tone, one.text) for one in english if not one.kept]
    sets["ours, kept back"] = [(one.tone, one.text) for one in english if one.kept]
    sets["ours, traps only"] = [(one.tone, one.text) for one in english if "traps" in one.part]
    for name in ("yelp_labelled", "amazon_cells_labelled"):
        path = data / "text" / f"{name}.txt"
        if path.exists():
            lines = (line.rstrip("\n").rsplit("\t", 1) for line in path.open(encoding="utf-8", errors="replace"))
            sets[name] = [(1 if label == "1" else -1, text) for text, label in lines]
    sides: Mapping[str, Callable[[str], float]] = {
        "plain VADER": lambda text: float(analyzer.polarity_scores(text)["compound"]),
        "with our words": lambda text: sentiment.tone(redact.comment(text, labelled.roster()).text) or 0.0,
    }
    rows = [tone_row(f"{name}: {side}", [(hand, f(text)) for hand, text in pairs]) for name, pairs in sets.items() for side, f in sides.items()]
    table("Tone", ("sentences", "n", "accuracy of 3 classes", "AUC", "wrong sign", "not scored"), rows)


def against_hand(title: str, texts: Sequence[str], codes: Sequence[set[str]], stands_for: Mapping[str, Sequence[str]]) -> None:
    """Our themes against the codes that people gave."""
    found = [frozenset(themes.of(text, "en")) for text in texts]
    rows = []
    for theme, names in stands_for.items():
        hand, rules = [not one.isdisjoint(names) for one in codes], [theme in one for one in found]
        both, kappa = sum(a and b for a, b in zip(hand, rules, strict=True)), quality.kappa(hand, rules)
        rows.append((theme, sum(hand), sum(rules), both, both / (sum(rules) or 1), both / (sum(hand) or 1), kappa))
    table(title, ("theme", "hand", "rules", "both", "precision", "recall", "kappa"), rows)


def santa_monica(path: Path) -> None:
    with path.open(encoding="cp1252", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["Fullstring"].strip()]
    texts = [redact.comment(row["Fullstring"]).text for row in rows]
    codes = [{value.strip() for key, value in row.items() if key.startswith("Sub-category") and value} for row in rows]
    marks = Counter(mark for row in rows for mark in redact.comment(row["Fullstring"]).marks)
    print(f"\nSanta Monica: {len(texts):,} comments; languages {dict(Counter(language.of(text) for text in texts))}; marks {dict(marks)}")
    against_hand("Santa Monica: themes against the codes people gave", texts, codes, SANTA_MONICA)
    police = [place for place, row in enumerate(rows) if re.search(r"police|crime", row["Fullstring"], re.I)]
    raised = Counter(theme for place in police for theme in themes.of(texts[place], "en"))
    none = sum(not themes.of(texts[place], "en") for place in police)
    table(f"The {len(police)} that mention police or crime, by theme ({none} have none)", ("theme", "comments"), raised.most_common())
    by_code = Counter(code for place in police for code in codes[place])
    table("The same, by the codes people gave", ("code", "comments"), sorted(by_code.items(), key=lambda one: (-one[1], one[0]))[:12])
    found = themes.discover(texts)
    print(f"\ndiscovered: {found.sentence} The same twice: {found == themes.discover(texts)}")
    shares = [chance_share(texts, seed) for seed in range(10)]
    print(f"keyness of halves by chance: |z| > 1.96 in {100 * sum(shares) / len(shares):.1f} % of words (nominal 5; the design says 1.5 to 3.9)")


def chance_share(texts: Sequence[str], seed: int) -> float:
    """The share of words with |z| above 1.96 between two halves drawn by chance."""
    import numpy as np

    order = np.random.default_rng(seed).permutation(len(texts))
    found = keyness.compare(
        [texts[one] for one in order[: len(order) // 2]], [texts[one] for one in order[len(order) // 2 :]], level=1.0, uses=10, comments=5
    )
    return sum(abs(word.z) > 1.96 for word in found.words) / found.tested


def philadelphia(path: Path) -> None:
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["summary"].strip()]
    texts = [row["summary"] for row in rows]
    against_hand(
        f"Philadelphia: themes of {len(rows):,} complaint summaries against the department's one class each",
        texts,
        [{row["general_cap_classification"].strip().upper()} for row in rows],
        PHILADELPHIA,
    )


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    data = wanted.parse_args().data
    ours()
    names()
    tones(data)
    real = data / "surveys" / "santamonica_SurveyResponses_2014_open-ended-responses.csv"
    if real.exists():
        santa_monica(real)
    complaints = data / "complaints" / "philly_ppd_complaints.csv"
    if complaints.exists():
        philadelphia(complaints)


if __name__ == "__main__":
    main()
