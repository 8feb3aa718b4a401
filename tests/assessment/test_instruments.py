"""Instruments: their life, trial items, parallel forms by turns, adaptive tests, theta results."""

from __future__ import annotations

import random
from collections import Counter
from statistics import fmean

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import Conflict, Invalid
from lms.core.site import Site
from plugins.assessment.domain.assembly import Assemblable, assemble, first_form
from plugins.assessment.domain.psychometrics import ItemParameters, eap
from plugins.assessment.domain.readiness import remarks
from plugins.assessment.models import (
    Attempt,
    AttemptItem,
    AttemptLine,
    BlueprintLine,
    Calibration,
    Form,
    FormItem,
    InstrumentVersion,
    Item,
    ItemParameter,
    ItemVersion,
    Result,
)
from plugins.assessment.queries.instruments import newest_version
from plugins.assessment.queries.readiness import instrument_state
from plugins.assessment.services.adaptive import extend
from plugins.assessment.services.instruments import open_instrument
from plugins.assessment.services.stages import Delivery, configure, move
from tests.assessment.factories import (
    CODE,
    answer_all,
    begin,
    finish,
    nothing_right,
    right_value,
    save,
    sit,
    wrong_value,
)
from tests.conftest import login_as, make_person


def people(site: Site, count: int) -> list[int]:
    with site.database.writing() as session:
        return [make_person(session, level="pelaksana").id for _ in range(count)]


def deliver(site: Site, **delivery: object) -> None:
    """Set the delivery of the starter test and open it."""
    with site.database.writing() as session:
        configure(session, None, CODE, Delivery(**delivery))  # type: ignore[arg-type]
        open_instrument(session, None, CODE)


def calibrated(site: Site) -> None:
    """Give every question of the bank parameters: a = 1.2, difficulties spread over the scale."""
    with site.database.writing() as session:
        version = newest_version(session, CODE)
        calibration = Calibration(
            instrument_version_id=version.id,
            model="2pl",
            n=500,
            loglik=-1.0,
            created_at=site.clock(),
        )
        session.add(calibration)
        session.flush()
        ids = session.scalars(select(ItemVersion.id).order_by(ItemVersion.id)).all()
        session.add_all(
            ItemParameter(
                calibration_id=calibration.id,
                item_version_id=item,
                a=1.2,
                b=-2 + 4 * (place % 18) / 17,
                se_a=0.1,
                se_b=0.1,
            )
            for place, item in enumerate(ids)
        )
        version.calibration_id = calibration.id


def items_of(session: Session, public: str) -> list[AttemptItem]:
    query = select(AttemptItem).join(Attempt, Attempt.id == AttemptItem.attempt_id)
    return list(
        session.scalars(query.where(Attempt.public_id == public).order_by(AttemptItem.sequence))
    )


# -- life ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "then", "allowed"),
    [
        ((), "trial", True),
        ((), "frozen", True),
        ((), "used", False),
        (("trial",), "draft", True),
        (("trial",), "frozen", True),
        (("frozen",), "draft", False),
        (("frozen",), "trial", False),
        (("frozen",), "retired", True),
        (("frozen", "retired"), "frozen", False),
    ],
)
def test_stage_follows_only_where_nothing_is_undone(
    site: Site, path: tuple[str, ...], then: str, allowed: bool
) -> None:
    with site.database.writing() as session:
        for stage in path:
            move(session, None, CODE, stage)
        if allowed:
            move(session, None, CODE, then)
            assert newest_version(session, CODE).stage == then
        else:
            with pytest.raises(Conflict):
                move(session, None, CODE, then)


def test_delivery_is_fixed_once_frozen(site: Site) -> None:
    with site.database.writing() as session:
        move(session, None, CODE, "frozen")
        with pytest.raises(Conflict):
            configure(session, None, CODE, Delivery(limit_minutes=30))


def test_impossible_delivery_is_refused_with_every_reason(site: Site) -> None:
    with site.database.writing() as session, pytest.raises(Invalid) as refused:
        configure(session, None, CODE, Delivery(mode="?", min_items=9, max_items=3))
    assert len(refused.value.reasons) == 2


def test_first_attempt_marks_the_instrument_as_used(site: Site) -> None:
    deliver(site)
    with site.database.reading() as session:
        assert newest_version(session, CODE).stage == "frozen"
    begin(site, people(site, 1)[0])
    with site.database.reading() as session:
        assert newest_version(session, CODE).stage == "used"


def test_trial_of_an_instrument_gives_no_result(site: Site) -> None:
    with site.database.writing() as session:
        move(session, None, CODE, "trial")
        open_instrument(session, None, CODE)
    person_id = people(site, 1)[0]
    sit(site, person_id)
    with site.database.reading() as session:
        assert session.scalars(select(Result)).all() == []


