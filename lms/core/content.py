"""Reads a content pack: core takes frameworks, standards and rules, plugins their own folders.

Loading twice changes nothing. A changed framework or standard needs a new version number; the
same version with other content is refused, because results point to versions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.errors import Invalid
from lms.core.hooks.contracts import ContentReader
from lms.core.learning.models import (
    Competency,
    CompetencyLevel,
    CutScoreRule,
    Domain,
    Framework,
    Standard,
    StandardLevel,
)
from lms.core.people.models import Position
from lms.core.site import site_of


def load_pack(session: Session, folder: Path) -> dict[str, int]:
    """Load all folders of a pack that someone reads; give folder → number stored.

    Raises Invalid with the file's name for a file that cannot be read.
    """
    if not (folder / "pack.toml").is_file():
        raise Invalid(f"{folder.name}: tidak ada pack.toml, jadi ini bukan paket konten.")
    readers = [*CORE_READERS, *site_of(session).registry.gather("lms_register_content_readers")]
    stored: dict[str, int] = {}
    for reader in sorted(readers, key=lambda reader: reader.order):
        part = folder / reader.folder
        if part.is_dir():
            stored[reader.folder] = reader.read(session, part)
            session.flush()
    return stored


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of a pack; raises Invalid with its name and line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path.name}: {error}") from error


def _each(folder: Path, store: Callable[[Session, dict[str, Any]], int], session: Session) -> int:
    count = 0
    for path in sorted(folder.glob("*.toml")):
        try:
            count += store(session, read_toml(path))
        except KeyError as error:
            raise Invalid(f"{path.name}: {error} tidak ada.") from error
    return count


def _read_frameworks(session: Session, folder: Path) -> int:
    return _each(folder, store_framework, session)


def _read_standards(session: Session, folder: Path) -> int:
    return _each(folder, store_standard, session)


def _read_rules(session: Session, folder: Path) -> int:
    return _each(folder, store_rules, session)


def store_framework(session: Session, data: dict[str, Any]) -> int:
    """Store a version of a framework; give 1, or 0 when that version is there already."""
    same = select(Framework.id).where(Framework.code == data["code"])
    if session.scalar(same.where(Framework.version == data["version"])):
        return 0
    session.execute(update(Framework).where(Framework.code == data["code"]).values(current=False))
    framework = Framework(
        code=data["code"],
        version=data["version"],
        name=data["name"],
        source=data.get("source", ""),
    )
    session.add(framework)
    session.flush()
    domains = _store_domains(session, framework.id, data["domain"])
    for sequence, item in enumerate(data["competency"], 1):
        _store_competency(session, framework.id, domains[item["domain"]], sequence, item)
    return 1


def _store_domains(
    session: Session, framework_id: int, items: list[dict[str, Any]]
) -> dict[str, int]:
    rows = [
        Domain(framework_id=framework_id, code=item["code"], name=item["name"], sequence=sequence)
        for sequence, item in enumerate(items, 1)
    ]
    session.add_all(rows)
    session.flush()
    return {row.code: row.id for row in rows}


def _store_competency(
    session: Session, framework_id: int, domain_id: int, sequence: int, item: dict[str, Any]
) -> None:
    row = Competency(
        framework_id=framework_id,
        domain_id=domain_id,
        code=item["code"],
        name=item["name"],
        short=item.get("short", ""),
        description=item.get("description", ""),
        sequence=sequence,
        categories=item.get("categories", {}),
    )
    session.add(row)
    session.flush()
    session.add_all(
        CompetencyLevel(
            competency_id=row.id,
            level=level["level"],
            name=level.get("name", ""),
            description=level.get("description", ""),
            indicators=level.get("indicators", []),
        )
        for level in item.get("level", [])
    )


def store_standard(session: Session, data: dict[str, Any]) -> int:
    """Store a version of a standard; give 1, or 0 when that version is there already."""
    framework = session.scalar(
        select(Framework).where(Framework.code == data["framework"], Framework.current)
    )
    if framework is None:
        raise Invalid(f"Kerangka {data['framework']!r} belum ada.")
    same = select(Standard.id).where(Standard.framework_id == framework.id)
    if session.scalar(same.where(Standard.version == data["version"])):
        return 0
    codes = competency_ids(session, framework.id)
    session.execute(
        update(Standard).where(Standard.framework_id == framework.id).values(current=False)
    )
    standard = Standard(
        framework_id=framework.id,
        version=data["version"],
        name=data["name"],
        source=data.get("source", ""),
        valid_from=date.fromisoformat(str(data["valid_from"])),
    )
    session.add(standard)
    session.flush()
    session.add_all(_standard_rows(session, standard.id, codes, data))
    return 1


def _standard_rows(
    session: Session, standard_id: int, codes: dict[str, int], data: dict[str, Any]
) -> list[StandardLevel]:
    rows = [
        StandardLevel(
            standard_id=standard_id,
            competency_id=codes[need["competency"]],
            position_level=position_level,
            level=level,
        )
        for need in data["require"]
        for position_level, level in need["levels"].items()
    ]
    for exception in data.get("exception", []):
        rows += [
            StandardLevel(
                standard_id=standard_id,
                competency_id=codes[exception["competency"]],
                position_id=_position_id(
                    session, exception["position"], exception.get("position_level", "")
                ),
                level=exception["level"],
            )
        ]
    return rows


def _position_id(session: Session, name: str, level: str) -> int:
    """Find a post by name and, where given, level; or add it: exceptions may precede people."""
    query = select(Position.id).where(Position.name == name).order_by(Position.id).limit(1)
    found = session.scalar(query.where(Position.level == level) if level else query)
    if found is not None:
        return found
    from lms.core.people.importing.posts import kind_of_level, level_in_name

    level = level or level_in_name(name) or "pelaksana"
    row = Position(name=name, kind=kind_of_level(level), level=level)
    session.add(row)
    session.flush()
    return row.id


def competency_ids(session: Session, framework_id: int) -> dict[str, int]:
    """Give code → id of a framework's competencies."""
    query = select(Competency.code, Competency.id).where(Competency.framework_id == framework_id)
    return dict(session.execute(query).all())


def store_rules(session: Session, data: dict[str, Any]) -> int:
    """Store rule sets of cut scores that are not there yet; give how many."""
    count = 0
    for item in data["rule"]:
        same = select(CutScoreRule.id).where(CutScoreRule.code == item["code"])
        if session.scalar(same.where(CutScoreRule.version == item["version"])):
            continue
        session.add(
            CutScoreRule(
                code=item["code"],
                version=item["version"],
                name=item["name"],
                unit=item.get("unit", "percent"),
                source=item.get("source", ""),
                bands=item["band"],
            )
        )
        count += 1
    return count


CORE_READERS = (
    ContentReader(folder="frameworks", read=_read_frameworks, order=1),
    ContentReader(folder="standards", read=_read_standards, order=2),
    ContentReader(folder="rules", read=_read_rules, order=3),
)
