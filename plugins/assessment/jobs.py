"""Background work of the test: what the server hands in by itself, reports, calibrations.

The worker looks for tests to hand in every fifteen minutes; while tests run, the web process asks
for it twice a minute (see `presence`). So an agency where nobody is at a test costs next to
nothing. Reports and calibrations are asked for on the pages of an instrument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy.orm import Session

from lms import Job
from plugins.assessment.services.answer_files import DELETE_FILE, delete_unnamed
from plugins.assessment.services.calibrating import calibrate_version
from plugins.assessment.services.clock import SWEEP
from plugins.assessment.services.reporting import make_report
from plugins.assessment.services.rescoring import RESCORE, Voided, rescore
from plugins.assessment.services.sweeping import expire_sessions, sweep

REPORT, CALIBRATE = "assessment.report", "assessment.calibrate"
SWEEP_EVERY = 15 * 60


def _sweep(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> Mapping[str, Any] | None:
    """Hand in a few attempts; the rest in further runs, so that others can write in between."""
    after = int(payload.get("after", 0))
    if not after:
        expire_sessions(session)
    count, last = sweep(session, after)
    done = int(payload.get("done", 0)) + count
    progress(done, done)
    return None if last is None else {"after": last, "done": done}


def _report(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> None:
    make_report(session, payload["version"], payload["by"], progress)


def _calibrate(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> None:
    calibrate_version(
        session,
        payload["version"],
        payload["model"],
        payload["by"],
        force=bool(payload.get("force")),
        progress=progress,
    )
    make_report(session, payload["version"], payload["by"])


def _rescore(
    session: Session, payload: Mapping[str, Any], progress: Callable[[int, int], None]
) -> Mapping[str, Any] | None:
    """Score a few tests again; the rest in further runs, so that others can write in between."""
    voided = Voided(**{field.name: payload[field.name] for field in fields(Voided)})
    count, last = rescore(session, voided, int(payload.get("after", 0)))
    done = int(payload.get("done", 0)) + count
    progress(done, done)
    return None if last is None else {**payload, "after": last, "done": done}


def _delete_file(
    session: Session, payload: Mapping[str, Any], _progress: Callable[[int, int], None]
) -> None:
    delete_unnamed(session, payload["digest"])


JOBS = (
    Job(name=REPORT, title="Menghitung laporan butir soal", run=_report),
    Job(name=CALIBRATE, title="Mengalibrasi butir soal", run=_calibrate),
    Job(name=RESCORE, title="Menghitung ulang tes tanpa soal yang bermasalah", run=_rescore),
    Job(name=DELETE_FILE, title="Menghapus berkas jawaban", run=_delete_file),
    Job(
        name=SWEEP,
        title="Mengirim tes yang waktunya habis atau sudah lengkap",
        run=_sweep,
        every_seconds=SWEEP_EVERY,
    ),
)
