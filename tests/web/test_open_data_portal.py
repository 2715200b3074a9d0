"""The portal: surveys beside counts, every past release, catalogues that harvesters accept, rows on demand, and nothing that was not released."""

import datetime as dt
import io
import json
import shutil
from urllib.parse import urlsplit

import jsonschema
import pandas as pd
import pytest

from dashboard.privacy.cells import Dimension
from dashboard.privacy.release import release
from dashboard.services import imports, open_data, open_tables, releases
from dashboard.services.house import House
from dashboard.store import open_files
from dashboard.store.survey_releases import SurveyReleases
from dashboard.web import flood
from tests.services.conftest import staged_in
from tests.web.conftest import rows_of, sign_in

SURVEY = "survey-riverton-community"
SECOND = dt.timedelta(seconds=1)


def test_surveys_stand_beside_counts_with_everything_a_reader_needs(web):
    found = {one["name"]: one for one in web.get("/data").json()["tables"]}
    assert {"stops", SURVEY, "survey-riverton-contact"} <= set(found)
    for one in found.values():
        assert all(one[field] for field in ("description", "dictionary", "licence", "method", "made_on", "release", "files", "filters"))
        assert not [name for name, text in one["dictionary"].items() if text.startswith(name.replace("_", " ").capitalize() + ";")], one["name"]
    assert found["stops"]["period"] == {"start": "2022-01-01", "end": "2025-12-31"}
    for one in found.values():
        assert set(one["dictionary"]) == set(rows_of(web.get(one["files"]["csv"]).text)[0])
        assert web.get(one["permanent"]["csv"]).content == web.get(one["files"]["csv"]).content


def test_a_survey_leaves_only_what_its_public_results_hold(web, served):
    content = SurveyReleases(served.records).newest("riverton-community", "public").content
    rows = rows_of(web.get(f"/data/{SURVEY}.csv").text)
    means = {(row["wave"], row["question"], row["cut"], row["level"]): row for row in rows if row["statistic"] == "mean" and row["status"] == "shown"}
    for wave in content["waves"]:
        for question, cuts in wave["cells"].items():
            for cut, levels in cuts.items():
                for level, cell in levels.items():
                    if not cell.get("alike"):
                        row = means.pop((wave["name"], question, cut, level))
                        assert [float(row[name]) for name in ("value", "low", "high", "answers")] == pytest.approx(cell["mean"])
    assert means == {}, "a number that no public release holds"
    assert min(float(row["answers"]) for row in rows if row["statistic"] == "plain") >= content["k"]


def test_staff_results_are_never_among_the_files_also_not_for_staff(web, served):
    before = web.get(f"/data/{SURVEY}.csv").content
    sign_in(web, served, "analyst")
    assert web.get(f"/data/{SURVEY}.csv").content == before
    staff = SurveyReleases(served.records).newest("riverton-community", "staff")
    assert web.get(f"/data/releases/{staff.id}/{SURVEY}.csv").status_code == 404


def test_the_data_package_is_valid_and_its_rows_fit_its_schema(web, tmp_path):
    frictionless = pytest.importorskip("frictionless")
    package = web.get("/data/datapackage.json").json()
    for resource in package["resources"]:
        path = urlsplit(resource["path"]).path
        (tmp_path / f"{resource['name']}.csv").write_bytes(web.get(path).content)
        resource["path"] = f"{resource['name']}.csv"
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.to_summary()
    assert sum(task.stats["rows"] for task in report.tasks) == sum(one["count"] for one in web.get("/data").json()["tables"])


def test_a_broken_data_package_would_be_noticed(web, tmp_path):
    frictionless = pytest.importorskip("frictionless")
    package = web.get("/data/datapackage.json").json()
    (tmp_path / "stops.csv").write_bytes(web.get("/data/stops.csv").content)
    stops = next(one for one in package["resources"] if one["name"] == "stops")
    stops["path"] = "stops.csv"
    stops["schema"]["fields"][0]["type"] = "integer"
    package["resources"] = [stops]
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


US = {  # the required fields of DCAT-US 1.1 (resources.data.gov/resources/dcat-us)
    "type": "object",
    "required": ["conformsTo", "dataset"],
    "properties": {
        "conformsTo": {"const": "https://project-open-data.cio.gov/v1.1/schema"},
        "dataset": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["title", "description", "keyword", "modified", "publisher", "contactPoint", "identifier", "accessLevel"],
                "properties": {
                    "accessLevel": {"enum": ["public", "restricted public", "non-public"]},
                    "contactPoint": {"required": ["fn"]},
                    "publisher": {"required": ["name"]},
                    "keyword": {"type": "array", "minItems": 1},
                    "distribution": {"type": "array", "items": {"required": ["downloadURL", "mediaType"]}},
                },
            },
        },
    },
}


