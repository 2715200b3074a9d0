"""How many answers are stored durably in a second, with 32 connections? Beside the same server without a database, in the same run.

python -m benchmarks.intake [seconds]
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np

from dashboard.schema import bank
from dashboard.services.house import House
from dashboard.store.saved import Saved
from dashboard.store.survey_counts import WaveCounts
from dashboard.store.surveys import Surveys
from dashboard.web import survey_key

CONNECTIONS = 32


async def echo(scope, receive, send):
    """The ceiling: a server that reads the form and answers, without a database."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    body = b"x" * 4000
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html"), (b"content-length", b"4000")]})
    await send({"type": "http.response.body", "body": body})


async def hammer(address: str, keys: list[str], seconds: float) -> tuple[list[float], list[str]]:
    """Post forms over CONNECTIONS lasting connections, written and read by hand so that the client is not what is measured."""
    took, told, until = [], [], time.perf_counter() + seconds
    place = urlsplit(address)

    async def one() -> None:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        while time.perf_counter() < until and keys:
            key, begun = keys.pop(), time.perf_counter()
            body = f"key={key}&page=1&lang=en&action=next&P1=4&P2=5&P3=3&P4=4"
            head = f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            answer = await reader.readuntil(b"\r\n\r\n")
            length = next((line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"content-length: 0")
            await reader.readexactly(int(length.partition(b":")[2]))
            took.append(time.perf_counter() - begun)
            if answer.startswith(b"HTTP/1.1 200"):
                told.append(key)
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return took, told


def serve(program: str, home: Path) -> tuple[subprocess.Popen[bytes], str]:
    """A uvicorn server of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", program, "--port", str(port), "--log-level", "error", "--no-access-log"]
    process = subprocess.Popen(command, env={**os.environ, "COMMON_GROUND_HOME": str(home)})
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
            break
        except httpx.TransportError:
            time.sleep(0.1)
    return process, f"http://127.0.0.1:{port}"


def report(name: str, took: list[float], told: list[str], seconds: float) -> float:
    """One line."""
    each = np.array(took) * 1000
    print(f"{name:<28}{len(told) / seconds:8.0f} per second   p50 {np.percentile(each, 50):6.0f} ms   p99 {np.percentile(each, 99):6.0f} ms")
    return len(told) / seconds


def main() -> None:
    """Both servers, one after the other."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 15.0
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "home")
        Saved(house.records).set("survey.forms_per_minute", 10_000_000, "benchmark")
        surveys = Surveys(house.records)
        survey = surveys.new(bank.template("post_contact_short"), "Short", "benchmark")
        wave = surveys.launch(survey.id, "w", "benchmark", opens=dt.date(2020, 1, 1))
        code = surveys.add_channel(survey.id, "Web", "web").code
        keys = [survey_key.new(house.home.site_key, wave.id) for _ in range(int(seconds * 8000))]
        process, address = serve("dashboard.web.intake:app", house.home.path)
        try:
            took, told = asyncio.run(hammer(f"{address}/s/{code}", list(keys), seconds))
        finally:
            process.terminate()
            spent = os.wait4(process.pid, 0)[2]
        ours = report("stored durably", took, told, seconds)
        print(f"processor time of the server {(spent.ru_utime + spent.ru_stime) / max(len(told), 1) * 1000:.2f} ms a form, its start included")
        kept = WaveCounts(house.records).received(wave.id)
        print(f"acknowledged {len(told)}, stored {kept}, lost {max(0, len(told) - kept)}")
        process, address = serve("benchmarks.intake:echo", house.home.path)
        try:
            ceiling = report("without a database", *asyncio.run(hammer(f"{address}/", list(keys), seconds)), seconds)
        finally:
            process.terminate()
        print(f"ratio to the ceiling {ours / ceiling:.2f}")


if __name__ == "__main__":
    main()
