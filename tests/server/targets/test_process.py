"""Running processes: output, limits, and that nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hipwright_server import process
from hipwright_server.process import (
    MARK,
    Limits,
    Stop,
    end_orphans,
    resident_bytes,
    run_process,
)

pytestmark = pytest.mark.skipif(
    sys.platform not in ("linux", "darwin"), reason="programs run on Linux and macOS only"
)


def python(code: str, tmp_path: Path, **options):
    return run_process([sys.executable, "-c", code], directory=tmp_path, **options)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie still has its number; a test machine's init may be slow to collect it.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def ends(pid: int) -> bool:
    """Whether it ends; a kill that was sent takes effect a moment later."""
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not alive(pid)


def test_output_comes_as_it_is_produced_and_is_kept(tmp_path):
    seen: list[tuple[str, str, float]] = []
    code = (
        "import sys, time\n"
        "print('first', flush=True); time.sleep(0.3)\n"
        "print('second', flush=True); print('bad', file=sys.stderr)"
    )
    done = python(
        code, tmp_path, on_output=lambda name, text: seen.append((name, text, time.monotonic()))
    )
    assert (done.stdout, done.stderr, done.exit_status) == (b"first\nsecond\n", b"bad\n", 0)
    first = next(at for name, text, at in seen if "first" in text)
    second = next(at for name, text, at in seen if "second" in text)
    assert second - first > 0.2


def test_characters_split_between_chunks_arrive_whole(tmp_path):
    seen: list[str] = []
    code = (
        "import os, time\nfor byte in 'é€'.encode(): os.write(1, bytes([byte])); time.sleep(0.05)"
    )
    python(code, tmp_path, on_output=lambda name, text: seen.append(text))
    assert "".join(seen) == "é€"


def test_output_is_whole_however_late_it_is_read(tmp_path, monkeypatch):
    """A machine that stands still while a program ends must not cost the end of its output."""

    def late(*arguments):
        time.sleep(0.6)
        return "itself"

    monkeypatch.setattr(process, "_watch", late)
    monkeypatch.setattr(process, "_GRACE_SECONDS", 0.0)
    written = "x" * 60_000  # no more than a pipe holds
    done = python(f"print({written!r}, end='')", tmp_path)
    assert (done.stdout.decode(), done.exit_status) == (written, 0)


def test_whoever_writes_on_in_another_session_does_not_keep_us(tmp_path):
    code = (
        "import os, subprocess, sys\n"
        f"environment = {{k: v for k, v in os.environ.items() if k != {MARK!r}}}\n"
        "writer = 'import time\\nfor _ in range(100): print(1, flush=True); time.sleep(0.1)'\n"
        "command = [sys.executable, '-c', writer]\n"
        "subprocess.Popen(command, env=environment, start_new_session=True)\n"
        "print('done', flush=True)"
    )
    started = time.monotonic()
    done = python(code, tmp_path)
    assert b"done" in done.stdout
    assert time.monotonic() - started < 8


def test_a_program_that_prints_too_much_is_cut_but_ends_by_itself(tmp_path):
    code = "import sys\nfor _ in range(2000): sys.stdout.write('x' * 10000)"
    done = python(code, tmp_path, limits=Limits(output_bytes=1 << 20))
    assert (len(done.stdout), done.output_cut, done.exit_status) == (1 << 20, True, 0)


def test_timeout_ends_it(tmp_path):
    started = time.monotonic()
    done = python("while True: pass", tmp_path, limits=Limits(seconds=0.3))
    assert done.ended_by == "timeout"
    assert time.monotonic() - started < 3


@pytest.mark.skipif(sys.platform != "linux", reason="measured on Linux")
def test_memory_limit_ends_it(tmp_path):
    code = "import time\nx = []\nwhile True: x.append(bytearray(8 << 20)); time.sleep(0.01)"
    done = python(code, tmp_path, limits=Limits(seconds=20, memory_bytes=150 << 20))
    assert done.ended_by == "memory"


def test_signal_is_named(tmp_path):
    done = python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", tmp_path)
    assert (done.signal, done.exit_status) == ("SIGSEGV", None)


def test_stop_from_another_thread_interrupts_first(tmp_path):
    code = (
        "import time\n"
        "try:\n  print('on', flush=True); time.sleep(30)\n"
        "except KeyboardInterrupt: print('asked to end', flush=True)"
    )
    stop = Stop()
    done = python(
        code, tmp_path, stop=stop, on_output=lambda name, text: "on" in text and stop.set()
    )
    assert done.ended_by == "interrupt"
    assert b"asked to end" in done.stdout


def test_what_ignores_an_interrupt_is_killed(tmp_path):
    code = (
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "print('on', flush=True)\ntime.sleep(30)"
    )
    stop = Stop()
    started = time.monotonic()
    done = python(
        code, tmp_path, stop=stop, on_output=lambda name, text: "on" in text and stop.set()
    )
    assert done.ended_by == "interrupt"
    assert time.monotonic() - started < 5


def test_an_interrupt_of_the_caller_ends_the_group(tmp_path):
    driver = f"""
