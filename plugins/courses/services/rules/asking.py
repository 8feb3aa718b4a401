"""Use-cases: start to use a rule, or to undo that; the work itself is done in the background."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Conflict, Invalid, NotFound, audit, enqueue, now
from plugins.courses.models import Rule, RuleRun
from plugins.courses.queries.rules.listing import RuleLine, find_rule
from plugins.courses.queries.rules.preview import Counts, count_matches
from plugins.courses.services.objecting import plain_words
from plugins.courses.services.rules.keeping import aim_of

APPLY = "courses.apply_rule"
UNDO = "courses.undo_rule"
CHANGED = "Jumlahnya berubah sejak Anda lihat. Periksa lagi angkanya."


def work_key(public_id: str) -> str:
    """Give the key by which the progress of a run is found."""
    return f"courses.rule:{public_id}"


def start_run(session: Session, by: int, rule_id: str, seen: int) -> str:
    """Freeze what a rule finds now and have it done; give the run's public id.

    `seen` is the number of new people that the officer confirmed: when it is another one now,
    nothing is done and Conflict is raised.
    """
    query = select(Rule.id).where(Rule.public_id == rule_id).with_for_update()
    row_id = session.scalar(query)
    line = find_rule(session, rule_id)
    if line is None or row_id is None:
        raise NotFound("Aturan ini tidak ditemukan.")
    counts = _confirmed(session, line, row_id, seen)
    run = RuleRun(
        rule_id=row_id,
        course_id=line.course_id,
        condition=line.condition,
        reason=line.reason,
        counts=counts.to_data(),
        created_at=now(session),
        created_by=by,
    )
    session.add(run)
    session.flush()
    enqueue(session, APPLY, {"run": run.public_id, "after": 0}, unique_key=work_key(run.public_id))
    audit(session, by, "courses:rule:apply", f"rule:{rule_id}", run=run.public_id, **run.counts)
    return run.public_id


def _confirmed(session: Session, line: RuleLine, rule_id: int, seen: int) -> Counts:
    if not line.active or not line.course_open:
        raise Conflict("Aturan ini sedang tidak dipakai, atau pelatihannya belum dibuka.")
    busy = select(RuleRun.id).where(
        RuleRun.rule_id == rule_id, RuleRun.state.in_(("waiting", "running", "undoing"))
    )
    if session.scalar(busy.limit(1)) is not None:
        raise Conflict("Aturan ini sedang dijalankan. Tunggu sampai selesai.")
    counts = count_matches(session, aim_of(line))
    if not counts.new:
        raise Invalid("Tidak ada pegawai yang perlu ditugaskan oleh aturan ini.")
    if counts.new != seen:
        raise Conflict(CHANGED)
    return counts


def start_undo(session: Session, by: int, run_id: str, text: str) -> None:
    """Have a run taken back, with a reason that the people read; raises Conflict when it cannot."""
    words = plain_words(text, "Tulis alasannya dulu.")
    query = select(RuleRun).where(RuleRun.public_id == run_id).with_for_update()
    run = session.scalar(query)
    if run is None:
        raise NotFound("Penugasan ini tidak ditemukan.")
    if run.state != "applied":
        raise Conflict("Penugasan ini belum selesai dijalankan atau sudah dibatalkan.")
    run.state, run.undone_because, run.undone_by = "undoing", words, by
    session.flush()
    enqueue(session, UNDO, {"run": run_id}, unique_key=work_key(run_id))
    audit(session, by, "courses:rule:undo", f"run:{run_id}", reason=words)
