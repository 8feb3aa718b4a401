"""Recording a process's system calls by strace, and reading the record.

A call has two moments: it begins, and it ends. Between the two, another thread's call may be
recorded. What a call may have changed counts from its beginning, what it promises from its end.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

NOT_FOUND = "No strace: install strace (./dev setup does it as root) or set LMS_TEST_STRACE."
LONGEST = 5000
"""Bytes of a text that are recorded: a page of the database, and the head of an HTTP message."""
FILES = "pwrite64,pwritev,pwritev2,write,writev,fsync,fdatasync,sync_file_range,ftruncate,fallocate"
NAMES = "openat,open,creat,rename,renameat,renameat2,unlink,unlinkat"
SOCKETS = "sendto,sendmsg,recvfrom,recvmsg"

TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
BEGINS = re.compile(r"(\w+)\((.*)", re.DOTALL)
RESUMES = re.compile(r"<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
ENDS = re.compile(r"(.*)\) += (\?|-?\w+).*", re.DOTALL)
NUMBER = re.compile(r"-?\d+")


class StraceMissing(Exception):
    """No strace was found."""


def strace_path() -> str:
    """The strace to use: LMS_TEST_STRACE alone when it is set, else the one on PATH."""
    found = shutil.which(os.environ.get("LMS_TEST_STRACE") or "strace")
    if found is None:
        raise StraceMissing(NOT_FOUND)
    return found


def recording(log: Path) -> list[str]:
    """What to put before a command so that its calls are recorded in `log`.

    Raises StraceMissing when there is none.
    """
    calls = f"trace={FILES},{NAMES},{SOCKETS}"
    return [
        *(strace_path(), "-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", str(LONGEST)),
        *("-e", calls, "-e", "signal=none", "-o", str(log)),
    ]


@dataclass(eq=False)
class Call:
    """One call: `arguments` are complete when it ended.

    `result` is None until then, and for a call whose process was killed in it.
    """

    process: int
    name: str
    arguments: str
    result: int | None = None

    @property
    def target(self) -> str:
        """The path or socket behind the first argument, a file descriptor."""
        found = re.match(r"\S*?<((?:\\x[0-9a-f]{2})*)>", self.arguments)
        return plain(found[1]).decode("utf-8", "replace") if found else ""

    @property
    def numbers(self) -> list[int]:
        """The whole numbers among the arguments, without texts and descriptors."""
        bare = re.sub(r"\d*<[^>]*>", "", TEXT.sub("", self.arguments))
        return [int(found) for found in NUMBER.findall(bare)]

    def texts(self) -> list[bytes]:
        """The texts among the arguments, as far as they were recorded."""
        return [plain(found[1]) for found in TEXT.finditer(self.arguments)]

    def whole_text(self) -> bytes:
        """All texts in one; raises ValueError when something was cut off."""
        found = list(TEXT.finditer(self.arguments))
        if any(part[2] for part in found):
            raise ValueError(f"{self.name} wrote more than is recorded: raise LONGEST")
        return b"".join(plain(part[1]) for part in found)


Moment = tuple[Literal["begin", "end"], Call]


def read_calls(log: Path, wanted: Callable[[str], bool]) -> Iterator[Moment]:
    """Give beginning and end of each call in their order, for lines that `wanted` likes."""
    open_calls: dict[int, Call] = {}
    with log.open(encoding="ascii") as lines:
        for line in lines:
            number, _, rest = line.rstrip("\n").partition(" ")
            process, rest = int(number), rest.lstrip()
            if rest.startswith("<..."):
                yield from _resumed(open_calls.pop(process, None), rest)
            elif wanted(rest):
                yield from _begun(process, rest, open_calls)


def _begun(process: int, line: str, open_calls: dict[int, Call]) -> Iterator[Moment]:
    found = BEGINS.match(line)
    if found is None:
        return  # a signal, or the end of a process
    call = Call(process, found[1], found[2])
    if line.endswith("<unfinished ...>"):
        call.arguments = call.arguments.removesuffix("<unfinished ...>")
        open_calls[process] = call
        yield "begin", call
        return
    _finish(call, call.arguments)
    yield "begin", call
    yield "end", call


def _resumed(call: Call | None, line: str) -> Iterator[Moment]:
    if call is None:
        return
    found = RESUMES.match(line)
    assert found is not None, line[:200]
    assert found[1] == call.name, line[:200]
    _finish(call, call.arguments + found[2])
    yield "end", call


def _finish(call: Call, text: str) -> None:
    """Note the result; a call whose process was killed in it has none and keeps None."""
    found = ENDS.fullmatch(text)
    assert found is not None, f"{call.name}: {text[-200:]}"
    call.arguments = found[1]
    call.result = int(found[2]) if NUMBER.fullmatch(found[2]) else None


def plain(text: str) -> bytes:
    """The bytes behind strace's hexadecimal form."""
    return bytes.fromhex(text.replace("\\x", ""))


def coded(text: str) -> str:
    """A text in strace's hexadecimal form."""
    return "".join(f"\\x{byte:02x}" for byte in text.encode())
