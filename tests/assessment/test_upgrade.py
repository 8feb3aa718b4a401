"""The schema before this one, with tests in it: an upgrade keeps every question and answer."""

from __future__ import annotations

from sqlalchemy import select, text

from lms.core import migrate
from lms.core.revisions import branches
from lms.core.site import Site
from plugins.assessment.models import Attempt, InstrumentVersion, Result
from plugins.assessment.queries.overview import overview
from tests.assessment.factories import (
    asked,
    begin,
    finish,
    only_single_choice,
    open_site,
    right_value,
    save,
    sit,
)


def _back(site: Site, revision: str) -> None:
    """Take the plugin's tables back to an earlier revision, with all that is in them."""
    found = branches(site.registry.plugins.values())
    with migrate._connection(site.database) as connection:
        migrate._run("downgrade", migrate._config(found, connection), revision)


def test_upgrade_from_the_first_schema_keeps_questions_answers_and_results(site: Site) -> None:
    only_single_choice(site)
    done, half = open_site(site, count=2)
    sit(site, done)
    running = begin(site, half)
    with site.database.reading() as session:
        values = {n: right_value(v) for n, v, _ in asked(session, running)}
        results = {r.id: (r.correct, r.score) for r in session.scalars(select(Result))}
    for number in (1, 2, 3):
        save(site, running, number, values[number], device=f"page-{number}")
    _back(site, "assessment_0002")
    with site.database.engine.connect() as connection:
        old = connection.execute(
            text(
                "SELECT v.key, v.options FROM assessment_item_version v"
                " JOIN assessment_attempt_item i ON i.item_version_id = v.id"
            )
        ).all()
        answered = connection.scalar(
            text("SELECT answered FROM assessment_attempt WHERE public_id = :public"),
            {"public": running},
        )
    assert all(row.key and row.options for row in old)
    assert answered == 3

    migrate.upgrade(site)

    with site.database.reading() as session:
        now = {n: right_value(v) for n, v, _ in asked(session, running)}
        assert now == values
        kept = {r.id: (r.correct, r.score) for r in session.scalars(select(Result))}
        assert kept == results
        attempt = session.scalars(select(Attempt).where(Attempt.public_id == running)).one()
        assert (attempt.n_events, attempt.answered, attempt.epoch) == (3, 3, 1)
        assert attempt.saved_at is not None
        assert {v.kind for _, v, _ in asked(session, running)} == {"single"}
        assert session.scalars(select(InstrumentVersion.stage)).one() == "used"
        assert overview(session, half, running).answered == 3

    for number in range(4, 31):
        save(site, running, number, values[number], device=f"page-{number}")
    finish(site, half, running)
