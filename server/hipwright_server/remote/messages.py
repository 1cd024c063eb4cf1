"""Jupyter's kernel messages on a websocket, in both forms that servers speak."""

from __future__ import annotations

import json
import struct
import uuid
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

SUBPROTOCOL = "v1.kernel.websocket.jupyter.org"


@dataclass(slots=True)
class Message:
    """One message; only what we use of it."""

    channel: str
    kind: str
    content: dict[str, Any]
    parent: str = ""  # the id of the message that it answers
    buffers: list[bytes] = field(default_factory=list)


def execute_request(code: str, session: str) -> tuple[str, dict[str, Any]]:
    """A request to execute code: its id, and the message as JSON can hold it."""
    identity = uuid.uuid4().hex
    return identity, {
        "channel": "shell",
        "header": {
            "msg_id": identity,
            "msg_type": "execute_request",
            "username": "hipwright",
            "session": session,
            "version": "5.3",
        },
        "parent_header": {},
        "metadata": {},
        "content": {
            "code": code,
            "silent": False,
            "store_history": False,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        },
        "buffers": [],
    }


def encode(message: dict[str, Any], subprotocol: str | None) -> str | bytes:
    """A message as it goes over the wire."""
    if subprotocol != SUBPROTOCOL:
        return json.dumps(message)
    parts = [message["channel"].encode()]
    for key in ("header", "parent_header", "metadata", "content"):
        parts.append(json.dumps(message[key]).encode())
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    head = struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets)
    return head + b"".join(parts)


def decode(data: str | bytes, subprotocol: str | None) -> Message:
    """A message from the wire.

    Raises:
        ValueError: it is no message of Jupyter's.
    """
    try:
        if subprotocol == SUBPROTOCOL and isinstance(data, bytes):
            return _decode_v1(data)
        return _decode_default(data)
    except (KeyError, TypeError, struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"the server sent what is no kernel message: {error}") from error


def _decode_v1(data: bytes) -> Message:
    (count,) = struct.unpack_from("<Q", data)
    offsets = struct.unpack_from(f"<{count}Q", data, 8)
    parts = [data[a:b] for a, b in pairwise(offsets)]
    header, parent, content = (json.loads(parts[index]) for index in (1, 2, 4))
    return Message(
        channel=parts[0].decode(),
        kind=header["msg_type"],
        content=content,
        parent=parent.get("msg_id", ""),
        buffers=parts[5:],
    )


def _decode_default(data: str | bytes) -> Message:
    buffers: list[bytes] = []
    if isinstance(data, bytes):
        (count,) = struct.unpack_from("!i", data)
        offsets = [*struct.unpack_from(f"!{count}i", data, 4), len(data)]
        parts = [data[a:b] for a, b in pairwise(offsets)]
        data, buffers = parts[0].decode(), parts[1:]
    message = json.loads(data)
    return Message(
        channel=message.get("channel", ""),
        kind=message["header"]["msg_type"],
        content=message["content"],
        parent=(message.get("parent_header") or {}).get("msg_id", ""),
        buffers=buffers,
    )
