"""Read models of reports: the newest figures of an instrument version and its calibrations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import awaited
from plugins.assessment.domain.psychometrics import Model, allowed_models
from plugins.assessment.models import Attempt, Calibration, InstrumentVersion, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationLine:
    """A calibration in a list; `used` is the one that results are computed with."""

    id: int
    model: str
    n: int
    forced: bool
    linked: bool
    created_at: datetime
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The newest report of an instrument version, or what there is to wait for.

    `takers` are people whose answers would count now, `models` what they are enough for.
    """

    version_id: int
    name: str
    version: int
    takers: int
    models: tuple[Model, ...]
    made_at: datetime | None
    figures: dict[str, Any]
    pending: bool
    calibrations: tuple[CalibrationLine, ...]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Give the figures by competency."""
        return list(self.figures.get("parts", ()))

    @property
    def flagged(self) -> int:
        """Count the questions that somebody should look at."""
        return sum(bool(item["flags"]) for part in self.parts for item in part["items"])


def report_key(version_id: int) -> str:
    """Name the computation of a version, so that it waits only once."""
    return f"assessment.report:{version_id}"


def report_page(session: Session, version: InstrumentVersion) -> ReportPage:
    """Give the newest report of a version; four statements."""
    query = select(Report).where(Report.instrument_version_id == version.id)
    report = session.scalar(query.order_by(Report.id.desc()).limit(1))
    takers = count_takers(session, version.id)
    return ReportPage(
        version_id=version.id,
        name=version.name,
        version=version.version,
        takers=takers,
        models=allowed_models(takers),
        made_at=report.created_at if report else None,
        figures=report.figures if report else {},
        pending=awaited(session, report_key(version.id)) is not None,
        calibrations=_calibrations(session, version),
    )


def count_takers(session: Session, version_id: int) -> int:
    """Count the people whose answers a report takes."""
    query = select(func.count(func.distinct(Attempt.person_id))).where(
        Attempt.instrument_version_id == version_id,
        Attempt.handed_in_at.is_not(None),
        Attempt.closed_by != "cancelled",
        Attempt.assisted_by == "",
    )
    return session.scalar(query) or 0


def _calibrations(session: Session, version: InstrumentVersion) -> tuple[CalibrationLine, ...]:
    query = select(Calibration).where(Calibration.instrument_version_id == version.id)
    return tuple(
        CalibrationLine(
            id=row.id,
            model=row.model,
            n=row.n,
            forced=row.forced,
            linked=row.linked_to is not None,
            created_at=row.created_at,
            used=row.id == version.calibration_id,
        )
        for row in session.scalars(query.order_by(Calibration.id.desc()).limit(10))
    )
