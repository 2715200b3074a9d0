"""Does a crash, a kill or a limit in the reading process become one sentence, with nothing left behind?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pytest

from dashboard.errors import MappingError, SourceError
from data_sources.base import Context, Mapped, Recognition, Source
from data_sources.isolated import ROOT, Limits, run, stage_isolated

HERE = [str(Path(__file__).parent)]
Progress = Callable[[float, str], None]


def make(saved: str) -> Source:
    def mapper(rows: ir.Table, context: Context) -> Mapped:
        return Mapped(columns={"date": rows[saved].try_cast("date"), "searched": ibis.literal(False)})

    return Source("saved", "Saved", "stops", "nobody", lambda header, sample: Recognition(0.0, ""), mapper)


def answer(work: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    print("noise from a library")
    progress(1.0, "all")
    return {"environment": sorted(os.environ), "twice": work["number"] * 2}


def refuse(work: Mapping[str, Any], progress: Progress) -> None:
    raise MappingError("The mapping does not fit.", hint="Choose another.", where="a.csv")


def fail(work: Mapping[str, Any], progress: Progress) -> None:
    raise ValueError("odd bytes")


def die(work: Mapping[str, Any], progress: Progress) -> None:
    os.kill(os.getpid(), 9)


def sleep(work: Mapping[str, Any], progress: Progress) -> None:
    time.sleep(60)


def swell(work: Mapping[str, Any], progress: Progress) -> int:
    return len(bytearray(3 << 30))


def spin(work: Mapping[str, Any], progress: Progress) -> None:
    while True:
        pass


def there(task: Callable[..., object], limits: Limits = Limits(), **work: object) -> Any:  # noqa: B008
    told: list[tuple[float, str]] = []
    result = run(f"test_isolated:{task.__name__}", {"search": HERE, **work}, progress=lambda *said: told.append(said), limits=limits, name="a.csv")
    return result, told


def test_the_answer_and_the_progress_come_back_and_secrets_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    result, told = there(answer, number=21)
    assert result["twice"] == 42
    assert "DATABASE_PASSWORD" not in result["environment"]
    assert told == [(1.0, "all")]


def test_a_refusal_comes_back_as_it_was() -> None:
    with pytest.raises(MappingError) as caught:
        there(refuse)
    assert (caught.value.message, caught.value.hint, caught.value.where) == ("The mapping does not fit.", "Choose another.", "a.csv")


def test_an_unforeseen_error_is_one_sentence() -> None:
    with pytest.raises(SourceError, match="could not be read") as caught:
        there(fail)
    assert caught.value.hint == "ValueError: odd bytes"


@pytest.mark.skipif(os.name == "nt", reason="signals and limits of a POSIX system")
def test_death_silence_memory_and_processor_time_are_told_in_words() -> None:
    with pytest.raises(SourceError, match="was stopped"):
        there(die)
    with pytest.raises(SourceError, match="took too long"):
        there(sleep, Limits(silence=1.5))
    with pytest.raises(SourceError, match="more memory than is allowed"):
        there(swell, Limits(memory=2 << 30))
    with pytest.raises(SourceError, match="was stopped"):
        there(spin, Limits(processor_seconds=2))


def test_staging_in_its_own_process_gives_the_same_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(HERE[0])
    path = tmp_path / "a.csv"
    path.write_text("number,day\n1,2024-01-01\n2,2024-01-02\n2,2024-01-02\n3,never\n")
    told: list[float] = []
    staged = stage_isolated(
        [path], "test_isolated:make", Context(), tmp_path / "out", "one", saved="day", progress=lambda share, words: told.append(share)
    )
    assert (staged.rows_read, staged.rows_accepted, staged.rows_quarantined, staged.rows_duplicate) == (4, 3, 1, 0)
    assert staged.problems[0].code == "date_missing"
    assert all(file.exists() for file in staged.accepted)
    assert staged.quarantine is not None
    assert staged.quarantine.exists()
    assert told[-1] == 1.0


def test_a_killed_staging_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(HERE[0])
    path = tmp_path / "a.csv"
    path.write_text("number,day\n" + "1,2024-01-01\n" * 10)
    with pytest.raises(MappingError, match="no such column"):
        stage_isolated([path], "test_isolated:make", Context(), tmp_path / "out", "one", saved="no such column")
    with pytest.raises(SourceError):
        stage_isolated([path], "test_isolated:make", Context(), tmp_path / "out", "one", saved="day", limits=Limits(memory=64 << 20))
    assert not list((tmp_path / "out").glob("*"))
    assert not list((tmp_path / "out").glob(".*"))


def test_a_process_that_only_opens_a_file_loads_no_query_language():
    """Every look at a file starts such a process, and Ibis alone took half of its time."""
    names = "data_sources.isolated, data_sources.staff_list, data_sources.surveys.apart, data_sources.surveys.code_sheet, data_sources.excel"
    code = f"import sys, {names}; print([one for one in ('ibis', 'duckdb', 'pandas') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
