"""Targets on another machine: an ordinary Jupyter server there, by its address and a token."""

from __future__ import annotations

import atexit
import base64
import json
import tempfile
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hipwright_server.process import OutputCallback
from hipwright_server.program import Program
from hipwright_server.remote.bundle import PROBE, SERVE, UNPACK, bundle
from hipwright_server.remote.wire import program_to_json, run_from_json
from hipwright_server.run import Dialect, Run, RunStatus
from hipwright_server.targets.base import RunOptions, TargetDescription, unavailable
from hipwright_server.targets.events import read_events
from hipwright_server.targets.settings import RemoteServer

if TYPE_CHECKING:
    from hipwright_server.remote.client import Kernel
    from hipwright_server.remote.messages import Message

_STATE = "application/vnd.hipwright.state+json"
_NEEDED = "remote targets need requests and websocket-client: pip install hipwright[jupyter]"


@dataclass(frozen=True, slots=True)
class RemoteTarget:
    """A target on a server; without one, the best that is there for the program."""

    server: RemoteServer
    target: str = ""

    @property
    def name(self) -> str:
        """`lab2`, or `lab2:cpu:64`."""
        return f"{self.server.name}:{self.target}" if self.target else self.server.name

    @property
    def dialect(self) -> Dialect | None:
        """What the target there takes."""
        chosen = self.target or self.server.target
        if chosen.startswith(("rocm", "hip")):
            return "hip"
        return "cuda" if chosen.startswith("cuda") else None

    def describe(self) -> TargetDescription:
        """Whether the server is there and takes our token. No kernel is started for that."""
        title = "a Jupyter server"
        try:
            from hipwright_server.remote.client import JupyterServer, RemoteError
        except ModuleNotFoundError:
            return TargetDescription(self.name, title, "none", missing=_NEEDED)
        try:
            version = JupyterServer(self.server.url, self.server.token()).check()
        except (RemoteError, ValueError) as error:
            return TargetDescription(
                self.name, title, "none", missing=str(error), place=self.server.url
            )
        return TargetDescription(
            self.name, f"{title} {version}".strip(), "run", place=self.server.url
        )

    def run(
        self,
        program: Program,
        options: RunOptions | None = None,
        on_output: OutputCallback | None = None,
    ) -> Run:
        """Send the program there, run it, and bring back what came of it."""
        try:
            from hipwright_server.remote.client import RemoteError
        except ModuleNotFoundError:
            return unavailable(self, program, _NEEDED)
        options = options or RunOptions()
        identity = uuid.uuid4().hex
        request: dict[str, Any] = {
            "id": identity,
            "do": "run",
            "target": self.target or self.server.target,
            "program": program_to_json(program),
            "options": {
                "seconds": options.seconds,
                "memory_bytes": options.memory_bytes,
                "output_bytes": options.output_bytes,
                "architecture": options.architecture,
                "schedule": options.schedule,
                "checks": options.checks,
            },
        }
        answer = _Answer(identity, on_output)
        try:
            session = _session(self.server)
            run = session.ask(request, answer, options, program)
        except KeyboardInterrupt:
            run = Run(self.name, program.dialect, None, RunStatus.INTERRUPTED)
            run.message = "it was interrupted."
        except (RemoteError, ValueError) as error:
            run = unavailable(self, program, str(error))
        run.target = f"{self.server.name}:{run.target}" if run.target != self.name else self.name
        return run


@dataclass(slots=True)
class _Answer:
    """Collects what the far side sends for one request."""

    request: str
    on_output: OutputCallback | None
    channel: str = ""
    run: dict[str, Any] | None = None
    targets: list[dict[str, Any]] = field(default_factory=list)
    stdout: bytes = b""
    stderr: bytes = b""
    files: dict[str, list[bytes]] = field(default_factory=dict)
    state: str = ""
    error: str = ""

    def take(self, message: Message) -> None:
        content = message.content
        if message.kind == "comm_open" and content.get("data", {}).get("request") == self.request:
            self.channel = content["comm_id"]
        elif message.kind == "comm_msg" and self.channel == content.get("comm_id"):
            self._data(content["data"], message.buffers)
        elif message.kind == "display_data" and _STATE in content.get("data", {}):
            self.state = content["data"][_STATE]["state"]
        elif message.kind == "error":
            self.error = f"{content.get('ename')}: {content.get('evalue')}"

    def _data(self, data: dict[str, Any], buffers: list[bytes]) -> None:
        kind = data.get("kind")
        if kind == "output" and self.on_output is not None:
            for name, text in data["parts"]:
                self.on_output(name, text)
        elif kind == "stdout":
            self.stdout = b"".join(buffers)
        elif kind == "stderr":
            self.stderr = b"".join(buffers)
        elif kind == "file":
            self.files.setdefault(data["name"], []).extend(buffers)
        elif kind == "run":
            self.run = data["run"]
        elif kind == "targets":
            self.targets = data["targets"]


