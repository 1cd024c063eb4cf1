"""Running one process under limits: output as it comes, a timeout, a memory limit, an interrupt.

Whatever happens, nothing is left behind: the process gets a session of its own, and when it is
over, or has to be, every process of that session is ended, and those that left the session too (on
Linux, where the environment of a process can be read).
"""

from __future__ import annotations

import codecs
import contextlib
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

StreamName = Literal["stdout", "stderr"]
OutputCallback = Callable[[StreamName, str], None]

MARK = "HIPWRIGHT_RUN_MARK"  # in the environment of all that we start: finds what left its session
OUTPUT_BYTES = 64 * 1024 * 1024

_CHUNK_BYTES = 1 << 16
_LAST_READS = (
    32  # chunks of each stream, once all has ended: twice what the system lets a pipe hold
)
_POLL_SECONDS = 0.05
_GRACE_SECONDS = 0.3  # between asking a process to end and ending it
_FIRST_SIGNAL = {
    "itself": signal.SIGTERM,
    "timeout": signal.SIGTERM,
    "memory": signal.SIGTERM,
    "interrupt": signal.SIGINT,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a process may take. None is no limit."""

    seconds: float | None = None
    memory_bytes: int | None = None  # resident, of the process and its children together
    output_bytes: int = (
        OUTPUT_BYTES  # how much of each stream is kept; the rest is read and dropped
    )


@dataclass(slots=True)
class Finished:
    """How a process ended."""

    exit_status: int | None
    signal: str | None
    stdout: bytes
    stderr: bytes
    output_cut: bool
    seconds: float
    ended_by: Literal["itself", "timeout", "memory", "interrupt"] = "itself"


class Stop:
    """Asks running processes to end, from another thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask."""
        self._event.set()

    def is_set(self) -> bool:
        """Whether it was asked."""
        return self._event.is_set()


class _Stream:
    """Collects one stream up to a limit, and hands it on as text."""

    def __init__(
        self, name: StreamName, pipe: IO[bytes], limit: int, callback: OutputCallback | None
    ) -> None:
        self.name = name
        self.pipe = pipe
        self.kept = bytearray()
        self.cut = False
        self._limit = limit
        self._callback = callback
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def take(self, data: bytes) -> None:
        room = self._limit - len(self.kept)
        if len(data) > room:
            self.cut = True
            data = data[:room]
        if data:
            self.kept += data
            self._show(self._decoder.decode(data))

    def finish(self) -> None:
        self._show(self._decoder.decode(b"", True))

    def _show(self, text: str) -> None:
        if text and self._callback is not None:
            self._callback(self.name, text)


def run_process(
    command: Sequence[str],
    *,
    directory: Path,
    executable: Path | None = None,
    environment: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    on_output: OutputCallback | None = None,
    stop: Stop | None = None,
) -> Finished:
    """Run `command` to its end, or to the first limit that it meets.

    With `executable`, that is what runs, and the command's first word is only what it is called.

    An interrupt (KeyboardInterrupt in this thread, or `stop`) is passed on as SIGINT, a limit as
    SIGTERM; what does not end then is killed. Both are reported in the result, not raised.

    Raises:
        OSError: the command cannot be started.
    """
    limits = limits or Limits()
    mark = f"{os.getpid()}-{time.monotonic_ns()}-{threading.get_ident()}"
    process = subprocess.Popen(
        list(command),
        executable=executable,
        cwd=directory,
        env={**(os.environ if environment is None else environment), MARK: mark},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    started = time.monotonic()
    assert process.stdout is not None
    assert process.stderr is not None
    streams = (
        _Stream("stdout", process.stdout, limits.output_bytes, on_output),
        _Stream("stderr", process.stderr, limits.output_bytes, on_output),
    )
    ended_by: Literal["itself", "timeout", "memory", "interrupt"] = "itself"
    try:
        ended_by = _watch(process, streams, started, limits, stop)
    except KeyboardInterrupt:
        ended_by = "interrupt"
    finally:
        _end(process, streams, mark, _FIRST_SIGNAL[ended_by])
    for stream in streams:
        stream.finish()
    code = process.returncode
    return Finished(
        exit_status=code if code >= 0 else None,
        signal=_signal_name(-code) if code < 0 else None,
        stdout=bytes(streams[0].kept),
        stderr=bytes(streams[1].kept),
        output_cut=any(stream.cut for stream in streams),
        seconds=time.monotonic() - started,
        ended_by=ended_by,
    )


def _watch(
    process: subprocess.Popen[bytes],
    streams: Sequence[_Stream],
    started: float,
    limits: Limits,
    stop: Stop | None,
) -> Literal["itself", "timeout", "memory", "interrupt"]:
    """Read and wait until the process ends or meets a limit."""
    with contextlib.ExitStack() as stack:
        selector = stack.enter_context(_selecting(streams))
        if hasattr(os, "pidfd_open"):  # wakes us the moment the process ends
            with contextlib.suppress(OSError):
                ending = os.pidfd_open(process.pid)
                stack.callback(os.close, ending)
                selector.register(ending, selectors.EVENT_READ, None)
        memory_checked = started
        while process.poll() is None:
            now = time.monotonic()
            if limits.seconds is not None and now - started > limits.seconds:
                return "timeout"
            if stop is not None and stop.is_set():
                return "interrupt"
            if limits.memory_bytes is not None and now - memory_checked >= _POLL_SECONDS:
                memory_checked = now
                if resident_bytes(process.pid) > limits.memory_bytes:
                    return "memory"
            _read_all(selector, _POLL_SECONDS)
        return "itself"


def _read(stream: _Stream) -> bool:
    """Take what is there; False at the end of the stream."""
    try:
        data = os.read(stream.pipe.fileno(), _CHUNK_BYTES)
    except BlockingIOError:
        return True
    stream.take(data)
    return bool(data)


def _end(
    process: subprocess.Popen[bytes],
    streams: Sequence[_Stream],
    mark: str,
    first_signal: signal.Signals,
) -> None:
    """End the whole session, take the rest of the output, and leave no zombie.

    Asked first, a program may say where it was: the CPU device does.
    """
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, first_signal)
        _read_while_it_ends(process, streams, time.monotonic() + _GRACE_SECONDS)
    # The group outlives its leader as long as any process of it does.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for pid in _marked(mark):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    _take_the_rest(streams)
    process.wait()
    for stream in streams:
        stream.pipe.close()


def _read_while_it_ends(
    process: subprocess.Popen[bytes], streams: Sequence[_Stream], until: float
) -> None:
    """Read on, until the process has ended or closed its streams, or it is `until`."""
    with _selecting(streams) as selector:
        while selector.get_map() and process.poll() is None:
            left = until - time.monotonic()
            if left <= 0:
                return
            _read_all(selector, min(left, _POLL_SECONDS))


def _take_the_rest(streams: Sequence[_Stream]) -> None:
    """Read what the pipes hold when all has ended.

    No clock ends this: on a busy machine any time may be over before the first look. Whoever
    escaped its end may hold a pipe open, silent or not.
    """
    with _selecting(streams) as selector:
        for _ in range(_LAST_READS):
            if not selector.get_map() or not _read_all(selector, _POLL_SECONDS):
                return


@contextlib.contextmanager
def _selecting(streams: Sequence[_Stream]) -> Iterator[selectors.BaseSelector]:
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            os.set_blocking(stream.pipe.fileno(), False)
            selector.register(stream.pipe, selectors.EVENT_READ, stream)
        yield selector


def _read_all(selector: selectors.BaseSelector, seconds: float) -> bool:
    """Take from each stream what is there, waiting for it at most so long; False if nothing is."""
    events = selector.select(seconds)
    for key, _ in events:
        if key.data is not None and not _read(key.data):
            selector.unregister(key.fileobj)
    return bool(events)


def _marked(mark: str) -> list[int]:
    """The processes that carry the mark, or the mark of one of us that is no more (on Linux).

    A notebook's kernel that is killed cannot end its programs: the next of us does it.
    """
    if sys.platform != "linux":
        return []
    found = []
    prefix = f"{MARK}=".encode()
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError):
            for variable in Path(entry.path, "environ").read_bytes().split(b"\0"):
                if variable.startswith(prefix):
                    other = variable[len(prefix) :].decode()
                    owner = int(other.partition("-")[0])
                    if other == mark or not Path(f"/proc/{owner}").exists():
                        found.append(int(entry.name))
                    break
    return found


def end_orphans() -> None:
    """End the programs that one of us left behind when it was killed (on Linux)."""
    for pid in _marked(""):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def resident_bytes(session: int) -> int:
    """Resident memory of all processes of a session, in bytes; 0 where it cannot be known."""
    if sys.platform != "linux":
        return _resident_bytes_by_ps(session)
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                # After the name, which may hold anything: state, parent, group, session, …
                fields = Path(entry.path, "stat").read_text("utf-8", "replace").rpartition(")")[2]
                values = fields.split()
                if int(values[3]) == session:
                    total += int(values[21]) * page
    return total


def _resident_bytes_by_ps(group: int) -> int:
    listing = subprocess.run(
        ["ps", "-ax", "-o", "pgid=,rss="], capture_output=True, text=True, check=False
    ).stdout
    rows = (line.split() for line in listing.splitlines())
    return sum(int(row[1]) * 1024 for row in rows if len(row) == 2 and row[0] == str(group))


def physical_memory_bytes() -> int:
    """How much memory this machine has; 0 where it cannot be known."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return 0


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
