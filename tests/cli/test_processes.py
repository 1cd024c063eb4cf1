"""Work spread over processes: interrupted, killed, and a worker that dies."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")


@pytest.fixture
def tree(tmp_path: Path, vector_add: bytes) -> Path:
    """Enough work for several processes, and for a few seconds."""
    folder = tmp_path / "src"
    folder.mkdir()
    big = (
        vector_add
        + b"// "
        + b"x = a[i] + 1; " * 40_000
        + b"\n"
        + b"int f() { return 1; }\n" * 20_000
    )
    for number in range(60):
        (folder / f"{number}.cu").write_bytes(big)
    return folder


def _start(tree: Path) -> tuple[subprocess.Popen[bytes], list[int]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "hipwright", "port", "src", "-o", "out", "--jobs", "2"],
        cwd=tree.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if len(children) >= 2 and (tree.parent / "out").is_dir():
            return process, [int(child) for child in children]
        time.sleep(0.02)
    raise AssertionError("no workers were started")


def _gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        alive = [pid for pid in pids if _is_running(pid)]
        if not alive:
            return True
        time.sleep(0.05)
    return False


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _no_half_written(tree: Path) -> bool:
    sizes = {path.stat().st_size for path in (tree.parent / "out").glob("*.hip")}
    return len(sizes) <= 1


def test_interrupt(tree):
    process, workers = _start(tree)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.strip() == b"hipwright: interrupted"
    assert _gone(workers)
    assert _no_half_written(tree)


def test_workers_go_with_a_killed_parent(tree):
    process, workers = _start(tree)
    process.kill()
    process.communicate(timeout=30)
    assert _gone(workers)
    assert _no_half_written(tree)


def test_a_killed_worker_is_told(tree):
    process, workers = _start(tree)
    os.kill(workers[0], signal.SIGKILL)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert err == (
        b"hipwright: error: a worker process was killed, perhaps for memory; "
        b"try again with --jobs 1\n"
    )
    assert _gone(workers)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_progress_bar_on_a_terminal_only(tmp_path, vector_add, terminal):
    import pty

    folder = tmp_path / "src"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number}.cu").write_bytes(vector_add)
    master, slave = pty.openpty()
    process = subprocess.run(
        [sys.executable, "-m", "hipwright", "port", "src", "-o", "out"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=slave if terminal else subprocess.PIPE,
        env={**os.environ, "TERM": "xterm"},
        check=False,
    )
    os.close(slave)
    shown = b""
    if terminal:
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while part := os.read(master, 65536):
                shown += part
    else:
        shown = process.stderr
    os.close(master)
    assert process.returncode == 0
    assert b"Ported 60 files" in process.stdout
    assert (b"60/60" in shown) is terminal
    assert terminal or shown == b""