class _Session:
    """A kernel on a server, with what it needs from us, kept for the next run."""

    def __init__(self, server: RemoteServer) -> None:
        self._server = server
        self._kernel: Kernel | None = None
        self._lock = threading.Lock()

    def ask(
        self, request: dict[str, Any], answer: _Answer, options: RunOptions, program: Program
    ) -> Run:
        """Run a program there.

        Raises:
            RemoteError: the server or its kernel is gone.
            ValueError: there is no token.
        """
        from hipwright_server.remote.client import RemoteError

        with self._lock:
            try:
                kernel = self._ready(answer)
                code = SERVE.format(
                    hash=bundle()[1],
                    request=base64.b64encode(json.dumps(request).encode()).decode(),
                )
                reply = kernel.execute(code, answer.take, options.stop, self._notice(answer))
            except RemoteError:
                self._forget()
                raise
            except KeyboardInterrupt:
                self._forget()
                raise
        if answer.run is None:
            if reply.get("ename") == "KeyboardInterrupt":
                raise KeyboardInterrupt
            raise RemoteError(answer.error or "the remote kernel gave no answer")
        run = run_from_json(answer.run)
        run.stdout, run.stderr = answer.stdout, answer.stderr
        _read_arrays(answer.files, run, program)
        return run

    def close(self) -> None:
        """End the kernel."""
        if self._kernel is not None:
            self._kernel.close(seconds=2)
            self._kernel = None

    def _forget(self) -> None:
        kernel, self._kernel = self._kernel, None
        if kernel is not None:
            threading.Thread(target=kernel.close, daemon=True).start()

    def _notice(self, answer: _Answer) -> Callable[[str], None]:
        def notice(text: str) -> None:
            if answer.on_output is not None:
                answer.on_output("stderr", f"hipwright: {text}\n")

        return notice

    def _ready(self, answer: _Answer) -> Kernel:
        """The kernel, started when there is none, with our package unpacked there."""
        from hipwright_server.remote.client import JupyterServer, RemoteError

        if self._kernel is not None:
            return self._kernel
        kernel = JupyterServer(self._server.url, self._server.token()).start_kernel(
            self._server.kernel
        )
        self._kernel = kernel
        archive, identity = bundle()
        kernel.execute(PROBE.format(hash=identity), answer.take)
        if answer.state == "send":
            packed = base64.b64encode(archive).decode()
            reply = kernel.execute(UNPACK.format(hash=identity, archive=packed), answer.take)
            if reply.get("status") != "ok":
                raise RemoteError(f"{self._server.name} cannot take what it needs: {answer.error}")
        elif answer.state != "ready":
            raise RemoteError(f"{self._server.name}: {answer.state or answer.error}")
        return kernel


def _read_arrays(files: dict[str, list[bytes]], run: Run, program: Program) -> None:
    """The arrays that came back as files."""
    with tempfile.TemporaryDirectory(prefix="hipwright-run-") as folder:
        directory = Path(folder)
        for name, pieces in files.items():
            path = (directory / name).resolve()
            if directory.resolve() not in path.parents:
                continue  # the far side has no business elsewhere
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(pieces))
        scratch = replace(run, launches=[], reports=[], arrays=[])
        read_events(directory, scratch, {file.name: file.text for file in program.files})
        run.arrays = scratch.arrays


_sessions: dict[RemoteServer, _Session] = {}
_sessions_lock = threading.Lock()


def _session(server: RemoteServer) -> _Session:
    with _sessions_lock:
        if not _sessions:
            atexit.register(close_sessions)
        return _sessions.setdefault(server, _Session(server))


def close_sessions() -> None:
    """End every kernel that this process started on a server."""
    with _sessions_lock:
        for session in _sessions.values():
            session.close()
        _sessions.clear()
