"""The certificates plugin: manifest and hooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from lms import (
    DemoFiller,
    GapsClosed,
    Job,
    NavigationItem,
    NextStep,
    PathStep,
    Permission,
    PersonCard,
    PersonPanel,
    PluginManifest,
    Setting,
    Viewer,
    hookimpl,
)
from plugins.certificates import demo, presenting, services
from plugins.certificates.jobs import JOBS
from plugins.certificates.permissions import PERMISSIONS
from plugins.certificates.settings import SETTINGS
from plugins.certificates.views import blueprint

manifest = PluginManifest(
    name="certificates",
    title="Sertifikat",
    version="0.1.0",
    models="plugins.certificates.models",
    migrations="migrations",
    description="Menerbitkan sertifikat kenaikan kemampuan yang bisa diperiksa siapa saja.",
)


@hookimpl
def lms_register_blueprints() -> Sequence[Blueprint]:
    """Return the pages."""
    return [blueprint]


@hookimpl
def lms_register_permissions() -> Sequence[Permission]:
    """Return the rights."""
    return PERMISSIONS


@hookimpl
def lms_register_settings() -> Sequence[Setting]:
    """Return the settings."""
    return SETTINGS


@hookimpl
def lms_register_jobs() -> Sequence[Job]:
    """Return the background work."""
    return JOBS


@hookimpl
def lms_register_demo_fillers() -> Sequence[DemoFiller]:
    """Return the part of the demo."""
    return [DemoFiller(name="certificates", order=90, fill=demo.fill)]


@hookimpl
def lms_navigation_items(viewer: Viewer) -> Sequence[NavigationItem]:
    """Return the menu entries."""
    return presenting.MENU


@hookimpl
def lms_path_steps(session: Session, viewer: Viewer) -> Sequence[PathStep]:
    """Return the last step of the path."""
    return [presenting.path_step(session, viewer)]


@hookimpl
def lms_next_steps(session: Session, viewer: Viewer) -> Sequence[NextStep]:
    """Return the step to a new certificate."""
    return presenting.next_steps(session, viewer)


@hookimpl
def lms_person_panels(
    session: Session, viewer: Viewer, person: PersonCard
) -> Sequence[PersonPanel]:
    """Return the panel on a person's page."""
    return [presenting.person_panel(session, person)]


@hookimpl
def lms_personal_data(session: Session, person_id: int) -> dict[str, Any]:
    """Return what is stored of a person."""
    return presenting.personal_data(session, person_id)


@hookimpl
def lms_erase_personal_data(session: Session, person_id: int) -> None:
    """Take the holder out of a person's certificates."""
    services.erase(session, person_id)


@hookimpl
def lms_gaps_closed(session: Session, event: GapsClosed) -> None:
    """Issue the certificate of a closed plan."""
    services.issue(session, event.plan_id)