def test_both_catalogues_hold_every_table_and_lead_to_its_files(web):
    names = {one["name"] for one in web.get("/data").json()["tables"]}
    american = web.get("/data/data.json").json()
    jsonschema.validate(american, US)
    answer = web.get("/data/catalog.jsonld")
    assert answer.headers["content-type"].startswith("application/ld+json")
    body = answer.json()
    assert body["@type"] == "dcat:Catalog"
    assert (
        {one["dcterms:identifier"] for one in body["dcat:dataset"]} == names == {one["identifier"].rsplit("/", 1)[1] for one in american["dataset"]}
    )
    assert "sample data" in body["dcterms:title"]
    links = [file["dcat:downloadURL"]["@id"] for one in body["dcat:dataset"] for file in one["dcat:distribution"]]
    links += [file["downloadURL"] for one in american["dataset"] for file in one["distribution"]]
    for link in links:
        assert web.get(urlsplit(link).path).status_code == 200, link


def test_rows_are_the_same_as_in_the_file_page_by_page(web):
    whole = [row for row in rows_of(web.get("/data/stops.csv").text) if row["year"] == "2024" and row["race_group"] in {"black", "white"}]
    address, found = "/data/stops/rows?year=2024&race_group=black&race_group=white&limit=37", []
    while address:
        body = web.get(address).json()
        found += body["rows"]
        address = body["next"]
        assert body["more"] is bool(address)
    assert len(found) > 37
    assert [{name: "" if value is None else str(value) for name, value in row.items()} for row in found] == whole


def test_columns_can_be_chosen_while_others_filter(web):
    body = web.get("/data/stops/rows?district=all&columns=year,count&limit=5").json()
    assert [set(row) for row in body["rows"]] == [{"year", "count"}] * 5


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("officer=7", "cannot be filtered by"),
        ("count=3", "cannot be filtered by"),
        ("limit=0", "whole number"),
        ("limit=1001", "whole number"),
        ("limit=-1", "whole number"),
        ("limit=1e9", "whole number"),
        ("limit=%D9%A1", "whole number"),
        ("offset=999999999", "whole number"),
        ("limit=1&limit=2", "stands twice"),
        ("columns=secret", "has no column"),
        ("&".join(f"year={n}" for n in range(60)), "at most 50"),
    ],
)
def test_what_cannot_be_asked_is_said(web, question, said):
    answer = web.get(f"/data/stops/rows?{question}")
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_a_value_that_is_not_there_gives_no_rows_and_runs_nothing(web):
    body = web.get("/data/stops/rows", params={"district": "' or 1=1 --"}).json()
    assert (body["rows"], body["more"]) == ([], False)


def test_other_sites_may_read_and_nobody_may_write(web):
    for address in ("/data", "/data/stops.csv", "/data/stops/rows", "/data/no-such-table.csv"):
        assert web.get(address, headers={"Origin": "https://news.example"}).headers["access-control-allow-origin"] == "*"
    asked = web.options("/data/stops.csv", headers={"Origin": "https://news.example", "Access-Control-Request-Headers": "if-none-match"})
    assert (asked.status_code, asked.headers["access-control-allow-methods"]) == (204, "GET, HEAD")
    for method in ("POST", "PUT", "DELETE"):
        assert web.request(method, "/data/stops.csv").status_code in {404, 405}
    assert "access-control-allow-origin" not in web.get("/account").headers


def test_rows_are_kept_by_their_tag(web):
    tag = web.get("/data/stops/rows").headers["etag"]
    assert web.get("/data/stops/rows", headers={"If-None-Match": tag}).status_code == 304


def test_one_source_is_slowed_down_and_told_when_to_come_back(web, monkeypatch):
    monkeypatch.setattr(flood, "DATA", flood.Flood(most=5, seconds=60.0))
    assert [web.get("/data/stops/rows?limit=1").status_code for _ in range(6)] == [200] * 5 + [429]
    assert web.get("/data").headers["retry-after"].isdigit()


def test_head_says_how_a_file_would_be_without_sending_it(web):
    answer = web.head("/data/stops.csv")
    assert (answer.status_code, answer.content) == (200, b"")


