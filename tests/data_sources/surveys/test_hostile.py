"""Does any table, however odd, end in answers or in one plain sentence?"""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import CommonGroundError
from data_sources.surveys import recognise
from data_sources.surveys.base import SurveyExport, Tracker
from data_sources.surveys.propose import propose
from data_sources.surveys.recode import recode

HEADINGS = st.sampled_from(
    [
        *("Respondent ID", "RespondentID", "Collector ID", "Start Date", "End Date", "IP Address", "Contact information", "", "Status", "Finished"),
        *("StartDate", "EndDate", "Q1", "Q1_1", "Q1_2", "Q1_TEXT", "Timestamp", "Start time", "Completion time", "Name", "submitdate", "lastpage"),
        *("id. Response ID", "A[SQ1]. Question [one]", "A[SQ2]. Question [two]", "A_1", "Response ID", "Survey ID", "Formbricks ID (internal)"),
        *(
            "1. Rate us",
            "1. Rate us - Option ID",
            "2. Grid - One",
            "2. Grid - Two",
            "Date",
            "Borough",
            "Measure",
            "Proportion",
            "Base",
            "weight",
            "Year",
        ),
        *("#", "Submit Date (UTC)", "How was it? [Row]", "How was it? [", "Q1", "age", "Race", "source"),
    ]
)
CELLS = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                "",
                "Yes",
                "No",
                "Y",
                "Agree",
                "Somewhat agree (5)",
                "9",
                "4,5",
                "0,5",
                "31/12/2025",
                "2026-01-05 10:00:00",
                "02/03/2026",
                "a;b;",
                ";",
            ),
            *(
                "A, B",
                "A, B, C",
                ", ",
                "Response",
                "Other (please specify)",
                '{"ImportId":"startDate"}',
                "NA",
                "R",
                "=1+1",
                "'=1",
                "IP Address",
                "True",
            ),
            *("x@example.org", "999999999999999999999", "1e999", "-", "#", "2026-13-45", "  ", "\u202e", "(7) x", "99/99/9999"),
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(head=st.lists(HEADINGS, min_size=1, max_size=8), rows=st.lists(st.lists(CELLS, min_size=8, max_size=8), max_size=6), second=st.booleans())
def test_any_table_ends_well(head: list[str], rows: list[list[str]], second: bool, tmp_path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    if second:
        writer.writerow([""] * len(head))
    writer.writerows([row[: len(head)] for row in rows])
    path = tmp_path / "any.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    for tool in (None, *recognise.readers()):
        for one in read(path, tool):
            if isinstance(one, SurveyExport):
                assert one.receipt.rows_kept == one.answers.num_rows
                with contextlib.suppress(CommonGroundError):  # the proposal can be used, or it is said why not
                    assert len(recode(one, propose(one))) == one.answers.num_rows


def read(path: Path, tool: str | None) -> list[SurveyExport | Tracker]:
    """What is found, or nothing where it was refused in a sentence; any other error ends the test."""
    try:
        return recognise.read(path, tool=tool)
    except CommonGroundError:
        return []


@pytest.mark.parametrize(
    "content", [b"\xff\xfeT\x00", b"Timestamp", b"Timestamp,A\n" * 3, b'Timestamp,"A\n2026-01-01,1\n', b"a,b\n" + b"x" * 70000 + b",1\n"]
)
def test_bytes_that_are_no_export(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with contextlib.suppress(CommonGroundError):
        recognise.look(path)
    assert len(read(path, None)) <= 1
