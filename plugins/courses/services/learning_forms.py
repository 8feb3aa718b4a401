"""Use-cases: the conversion table from a pack, and an officer's change of it.

A change counts for what is decided from then on: learning hours that were granted stay.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Invalid, NotFound, audit, now
from plugins.courses.domain.forms_of_learning import (
    BY_CODE,
    CERTIFICATE_CLASSES,
    Conversion,
    problems,
)
from plugins.courses.models import LearningForm

NO_FORM = "Bentuk belajar ini tidak ada."  # i18n
CODE = "kode bentuk belajar harus 1 sampai 25"
WRONG_CLASS = "Pilih kelas sertifikatnya."  # i18n


def read_forms(session: Session, folder: Path) -> int:
    """Store rows that are not there yet; give how many. What an agency changed stays.

    Everything is checked before anything is stored; raises Invalid with the file and the row.
    """
    rows = [
        _row(session, path, data) for path in sorted(folder.glob("*.toml")) for data in _rows(path)
    ]
    known = set(session.scalars(select(LearningForm.code)))
    fresh = {row.code: row for row in rows if row.code not in known}
    session.add_all(fresh.values())
    session.flush()
    return len(fresh)


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return list(tomllib.loads(path.read_text(encoding="utf-8")).get("form", []))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path.name}: {error}") from error


def _row(session: Session, path: Path, data: Mapping[str, Any]) -> LearningForm:
    where = f"{path.parent.name}/{path.name}"
    form = BY_CODE.get(data.get("code", 0))
    if form is None:
        raise Invalid(f"{where}: {CODE}.")
    try:
        conversion = Conversion(
            unit=str(data["unit"]),
            hundredths=round(float(data["jp_per_unit"]) * 100),
            most_jp=int(data["most_jp"]) if "most_jp" in data else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"{where}, kode {form.code}: {error}.") from error
    wrong = problems(conversion, str(data.get("legal_basis", "")))
    if wrong:
        raise Invalid(f"{where}, kode {form.code}: {' '.join(wrong)}")
    return LearningForm(
        code=form.code,
        name=str(data.get("name", form.name)),
        classical=form.classical,
        unit=conversion.unit,
        jp_per_unit_hundredths=conversion.hundredths,
        most_jp=conversion.most_jp,
        legal_basis=str(data["legal_basis"]),
        updated_at=now(session),
    )


def change_form(
    session: Session,
    officer_id: int,
    code: int,
    conversion: Conversion,
    *,
    legal_basis: str,
    certificate_class: str = "",
    active: bool = True,
) -> None:
    """Change a row of the conversion table for what is decided from now on; raises Invalid."""
    wrong = problems(conversion, legal_basis)
    if certificate_class not in CERTIFICATE_CLASSES:
        wrong.append(WRONG_CLASS)
    if wrong:
        raise Invalid(" ".join(wrong))
    query = select(LearningForm).where(LearningForm.code == code)
    row = session.scalar(query.with_for_update(key_share=True))
    if row is None:
        raise NotFound(NO_FORM)
    after = {
        "unit": conversion.unit,
        "jp_per_unit_hundredths": conversion.hundredths,
        "most_jp": conversion.most_jp,
        "legal_basis": legal_basis.strip(),
        "certificate_class": certificate_class,
        "active": active,
    }
    before = {name: getattr(row, name) for name in after}
    if before == after:
        return
    for name, value in after.items():
        setattr(row, name, value)
    row.updated_at = now(session)
    session.flush()
    audit(session, officer_id, "courses:form:change", f"form:{code}", before=before, after=after)


def conversion_of(row: LearningForm) -> Conversion:
    """Give how a form counts today."""
    return Conversion(unit=row.unit, hundredths=row.jp_per_unit_hundredths, most_jp=row.most_jp)
