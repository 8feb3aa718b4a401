"""An agency with core and the starter content alone, so that no plugin moves a plan."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.core.content import load_pack
from lms.core.learning.evidence import NewEvidence, record_evidence
from lms.core.learning.models import Competency, Framework
from lms.core.migrate import upgrade
from lms.core.resources import bundled
from lms.core.site import Site
from tests.conftest import TestClock, make_site


@pytest.fixture(scope="session")
def core_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with core's tables, frameworks, standards and rules."""
    folder = tmp_path_factory.mktemp("core-template")
    made = make_site(folder, f"sqlite:///{folder / 'lms.db'}", TestClock(), plugins=())
    upgrade(made)
    with made.database.writing() as session:
        load_pack(session, bundled("content") / "digital-competence")
    made.database.close()
    return folder


@pytest.fixture
def core(core_template: Path, tmp_path: Path, clock: TestClock) -> Iterator[Site]:
    """A fresh agency with core alone, on SQLite."""
    folder = tmp_path / "inti"
    shutil.copytree(core_template, folder)
    made = make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock, plugins=())
    yield made
    made.database.close()


def competency_id(session: Session, code: str, framework: str = "digital") -> int:
    """Give the id of a competency in the current version of a framework."""
    query = (
        select(Competency.id)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Framework.code == framework, Framework.current, Competency.code == code)
    )
    return session.execute(query).scalar_one()


def show(
    session: Session,
    person_id: int,
    code: str,
    level: int,
    *,
    high: int | None = None,
    kind: str = "measured",
    on: date = date(2026, 10, 1),
    key: str = "",
    framework: str = "digital",
) -> None:
    """Record evidence of a level (to `high` when it is unsure) of one person."""
    record_evidence(
        session,
        person_id,
        [
            NewEvidence(
                key=key or f"test:{person_id}:{code}:{on}:{kind}:{level}",
                competency_id=competency_id(session, code, framework),
                level=level,
                level_low=level,
                level_high=high or level,
                kind=kind,
                source="Tes contoh",
                measured_on=on,
            )
        ],
    )


@pytest.fixture
def count_statements() -> Callable[[Site], AbstractContextManager[list[str]]]:
    """Give a context manager that collects the SQL of a site while its block runs."""

    @contextmanager
    def counting(site: Site) -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        event.listen(site.database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(site.database.engine, "before_cursor_execute", note)

    return counting