def test_trial_items_are_asked_and_not_scored(site: Site) -> None:
    with site.database.writing() as session:
        tried = session.scalars(select(Item).where(Item.code.like("D1-%")).limit(4)).all()
        for item in tried:
            item.state = "trial"
        version = newest_version(session, CODE)
        session.execute(
            update(BlueprintLine)
            .where(BlueprintLine.instrument_version_id == version.id)
            .values(n_trial=2)
        )
        open_instrument(session, None, CODE)
        tried_ids = {item.id for item in tried}
    public = sit(site, people(site, 1)[0], right=nothing_right)
    with site.database.reading() as session:
        items = items_of(session, public)
        versions = dict(session.execute(select(ItemVersion.id, ItemVersion.item_id)).all())
        trial = {versions[i.item_version_id] for i in items if not i.scored}
        assert len(trial) == 2
        assert trial <= tried_ids
        scored = {versions[i.item_version_id] for i in items if i.scored}
        assert scored.isdisjoint(tried_ids)
        assert {r.n for r in session.scalars(select(Result))} == {6}


# -- forms ---------------------------------------------------------------------------------------


def test_forms_share_anchors_and_nothing_else(site: Site) -> None:
    deliver(site, mode="forms")
    with site.database.reading() as session:
        query = select(Form.label, FormItem.item_version_id, FormItem.anchor)
        rows = session.execute(query.join(FormItem, FormItem.form_id == Form.id)).all()
    forms = {label: {v for la, v, _ in rows if la == label} for label in ("A", "B")}
    anchors = {v for _, v, anchor in rows if anchor}
    assert forms["A"] & forms["B"] == anchors
    assert len(forms["A"]) == len(forms["B"]) == 30
    assert len(anchors) >= 0.2 * 30


def test_half_begins_with_each_form_and_the_retest_is_the_other(site: Site) -> None:
    deliver(site, mode="forms")
    ids = people(site, 16)
    firsts = {person_id: sit(site, person_id) for person_id in ids}
    with site.database.reading() as session:
        labels = dict(
            session.execute(
                select(Attempt.person_id, Form.label).join(Form, Form.id == Attempt.form_id)
            ).all()
        )
        asked = {p: {i.item_version_id for i in items_of(session, a)} for p, a in firsts.items()}
        forms: dict[str, set[int]] = {"A": set(), "B": set()}
        query = select(Form.label, FormItem.item_version_id)
        for label, version in session.execute(query.join(FormItem, FormItem.form_id == Form.id)):
            forms[label].add(version)
        version_id = newest_version(session, CODE).id
    assert set(labels.values()) == {"A", "B"}
    assert all(asked[person] == forms[label] for person, label in labels.items())
    assert all(first_form(str(version_id), str(p)) == label for p, label in labels.items())


def test_counterbalance_is_even_over_many_people() -> None:
    counts = Counter(first_form("7", str(person)) for person in range(4000))
    assert abs(counts["A"] - counts["B"]) < 200  # about three standard errors


def test_assembled_forms_are_equally_hard() -> None:
    rng = random.Random(3)
    items = [
        Assemblable(item_version_id=n, level=n % 3 + 1, difficulty=rng.uniform(-2, 2))
        for n in range(40)
    ]
    pair = assemble(items, 12)
    first, second = (pair.items(label) for label in ("A", "B"))
    assert len(first) == len(second) == 12
    assert abs(pair.difference) < 0.25
    assert {i.item_version_id for i, anchor in first if anchor} == {
        i.item_version_id for i, anchor in second if anchor
    }
    assert sum(anchor for _, anchor in first) == 3  # a fifth, rounded up


def test_marked_items_go_where_their_author_put_them() -> None:
    tags = {0: ("bentuk-a",), 1: ("bentuk-b",), 2: ("jangkar",)}
    items = [
        Assemblable(item_version_id=n, level=1, difficulty=n / 10, tags=tags.get(n, ()))
        for n in range(12)
    ]
    pair = assemble(items, 4, share=0.25)
    found = {label: {i.item_version_id for i, _ in pair.items(label)} for label in ("A", "B")}
    assert 0 in found["A"] - found["B"]
    assert 1 in found["B"] - found["A"]
    assert 2 in found["A"] & found["B"]


def test_few_items_make_equal_short_forms() -> None:
    items = [Assemblable(item_version_id=n, level=1, difficulty=0.0) for n in range(7)]
    pair = assemble(items, 6)
    assert len(pair.items("A")) == len(pair.items("B")) < 6


# -- adaptive ------------------------------------------------------------------------------------


