"""A plugin that implements every hook: the host really calls each of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from lms import (
    NewEvidence,
    PluginManifest,
    embedded_activities,
    hookimpl,
    record,
    record_evidence,
)
from lms.app import create_app
from lms.core.content import load_pack
from lms.core.exports.kinds import export_kinds
from lms.core.hooks import specs
from lms.core.hooks.events import EVENTS
from lms.core.hooks.registry import Registry
from lms.core.jobs import job_kinds
from lms.core.learning.standards import requirements
from lms.core.messages.channels import channels
from lms.core.plugins import Found
from lms.core.resources import bundled
from lms.core.settings import declared
from lms.core.site import Site, today
from lms.docs.hooks import hooks
from lms.hosting.pulses import Pulses
from tests.conftest import login_as, make_person

ANSWERS: dict[str, Any] = {
    "lms_select_courses": None,
    "lms_competency_requirements": {},
    "lms_personal_data": {},
    "lms_erase_personal_data": None,
}
PACK = bundled("content") / "digital-competence"

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)


@dataclass
class Stage:
    """A site with the spying plugin in it, and the names of the hooks that were called."""

    site: Site
    spy: ModuleType
    calls: list[str]
    folder: Path
    patch: pytest.MonkeyPatch


def spying_plugin(calls: list[str]) -> ModuleType:
    """A plugin with every hook; each notes its name and answers with nothing."""
    module = ModuleType("alat")
    module.__dict__["manifest"] = PluginManifest(name="alat", title="Alat", version="1.0")
    for hook in hooks():
        module.__dict__[hook.name] = spying_hook(hook.name, calls)
    return module


def spying_hook(name: str, calls: list[str]) -> Any:
    def implementation(*_arguments: Any) -> Any:
        calls.append(name)
        return ANSWERS.get(name, [])

    implementation.__signature__ = inspect.signature(  # type: ignore[attr-defined]  # for pluggy
        getattr(specs, name)
    )
    return hookimpl(implementation)


@pytest.fixture
def stage(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A site whose last plugin implements every hook."""
    calls: list[str] = []
    spy = spying_plugin(calls)
    site.registry.register(spy, inline=True)
    return Stage(site, spy, calls, tmp_path, monkeypatch)


# -- what makes the host call a hook -------------------------------------------------------------


def make_app(stage: Stage) -> None:
    create_app(stage.site, testing=True)


def open_pages(stage: Stage) -> None:
    client = create_app(stage.site, testing=True).test_client()
    with stage.site.database.writing() as session:
        person = make_person(session)
        officer = make_person(session, roles=("officer",))
        address = f"/pegawai/{person.public_id}"
    login_as(client, officer)
    assert client.get("/").status_code == 200
    assert client.get(address).status_code == 200


def read_settings(stage: Stage) -> None:
    with stage.site.database.reading() as session:
        declared(session)


def list_jobs(stage: Stage) -> None:
    job_kinds(stage.site)


def list_exports(stage: Stage) -> None:
    export_kinds(stage.site)


def find_channels(stage: Stage) -> None:
    with stage.site.database.reading() as session:
        channels(session)


def find_activities(stage: Stage) -> None:
    embedded_activities(stage.site)


def begin_pulses(stage: Stage) -> None:
    Pulses(list).begin(stage.site)


def finish_registry(stage: Stage) -> None:
    registry = Registry()
    registry.register(stage.spy)
    registry.finish()


def show_commands(stage: Stage) -> None:
    from lms.cli import lms

    found = Found("alat", "here", builtin=False, load=lambda: stage.spy)
    stage.patch.setattr("lms.cli.plugin.discover", lambda folder: {"alat": found})
    result = CliRunner().invoke(lms, ["--home", str(stage.folder), "--help"])
    assert result.exit_code == 0, result.output


def load_content(stage: Stage) -> None:
    with stage.site.database.writing() as session:
        load_pack(session, _changed_pack(stage.folder))


