"""Targets on another machine: a real second Jupyter server, with a token."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from hipwright_server.process import Stop
from hipwright_server.program import Program, load_program, load_text
from hipwright_server.remote.client import JupyterServer, Kernel, RemoteError
from hipwright_server.remote.messages import (
    SUBPROTOCOL,
    decode,
    encode,
    execute_request,
)
from hipwright_server.run import RunStatus
from hipwright_server.targets import RunOptions, find
from hipwright_server.targets.cpu import CpuTarget
from hipwright_server.targets.remote import RemoteTarget, close_sessions

needs_compiler = pytest.mark.skipif(
    CpuTarget(32).describe().ability != "run", reason="there is no C++ compiler"
)

ADD = b"""
#include <cstdio>
#include "size.h"
__global__ void add(float* a) { a[threadIdx.x] += 1; }
int main() {
  float h[N] = {}; float* d;
  cudaMalloc(&d, sizeof h);
  cudaMemcpy(d, h, sizeof h, cudaMemcpyHostToDevice);
  add<<<1, N>>>(d);
  cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost);
  std::printf("%g\\n", h[0]);
}
"""
FOREVER = b"""
#include <cstdio>
#include <unistd.h>
int main() { std::puts("on"); std::fflush(stdout); for (;;) usleep(1000); }
"""


def program(text: bytes, tmp_path: Path, **options) -> Program:
    (tmp_path / "size.h").write_text("#define N 32\n")
    return load_text("cell.cu", text, dialect="cuda", directory=tmp_path, **options)


@needs_compiler
def test_a_program_runs_there_and_its_arrays_come_back(other_machine, tmp_path):
    seen: list[tuple[str, str]] = []
    target = RemoteTarget(other_machine.server, "cpu:32")
    run = target.run(program(ADD, tmp_path), None, lambda name, text: seen.append((name, text)))
    assert run.status is RunStatus.OK, run.message
    assert (run.target, run.stdout, run.exit_status) == ("lab2:cpu:32", b"1\n", 0)
    assert seen == [("stdout", "1\n")]
    assert run.arrays[0].values.tolist() == [1.0] * 32
    assert run.arrays[0].expression == "h"
    assert run.launches[0].kernel == "add"
    again = target.run(program(ADD, tmp_path))
    assert again.cached
    # Nothing of ours was there before.
    assert list((other_machine.folder / "cache" / "remote").iterdir())


@needs_compiler
def test_without_a_target_the_best_is_taken(other_machine, tmp_path):
    run = RemoteTarget(other_machine.server).run(program(ADD, tmp_path))
    assert run.status is RunStatus.OK, run.message
    assert run.target.startswith("lab2:c")


@needs_compiler
def test_include_folders_of_a_program_go_along(other_machine, tmp_path):
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "size.h").write_text("#define N 32\n")
    (tmp_path / "src").mkdir()
    source = tmp_path / "src" / "a.cu"
    source.write_bytes(ADD.replace(b'"size.h"', b"<size.h>"))
    loaded = load_program([source], flags=["-I", str(tmp_path / "include")])
    run = RemoteTarget(other_machine.server, "cpu:32").run(loaded)
    assert run.status is RunStatus.OK, (run.message, run.diagnostics)


@needs_compiler
def test_compile_errors_are_at_the_users_line(other_machine, tmp_path):
    run = RemoteTarget(other_machine.server, "cpu:32").run(program(b"int main() { x; }", tmp_path))
    assert run.status is RunStatus.COMPILE_ERROR
    assert run.diagnostics[0].place.file == "cell.cu"


@needs_compiler
def test_output_streams_and_an_interrupt_ends_the_program_there(other_machine, tmp_path):
    stop = Stop()
    seen = threading.Event()

    def show(name: str, text: str) -> None:
        seen.set()
        stop.set()

    started = time.monotonic()
    run = RemoteTarget(other_machine.server, "cpu:32").run(
        program(FOREVER, tmp_path), RunOptions(stop=stop), show
    )
    assert seen.is_set()
    assert run.status is RunStatus.INTERRUPTED, run.message
    assert run.stdout == b"on\n"
    assert time.monotonic() - started < 30
    # The kernel is as good as before.
    assert RemoteTarget(other_machine.server, "cpu:32").run(program(ADD, tmp_path)).exit_status == 0


@needs_compiler
def test_timeouts_hold_there(other_machine, tmp_path):
    run = RemoteTarget(other_machine.server, "cpu:32").run(
        program(FOREVER, tmp_path), RunOptions(seconds=0.5)
    )
    assert run.status is RunStatus.TIMEOUT


@needs_compiler
def test_much_output_is_not_dropped(other_machine, tmp_path):
    text = b"""
