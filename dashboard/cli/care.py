"""Commands that look after the house: serve, link, doctor, docs."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from dashboard.cli.command import DONE, FAILED, command

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_HOME = "home/sample"


def add(commands: Any) -> None:
    """The caring commands."""
    one = command(commands, "serve", serve, "Open the dashboard on this machine.", "serve --home home/agency --port 8501", prints_data=False)
    one.add_argument("--port", type=int, default=8501, help="port on 127.0.0.1 (default: %(default)s)")
    one.add_argument("--sample", action="store_true", help="prepare and show the sample agency")
    one.add_argument("--stops", type=int, default=120_000, help="size of the sample agency (default: %(default)s)")
    one = command(commands, "link", link, "Print a one-time link that signs the person at this machine in.", "link --home home/agency")
    one.add_argument("--port", type=int, default=8501, help="port of the running server (default: %(default)s)")
    command(commands, "doctor", doctor, "Check the installation and say what is wrong.", "doctor --home home/agency")
    one = command(commands, "docs", docs, "Write the pages in docs/ that are generated from the registers.", "docs --check")
    one.add_argument("--check", action="store_true", help="write nothing; fail if a page is out of date")


def serve(options: argparse.Namespace) -> int:
    """Prepare the home, print the address and a one-time link, run the server until it is stopped."""
    home = SAMPLE_HOME if options.sample else options.home
    path = str((ROOT / home if options.sample else Path(home)).expanduser().resolve())
    if options.sample:
        _prepare_sample(path, options.stops)
    print(f"\n  Common Ground       http://127.0.0.1:{options.port}/")
    link = _link(path, options.port)
    print(f"  {'set up' if '/welcome/' in link else 'sign in'} (one time)  {link}")
    print("  stop                Ctrl+C\n", flush=True)
    environment = {**os.environ, "COMMON_GROUND_HOME": path, "PYTHONPATH": str(ROOT)}
    server = [sys.executable, "-m", "streamlit", "run", str(ROOT / "Home.py"), "--server.port", str(options.port), "--server.address", "127.0.0.1"]
    return _become([*server, "--server.headless", "true"], environment)


def _become(command: list[str], environment: dict[str, str]) -> int:
    """Run the server in this process's place, so that a signal to it ends the server and leaves nobody behind; as a child where that is not known."""
    if os.name == "posix":
        os.chdir(ROOT)
        os.execve(command[0], command, environment)  # noqa: S606
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        print("Stopped.")
        return DONE


def _prepare_sample(path: str, stops: int) -> None:
    """Make the sample agency the first time."""
    from dashboard.services import sample

    if sample.present(path):
        return
    print("Making the sample agency (a few seconds, the first time only) ...", flush=True)
    sample.make(path, stops, lambda share, words: print(f"  {share:4.0%} {words}", flush=True))


def _link(home: str, port: int) -> str:
    """The address of a new one-time link on this machine."""
    from dashboard.services.house import House
    from dashboard.services.set_up import way_in

    return f"http://127.0.0.1:{port}{way_in(House(home))}"


def link(options: argparse.Namespace) -> int:
    """One one-time link."""
    address = _link(options.home, options.port)
    print(json.dumps({"link": address}) if options.json else address)
    return DONE


def doctor(options: argparse.Namespace) -> int:
    """Every check with its result; fails when one fails."""
    from dashboard.services.doctor import examine

    found = examine(options.home)
    if options.json:
        print(json.dumps([{"check": one.name, "passed": one.passed, "found": one.found, "mend": one.mend} for one in found]))
    else:
        for one in found:
            print(f"{'ok   ' if one.passed else 'WRONG'} {one.name}: {one.found}{'' if one.passed else ' ' + one.mend}")
    return DONE if all(one.passed for one in found) else FAILED


def docs(options: argparse.Namespace) -> int:
    """The generated pages of docs/."""
    from dashboard.services.reference import pages

    stale = []
    for name, text in pages().items():
        file = ROOT / "docs" / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not options.check:
                file.parent.mkdir(exist_ok=True)
                file.write_text(text, encoding="utf-8")
    if options.json:
        print(json.dumps({"stale": stale}))
    else:
        word = "out of date" if options.check else "written"
        print(f"{word}: {', '.join(stale)}" if stale else "docs are up to date")
    return FAILED if stale and options.check else DONE
