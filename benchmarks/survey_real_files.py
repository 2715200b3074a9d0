"""What does each real export beside the project give? Read, freed of identities, proposed, recoded: one row a file.

    python benchmarks/survey_real_files.py --data ../shared/data

Prints rows read and kept, columns dropped, questions, scales recognised, waves, unknown answers (which stop an import until somebody says what they
mean), comments, and the published figures that can be checked. Nothing is stored. Folders that are not there are passed over.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dashboard.errors import CommonGroundError  # noqa: E402
from dashboard.schema.questions import MISSING  # noqa: E402
from data_sources.surveys import recognise  # noqa: E402
from data_sources.surveys.base import SurveyExport, Tracker  # noqa: E402
from data_sources.surveys.propose import propose  # noqa: E402
from data_sources.surveys.recode import Recoded, recoded  # noqa: E402

FOLDERS = ("survey_tools", "surveys", "employee")
HEADS = ("file", "tool", "read", "kept", "dropped columns", "questions", "on a scale", "comments", "waves", "unknown answers", "seconds")


def rows(folder: Path) -> Iterator[tuple[str, ...]]:
    """One row a table of a file; a file that is refused has its sentence."""
    for path in sorted(one for name in FOLDERS for one in (folder / name).glob("*") if one.suffix in {".csv", ".xlsx"}):
        started = time.perf_counter()
        try:
            found = recognise.read(path)
        except CommonGroundError as error:
            yield (path.name, f"refused: {error}")
            continue
        for one in found:
            yield _tracker(one, started) if isinstance(one, Tracker) else _survey(one, started)


def _tracker(one: Tracker, started: float) -> tuple[str, ...]:
    periods = sorted({row.date for row in one.rows})
    told = f"{len(one.areas)} areas x {len(one.measures)} measures, {len(periods)} periods {periods[0]} to {periods[-1]}"
    return (one.file_name, "tracker", f"{one.rows_read:,}", f"{len(one.rows):,}", "", told, "", "", "", "", f"{time.perf_counter() - started:.1f}")


def _survey(one: SurveyExport, started: float) -> tuple[str, ...]:
    mapping = propose(one)
    made = recoded(one, mapping)
    questions = {column.stored_as for column in mapping.columns if column.role in {"question", "contact"}}
    scaled = {column.stored_as for column in mapping.columns if column.scale not in {"", "choice", "number"}}
    texts = {column.heading for column in one.columns if column.kind == "text"}
    waves = ", ".join(f"{wave.wave or 'one'} ({len(wave.answers):,})" for wave in made.waves)
    unknown = f"{len(made.unknown)} different, {sum(item.count for item in made.unknown):,} cells" if made.unknown else "none"
    kept = f"{one.receipt.rows_kept:,}"
    return (
        *(one.file_name, one.tool, f"{one.receipt.rows_read:,}", kept, str(len(one.receipt.dropped)), str(len(questions)), str(len(scaled))),
        *(str(len(texts)), waves, unknown, f"{time.perf_counter() - started:.1f}"),
    )


def checks(folder: Path) -> Iterator[str]:
    """Published figures, out of the answers as they would be stored."""
    for name, question, label, told in (
        ("survey_tools/538_surveymonkey_StarWars_two_header.csv", "Have you seen any", "yes", "936 of 1,186 saw any film"),
        ("survey_tools/538_surveymonkey_flying-etiquette.csv", "to recline your seat on a plane", "Yes", "41.2 % of 854 call reclining rude"),
    ):
        if (folder / name).exists():
            (one,) = recognise.read(folder / name)
            assert isinstance(one, SurveyExport)
            mapping = propose(one)
            key = next(column.stored_as for column in mapping.columns if question in column.heading)
            given = [answer[key] for answer in _all(recoded(one, mapping)) if key in answer and answer[key] not in MISSING]
            hits = sum(str(answer).startswith(label) for answer in given)
            yield f"{name}: {hits} of {len(given)} = {100 * hits / len(given):.1f} % (published: {told})"
    book = [folder / "survey_tools" / f"googleforms_r_community_2019_en.{ending}" for ending in ("csv", "xlsx")]
    if all(path.exists() for path in book):
        made = [_all(recoded(one, propose(one))) for path in book for one in recognise.read(path) if isinstance(one, SurveyExport)]
        yield f"R community: CSV and workbook {'give equal answers' if made[0] == made[1] else 'DIFFER'} for {len(made[0]):,} kept rows"


def _all(found: Recoded) -> list[dict[str, object]]:
    return [answers for wave in found.waves for answers in wave.answers]


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    folder = wanted.parse_args().data
    table = [HEADS, *rows(folder)]
    widths = [max(len(row[place]) for row in table if place < len(row)) for place in range(len(HEADS))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip())
    for line in checks(folder):
        print(line)


if __name__ == "__main__":
    main()