#include <cstdio>
int main() { for (int i = 0; i < 500000; ++i) std::printf("line %d\\n", i); }
"""
    run = RemoteTarget(other_machine.server, "cpu:32").run(program(text, tmp_path))
    lines = run.stdout.splitlines()
    assert (len(lines), lines[-1]) == (500_000, b"line 499999")


@needs_compiler
def test_large_arrays_come_back_whole(other_machine, tmp_path):
    text = ADD.replace(b"float h[N] = {}", b"static float h[1 << 21]").replace(
        b"a[threadIdx.x] += 1", b"a[(1 << 21) - 1] = 7"
    )
    run = RemoteTarget(other_machine.server, "cpu:32").run(program(text, tmp_path))
    assert run.status is RunStatus.OK, run.message
    values = run.arrays[0].values
    assert (values.size, values[-1], np.count_nonzero(values)) == (1 << 21, 7.0, 1)


@needs_compiler
def test_a_cut_connection_is_resumed(other_machine, tmp_path, monkeypatch):
    """A tunnel that drops the connection in the middle of the run; what was missed comes later."""
    with _Tunnel(other_machine.port) as tunnel:
        server = other_machine.server.__class__(
            "lab2", f"http://127.0.0.1:{tunnel.port}/", token_env=other_machine.server.token_env
        )
        text = b"""
