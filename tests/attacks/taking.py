"""Two homes that differ only in what their staff answered and who of them did: everything that roles can take away of each, as files.

Other people answered otherwise, in another order; the releases are equal.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import typst

from dashboard.reports import annual
from dashboard.services.employee import actions, closing, desk, inviting, showing, staff_list
from dashboard.services.employee.actions import Action
from dashboard.services.house import House
from dashboard.services.surveys import closing as of_residents
from dashboard.store.answers import Answers
from dashboard.store.staff_releases import StaffReleases
from dashboard.store.surveys import Surveys, Wave
from tests import talking
from tests.attacks.files import Files, levelled
from tests.attacks.test_interfaces import ROLES, SECRET, Given, first, otherwise
from tests.services.employee.staffing import DAY, UNITS, Officer, opened, sent
from tests.serving import Running, Tab, free_port, serving

INNER = ("morale", "retention", "my-unit", "staff-surveys")
OUTER = ("our-people", "methods", "open-data")
PAGES = {
    "hr": (*INNER, *OUTER),
    "command": (*INNER, "our-people"),
    "supervisor": (*INNER, "our-people"),
    "": OUTER,
}
PRINTS = ("qr.svg", "qr.png", "sheet.pdf", "cards.pdf")
TABLES = (
    "/data",
    "/data/datapackage.json",
    "/data/catalog.jsonld",
    "/data/data.json",
    "/data/releases",
    "/calendar/outreach.ics",
    "/calendar/meetings.ics",
)
INVITED, ANSWERED = 140, 120
ADDRESS = "https://here"


@dataclass(frozen=True)
class Begun:
    """A home with an open pulse and everybody's link, before anybody answered; it is copied."""

    folder: Path
    wave: Wave
    code: str
    people: Sequence[staff_list.Person]
    links: Sequence[str]
    address: str


@dataclass(frozen=True)
class Taken:
    """What one home handed out: while the pulse was open, and afterwards; and the rows of its release."""

    files: Files
    rows: tuple[str, ...]


def begun(folder: Path) -> Begun:
    """A published survey of residents beside the pulse, so that there are open tables and an annual report."""
    house = talking.town(folder)
    asked = Surveys(house.records).launch("s", "spring", "Ada", opens=DAY, closes=DAY + dt.timedelta(days=20))
    steps = [f"C{number}" for number in range(1, 8)]
    rows = [{"answers": {one: 1 + n * (place + 3) % 5 for place, one in enumerate(steps)}, "channel": "link", "week": DAY} for n in range(60)]
    Answers(house.records).add(asked.id, None, rows)
    Surveys(house.records).close(asked.id, "Ada", dt.date(2030, 1, 1))
    of_residents.finish(house, "s", "Ada")
    wave = opened(house, heads={"whole": {"": float(INVITED)}})
    listed = "\n".join(["Name,E-mail,Unit,Sworn", *(f"Person {n},p{n}@riverton.example,{UNITS[n % 6]},yes" for n in range(INVITED))])
    people = staff_list.people(staff_list.read(house, "staff.csv", listed.encode()))
    made = inviting.invite(house, wave.id, people, ADDRESS, "Hana")
    house.records.close()
    tokens = [link.rpartition("t=")[2] for _, link in made.links]
    return Begun(folder / "home", wave, made.code, people, tokens, f"127.0.0.1:{free_port()}")


