"""A real server for tests, and a browser's tab without a browser: what one page sends to its visitor."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from dashboard.access.sessions import Sessions
from dashboard.services.house import House
from dashboard.store.people import Member, People

ROOT = Path(__file__).resolve().parents[1]
CLOSED = "This page is not open to you"


@dataclass
class Running:
    """A server that a test may talk to."""

    address: str
    house: House
    process: subprocess.Popen[bytes]

    def sessions(self) -> Sessions:
        """The sessions of its home, as the server itself reads them."""
        return Sessions(self.house.records, lambda: self.house.settings, sample=self.house.home.sample)

    def person(self, role: str) -> Member:
        """The person with this role, who is named like it."""
        people = People(self.house.records)
        return people.named(role) or people.add(role.title(), role, [role])

    def link(self, role: str) -> str:
        """A one-time token for the person with this role, or of this sign-in name."""
        return self.sessions().make_link(self.person(role).id)

    def token(self, role: str) -> str:
        """A new session of the person with this role; none for the public."""
        return self.sessions().open(self.link(role)) if role else ""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path, *program: str, port: int = 0, **words: str) -> Iterator[Running]:
    """The server over this home, as a person starts it unless another program is named, on a free port unless one is named; ended afterwards."""
    port = port or free_port()
    command = [sys.executable, *(program or ("-m", "dashboard", "serve")), "--home", str(home), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **words}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield Running(address, House(home), process)
    finally:
        process.terminate()
        process.wait(15)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers, half a minute at most."""
    with httpx.Client() as client:
        for _ in range(300):
            assert process.poll() is None, "the server ended before it answered"
            try:
                client.get(f"{address}/health")
                return
            except httpx.TransportError:
                time.sleep(0.1)
    raise AssertionError("the server does not answer")


@dataclass
class Page:
    """What one run of a page sent: its elements by kind, everything in it as text, its widgets by label, its files by label, its fragments.

    Spinners come or not by how long a piece takes: `settled` is the text without them, `waits` what they said, `waiting` what those still shown say.
    """

    kinds: set[str] = field(default_factory=set)
    text: str = ""
    settled: str = ""
    waits: set[str] = field(default_factory=set)
    waiting: tuple[str, ...] = ()
    widgets: dict[str, Any] = field(default_factory=dict)
    files: list[tuple[str, str]] = field(default_factory=list)
    fragments: set[str] = field(default_factory=set)

    def add(self, delta: Any) -> None:
        """One more piece of the page."""
        kind = delta.new_element.WhichOneof("type")
        self.kinds.add(str(kind))
        self.text += str(delta)
        if delta.WhichOneof("type") == "new_transient":
            self.waiting = tuple(one.spinner.text for one in delta.new_transient.elements)
            self.waits.update(self.waiting)
        else:
            self.settled += str(delta)
        if kind in {"button", "selectbox"}:
            widget = getattr(delta.new_element, kind)
            self.widgets[widget.label] = widget
        if kind == "download_button":
            self.files.append((delta.new_element.download_button.label, delta.new_element.download_button.url))
        if delta.fragment_id:
            self.fragments.add(delta.fragment_id)


class Tab:
    """One tab of a browser that holds this session (none: the public); `known_as` presents the id of an earlier tab, as browsers do after a break."""

    def __init__(self, address: str, token: str = "", known_as: str = "", **headers: str) -> None:
        sent = {"Cookie": f"cg_session={token}", **headers} if token else headers
        protocols = ["streamlit", "none", *([known_as] if known_as else [])]
        self.id = ""
        self._opening = connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            origin=sent.pop("Origin", address),  # type: ignore[arg-type]
            subprotocols=protocols,  # type: ignore[arg-type]
            additional_headers=sent,
            max_size=None,
            close_timeout=1,
            proxy=None,
        )

    def __enter__(self) -> Tab:
        self.connection: ClientConnection = self._opening.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def ask(self, page: str = "", query: str = "", fragment: str = "", **states: object) -> None:
        """Ask for a run of the page at this address, or of one fragment of it; `states`: widget id -> option chosen, or True for a press."""
        ask = BackMsg()
        ask.rerun_script.fragment_id = fragment
        for name, state in states.items():
            kind = {"trigger_value": True} if state is True else {"string_value": str(state)}
            ask.rerun_script.widget_states.widgets.add(id=name, **kind)
        ask.rerun_script.page_name = page
        ask.rerun_script.query_string = query
        self.connection.send(ask.SerializeToString())

    def open(self, page: str = "", query: str = "", fragment: str = "", **states: object) -> Page:
        """Run a page by its address, and read until it is done."""
        self.ask(page, query, fragment, **states)
        found = Page()
        while True:
            message = ForwardMsg()
            message.ParseFromString(self.connection.recv(timeout=60))
            kind = message.WhichOneof("type")
            if kind == "new_session":
                found = Page()
                self.id = message.new_session.initialize.session_id
            elif kind == "delta":
                found.add(message.delta)
            elif kind == "script_finished":
                return found
