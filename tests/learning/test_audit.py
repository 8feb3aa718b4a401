"""The audit chain: each kind of tampering is found and named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.core.audit import AuditEntry, audit, broken_entries, head
from lms.core.site import Site

N = 12


def write_entries(site: Site) -> None:
    with site.database.writing() as session:
        for number in range(1, N + 1):
            audit(session, None, "core:test:write", f"hal {number}", nilai=number)


def findings(site: Site, heads: dict[int, str] | None = None) -> list[str]:
    with site.database.reading() as session:
        return [str(each) for each in broken_entries(session, heads)]


def edit(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.id == 5).values(subject="lain"))


def edit_details(session: Session) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.id == 5).values(details={"nilai": 6}))


def remove(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.id == 5))


def swap(session: Session) -> None:
    for old, new in ((5, 99), (6, 5), (99, 6)):
        session.execute(update(AuditEntry).where(AuditEntry.id == old).values(id=new))


def cut_start(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.id < 5))


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (edit, "Entry 5 was changed."),
        (edit_details, "Entry 5 was changed."),
        (remove, "Entry 5 is missing."),
        (swap, "Entry 5 was changed."),
        (cut_start, "Entries 1 to 4 are missing."),
    ],
)
def test_tampering_is_found_and_the_entry_named(
    core: Site, tamper: Callable[[Session], None], found: str
) -> None:
    write_entries(core)
    assert findings(core) == []
    with core.database.writing() as session:
        tamper(session)
    assert findings(core)[0] == found


def test_cut_end_is_found_with_a_noted_head_only(core: Site) -> None:
    write_entries(core)
    with core.database.reading() as session:
        noted = dict([head(session)])
    with core.database.writing() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.id > 7))
    assert findings(core) == [], "a chain alone cannot know how long it was"
    assert findings(core, noted) == ["Entries 8 to 12 are missing."]


def test_chain_written_anew_is_found_with_a_noted_head(core: Site) -> None:
    write_entries(core)
    with core.database.reading() as session:
        noted = dict([head(session)])
    with core.database.writing() as session:
        session.execute(delete(AuditEntry))
        for number in range(1, N + 1):
            audit(session, None, "core:test:write", f"lain {number}")
    assert findings(core) == []
    assert findings(core, noted) == [f"Entry {N} was changed."]


def test_longer_chain_still_fits_a_head_noted_before(core: Site) -> None:
    write_entries(core)
    with core.database.reading() as session:
        noted = dict([head(session)])
    write_entries(core)
    assert findings(core, noted) == []


def test_head_of_an_empty_chain(core: Site) -> None:
    with core.database.reading() as session:
        assert head(session) == (0, "")
    assert findings(core) == []