def _changed_pack(folder: Path) -> Path:
    """A pack with one small course, new to the site."""
    pack = folder / "pack"
    course = pack / "courses" / "kursus-kecil"
    course.mkdir(parents=True)
    (pack / "pack.toml").write_text((PACK / "pack.toml").read_text())
    source = PACK / "courses" / "literasi-digital-dasar"
    text = (source / "course.toml").read_text()
    (course / "course.toml").write_text(text.replace("literasi-digital-dasar", "kursus-kecil"))
    for path in source.glob("*.md"):
        (course / path.name).write_text(path.read_text())
    (course / "media").mkdir()
    for path in (source / "media").iterdir():
        (course / "media" / path.name).write_bytes(path.read_bytes())
    return pack


def fill_demo(stage: Stage) -> None:
    from lms.demo.filling import _fillers

    _fillers(stage.site)


def close_gaps(stage: Stage) -> None:
    """Evidence below the standard, then at it: plan, course, closed gaps, certificate."""
    with stage.site.database.writing() as session:
        person = make_person(session)
        asked = requirements(session, [person.id])[person.id]
        competency_id, level = next(pair for pair in asked.items() if pair[1] > 1)
        record_evidence(session, person.id, [_evidence(session, competency_id, level - 1)])
    with stage.site.database.writing() as session:
        record_evidence(session, person.id, [_evidence(session, competency_id, level)])


def _evidence(session: Any, competency_id: int, level: int) -> NewEvidence:
    return NewEvidence(
        key=f"tes.{level}",
        competency_id=competency_id,
        level=level,
        level_low=level,
        level_high=level,
        kind="measured",
        source="Tes",
        measured_on=today(session),
    )


def tell(name: str) -> Callable[[Stage], None]:
    """Record an event of a kind; it is delivered right after the commit."""

    def record_one(stage: Stage) -> None:
        kind = EVENTS[name]
        values = {each.name: _value(str(each.type)) for each in fields(kind)}
        with stage.site.database.writing() as session:
            record(session, kind(**values))

    return record_one


def _value(type_name: str) -> Any:
    return {"int": 1, "str": "x", "tuple[int, ...]": ()}.get(type_name)


def ask(name: str) -> Callable[[Stage], None]:
    """Ask as the export and the erasure of personal data will; the host has no page for them."""

    def ask_all(stage: Stage) -> None:
        with stage.site.database.writing() as session:
            stage.site.registry.ask(name, session=session, person_id=1)

    return ask_all


TRIGGERS: dict[str, Callable[[Stage], None]] = {
    "lms_register_blueprints": make_app,
    "lms_register_permissions": make_app,
    "lms_register_settings": read_settings,
    "lms_register_commands": show_commands,
    "lms_register_jobs": list_jobs,
    "lms_register_pulses": begin_pulses,
    "lms_register_exports": list_exports,
    "lms_register_message_channels": find_channels,
    "lms_register_embedded_activities": find_activities,
    "lms_register_markdown_extensions": load_content,
    "lms_register_content_readers": load_content,
    "lms_register_demo_fillers": fill_demo,
    "lms_register_hookspecs": finish_registry,
    "lms_navigation_items": open_pages,
    "lms_home_cards": open_pages,
    "lms_next_steps": open_pages,
    "lms_path_steps": open_pages,
    "lms_person_panels": open_pages,
    "lms_competency_requirements": close_gaps,
    "lms_select_courses": close_gaps,
    "lms_certificate_objections": close_gaps,
    "lms_learning_credits": close_gaps,
    "lms_personal_data": ask("lms_personal_data"),
    "lms_erase_personal_data": ask("lms_erase_personal_data"),
    "lms_evidence_recorded": close_gaps,
    "lms_gaps_found": close_gaps,
    "lms_course_assigned": close_gaps,
    "lms_course_completed": tell("course_completed"),
    "lms_reassessment_due": tell("reassessment_due"),
    "lms_gaps_closed": close_gaps,
    "lms_certificate_issued": close_gaps,
    "lms_certificate_revoked": tell("certificate_revoked"),
    "lms_person_moved": tell("person_moved"),
}


@pytest.mark.parametrize("hook", [hook.name for hook in hooks()])
def test_hook_is_called_by_the_host(hook: str, stage: Stage) -> None:
    TRIGGERS[hook](stage)
    assert hook in stage.calls


def test_plugin_with_every_hook_does_not_disturb(stage: Stage) -> None:
    close_gaps(stage)
    assert not stage.site.registry.plugins["alat"].errors
