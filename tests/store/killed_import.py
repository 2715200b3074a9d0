"""Run by a test: import into copies of a home, and die by SIGKILL at the k-th step of our own code, for each k that is asked for.

Usage: python killed_import.py STAGED_JSON HOME... ; prints one line for each home: the step, and whether the import had ended by itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import deltalake  # noqa: F401  loaded before the children part, so that each costs little
import duckdb  # noqa: F401
import ibis

from dashboard.schema.staging import Staged
from dashboard.store.facts import Facts
from dashboard.store.home import Home

WITH_ROLLUPS = 390  # about as many steps as an import has without them; later ones fall into the counting of rollups
STORE = str(Path(sys.modules["dashboard.store.facts"].__file__ or "").parent)


def die_at(step: int) -> None:
    """Arrange that this process is killed when our code enters or leaves a function for the step-th time."""
    seen = 0

    def count(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal seen
        if event in ("call", "return") and frame.f_code.co_filename.startswith(STORE):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)


def main() -> None:
    about = json.loads(Path(sys.argv[1]).read_text())
    staged = Staged(**{**about, "files": tuple(about["files"]), "folder": Path(about["folder"]), "accepted": tuple(map(Path, about["accepted"]))})
    ibis.to_sql(ibis.table({"a": "int"}, name="t"), dialect="duckdb")
    for pair in sys.argv[2:]:
        step, _, home = pair.partition("=")
        child = os.fork()
        if child == 0:
            facts = Facts(Home(home), rollup_from=0 if int(step) >= WITH_ROLLUPS else 250_000)
            die_at(int(step))
            facts.commit(staged, "ann")
            sys.setprofile(None)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(step, "killed" if os.WIFSIGNALED(status) else f"ended {status}", flush=True)


if __name__ == "__main__":
    main()