def play(site: Site, person_id: int, public: str, *, right: bool) -> int:
    """Answer an adaptive test to its end; give the number of questions."""
    number = 1
    for _ in range(200):
        with site.database.reading() as session:
            version = session.get_one(
                ItemVersion, items_of(session, public)[number - 1].item_version_id
            )
            value = right_value(version) if right else wrong_value(version)
        save(site, public, number, value, device=f"page-{number}")
        with site.database.writing() as session:
            following = extend(session, person_id, public, random.Random(number))
        if following is None:
            return number
        assert following == number + 1
        number = following
    raise AssertionError("no end in sight")


def test_adaptive_test_asks_one_by_one_and_ends(site: Site) -> None:
    calibrated(site)
    deliver(site, mode="adaptive", min_items=3, max_items=6, target_error=0.3)
    person_id = people(site, 1)[0]
    public = begin(site, person_id)
    with site.database.reading() as session:
        assert len(items_of(session, public)) == 1
    count = play(site, person_id, public, right=True)
    finish(site, person_id, public)
    with site.database.reading() as session:
        items = items_of(session, public)
        per_line = Counter(item.line_id for item in items)
        assert count == len(items) == 30
        assert set(per_line.values()) == {6}  # 0.3 is out of reach with six
        assert all(item.a == 1.2 and item.b is not None for item in items)
        lines = session.scalars(select(AttemptLine.id)).all()
        assert set(per_line) == set(lines)


def test_next_question_is_harder_after_right_answers(site: Site) -> None:
    calibrated(site)
    deliver(site, mode="adaptive", min_items=5, max_items=8)
    hard, easy = people(site, 2)
    for person_id, right in ((hard, True), (easy, False)):
        play(site, person_id, begin(site, person_id), right=right)
    with site.database.reading() as session:
        query = select(Attempt.person_id, AttemptItem.b, AttemptItem.sequence).join(
            AttemptItem, AttemptItem.attempt_id == Attempt.id
        )
        rows = session.execute(query).all()
    late = {p: [b for q, b, n in rows if q == p and n > 20] for p in (hard, easy)}
    assert fmean(late[hard]) > fmean(late[easy]) + 1


def test_two_clicks_add_one_question(site: Site) -> None:
    calibrated(site)
    deliver(site, mode="adaptive")
    person_id = people(site, 1)[0]
    public = begin(site, person_id)
    save(site, public, 1, "unknown")
    with site.database.writing() as session:
        numbers = [extend(session, person_id, public, random.Random(n)) for n in range(2)]
    assert numbers == [2, 2]


def test_reported_question_of_an_adaptive_test_holds_nobody_up(
    client: FlaskClient, site: Site
) -> None:
    calibrated(site)
    deliver(site, mode="adaptive")
    person_id = people(site, 1)[0]
    public = begin(site, person_id)
    login_as(client, person_id)
    for _ in range(2):
        answer = client.post(f"/tes/{public}/soal/1/masalah", data={"reason": "picture"})
        assert answer.headers["Location"].endswith(f"/{public}/soal/2")
    with site.database.writing() as session:
        assert extend(session, person_id, public, random.Random(1)) == 2


def test_calibrated_result_carries_theta_and_keeps_the_parameters(site: Site) -> None:
    """Lesson T53: what a later calibration says changes no old result."""
    calibrated(site)
    deliver(site)
    person_id = people(site, 1)[0]
    public = begin(site, person_id)
    answer_all(site, public)
    finish(site, person_id, public)
    with site.database.reading() as session:
        result = session.scalars(select(Result)).first()
        assert result is not None
        own = [i for i in items_of(session, public) if i.line_id == result.line_id]
        wanted = eap((ItemParameters(i.a or 0, i.b or 0), 1.0) for i in own)
        assert result.theta == pytest.approx(wanted.value)
        assert result.theta_error == pytest.approx(wanted.error)
        assert 50 < result.score < 100


# -- readiness -----------------------------------------------------------------------------------


def test_remarks_say_what_blocks_an_adaptive_test(site: Site) -> None:
    with site.database.writing() as session:
        configure(session, None, CODE, Delivery(mode="adaptive"))
        found = remarks(instrument_state(session, newest_version(session, CODE)))
    assert found[0].blocking
    assert "kalibrasi" in found[0].text


def test_remarks_of_a_drawn_test_block_nothing(site: Site) -> None:
    with site.database.reading() as session:
        found = remarks(instrument_state(session, newest_version(session, CODE)))
    assert not any(remark.blocking for remark in found)
    assert any("belum dikalibrasi" in remark.text for remark in found)


def test_old_calibration_is_remarked(site: Site, clock: object) -> None:
    calibrated(site)
    clock.move(days=400)  # type: ignore[attr-defined]
    with site.database.reading() as session:
        version = session.scalars(select(InstrumentVersion)).first()
        assert version is not None
        found = remarks(instrument_state(session, newest_version(session, CODE)))
    assert any(remark.values.get("days") == 400 for remark in found)
