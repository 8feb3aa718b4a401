"""Use-cases: publish and archive a course."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import NotFound, audit
from plugins.courses.jobs import look_for_courses
from plugins.courses.models import Course


def publish(session: Session, actor_id: int, slug: str) -> None:
    """Put a course into the catalogue, and look for people whose gaps it covers."""
    if _move(session, actor_id, slug, "published"):
        look_for_courses(session)


def archive(session: Session, actor_id: int, slug: str) -> None:
    """Take a course out of the catalogue; whoever is in it can finish it."""
    _move(session, actor_id, slug, "archived")


def _move(session: Session, actor_id: int, slug: str, state: str) -> bool:
    """Change a course's state; tell whether it was another one before. Raises NotFound."""
    course = session.scalar(select(Course).where(Course.slug == slug).with_for_update())
    if course is None:
        raise NotFound("Pelatihan ini tidak ditemukan.")
    if course.state == state:
        return False
    course.state = state
    audit(session, actor_id, f"courses:course:{state}", f"course:{slug}")
    return True
