"""Set everything up and open the dashboard: `python3 start.py`, or run all checks: `python3 start.py test`.

Standard library only. `--home PATH` runs on your own data instead of the sample agency, `--port N` chooses the port.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = Path(os.environ.get("COMMON_GROUND_VENV", HERE / ".venv"))
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)


class Trouble(Exception):
    """One helpful sentence; the program ends with it."""


def check_python() -> None:
    """Is this Python new enough?"""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        raise Trouble(f"Common Ground needs Python {OLDEST[0]}.{OLDEST[1]} or newer and this is {found}; install it and run: python3.11 start.py")


def make_environment() -> None:
    """Create the virtual environment if there is none."""
    if PYTHON.exists():
        return
    print(f"Making a virtual environment in {VENV.name} ...", flush=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if done.returncode != 0 or not PYTHON.exists():
        detail = (done.stderr or done.stdout).strip().splitlines()
        if "ensurepip" in (done.stderr + done.stdout) or "No module named venv" in done.stderr:
            raise Trouble("Python's venv module is missing; on Debian or Ubuntu run: sudo apt install python3-venv, then start again.")
        raise Trouble(f"The virtual environment could not be made: {detail[-1] if detail else 'no reason given'}.")


def install(requirements: str) -> None:
    """Install the pinned requirements if they changed since the last time, and compile them so that later starts are quick."""
    files = [HERE / "requirements.txt", HERE / requirements]
    fingerprint = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    mark = VENV / f".installed-{requirements}"
    if mark.exists() and mark.read_text() == fingerprint:
        return
    print("Installing what the dashboard needs (a few minutes the first time) ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-warn-script-location", "-r", str(HERE / requirements)]
    if subprocess.run(pip, check=False).returncode != 0:
        raise Trouble("The requirements could not be installed; check the network connection (the last lines above say what failed) and start again.")
    print("Compiling for quick starts ...", flush=True)
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", "-j", "0", str(VENV)], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    mark.write_text(fingerprint)


def free_port(wanted: int | None) -> int:
    """A port to serve on: the one wanted if it is free, else (when none was asked for) the next free one."""
    for port in [wanted] if wanted else range(8501, 8521):
        with socket.socket() as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    taken = f"Port {wanted} is taken" if wanted else "Ports 8501 to 8520 are all taken"
    raise Trouble(f"{taken}; close the other program, or choose another with: python3 start.py --port 8600")


def environment() -> dict[str, str]:
    """This environment with the folder on the path and bytecode allowed."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(HERE)}


def run_tests(rest: list[str]) -> int:
    """Style, types, then every test."""
    steps = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "-p", "no:cacheprovider", *rest],
    ]
    for step in steps if not rest else steps[-1:]:
        print(f"== {' '.join(step)}", flush=True)
        code = subprocess.run([str(PYTHON), "-m", *step], cwd=HERE, env=environment(), check=False).returncode
        if code != 0:
            return code
    return 0


def serve(home: str | None, port: int | None) -> int:
    """Start the server on this machine; the sample agency is prepared first when no home is given."""
    command = [str(PYTHON), "-m", "dashboard", "serve", "--port", str(free_port(port))]
    command += ["--home", str(Path(home).expanduser().resolve())] if home else ["--sample"]
    if os.name == "posix":  # in this process's place, so that ending it ends the server
        os.chdir(HERE)
        os.execve(command[0], command, environment())
    try:
        return subprocess.run(command, cwd=HERE, env=environment(), check=False).returncode
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0


def main() -> int:
    """Read the command line and do it; every expected trouble is one sentence."""
    parser = argparse.ArgumentParser(description="Set up Common Ground and open it.")
    parser.add_argument("task", nargs="?", choices=["test"], help="'test' sets up and runs all checks")
    parser.add_argument("--home", help="folder with your agency's data (made if it does not exist)")
    parser.add_argument("--port", type=int, help="port on this machine (default: the first free one from 8501)")
    options, rest = parser.parse_known_args()
    if rest and options.task != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    try:
        check_python()
        make_environment()
        install("requirements-dev.txt" if options.task else "requirements.txt")
        return run_tests(rest) if options.task else serve(options.home, options.port)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
