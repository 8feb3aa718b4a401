"""What the plugin shows on core's pages: next steps, the path, a person's tests, the menu."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from lms import (
    HomeCard,
    Link,
    NavigationItem,
    NextStep,
    PathStep,
    PersonCard,
    PersonPanel,
    Viewer,
    site_of,
)
from lms.web import _
from plugins.assessment.domain import Purpose
from plugins.assessment.permissions import (
    ANSWER_RATE,
    INSTRUMENT_WRITE,
    ITEM_READ,
    OBJECTION_ANSWER,
    RESULT_READ,
    SESSION_WRITE,
)
from plugins.assessment.queries.objections import lately_answered
from plugins.assessment.queries.sessions.entry import Duty, duties
from plugins.assessment.queries.standing import AttemptBrief, Offer, Standing, standing


def navigation() -> list[NavigationItem]:
    """Give the menu entries; core drops those that the viewer may not open."""
    return [
        NavigationItem(
            label="Bank soal",
            link=Link(endpoint="assessment.items"),
            order=40,
            icon="list",
            permission=ITEM_READ,
        ),
        NavigationItem(
            label="Alat tes",
            link=Link(endpoint="assessment.instruments"),
            order=41,
            icon="clock",
            permission=INSTRUMENT_WRITE,
        ),
        NavigationItem(
            label="Hari pengukuran",
            link=Link(endpoint="assessment.sessions"),
            order=42,
            icon="clock",
            permission=SESSION_WRITE,
        ),
        NavigationItem(
            label="Keberatan hasil",
            link=Link(endpoint="assessment.objections"),
            order=43,
            icon="help",
            permission=OBJECTION_ANSWER,
        ),
        NavigationItem(
            label="Jawaban untuk dinilai",
            link=Link(endpoint="assessment.answers_to_rate"),
            order=44,
            icon="file",
            permission=ANSWER_RATE,
        ),
    ]


# -- next steps ----------------------------------------------------------------------------------


def next_steps(session: Session, viewer: Viewer) -> list[NextStep]:
    """Give what can be done now: go on, retest, extra questions, first test.

    Whoever has results from elsewhere is not asked for a first test: nobody is measured twice
    because our software is new. It stays open to them on the page of tests.
    """
    found = standing(session, viewer.person_id)
    steps = [_duty(session, duty) for duty in duties(session, viewer.person_id)]
    steps += [_go_on(attempt) for attempt in found.running]
    order: tuple[Purpose, ...] = ("retest", "extra", "pre")
    for purpose in order[:2] if found.measured_elsewhere else order:
        steps += [_offer(offer) for offer in found.offered(purpose)]
    return steps


def _duty(session: Session, duty: Duty) -> NextStep:
    """Remind of a session of today: to take part in, or to watch over."""
    where = duty.room or _("Tanyakan ruangnya kepada petugas")
    time = f"{site_of(session).local(duty.opens_at):%H.%M}"
    values = {"name": duty.name, "time": time, "room": where}
    if duty.kind == "watching":
        return NextStep(
            title=_("Awasi ruang tes"),
            text=_("%(name)s, pukul %(time)s. %(room)s.", **values),
            button=_("Buka papan"),
            link=Link(endpoint="assessment.session_board", values={"public": duty.public_id}),
            order=6,
        )
    return NextStep(
        title=_("Tes Anda hari ini"),
        text=_("%(name)s, pukul %(time)s. %(room)s.", **values),
        button=_("Masukkan kode masuk"),
        link=Link(endpoint="assessment.ask_entry_code"),
        order=5,
    )


def _go_on(attempt: AttemptBrief) -> NextStep:
    return NextStep(
        title=_("Lanjutkan tes Anda"),
        text=_("Jawaban Anda tersimpan. Anda lanjut dari soal terakhir."),
        button=_("Lanjutkan tes"),
        link=Link(endpoint="assessment.resume", values={"public": attempt.public_id}),
        order=10,
    )


def _offer(offer: Offer) -> NextStep:
    title, text, button, kind, order = {
        "retest": (
            _("Kerjakan tes ulang"),
            _("Pelatihan selesai. Lihat kenaikan Anda dengan soal yang lain."),
            _("Mulai tes ulang"),
            "ulang",
            20,
        ),
        "extra": (
            _("Jawab soal tambahan"),
            _("Jawaban Anda belum cukup untuk memastikan. Beberapa soal lagi akan memperjelas."),
            _("Mulai soal tambahan"),
            "tambahan",
            25,
        ),
        "pre": (
            _("Kerjakan tes awal"),
            _("Ini bukan ujian. Hasil hanya dipakai untuk memilih pelatihan."),
            _("Mulai tes awal"),
            "awal",
            30,
        ),
    }[offer.purpose]
    link = Link(endpoint="assessment.start_page", values={"code": offer.code, "kind": kind})
    return NextStep(title=title, text=text, button=button, link=link, order=order)


# -- the path ------------------------------------------------------------------------------------


def path_steps(session: Session, viewer: Viewer) -> list[PathStep]:
    """Give the first test and the retest as steps from the first day to the certificate."""
    found = standing(session, viewer.person_id)
    return [_first_test(found), _retest(found)]


def _first_test(found: Standing) -> PathStep:
    done = found.last_done("pre")
    if done is not None:
        return _done(_("Tes awal"), 10, done)
    if found.measured_elsewhere:
        text = _("Hasil tes yang sudah ada dipakai.")
        return PathStep(title=_("Tes awal"), text=text, state="done", order=10)
    running = any(attempt.purpose == "pre" for attempt in found.running)
    if running or found.offered("pre"):
        text = _("Sedang dikerjakan.") if running else _("Bisa dikerjakan sekarang.")
        return PathStep(title=_("Tes awal"), text=text, state="current", order=10, icon="pen")
    text = _("Petugas akan membuka tes.")
    return PathStep(title=_("Tes awal"), text=text, state="later", order=10, icon="pen")


def _retest(found: Standing) -> PathStep:
    done = found.last_done("retest")
    running = any(attempt.purpose == "retest" for attempt in found.running)
    if running or found.offered("retest"):
        text = _("Sedang dikerjakan.") if running else _("Bisa dikerjakan sekarang.")
        return PathStep(title=_("Tes ulang"), text=text, state="current", order=60, icon="redo")
    if done is not None:
        return _done(_("Tes ulang"), 60, done)
    text = _("Setelah pelatihan selesai.")
    return PathStep(title=_("Tes ulang"), text=text, state="later", order=60, icon="redo")


def _done(title: str, order: int, attempt: AttemptBrief) -> PathStep:
    return PathStep(
        title=title,
        text=_("Selesai."),
        state="done",
        order=order,
        link=Link(endpoint="assessment.show_result", values={"public": attempt.public_id}),
        link_text=_("Lihat hasil"),
    )


# -- cards ---------------------------------------------------------------------------------------


def home_cards(session: Session, viewer: Viewer) -> list[HomeCard]:
    """Give the card that tells of objections that were answered lately; none without one."""
    answered = lately_answered(session, viewer.person_id)
    values = {"answered": answered}
    card = HomeCard(template="assessment/objections/_card.html", values=values, order=20)
    return [card] if answered else []


# -- a person's page -----------------------------------------------------------------------------


def person_panels(session: Session, viewer: Viewer, person: PersonCard) -> Sequence[PersonPanel]:
    """Give a person's tests, newest first; results only to who may read them."""
    attempts = standing(session, person.person_id).attempts
    may_read = viewer.can(RESULT_READ) or viewer.person_id == person.person_id
    return [
        PersonPanel(
            title=_("Tes"),
            template="assessment/_person_panel.html",
            values={"attempts": attempts[::-1], "may_read": may_read},
            order=30,
        )
    ]