import sys
from pathlib import Path
from hipwright_server.process import run_process
def show(name, text): name == "stdout" and print(text, end="", flush=True)
code = "import os, time; print(os.getpid(), flush=True); time.sleep(30)"
done = run_process([sys.executable, "-c", code], directory=Path({str(tmp_path)!r}), on_output=show)
print(done.ended_by, flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", driver], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    child = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGINT)
    assert process.stdout.read().strip() == "interrupt"
    assert process.wait(10) == 0
    assert ends(child)


def test_children_do_not_outlive_it(tmp_path):
    code = (
        "import subprocess, sys\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(p.pid)"
    )
    done = python(code, tmp_path)
    assert ends(int(done.stdout))


@pytest.mark.skipif(sys.platform != "linux", reason="environments are readable on Linux only")
def test_programs_of_one_of_us_that_was_killed_are_ended_by_the_next(tmp_path):
    driver = f"""
import sys
from pathlib import Path
from hipwright_server.process import run_process
def show(name, text): print(text, end="", flush=True)
code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
run_process([sys.executable, "-c", code], directory=Path({str(tmp_path)!r}), on_output=show)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", driver], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    child = int(process.stdout.readline())
    end_orphans()
    assert alive(child), "its owner lives"
    process.kill()
    process.wait()
    process.stdout.close()
    assert alive(child)
    end_orphans()
    for _ in range(50):
        if not alive(child):
            break
        time.sleep(0.02)
    assert not alive(child)


@pytest.mark.skipif(sys.platform != "linux", reason="environments are readable on Linux only")
def test_children_that_left_the_session_do_not_outlive_it(tmp_path):
    code = (
        "import subprocess, sys\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'],"
        " start_new_session=True)\nprint(p.pid)"
    )
    done = python(code, tmp_path)
    for _ in range(50):
        if not alive(int(done.stdout)):
            break
        time.sleep(0.02)
    assert not alive(int(done.stdout))


def test_children_that_hold_the_pipes_do_not_keep_us(tmp_path):
    code = (
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    )
    started = time.monotonic()
    python(code, tmp_path)
    assert time.monotonic() - started < 5


def test_a_command_that_cannot_start_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        run_process([str(tmp_path / "nothing")], directory=tmp_path)


def test_no_zombie_is_left(tmp_path):
    done = python("import os; print(os.getpid())", tmp_path)
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


def test_two_at_once_do_not_end_each_other(tmp_path):
    results = []

    def one(number: int) -> None:
        results.append(python(f"import time; time.sleep(0.2); print({number})", tmp_path))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done.stdout.strip() for done in results) == [b"0", b"1", b"2"]
    assert all(done.exit_status == 0 for done in results)


def test_resident_memory_of_a_session_is_known():
    assert resident_bytes(os.getsid(0)) >= 0
    assert MARK not in os.environ
