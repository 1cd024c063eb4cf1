"""Programs that misbehave get a clear verdict within their limits, and nothing of them is left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hipwright_server.targets.cpu import CpuTarget

pytestmark = pytest.mark.skipif(
    CpuTarget(32).describe().ability != "run", reason="there is no C++ compiler"
)
_SECONDS = 100  # beyond any limit below: the machine may be busy

HEAD = """\
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <csignal>
#include <unistd.h>
#include <vector>
"""
LOOPS_IN_A_KERNEL = """
__global__ void endless(volatile int* flag) { while (*flag == 0) { } }
int main() { int* d; cudaMalloc(&d, 4); endless<<<1, 1>>>(d); return cudaDeviceSynchronize(); }
"""
LOOPS_ON_THE_HOST = "int main() { for (volatile int i = 0;; ++i) { } }"
WILL_NOT_END = "int main() { signal(SIGTERM, SIG_IGN); signal(SIGINT, SIG_IGN); for (;;) pause(); }"
EATS_MEMORY = """
char* volatile kept;
int main() { for (;;) { kept = new char[1 << 24]; memset(kept, 1, 1 << 24); } }
"""
EATS_DEVICE_MEMORY = """
__global__ void touch(char* d, size_t n) { for (size_t i = 0; i < n; i += 4096) d[i] = 1; }
int main() { for (;;) { char* d; cudaMalloc(&d, 1 << 26); touch<<<1, 1>>>(d, 1 << 26); } }
"""
CRASHES = "int main() { volatile int* p = nullptr; *p = 1; }"
ABORTS_IN_A_KERNEL = """
__global__ void gives_up() { abort(); }
int main() { gives_up<<<1, 32>>>(); return cudaDeviceSynchronize(); }
"""
FORKS = """
int main() {
  for (int i = 0; i < 20; ++i)
    if (fork() == 0) { if (i % 2) setsid(); sleep(600); return 0; }
  puts("forked");
  return 0;
}
"""
FORKS_WITHOUT_END = """
int main() { for (int i = 0; i < 50; ++i) if (fork() == 0) { setsid(); for (;;) sleep(1); }
  for (;;) sleep(1); }
"""
PRINTS_A_GIGABYTE = """
int main() {
  static char line[1 << 20];
  memset(line, 'x', sizeof line);
  line[sizeof line - 1] = '\\n';
  for (int i = 0; i < 1024; ++i) fwrite(line, 1, sizeof line, stdout);
}
"""
MISSING_HEADER = '#include "not_there.h"\nint main() { }'
MISSING_LIBRARY = "extern int not_there(int); int main() { return not_there(1); }"
FILLS_THE_RUN_DIRECTORY = """
int main() {
  std::vector<char> h(1 << 20); char* d; cudaMalloc(&d, 1 << 20);
  for (int i = 0; i < 300; ++i) cudaMemcpy(h.data(), d, 1 << 20, cudaMemcpyDeviceToHost);
}
"""


def left_behind(mark: str) -> list[int]:
    """Processes that carry the mark in their environment, but for this one."""
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            environment = Path(entry.path, "environ").read_bytes()
        except OSError:
            continue
        if f"BAD_PROGRAM_MARK={mark}".encode() in environment.split(b"\0"):
            found.append(int(entry.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize(
    ("text", "says", "status"),
    [
        (LOOPS_IN_A_KERNEL, "it did not end within 2 s, in kernel endless (bad.cu:8)", 1),
        (LOOPS_ON_THE_HOST, "it did not end within 2 s", 1),
        (WILL_NOT_END, "it did not end within 2 s", 1),
        (EATS_MEMORY, "it took more than 300 MiB of memory", 1),
        (EATS_DEVICE_MEMORY, "it took more than 300 MiB of memory", 1),
        (CRASHES, "it crashed (SIGSEGV)", 1),
        (ABORTS_IN_A_KERNEL, "it crashed (SIGABRT), in kernel gives_up", 1),
        (FORKS, "", 0),
        (FORKS_WITHOUT_END, "it did not end within 2 s", 1),
        (PRINTS_A_GIGABYTE, "it printed more than is kept", 0),
        (MISSING_HEADER, "bad.cu:7: error: ", 1),
        (MISSING_LIBRARY, "not_there", 1),
        (FILLS_THE_RUN_DIRECTORY, "", 0),
    ],
    ids=lambda value: None if isinstance(value, int) else value[:40].strip().replace("\n", " "),
)
def test_bad_programs(tmp_path: Path, text: str, says: str, status: int) -> None:
    source = tmp_path / "bad.cu"
    source.write_text(HEAD + text)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    mark = f"{os.getpid()}-{time.monotonic_ns()}"
    seconds = "60" if text in (EATS_MEMORY, EATS_DEVICE_MEMORY, PRINTS_A_GIGABYTE) else "2"
    if status == 0 and text is not PRINTS_A_GIGABYTE:
        seconds = "30"
    arguments = ["run", source.name, "--timeout", seconds, "--memory", "300"]
    done = subprocess.run(
        [sys.executable, "-m", "hipwright", *arguments],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary), "BAD_PROGRAM_MARK": mark},
        timeout=_SECONDS,
        check=False,
    )
    told = done.stderr.decode("utf-8", "replace")
    assert says in told
    assert "Traceback" not in told
    assert done.returncode == status, told
    assert len(done.stdout) <= 64 * 1024 * 1024
    deadline = time.monotonic() + 5
    while left_behind(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left_behind(mark) == []
    assert [path.name for path in temporary.iterdir()] == []
