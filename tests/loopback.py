"""A web server on this machine that behaves as told: whole files, ranges, cut connections, moved pages."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import threading
from typing import Any
from urllib.parse import unquote, urlsplit

import attrs
import pytest

__all__ = ["Served", "Server", "on_loopback", "serving"]


@attrs.define
class Served:
    """What the server answers at one path.

    Args:
        content: The bytes of the file.
        kind: Its content type.
        etag: What the version is called, or None.
        ranges: Whether a part of it may be asked for.
        cuts: After how many bytes each answer ends too early; whole answers afterwards.
        status: The status, where it is not to be a file.
        leads_to: Where it redirects to.
        says_length: Whether it says how long it is.
    """

    content: bytes = b""
    kind: str = "application/zip"
    etag: str | None = '"v1"'
    ranges: bool = True
    cuts: list[int] = attrs.Factory(list)
    status: int = 200
    leads_to: str | None = None
    says_length: bool = True


@attrs.define
class Server:
    """A running server.

    Args:
        url: Its address, without a slash behind it.
        files: What it serves, by path.
        asked: The path and the Range of each request so far.
    """

    url: str
    files: dict[str, Served]
    asked: list[tuple[str, str | None]] = attrs.Factory(list)


def on_loopback(url: str) -> bool:
    """Let tests, and only them, open plain addresses of this machine."""
    return urlsplit(url).hostname == "127.0.0.1"


class _Handler(BaseHTTPRequestHandler):
    ours: Server

    def do_GET(self) -> None:
        path = unquote(self.path).lstrip("/")
        asked = self.headers.get("Range")
        self.ours.asked.append((path, asked))
        served = self.ours.files.get(path, Served(status=404))
        if served.leads_to is not None:
            self.send_response(302)
            self.send_header("Location", served.leads_to)
            self.end_headers()
        elif served.status != 200:
            self.send_error(served.status)
        else:
            self._send(served, asked)

    def _send(self, served: Served, asked: str | None) -> None:
        start, size = 0, len(served.content)
        if asked and served.ranges and self.headers.get("If-Range") == served.etag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        if start >= size > 0:
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self.send_header("Content-Type", served.kind)
        if served.says_length:
            self.send_header("Content-Length", str(size - start))
        if served.etag:
            self.send_header("ETag", served.etag)
        self.end_headers()
        stop = start + served.cuts.pop(0) if served.cuts else size
        self.wfile.write(served.content[start:stop])
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(**files: Served) -> Generator[Server, None, None]:
    """Serve files by name until the block ends."""
    server = Server("", dict(files))
    handler = type("Handler", (_Handler,), {"ours": server})
    with pytest.MonkeyPatch.context() as patch, ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        patch.setenv("no_proxy", "127.0.0.1")
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
