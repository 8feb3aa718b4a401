"""REL-1: the server is killed again and again while people answer; nothing acknowledged is lost.

The ledger is each person's own: what the overview shows before the hand-in is compared with what
was acknowledged. The negative control answers before the commit and must lose something.
"""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lms.agencies import add_agency, add_rehearsal, open_site
from lms.agencies.adding import starter_pack
from lms.rehearsal.cast import invite_cast
from lms.rehearsal.play import Player, Walk
from lms.rehearsal.rehearse import prepare, right_options
from tests.infra.server import Server, free_port

PEOPLE = 8
KILLS = 5
EVERY = 25
"""A kill after so many acknowledged answers since the last one."""


class Killer:
    """Kills and restarts the server each time enough answers were acknowledged."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.kills = 0
        self._answers = 0
        self._lock = threading.Lock()

    def note(self, step: str, exchange: object) -> None:
        """Count an acknowledged answer, and kill when it is time."""
        if step != "save_answer":
            return
        with self._lock:
            self._answers += 1
            if self._answers < EVERY or self.kills >= KILLS:
                return
            self._answers = 0
            self.kills += 1
            self.server.kill()
            self.server.start()


def _play(home: Path, early: bool) -> tuple[list[Walk], int]:
    add_agency(home, "contoh", "Contoh")
    scratch = add_rehearsal(home, "contoh", pack=starter_pack()).config.slug
    site = open_site(home, scratch)
    with site.database.writing() as session:
        actors, password = invite_cast(session, PEOPLE, random.Random(1))
    prepare(site)
    site.database.close()
    server = Server(home, free_port(), early=early)
    server.start()
    killer = Killer(server)
    base = f"{server.url}/{scratch}"
    players = [Player(actor, password, base, right_options(), killer.note) for actor in actors]
    try:
        with ThreadPoolExecutor(PEOPLE) as pool:
            return list(pool.map(_first_test, players)), killer.kills
    finally:
        server.kill()


def _first_test(player: Player) -> Walk:
    """Walk until the first hand-in: what counts here are the answers."""
    player.until_hand_in = True
    return player.play()


@pytest.mark.dataloss
def test_killed_server_loses_no_acknowledged_answer(tmp_path: Path) -> None:
    walks, kills = _play(tmp_path / "home", early=False)
    assert kills == KILLS
    assert [walk.trouble for walk in walks if walk.trouble] == []
    assert all(walk.handed_in == 1 for walk in walks)
    assert sum(walk.answers for walk in walks) >= PEOPLE * 30
    assert sum(walk.lost_answers for walk in walks) == 0


@pytest.mark.dataloss
def test_server_that_acknowledges_before_the_commit_is_found_out(tmp_path: Path) -> None:
    """The negative control of the test above."""
    walks, kills = _play(tmp_path / "home", early=True)
    assert kills > 0
    assert sum(walk.lost_answers for walk in walks) > 0
