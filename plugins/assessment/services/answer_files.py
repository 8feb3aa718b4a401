"""Files that learners handed in as answers: their copy, and their deletion with the person.

A file is named by its content, so that two people, or a picture and an answer, may share one: it
is deleted by a job, after the erasure is certain, and only when nothing names it any more.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from sqlalchemy import Column, String, inspect, literal, select
from sqlalchemy.orm import Session

from lms import Base, NotFound, enqueue, site_of
from plugins.assessment.domain.types.uploads import split_file
from plugins.assessment.models import AnswerEvent, Attempt, ItemVersion

DELETE_FILE = "assessment.delete_file"
DIGEST = 64
"""How many letters a column holds that names a file."""


def file_copy(session: Session, value: str) -> dict[str, str]:
    """Give name and content (base64) of a stored answer, as JSON can hold them."""
    digest, name = split_file(value)
    copy = {"name": name, "sha256": digest}
    try:
        content = site_of(session).files.get(digest)
    except NotFound:  # the answer says what it was, also when the file is gone
        return copy
    return copy | {"base64": b64encode(content).decode()}


def forget_files(session: Session, person_id: int) -> None:
    """Ask for the deletion of a person's files; their answers are erased in this transaction."""
    query = (
        select(AnswerEvent.value)
        .join(Attempt, Attempt.id == AnswerEvent.attempt_id)
        .join(ItemVersion, ItemVersion.id == AnswerEvent.item_version_id)
        .where(
            Attempt.person_id == person_id,
            ItemVersion.kind == "file",
            AnswerEvent.value.like("%|%"),
        )
    )
    for digest in sorted({split_file(value)[0] for value in session.scalars(query) if value}):
        enqueue(session, DELETE_FILE, {"digest": digest}, unique_key=f"{DELETE_FILE}:{digest}")


def delete_unnamed(session: Session, digest: str) -> bool:
    """Delete a file that nothing names any more; tell whether that was so."""
    if _is_answer(session, digest) or _is_named(session, digest):
        return False
    site_of(session).files.delete(digest)
    return True


def _is_answer(session: Session, digest: str) -> bool:
    query = select(AnswerEvent.id).where(AnswerEvent.value.startswith(f"{digest}|"))
    picture = select(ItemVersion.id).where(ItemVersion.content["image"].as_string() == digest)
    return session.scalar(query.union_all(picture).limit(1)) is not None


def _is_named(session: Session, digest: str) -> bool:
    """Ask every table of the agency that could name a file, also those of other plugins."""
    return any(
        session.scalar(select(literal(1)).where(column == digest).limit(1))
        for column in _digest_columns(session)
    )


def _digest_columns(session: Session) -> Iterator[Column[str]]:
    there = set(inspect(session.connection()).get_table_names())
    for table in Base.metadata.sorted_tables:
        if table.name in there and table.name != AnswerEvent.__tablename__:
            for column in table.columns:
                if isinstance(column.type, String) and column.type.length == DIGEST:
                    yield column
