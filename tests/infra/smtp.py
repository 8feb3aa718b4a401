"""A tiny mail server on 127.0.0.1 that keeps what it gets, or breaks off where a test wants it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


@dataclass
class Post:
    """What a mail server got: `trouble` is "", "refuse", "late" or "hang up" for the next mails.

    "refuse" turns the recipient down; "late" turns the text down after it was taken; "hang up"
    takes the text and closes the line without an answer.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    trouble: str = ""
    guard: threading.Lock = field(default_factory=threading.Lock)


class _Talk(socketserver.StreamRequestHandler):
    """One conversation, in the few words that smtplib says."""

    def handle(self) -> None:
        """Answer line by line until QUIT."""
        post = cast("_Server", self.server).post
        self._say("220 contoh")
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words.split(" ")[0].upper()
            if verb == "DATA":
                if not self._take(post):
                    return
            elif verb == "QUIT":
                self._say("221 sampai jumpa")
                return
            else:
                self._answer(post, verb, words)

    def _answer(self, post: Post, verb: str, words: str) -> None:
        if verb == "EHLO":
            self._say("250-contoh")
            self._say("250 AUTH PLAIN")
        elif verb == "AUTH":
            post.logins.append(words)
            self._say("235 baik")
        elif verb == "RCPT" and post.trouble == "refuse":
            self._say("550 tidak dikenal")
        else:
            self._say("250 baik")

    def _take(self, post: Post) -> bool:
        self._say("354 silakan")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if post.trouble == "late":
            self._say("451 coba lagi")
            return True
        with post.guard:
            parsed = message_from_bytes(b"".join(lines), policy=policy.default)
            post.mails.append(parsed)
        if post.trouble == "hang up":
            return False
        self._say("250 diterima")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    post: Post


@contextmanager
def mail_server() -> Iterator[Post]:
    """Run the server on a free port for a block."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.post = Post(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.post
        finally:
            server.shutdown()
            thread.join()
