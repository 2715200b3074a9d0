"""Can reading a hostile file hurt the server? No: it happens in a process of its own, with limits on memory, processor time and patience."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from dashboard import errors
from dashboard.errors import CommonGroundError, SourceError
from dashboard.schema.problems import Problem
from dashboard.schema.staging import Staged
from dashboard.settings import Settings
from data_sources.base import Context, Source

Progress = Callable[[float, str], None]
Work = Mapping[str, Any]
ROOT = Path(__file__).resolve().parent.parent
BREATH = 0.2  # seconds between two signs of progress
STOPPED = "Reading the file needed too much memory or time, or crashed, and was stopped."
SPLIT = "Split the file, or export it as CSV."


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one import may use: address space in bytes, processor seconds, seconds by the clock, seconds without any sign of life."""

    memory: int = 8 << 30
    processor_seconds: int = 3600
    seconds: float = 7200.0
    silence: float = 600.0


DEFAULT = Limits()
INSIDE = os.environ.get("COMMON_GROUND_APART") == "1"  # is this already such a process?


def stage_isolated(
    paths: Sequence[Path],
    source: str,
    context: Context,
    folder: Path,
    import_id: str,
    *,
    saved: str = "",
    progress: Progress | None = None,
    limits: Limits = DEFAULT,
) -> Staged:
    """Read and stage files in a separate process, under limits; the same answer as `files.read` and `stage.stage` one after the other.

    `source` is the name of a registered source; with `saved` (a text, such as a saved mapping as JSON) it is the `module:function` that makes a
    source of that text. A refusal inside is raised here as it was; a crash, a kill or a limit becomes a SourceError in one sentence. Nothing
    half-staged stays behind.
    """
    work = {
        "paths": [str(path.resolve()) for path in paths],
        "source": source,
        "saved": saved,
        "settings": dict(context.settings.changed),
        "context": {"file_name": context.file_name, "title": context.title, "site_key": context.site_key.hex()},
        "folder": str(folder.resolve()),
        "import_id": import_id,
        "search": [entry for entry in sys.path if entry],
    }
    name = paths[0].name if paths else ""
    try:
        return _staged(run("data_sources.isolated:stage_here", work, progress=progress, limits=limits, name=name))
    except BaseException:
        shutil.rmtree(folder / f".{import_id}.part", ignore_errors=True)
        raise


def stage_here(work: Work, progress: Progress) -> dict[str, Any]:
    """The work itself, inside the process; the staging as plain JSON values."""
    from data_sources import files
    from data_sources.stage import stage

    settings = Settings.of(work["settings"])
    told = work["context"]
    context = Context(settings, told["file_name"], told["title"], bytes.fromhex(told["site_key"]))
    tables = [table for path in work["paths"] for table in files.read(Path(path), settings)]
    staged = stage(tables, _source(work["source"], work["saved"]), context, Path(work["folder"]), work["import_id"], progress)
    plain = {field.name: getattr(staged, field.name) for field in dataclasses.fields(staged)}
    plain["notes"] = [dataclasses.asdict(note) for note in staged.notes]
    plain["problems"] = [dataclasses.asdict(problem) for problem in staged.problems]
    return dict(json.loads(json.dumps(plain, default=str)))


def _source(name: str, saved: str) -> Source:
    """The source of that name, or the one that is made of a saved text."""
    if saved:
        module, function = name.split(":")
        made = getattr(importlib.import_module(module), function)(saved)
        assert isinstance(made, Source)
        return made
    registry = importlib.import_module("data_sources.recognise")
    found: Mapping[str, Source] = registry.sources()
    if name not in found:
        raise SourceError(f"There is no source named '{name}'.", hint=f"The sources are: {', '.join(found)}.")
    return found[name]


