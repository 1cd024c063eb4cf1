"""A real JupyterLab with a token on loopback, and a real Chromium to look at it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
RESULTS = REPOSITORY / "test-results" / "jupyterlab"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True)
class JupyterServer:
    """A running server: where it is, what it needs to let one in, and the folder it shows."""

    port: int
    token: str
    root: Path
    log: Path
    pid: int = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def browser() -> str:
    """The path of a Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on the PATH: install the package chromium")
    return found


@pytest.fixture(scope="session")
def node() -> str:
    """The path of node, when the workspace has playwright-core."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("no node on the PATH")
    if not (REPOSITORY / "node_modules" / "playwright-core").is_dir():
        pytest.skip("playwright-core is not installed: run `npm ci`")
    return found


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """A JupyterLab of its own: its settings, data and files are in a fresh folder."""
    if not (REPOSITORY / "server/hipwright_server/labextension/package.json").is_file():
        pytest.skip("the labextension is not built: run `npm run build -w labextension`")
    folder = tmp_path_factory.mktemp("lab")
    root = folder / "files"
    root.mkdir()
    notifications = folder / "config/lab/user-settings/@jupyterlab/apputils-extension"
    notifications.mkdir(parents=True)
    quiet = '{"fetchNews": "false", "checkForUpdates": false}'
    (notifications / "notification.jupyterlab-settings").write_text(quiet)
    token = secrets.token_hex(16)
    port = free_port()
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_TOKEN": token,
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    lab = ["jupyterlab", "--LabApp.workspaces_dir=" + str(folder / "workspaces")]
    with serving(lab, JupyterServer(port, token, root, folder / "server.log"), environment) as up:
        yield up


@pytest.fixture
def second_server(jupyter: JupyterServer, tmp_path: Path) -> Iterator[str]:
    """A Jupyter server of its own, named `lab2` in the settings beside the notebooks."""
    token = secrets.token_hex(16)
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "JUPYTER_TOKEN": token,
    }
    secret = tmp_path / "lab2.token"
    secret.touch(mode=0o600)
    secret.write_text(token)
    server = JupyterServer(free_port(), token, tmp_path, tmp_path / "server.log")
    settings = jupyter.root / "hipwright.toml"
    with serving(["jupyter_server"], server, environment) as up:
        settings.write_text(f'[targets.lab2]\nurl = "{up.url}"\ntoken-file = "{secret}"\n')
        yield "lab2"
        settings.unlink()


@contextmanager
def serving(
    module: list[str], server: JupyterServer, environment: dict[str, str]
) -> Iterator[JupyterServer]:
    """The server, running: `module` is what to run, with options of its own."""
    with server.log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", *module),
                *("--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={server.port}"),
                *("--ServerApp.port_retries=0", f"--ServerApp.root_dir={server.root}"),
                *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=server.log.parent,
        )
    try:
        wait_until_up(server, process)
        yield replace(server, pid=process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_up(server: JupyterServer, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; fail with its log when it does not."""
    deadline = time.monotonic() + 60
    request = urllib.request.Request(
        f"{server.url}/api/status", headers={"Authorization": f"token {server.token}"}
    )
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(request, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{server.log.read_text()[-3000:]}")


Scenario = Callable[..., None]


@pytest.fixture
def scenario(jupyter: JupyterServer, browser: str, node: str) -> Scenario:
    """Run one of the scenarios beside this file, `name.mjs`, and fail with what it says."""

    def run(name: str, **options: object) -> None:
        RESULTS.mkdir(parents=True, exist_ok=True)
        given = {
            "url": jupyter.url,
            "token": jupyter.token,
            "browser": browser,
            "results": str(RESULTS),
            **options,
        }
        # By the environment and not as arguments: those of a process can be read by everybody.
        done = subprocess.run(
            [node, str(HERE / f"{name}.mjs")],
            env={**os.environ, "HIPWRIGHT_SCENARIO": json.dumps(given)},
            capture_output=True,
            text=True,
            timeout=240,
        )
        if done.returncode != 0:
            log = jupyter.log.read_text()[-2000:]
            pytest.fail(f"{done.stdout}\n{done.stderr}\n--- the server said:\n{log}", pytrace=False)

    return run
