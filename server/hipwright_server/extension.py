"""The Jupyter server extension: what the editors in JupyterLab and Notebook talk to.

Authentication (token, cookie), the check of the origin and the permission to execute are those of
Jupyter's own handlers: nobody who may not run a cell can start anything here.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.utils import url_path_join
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from hipwright_server.compare_service import CompareHandler
from hipwright_server.language_server_process import LanguageServerProcess, language_server_command

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

LONGEST_REASON = 120
"""Bytes of a reason that fit into a websocket's close frame (RFC 6455, section 5.5: 125 - 2)."""

PROCESS_ENDED = 1011
MESSAGE_NOT_TEXT = 1003


class LanguageServerHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """`/hipwright/lsp`: a language server of its own for each websocket, one message a frame.

    A process is never shared between two pages, so that no page can close another's documents, and
    it ends with its websocket.
    """

    auth_resource = "hipwright"
    process: LanguageServerProcess | None = None

    def set_default_headers(self) -> None:
        """Leave out the headers of a page: a websocket has none."""

    def get_compression_options(self) -> dict[str, Any] | None:
        """Compress as the server's other websockets do."""
        options: dict[str, Any] | None = self.settings.get("websocket_compression_options")
        return options

    @ws_authenticated
    @authorized("execute")  # type: ignore[untyped-decorator]
    async def get(  # type: ignore[override]
        self, *arguments: str, **named: str
    ) -> None:
        """Open the websocket for a user who may execute."""
        await super().get(*arguments, **named)

    def open(self, *arguments: str, **named: str) -> None:
        """Start the language server of this websocket."""
        super().open(*arguments, **named)
        self.set_nodelay(True)
        loop = asyncio.get_running_loop()

        def in_loop(function: Any) -> Any:
            def call(text: str) -> None:
                with contextlib.suppress(RuntimeError):  # the loop of a server that is ending
                    loop.call_soon_threadsafe(function, text)

            return call

        try:
            self.process = LanguageServerProcess(
                on_message=in_loop(self._forward),
                on_end=in_loop(self._ended),
                on_log=in_loop(lambda line: self.log.debug("hipwright lsp: %s", line)),
                command=self.settings.get("hipwright_language_server_command"),
            )
        except OSError as error:
            self._close(f"The language server could not be started: {error}")
            return
        self.log.debug("Started language server %d", self.process.pid)

    def on_message(self, message: str | bytes) -> None:
        """Pass a message of the page to its language server."""
        if isinstance(message, bytes):
            self.close(MESSAGE_NOT_TEXT, "Messages are text")
        elif self.process is not None:
            self.process.send(message)

    def on_close(self) -> None:
        """End the language server with its websocket."""
        if self.process is not None:
            self.process.stop()
            self.process = None
        super().on_close()

    def _forward(self, message: str) -> None:
        with contextlib.suppress(WebSocketClosedError):  # on_close ends the process
            self.write_message(message)

    def _ended(self, sentence: str) -> None:
        if self.process is None:
            return  # we ended it
        self.process = None
        self._close(sentence)

    def _close(self, sentence: str) -> None:
        self.log.warning(sentence)
        reason = sentence.encode("utf-8")[:LONGEST_REASON].decode("utf-8", "ignore")
        self.close(PROCESS_ENDED, reason)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "hipwright_server.extension"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    """Add our handlers to a Jupyter server, and tell the pages where its files are."""
    web = server.web_app
    base = web.settings["base_url"]
    web.add_handlers(  # type: ignore[no-untyped-call]
        ".*$",
        [
            (url_path_join(base, "hipwright", "lsp"), LanguageServerHandler),
            (url_path_join(base, "hipwright", "compare"), CompareHandler),
        ],
    )
    root = getattr(server.contents_manager, "root_dir", None)
    if root:
        # Documents get the address of the file they are, so that the settings beside it are found.
        page = web.settings.setdefault("page_config_data", {})
        page["hipwrightRootUri"] = Path(root).expanduser().resolve().as_uri()
    server.log.info("hipwright: language server at %s", url_path_join(base, "hipwright", "lsp"))


def language_server_spec(_manager: object) -> dict[str, dict[str, Any]]:
    """Say to jupyter-lsp how to start our language server (entry point `jupyter_lsp_spec_v1`)."""
    return {
        "hipwright": {
            "version": 2,
            "argv": language_server_command(),
            "languages": ["cuda", "cuda-cpp", "cpp", "c"],
            "mime_types": ["text/x-c++src", "text/x-csrc", "text/x-cuda"],
            "display_name": "hipwright: CUDA to HIP",
            "urls": {},
        }
    }
