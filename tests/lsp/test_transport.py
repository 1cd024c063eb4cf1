"""What a server does with bytes that no good client sends."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import IO, Any

import pytest


class RawClient:
    """Frames, and nothing that knows the protocol."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self.input: IO[bytes] = process.stdin
        self.output: IO[bytes] = process.stdout

    def send_bytes(self, body: bytes) -> None:
        self.input.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.input.flush()

    def send(self, **message: Any) -> None:
        self.send_bytes(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def receive(self) -> dict[str, Any]:
        length = 0
        while (line := self.output.readline()).strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        found: dict[str, Any] = json.loads(self.output.read(length))
        return found

    def answer(self, identifier: object) -> dict[str, Any]:
        while (message := self.receive()).get("id") != identifier or "method" in message:
            pass
        return message


@pytest.fixture
def client(server_command: list[str]) -> Iterator[RawClient]:
    with subprocess.Popen(
        server_command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        client = RawClient(process)
        client.send(
            id=0,
            method="initialize",
            params={"processId": None, "rootUri": None, "capabilities": {}},
        )
        client.answer(0)
        yield client
        process.kill()


URI = "file:///kernel.cu"
PROGRAM = "#include <hip/hip_runtime.h>\nint main() { cudaFree(0); }"


def open_text(client: RawClient, text: str) -> None:
    item = {"uri": URI, "languageId": "cuda-cpp", "version": 1, "text": text}
    client.send(method="textDocument/didOpen", params={"textDocument": item})


def hover(identifier: object) -> dict[str, Any]:
    position = {"line": 0, "character": 0}
    params = {"textDocument": {"uri": URI}, "position": position}
    return {"id": identifier, "method": "textDocument/hover", "params": params}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{{{", -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 100_000, -32700),
        (b"[]", -32600),
        (b'"text"', -32600),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "shutdown"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "no/such/method"}', -32601),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover"}', -32602),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": []}', -32602),
    ],
)
def test_a_message_that_cannot_be_read(client: RawClient, body: bytes, code: int) -> None:
    client.send_bytes(body)
    while (message := client.receive()).get("error") is None:
        assert message["method"] == "window/showMessage"
    assert message["error"]["code"] == code
    client.send(**hover(2))
    assert client.answer(2)["result"] is None, "the session goes on"


def test_notifications_that_make_no_sense_are_left_out(client: RawClient) -> None:
    client.send(method="textDocument/didChange", params={"textDocument": 3})
    client.send(method="no/such/notification", params=None)
    client.send(method="$/cancelRequest", params={"id": [1]})
    client.send(method="$/cancelRequest", params=None)
    client.send(
        method="textDocument/didChange",
        params={"textDocument": {"uri": "x:gone", "version": 1}, "contentChanges": [{"text": ""}]},
    )
    client.send(method="textDocument/didClose", params={"textDocument": {"uri": "x:gone"}})
    open_text(client, PROGRAM)
    message = client.receive()
    while message["method"] != "textDocument/publishDiagnostics":
        message = client.receive()
    assert len(message["params"]["diagnostics"]) == 1


def test_edits_outside_the_text_are_taken_at_its_end(client: RawClient) -> None:
    open_text(client, PROGRAM)
    far = {"line": 4_000_000, "character": 4_000_000}
    change = {"range": {"start": far, "end": {"line": 1, "character": 0}}, "text": "cudaMalloc;\n"}
    client.send(
        method="textDocument/didChange",
        params={"textDocument": {"uri": URI, "version": 2}, "contentChanges": [change]},
    )
    message = client.receive()
    while message.get("params", {}).get("version") != 2:
        message = client.receive()
    (found,) = message["params"]["diagnostics"]
    assert "cudaMalloc" in found["message"]


def test_a_cancelled_request_that_waits_is_not_answered_in_full(client: RawClient) -> None:
    # The first text keeps the server busy while the rest of the burst comes in.
    open_text(client, "void f() { cudaFree(0); }\n" * 3_000)
    client.send(**hover(7))
    client.send(method="$/cancelRequest", params={"id": 7})
    client.send(**hover(8))
    assert client.answer(7)["error"]["code"] == -32800
    assert "cudaFree" not in json.dumps(client.answer(8).get("error"))


def test_a_burst_of_edits_is_answered_once_at_its_end(client: RawClient) -> None:
    open_text(client, "void f() { cudaFree(0); }\n" * 3_000)
    for version in range(2, 30):
        start = {"line": 0, "character": 0}
        change = {"range": {"start": start, "end": start}, "text": " "}
        client.send(
            method="textDocument/didChange",
            params={"textDocument": {"uri": URI, "version": version}, "contentChanges": [change]},
        )
    versions = []
    while not versions or versions[-1] < 29:
        message = client.receive()
        if message["method"] == "textDocument/publishDiagnostics":
            versions.append(message["params"]["version"])
    assert versions == sorted(versions)
    assert len(versions) < 28


@pytest.mark.parametrize("polite", [True, False])
def test_the_end(client: RawClient, polite: bool) -> None:
    if polite:
        client.send(id=1, method="shutdown")
        assert client.answer(1)["result"] is None
    client.send(method="exit")
    assert client.process.wait(10) == (0 if polite else 1)


def test_a_client_that_dies(client: RawClient) -> None:
    client.input.close()
    assert client.process.wait(10) == 1
    assert client.output.read() == b""


def test_a_header_without_a_length_ends_the_session(client: RawClient) -> None:
    client.input.write(b"Content-Length: many\r\n\r\n{}")
    client.input.flush()
    assert client.process.wait(10) == 1
