"""A real Jupyter server with a token, on loopback: the other machine."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("jupyter_server", reason="the extra [jupyter] is not installed")
pytest.importorskip("websocket", reason="the extra [jupyter] is not installed")

import requests

from hipwright_server.targets import remote
from hipwright_server.targets.settings import RemoteServer

TOKEN_VARIABLE = "HIPWRIGHT_TEST_TOKEN"


@dataclass
class OtherMachine:
    """A running server, and how to reach it."""

    folder: Path
    port: int
    token: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def server(self) -> RemoteServer:
        return RemoteServer("lab2", self.url, token_env=TOKEN_VARIABLE)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "JUPYTER_TOKEN": self.token,
            "HIPWRIGHT_CACHE_DIRECTORY": str(self.folder / "cache"),
            # Not our editable install: what it needs must be sent along.
            "PYTHONPATH": "",
        }
        environment.pop("JUPYTER_PATH", None)
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyter_server",
                "--no-browser",
                f"--port={self.port}",
                "--ip=127.0.0.1",
                "--allow-root",
                f"--ServerApp.root_dir={home}",
                "--ServerApp.port_retries=0",
                "--log-level=ERROR",
                "--ServerApp.jpserver_extensions={}",
            ],
            env=environment,
            cwd=home,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "server.log").open("ab"),
            start_new_session=True,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                requests.get(self.url + "api", timeout=1)
                return
            except requests.RequestException:
                time.sleep(0.1)
        raise RuntimeError((self.folder / "server.log").read_text())

    def kill(self) -> None:
        """End it at once, and its kernels with it."""
        if self.process is None:
            return
        for kernel in self.kernels():
            os.kill(kernel, 9)
        self.process.kill()
        self.process.wait()
        self.process = None

    def kernels(self) -> list[int]:
        """The process ids of its kernels."""
        if self.process is None:
            return []
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()] if children.exists() else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OtherMachine]:
    machine = OtherMachine(tmp_path_factory.mktemp("other"), _free_port(), secrets.token_hex(16))
    machine.start()
    yield machine
    remote.close_sessions()
    machine.kill()


@pytest.fixture
def other_machine(_running: OtherMachine, monkeypatch: pytest.MonkeyPatch) -> OtherMachine:
    """The server, with its token where the configuration says."""
    monkeypatch.setenv(TOKEN_VARIABLE, _running.token)
    if _running.process is None or _running.process.poll() is not None:
        _running.start()
    return _running
