"""A line between a browser and a server that breaks at a chosen byte of a chosen message."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

PATIENCE = 30.0
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Cut:
    """Where the line breaks: before byte `at` of the request or of its response."""

    side: Literal["request", "response"]
    at: int


@dataclass(frozen=True)
class Size:
    """The bytes of a message's head and of its body."""

    head: int
    body: int


class Proxy:
    """Passes connections on to `port`; breaks those whose request line matches `mark`.

    `requests` and `responses` hold the sizes of the marked messages that came through whole.
    """

    def __init__(self, port: int, mark: bytes) -> None:
        self._target, self._mark = port, re.compile(mark)
        self._cut: Cut | None = None
        self._broken = threading.Condition()
        self.cuts = 0
        self.requests: list[Size] = []
        self.responses: list[Size] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._listen, daemon=True).start()

    def stop(self) -> None:
        """Take no more connections."""
        self._listener.close()

    @contextmanager
    def cutting(self, cut: Cut) -> Iterator[None]:
        """Break every marked exchange until the end of the block."""
        self._cut = cut
        try:
            yield
        finally:
            self._cut = None

    def wait_for_cut(self, since: int) -> None:
        """Wait until the line broke more often than `since`."""
        with self._broken:
            assert self._broken.wait_for(lambda: self.cuts > since, PATIENCE), "nothing was sent"

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._target))
        except OSError:  # the server is away: so is the line
            client.close()
            return
        _Line(self, client, server).run()

    def cut_for(self, head: bytes) -> Cut | None:
        """Give where to break an exchange, by the head of its request."""
        return self._cut if self.marked(head) else None

    def marked(self, head: bytes) -> bool:
        """Tell whether a request is one of those that are watched."""
        return bool(self._mark.match(head.split(b"\r\n", 1)[0]))

    def note_cut(self) -> None:
        """Count a break."""
        with self._broken:
            self.cuts += 1
            self._broken.notify_all()


class _Line:
    """One connection; a browser sends its next request only after the last response."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self._left: int | None = None
        self._answering = False

    def run(self) -> None:
        back = threading.Thread(target=self._guarded, args=(self._bring_back,), daemon=True)
        back.start()
        self._guarded(self._send_on)
        back.join()
        for end in (self.client, self.server):  # not before: the number would be used again
            end.close()

    def _guarded(self, pump: Callable[[], None]) -> None:
        with suppress(OSError):
            pump()
        self._end()

    def _end(self) -> None:
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _send_on(self) -> None:
        while message := _read_message(self.client):
            head, body = message
            cut = self.proxy.cut_for(head)
            self._left = cut.at if cut and cut.side == "response" else None
            self._answering = self.proxy.marked(head)
            if cut and cut.side == "request":
                self.server.sendall((head + body)[: cut.at])
                self._break()
                return
            if self._answering:
                self.proxy.requests.append(Size(len(head), len(body)))
            self.server.sendall(head + body)

    def _bring_back(self) -> None:
        while data := self.server.recv(65536):
            if self._left is not None and len(data) > self._left:
                self.client.sendall(data[: self._left])
                self._break()
                return
            if self._left is not None:
                self._left -= len(data)
            self._measure(data)
            self.client.sendall(data)

    def _measure(self, data: bytes) -> None:
        head, found, _ = data.partition(HEAD_END)
        if self._answering and found and (length := LENGTH.search(head)):
            self.proxy.responses.append(Size(len(head) + 4, int(length[1])))
            self._answering = False

    def _break(self) -> None:
        self._end()
        self.proxy.note_cut()


def _read_message(source: socket.socket) -> tuple[bytes, bytes] | None:
    """Read a whole request: its head, and a body of the length that the head tells."""
    data = b""
    while HEAD_END not in data:
        more = source.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(HEAD_END)
    length = LENGTH.search(head)
    wanted = int(length[1]) if length else 0
    while len(body) < wanted:
        more = source.recv(65536)
        if not more:
            return None
        body += more
    return head + HEAD_END, body
