"""A real VS Code (code-server) with the packaged extension, for a real browser."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).resolve().parent
RESULTS = ROOT / "test-results" / "vscode"
SCENARIO_TIMEOUT = 150.0  # seconds

SETTINGS = {
    # Saving is the user's, here as elsewhere: an automatic save would race with the checks.
    "files.autoSave": "off",
    "editor.minimap.enabled": False,
    "editor.fontSize": 14,
    "workbench.startupEditor": "none",
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.tips.enabled": False,
    "chat.disableAIFeatures": True,
    "extensions.ignoreRecommendations": True,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    # How a user without the Python extension selects an interpreter.
    "python.defaultInterpreterPath": sys.executable,
}


def installer() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "install_code_server", HERE.parent / "install_code_server.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def vsix() -> Path:
    """The extension, packaged as users get it."""
    npm = shutil.which("npm")
    if npm is None or not (ROOT / "node_modules" / "@vscode" / "vsce").is_dir():
        pytest.skip("packaging the extension needs npm, and `npm ci` in the project's root")
    subprocess.run(
        [npm, "run", "package", "--workspace", "vscode"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=120,
    )
    return ROOT / "vscode" / "hipwright.vsix"


class CodeServer:
    """A code-server with a profile and a workspace of its own."""

    def __init__(self, vsix: Path, folder: Path) -> None:
        install = installer()
        self.node = str(install.node())
        self.entry = str(install.PACKAGE / "out" / "node" / "entry.js")
        self.workspace = folder / "workspace"
        self.workspace.mkdir()
        self._log = folder / "code-server.log"
        self._profile = [
            *("--user-data-dir", str(folder / "user-data")),
            *("--extensions-dir", str(folder / "extensions")),
        ]
        self._settings = folder / "user-data" / "User" / "settings.json"
        self._settings.parent.mkdir(parents=True)
        self._settings.write_text(json.dumps(SETTINGS))
        self._environment = {
            **os.environ,
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._run("--install-extension", str(vsix))

    def use(self, path: str, settings: dict[str, Any]) -> None:
        """Start with this folder first on the path, and with other settings of the user."""
        self._environment["PATH"] = f"{path}{os.pathsep}{os.environ['PATH']}"
        self._settings.write_text(json.dumps({**SETTINGS, **settings}))

    def start(self) -> str:
        """Start it, and wait until it answers. Returns its address, with the workspace open."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        address = f"127.0.0.1:{port}"
        arguments = [
            *("--auth", "none", "--bind-addr", address),
            *("--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"),
            *("--disable-getting-started-override", str(self.workspace)),
        ]
        # A session of its own: its extension hosts outlive it, unless the whole group is ended.
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [self.node, self.entry, *self._profile, *arguments],
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://{address}/healthz", timeout=5):
                    return f"http://{address}/?folder={self.workspace}"
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"code-server did not start:\n{self._log.read_text()[-2000:]}")

    def stop(self) -> None:
        if self._process is None:
            return
        for sent in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sent)
            except ProcessLookupError:
                break
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                continue
        self._process = None

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [self.node, self.entry, *self._profile, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def code_server(vsix: Path, tmp_path: Path) -> Iterator[CodeServer]:
    install = installer()
    if chromium() is None:
        pytest.skip("there is no Chromium: install it, or name it in CHROMIUM")
    if not install.installed():
        pytest.skip("code-server is not installed: run tests/e2e/install_code_server.py")
    server = CodeServer(vsix, tmp_path)
    yield server
    server.stop()


@pytest.fixture
def play(code_server: CodeServer) -> Callable[..., dict[str, Any]]:
    """Play a scenario, a script beside this file, in a browser. Returns what it reports."""

    def play(scenario: str, **options: Any) -> dict[str, Any]:
        node = shutil.which("node")
        if node is None:
            pytest.skip("the scenarios need node")
        RESULTS.mkdir(parents=True, exist_ok=True)
        setup = {
            "url": code_server.start(),
            "chromium": chromium(),
            "screenshots": str(RESULTS),
            **options,
        }
        done = subprocess.run(
            [node, str(HERE / f"{scenario}.mjs"), json.dumps(setup)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=SCENARIO_TIMEOUT,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return report

    return play
