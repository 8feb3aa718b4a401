"""Learning by other ways: certificates that people sent in, and a coaching between colleagues."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from lms import site_of
from lms.models import Person, Placement, Profile
from plugins.courses.demo.world import World
from plugins.courses.domain.coaching import COACH_LEVEL
from plugins.courses.domain.outside import Facts
from plugins.courses.models import LearningForm, OutsideLearning
from plugins.courses.services.certificate_files import Certificate, checked_certificate
from plugins.courses.services.coaching.asking import answer, ask
from plugins.courses.services.coaching.meeting import confirm_meeting, note_meeting
from plugins.courses.services.coaching.offering import offer
from plugins.courses.services.outside import give_back, submit, verify

UNREADABLE = "Nomor sertifikatnya tidak terbaca. Foto ulang, lalu kirim lagi."
ASKED = "Saya ingin belajar membuat tabel rekap. Bisa seminggu sekali?"
AGREED = "Bisa, Selasa sore di ruang saya."
MET = "Mengurutkan dan menyaring data kehadiran."
SHOWN, LINE = (840, 594), 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Learning elsewhere: what was learned, by whom it was given, how much of what form."""

    title: str
    organiser: str
    form_code: int
    amount: int
    days_ago: int


SENT = (
    Sent(
        title="Bimbingan teknis arsip elektronik",
        organiser="Balai pelatihan provinsi (contoh)",
        form_code=8,
        amount=8,
        days_ago=34,
    ),
    Sent(
        title="Seminar layanan publik digital",
        organiser="Asosiasi pemerintah daerah (contoh)",
        form_code=9,
        amount=4,
        days_ago=27,
    ),
    Sent(
        title="Kursus pengolah angka",
        organiser="Lembaga kursus (contoh)",
        form_code=11,
        amount=12,
        days_ago=40,
    ),
)


def fill_ways(session: Session, world: World, officer: int) -> None:
    """Let three people send certificates in, one is accepted, one given back; two meet."""
    assigned, learning = (
        [each for each in world.marks.get(stage, []) if each != officer]
        for stage in ("assigned", "learning")
    )
    learners = [*assigned[:2], *learning[:10]]
    _send_in(session, world, officer, learners[:3])
    _coach(session, world, learners[::-1])


# -- learning elsewhere --------------------------------------------------------------------------


def _send_in(session: Session, world: World, officer: int, learners: Sequence[int]) -> None:
    forms = set(session.scalars(select(LearningForm.code).where(LearningForm.active)))
    if not {sent.form_code for sent in SENT} <= forms:
        return
    rows = [
        _submit(session, world, person_id, sent, 5 - number)
        for number, (person_id, sent) in enumerate(zip(learners, SENT, strict=False))
    ]
    with world.at(world.days_ago(2, hour=15)):
        for row in rows[1:2]:
            verify(session, officer, row.public_id, revision=row.revision, jp=row.amount)
        for row in rows[2:3]:
            give_back(session, officer, row.public_id, revision=row.revision, reason=UNREADABLE)


def _submit(
    session: Session, world: World, person_id: int, sent: Sent, days_ago: int
) -> OutsideLearning:
    day = site_of(session).local(world.days_ago(sent.days_ago)).date()
    facts = Facts(
        title=sent.title,
        organiser=sent.organiser,
        form_code=sent.form_code,
        number=f"CONTOH/{world.rng.randint(100, 999)}/{day.year}",
        starts_on=day - timedelta(days=1),
        ends_on=day,
        amount=sent.amount,
    )
    with world.at(world.days_ago(days_ago, hour=19, minute=20)):
        return submit(session, person_id, facts, _certificate(facts))


def _certificate(facts: Facts) -> Certificate:
    """Draw a picture that says what it is: an example, of nobody."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", SHOWN, "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((16, 16, SHOWN[0] - 17, SHOWN[1] - 17), outline="black", width=3)
    words = ("CONTOH SERTIFIKAT", facts.title, facts.organiser, f"Nomor {facts.number}")
    for number, text in enumerate(words):
        pen.text((64, 120 + LINE * number), text, fill="black", font_size=24)
    out = io.BytesIO()
    image.save(out, "PNG")
    return checked_certificate(out.getvalue(), "sertifikat.png")


# -- coaching ------------------------------------------------------------------------------------


def _coach(session: Session, world: World, learners: Sequence[int]) -> None:
    """Let two of one unit agree on coaching, and meet once; the first pair that fits."""
    pairs = _pairs(session, learners)
    found = next((each for each in learners if each in pairs), None)
    if found is None:
        return
    coach, public, competency_id = pairs[found]
    with world.at(world.days_ago(12, hour=16)):
        offer(session, coach, "coaching", None)
    with world.at(world.days_ago(10, hour=9)):
        row = ask(session, found, public, competency_id, "coaching", ASKED)
    with world.at(world.days_ago(9, hour=13)):
        answer(session, coach, row.public_id, agree=True, words=AGREED)
    met = world.days_ago(4, hour=16)
    with world.at(met + timedelta(hours=1)):
        day = site_of(session).local(met).date()
        meeting = note_meeting(session, found, row.public_id, day, 60, MET)
    with world.at(world.days_ago(3, hour=8)):
        confirm_meeting(session, coach, row.public_id, meeting.public_id)


def _pairs(session: Session, learners: Sequence[int]) -> dict[int, tuple[int, str, int]]:
    """Give for learners a colleague of their unit who can help, and with what."""
    mine, theirs = aliased(Profile), aliased(Profile)
    here, there = aliased(Placement), aliased(Placement)
    query = (
        select(mine.person_id, Person.id, Person.public_id, mine.competency_id)
        .join(theirs, theirs.competency_id == mine.competency_id)
        .join(Person, Person.id == theirs.person_id)
        .join(here, and_(here.person_id == mine.person_id, here.until.is_(None)))
        .join(there, and_(there.person_id == Person.id, there.until.is_(None)))
        .where(
            mine.person_id.in_(learners),
            mine.state == "below",
            theirs.level >= COACH_LEVEL,
            theirs.assisted.is_(False),
            here.unit_id == there.unit_id,
            Person.active,
        )
        .order_by(mine.person_id, mine.competency_id.desc(), Person.id.desc())
    )
    return {each: (coach, public, gap) for each, coach, public, gap in session.execute(query)}
