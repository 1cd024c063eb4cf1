"""The Jupyter server extension, in a real Jupyter server: who gets in, and what they get."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

TOKEN = secrets.token_hex(16)
HIP = "#include <hip/hip_runtime.h>\n"
SAME = "file:///same.cu"


@dataclass(frozen=True)
class Server:
    port: int
    root: Path

    def websocket(self, query: str = "", **headers: str) -> HTTPRequest:
        return HTTPRequest(f"ws://127.0.0.1:{self.port}/hipwright/lsp{query}", headers=headers)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Jupyter server with nothing but our extension."""
    folder = tmp_path_factory.mktemp("jupyter")
    root = folder / "my files"
    root.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "JUPYTER_TOKEN": TOKEN,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_CONFIG_PATH": str(folder / "none"),
        "JUPYTER_NO_CONFIG": "1",
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
    }
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser"),
                *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"),
                *("--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}"),
                "--ServerApp.jpserver_extensions={'hipwright_server.extension': True}",
                *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            ],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=2).close()
                break
            except (urllib.error.URLError, OSError):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(log.read_text()) from None
                time.sleep(0.1)
        yield Server(port, root)
    finally:
        process.terminate()
        process.wait(10)


def ask(identifier: int, method: str, params: object = None) -> str:
    message = {"jsonrpc": "2.0", "id": identifier, "method": method, "params": params}
    return json.dumps(message)


def tell(method: str, params: object) -> str:
    return json.dumps({"jsonrpc": "2.0", "method": method, "params": params})


async def heard(socket: WebSocketClientConnection, wanted: str | int) -> dict:
    """The next message with this method, or the answer with this identifier."""
    while True:
        content = await asyncio.wait_for(socket.read_message(), 20)
        assert content is not None, (socket.close_code, socket.close_reason)
        message = json.loads(content)
        if wanted in (message.get("method"), message.get("id")):
            return message


@asynccontextmanager
async def initialized(server: Server) -> AsyncIterator[WebSocketClientConnection]:
    """A connection whose language server was greeted."""
    connection = await websocket_connect(server.websocket(f"?token={TOKEN}"))
    try:
        await greet(connection)
        yield connection
    finally:
        connection.close()


