"""How long does signing in take, with the hash at its full cost? Over HTTP, beside the hash alone in the same run.

python -m benchmarks.sign_in [times]
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np

from dashboard.access import passwords
from dashboard.access.by_password import PasswordDoor
from dashboard.access.sessions import Sessions
from dashboard.services.house import House
from dashboard.store.people import People

PASSWORD = "a long walk to the harbor"
PORT = 8617


def hash_alone(times: int) -> float:
    """The median seconds of one check by the hasher."""
    key, took = b"k" * 32, []
    stored = passwords.hashed(PASSWORD, key)
    for _ in range(times):
        begun = time.perf_counter()
        passwords.matches(PASSWORD, stored, key)
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def sign_in(browser: httpx.Client, name: str, password: str) -> tuple[float, int]:
    """The seconds between sending the form and its answer, and the answer's status."""
    token = re.search(r'name="form_token" value="([^"]+)"', browser.get("/sign-in").text)
    assert token
    data = {"form_token": token.group(1), "name": name, "password": password}
    begun = time.perf_counter()
    answer = browser.post("/sign-in", data=data, headers={"Origin": str(browser.base_url).rstrip("/")})
    return time.perf_counter() - begun, answer.status_code


def said(what: str, took: list[float]) -> None:
    """One line of the result."""
    print(f"{what}: median {np.median(took):.3f} s, p95 {np.percentile(took, 95):.3f} s, longest {max(took):.3f} s ({len(took)} times)")


def main() -> None:
    """Right passwords, wrong ones and unknown names, one after the other."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        house = House(home)
        person = People(house.records).add("Ann", "ann", ["analyst"])
        PasswordDoor(Sessions(house.records)).set(person.id, PASSWORD, person.id)
        print(f"hash alone: median {hash_alone(times):.3f} s, cost {passwords.NOBODYS[4:6]}")
        command = [sys.executable, "-m", "dashboard", "serve", "--home", str(home), "--port", str(PORT)]
        server = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(300):
                try:
                    httpx.get(f"http://127.0.0.1:{PORT}/health")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            right, wrong = [], []
            with httpx.Client(base_url=f"http://127.0.0.1:{PORT}") as browser:
                first, status = sign_in(browser, "ann", PASSWORD)
                assert status == 303
                for number in range(times):
                    took, status = sign_in(browser, "ann", PASSWORD)
                    assert status == 303, status
                    right.append(took)
                    if number < 15:
                        took, status = sign_in(browser, f"nobody{number}", PASSWORD)
                        assert status == 401, status
                        wrong.append(took)
            print(f"the first sign-in after the start: {first:.3f} s")
            said("right password", right)
            said("unknown name", wrong)
        finally:
            server.terminate()
            server.wait(15)


if __name__ == "__main__":
    main()