# -- history -----------------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_releases(made, tmp_path_factory):
    """A folder with a home as it is after one import, and after a second with many more stops: for copies."""
    folder, (_, stops) = tmp_path_factory.mktemp("two"), made
    half = len(stops) // 2
    imports.commit(House(folder / "one"), staged_in(made, folder, stops.slice(0, half)), "test")
    shutil.copytree(folder / "one", folder / "two")
    imports.commit(House(folder / "two"), staged_in(made, folder, stops.slice(half), fresh=True), "test")
    return folder


@pytest.fixture
def twice(web, two_releases, tmp_path, monkeypatch):
    """A home with two releases: the second has many more stops. With the first one's id, and its file as it was then."""
    for name in ("one", "two"):
        shutil.copytree(two_releases / name, tmp_path / name)
    earlier, house = House(tmp_path / "one"), House(tmp_path / "two")
    monkeypatch.setattr("dashboard.web.open_data.home", lambda: earlier.home)
    before = web.get("/data/stops.csv").content
    monkeypatch.setattr("dashboard.web.open_data.home", lambda: house.home)
    first = releases.current_id(earlier)
    assert web.get(f"/data/releases/{first}/stops.csv").content == before, "its file lies in the folder now"
    return house, first, before


def test_a_past_release_keeps_its_address_and_its_bytes(web, twice):
    house, first, before = twice
    assert web.get("/data/stops.csv").content != before
    assert web.get(f"/data/releases/{first}/stops.csv").content == before
    listed = web.get("/data/releases").json()["releases"]
    assert [(one["release"], one["state"]) for one in listed] == [(releases.current_id(house), "in force"), (first, "replaced")]
    for one in listed:
        for address in one["files"]:
            assert web.get(address).status_code == 200
    package = web.get(f"/data/releases/{first}/datapackage.json").json()
    assert package["version"] == first
    frame = pd.read_parquet(io.BytesIO(web.get(f"/data/releases/{first}/stops.parquet").content))
    assert set(frame["release"]) == {first}


def test_a_release_made_again_from_the_records_has_the_same_bytes(web, twice):
    house, first, before = twice
    for file in house.home.published.rglob("*"):
        if file.is_file():
            file.unlink()
    assert web.get(f"/data/releases/{first}/stops.csv").content == before


def test_a_damaged_file_is_made_again_and_never_served(web, twice):
    house, first, before = twice
    path = open_files.place(house.home, first, "stops")
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(bytes(content))
    assert web.get(f"/data/releases/{first}/stops.csv").content == before


def test_what_was_taken_back_is_named_and_can_no_more_be_had(web, with_stops, monkeypatch):
    house, receipt = with_stops
    first = releases.current_id(house)
    monkeypatch.setattr("dashboard.web.open_data.home", lambda: house.home)
    imports.undo(house, receipt.import_id, "test")
    (one,) = web.get("/data/releases").json()["releases"]
    assert (one["release"], one["state"], one["files"]) == (first, "taken back", [])
    assert web.get(f"/data/releases/{first}/stops.csv").status_code == 404


def counts(n):
    """A table of two cells; the second stays."""
    return {("2024", "a"): n, ("2024", "b"): 200}


def test_a_small_change_is_withheld_against_every_release_that_was_ever_in_public():
    dimensions = (Dimension("year", ("2024",)), Dimension("group", ("a", "b")))
    cuts = (("year", "group"),)
    first = release("t", "T", dimensions, counts(100), cuts)
    second = release("t", "T", dimensions, counts(102), cuts, previous=first)
    assert second.count(year="2024", group="a") is None
    third = release("t", "T", dimensions, counts(102), cuts, previous=[first, second])
    assert third.count(year="2024", group="a") is None
    only_last = release("t", "T", dimensions, counts(102), cuts, previous=second)
    assert only_last.count(year="2024", group="a") == 102, "the last release alone would have let it out"


def test_names_that_are_no_names_reach_no_file(served):
    for release_id, name in (("..", "stops"), ("x", "../records"), ("", "stops"), ("x/y", "stops")):
        with pytest.raises(open_files.StoreError):
            open_files.place(served.home, release_id, name)


def test_survey_names_are_safe_in_addresses():
    assert open_tables.survey_name("a b/ü&x") == "survey-a-b---x"
    assert open_data.FORMATS.keys() == {"csv", "json", "parquet"}
