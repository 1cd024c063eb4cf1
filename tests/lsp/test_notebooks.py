"""Notebooks: what is CUDA in a cell, and where its findings are."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio

NOTEBOOK = "file:///work/story.ipynb"
NOTEBOOKS = types.NotebookDocumentClientCapabilities(types.NotebookDocumentSyncClientCapabilities())
CUDA_CELL = "%%cuda --name cudaMalloc.cu\nint main() { cudaFree(0); }\n"


def cell(name: str) -> str:
    return f"vscode-notebook-cell:/work/story.ipynb#{name}"


class Notebook:
    def __init__(self, editor: Any) -> None:
        self.editor = editor
        self.cells: list[types.NotebookCell] = []
        self.version = 1

    def open(self, *texts: tuple[str, str, str]) -> None:
        """Open with cells of (name, language, text)."""
        self.cells = [
            types.NotebookCell(types.NotebookCellKind.Code, cell(name)) for name, _, _ in texts
        ]
        self.editor.client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(
                types.NotebookDocument(NOTEBOOK, "jupyter-notebook", 1, self.cells),
                [self.item(*text) for text in texts],
            )
        )

    def item(self, name: str, language: str, text: str) -> types.TextDocumentItem:
        self.editor.versions[cell(name)] = 1
        return types.TextDocumentItem(cell(name), language, 1, text)

    def change(self, cells: types.NotebookDocumentCellChanges) -> None:
        self.version += 1
        self.editor.client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                types.VersionedNotebookDocumentIdentifier(self.version, NOTEBOOK),
                types.NotebookDocumentChangeEvent(cells=cells),
            )
        )

    def edit(self, name: str, where: types.Range, text: str) -> None:
        uri = cell(name)
        self.editor.versions[uri] += 1
        identifier = types.VersionedTextDocumentIdentifier(self.editor.versions[uri], uri)
        change = types.TextDocumentContentChangePartial(range=where, text=text)
        content = types.NotebookDocumentCellContentChanges(identifier, [change])
        self.change(types.NotebookDocumentCellChanges(text_content=[content]))


def at(line: int, start: int, end: int) -> types.Range:
    return types.Range(types.Position(line, start), types.Position(line, end))


async def test_cells(editor: Any) -> None:
    started = await editor.start(notebook_document=NOTEBOOKS)
    assert started.capabilities.notebook_document_sync is not None
    notebook = Notebook(editor)
    notebook.open(
        ("python", "python", "import cupy  # cudaMalloc\n"),
        ("cuda", "python", CUDA_CELL),
        ("cpp", "cpp", "int main() { cudaFree(0); }\n"),
    )
    assert await editor.diagnostics(cell("python")) == []
    (found,) = await editor.diagnostics(cell("cuda"))
    assert found.range == at(1, 13, 21), "the findings of the program, not of its magic line"
    (found,) = await editor.diagnostics(cell("cpp"))
    assert found.range == at(0, 13, 21)

    actions = await editor.actions(cell("cuda"), at(1, 15, 15))
    (preferred,) = [action for action in actions if action.is_preferred]
    fixed = editor.apply(CUDA_CELL, editor.edits_of(preferred, cell("cuda")))
    assert fixed == CUDA_CELL.replace("cudaFree", "hipFree")

    # The magic is taken away and put back; the program grows.
    notebook.edit("cuda", at(0, 0, 1), "")
    assert await editor.diagnostics(cell("cuda")) == []
    notebook.edit("cuda", at(0, 0, 0), "%")
    assert len(await editor.diagnostics(cell("cuda"))) == 1
    notebook.edit("cuda", at(1, 25, 25), " cudaDeviceReset();")
    assert [d.range for d in await editor.diagnostics(cell("cuda"))] == [
        at(1, 13, 21),
        at(1, 26, 41),
    ]


async def test_cells_come_and_go(editor: Any) -> None:
    await editor.start(notebook_document=NOTEBOOKS)
    notebook = Notebook(editor)
    notebook.open(("one", "python", CUDA_CELL))
    assert len(await editor.diagnostics(cell("one"))) == 1
    added = types.NotebookCell(types.NotebookCellKind.Code, cell("two"))
    notebook.change(
        types.NotebookDocumentCellChanges(
            structure=types.NotebookDocumentCellChangeStructure(
                types.NotebookCellArrayChange(0, 1, [added]),
                did_open=[notebook.item("two", "python", CUDA_CELL)],
                did_close=[types.TextDocumentIdentifier(cell("one"))],
            )
        )
    )
    assert len(await editor.diagnostics(cell("two"))) == 1
    await editor.no_diagnostics(cell("one"))
    answer = await editor.client.protocol.send_request_async(
        "hipwright/port", {"notebookDocument": {"uri": NOTEBOOK}}
    )
    (ported,) = answer.documents
    assert ported.uri == cell("two")
    assert ported.text == "%%hip --name cudaMalloc.cu\nint main() { hipFree(0); }\n"
    editor.client.notebook_document_did_close(
        types.DidCloseNotebookDocumentParams(
            types.NotebookDocumentIdentifier(NOTEBOOK), [types.TextDocumentIdentifier(cell("two"))]
        )
    )
    answer = await editor.client.protocol.send_request_async(
        "hipwright/port", {"notebookDocument": {"uri": NOTEBOOK}}
    )
    assert answer.documents == []
