"""Whose business a session is: an officer's all of it, a proctor's the own rooms around its day.

Pages for proctors are open to everyone who is logged in, and check here: whoever has nothing to
do with a session is told that there is none.
"""

from __future__ import annotations

from lms import Conflict, Invalid, LmsError, NotAllowed, NotFound
from lms.web import _, notify, session, viewer
from plugins.assessment.permissions import SESSION_WRITE
from plugins.assessment.queries.sessions.visiting import Present, present
from plugins.assessment.queries.sessions.watching import Watch, watch

REFUSALS: tuple[type[LmsError], ...] = (Conflict, Invalid, NotAllowed)
"""What a use-case says no with; shown on the page where the button was."""


def own_watch(public: str) -> Watch:
    """Give what the viewer may see of a session; raises NotFound."""
    return watch(session(), public, viewer().person_id, officer=viewer().can(SESSION_WRITE))


def officers_watch(public: str) -> Watch:
    """Give a session to an officer or to a proctor of all its rooms; raises NotFound."""
    found = own_watch(public)
    if found.room_ids is not None:
        raise NotFound("Sesi ini tidak ditemukan.")
    return found


def seen_person(found: Watch, person: str) -> Present:
    """Give a person of a session who sits in a room of the viewer's; raises NotFound."""
    there = present(session(), found.session_id, person)
    if not found.sees(there.room_id):
        raise NotFound("Orang ini bukan peserta sesi ini.")
    return there


def refuse(error: LmsError) -> None:
    """Say on the next page why nothing was done."""
    notify(_(error.message), "alert")
