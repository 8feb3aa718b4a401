"""Crash images: what may be on the disk after the power went, opened again and compared."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from tests.torture.disk import KINDS, MIXED
from tests.torture.recording import Promise, Recording, chosen_moments

STORED = """
    SELECT a.public_id, e.sequence, e.device, e.value
    FROM assessment_answer_event e JOIN assessment_attempt a ON a.id = e.attempt_id
"""
HANDED_IN = "SELECT public_id FROM assessment_attempt WHERE handed_in_at IS NOT NULL"
THOROUGH = 10
"""Every so many images the whole integrity is checked, and the database is written to again."""


@dataclass
class Verdict:
    """What became of all images; an image is lost when anything promised is not in it."""

    images: int = 0
    lost: int = 0
    corrupt: int = 0
    missing: int = 0
    """Promises that were not kept, over all images."""
    kinds: Counter[str] = field(default_factory=Counter)
    first: str = ""
    """The first trouble in words."""

    def note(self, where: str, kind: str, missing: int, broken: str) -> None:
        """Count one image."""
        self.images += 1
        self.kinds[kind] += 1
        self.missing += missing
        self.lost += missing > 0
        self.corrupt += bool(broken)
        if (missing or broken) and not self.first:
            self.first = f"{where}, {kind}: {missing} promises missing; {broken or 'sound'}"


def crash(recording: Recording, count: int, seed: int = 1) -> Verdict:
    """Let the power go `count` times in the replayed run; tell what was lost."""
    rng, verdict = random.Random(seed), Verdict()
    moments = chosen_moments(recording, count, rng)
    promised: list[Promise] = []
    with _fast_folder() as folder:
        for index, event, disk in recording.replay():
            if event.promise is not None:
                promised.append(event.promise)
            for number in range(moments.get(index, 0)):
                # Each promise meets the harshest case first: only what was flushed is there.
                first = event.promise is not None and number == 0
                kind = "synced" if first else rng.choice([*KINDS, MIXED])
                image = disk.after(kind, rng)
                thorough = verdict.images % THOROUGH == 0
                missing, broken = inspect(folder, image, promised, thorough=thorough)
                verdict.note(f"event {index} ({event.kind})", kind, missing, broken)
    return verdict


@contextmanager
def _fast_folder() -> Iterator[Path]:
    """A folder in memory when there is one: images are many."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def inspect(
    folder: Path, image: dict[str, bytes], promised: Collection[Promise], *, thorough: bool
) -> tuple[int, str]:
    """Open an image as the server would; give how many promises are broken, and what is corrupt."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in image.items():
        (folder / name).write_bytes(content)
    main = folder / min(image, key=len, default="lms.db")
    try:
        return _compare(main, promised, thorough=thorough)
    except sqlite.DatabaseError as error:
        return len(promised), f"{type(error).__name__}: {error}"


def _compare(path: Path, promised: Collection[Promise], *, thorough: bool) -> tuple[int, str]:
    connection = sqlite.connect(path, isolation_level=None)
    try:
        stored = {Promise(*row) for row in connection.execute(STORED)}
        stored |= {Promise(row[0], 0, "", "") for row in connection.execute(HANDED_IN)}
        missing = sum(promise not in stored for promise in promised)
        return missing, _broken(connection, thorough=thorough)
    finally:
        connection.close()


def _broken(connection: sqlite.Connection, *, thorough: bool) -> str:
    """Give what the database says of itself when something is wrong."""
    check = "integrity_check" if thorough else "quick_check"
    found = [str(row[0]) for row in connection.execute(f"PRAGMA {check}")]
    if thorough and found == ["ok"]:
        connection.execute("CREATE TABLE after_the_crash (id INTEGER PRIMARY KEY)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    return "" if found == ["ok"] else "; ".join(found[:3])
