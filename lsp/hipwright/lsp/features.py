"""Which method of the protocol is answered by what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lsprotocol import types

from hipwright.lsp.actions import FIX_ALL, QUICK_FIX
from hipwright.lsp.protocol import RawJson
from hipwright.lsp.rulepage import rule_page
from hipwright.lsp.server import Server, as_json, plain


def register(server: Server) -> None:
    """Offer every feature of the server to its client.

    pygls passes a handler the server too when its first parameter's type would fit one; hence the
    parameters of our own methods are of any type.
    """

    def diagnose(params: types.DocumentDiagnosticParams) -> RawJson:
        return server.diagnose(params.text_document.uri, params.previous_result_id)

    def code_actions(params: types.CodeActionParams) -> RawJson:
        return server.code_actions(params)

    def resolve(action: types.CodeAction) -> RawJson:
        return server.resolve(action)

    def hover_at(params: types.HoverParams) -> RawJson:
        return server.hover_at(params.text_document.uri, params.position)

    def saved(params: types.DidSaveTextDocumentParams) -> None:
        reread()  # a client that watches no files saves some, and reading one costs little

    def files_changed(params: types.DidChangeWatchedFilesParams) -> None:
        reread()

    def reread() -> None:
        server.preferences.forget_files()
        server.check_again()

    def settings_changed(params: types.DidChangeConfigurationParams) -> None:
        given = plain(params.settings)
        if isinstance(given, dict) and isinstance(given.get("hipwright"), dict):
            server.use_settings(given["hipwright"])
        else:
            server.ask_for_settings()

    def ported(params: Any) -> RawJson:
        return server.ports(params)

    def explained(params: Any) -> RawJson:
        asked = plain(params)
        code = asked.get("code") if isinstance(asked, dict) else None
        return as_json({"markdown": rule_page(code) if isinstance(code, str) else None})

    handlers: dict[str, Callable[..., object]] = {
        types.TEXT_DOCUMENT_DIAGNOSTIC: diagnose,
        types.TEXT_DOCUMENT_CODE_ACTION: code_actions,
        types.CODE_ACTION_RESOLVE: resolve,
        types.TEXT_DOCUMENT_HOVER: hover_at,
        types.TEXT_DOCUMENT_DID_SAVE: saved,
        types.WORKSPACE_DID_CHANGE_WATCHED_FILES: files_changed,
        types.WORKSPACE_DID_CHANGE_CONFIGURATION: settings_changed,
        "hipwright/port": ported,
        "hipwright/rule": explained,
    }
    options = {
        types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(
            code_action_kinds=[QUICK_FIX, FIX_ALL], resolve_provider=True
        )
    }
    for method, handler in handlers.items():
        server.feature(method, options.get(method))(handler)
