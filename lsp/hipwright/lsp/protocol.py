"""The protocol below the features: what pygls does, but for the documents, which are ours.

pygls keeps documents as strings that it splits at form feeds too, and builds an object for every
diagnostic. Its handlers for documents are replaced, and a result that is JSON already is sent as
it stands.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.protocol import LanguageServerProtocol, lsp_method

if TYPE_CHECKING:
    from hipwright.lsp.server import Server

logger = logging.getLogger(__name__)


class RawJson(str):
    """A result or parameter that is written as it stands: JSON text."""

    __slots__ = ()


class Protocol(LanguageServerProtocol):
    """Routes what happens to documents into our store."""

    _server: Server

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(
        self, params: types.InitializeParams
    ) -> Generator[Any, Any, types.InitializeResult]:
        """Agree with the client on what each side can do."""
        result: types.InitializeResult = yield from super().lsp_initialize(params)
        self._server.agree(params, result.capabilities)
        return result

    @lsp_method(types.INITIALIZED)
    def lsp_initialized(self, *_: object) -> None:
        """The client is ready to be asked."""
        self._server.begin()

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text was opened."""
        self._server.open_text(params.text_document)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text was edited."""
        document = params.text_document
        self._server.change_text(document.uri, params.content_changes, document.version)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """A text was closed."""
        self._server.close_text(params.text_document.uri)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: types.DidOpenNotebookDocumentParams) -> None:
        """A notebook was opened, with the cells that we asked for."""
        self._server.open_cells(params.notebook_document.uri, params.cell_text_documents)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(
        self, params: types.DidChangeNotebookDocumentParams
    ) -> None:
        """Cells came, went, or were edited."""
        cells = params.change.cells
        if cells is None:
            return
        notebook = params.notebook_document.uri
        if cells.structure is not None:
            for closed in cells.structure.did_close or ():
                self._server.close_text(closed.uri)
            self._server.open_cells(notebook, cells.structure.did_open or ())
        for content in cells.text_content or ():
            document = content.document
            self._server.change_text(document.uri, content.changes, document.version)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(
        self, params: types.DidCloseNotebookDocumentParams
    ) -> None:
        """A notebook was closed."""
        for cell in params.cell_text_documents:
            self._server.close_text(cell.uri)
        self._server.close_notebook(params.notebook_document.uri)

    @lsp_method(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def lsp_workspace__did_change_workspace_folders(
        self, params: types.DidChangeWorkspaceFoldersParams
    ) -> None:
        """Folders mean nothing to us: a file's configuration is found from its own place."""

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: object) -> None:  # type: ignore[override]
        """End; with status 1 when the client did not ask for the shutdown first."""
        self._server.stop(0 if self._shutdown else 1)

    def write_json(self, body: str) -> None:
        """Send a message that is JSON already."""
        if self.writer is None:
            return
        content = body.encode("utf-8", "replace")
        self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))

    def _send_response(
        self, msg_id: str | int, result: Any | None = None, error: Any | None = None
    ) -> None:
        if error is None and isinstance(result, RawJson):
            import json

            self._result_types.pop(msg_id, None)
            identifier = json.dumps(msg_id)
            self.write_json(f'{{"jsonrpc":"2.0","id":{identifier},"result":{result}}}')
            return
        super()._send_response(msg_id, result, error)


def log_to_stderr() -> None:
    """Warnings go to standard error, where editors collect what a server has to say."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    # pygls reports what it cannot read with a page of traceback; we say it in a line.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
