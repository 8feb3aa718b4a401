"""The model of a disk that the power-loss test stands on: it loses what it may, and keeps the rest.

A model that lost too little would make that test blind.
"""

from __future__ import annotations

import random

import pytest

from tests.torture.disk import KINDS, MIXED, Disk, Effect
from tests.torture.recording import Event, Promise, read_promise

OLD, NEW = b"o" * 4096, b"n" * 4096
MANY = 300


def _outcomes(disk: Disk, kind: str) -> set[bytes | None]:
    rng = random.Random(1)
    return {disk.after(kind, rng).get("db") for _ in range(MANY)}


def _wrote(effect: Effect, *, done: bool = True) -> Disk:
    disk = Disk({"db": OLD})
    Event("write", "db", effect).apply(disk)
    if done:
        Event("written", "db", effect).apply(disk)
    return disk


def _flush(disk: Disk, name: str = "db") -> None:
    begun = Event("flush", name)
    begun.apply(disk)
    Event("flushed", name, begun=begun).apply(disk)


def test_write_is_lost_or_not_when_nothing_was_flushed() -> None:
    disk = _wrote(Effect(0, NEW))
    assert disk.now() == {"db": NEW}
    assert _outcomes(disk, "synced") == {OLD}
    assert _outcomes(disk, "all") == {NEW}
    assert _outcomes(disk, "subset") == {OLD, NEW}


@pytest.mark.parametrize("kind", ["prefix", "torn"])
def test_write_is_torn_at_sectors_when_nothing_was_flushed(kind: str) -> None:
    found = _outcomes(_wrote(Effect(0, NEW)), kind)
    assert {OLD, NEW} < found
    for content in found:
        assert content is not None
        sectors = {content[place : place + 512] for place in range(0, 4096, 512)}
        assert sectors <= {OLD[:512], NEW[:512]}


def test_place_holds_chance_bytes_when_only_the_size_arrived() -> None:
    found = _outcomes(_wrote(Effect(4096, NEW)), "rot")
    assert OLD + NEW in found
    assert any(content not in (None, OLD, OLD + NEW) for content in found)


@pytest.mark.parametrize("kind", [*KINDS, MIXED])
def test_write_is_kept_when_flushed(kind: str) -> None:
    disk = _wrote(Effect(0, NEW))
    _flush(disk)
    assert _outcomes(disk, kind) == {NEW}


def test_write_is_not_kept_when_the_flush_began_before_its_end() -> None:
    disk = _wrote(Effect(0, NEW), done=False)
    _flush(disk)
    assert _outcomes(disk, "synced") == {OLD}


def test_write_is_not_kept_when_another_file_was_flushed() -> None:
    disk = Disk({"db": OLD, "other": b""})
    effect = Effect(0, NEW)
    Event("write", "db", effect).apply(disk)
    Event("written", "db", effect).apply(disk)
    _flush(disk, "other")
    assert _outcomes(disk, "synced") == {OLD}


def test_cut_comes_back_when_not_flushed() -> None:
    disk = _wrote(Effect(100, None))
    assert disk.now() == {"db": OLD[:100]}
    assert _outcomes(disk, "subset") == {OLD, OLD[:100]}


def test_new_file_is_gone_when_its_folder_was_not_flushed() -> None:
    disk = Disk({})
    disk.create("db")
    assert _outcomes(disk, "subset") == {None, b""}
    _flush(disk)
    assert None in _outcomes(disk, "subset")
    _flush(disk, "")
    assert _outcomes(disk, "synced") == {b""}


def test_removed_file_is_back_when_its_folder_was_not_flushed() -> None:
    disk = Disk({"db": OLD})
    disk.remove("db")
    assert disk.now() == {}
    assert _outcomes(disk, "subset") == {None, OLD}
    _flush(disk, "")
    assert _outcomes(disk, "synced") == {None}


ANSWER = b"POST /contoh/tes/abc/soal/7 HTTP/1.1\r\nHost: x\r\n\r\ncsrf=1&device=d-1&seq=1&answer=c"
HAND_IN = b"POST /contoh/tes/abc/kirim HTTP/1.1\r\nHost: x\r\n\r\ncsrf=1"


@pytest.mark.parametrize(
    ("request_", "answer", "promise"),
    [
        (ANSWER, b"HTTP/1.1 303 See Other\r\n\r\n", Promise("abc", 7, "d-1", "c")),
        (ANSWER, b"HTTP/1.1 200 OK\r\n\r\n", Promise("abc", 7, "d-1", "c")),
        (ANSWER, b"HTTP/1.1 409 Conflict\r\n\r\n", None),
        (ANSWER, b"HTTP/1.1 500 Internal Server Error\r\n\r\n", None),
        (
            HAND_IN,
            b"HTTP/1.1 303 See Other\r\nlocation: /contoh/tes/abc/tanda-terima\r\n\r\n",
            Promise("abc", 0, "", ""),
        ),
        (HAND_IN, b"HTTP/1.1 303 See Other\r\nlocation: /contoh/tes/abc/periksa\r\n\r\n", None),
        (b"GET /contoh/tes/abc/soal/7 HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", None),
    ],
)
def test_promise_is_read_when_something_was_acknowledged(
    request_: bytes, answer: bytes, promise: Promise | None
) -> None:
    assert read_promise(request_, answer) == promise
