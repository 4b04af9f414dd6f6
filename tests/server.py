"""A web server on this machine for tests: it does what a test says, and remembers what it was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

PAGE = b"<!doctype html><title>Bridge</title><p>The bridge reopened, the harbour master said.</p>"

Act = Callable[[socket.socket, str], None]


def answer(body: bytes = PAGE, status: str = "200 OK", **headers: str) -> bytes:
    """An answer as it is sent; a header is named with underscores, and left out where it is empty."""
    lines = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
    lines |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    return f"HTTP/1.1 {status}\r\n".encode() + b"".join(f"{k}: {v}\r\n".encode() for k, v in lines.items() if v) + b"\r\n" + body


class Site:
    """A server that does to each path what a test wants: sends bytes, one answer after the other, or acts on the connection."""

    def __init__(self) -> None:
        self.paths: dict[str, bytes | list[bytes] | Act] = {"/robots.txt": answer(b"", "404 Not Found")}
        self.asked: list[str] = []
        self.requests: list[str] = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def at(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                self.connections += 1
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                if not (data := client.recv(65536)):
                    return
                request += data
            path = request.split(b" ")[1].decode()
            self.asked.append(path)
            self.requests.append(request.decode())
            act = self.paths.get(path, answer(b"", "404 Not Found"))
            if isinstance(act, list):
                act = act.pop(0) if len(act) > 1 else act[0]
            if isinstance(act, bytes):
                client.sendall(act)
            else:
                act(client, request.decode())

    def close(self) -> None:
        self._socket.close()
