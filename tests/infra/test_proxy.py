"""The breakable line breaks at the byte that was asked for, and nowhere else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.infra.proxy import Cut, Proxy, Size

REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHalo!"
REQUEST = b"POST /tes/soal/1 HTTP/1.1\r\nContent-Length: 4\r\n\r\na=12"


class Deaf:
    """A server that keeps what it hears and always answers the same."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                while data := connection.recv(65536):
                    self.heard.append(data)
                    if data.endswith(b"a=12"):
                        connection.sendall(REPLY)


@pytest.fixture
def line() -> Iterator[tuple[Deaf, Proxy]]:
    deaf = Deaf()
    proxy = Proxy(deaf.port, rb"POST .*/soal/")
    yield deaf, proxy
    proxy.stop()


def ask(proxy: Proxy, request: bytes = REQUEST) -> bytes:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as client:
        client.sendall(request)
        got = b""
        while len(got) < len(REPLY) and (data := client.recv(65536)):
            got += data
        return got


def test_exchange_comes_through_whole_and_is_measured(line: tuple[Deaf, Proxy]) -> None:
    _, proxy = line
    assert ask(proxy) == REPLY
    assert proxy.requests == [Size(len(REQUEST) - 4, 4)]
    assert proxy.responses == [Size(len(REPLY) - 5, 5)]


@pytest.mark.parametrize("byte", [0, 10, len(REQUEST) - 4, len(REQUEST) - 2])
def test_request_is_cut_at_the_byte(line: tuple[Deaf, Proxy], byte: int) -> None:
    deaf, proxy = line
    with proxy.cutting(Cut("request", byte)):
        assert ask(proxy) == b""
    proxy.wait_for_cut(0)
    assert b"".join(deaf.heard) == REQUEST[:byte]


@pytest.mark.parametrize("byte", [0, 10, len(REPLY) - 2])
def test_response_is_cut_at_the_byte(line: tuple[Deaf, Proxy], byte: int) -> None:
    deaf, proxy = line
    with proxy.cutting(Cut("response", byte)):
        assert ask(proxy) == REPLY[:byte]
    assert b"".join(deaf.heard) == REQUEST


def test_other_requests_are_left_alone(line: tuple[Deaf, Proxy]) -> None:
    _, proxy = line
    with proxy.cutting(Cut("request", 0)):
        assert ask(proxy, REQUEST.replace(b"/soal/", b"/pilih/")) == REPLY
    assert (proxy.cuts, proxy.requests) == (0, [])
