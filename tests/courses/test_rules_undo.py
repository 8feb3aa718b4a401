"""Taking a rule back leaves alone what officers and learners decided meanwhile."""

from __future__ import annotations

from lms.core.site import Site
from plugins.courses.queries.rules.preview import count_matches
from plugins.courses.services.enrolling import begin
from plugins.courses.services.objecting import take_back
from plugins.courses.services.rules.asking import start_undo
from tests.courses.factories import SAFE, enrolments
from tests.courses.test_rules_site import aim, apply, officer_of, rule, waiting, work


def test_what_an_officer_took_back_stays_taken_back_after_an_undo(site: Site) -> None:
    freed, begun, plain = waiting(site, 3)
    rule_id = rule(site)
    with site.database.reading() as session:
        before = count_matches(session, aim(session, states=("below",)))
    run = apply(site, rule_id, 3)
    work(site)
    with site.database.writing() as session:
        take_back(session, officer_of(session), enrolments(session, freed)[SAFE].public_id, "Ahli.")
        begin(session, enrolments(session, begun)[SAFE])
    with site.database.writing() as session:
        start_undo(session, officer_of(session), run, "Salah sasaran.")
    work(site)
    with site.database.reading() as session:
        assert enrolments(session, freed)[SAFE].note == "Ahli."
        after = count_matches(session, aim(session, states=("below",)))
        assert (before.new, after.new) == (3, 1)
        assert (after.taken_back, after.enrolled) == (1, 1)
    apply(site, rule_id, 1)
    work(site)
    with site.database.reading() as session:
        assert enrolments(session, freed)[SAFE].state == "withdrawn"
        assert enrolments(session, plain)[SAFE].state == "assigned"
