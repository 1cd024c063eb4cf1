"""The framing around the language server's messages, and the life of its process."""

from __future__ import annotations

import io
import json
import os
import queue
import sys
import time
from pathlib import Path

import pytest

from hipwright_server.language_server_process import (
    LanguageServerProcess,
    NotTheProtocolError,
    frame,
    read_message,
)


@pytest.mark.parametrize("message", ['{"id": 1}', '{"text": "für 64 lanes \U0001f600"}', "{}"])
def test_a_framed_message_comes_back(message: str) -> None:
    assert read_message(io.BytesIO(frame(message))) == message.encode()


def test_messages_follow_each_other() -> None:
    stream = io.BytesIO(frame('{"id": 1}') + frame('{"id": 2}'))
    assert [read_message(stream) for _ in range(3)] == [b'{"id": 1}', b'{"id": 2}', None]


def test_other_headers_are_passed_over() -> None:
    stream = io.BytesIO(b"Content-Type: application/json\r\ncontent-length: 2\r\n\r\n{}")
    assert read_message(stream) == b"{}"


@pytest.mark.parametrize(
    "content",
    [
        b"Hello, I am a warning\n",
        b"Content-Length: many\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Type: text/plain\r\n\r\n",
        b"x" * 5000,
    ],
)
def test_what_is_not_the_protocol_is_refused(content: bytes) -> None:
    with pytest.raises(NotTheProtocolError):
        read_message(io.BytesIO(content))


def test_a_message_that_was_cut_is_the_end() -> None:
    assert read_message(io.BytesIO(b"Content-Length: 10\r\n\r\n{}")) is None


class Heard:
    """Collects what a process says."""

    def __init__(self) -> None:
        self.messages: queue.Queue[str] = queue.Queue()
        self.ends: queue.Queue[str] = queue.Queue()
        self.log: queue.Queue[str] = queue.Queue()

    def start(self, *command: str) -> LanguageServerProcess:
        return LanguageServerProcess(
            self.messages.put, self.ends.put, self.log.put, command=command or None
        )


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_the_real_server_answers_and_leaves_when_it_is_stopped() -> None:
    heard = Heard()
    server = heard.start()
    initialize = {"processId": None, "rootUri": None, "capabilities": {}}
    server.send(
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": initialize})
    )
    answer = json.loads(heard.messages.get(timeout=20))
    assert answer["result"]["serverInfo"]["name"]
    assert "codeActionProvider" in answer["result"]["capabilities"]
    server.stop()
    heard.ends.get(timeout=10)
    assert not is_running(server.pid)


def test_a_process_that_does_not_leave_is_killed() -> None:
    heard = Heard()
    stubborn = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)"
    server = heard.start(sys.executable, "-c", stubborn)
    started = time.monotonic()
    server.stop()
    assert heard.ends.get(timeout=10)
    assert time.monotonic() - started < 8
    assert not is_running(server.pid)


def test_a_crash_is_told_with_its_last_line() -> None:
    heard = Heard()
    heard.start(sys.executable, "-c", "import sys; sys.exit('no such table')")
    assert heard.ends.get(timeout=10) == (
        "The language server ended (exit status 1): no such table"
    )


def test_a_process_that_prints_something_else_is_ended() -> None:
    heard = Heard()
    heard.start(sys.executable, "-c", "print('debug'); import time; time.sleep(60)")
    assert "not a message" in heard.ends.get(timeout=10)


def test_files_of_the_folder_one_works_in_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook folder may hold a click.py of the user's; nothing of theirs runs unasked."""
    (tmp_path / "click.py").write_text("raise SystemExit('the file of the user was run')")
    monkeypatch.chdir(tmp_path)
    heard = Heard()
    server = heard.start()
    server.send('{"jsonrpc": "2.0", "id": 1, "method": "shutdown"}')
    assert json.loads(heard.messages.get(timeout=20))["id"] == 1
    server.stop()
    assert "user" not in heard.ends.get(timeout=10)
