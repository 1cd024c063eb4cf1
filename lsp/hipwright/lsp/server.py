"""The language server: what it offers, and what it does with what a client sends."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcMethodNotFound
from pygls.lsp.server import LanguageServer

from hipwright import __version__
from hipwright.lsp.actions import Actions, fix_all_edits, protocol_edits
from hipwright.lsp.client import Client
from hipwright.lsp.diagnostics import DiagnosticWriter
from hipwright.lsp.documents import Document
from hipwright.lsp.hover import hover
from hipwright.lsp.links import RuleLinks
from hipwright.lsp.preferences import Preferences
from hipwright.lsp.protocol import Protocol, RawJson
from hipwright.lsp.rulepage import rule_page
from hipwright.source.embedded import CUDA_LANGUAGES

logger = logging.getLogger(__name__)

# While a burst of messages comes in, diagnostics wait for its end, but no longer than this.
LONGEST_WAIT = 0.2  # seconds

# Rules about a whole file run when the user pauses for this long, or when their findings are asked
# for: in a long file full of warp code they take longer than a keystroke may.
PAUSE = 0.1  # seconds


class Server(LanguageServer):
    """One editor's server: its documents, their settings, and what the editor can do."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__(
            "hipwright",
            __version__,
            types.TextDocumentSyncKind.Incremental,
            types.NotebookDocumentSyncOptions(
                notebook_selector=[
                    types.NotebookDocumentFilterWithCells(
                        notebook="*",
                        cells=[
                            types.NotebookCellLanguage(language)
                            for language in ("python", *sorted(CUDA_LANGUAGES))
                        ],
                    )
                ],
                save=False,
            ),
            protocol_cls=Protocol,
            converter_factory=get_converter,
        )
        self.documents: dict[str, Document] = {}
        self.preferences = Preferences(self._warn)
        self.client = Client()
        self.exit_status: int | None = None
        self._links = RuleLinks(rule_page)
        self._writer = DiagnosticWriter(self._links)
        self._actions = Actions(self._writer, versioned=False, lazy=False)
        self._unpublished: dict[str, float] = {}  # address → when it first waited
        self._unsettled: dict[str, float] = {}  # address → when it was last edited
        self._told_of_failure = False

    # What both sides can do

    def agree(self, params: types.InitializeParams, capabilities: types.ServerCapabilities) -> None:
        """Settle on what the client can do, before anything is opened."""
        self.client = Client.of(params)
        capabilities.position_encoding = types.PositionEncodingKind(self.client.encoding)
        if not self.client.pulls:
            capabilities.diagnostic_provider = None
        options = params.initialization_options
        options = options if isinstance(options, dict) else {}
        template = options.get("rulePage")
        self._links = RuleLinks(rule_page, template if isinstance(template, str) else None)
        self._writer.link = self._links
        self._actions = Actions(self._writer, self.client.versions_edits, self.client.resolves)
        self.preferences.use_editor_settings(options.get("settings"))

    def begin(self) -> None:
        """Ask the client for what it can give, once it is ready to be asked."""
        registrations = self.client.registrations()
        if registrations:
            self.protocol.send_request(
                types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams(registrations)
            )
        self.ask_for_settings()

    def ask_for_settings(self) -> bool:
        """Ask the client for the user's settings. False when it has none to give."""
        if not self.client.has_settings:
            return False
        future = self.protocol.send_request(
            types.WORKSPACE_CONFIGURATION,
            types.ConfigurationParams([types.ConfigurationItem(section="hipwright")]),
        )

        def take(answer: Any) -> None:
            if not answer.cancelled() and answer.exception() is None and answer.result():
                self.use_settings(answer.result()[0])

        future.add_done_callback(take)
        return True

    # Documents

    def open_text(self, item: types.TextDocumentItem, notebook: str | None = None) -> None:
        """Take a text over from the client."""
        settings = self.preferences.of(notebook or item.uri)
        self.documents[item.uri] = Document(item, self.client.encoding, settings, notebook)
        self._touch(item.uri)

    def open_cells(self, notebook: str, cells: Iterable[types.TextDocumentItem]) -> None:
        """Take cells of a notebook over."""
        for cell in cells:
            self.open_text(cell, notebook)

    def change_text(
        self,
        uri: str,
        changes: Sequence[types.TextDocumentContentChangeEvent],
        version: int | None,
    ) -> None:
        """Edit a text as the client did. An address that was never opened is ignored."""
        document = self.documents.get(uri)
        if document is None:
            logger.warning("a change of %s, which is not open", uri)
        else:
            document.change(changes, version)
            self._unsettled[uri] = time.monotonic()
            # Also when nothing was found anew: a client drops what was sent for a version before,
            # and would wait for ever for the same of this one.
            self._touch(uri)

    def close_text(self, uri: str) -> None:
        """Forget a text, and take its diagnostics back."""
        if self.documents.pop(uri, None) is None:
            return
        self._unpublished.pop(uri, None)
        self._unsettled.pop(uri, None)
        if not self.client.pulls:
            self._send_diagnostics(uri, None, "[]")

    def close_notebook(self, notebook: str) -> None:
        """Forget whatever is left of a notebook."""
        for uri in [uri for uri, open_ in self.documents.items() if open_.notebook == notebook]:
            self.close_text(uri)

    def use_settings(self, values: object) -> None:
        """Take over the editor's settings, and check everything again that they govern."""
        self.preferences.use_editor_settings(values)
        self.check_again()

    def check_again(self) -> None:
        """Apply the settings anew to every document."""
        changed = False
        for uri, document in self.documents.items():
            if document.use(self.preferences.of(document.notebook or uri)):
                changed = True
                self._touch(uri)
        if changed:
            self._refresh()

    # Diagnostics

    def patience(self) -> float | None:
        """How long to wait for the next message, in seconds, before `rest`; None for ever."""
        if self._unpublished:
            return 0.0
        if self._unsettled:
            return max(0.0, min(self._unsettled.values()) + PAUSE - time.monotonic())
        return None

    def rest(self) -> None:
        """Do what waited for a pause."""
        self.publish(idle=True)
        due = time.monotonic() - PAUSE
        changed = False
        for uri in [uri for uri, since in self._unsettled.items() if since <= due]:
            changed |= self._settle(uri)
        if changed:
            self._refresh()
            self.publish(idle=True)

    def _settle(self, uri: str) -> bool:
        del self._unsettled[uri]
        changed = self.documents[uri].settle()
        if changed:
            self._touch(uri)
        return changed

    def _settled(self, uri: str) -> Document | None:
        """An open document, with all its findings up to date."""
        if uri in self._unsettled and self._settle(uri):
            self._refresh()
        return self.documents.get(uri)

    def _refresh(self) -> None:
        """Have a client that pulls diagnostics do so again."""
        if self.client.pulls and self.client.refreshes:
            self.protocol.send_request(types.WORKSPACE_DIAGNOSTIC_REFRESH)

    def _touch(self, uri: str) -> None:
        if any(part.failed for part in self.documents[uri].parts):
            self._tell_of_failure(f"{uri.rpartition('/')[2]} could not be checked")
        if not self.client.pulls:
            self._unpublished.setdefault(uri, time.monotonic())

    def publish(self, idle: bool) -> None:
        """Send what changed, unless more messages wait that may change it again."""
        if not self._unpublished:
            return
        now = time.monotonic()
        for uri, since in list(self._unpublished.items()):
            if idle or now - since > LONGEST_WAIT:
                del self._unpublished[uri]
                document = self.documents[uri]
                self._send_diagnostics(uri, document.version, self._writer.array(document))

    def _send_diagnostics(self, uri: str, version: int | None, diagnostics: str) -> None:
        echoed = "" if version is None else f'"version":{version},'
        self.protocol.write_json(
            '{"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":'
            f'{{"uri":{json.dumps(uri)},{echoed}"diagnostics":{diagnostics}}}}}'
        )

    def diagnose(self, uri: str, previous: str | None) -> RawJson:
        """The answer to a client that pulls diagnostics.

        One that can be told to pull again is answered at once, and told when the rest is there.
        """
        document = self.documents.get(uri) if self.client.refreshes else self._settled(uri)
        if document is None:
            return RawJson('{"kind":"full","items":[]}')
        revision = str(document.revision)
        if revision == previous:
            return RawJson(f'{{"kind":"unchanged","resultId":"{revision}"}}')
        items = self._writer.array(document)
        return RawJson(f'{{"kind":"full","resultId":"{revision}","items":{items}}}')

    # Requests about a document

    def code_actions(self, params: types.CodeActionParams) -> RawJson:
        """The actions for a range, made from our own findings."""
        document = self._settled(params.text_document.uri)
        if document is None:
            return RawJson("[]")
        start, end = sorted(
            (document.offset(params.range.start), document.offset(params.range.end))
        )
        only = params.context.only
        kinds = None if only is None else [str(_value(kind)) for kind in only]
        return as_json(self._actions.at(document, start, end, kinds))

    def resolve(self, action: types.CodeAction) -> RawJson:
        """An action with its edit. One that we cannot resolve comes back as it is."""
        resolved: dict[str, Any] = get_converter().unstructure(action)
        data = action.data
        ours = data.get("hipwright") if isinstance(data, dict) else None
        if isinstance(ours, dict) and isinstance(ours.get("uri"), str):
            document = self._settled(ours["uri"])
            # An edit of the present state is right even when it was offered for an earlier one.
            if document is not None:
                resolved["edit"] = self._actions.edit_for(document, ours)
        return as_json(resolved)

    def hover_at(self, uri: str, position: types.Position) -> RawJson:
        """What to show at a position."""
        document = self._settled(uri)
        if document is None:
            return RawJson("null")
        return as_json(
            hover(document, document.offset(position), self._links, self.client.markdown)
        )

    def ports(self, params: object) -> RawJson:
        """`hipwright/port`: what each text becomes. See docs/editors.md for its form."""
        asked = plain(params)
        addresses: list[str] = []
        if isinstance(asked, dict):
            notebook = asked.get("notebookDocument")
            if isinstance(notebook, dict):
                wanted = notebook.get("uri")
                addresses.extend(
                    uri for uri, document in self.documents.items() if document.notebook == wanted
                )
            for item in asked.get("textDocuments") or ():
                if isinstance(item, dict) and isinstance(item.get("uri"), str):
                    addresses.append(item["uri"])
        found = [document for uri in addresses if (document := self._settled(uri)) is not None]
        return as_json({"documents": [_ported(document) for document in found]})

    # When things go wrong

    def _warn(self, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """A fault of ours: in full for the log, in short, and once, for the user."""
        if isinstance(error, JsonRpcMethodNotFound):
            logger.warning("%s", error)  # the client has its answer, and the user nothing to do
            return
        logger.error("%s: %s", getattr(source, "__name__", source), error, exc_info=error)
        self._tell_of_failure("something went wrong")

    def _tell_of_failure(self, what: str) -> None:
        if not self._told_of_failure:
            self._told_of_failure = True
            message = f"hipwright: {what}, by a fault of its own. Its output tells more."
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def stop(self, status: int) -> None:
        """End the loop after the message at hand."""
        self.exit_status = status


def _ported(document: Document) -> dict[str, Any]:
    edits = fix_all_edits(document)
    text = bytearray(document.content)
    for edit in reversed(edits):
        text[edit.start : edit.end] = edit.text
    return {
        "uri": document.uri,
        "version": document.version,
        "text": text.decode("utf-8", "replace"),
        "edits": protocol_edits(document, edits),
    }


def as_json(value: object) -> RawJson:
    """A result of plain values, written once here instead of by pygls."""
    return RawJson(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_value))


def _value(kind: object) -> object:
    return kind.value if isinstance(kind, Enum) else kind


def plain(value: object) -> object:
    """Parameters that pygls has no type for, and makes named tuples of, as plain values."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: plain(item) for key, item in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value
