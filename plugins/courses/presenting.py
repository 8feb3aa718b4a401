"""The plugin's parts of core's pages: next steps, path, JP card, panel, menu."""

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
    today,
)
from lms.web import _
from plugins.courses.domain.credits import jp_message
from plugins.courses.models import LIVE
from plugins.courses.permissions import (
    ANSWER,
    ANSWER_TEAM,
    CLASS_APPROVE,
    CLASS_READ,
    DRAFT,
    HOURS_READ,
    OUTSIDE_VERIFY,
    PLAN_READ,
    READ,
    REMIND_TEAM,
    REVIEW,
)
from plugins.courses.queries.hours import jp_of_year
from plugins.courses.queries.learner import MyCourse, my_courses
from plugins.courses.queries.waiting import waits_for_course

NAVIGATION = (
    NavigationItem(
        label="Pelatihan", link=Link(endpoint="courses.mine"), order=20, place="tabs", icon="book"
    ),
    NavigationItem(
        label="Pelatihan",
        link=Link(endpoint="courses_desk.courses"),
        order=45,
        icon="book",
        permission=READ,
    ),
    NavigationItem(
        label="Tulis materi",
        link=Link(endpoint="courses_authoring.courses"),
        order=44,
        icon="pen",
        permission=DRAFT,
    ),
    NavigationItem(
        label="Periksa materi",
        link=Link(endpoint="courses_review.queue"),
        order=44,
        icon="check",
        permission=REVIEW,
    ),
    NavigationItem(
        label="Penugasan",
        link=Link(endpoint="courses_assignments.overview"),
        order=46,
        icon="list",
        permission=READ,
    ),
    NavigationItem(
        label="Rencana dan biaya",
        link=Link(endpoint="courses_plans.plans"),
        order=43,
        icon="money",
        permission=PLAN_READ,
    ),
    NavigationItem(
        label="Angkatan",
        link=Link(endpoint="courses_class_desk.classes"),
        order=46,
        icon="people",
        permission=CLASS_READ,
    ),
    NavigationItem(
        label="Persetujuan",
        link=Link(endpoint="courses_approvals.approvals"),
        order=48,
        icon="check",
        permission=CLASS_APPROVE,
    ),
    NavigationItem(
        label="Bukti pelatihan luar",
        link=Link(endpoint="courses_outside_desk.waiting"),
        order=47,
        icon="file",
        permission=OUTSIDE_VERIFY,
    ),
    NavigationItem(
        label="JP pegawai",
        link=Link(endpoint="courses_hours.people"),
        order=47,
        icon="clock",
        permission=HOURS_READ,
    ),
    NavigationItem(
        label="Keberatan pegawai saya",
        link=Link(endpoint="courses_team_objections.objections"),
        order=48,
        icon="message",
        permission=ANSWER_TEAM,
    ),
    NavigationItem(
        label="Ingatkan pegawai saya",
        link=Link(endpoint="courses_team_reminders.due"),
        order=48,
        icon="clock",
        permission=REMIND_TEAM,
    ),
    NavigationItem(
        label="Keberatan",
        link=Link(endpoint="courses_objections.objections"),
        order=47,
        icon="message",
        permission=ANSWER,
    ),
)


def next_steps(session: Session, viewer: Viewer) -> list[NextStep]:
    """Give a step for each course under way; one that is begun goes first."""
    return [_next_step(course) for course in my_courses(session, viewer.person_id, LIVE)]


def _next_step(course: MyCourse) -> NextStep:
    if course.state == "started":
        return NextStep(
            title=_("Lanjutkan belajar: %(title)s", title=course.title),
            text=_(
                "Modul %(n)s dari %(total)s, kira-kira %(minutes)s menit. "
                "Boleh berhenti kapan saja.",
                n=course.current.sequence,
                total=course.total,
                minutes=course.current.minutes,
            ),
            button=_("Lanjutkan belajar"),
            link=Link(endpoint="courses_study.resume", values={"public_id": course.public_id}),
            order=40,
        )
    return NextStep(
        title=_("Mulai pelatihan: %(title)s", title=course.title),
        text=course.reason or _("Anda sudah terdaftar. Boleh mulai kapan saja."),
        button=_("Buka pelatihan"),
        link=Link(endpoint="courses.course", values={"slug": course.slug}),
        order=45,
    )


def path_steps(session: Session, viewer: Viewer) -> list[PathStep]:
    """Give a step for each course under way and for those finished in the latest plan."""
    courses = my_courses(session, viewer.person_id)
    plan = max((course.plan_id or 0 for course in courses), default=0)
    shown = [c for c in courses if c.state in LIVE or (plan and c.plan_id == plan)]
    if not shown:
        return _no_course_yet(session, viewer)
    done = sorted(
        (course for course in shown if course.state == "completed"),
        key=lambda course: (course.completed_at is not None, course.completed_at),
    )
    live = [course for course in shown if course.state in LIVE]
    return [
        *(_path_step(course, "done") for course in done),
        *(_path_step(course, "current" if first else "later") for first, course in _first(live)),
    ]


def _first(courses: Sequence[MyCourse]) -> list[tuple[bool, MyCourse]]:
    """Mark the courses that are the current ones: those begun, or the first if none is."""
    begun = any(course.state == "started" for course in courses)
    return [
        (course.state == "started" if begun else at == 0, course)
        for at, course in enumerate(courses)
    ]


def _path_step(course: MyCourse, state: str) -> PathStep:
    if state == "done":
        text = _("Selesai. %(jp)s JP.", jp=course.jp)
    elif course.state == "started":
        text = _(
            "Sedang berjalan: modul %(n)s dari %(total)s.",
            n=course.current.sequence,
            total=course.total,
        )
    else:
        text = _("Belum dimulai. %(jp)s JP.", jp=course.jp)
    return PathStep(
        title=_("Pelatihan: %(title)s", title=course.title),
        text=text,
        state=state,  # type: ignore[arg-type]  # one of the three words, set above
        order=30,
        icon="book",
        link=Link(endpoint="courses.course", values={"slug": course.slug}),
        link_text=_("Lihat pelatihan"),
    )


def _no_course_yet(session: Session, viewer: Viewer) -> list[PathStep]:
    waits = waits_for_course(session, viewer.person_id)
    if waits is None:
        return []
    text = (
        _("Petugas sedang menyiapkan pelatihan untuk Anda.")
        if waits
        else _("Dipilih dari hasil tes awal, kalau diperlukan.")
    )
    return [PathStep(title=_("Pelatihan"), text=text, state="later", order=30, icon="book")]


def home_cards(session: Session, viewer: Viewer) -> list[HomeCard]:
    """Give the card with this year's learning hours."""
    day = today(session)
    jp = jp_of_year(session, viewer.person_id, day.year)
    message = jp_message(viewer.employment, jp, day.year, day)
    values = {"message": message, "year": day.year}
    return [HomeCard(template="courses/_jp_card.html", values=values)]


def person_panels(session: Session, person: PersonCard) -> list[PersonPanel]:
    """Give the panel with a person's courses and learning hours."""
    day = today(session)
    jp = jp_of_year(session, person.person_id, day.year)
    values = {
        "courses": my_courses(session, person.person_id),
        "message": jp_message(person.employment, jp, day.year, day),
        "year": day.year,
    }
    panel = PersonPanel(title=_("Pelatihan"), template="courses/_person_panel.html", values=values)
    return [panel]
