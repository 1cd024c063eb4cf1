"""One language server in a process of its own, spoken to in whole messages.

The language server protocol frames its JSON messages with a `Content-Length` header on the standard
streams. Here that framing is taken off and put on, so that a websocket can carry one message a
frame. Threads do the blocking work rather than asyncio's subprocesses, because the event loop that
Jupyter runs on Windows has none.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import hipwright

SECONDS_TO_LEAVE = 2.0
"""How long a process may take to end after its input was closed, before it is killed."""

LONGEST_HEADER = 1024
"""Bytes in one header line; more than that is not the protocol."""


class NotTheProtocolError(Exception):
    """The process wrote something that is not a framed message."""


def language_server_command() -> list[str]:
    """The command of the language server, in the Python that runs this."""
    return [sys.executable, "-m", "hipwright", "lsp"]


def read_message(stream: IO[bytes]) -> bytes | None:
    """Read the next framed message; None at the end of the stream.

    Raises NotTheProtocolError when the stream holds anything else.
    """
    length: int | None = None
    while True:
        line = stream.readline(LONGEST_HEADER)
        if not line:
            return None
        header = line.strip()
        if not header:
            break
        name, colon, value = header.partition(b":")
        if not colon or not line.endswith(b"\n"):
            raise NotTheProtocolError(f"expected a header, got {line[:80]!r}")
        if name.strip().lower() == b"content-length":
            try:
                length = int(value)
            except ValueError:
                raise NotTheProtocolError(f"not a length: {value[:80]!r}") from None
    if length is None or length < 0:
        raise NotTheProtocolError("a message without its length")
    content = stream.read(length)
    return content if len(content) == length else None


def frame(message: str) -> bytes:
    """Put the protocol's header before one message."""
    content = message.encode("utf-8")
    return b"Content-Length: %d\r\n\r\n%b" % (len(content), content)


class LanguageServerProcess:
    """A running language server.

    `on_message` gets each message that the process sends, `on_end` gets one sentence when it is
    over, once. Both are called from threads of this object: hand them over to the event loop.
    """

    def __init__(
        self,
        on_message: Callable[[str], None],
        on_end: Callable[[str], None],
        on_log: Callable[[str], None],
        command: Sequence[str] | None = None,
    ) -> None:
        """Start the process.

        Raises OSError when it cannot be started.
        """
        self._on_message = on_message
        self._on_end = on_end
        self._on_log = on_log
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._last_words: deque[str] = deque(maxlen=5)
        self._process = subprocess.Popen(
            list(command or language_server_command()),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # `-m` puts the current folder on the import path. It must not be a folder of the
            # user's, whose files would then be imported before they asked for anything.
            cwd=Path(hipwright.__file__).parent.parent,
            env={**os.environ, "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"},
        )
        self._log_reader = self._start(self._read_log)
        self._start(self._write)
        self._start(self._read)

    @property
    def pid(self) -> int:
        """The identifier of the process."""
        return self._process.pid

    def send(self, message: str) -> None:
        """Send one message. Never blocks; what comes after `stop` is dropped."""
        self._outgoing.put(frame(message))

    def stop(self) -> None:
        """Close its input, and kill it when it does not leave by itself. Returns at once."""
        self._outgoing.put(None)

    def _start(self, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name=f"hipwright {work.__name__}", daemon=True)
        thread.start()
        return thread

    def _write(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        try:
            while (content := self._outgoing.get()) is not None:
                stream.write(content)
                stream.flush()
        except OSError:
            pass  # it ended; the reader says so
        finally:
            with contextlib.suppress(OSError):
                stream.close()
        try:
            self._process.wait(SECONDS_TO_LEAVE)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        problem = ""
        try:
            while (content := read_message(stream)) is not None:
                self._on_message(content.decode("utf-8"))
        except (NotTheProtocolError, UnicodeDecodeError, OSError) as error:
            problem = f"The language server wrote what is not a message: {error}"
            self._process.kill()
        self.stop()
        status = self._process.wait()
        self._log_reader.join(SECONDS_TO_LEAVE)
        self._on_end(problem or self._describe_end(status))

    def _read_log(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        for line in stream:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                self._last_words.append(text)
                self._on_log(text)

    def _describe_end(self, status: int) -> str:
        how = f"exit status {status}" if status >= 0 else f"signal {-status}"
        words = f": {self._last_words[-1]}" if status and self._last_words else ""
        return f"The language server ended ({how}){words}"
