"""What the client at the other end can do."""

from __future__ import annotations

from typing import NamedTuple

from lsprotocol import types

from hipwright.source import Encoding


class Client(NamedTuple):
    """The abilities of a client, as far as they change what the server does."""

    encoding: Encoding = "utf-16"  # what columns count
    pulls: bool = False  # it asks for diagnostics; it is never sent any then
    refreshes: bool = False  # it can be told to ask for them again
    markdown: bool = True
    versions_edits: bool = False  # it takes edits with the version that they are for
    resolves: bool = False  # it asks for the edit of an action once that is chosen
    has_settings: bool = False  # it can be asked for the user's settings
    watches: tuple[str, ...] = ()  # methods that it registers on request

    @classmethod
    def of(cls, params: types.InitializeParams) -> Client:
        """What a client says of itself when it starts."""
        general = params.capabilities.general
        text = params.capabilities.text_document or types.TextDocumentClientCapabilities()
        workspace = params.capabilities.workspace or types.WorkspaceClientCapabilities()
        offered = (general.position_encodings if general else None) or ()
        formats = (text.hover.content_format if text.hover else None) or ()
        action = text.code_action
        resolvable = action.resolve_support.properties if action and action.resolve_support else ()
        registers = {
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: workspace.did_change_watched_files,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: workspace.did_change_configuration,
        }
        return cls(
            encoding="utf-8" if types.PositionEncodingKind.Utf8 in offered else "utf-16",
            pulls=text.diagnostic is not None,
            refreshes=bool(workspace.diagnostics and workspace.diagnostics.refresh_support),
            markdown=types.MarkupKind.Markdown in formats or not formats,
            versions_edits=bool(
                workspace.workspace_edit and workspace.workspace_edit.document_changes
            ),
            resolves=bool(action and action.data_support) and "edit" in resolvable,
            has_settings=bool(workspace.configuration),
            watches=tuple(
                method
                for method, ability in registers.items()
                if ability is not None and ability.dynamic_registration
            ),
        )

    def registrations(self) -> list[types.Registration]:
        """What to ask the client to tell us about: configuration files and settings."""
        files = types.DidChangeWatchedFilesRegistrationOptions(
            [
                types.FileSystemWatcher("**/hipwright.toml"),
                types.FileSystemWatcher("**/pyproject.toml"),
            ]
        )
        options = {
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: files,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: (
                types.DidChangeConfigurationRegistrationOptions("hipwright")
            ),
        }
        return [
            types.Registration(f"hipwright:{method}", method, options[method])
            for method in self.watches
        ]