def _staged(plain: Mapping[str, Any]) -> Staged:
    """A staging from its plain values."""
    values = dict(plain)
    for name in ("notes", "problems"):
        values[name] = tuple(Problem(**{**one, "rows": tuple(one["rows"])}) for one in values[name])
    values["folder"] = Path(values["folder"])
    values["accepted"] = tuple(Path(path) for path in values["accepted"])
    values["quarantine"] = Path(values["quarantine"]) if values["quarantine"] else None
    values["files"], values["questions"] = tuple(values["files"]), tuple(values["questions"])
    values["details"] = tuple((key, value) for key, value in values["details"])
    return Staged(**values)


def run(task: str, work: Work, *, progress: Progress | None = None, limits: Limits = DEFAULT, name: str = "") -> Any:
    """Run the function `module:function` in a fresh Python under limits: it gets (work, progress) and returns JSON values.

    A subprocess, not a fork or a pool: nothing of this process (connections, sessions, keys in memory) is there to be read, and the answer comes
    back as JSON, so that even a process taken over by a hostile file can only tell lies, not run code here.
    """
    environment = {key: value for key, value in os.environ.items() if key.upper() in KEPT}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COMMON_GROUND_APART": "1"}
    command = [sys.executable, "-m", "data_sources.isolated"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment)  # noqa: S603
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps({"task": task, "work": dict(work), "limits": dataclasses.asdict(limits)}).encode() + b"\n")
            process.stdin.close()
        return _listen(process.stdout, progress, limits, name)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


KEPT = frozenset({"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "TZ", "SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA"})


def _listen(stream: IO[bytes], progress: Progress | None, limits: Limits, name: str) -> Any:
    """Pass progress on until the answer comes, the process dies, or patience ends."""
    lines: queue.Queue[bytes] = queue.Queue()

    def follow() -> None:
        with contextlib.suppress(ValueError, OSError):
            for line in stream:
                lines.put(line)
        lines.put(b"")

    threading.Thread(target=follow, daemon=True).start()
    end = time.monotonic() + limits.seconds
    while True:
        try:
            line = lines.get(timeout=max(0.01, min(limits.silence, end - time.monotonic())))
        except queue.Empty:
            raise SourceError("Reading the file took too long and was stopped.", hint=SPLIT, where=name) from None
        if not line:
            raise SourceError(STOPPED, hint=SPLIT, where=name)
        message = json.loads(line)
        if message["kind"] == "progress":
            if progress:
                progress(message["share"], message["words"])
        elif message["kind"] == "refused":
            kind = getattr(errors, message["type"], SourceError)
            raise kind(message["message"], hint=message["hint"], where=message["where"])
        else:
            return message["answer"]


def main() -> None:
    """Inside the process: read the work, set the limits, do it, write one answer. Whatever a library prints goes to nowhere."""
    told = json.loads(sys.stdin.buffer.readline())
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    for entry in told["work"].get("search", ()):
        if entry not in sys.path:
            sys.path.append(entry)
    _limit(Limits(**told["limits"]))
    last = [0.0]

    def send(**message: Any) -> None:
        answers.write(json.dumps(message).encode() + b"\n")
        answers.flush()

    def tell(share: float, words: str) -> None:
        if share >= 1.0 or time.monotonic() - last[0] > BREATH:
            last[0] = time.monotonic()
            send(kind="progress", share=share, words=words)

    try:
        module, function = told["task"].split(":")
        send(kind="done", answer=getattr(importlib.import_module(module), function)(told["work"], tell))
    except CommonGroundError as refusal:
        send(kind="refused", type=type(refusal).__name__, message=refusal.message, hint=refusal.hint, where=refusal.where)
    except MemoryError:
        send(kind="refused", type="SourceError", message="Reading the file needs more memory than is allowed.", hint=SPLIT, where="")
    except Exception as error:
        hint = f"{type(error).__name__}: {error}"[:300]
        send(kind="refused", type="SourceError", message="The file could not be read.", hint=hint, where="")


def _limit(limits: Limits) -> None:
    """Set the limits where the system knows them; elsewhere the clock alone watches."""
    if sys.platform == "win32":
        return
    import resource

    for which, value in ((resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_CPU, limits.processor_seconds), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):
            _, hard = resource.getrlimit(which)
            resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


if __name__ == "__main__":
    main()
