"""Messages over standard input and output: frames of `Content-Length`, one after the other.

A thread reads, so that the server knows whether more is waiting: diagnostics of a version that is
already out of date are not worth sending, and a request that was cancelled is not worth answering.
"""

from __future__ import annotations

import json
import logging
import threading
from queue import SimpleQueue
from typing import BinaryIO

logger = logging.getLogger(__name__)

# A message past this size is not one of an editor; reading it would only eat the memory.
_LARGEST = 512 * 1024 * 1024


class MessageReader:
    """Reads frames in a thread, in order."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        self._cancelled: set[str | int] = set()
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def next(self, timeout: float | None = None) -> bytes | None:
        """The body of the next message; None when the client is gone.

        Raises queue.Empty when `timeout` seconds, where given, pass without one.
        """
        return self._waiting.get(timeout=timeout)

    def idle(self) -> bool:
        """Whether no message is waiting."""
        return self._waiting.empty()

    def was_cancelled(self, message_id: str | int) -> bool:
        """Whether the client took this request back. Asked once for a request."""
        if message_id in self._cancelled:
            self._cancelled.discard(message_id)
            return True
        return False

    def _run(self) -> None:
        try:
            while (body := read_frame(self._stream)) is not None:
                # Where in a message its method stands is up to the client; it is short, though.
                if len(body) < 1000 and b'"$/cancelRequest"' in body:
                    self._note_cancel(body)
                self._waiting.put(body)
                if len(body) < 1000 and _method(body) == "exit":
                    break  # a thread that still reads at the end would hang the interpreter
        except (OSError, ValueError) as error:
            logger.error("cannot read from the client: %s", error)
        finally:
            self._waiting.put(None)

    def _note_cancel(self, body: bytes) -> None:
        try:
            self._cancelled.add(json.loads(body)["params"]["id"])  # TypeError: not hashable
        except (ValueError, TypeError, KeyError):
            logger.warning("a cancel notification without an id")


def _method(body: bytes) -> object:
    try:
        return json.loads(body)["method"] if b'"exit"' in body else None
    except (ValueError, TypeError, KeyError):
        return None


def read_frame(stream: BinaryIO) -> bytes | None:
    """The body of the next frame, or None at the end of the stream.

    Raises ValueError when the header holds no usable length: the place of the next message is
    lost then, and nothing after it can be understood.
    """
    length: int | None = None
    while True:
        line = stream.readline(4096)
        if not line:
            return None
        name, colon, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and colon:
            length = int(value)  # a ValueError of its own
        elif not line.strip():
            if length is None:
                continue  # blank lines between frames do no harm
            if not 0 <= length <= _LARGEST:
                raise ValueError(f"a message of {length} bytes")
            body = stream.read(length)
            return body if len(body) == length else None
