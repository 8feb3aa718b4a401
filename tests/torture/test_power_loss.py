"""REL-3: the power goes at any moment of a run through the web server; nothing promised is lost.

A SIGKILL leaves what was written in the kernel's memory; a power cut does not. So the system calls
of a real run are recorded, and the disk is put together again as it may have been at each promise:
what was flushed, and any part of the rest. LMS_TORTURE=full makes 5,000 such disks.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lms.agencies import open_site
from tests.infra.server import Server, free_port
from tests.infra.strace import StraceMissing
from tests.infra.strace import recording as under_strace
from tests.torture.candidates import SLUG, Candidate, database_file, meeting
from tests.torture.crash import Verdict, crash
from tests.torture.recording import Recording

FULL = os.environ.get("LMS_TORTURE") == "full"
IMAGES = 5000 if FULL else 600
CONTROL_IMAGES = 3000 if FULL else 150
PEOPLE = 4
ANSWERS = 150 if FULL else 40
"""Answers of each person; the full form writes enough for the log to be emptied and begun anew."""
CONTROL_ANSWERS = 150 if FULL else 25


def _record(home: Path, answers: int, synchronous: str = "") -> Recording:
    """Let people take the test under a recorder, and read the record."""
    met = meeting(home, PEOPLE)
    site = open_site(home, SLUG)
    database = database_file(site)
    site.database.close()
    before = {database.name: database.read_bytes()}
    assert _files(database) == before, "another process has the database open"
    log = home / "calls.strace"
    try:
        under = under_strace(log)
    except StraceMissing as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    server = Server(
        home, free_port(), product=not synchronous, synchronous=synchronous, under=under
    )
    server.start()
    try:
        with ThreadPoolExecutor(PEOPLE) as pool:
            people = [Candidate(server.url, actor, met.password) for actor in met.actors]
            list(pool.map(lambda person: _sit(person, answers), people))
        server.end()
    finally:
        server.kill()
    recording = Recording(log, database, before)
    _check_faithful(recording, people, database)
    return recording


def _sit(person: Candidate, answers: int) -> None:
    try:
        person.answer_many(answers, person.begin())
        person.hand_in()
    finally:
        person.browser.close()


def _files(database: Path) -> dict[str, bytes]:
    """The database's files, without the index, which is made anew at each start."""
    found = database.parent.glob(f"{database.name}*")
    return {path.name: path.read_bytes() for path in found if not path.name.endswith("-shm")}


def _check_faithful(recording: Recording, people: list[Candidate], database: Path) -> None:
    """Everything that happened was seen: the files come out the same, and so do the promises."""
    *_, (_index, _event, disk) = recording.replay()
    assert disk.now() == _files(database)
    told = {(p.public, t.number, t.device, t.value) for p in people for t in p.told}
    told |= {(person.public, 0, "", "") for person in people}
    seen = {(p.attempt, p.number, p.device, p.value) for p in recording.promises}
    assert seen == told
    assert all(told.status == 303 for person in people for told in person.told)


def _say(name: str, recording: Recording, verdict: Verdict) -> None:
    print(
        f"\n{name}: {len(recording.promises)} promises, {verdict.images} images, "
        f"{verdict.lost} lost, {verdict.corrupt} corrupt, kinds {dict(verdict.kinds)}"
    )


@pytest.mark.dataloss
@pytest.mark.slow
def test_power_loss_takes_no_acknowledged_answer(tmp_path: Path) -> None:
    recording = _record(tmp_path / "home", ANSWERS)
    verdict = crash(recording, IMAGES)
    _say("FULL", recording, verdict)
    assert (verdict.images, verdict.lost, verdict.corrupt) == (IMAGES, 0, 0), verdict.first
    assert len(recording.promises) >= PEOPLE * (ANSWERS + 1)


@pytest.mark.dataloss
@pytest.mark.slow
@pytest.mark.parametrize("level", ["NORMAL", "OFF"])
def test_power_loss_is_noticed_when_flushes_are_left_out(tmp_path: Path, level: str) -> None:
    """The negative control of the test above."""
    recording = _record(tmp_path / "home", CONTROL_ANSWERS, level)
    verdict = crash(recording, CONTROL_IMAGES)
    _say(level, recording, verdict)
    assert verdict.lost > CONTROL_IMAGES // 2
    if FULL and level == "OFF":  # the log was begun anew over pages that were never flushed
        assert verdict.corrupt > 0
