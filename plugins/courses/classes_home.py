"""What classes bring to the home page: the meeting of tomorrow, approvals, one's own seats."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from lms import HomeCard, Link, NextStep, Viewer, acts_for, now, site_of, today
from lms.web import _, ngettext
from plugins.courses.permissions import CLASS_APPROVE
from plugins.courses.queries.classes.calendar import Coming, next_meeting
from plugins.courses.queries.classes.lines import my_classes
from plugins.courses.queries.classes.seats import count_approvals

AHEAD = timedelta(hours=48)
MOST_ON_CARD = 3


def next_steps(session: Session, viewer: Viewer) -> list[NextStep]:
    """Lead to a meeting of today or tomorrow, and to nominations that wait for an answer."""
    coming = next_meeting(session, viewer.person_id, before=now(session) + AHEAD)
    steps = [] if coming is None else _meeting_step(session, coming)
    if viewer.can(CLASS_APPROVE):
        acting = acts_for(session, viewer.person_id)
        count = count_approvals(session, acting, viewer.person_id, now(session))
        steps += [_approval_step(count)] if count else []
    return steps


def _meeting_step(session: Session, coming: Coming) -> list[NextStep]:
    """Say today or tomorrow; a meeting after that is no next step yet."""
    local = site_of(session).local(coming.starts_at)
    days = (local.date() - today(session)).days
    if days > 1:
        return []
    values = {"course": coming.course, "clock": f"{local:%H.%M}", "where": coming.where}
    title = _("Hari ini: %(course)s", **values) if days <= 0 else _("Besok: %(course)s", **values)
    text = (
        _("Pukul %(clock)s di %(where)s.", **values)
        if coming.where
        else _("Pukul %(clock)s.", **values)
    )
    link = Link(endpoint="courses_classes.show", values={"public_id": coming.public_id})
    return [NextStep(title=title, text=text, button=_("Lihat angkatan"), link=link, order=20)]


def _approval_step(count: int) -> NextStep:
    return NextStep(
        title=ngettext(
            "%(num)s pegawai menunggu persetujuan Anda",
            "%(num)s pegawai menunggu persetujuan Anda",
            count,
        ),
        text=_("Mereka diusulkan ikut pelatihan. Cukup dua menit."),
        button=_("Lihat usulan"),
        link=Link(endpoint="courses_approvals.approvals"),
        order=42,
    )


def home_cards(session: Session, viewer: Viewer) -> list[HomeCard]:
    """Show the seats that one has or waits for; nothing without one."""
    lines = [line for line in my_classes(session, viewer.person_id, limit=10) if line.has_live_seat]
    if not lines:
        return []
    soon = sorted(lines, key=lambda line: (line.starts_at is None, line.starts_at))
    values = {"lines": soon[:MOST_ON_CARD]}
    return [HomeCard(template="courses/classes/_card.html", values=values, order=45)]
