"""Comparing a file that is open in Jupyter's file editor: `POST /hipwright/compare`.

The work is done by the command line in a process of its own, so that a compiler or a program that
misbehaves cannot hurt the server, and so that it can be ended when nobody waits for it any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

SECONDS_TO_LEAVE = 5.0
"""How long a comparison may take to end after it was interrupted, before it is killed."""

# Python puts the current folder on the import path, which here is the user's.
_START = (
    "import sys; sys.path[:] = [folder for folder in sys.path if folder];"
    "from hipwright.cli import main; main()"
)

COMPARED = (0, 1)
"""Exit statuses of `hipwright compare` that come with a comparison: they agree, or they do not."""


def file_below(root: Path, path: str) -> Path:
    """The file that the server calls `path`.

    Raises ValueError when it lies outside the server's folder, or is no file.
    """
    root = root.resolve()
    file = (root / path.lstrip("/")).resolve()
    if not file.is_relative_to(root):
        raise ValueError(f"{path} is outside the folder of this server")
    if not file.is_file():
        raise ValueError(f"{path} is not a file")
    return file


class Comparison:
    """One `hipwright compare` in a process of its own."""

    def __init__(self, file: Path) -> None:
        """Start comparing a program with its port, or a HIP program on 32 and on 64 lanes."""
        # The name of a file may look like an option; after ./ it cannot.
        command = ["compare", f".{os.sep}{file.name}", "--format", "json"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *command],
            cwd=file.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def wait(self) -> tuple[int, str, str]:
        """Wait for its end: exit status, output, error output."""
        output, errors = self._process.communicate()
        return self._process.returncode, output.decode(), errors.decode("utf-8", "replace")

    def stop(self) -> None:
        """Interrupt it, so that it ends the programs that it runs; kill it when it stays."""
        if self._process.poll() is not None:
            return
        with contextlib.suppress(OSError):
            if os.name == "nt":
                self._process.terminate()
            else:
                self._process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_LEAVE)
        if self._process.poll() is None:
            self._process.kill()


class CompareHandler(APIHandler):
    """Compares the file `{"path": …}`, and answers with the comparison as JSON."""

    auth_resource = "hipwright"
    comparison: Comparison | None = None

    @web.authenticated
    @authorized("execute")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        """Compare a file for a user who may execute."""
        given: Any = self.get_json_body()
        path = given.get("path") if isinstance(given, dict) else None
        if not isinstance(path, str) or not path:
            raise web.HTTPError(400, reason="Give the path of a file")
        root = getattr(self.contents_manager, "root_dir", None)
        if not root:
            raise web.HTTPError(400, reason="The files of this server are not in a folder")
        try:
            self.comparison = Comparison(file_below(Path(root).expanduser(), path))
        except ValueError as error:
            raise web.HTTPError(400, reason=str(error)) from None
        status, output, errors = await asyncio.to_thread(self.comparison.wait)
        if status in COMPARED and output:
            self.finish(output)
            return
        self.set_status(422)
        self.finish({"message": _message(errors, status)})

    def on_connection_close(self) -> None:
        """End the comparison that nobody waits for any more."""
        if self.comparison is not None:
            asyncio.get_running_loop().run_in_executor(None, self.comparison.stop)
        super().on_connection_close()


def _message(errors: str, status: int) -> str:
    lines = [line for line in errors.splitlines() if line.strip()]
    return lines[-1] if lines else f"The comparison ended with exit status {status}"
