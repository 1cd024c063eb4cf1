"""A small client of a Jupyter server: start a kernel, execute in it, interrupt it, end it.

It stays with a kernel through a cut connection (the server keeps what it could not deliver for the
same session), and says clearly when the server or the kernel is gone.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

import requests
import websocket

from hipwright_server.process import Stop
from hipwright_server.remote.messages import (
    SUBPROTOCOL,
    Message,
    decode,
    encode,
    execute_request,
)

_CONNECT_SECONDS = 10.0
_RECONNECT_SECONDS = 20.0  # how long a cut connection is tried again
_REFUSED_SECONDS = 2.0  # the same while nothing listens there at all
_SILENCE_SECONDS = 15.0  # after this much silence the kernel is asked about
_INTERRUPT_SECONDS = 10.0  # for a kernel to end its work after an interrupt
_POLL_SECONDS = 0.1


class RemoteError(Exception):
    """The server, its kernel or the way to them is not there. The message never holds a token."""


class JupyterServer:
    """The REST side of a Jupyter server."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url.rstrip("/") + "/"
        self._session = requests.Session()
        self._headers = {"Authorization": f"token {token}"} if token else {}
        self._session.headers.update(self._headers)
        if self._is_loopback():
            self._session.trust_env = False  # no proxy reaches our own machine

    def _is_loopback(self) -> bool:
        host = urlsplit(self.url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")

    def request(self, method: str, path: str, body: Any = None, seconds: float = 20.0) -> Any:
        """One REST call; its JSON, or None where the answer is empty.

        Raises:
            RemoteError: nothing listens there, the token is refused, or the call fails.
        """
        try:
            answer = self._session.request(
                method,
                self.url + path,
                json=body,
                timeout=(min(_CONNECT_SECONDS, seconds), seconds),
                allow_redirects=False,
            )
        except requests.Timeout:
            raise RemoteError(f"{self.url} did not answer within {seconds:g} s") from None
        except requests.ConnectionError:
            raise RemoteError(f"nothing answers at {self.url}; is the server running?") from None
        except requests.RequestException as error:
            raise RemoteError(f"{self.url}: {type(error).__name__}") from None
        if answer.status_code in (401, 403) or answer.is_redirect:
            raise RemoteError(f"{self.url} refuses the token")
        if answer.status_code == 404:
            raise RemoteError(f"{self.url}{path} is not there; is this a Jupyter server?")
        if not answer.ok:
            raise RemoteError(f"{self.url}{path} failed: {answer.status_code} {answer.reason}")
        try:
            return answer.json() if answer.content else None
        except ValueError:
            raise RemoteError(f"{self.url} does not speak like a Jupyter server") from None

    def check(self, seconds: float = 3.0) -> str:
        """The server's version, when it is there and takes our token.

        Raises:
            RemoteError: see `request`.
        """
        self.request("GET", "api/kernelspecs", seconds=seconds)
        version = self.request("GET", "api", seconds=seconds)
        return str(version.get("version", "")) if isinstance(version, dict) else ""

    def start_kernel(self, name: str = "") -> Kernel:
        """Start a kernel: of this name, or the server's default.

        Raises:
            RemoteError: see `request`; or there is no such kernel.
        """
        if name:
            known = self.request("GET", "api/kernelspecs")["kernelspecs"]
            if name not in known:
                raise RemoteError(
                    f"{self.url} has no kernel {name}; it has {', '.join(sorted(known)) or 'none'}"
                )
        started = self.request("POST", "api/kernels", {"name": name} if name else {}, seconds=60)
        return Kernel(self, started["id"])

    def kernel_path(self, kernel: str) -> str:
        """The path of a kernel in the API."""
        return f"api/kernels/{quote(kernel, safe='')}"

    def websocket_to(self, path: str) -> websocket.WebSocket:
        """A websocket of this server.

        Raises:
            RemoteError: it cannot be opened.
        """
        scheme = "wss" if self.url.startswith("https") else "ws"
        address = scheme + self.url[self.url.index(":") :] + path
        host = urlsplit(self.url).hostname
        try:
            return websocket.create_connection(
                address,
                timeout=_CONNECT_SECONDS,
                header=[f"{name}: {value}" for name, value in self._headers.items()],
                # Small messages go out at once: an interrupt must not wait for the next one.
                sockopt=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
                skip_utf8_validation=True,
                subprotocols=[SUBPROTOCOL],
                suppress_origin=True,
                http_no_proxy=[host] if self._is_loopback() else None,
            )
        except ConnectionRefusedError:
            raise RemoteError(f"nothing answers at {self.url}; is the server running?") from None
        except websocket.WebSocketBadStatusException as error:
            raise RemoteError(f"{self.url} refuses a websocket ({error.status_code})") from None
        except (OSError, websocket.WebSocketException) as error:
            raise RemoteError(f"{self.url}: {error or type(error).__name__}") from None


class Kernel:
    """A kernel on a server, with the websocket to it."""

    def __init__(self, server: JupyterServer, identity: str) -> None:
        self._server = server
        self._identity = identity
        self._session = uuid.uuid4().hex
        self._socket: websocket.WebSocket | None = None
        self._incoming: queue.Queue[Message | None] = queue.Queue()
        self._sending = threading.Lock()

    def execute(
        self,
        code: str,
        on_message: Callable[[Message], None],
        stop: Stop | None = None,
        on_notice: Callable[[str], None] | None = None,
    ) -> dict[str, Any]:
        """Execute code and wait for its end; the content of the reply.

        Every message that comes meanwhile goes to `on_message`. KeyboardInterrupt here, or `stop`,
        interrupts the kernel; its reply is then still waited for. `on_notice` is told of a cut
        connection.

        Raises:
            RemoteError: the server or the kernel is gone, or does not end after an interrupt.
        """
        self._connect()
        identity, request = execute_request(code, self._session)
        self._send(request)
        reply: dict[str, Any] | None = None
        idle = False
        heard = time.monotonic()
        interrupted_at: float | None = None
        while reply is None or not idle:
            try:
                if stop is not None and stop.is_set() and interrupted_at is None:
                    raise KeyboardInterrupt
                try:
                    message = self._incoming.get(timeout=_POLL_SECONDS)
                except queue.Empty:
                    now = time.monotonic()
                    if interrupted_at is not None and now - interrupted_at > _INTERRUPT_SECONDS:
                        raise RemoteError("the remote kernel does not end") from None
                    if now - heard > _SILENCE_SECONDS:
                        self._check_alive()
                        heard = now
                    continue
                heard = time.monotonic()
                if message is None:
                    self._reconnect(on_notice)
                    continue
                if message.kind == "status" and message.content.get("execution_state") in (
                    "restarting",
                    "dead",
                ):
                    raise RemoteError("the remote kernel died")
                if message.parent == identity:
                    if message.kind == "execute_reply":
                        reply = message.content
                    elif message.kind == "status":
                        idle = message.content.get("execution_state") == "idle"
                on_message(message)
            except KeyboardInterrupt:
                if interrupted_at is None:
                    interrupted_at = time.monotonic()
                    self.interrupt()
        return reply

    def interrupt(self) -> None:
        """Interrupt what the kernel does.

        Raises:
            RemoteError: the server is gone.
        """
        self._server.request("POST", self._server.kernel_path(self._identity) + "/interrupt", {})

    def close(self, seconds: float = 5.0) -> None:
        """End the kernel; a server that is gone has ended it already."""
        self._disconnect()
        with contextlib.suppress(RemoteError):
            self._server.request(
                "DELETE", self._server.kernel_path(self._identity), seconds=seconds
            )

    def _connect(self) -> None:
        if self._socket is not None and self._socket.connected:
            return
        path = f"{self._server.kernel_path(self._identity)}/channels?session_id={self._session}"
        connected = self._server.websocket_to(path)
        connected.settimeout(None)
        self._socket = connected
        threading.Thread(
            target=self._receive, args=(connected,), name="hipwright-remote", daemon=True
        ).start()

    def _disconnect(self) -> None:
        connected, self._socket = self._socket, None
        if connected is not None:
            with contextlib.suppress(OSError, websocket.WebSocketException):
                connected.close(timeout=1)

    def _receive(self, connected: websocket.WebSocket) -> None:
        """Read in a thread of its own, so that an interrupt cannot come between two reads."""
        try:
            while True:
                # Without it, this side's acknowledgement waits for 40 ms, and the server with it.
                if hasattr(socket, "TCP_QUICKACK") and connected.sock is not None:
                    connected.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
                data = connected.recv()
                if not data:
                    break
                self._incoming.put(decode(data, connected.subprotocol))
        except (OSError, ValueError, websocket.WebSocketException):
            pass
        finally:
            if connected is self._socket:
                self._incoming.put(None)

    def _send(self, request: dict[str, Any]) -> None:
        connected = self._socket
        if connected is None:
            raise RemoteError(f"the connection to {self._server.url} is closed")
        try:
            with self._sending:
                data = encode(request, connected.subprotocol)
                if isinstance(data, bytes):
                    connected.send_binary(data)
                else:
                    connected.send(data)
        except (OSError, websocket.WebSocketException):
            raise RemoteError(f"the connection to {self._server.url} broke") from None

    def _check_alive(self) -> None:
        """Ask whether the kernel is still there.

        Raises:
            RemoteError: it is not, or the server is gone.
        """
        state = self._server.request("GET", self._server.kernel_path(self._identity))
        if isinstance(state, dict) and state.get("execution_state") == "dead":
            raise RemoteError("the remote kernel died")

    def _reconnect(self, on_notice: Callable[[str], None] | None) -> None:
        """Come back after a cut connection; the server sends what we missed.

        Raises:
            RemoteError: it cannot be done.
        """
        self._disconnect()
        started = time.monotonic()
        pause = 0.1
        noticed = False
        while True:
            try:
                self._check_alive()
                self._connect()
                if noticed and on_notice is not None:
                    on_notice(f"connected to {self._server.url} again")
                return
            except RemoteError as error:
                gone = "is not there" in str(error)  # the server is back, but without our kernel
                refused = "nothing answers" in str(error) or "refuses" in str(error)
                patience = _REFUSED_SECONDS if refused else _RECONNECT_SECONDS
                if gone:
                    raise RemoteError("the remote kernel is gone; the server restarted") from None
                if "died" in str(error) or time.monotonic() - started > patience:
                    raise
                if not noticed and on_notice is not None and time.monotonic() - started > 0.5:
                    noticed = True
                    on_notice(f"the connection to {self._server.url} is cut, trying again")
            time.sleep(pause)
            pause = min(pause * 2, 2.0)
