"""A cell that runs on another machine: a second real Jupyter server, as JupyterLab shows it."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import requests
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parents[3] / "samples"
COMPARISON = "application/vnd.hipwright.compare+json"


@pytest.fixture
def second_server(jupyter: Any, tmp_path: Path) -> Iterator[str]:
    """A Jupyter server of its own, named `lab2` in the settings beside the notebook."""
    token = secrets.token_hex(16)
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
        "JUPYTER_TOKEN": token,
    }
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter_server", "--no-browser"),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"),
            *("--ServerApp.port_retries=0", f"--ServerApp.root_dir={tmp_path}"),
            *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=tmp_path,
    )
    secret = tmp_path / "lab2.token"
    secret.touch(mode=0o600)
    secret.write_text(token)
    settings = jupyter.root / "hipwright.toml"
    settings.write_text(
        f'[targets.lab2]\nurl = "http://127.0.0.1:{port}"\ntoken-file = "{secret}"\n'
    )
    try:
        wait_until_up(port, token, process)
        yield "lab2"
    finally:
        settings.unlink()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_up(port: int, token: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            answer = requests.get(
                f"http://127.0.0.1:{port}/api/status",
                headers={"Authorization": f"token {token}"},
                timeout=2,
            )
            if answer.ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise RuntimeError("the second Jupyter server did not start")


def test_a_cell_runs_on_another_server(jupyter: Any, second_server: str, scenario: Any) -> None:
    source = (SAMPLES / "ballot_compaction.cu").read_text()
    path = jupyter.root / "remote.ipynb"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = ["%load_ext hipwright", f"%%hip --compare --on {second_server}:cpu:64\n{source}"]
    notebook = new_notebook(
        cells=[new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": kernel, "language_info": {"name": "python"}},
    )
    nbformat.write(notebook, path)
    scenario("remote")
    saved = nbformat.read(path, as_version=4)
    (bundle,) = [o.data for o in saved.cells[1].outputs if COMPARISON in o.get("data", {})]
    assert bundle[COMPARISON]["verdict"] == "agree"
    assert [side["target"] for side in bundle[COMPARISON]["sides"]] == ["cpu:32", "lab2:cpu:64"]