def lived(begun: Begun, folder: Path, given: Given, skip: int = 0) -> Taken:
    """The rest of the pulse in a copy of the home: who answered (all but the first few), what HR takes, the close, and what everybody takes then."""
    house = House(shutil.copytree(begun.folder, folder / "home"))
    found: dict[tuple[str, str], bytes] = {}
    texts = [text for _, text in given.comments]
    for number, (answers, token) in enumerate(zip(given.answers, begun.links[skip:], strict=False)):
        said = {"M12": texts[number]} if number < len(texts) else {}
        assert sent(house, begun.wave, Officer(number, "", "", answers), token, comments=said).outcome == "stored"
    links = inviting.invite(house, begun.wave.id, begun.people, ADDRESS, "Hana", code=begun.code)
    found["hr", "the file of links, while the pulse is open"] = inviting.as_file(links)
    found["hr", "how many answered, while it is open"] = desk.received(house, begun.wave.id).encode()
    closing.close(house, begun.wave.id, "Hana")
    showing.show(house, begun.wave.id, "Hana", public=True)
    question = next(iter(actions.offered(house, begun.wave.survey_id)))
    actions.keep(house, Action("", begun.wave.survey_id, "", question, "Later shifts end on time", "Patrol", dt.date(2031, 1, 1), shown=True), "Hana")
    report = annual.make(house, DAY.year)
    found |= {("", "annual report, PDF"): report.pdf, ("", "annual report, HTML"): report.html}
    (made,) = StaffReleases(house.records).of_wave(begun.wave.id)
    chance = {made.id: "release", made.sha256: "hash"}
    house.records.close()
    with serving(folder / "home", port=int(begun.address.rpartition(":")[2])) as running:
        found |= dict(handed_out(running, begun.wave))
        running.house.records.close()
    return Taken({place: levelled(content, chance) for place, content in found.items()}, tuple(map(str, made.content["rows"])))


def handed_out(running: Running, wave: Wave) -> Iterator[tuple[tuple[str, str], bytes]]:
    """Every file that pages offer and routes answer, for each role."""
    (channel,) = {one.code for one in Surveys(running.house.records).channels(wave.survey_id)} or {""}
    files = [f"/s/{channel}/{kind}" for kind in PRINTS] + [f"/api/surveys/{wave.survey_id}/survey.json", f"/api/surveys/{wave.survey_id}/invitations"]
    tables = [f"/data/survey-s.{kind}" for kind in ("csv", "json", "parquet")] + [f"/data/{wave.survey_id}.csv", "/data/survey-s/rows"]
    for role in ROLES:
        token = running.token(role)
        with httpx.Client(base_url=running.address, cookies={"cg_session": token} if token else {}, timeout=60) as client:
            for name in PAGES.get(role, ("our-people",)):
                with Tab(running.address, token) as tab:
                    for label, address in tab.open(name).files:
                        yield (role, f"page {name}: {label} {address.rpartition('.')[2]}"), named(client.get(address))
            for address in (*(files if role in {"hr", ""} else files[4:]), *TABLES, *tables):
                yield (role, address), named(client.get(address))


def named(got: httpx.Response) -> bytes:
    """The file under its name: the bytes alone where they are a file that is opened by itself."""
    whole = got.content[:4] in {b"%PDF", b"PK\x03\x04", b"PAR1", b"\x89PNG"}
    return got.content if whole else f"{got.status_code} {got.headers.get('content-disposition', '')}\n".encode() + got.content


def both(folder: Path) -> tuple[Taken, Taken]:
    """What either home handed out."""
    with mock.patch.dict(os.environ):
        for name in ("COMMON_GROUND_RECORDS", "COMMON_GROUND_SMTP", "COMMON_GROUND_URL"):
            os.environ.pop(name, None)
        one = begun(folder)
        return lived(one, folder / "a", first()), lived(one, folder / "b", otherwise(), INVITED - ANSWERED)


def careless() -> dict[str, bytes]:
    """Files that say a hidden word where no viewer shows it: the control of looking into them."""
    book, table = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", f"<dc:creator>{SECRET}</dc:creator>")
    pq.write_table(pa.table({"n": [1]}).replace_schema_metadata({"made from": SECRET}), table)
    pdf = f'#set document(title: "T", keywords: ("{SECRET}",))\nText'
    hidden = "#set page(width: 20cm)\n#text(fill: white, size: 1pt)[" + SECRET + "]"
    return {
        "xlsx": book.getvalue(),
        "parquet": table.getvalue(),
        "pdf": typst.compile(pdf.encode(), format="pdf"),
        "pdf text": typst.compile(hidden.encode(), format="pdf"),
    }
