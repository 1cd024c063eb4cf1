"""Language servers to talk to, and texts to talk about."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

pytest.importorskip("pygls", reason="the language server needs pygls: pip install 'hipwright[lsp]'")
pytest_lsp = pytest.importorskip("pytest_lsp", reason="these tests need pytest-lsp")

from lsprotocol import types  # noqa: E402
from pytest_lsp import ClientServerConfig, LanguageClient  # noqa: E402

_VECTOR_ADD = """\
#include <cuda_runtime.h>

__global__ void add(const float *a, float *b) { b[threadIdx.x] += a[threadIdx.x]; }

int main() {
  float *a, *b;
  cudaMalloc(&a, 4);
  cudaMalloc(&b, 4);
  add<<<1, 1>>>(a, b);
  cudaDeviceSynchronize();
  cudaFree(a);  // cudaFree stays here
  return 0;
}
"""


class Editor:
    """A client that knows what it has open, as an editor does."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.versions: dict[str, int] = {}
        self.registrations: list[types.RegistrationParams] = []

    async def start(
        self, profile: str = "visual-studio-code", options: object = None, **changes: Any
    ) -> types.InitializeResult:
        """Begin a session with the abilities of a real editor; `changes` alters them."""
        capabilities = pytest_lsp.client_capabilities(profile)
        for name, value in changes.items():
            section, _, field = name.rpartition("__")
            setattr(getattr(capabilities, section) if section else capabilities, field, value)
        return await self.client.initialize_session(
            types.InitializeParams(capabilities=capabilities, initialization_options=options)
        )

    def open(self, uri: str, text: str, language: str = "cuda-cpp") -> None:
        self.versions[uri] = 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, 1, text))
        )

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent) -> int:
        self.versions[uri] += 1
        identifier = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(identifier, list(changes))
        )
        return self.versions[uri]

    async def diagnostics(self, uri: str, version: int | None = None) -> list[types.Diagnostic]:
        """What the server says of a text's present version, or of the given one."""
        wanted = self.versions.get(uri) if version is None else version
        for _ in range(1000):
            found = self.published.get(uri)
            if found is not None and (wanted is None or (found.version or 0) >= wanted):
                return list(found.diagnostics)
            await asyncio.sleep(0.01)
        raise AssertionError(f"no diagnostics for version {wanted} of {uri}")

    async def no_diagnostics(self, uri: str) -> None:
        """Wait until the server takes its diagnostics of a text back."""
        for _ in range(1000):
            if uri in self.published and not self.published[uri].diagnostics:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"the diagnostics of {uri} stay")

    async def actions(
        self, uri: str, where: types.Range, only: Sequence[str] | None = None
    ) -> list[types.CodeAction]:
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(uri),
                where,
                types.CodeActionContext(diagnostics=[], only=only),
            )
        )
        return [action for action in found or () if isinstance(action, types.CodeAction)]

    @staticmethod
    def apply(text: str, edits: Sequence[types.TextEdit]) -> str:
        """A text with a server's edits applied, as an editor does it (UTF-16 columns)."""
        units = text.encode("utf-16-le")
        starts = [0]
        for index in range(0, len(units), 2):
            if units[index : index + 2] == b"\n\0":
                starts.append(index + 2)

        def offset(position: types.Position) -> int:
            return starts[position.line] + 2 * position.character

        for edit in sorted(edits, key=lambda edit: offset(edit.range.start), reverse=True):
            start, end = offset(edit.range.start), offset(edit.range.end)
            units = units[:start] + edit.new_text.encode("utf-16-le") + units[end:]
        return units.decode("utf-16-le")

    @staticmethod
    def edits_of(action: types.CodeAction, uri: str) -> list[types.TextEdit]:
        """The edits that an action makes in one document, and in no other."""
        assert action.edit is not None
        if action.edit.document_changes is not None:
            (change,) = action.edit.document_changes
            assert isinstance(change, types.TextDocumentEdit)
            assert change.text_document.uri == uri
            return list(change.edits)  # type: ignore[arg-type]
        assert action.edit.changes is not None
        assert list(action.edit.changes) == [uri]
        return list(action.edit.changes[uri])


@pytest.fixture
def vector_add() -> str:
    """A small program with six findings, and a name in a comment that is none."""
    return _VECTOR_ADD


@pytest.fixture
def server_command() -> list[str]:
    return [sys.executable, "-m", "hipwright", "lsp"]


@pytest_asyncio.fixture
async def editor(server_command: list[str]) -> AsyncIterator[Editor]:
    """A client beside a running server; the test starts the session."""
    client = await ClientServerConfig(server_command=server_command).start()
    assert isinstance(client, LanguageClient)
    editor = Editor(client)

    publish: Callable[..., Any] = client.protocol.fm.features[
        types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS
    ]

    def remember(params: types.PublishDiagnosticsParams) -> None:
        editor.published[params.uri] = params
        publish(params)

    client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS] = remember

    def register(params: types.RegistrationParams) -> None:
        editor.registrations.append(params)

    client.feature(types.CLIENT_REGISTER_CAPABILITY)(register)
    yield editor
    await client.shutdown_session()
    await client.stop()


@pytest.fixture
def uri(tmp_path: Path) -> str:
    """The address of a file in a folder without a configuration of its own."""
    return (tmp_path / "kernel.cu").as_uri()
