"""Themes by the saved codebook and by discovery: planted truth, two planted vocabularies, the same twice, and refusals."""

import numpy as np
import pytest

from dashboard.errors import MeasureError
from dashboard.schema.result import Status
from dashboard.text import quality, themes
from data_sources.sample import remarks

PLANTED = {"homeless": ("homelessness", "mental_health"), "gratitude": ("thanks",)}


def test_the_codebook_is_whole():
    assert themes.VERSION.startswith("cb-")
    assert len(set(themes.IDS)) == len(themes.IDS) >= 12
    for language in ("en", "es"):
        labels = themes.labels(language)
        assert set(labels) == set(themes.IDS)
        assert len(set(labels.values())) == len(labels)
    assert themes.labels("vi") == themes.labels("en")
    for theme in themes.CODEBOOK["theme"]:
        for key in ("en_words", "es_words", "en_not", "es_not"):
            entries = theme.get(key, [])
            assert len(entries) == len(set(entries)), (theme["id"], key)
            assert all(entry == entry.lower().strip() and entry != "*" for entry in entries)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Cars were speeding past the school.", ("traffic",)),
        ("Human trafficking is a serious matter.", ()),
        ("We waited two hours for an officer.", ("response",)),
        ("What kind of car was it?", ()),
        ("She was kind.", ("respect",)),
        ("The task force met.", ()),
        ("They used excessive force.", ("force",)),
        ("The county fair was fun.", ()),
        ("Be fair to everyone.", ("fairness",)),
        ("Someone broke into my garage and stole a bike.", ("property",)),
        ("[NAME] never heard back.", ("communication",)),
        ("", ()),
        ("Quite ordinary weather today.", ()),
    ],
)
def test_words_phrases_and_what_is_struck_out(text, found):
    assert themes.of(text, "en") == found


def test_spanish_and_unknown_languages():
    assert themes.of("Tardaron más de una hora en llegar.", "es") == ("response",)
    assert themes.of("TARDARON MAS DE UNA HORA", "es") == ("response",)
    assert themes.of("Tardaron más de una hora", "en") == ()
    assert themes.of("Tardaron. Speeding.", "") == ("response", "traffic")
    assert themes.of("La police tarde, speeding", "fr") == ()


def test_themes_planted_in_the_sample_agency():
    """Every planted theme is found in at least 9 of 10 comments, and hardly anything that was not planted."""
    rng = np.random.default_rng(21)
    hand, rules = [], []
    names = list(remarks.THEMES)
    for number in range(3000):
        language = number % 4 == 0
        chosen = rng.choice(len(names), 1 + (number % 3 == 0), replace=False)
        texts = [remarks._pick(rng, remarks.THEMES[names[one]][language]) for one in chosen]
        text = remarks._finished(rng, texts, spanish=language)
        found = frozenset(themes.of(text, "es" if language else "en"))
        wanted = [set(PLANTED.get(names[one], (names[one],))) for one in chosen]
        hand += [frozenset(str(place) for place in range(len(wanted)))]
        rules += [frozenset(str(place) for place, one in enumerate(wanted) if found & one)]
        extra = found - set().union(*wanted)
        hand[-1] = hand[-1] | {"extra"} if extra else hand[-1]
    planted = sum(len(one - {"extra"}) for one in hand)
    recovered = sum(len(one) for one in rules)
    assert recovered / planted > 0.9
    assert sum("extra" in one for one in hand) / len(hand) < 0.12


def test_the_planted_shift_after_the_event_is_seen():
    rng = np.random.default_rng(4)
    before, after = (
        [themes.of(remarks.community(rng, 9, spanish=False, after_event=event, trust=50), "en") for _ in range(1500)] for event in (False, True)
    )
    for theme in ("fairness", "accountability"):
        shares = [sum(theme in one for one in group) / len(group) for group in (before, after)]
        assert shares[1] > 1.7 * shares[0]


def test_agreement_with_the_hand_on_labelled_comments():
    found = quality.measure().all_themes
    assert found.kappa > 0.7
    assert quality.measure(kept_only=True).all_themes.kappa > 0.7


def test_hostile_lines_are_read():
    for text in ("no one " * 3000, "* " * 3000, "\u0000" * 9000, "a" * 20000, "speeding " * 2000):
        themes.of(text, "")


def test_two_planted_vocabularies_are_separated():
    """The check of methods.md 11.3: comments of two disjoint vocabularies fall into different themes, more than 95 in 100."""
    rng = np.random.default_rng(2)
    words = [[f"{stem}{number}" for number in range(30)] for stem in ("alpha", "beta")]
    kinds = rng.integers(0, 2, 600)
    texts = [" ".join(rng.choice(words[kind], 8)) for kind in kinds]
    found = themes.discover(texts, count=6)
    assert found.status is Status.OK
    right = total = 0
    for theme in found.themes:
        inside = kinds[list(theme.members)]
        right += max((inside == 0).sum(), (inside == 1).sum()) if len(inside) else 0
        total += len(inside)
        stems = {word.split()[0][0] for word in theme.words}
        assert len(stems) == 1
    assert right / total > 0.95
    assert found.carried == 600


def test_the_same_comments_give_the_same_themes():
    rng = np.random.default_rng(6)
    texts = [remarks.community(rng, 5, spanish=False, after_event=False, trust=50) for _ in range(400)]
    first = themes.discover(texts, 8)
    assert first == themes.discover(list(texts), 8)
    assert first.n == 400
    assert len(first.themes) == 8
    assert [theme.comments for theme in first.themes] == sorted((theme.comments for theme in first.themes), reverse=True)
    assert all(theme.comments == len(theme.members) and len(theme.words) <= 10 for theme in first.themes)


def test_too_few_comments_and_impossible_counts_are_refused():
    assert themes.discover(["Speeding on Maple Street."] * 299).status is Status.UNAVAILABLE
    assert "300 are needed" in themes.discover([]).sentence
    assert themes.discover(["", "   "] * 400).status is Status.UNAVAILABLE
    assert themes.discover([f"word{n}" for n in range(400)]).status is Status.UNAVAILABLE
    assert themes.discover(["Speeding on Maple Street."] * 400).status is Status.UNAVAILABLE
    for count in (5, 21):
        with pytest.raises(MeasureError):
            themes.discover(["a b c"] * 400, count)