#include <cstdio>
#include <unistd.h>
int main() {
  for (int i = 0; i < 30; ++i) {
    std::printf("%d\\n", i);
    std::fflush(stdout);
    usleep(50000);
  }
}
"""
        cut = threading.Event()

        def show(name: str, said: str) -> None:
            if "5\n" in said and not cut.is_set():
                cut.set()
                tunnel.cut()

        run = RemoteTarget(server, "cpu:32").run(program(text, tmp_path), None, show)
    assert cut.is_set()
    assert run.status is RunStatus.OK, run.message
    assert run.stdout == b"".join(b"%d\n" % i for i in range(30))


def test_a_wrong_token_is_refused_and_not_shown(other_machine, monkeypatch, tmp_path):
    close_sessions()  # a kernel that is connected needs no token any more
    monkeypatch.setenv(other_machine.server.token_env, "wrong-secret")
    description = RemoteTarget(other_machine.server).describe()
    assert description.ability == "none"
    assert "refuses the token" in description.missing
    run = RemoteTarget(other_machine.server).run(program(ADD, tmp_path))
    assert run.status is RunStatus.UNAVAILABLE
    assert "refuses the token" in run.message
    assert "wrong-secret" not in repr(run) + repr(description)


def test_a_missing_token_says_which_variable(other_machine, monkeypatch, tmp_path):
    close_sessions()
    monkeypatch.delenv(other_machine.server.token_env)
    run = RemoteTarget(other_machine.server).run(program(ADD, tmp_path))
    assert other_machine.server.token_env in run.message


def test_nobody_there(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RemoteError, match="nothing answers"):
        JupyterServer(f"http://127.0.0.1:{port}/").check()


def test_an_unknown_kernel_is_named(other_machine):
    server = JupyterServer(other_machine.url, other_machine.token)
    with pytest.raises(RemoteError, match="has no kernel nothing; it has python3"):
        server.start_kernel("nothing")


def test_a_killed_server_is_an_error_soon_and_a_new_one_works(other_machine):
    server = JupyterServer(other_machine.url, other_machine.token)
    kernel = server.start_kernel()
    kernel.execute("1", lambda message: None)
    failure: list[RemoteError] = []

    def wait() -> None:
        try:
            kernel.execute("import time; time.sleep(60)", lambda message: None)
        except RemoteError as error:
            failure.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.5)
    started = time.monotonic()
    other_machine.kill()
    thread.join(20)
    assert not thread.is_alive()
    assert "nothing answers" in str(failure[0])
    assert time.monotonic() - started < 10
    close_sessions()
    other_machine.start()
    fresh = server.start_kernel()
    assert fresh.execute("1", lambda message: None)["status"] == "ok"
    fresh.close()


def test_a_warm_round_trip_is_fast(other_machine):
    kernel = JupyterServer(other_machine.url, other_machine.token).start_kernel()
    kernel.execute("1", lambda message: None)
    times = []
    for _ in range(10):
        started = time.monotonic()
        kernel.execute("1", lambda message: None)
        times.append(time.monotonic() - started)
    kernel.close()
    # 40 ms and more is what delayed acknowledgements cost.
    assert sorted(times)[2] < 0.035


def test_configured_targets_are_found(other_machine, tmp_path):
    (tmp_path / "hipwright.toml").write_text(
        f'[targets.lab2]\nurl = "{other_machine.url}"\ntoken-env = "HIPWRIGHT_TEST_TOKEN"\n'
    )
    target = find("lab2:cpu:64", tmp_path)
    assert target.name == "lab2:cpu:64"
    assert target.describe().ability == "run"
    with pytest.raises(ValueError, match="lab2"):
        find("lab3", tmp_path)
    with pytest.raises(ValueError, match="warp of 32 or 64"):
        find("lab2:cpu:16", tmp_path)


@pytest.mark.parametrize("subprotocol", [SUBPROTOCOL, None])
def test_messages_survive_the_wire(subprotocol):
    identity, request = execute_request("print(1)", "s")
    message = decode(encode(request, subprotocol), subprotocol)
    assert (message.kind, message.channel) == ("execute_request", "shell")
    assert message.content["code"] == "print(1)"
    assert identity == request["header"]["msg_id"]
    with pytest.raises(ValueError, match="no kernel message"):
        decode(b"\x01\x00\x00\x00\x00\x00\x00\x00", subprotocol)


def test_a_kernel_that_dies_is_an_error(other_machine):
    kernel: Kernel = JupyterServer(other_machine.url, other_machine.token).start_kernel()
    with pytest.raises(RemoteError, match="died"):
        kernel.execute("import os; os._exit(1)", lambda message: None)
    kernel.close()


class _Tunnel:
    """A TCP forwarder that can drop its connections."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []

    def __enter__(self) -> _Tunnel:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._pairs.append((client, server))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(1 << 16):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@needs_compiler
def test_the_original_here_and_the_port_there(other_machine, tmp_path):
    (tmp_path / "hipwright.toml").write_text(
        f'[targets.lab2]\nurl = "{other_machine.url}"\ntoken-env = "HIPWRIGHT_TEST_TOKEN"\n'
    )
    (tmp_path / "size.h").write_text("#define N 32\n")
    (tmp_path / "a.cu").write_bytes(ADD)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "hipwright", "compare", "a.cu"),
            *("--on", "cpu:32,lab2:cpu:64", "--format", "json"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    data = json.loads(done.stdout)
    assert data["verdict"] == "agree"
    assert [side["target"] for side in data["sides"]] == ["cpu:32", "lab2:cpu:64"]
    assert other_machine.token not in done.stdout + done.stderr
