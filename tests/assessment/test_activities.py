"""Practice questions inside modules: every type, no key before an answer, nothing of a test."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import assign_items, mark_ready
from lms.core.site import Site
from lms.models import Plan, PlanItem
from plugins.assessment.activities import WRONG, find, show
from plugins.assessment.domain.questions import PRACTICE
from plugins.assessment.domain.types import UNKNOWN, shown
from plugins.assessment.models import AnswerEvent, Invitation, Item, ItemVersion
from plugins.assessment.queries.bank import newest_items
from plugins.assessment.services.types import key_text, question_types
from tests.assessment.factories import (
    competency,
    nothing_right,
    open_site,
    right_value,
    sit,
    wrong_value,
)
from tests.courses.factories import counted

KINDS = (
    "single", "true_false", "sjt", "multiple", "matching", "ordering", "short_text", "numeric",
    "hotspot",
)  # fmt: skip


@pytest.fixture
def practice(site: Site) -> dict[str, ItemVersion]:
    """One question of each kind, made practice."""
    with site.database.writing() as session:
        return {kind: _tagged(session, kind) for kind in KINDS}


def _tagged(session: Session, kind: str) -> ItemVersion:
    query = newest_items(select(Item, ItemVersion)).where(ItemVersion.kind == kind)
    item, version = session.execute(query.order_by(Item.id).limit(1)).one()
    assert isinstance(version, ItemVersion)
    item.tags = [*item.tags, PRACTICE]
    return version


def code_of(session: Session, version: ItemVersion) -> str:
    return session.scalars(select(Item.code).where(Item.id == version.item_id)).one()


@pytest.fixture
def reading(site: Site, app: Flask, practice: dict[str, ItemVersion]) -> Iterator[Session]:
    """A reading session inside a request."""
    with app.test_request_context(), site.database.reading() as session:
        yield session


def fields(site: Site, version: ItemVersion, value: str) -> dict[str, list[str]]:
    """Give what a form sends for a stored value."""
    shape = question_types(site)[version.kind].response
    there = shown(shape, version.content, value)
    if shape == "pairs":
        return {f"answer_{prompt}": [each] for prompt, each in there.pairs.items()}
    if shape == "order":
        return {"answer": [str(each["id"]) for each in there.order]}
    if shape in ("text", "number"):
        return {"answer": [there.text]}
    return {"answer": sorted(there.chosen)}


def test_every_type_is_shown_judged_and_tried_again(
    site: Site, reading: Session, practice: dict[str, ItemVersion]
) -> None:
    for kind, version in practice.items():
        check_type(site, reading, kind, version)


def check_type(site: Site, reading: Session, kind: str, version: ItemVersion) -> None:
    code = code_of(reading, version)
    before = show(reading, [code], {})[code]
    assert (before.feedback, before.right) == (None, None)
    assert version.explanation[:40] not in before.html
    assert "checked" not in before.html
    assert "<form" not in before.html
    right = show(reading, [code], {code: fields(site, version, right_value(version))})[code]
    assert right.right is True
    assert right.feedback is not None
    other = "sama sekali lain" if kind == "short_text" else wrong_value(version)
    wrong = show(reading, [code], {code: fields(site, version, other)})[code]
    assert wrong.right is False
    assert wrong.feedback is not None
    assert "Anda boleh mencoba lagi." in wrong.feedback
    assert not re.search("gagal|salah", WRONG)
    empty = show(reading, [code], {code: {}})[code]
    if kind != "ordering":  # an order is always there
        assert empty.right is None
        assert "dulu" in (empty.feedback or "")
    unsure = "answer" if kind in ("single", "true_false", "sjt", "hotspot") else "unknown"
    given = {unsure: [UNKNOWN if unsure == "answer" else "1"]}
    unknown = show(reading, [code], {code: given})[code]
    assert unknown.right is None
    words = key_text(site, version.kind, version.content, version.scoring)
    assert words.split("; ")[0][:20].partition("&")[0] in (unknown.feedback or "")


def test_order_is_moved_without_being_judged(
    reading: Session, practice: dict[str, ItemVersion]
) -> None:
    version = practice["ordering"]
    code = code_of(reading, version)
    ids = [str(each["id"]) for each in version.content["options"]]
    view = show(reading, [code], {code: {"answer": ids, "go": [f"down-{ids[0]}"]}})[code]
    assert view.feedback is None
    found = re.findall(r'name="answer" value="([^"]+)"', view.html)
    assert found == [ids[1], ids[0], *ids[2:]]


def test_nonsense_is_said_kindly_and_keeps_what_was_typed(
    reading: Session, practice: dict[str, ItemVersion]
) -> None:
    code = code_of(reading, practice["numeric"])
    view = show(reading, [code], {code: {"answer": ["dua lusin"]}})[code]
    assert view.right is None
    assert "Tulis angka saja" in (view.feedback or "")
    assert 'value="dua lusin"' in view.html


def test_ids_differ_between_questions_of_a_page(
    reading: Session, practice: dict[str, ItemVersion]
) -> None:
    codes = [code_of(reading, version) for version in practice.values()]
    with counted(reading.get_bind().engine) as seen:
        views = show(reading, codes, {})
    assert len(seen) == 1
    assert set(views) == set(codes)
    page = "".join(view.html for view in views.values())
    ids = re.findall(r' id="([^"]+)"', page)
    assert ids
    assert len(ids) == len(set(ids))
    pointed = re.findall(r' (?:for|aria-describedby)="([^"]+)"', page)
    assert set(pointed) <= set(ids)


def test_questions_of_tests_are_neither_offered_nor_shown(
    reading: Session, practice: dict[str, ItemVersion]
) -> None:
    tagged = {code_of(reading, version) for version in practice.values()}
    query = newest_items(select(Item.code, Item.tags))
    others = {code for code, tags in reading.execute(query) if PRACTICE not in tags}
    assert others
    assert show(reading, sorted(others), {code: {"answer": ["a"]} for code in others}) == {}
    offered = {choice.ref for choice in find(reading, "", 1000)}
    assert tagged <= offered
    assert not offered & others
    assert len(find(reading, "", 3)) == 3
    assert find(reading, "tidak-ada-kata-ini", 10) == []


def test_question_that_is_not_used_any_more_is_gone(site: Site, app: Flask) -> None:
    with site.database.writing() as session:
        version = _tagged(session, "single")
        item = session.get_one(Item, version.item_id)
        item.state = "retired"
        code = item.code
    with app.test_request_context(), site.database.reading() as session:
        assert show(session, [code], {}) == {}
        assert code not in {choice.ref for choice in find(session, "", 1000)}
        assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 0


# -- a retest of a part of the plan --------------------------------------------------------------


def waiting_for(site: Site) -> list[list[int]]:
    with site.database.reading() as session:
        query = select(Invitation.competency_ids).where(
            Invitation.state == "waiting", Invitation.purpose == "retest"
        )
        return list(session.scalars(query))


@pytest.mark.parametrize("unclear", [False, True])
def test_early_retest_of_a_part_then_the_rest(site: Site, unclear: bool) -> None:
    [person_id] = open_site(site)
    sit(site, person_id, right=nothing_right)
    with site.database.writing() as session:
        plan = session.scalars(select(Plan).where(Plan.person_id == person_id)).one()
        ids = [
            item.competency_id
            for item in session.scalars(select(PlanItem).where(PlanItem.plan_id == plan.id))
        ]
        first = competency(session, "D1")
        assign_items(session, plan.id, dict.fromkeys(ids, "Karena tes."))
        session.flush()
        mark_ready(session, person_id, [first], early=True)
    assert waiting_for(site) == [[first]]
    sit(site, person_id, "retest")
    with site.database.writing() as session:
        item = session.scalars(select(PlanItem).where(PlanItem.competency_id == first)).one()
        assert item.state == "met"
        if unclear:  # as a result that stays unclear leaves it
            item.state = "ready"
    rest = sorted(set(ids) - {first})
    with site.database.writing() as session:
        mark_ready(session, person_id, rest)
    assert waiting_for(site) == [rest]


def test_early_invitation_that_still_waits_takes_the_rest_in(site: Site) -> None:
    [person_id] = open_site(site)
    sit(site, person_id, right=nothing_right)
    with site.database.writing() as session:
        plan = session.scalars(select(Plan).where(Plan.person_id == person_id)).one()
        query = select(PlanItem.competency_id).where(PlanItem.plan_id == plan.id)
        ids = sorted(session.scalars(query))
        assign_items(session, plan.id, dict.fromkeys(ids, "Karena tes."))
        session.flush()
        mark_ready(session, person_id, ids[:1], early=True)
    with site.database.writing() as session:
        mark_ready(session, person_id, ids[1:])
    assert waiting_for(site) == [ids]
