"""The far side: runs a program in a Jupyter kernel and sends back what came of it.

Output goes back as it is produced, and arrays as binary buffers, over a comm: what a kernel prints
is limited to 1 MB/s by its server, and dropped beyond that.
"""

from __future__ import annotations

import base64
import json
import tempfile
import threading
from pathlib import Path
from typing import Any

from hipwright.user_directory import cache_directory
from hipwright_server.process import StreamName
from hipwright_server.program import Program
from hipwright_server.remote.wire import program_from_json, run_to_json
from hipwright_server.targets.base import RunOptions, Target
from hipwright_server.targets.cpu import CpuTarget
from hipwright_server.targets.find import find_local
from hipwright_server.targets.gpu import GpuTarget

COMM_TARGET = "hipwright"
_BUFFER_BYTES = 4 * 1024 * 1024
_FLUSH_SECONDS = 0.04


def serve(request: str) -> None:
    """Do what a request asks for: run a program, or describe the targets that are here."""
    from comm import create_comm

    asked = json.loads(base64.b64decode(request))
    channel = create_comm(target_name=COMM_TARGET, data={"request": asked["id"]})
    try:
        if asked["do"] == "describe":
            channel.send({"kind": "targets", "targets": _describe()})
        else:
            _run(asked, channel)
    finally:
        channel.close()


def _describe() -> list[dict[str, Any]]:
    from dataclasses import asdict

    targets: list[Target] = [CpuTarget(32), CpuTarget(64), GpuTarget("cuda"), GpuTarget("hip")]
    return [asdict(target.describe()) for target in targets]


def best_target(program: Program) -> Target:
    """A GPU that can run the program, else the CPU device with the warp of its vendor."""
    gpu = GpuTarget(program.dialect)
    if gpu.describe().ability == "run":
        return gpu
    return CpuTarget(32 if program.dialect == "cuda" else 64)


def _run(asked: dict[str, Any], channel: Any) -> None:
    with tempfile.TemporaryDirectory(prefix="hipwright-remote-") as folder:
        directory = Path(folder)
        written = directory / "run"
        written.mkdir()
        work = directory / "work"
        work.mkdir()
        # Always the same, and empty: a program is found in the cache again.
        root = cache_directory() / "remote" / "root"
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        program = program_from_json(asked["program"], root, work)
        target = find_local(asked["target"]) if asked["target"] else best_target(program)
        chosen = asked["options"]
        options = RunOptions(
            seconds=chosen["seconds"],
            memory_bytes=chosen["memory_bytes"],
            output_bytes=chosen["output_bytes"],
            architecture=chosen["architecture"],
            schedule=chosen["schedule"],
            checks=tuple(chosen["checks"]),
            run_directory=written,
        )
        with _Output(channel) as output:
            run = target.run(program, options, output.take)
        channel.send({"kind": "stdout"}, buffers=_pieces(run.stdout))
        channel.send({"kind": "stderr"}, buffers=_pieces(run.stderr))
        for path in sorted(written.rglob("*")):
            if path.is_file():
                _send_file(channel, path, path.relative_to(written).as_posix())
        channel.send({"kind": "run", "run": run_to_json(run)})


def _pieces(content: bytes) -> list[bytes]:
    return [content[at : at + _BUFFER_BYTES] for at in range(0, len(content), _BUFFER_BYTES)]


def _send_file(channel: Any, path: Path, name: str) -> None:
    with path.open("rb") as file:
        while True:
            piece = file.read(_BUFFER_BYTES)
            if not piece:
                return
            channel.send({"kind": "file", "name": name}, buffers=[piece])


class _Output:
    """Sends output on, a few dozen times a second at most: servers drop what comes faster."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self._pending: list[tuple[StreamName, str]] = []
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._send_on, daemon=True)

    def __enter__(self) -> _Output:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._flush()

    def take(self, name: StreamName, text: str) -> None:
        with self._lock:
            if self._pending and self._pending[-1][0] == name:
                self._pending[-1] = (name, self._pending[-1][1] + text)
            else:
                self._pending.append((name, text))

    def _send_on(self) -> None:
        while not self._done.wait(_FLUSH_SECONDS):
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            pending, self._pending = self._pending, []
        if pending:
            self._channel.send({"kind": "output", "parts": pending})
