"""A recorded run of the server: what happened to the database's files, and what was promised.

The promises are taken from the wire, not from a client's word: an answer counts as acknowledged at
the moment at which the server begins to write its answer to the socket.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs

from tests.infra.strace import Call, Moment, coded, read_calls
from tests.torture.disk import Disk, Effect

SOCKET = "socket:"
SENDS = frozenset({"write", "writev", "sendto", "sendmsg"})
WRITES = frozenset({"write", "pwrite64", "pwritev", "pwritev2"})
FLUSHES = frozenset({"fsync", "fdatasync"})
REQUEST = re.compile(rb"POST \S*?/tes/([^/ ]+)/(?:soal/(\d+)|(kirim)) HTTP/1\.1\r\n", re.DOTALL)
STATUS = re.compile(rb"HTTP/1\.1 (\d+)")
LOCATION = re.compile(rb"\r\nlocation: *(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Promise:
    """What the server told somebody is saved: an answer, or the hand-in (then `number` is 0)."""

    attempt: str
    number: int
    device: str
    value: str


@dataclass(eq=False, slots=True)
class Event:
    """Something that happened; `flushed` is filled when a flush begins."""

    kind: Literal["write", "written", "flush", "flushed", "name", "promise"]
    file: str = ""
    effect: Effect | None = None
    begun: Event | None = None
    flushed: list[Effect] = field(default_factory=list)
    names: int = 0
    call: Call | None = None
    promise: Promise | None = None

    def apply(self, disk: Disk) -> None:
        """Let it happen to a disk."""
        getattr(self, f"_{self.kind}")(disk)

    def _write(self, disk: Disk) -> None:
        assert self.effect is not None
        self.effect.done = False
        disk.files[self.file].pending.append(self.effect)

    def _written(self, disk: Disk) -> None:
        assert self.effect is not None
        self.effect.done = True

    def _flush(self, disk: Disk) -> None:
        """Note what had been written when the flush began: only that is certain at its end."""
        self.names = disk.names_pending
        if self.file:
            self.flushed = [effect for effect in disk.files[self.file].pending if effect.done]

    def _flushed(self, disk: Disk) -> None:
        assert self.begun is not None
        if self.file:
            disk.files[self.file].flushed(self.begun.flushed)
        else:
            disk.names_flushed(self.begun.names)

    def _name(self, disk: Disk) -> None:
        assert self.call is not None
        names = [Path(text.decode()).name for text in self.call.texts()]
        if self.call.name.startswith("rename"):
            disk.rename(names[0], names[1])
        elif self.call.name.startswith("unlink"):
            disk.remove(names[0])
        else:
            disk.create(names[0])

    def _promise(self, disk: Disk) -> None:
        """Change nothing: it is about what must be there."""


class Recording:
    """The events of a run in their order, and the disk as it was before."""

    def __init__(self, log: Path, database: Path, before: dict[str, bytes]) -> None:
        self._database = database.resolve()
        self._folder = str(self._database.parent)
        self._before = before
        self._files: dict[int, Event] = {}
        self._heard: dict[str, bytes] = {}
        needles = (coded(self._folder), coded(SOCKET))
        calls = read_calls(log, lambda line: any(needle in line for needle in needles))
        self.events = list(self._read(calls))

    @property
    def promises(self) -> list[Promise]:
        """Everything that was promised, in order."""
        return [event.promise for event in self.events if event.promise is not None]

    def replay(self) -> Iterator[tuple[int, Event, Disk]]:
        """Let everything happen again; give each event after it happened, with the disk."""
        disk = Disk(self._before)
        for index, event in enumerate(self.events):
            event.apply(disk)
            yield index, event, disk

    def _read(self, calls: Iterator[Moment]) -> Iterator[Event]:
        for moment, call in calls:
            target = call.target
            if target.startswith(SOCKET):
                yield from self._on_socket(moment, call, target)
            elif call.name in FLUSHES:
                yield from self._flush(moment, call, target)
            elif call.name in WRITES or call.name in ("ftruncate", "fallocate"):
                yield from self._write(moment, call, target)
            elif moment == "end" and call.result is not None and call.result >= 0:
                yield from self._name(call)

    # -- files -------------------------------------------------------------------------------------

    def _own(self, path: str) -> str:
        """Give the name of a file of the database, or nothing; the index needs no recovery."""
        own = path.startswith(str(self._database)) and not path.endswith(("-shm", "(deleted)"))
        return Path(path).name if own else ""

    def _write(self, moment: str, call: Call, target: str) -> Iterator[Event]:
        name = self._own(target)
        if not name:
            return
        if moment == "begin":
            event = Event("write", name, _effect(call))
            self._files[id(call)] = event
            yield event
            return
        begun = self._files.pop(id(call))
        assert begun.effect is not None
        expected = len(begun.effect.data or b"") if call.name in WRITES else 0
        # None and less: killed or refused in the middle; it may be on the disk, or a part of it.
        if call.result == expected:
            yield Event("written", name, begun.effect)

    def _flush(self, moment: str, call: Call, target: str) -> Iterator[Event]:
        name = self._own(target)
        if not name and target != self._folder:
            return
        if moment == "begin":
            self._files[id(call)] = Event("flush", name)
            yield self._files[id(call)]
        elif call.result == 0:
            yield Event("flushed", name, begun=self._files.pop(id(call)))

    def _name(self, call: Call) -> Iterator[Event]:
        if call.name in ("openat", "open") and "O_CREAT" not in call.arguments:
            return
        assert not (self._is_own(call) and "O_TRUNC" in call.arguments), call.arguments
        if self._is_own(call):
            yield Event("name", call=call)

    def _is_own(self, call: Call) -> bool:
        texts = call.texts()
        return bool(texts) and bool(self._own(texts[0].decode("utf-8", "replace")))

    # -- the wire ----------------------------------------------------------------------------------

    def _on_socket(self, moment: str, call: Call, socket: str) -> Iterator[Event]:
        if call.name.startswith("recv"):
            if moment == "end" and (call.result or 0) > 0:
                heard = b"".join(call.texts())
                self._heard[socket] = self._heard.get(socket, b"") + heard
        elif call.name in SENDS and moment == "begin":
            request, answer = self._heard.pop(socket, b""), b"".join(call.texts())
            promise = read_promise(request, answer)
            if promise is not None:
                yield Event("promise", promise=promise)


def read_promise(request: bytes, answer: bytes) -> Promise | None:
    """Give what an answer promises, if it acknowledges an answer or a hand-in."""
    asked, status = REQUEST.search(request), STATUS.match(answer)
    if asked is None or status is None or status[1] not in (b"200", b"303"):
        return None
    attempt = asked[1].decode()
    if asked[3]:
        place = LOCATION.search(answer)
        done = place is not None and place[1].endswith(b"/tanda-terima")
        return Promise(attempt, 0, "", "") if done else None
    form = parse_qs(request.partition(b"\r\n\r\n")[2].decode())
    return Promise(attempt, int(asked[2]), form["device"][0], form.get("answer", [""])[0])


def _effect(call: Call) -> Effect:
    """Give what a call does; the last number is the place, or the new size."""
    if call.name == "ftruncate":
        return Effect(call.numbers[-1], None)
    assert call.name == "pwrite64", f"{call.name} is not understood here: {call.arguments[:80]}"
    data, (length, place) = call.whole_text(), call.numbers[-2:]
    assert len(data) == length
    return Effect(place, data)


def chosen_moments(
    recording: Recording, count: int, rng: random.Random, *, share: float = 0.5
) -> dict[int, int]:
    """Choose where the power goes: event number → how often, `count` in all.

    `share` of them right after a promise, evenly; the others anywhere.
    """
    promised = [n for n, event in enumerate(recording.events) if event.kind == "promise"]
    others = [n for n, event in enumerate(recording.events) if event.kind != "promise"]
    chosen: dict[int, int] = {}
    for place in _evenly(promised, round(count * share)):
        chosen[place] = chosen.get(place, 0) + 1
    for place in rng.choices(others, k=count - sum(chosen.values())):
        chosen[place] = chosen.get(place, 0) + 1
    return chosen


def _evenly(places: Sequence[int], count: int) -> list[int]:
    return [places[number * len(places) // count] for number in range(count)]
