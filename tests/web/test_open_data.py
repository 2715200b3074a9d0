"""Open data over HTTP: three formats of one table, cached by tag, with no count that could single a person out."""

import csv
import io
import json

import pandas as pd
import pytest

from dashboard.errors import NotEnoughData, ScopeError, SettingError, StoreError
from dashboard.services import arrivals, open_data
from dashboard.web.open_data import refusal
from tests.web.conftest import forget, rows_of, sign_in


def table_of(web, kind):
    """The released stops in one format, as text columns."""
    answer = web.get(f"/data/stops.{kind}")
    assert answer.status_code == 200
    if kind == "csv":
        return pd.DataFrame(rows_of(answer.text))
    frame = pd.DataFrame(answer.json()["rows"]) if kind == "json" else pd.read_parquet(io.BytesIO(answer.content))
    frame["count"] = ["" if pd.isna(value) else str(int(value)) for value in frame["count"]]
    return frame


def test_the_three_formats_hold_the_same_cells(web):
    first, *others = (table_of(web, kind) for kind in ("csv", "json", "parquet"))
    assert len(first) > 300
    for other in others:
        pd.testing.assert_frame_equal(first, other, check_dtype=False)


def test_no_count_of_one_to_four_is_in_any_format(web):
    frame = table_of(web, "csv")
    shown = frame.loc[frame["count"] != "", "count"].astype(int)
    assert not shown.between(1, 4).any()
    assert set(frame.loc[frame["count"] == "", "status"]) == {"not shown"}
    assert (frame["count"] == "").any(), "a small agency must have something to withhold, or this test tests nothing"


@pytest.mark.parametrize(("kind", "content"), sorted(open_data.FORMATS.items()))
def test_each_format_says_what_it_is_and_is_kept_by_its_tag(web, kind, content):
    answer = web.get(f"/data/stops.{kind}")
    assert answer.headers["content-type"].startswith(content.split(";")[0])
    assert "sample-data" in answer.headers["content-disposition"]
    again = web.get(f"/data/stops.{kind}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert web.get(f"/data/stops.{kind}", headers={"If-None-Match": '"another"'}).status_code == 200


def test_the_catalogue_lists_tables_with_dictionary_licence_and_files(web):
    body = web.get("/data").json()
    (one,) = [table for table in body["tables"] if table["name"] == "stops"]
    assert set(one["files"]) == set(open_data.FORMATS)
    assert one["sample_data"] is True
    assert one["licence"]
    assert set(one["dictionary"]) == set(table_of(web, "csv").columns)
    for address in one["files"].values():
        assert web.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/data/officers.csv", "/data/stops.exe", "/data/stops", "/data/../records.sqlite", "/data/stops.csv/more"])
def test_what_is_not_published_is_not_found(web, address):
    answer = web.get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("cell", "written"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"), ("+x", "'+x"), ("-x", "'-x"), ("-1.5", "-1.5"), (7, 7)]
)
def test_cells_that_a_spreadsheet_would_run_are_made_harmless(cell, written):
    assert open_data.neutral(cell) == written


def test_the_tag_is_known_again_however_a_proxy_wrote_it(web):
    tag = web.get("/data/stops.csv").headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', f'"other",W/{tag}', "*"):
        assert web.get("/data/stops.csv", headers={"If-None-Match": known}).status_code == 304, known
    for known in ("", '"other"', tag.strip('"'), f"{tag}x"):
        assert web.get("/data/stops.csv", headers={"If-None-Match": known}).status_code == 200, known
    assert len({web.get(f"/data/stops.{kind}").headers["etag"] for kind in open_data.FORMATS}) == 3


def test_answers_may_be_kept_but_refusals_may_not(web):
    assert web.get("/data").headers["cache-control"].startswith("public")
    assert web.get("/data/stops.csv").headers["cache-control"].startswith("public")
    assert web.get("/data/officers.csv").headers["cache-control"] == "no-store"


def test_no_cell_of_a_published_file_is_run_by_a_spreadsheet(web):
    for row in [*csv.reader(web.get("/data/stops.csv").text.splitlines())]:
        assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r")]


def test_the_public_gets_the_same_bytes_as_a_person(web, served):
    before = web.get("/data/stops.csv")
    sign_in(web, served, "analyst")
    after = web.get("/data/stops.csv")
    assert (before.content, before.headers["etag"]) == (after.content, after.headers["etag"])


def test_before_the_first_release_the_tables_say_so(web, tmp_path, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_HOME", str(tmp_path / "new"))
    forget()
    for address in ("/data", "/data/stops.csv"):
        answer = web.get(address)
        assert answer.status_code == 503
        assert "published" in answer.json()["error"]


def test_a_hostile_header_in_rows_set_aside_is_made_harmless(served, monkeypatch):
    hostile = pd.DataFrame({"=cmd|' /C calc'!A0": ["fine"], "plain": ["@SUM(1)"], "n": [-1.5], "+1": [None]})
    monkeypatch.setattr(arrivals.imports, "quarantine_file", lambda house, import_id: "rows.parquet")
    monkeypatch.setattr(arrivals.pd, "read_parquet", lambda path: hostile)
    head, row = csv.reader(arrivals.quarantine_csv(served, "any").decode().splitlines())
    assert head == ["'=cmd|' /C calc'!A0", "plain", "n", "+1"]
    assert row == ["fine", "'@SUM(1)", "-1.5", ""]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ScopeError("There is no such table.", hint="See /data."), 404),
        (NotEnoughData("Nothing is published yet.", hint="Import stops."), 503),
        (StoreError("A release cannot be read."), 503),
        (SettingError("This will not do."), 400),
    ],
)
def test_trouble_is_one_sentence_with_its_status_which_no_cache_keeps(error, status):
    answer = refusal(error)
    assert answer.status_code == status
    assert json.loads(answer.body) == {"error": error.message, "hint": error.hint}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert refusal(error, 400).status_code == 400


@pytest.mark.parametrize(
    ("address", "raised", "status"),
    [
        ("/data/nothing.csv", None, 404),
        ("/data/stops/rows?colour=red", None, 400),
        ("/data/stops/rows?limit=0", None, 400),
        ("/data/nothing/rows", None, 404),
        ("/data/releases/nothing/stops.csv", None, 404),
        ("/data", NotEnoughData("Nothing is published yet."), 503),
        ("/data/stops.csv", StoreError("A release cannot be read."), 503),
    ],
)
def test_every_route_says_its_trouble_with_that_status(web, monkeypatch, address, raised, status):
    def broken(house):
        raise raised

    if raised is not None:
        monkeypatch.setattr(open_data, "tables", broken)
    answer = web.get(address)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "hint"}
    assert answer.headers["cache-control"] == "no-store"