async def greet(connection: WebSocketClientConnection) -> None:
    capabilities = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
    await connection.write_message(
        ask(1, "initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
    )
    await heard(connection, 1)
    await connection.write_message(tell("initialized", {}))


async def open_file(connection: WebSocketClientConnection, uri: str, text: str) -> dict:
    item = {"uri": uri, "languageId": "cuda-cpp", "version": 1, "text": text}
    await connection.write_message(tell("textDocument/didOpen", {"textDocument": item}))
    return (await heard(connection, "textDocument/publishDiagnostics"))["params"]


def test_findings_come_over_the_websocket(server: Server) -> None:
    async def go() -> None:
        async with initialized(server) as connection:
            found = await open_file(connection, "file:///a.cu", f"{HIP}void f() {{ cudaFree(0); }}")
            assert found["uri"] == "file:///a.cu"
            assert found["version"] == 1
            assert [each["source"] for each in found["diagnostics"]] == ["hipwright"]

    asyncio.run(go())


def test_two_pages_have_a_server_each(server: Server) -> None:
    """Both open the same address with other texts: neither sees the other's."""

    async def go() -> None:
        async with initialized(server) as first:
            async with initialized(server) as second:
                found = await open_file(first, SAME, f"{HIP}void f() {{ cudaFree(0); }}")
                assert len(found["diagnostics"]) == 1
                found = await open_file(second, SAME, f"{HIP}void f() {{}}")
                assert found["diagnostics"] == []
            text = f"{HIP}void f() {{ cudaFree(0); cudaMalloc(0, 0); }}"
            change = {
                "textDocument": {"uri": SAME, "version": 2},
                "contentChanges": [{"text": text}],
            }
            await first.write_message(tell("textDocument/didChange", change))
            changed = await heard(first, "textDocument/publishDiagnostics")
            assert len(changed["params"]["diagnostics"]) == 2

    asyncio.run(go())


def language_servers(server: Server) -> int:
    """How many language servers run below that Jupyter server."""
    return processes(server, b"lsp")


def processes(server: Server, word: bytes) -> int:
    """How many processes below that Jupyter server have a word in their command."""
    count = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            ours = str(server.root.parent).encode() in environment
            count += ours and word in command
    return count


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_a_server_ends_with_its_websocket(server: Server) -> None:
    async def go() -> None:
        async with initialized(server):
            assert language_servers(server) == 1

    asyncio.run(go())
    deadline = time.monotonic() + 10
    while language_servers(server) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert language_servers(server) == 0


def test_the_page_is_told_when_its_server_ends(server: Server) -> None:
    async def go() -> tuple[int | None, str | None]:
        async with initialized(server) as connection:
            await connection.write_message(tell("exit", None))
            while await asyncio.wait_for(connection.read_message(), 10) is not None:
                pass
            return connection.close_code, connection.close_reason

    code, reason = asyncio.run(go())
    assert code == 1011
    assert reason is not None
    assert "language server ended (exit status 1)" in reason


def test_messages_must_be_text(server: Server) -> None:
    async def go() -> int | None:
        async with initialized(server) as connection:
            await connection.write_message(b"\0\1", binary=True)
            while await asyncio.wait_for(connection.read_message(), 10) is not None:
                pass
            return connection.close_code

    assert asyncio.run(go()) == 1003


def refused(request: HTTPRequest) -> int:
    async def go() -> int:
        with pytest.raises(HTTPClientError) as caught:
            await websocket_connect(request)
        return caught.value.code

    return asyncio.run(go())


def test_without_the_token_nobody_gets_in(server: Server) -> None:
    assert refused(server.websocket()) == 403
    assert refused(server.websocket("?token=wrong")) == 403


def test_a_page_of_another_origin_does_not_get_in(server: Server) -> None:
    """A browser sends the cookie for every page that asks: the page's origin must be checked."""

    async def cookie() -> str:
        request = HTTPRequest(
            f"http://127.0.0.1:{server.port}/api/status?token={TOKEN}",
            headers={"Cookie": "_xsrf=known"},
        )
        answer = await AsyncHTTPClient().fetch(request)
        return "; ".join(each.split(";")[0] for each in answer.headers.get_list("Set-Cookie"))

    async def own(headers: dict[str, str]) -> None:
        (await websocket_connect(server.websocket(**headers))).close()

    headers = {"Cookie": asyncio.run(cookie())}
    asyncio.run(own({**headers, "Origin": f"http://127.0.0.1:{server.port}"}))
    assert refused(server.websocket(**headers, Origin="http://evil.example")) == 403


async def compare(server: Server, path: object, **headers: str) -> tuple[int, Any]:
    request = HTTPRequest(
        f"http://127.0.0.1:{server.port}/hipwright/compare",
        method="POST",
        body=json.dumps({"path": path}),
        headers=headers or {"Authorization": f"token {TOKEN}"},
        request_timeout=60,
    )
    answer = await AsyncHTTPClient().fetch(request, raise_error=False)
    return answer.code, json.loads(answer.body or b"{}")


@pytest.mark.skipif(not shutil.which("g++") and not shutil.which("clang++"), reason="no compiler")
def test_a_file_is_compared(server: Server) -> None:
    (server.root / "sub folder").mkdir(exist_ok=True)
    # Beside a file that must not be imported.
    sample = Path(__file__).parents[3] / "samples" / "vector_add.cu"
    (server.root / "sub folder" / "vector add.cu").write_bytes(sample.read_bytes())
    (server.root / "sub folder" / "click.py").write_text("raise SystemExit(3)")
    code, comparison = asyncio.run(compare(server, "sub folder/vector add.cu"))
    assert code == 200, comparison
    assert comparison["format"] == "hipwright.compare"
    assert comparison["verdict"] == "agree"


@pytest.mark.skipif(not shutil.which("g++") and not shutil.which("clang++"), reason="no compiler")
def test_a_file_that_is_hip_is_compared_on_32_and_64_lanes(server: Server) -> None:
    sample = Path(__file__).parents[3] / "samples" / "reduction_renamed.hip"
    (server.root / "--help.hip").write_bytes(sample.read_bytes())
    code, comparison = asyncio.run(compare(server, "--help.hip"))
    assert code == 200, comparison
    assert comparison["verdict"] == "differ"
    assert [side["label"] for side in comparison["sides"]] == ["32 lanes", "64 lanes"]


def test_what_cannot_be_compared_is_said_in_a_line(server: Server) -> None:
    (server.root / "notes.txt").write_text("no program")
    code, answer = asyncio.run(compare(server, "notes.txt"))
    assert code == 422
    assert "notes.txt" in answer["message"]
    assert "\n" not in answer["message"]


@pytest.mark.parametrize("path", ["../log", "/../../etc/passwd", "missing.cu", "", None, 7])
def test_only_files_of_the_server_are_compared(server: Server, path: object) -> None:
    code, answer = asyncio.run(compare(server, path))
    assert code == 400
    assert "message" in answer


def test_comparing_needs_the_token(server: Server) -> None:
    assert asyncio.run(compare(server, "a.cu", Authorization="token wrong"))[0] == 403


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
@pytest.mark.skipif(not shutil.which("g++") and not shutil.which("clang++"), reason="no compiler")
def test_a_comparison_ends_when_nobody_waits_for_it(server: Server) -> None:
    (server.root / "endless.cu").write_text("int main() { for (volatile int i = 0;; ++i) {} }\n")

    async def go() -> None:
        with pytest.raises(HTTPClientError):
            await AsyncHTTPClient().fetch(
                f"http://127.0.0.1:{server.port}/hipwright/compare?token={TOKEN}",
                method="POST",
                body=json.dumps({"path": "endless.cu"}),
                headers={"Authorization": f"token {TOKEN}"},
                request_timeout=6,
            )

    assert processes(server, b"endless.cu") == 0
    asyncio.run(go())
    deadline = time.monotonic() + 15
    while processes(server, b"endless") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes(server, b"endless") == 0


def test_the_spec_for_jupyter_lsp_is_valid() -> None:
    schema = pytest.importorskip("jupyter_lsp.schema")
    from importlib.metadata import entry_points

    (entry,) = entry_points(group="jupyter_lsp_spec_v1", name="hipwright")
    spec = entry.load()(None)
    schema.LANGUAGE_SERVER_SPEC_MAP.validate(spec)
    assert spec["hipwright"]["argv"][-2:] == ["hipwright", "lsp"]
