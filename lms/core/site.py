"""One agency's site as the core sees it: configuration, database, plugins, files, clock.

Use-cases get a session; what else they need is reached through :func:`site_of`, so that no module
keeps a global.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.config import AgencyConfig
    from lms.core.database import Database
    from lms.core.files import FileStore
    from lms.core.hooks.registry import Registry

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Give this moment in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Site:
    """What one agency consists of while the program runs."""

    config: AgencyConfig
    folder: Path
    database: Database
    registry: Registry
    files: FileStore
    clock: Clock = system_clock
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """Give the agency's short name, as in its address."""
        return self.config.slug

    @property
    def zone(self) -> ZoneInfo:
        """Give the agency's time zone (WIB, WITA or WIT)."""
        return ZoneInfo(self.config.time_zone)

    def local(self, moment: datetime) -> datetime:
        """Turn a moment into the agency's local time."""
        return moment.astimezone(self.zone)


def site_of(session: Session) -> Site:
    """Give the site that a session belongs to."""
    return cast("Site", session.info["site"])


def now(session: Session) -> datetime:
    """Give this moment by the site's clock, in UTC."""
    return site_of(session).clock()


def today(session: Session) -> date:
    """Give today's date in the agency's time zone."""
    site = site_of(session)
    return site.local(site.clock()).date()
