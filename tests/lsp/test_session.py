"""Sessions as editors have them, over standard input and output."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from hipwright.port import port

pytestmark = pytest.mark.asyncio

WHOLE = types.Range(types.Position(0, 0), types.Position(10_000, 0))


def insert(line: int, column: int, text: str) -> types.TextDocumentContentChangePartial:
    return replace(line, column, line, column, text)


def replace(
    line: int, column: int, last_line: int, last_column: int, text: str
) -> types.TextDocumentContentChangePartial:
    where = types.Range(types.Position(line, column), types.Position(last_line, last_column))
    return types.TextDocumentContentChangePartial(range=where, text=text)


async def test_what_a_finding_says(editor: Any, uri: str, vector_add: str) -> None:
    started = await editor.start()
    assert started.server_info.name == "hipwright"
    editor.open(uri, vector_add)
    found = await editor.diagnostics(uri)
    header = found[0]
    assert header.code == "HEADER001"
    assert header.source == "hipwright"
    assert header.range == types.Range(types.Position(0, 10), types.Position(0, 24))
    assert header.severity == types.DiagnosticSeverity.Error
    assert header.data == {"fixable": True}
    page = Path(header.code_description.href.removeprefix("file://"))
    assert page.read_text().startswith("# HEADER001: ")
    assert [diagnostic.range.start.line for diagnostic in found] == [0, 6, 7, 9, 10]
    assert editor.published[uri].version == 1


async def test_findings_follow_the_typing(editor: Any, uri: str, vector_add: str) -> None:
    await editor.start()
    editor.open(uri, vector_add)
    await editor.diagnostics(uri)
    editor.change(uri, insert(6, 2, "// "))
    assert [d.range.start.line for d in await editor.diagnostics(uri)] == [0, 7, 9, 10]
    editor.change(uri, insert(0, 0, "\n\n"))
    assert [d.range.start.line for d in await editor.diagnostics(uri)] == [2, 9, 11, 12]
    editor.change(uri, replace(8, 2, 8, 5, ""), replace(8, 12, 8, 12, "Managed"))
    found = await editor.diagnostics(uri)
    assert "cudaMallocManaged" in found[1].message
    # A version is answered even when nothing changed, or the client would wait for it for ever.
    editor.change(uri, insert(4, 0, " "))
    assert await editor.diagnostics(uri) == found
    editor.client.text_document_did_close(
        types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
    )
    await editor.no_diagnostics(uri)


@pytest.mark.parametrize("encodings", [["utf-16"], ["utf-32", "utf-16", "utf-8"], None])
async def test_columns_count_what_was_agreed(
    editor: Any, uri: str, encodings: list[str] | None
) -> None:
    started = await editor.start(general__position_encodings=encodings)
    agreed = started.capabilities.position_encoding
    assert agreed == ("utf-8" if encodings and "utf-8" in encodings else "utf-16")
    line = 'void f() { puts("\N{GRINNING FACE}é\f"); cudaFree(0); }\n'
    editor.open(uri, "#include <hip/hip_runtime.h> // \v\f one line, still\n" + line)
    (found,) = await editor.diagnostics(uri)
    before = line[: line.index("cudaFree")]
    width = len(before.encode()) if agreed == "utf-8" else len(before.encode("utf-16-le")) // 2
    assert found.range == types.Range(types.Position(1, width), types.Position(1, width + 8))
    editor.change(uri, replace(1, width, 1, width + 8, "cudaMalloc"))
    (found,) = await editor.diagnostics(uri)
    assert found.range.end.character == width + 10


async def test_quick_fixes_of_one_finding(editor: Any, uri: str, vector_add: str) -> None:
    await editor.start()
    editor.open(uri, vector_add)
    await editor.diagnostics(uri)
    here = types.Range(types.Position(6, 4), types.Position(6, 4))
    actions = await editor.actions(uri, here)
    preferred = [action for action in actions if action.is_preferred]
    assert len(preferred) == 1
    assert preferred[0].kind == "quickfix"
    assert preferred[0].diagnostics[0].code == "API001"
    assert preferred[0].edit.document_changes[0].text_document.version == 1
    fixed = editor.apply(vector_add, editor.edits_of(preferred[0], uri))
    assert fixed == vector_add.replace("cudaMalloc(&a", "hipMalloc(&a")
    assert [a.title for a in actions if "API001" in a.title] == [
        "Fix all 4 API001 in this file",
        "Ignore API001 on this line",
    ]
    only_quick = await editor.actions(uri, here, ["quickfix"])
    assert {action.kind for action in only_quick} == {"quickfix"}
    assert await editor.actions(uri, here, ["refactor"]) == []
    assert [a.kind for a in await editor.actions(uri, here, ["source.fixAll"])] == [
        "source.fixAll.hipwright"
    ]
    assert await editor.actions(uri, here, ["source.fixAll.ruff"]) == []


async def test_fix_all_is_the_port(editor: Any, uri: str, vector_add: str) -> None:
    await editor.start(
        text_document__code_action=types.CodeActionClientCapabilities(
            data_support=True,
            resolve_support=types.ClientCodeActionResolveOptions(properties=["edit"]),
        )
    )
    editor.open(uri, vector_add)
    await editor.diagnostics(uri)
    (action,) = await editor.actions(uri, WHOLE, ["source.fixAll.hipwright"])
    assert action.edit is None, "a client that resolves gets the edit when it asks"
    # What was offered for an earlier version is resolved for the present one.
    editor.change(uri, insert(0, 0, "// first\n"))
    resolved = await editor.client.code_action_resolve_async(action)
    text = "// first\n" + vector_add
    assert resolved.edit.document_changes[0].text_document.version == 2
    ported = editor.apply(text, editor.edits_of(resolved, uri))
    assert ported == port(text.encode(), "kernel.cu").text.decode()
    assert "// cudaFree stays here" in ported


async def test_fix_all_of_one_code(editor: Any, uri: str, vector_add: str) -> None:
    await editor.start(text_document__code_action=None)
    editor.open(uri, vector_add)
    await editor.diagnostics(uri)
    here = types.Range(types.Position(6, 4), types.Position(6, 4))
    (action,) = [a for a in await editor.actions(uri, here) if a.title.startswith("Fix all")]
    fixed = editor.apply(vector_add, editor.edits_of(action, uri))
    assert "#include <cuda_runtime.h>" in fixed
    assert "cudaMalloc" not in fixed
    assert "hipFree(a);  // cudaFree" in fixed


async def test_resolve_never_fails(editor: Any, uri: str) -> None:
    await editor.start()
    for data in (None, 3, {"other": "server"}, {"hipwright": {"uri": "file:///gone.cu"}}):
        action = types.CodeAction(title="someone else's", data=data)
        resolved = await editor.client.code_action_resolve_async(action)
        assert resolved.title == "someone else's"
        assert resolved.edit is None


async def test_ignore_action_silences_the_line(editor: Any, uri: str, vector_add: str) -> None:
    await editor.start()
    editor.open(uri, vector_add)
    await editor.diagnostics(uri)
    here = types.Range(types.Position(7, 4), types.Position(7, 4))
    (action,) = [a for a in await editor.actions(uri, here) if a.title.startswith("Ignore")]
    silenced = editor.apply(vector_add, editor.edits_of(action, uri))
    assert "cudaMalloc(&b, 4);  // hipwright: ignore[API001]" in silenced
    version = editor.change(uri, types.TextDocumentContentChangeWholeDocument(text=silenced))
    found = await editor.diagnostics(uri, version)
    assert [diagnostic.range.start.line for diagnostic in found] == [0, 6, 9, 10]


async def test_hover_on_findings_and_names(editor: Any, uri: str, vector_add: str) -> None:
    await editor.start()
    editor.open(uri, vector_add)
    await editor.diagnostics(uri)

    async def hover(line: int, column: int) -> str | None:
        found = await editor.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
        )
        return None if found is None else found.contents.value

    text = await hover(6, 5)
    assert text is not None
    assert "**API001**" in text
    assert "`cudaMalloc` → `hipMalloc`" in text
    assert "since 1.5.0" in text
    assert "](file://" in text
    assert "`cudaFree` → `hipFree`" in (await hover(10, 20) or ""), "a name in a comment is a name"
    assert "hip/hip_runtime.h" in (await hover(0, 12) or "")
    assert await hover(4, 5) is None
    assert await hover(400, 5) is None


async def test_pulled_diagnostics(editor: Any, uri: str, vector_add: str) -> None:
    started = await editor.start(text_document__diagnostic=types.DiagnosticClientCapabilities())
    assert started.capabilities.diagnostic_provider is not None
    editor.open(uri, vector_add)

    async def pull(previous: str | None = None) -> Any:
        return await editor.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(
                types.TextDocumentIdentifier(uri), previous_result_id=previous
            )
        )

    first = await pull()
    assert first.kind == "full"
    assert len(first.items) == 5
    again = await pull(first.result_id)
    assert again.kind == "unchanged"
    assert again.result_id == first.result_id
    editor.change(uri, insert(6, 2, "// "))
    changed = await pull(first.result_id)
    assert changed.kind == "full"
    assert len(changed.items) == 4
    assert changed.result_id != first.result_id
    assert editor.published == {}, "a client that pulls is never sent anything"


SHUFFLE = """\
#include <hip/hip_runtime.h>
__device__ int sum(int v) { return v + __shfl_down_sync(0xffffffff, v, 1); }
"""


async def codes_become(editor: Any, uri: str, wanted: set[str]) -> None:
    for _ in range(1000):
        if {diagnostic.code for diagnostic in await editor.diagnostics(uri)} == wanted:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"not {wanted}: {await editor.diagnostics(uri)}")


async def test_rules_about_the_whole_file_follow_when_the_typing_pauses(
    editor: Any, uri: str
) -> None:
    await editor.start()
    editor.open(uri, SHUFFLE)
    await codes_become(editor, uri, {"WARP001"})
    name = SHUFFLE.split("\n")[1].index("__shfl_down_sync")
    editor.change(uri, insert(1, name, "my"))
    await codes_become(editor, uri, set())
    editor.change(uri, replace(1, name, 1, name + 2, ""))
    # Asked for at once, before any pause.
    here = types.Range(types.Position(1, name + 1), types.Position(1, name + 1))
    assert any("WARP001" in action.title for action in await editor.actions(uri, here))
    await codes_become(editor, uri, {"WARP001"})


async def test_a_client_that_pulls_is_told_to_pull_again(editor: Any, uri: str) -> None:
    await editor.start(
        text_document__diagnostic=types.DiagnosticClientCapabilities(),
        workspace__diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True),
    )
    told = asyncio.Event()
    refresh = types.WORKSPACE_DIAGNOSTIC_REFRESH
    editor.client.protocol.fm.features[refresh] = lambda _: told.set()
    editor.open(uri, SHUFFLE)

    async def pull() -> set[str]:
        found = await editor.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        )
        return {item.code for item in found.items}

    assert await pull() == {"WARP001"}
    name = SHUFFLE.split("\n")[1].index("__shfl_down_sync")
    editor.change(uri, insert(1, 0, SHUFFLE.split("\n")[1].replace("sum", "other") + "\n"))
    editor.change(uri, insert(2, name, "my"))
    await asyncio.wait_for(told.wait(), 10)
    assert await pull() == {"WARP001"}


async def test_a_client_that_does_not_pull_is_not_asked_to(
    editor: Any, uri: str, vector_add: str
) -> None:
    started = await editor.start(text_document__diagnostic=None)
    assert started.capabilities.diagnostic_provider is None
    editor.open(uri, vector_add)
    await editor.diagnostics(uri)  # sent after the registration
    methods = [item.method for params in editor.registrations for item in params.registrations]
    assert "workspace/didChangeWatchedFiles" in methods


@pytest.mark.parametrize("profile", ["neovim@v0.7", "neovim", "emacs", "visual-studio-code"])
async def test_real_clients(editor: Any, uri: str, vector_add: str, profile: str) -> None:
    started = await editor.start(profile)
    editor.open(uri, vector_add)
    if started.capabilities.diagnostic_provider is None:
        assert len(await editor.diagnostics(uri)) == 5
    actions = await editor.actions(uri, types.Range(types.Position(6, 4), types.Position(6, 4)))
    (preferred,) = [action for action in actions if action.is_preferred]
    fixed = editor.apply(vector_add, editor.edits_of(preferred, uri))
    assert "hipMalloc(&a" in fixed


async def test_settings_of_the_editor_and_of_the_project(
    editor: Any, tmp_path: Path, vector_add: str
) -> None:
    await editor.start(options={"settings": {"ignore": ["API"]}})
    plain = (tmp_path / "plain.cu").as_uri()
    editor.open(plain, vector_add)
    assert [d.code for d in await editor.diagnostics(plain)] == ["HEADER001"]

    # A configuration file wins as a whole, so that the command line says the same.
    project = tmp_path / "project"
    project.mkdir()
    configuration = project / "hipwright.toml"
    configuration.write_text('ignore = ["HEADER001"]\n')
    ruled = (project / "kernel.cu").as_uri()
    editor.open(ruled, vector_add)
    assert {d.code for d in await editor.diagnostics(ruled)} == {"API001"}

    configuration.write_text("ignore = []\n")
    editor.published.clear()
    editor.client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams(
            [types.FileEvent(configuration.as_uri(), types.FileChangeType.Changed)]
        )
    )
    assert {d.code for d in await editor.diagnostics(ruled)} == {"API001", "HEADER001"}

    editor.published.clear()
    editor.client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams({"hipwright": {"select": ["API"]}})
    )
    assert {d.code for d in await editor.diagnostics(plain)} == {"API001"}


async def test_a_broken_configuration_is_told_once(
    editor: Any, tmp_path: Path, vector_add: str
) -> None:
    await editor.start()
    (tmp_path / "hipwright.toml").write_text("roc = true\nignor = []\n")
    for name in ("a.cu", "b.cu"):
        address = (tmp_path / name).as_uri()
        editor.open(address, vector_add)
        assert len(await editor.diagnostics(address)) == 5
    (message,) = editor.client.messages
    assert message.type == types.MessageType.Warning
    assert message.message.startswith(f"{tmp_path / 'hipwright.toml'}:2: ignor: ")


async def test_port_and_rule_requests(editor: Any, uri: str, vector_add: str) -> None:
    await editor.start()
    editor.open(uri, vector_add)
    request = editor.client.protocol.send_request_async
    answer = await request("hipwright/port", {"textDocuments": [{"uri": uri}, {"uri": "x:gone"}]})
    (ported,) = answer.documents
    assert ported.uri == uri
    assert ported.version == 1
    assert ported.text == port(vector_add.encode(), "kernel.cu").text.decode()
    page = await request("hipwright/rule", {"code": "API001"})
    assert page.markdown.startswith("# API001: ")
    assert (await request("hipwright/rule", {"code": "NONE999"})).markdown is None
