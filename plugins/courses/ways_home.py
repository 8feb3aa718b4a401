"""What other ways to learn bring to the home page: a colleague asks, proof to be corrected."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms import Link, NextStep, Viewer
from lms.web import _, ngettext
from plugins.courses.queries.ways.coachings import Turn, my_turns
from plugins.courses.queries.ways.outside import count_own


def next_steps(session: Session, viewer: Viewer) -> list[NextStep]:
    """Lead to colleagues who wait, and to proof that was given back; two statements."""
    steps = [_turn(turn) for turn in my_turns(session, viewer.person_id)]
    returned = count_own(session, viewer.person_id).get("returned", 0)
    return [*steps, _returned(returned)] if returned else steps


def _turn(turn: Turn) -> NextStep:
    link = Link(endpoint="courses_coaching.show", values={"public_id": turn.public_id})
    values = {"name": turn.other, "competency": turn.competency}
    if turn.to_answer:
        return NextStep(
            title=_("%(name)s meminta bantuan Anda", **values),
            text=_("Tentang: %(competency)s. Anda bebas menjawab ya atau tidak.", **values),
            button=_("Jawab permintaan"),
            link=link,
            order=43,
        )
    return NextStep(
        title=_("Konfirmasi pertemuan dengan %(name)s", **values),
        text=_("Pertemuan terhitung kalau Anda berdua setuju."),
        button=_("Lihat pertemuan"),
        link=link,
        order=43,
    )


def _returned(count: int) -> NextStep:
    return NextStep(
        title=ngettext(
            "%(num)s bukti pelatihan perlu diperbaiki",
            "%(num)s bukti pelatihan perlu diperbaiki",
            count,
        ),
        text=_("Petugas menulis apa yang kurang."),
        button=_("Perbaiki bukti"),
        link=Link(endpoint="courses_outside.mine"),
        order=44,
    )
