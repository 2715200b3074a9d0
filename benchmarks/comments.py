"""How quick is reading comments? Redaction, language, tone and themes of 100,000 comments in one process, beside plain VADER over the same comments.

    python benchmarks/comments.py --comments 100000

The comments are composed by the sample agency's grammars (a fifth in Spanish, with names, numbers and slips); `--real FILE` takes the texts of a
file instead, one per line, repeated. Prints seconds and comments per second of each step, the ratio to plain VADER in the same run, peak memory,
what it costs to read a thousand new comments afterwards, and discovery of themes and words that set groups apart over all of them.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def composed(count: int) -> list[str]:
    import numpy as np

    from data_sources.sample import remarks

    rng = np.random.default_rng(17)
    return [remarks.community(rng, n % 16, spanish=n % 5 == 0, after_event=n % 7 == 0, trust=60) for n in range(count)]


def timed(name: str, count: int, work: Callable[[], Any]) -> tuple[float, Any]:
    started, used = time.perf_counter(), time.process_time()
    made = work()
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    print(f"{name:34s} {seconds:7.2f} s by the clock, {processor:7.2f} s of processor, {count / processor:9,.0f} a second")
    return processor, made


def chain(texts: Sequence[str]) -> float:
    """The fixed order over these comments: what the results job does. Seconds of processor."""
    from dashboard.text import language, redact, sentiment, themes
    from data_sources.sample import remarks

    roster, count = redact.Roster.of(remarks.LAST), len(texts)
    first, read = timed("redaction, with a roster", count, lambda: [redact.comment(text, roster) for text in texts])
    second, spoken = timed("language", count, lambda: [language.of(one.text) for one in read])
    third, tones = timed("tone (English)", count, lambda: [sentiment.tone(one.text, code) for one, code in zip(read, spoken, strict=True)])
    fourth, found = timed("themes of the codebook", count, lambda: [themes.of(one.text, code) for one, code in zip(read, spoken, strict=True)])
    print(
        f"  marks {sum(len(one.marks) for one in read):,}; languages {dict(Counter(spoken))}; scored {sum(bool(tone) for tone in tones):,}; ", end=""
    )
    print(f"with a theme {sum(bool(one) for one in found):,}")
    return first + second + third + fourth


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--comments", type=int, default=100_000)
    wanted.add_argument("--real", type=Path)
    given = wanted.parse_args()
    texts = composed(given.comments)
    if given.real:
        lines = [line for line in given.real.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        texts = (lines * (given.comments // len(lines) + 1))[: given.comments]
    print(f"{len(texts):,} comments, {sum(map(len, texts)) / len(texts):.0f} characters on average")
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    peer, _ = timed("peer: plain VADER, all comments", len(texts), lambda: [analyzer.polarity_scores(text)["compound"] for text in texts])
    whole = chain(texts)
    print(f"the whole chain: {whole:.1f} s of processor, {whole / peer:.2f} x plain VADER (goal: under 60 s)")
    print("a thousand new comments afterwards:")
    chain(composed(1000))
    from dashboard.text import counts, keyness, themes

    print("over all comments:")
    timed("discovery of 12 themes", len(texts), lambda: themes.discover(texts))
    half = len(texts) // 2
    timed("words that set two halves apart", len(texts), lambda: keyness.compare(texts[:half], texts[half:]))
    timed("word frequencies", len(texts), lambda: counts.frequencies(texts))
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB (goal: under 2,048)")


if __name__ == "__main__":
    main()
