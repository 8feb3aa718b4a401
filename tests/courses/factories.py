"""What the tests of courses put together: people with gaps, small course folders."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from lms import NewEvidence, record_evidence, today
from lms.core.site import Site
from lms.models import Competency
from plugins.courses.domain.progress import Place, places
from plugins.courses.models import Course, Credit, Enrolment
from plugins.courses.queries.outline import step_counts
from plugins.courses.services.studying import Onward, complete_step
from tests.conftest import make_person

_numbers = itertools.count(1)

SAFE = "aman-di-dunia-digital"
BASIC = "literasi-digital-dasar"
TALK = "komunikasi-dan-kerja-sama"


def competency_id(session: Session, code: str) -> int:
    return session.scalars(select(Competency.id).where(Competency.code == code)).one()


def show(session: Session, person_id: int, *, source: str = "Tes awal", **levels: int) -> None:
    """Record evidence without error: `show(s, person, LD=1, MSK=2)`."""
    record_levels(session, person_id, levels, source=source)


def record_levels(
    session: Session, person_id: int, levels: dict[str, int], *, source: str = "Tes awal"
) -> None:
    """Record evidence without error: `{"LD": 1}`."""
    number = next(_numbers)
    new = [
        NewEvidence(
            key=f"test:{number}:{code}",
            competency_id=competency_id(session, code),
            level=level,
            level_low=level,
            level_high=level,
            kind="measured",
            source=source,
            measured_on=today(session),
        )
        for code, level in levels.items()
    ]
    record_evidence(session, person_id, new)


def person_with(
    site: Site, *, source: str = "Tes awal", levels: dict[str, int], **person: Any
) -> int:
    """Store a person with evidence, and let the events be heard."""
    with site.database.writing() as session:
        made = make_person(session, **person)
        record_levels(session, made.id, levels, source=source)
        return made.id


def enrolments(session: Session, person_id: int) -> dict[str, Enrolment]:
    """Give a person's enrolments by slug; the latest where there are several."""
    query = (
        select(Course.slug, Enrolment)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.id)
    )
    return dict(session.execute(query).all())


def credits_of(session: Session, person_id: int) -> list[Credit]:
    query = select(Credit).where(Credit.person_id == person_id).order_by(Credit.id)
    return list(session.scalars(query))


def study(session: Session, enrolment: Enrolment, *, leave_out: int = 0) -> Onward:
    """Do every step of a course but the last `leave_out` ones; give what the last one said."""
    steps = places(step_counts(session, enrolment.course_version_id))
    onward = Onward(place=Place(module=1, step=1))
    for place in steps[: len(steps) - leave_out]:
        onward = complete_step(session, enrolment.person_id, enrolment.public_id, place)
    return onward


def finish_course(site: Site, person_id: int, slug: str) -> None:
    """Do every step of a course, and let the events be heard."""
    with site.database.writing() as session:
        study(session, enrolments(session, person_id)[slug])


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that reach a database."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def write_course(folder: Path, name: str = "surat", *, text: str = "Isi.", **values: str) -> Path:
    """Write a small course folder; `values` replace lines of its course.toml."""
    course = folder / name
    (course / "media").mkdir(parents=True, exist_ok=True)
    lines = {
        "slug": f'"{name}"',
        "title": f'"Pelatihan {name}"',
        "summary": '"Ringkasan."',
        "jp": "2",
        "objectives": '["Bisa"]',
        "teaches": '[{ competency = "D1", from = 1, to = 2 }]',
        "modules": '["01.md"]',
        **values,
    }
    (course / "course.toml").write_text("".join(f"{k} = {v}\n" for k, v in lines.items()))
    front = '+++\ntitle = "Modul"\nminutes = 10\n+++\n'
    (course / "01.md").write_text(f"{front}## Satu\n\n{text}\n\n## Dua\n\nLagi.\n")
    return course
