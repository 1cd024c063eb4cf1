"""The loop of the server: one message after the other, until the client is gone."""

from __future__ import annotations

import gc
import json
import logging
import sys
from queue import Empty

from pygls.exceptions import JsonRpcException
from pygls.io_ import StdoutWriter

from hipwright.garbage import collect_seldom
from hipwright.lsp.features import register
from hipwright.lsp.protocol import log_to_stderr
from hipwright.lsp.server import Server
from hipwright.lsp.transport import MessageReader

logger = logging.getLogger(__name__)

_PARSE_ERROR, _INVALID_REQUEST, _INVALID_PARAMS, _CANCELLED = -32700, -32600, -32602, -32800


def serve() -> int:
    """Serve one editor over standard input and output. Returns the exit status."""
    log_to_stderr()
    output = sys.stdout.buffer
    # Not sys.stdin: the interpreter takes its lock at the end, and the reader may hold it then.
    source = open(sys.stdin.fileno(), "rb", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stderr  # a stray print must not break into the protocol
    server = Server()
    register(server)
    server.protocol.set_writer(StdoutWriter(output))
    try:
        return run(server, MessageReader(source))
    except KeyboardInterrupt:
        return 130


def run(server: Server, reader: MessageReader) -> int:
    """Handle messages until the client is gone. Returns the exit status."""
    reader.start()
    collect_seldom()  # going through the whole heap takes 30 ms, where a key costs 4
    is_warm = False
    while server.exit_status is None:
        try:
            body = reader.next(server.patience())
            if body is None:
                return 1  # the client went without a word
            _handle(server, body, reader)
            server.publish(idle=reader.idle())
            if server.documents and not is_warm:
                is_warm = True
                gc.collect()
                gc.freeze()  # rules and tables stay for good: never look at them again
        except Empty:
            server.rest()
        except BrokenPipeError:
            return 1
    return server.exit_status


def _handle(server: Server, body: bytes, reader: MessageReader) -> None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        _error(server, None, _PARSE_ERROR, "the message is not JSON")
        return
    if not isinstance(content, dict) or content.get("jsonrpc") != "2.0":
        _error(server, None, _INVALID_REQUEST, "the message is not JSON-RPC 2.0")
        return
    identifier, method = content.get("id"), content.get("method")
    wants_answer = isinstance(identifier, str | int) and method is not None
    if isinstance(identifier, str | int) and wants_answer and reader.was_cancelled(identifier):
        _error(server, identifier, _CANCELLED, "cancelled")
        return
    if method is not None:
        content.setdefault("params", None)
    try:
        message = server.protocol.structure_message(content)
    except JsonRpcException:
        logger.error("a message was left out: the parameters are not those of %s", method)
        if wants_answer:
            _error(server, identifier, _INVALID_PARAMS, f"these are not the parameters of {method}")
        return
    server.protocol.handle_message(message)


def _error(server: Server, identifier: object, code: int, reason: str) -> None:
    error = {"code": code, "message": reason}
    server.protocol.write_json(json.dumps({"jsonrpc": "2.0", "id": identifier, "error": error}))
