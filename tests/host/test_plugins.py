"""Finding, loading and refusing plugins."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import configure_mappers

from lms.config import AgencyConfig
from lms.core.database import Base
from lms.core.errors import PluginError
from lms.core.hooks.registry import Registry
from lms.core.plugins import check_blueprints, discover, load_registry, version_fits
from tests.host.conftest import drop_in


def load(folder: Path, *plugins: str, safe_mode: bool = False) -> Registry:
    config = AgencyConfig(slug="serang", name="Serang", database="sqlite:///x", plugins=plugins)
    return load_registry(config, folder, safe_mode=safe_mode)


def refusal(folder: Path, *plugins: str) -> PluginError:
    with pytest.raises(PluginError) as caught:
        load(folder, *plugins)
    return caught.value


def table(name: str, more: str = "") -> str:
    return f"""
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from lms import Base

class Thing(Base):
    __tablename__ = "{name}"
    id: Mapped[int] = mapped_column(primary_key=True)
    {more}
"""


def test_dropped_in_plugin_hears_events_later(tmp_path: Path) -> None:
    drop_in(tmp_path, "salam")
    registry = load(tmp_path, "salam")
    assert list(registry.plugins) == ["core", "salam"]
    assert registry.plugins["core"].inline
    assert not registry.plugins["salam"].inline


def test_plugin_stays_out_when_not_switched_on(tmp_path: Path) -> None:
    drop_in(tmp_path, "salam", "raise RuntimeError")
    assert list(load(tmp_path).plugins) == ["core"]


def test_own_modules_and_package_work_when_dropped_in(tmp_path: Path) -> None:
    drop_in(
        tmp_path,
        "rukun",
        "from .words import HELLO\nfrom . import MARK\nassert HELLO and MARK",
        words="HELLO = 1",
        __init__="MARK = 1",
    )
    assert "rukun" in load(tmp_path, "rukun").plugins


def test_plugins_of_two_agencies_do_not_meet_when_their_files_differ(tmp_path: Path) -> None:
    drop_in(tmp_path / "a", "sapa", "WORD = 'pagi'")
    drop_in(tmp_path / "b", "sapa", "WORD = 'sore'")
    words = [load(tmp_path / x, "sapa").plugins["sapa"].module.WORD for x in ("a", "b", "a")]
    assert words == ["pagi", "sore", "pagi"]


def test_missing_plugin_is_named_with_what_to_do(tmp_path: Path) -> None:
    error = refusal(tmp_path, "hilang")
    assert error.plugin == "hilang"
    assert "agencies/serang/plugins/" in error.message
    assert "courses" in error.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import does_not_exist_at_all", "No module named"),
        ("raise SystemExit(3)", "SystemExit"),
        ("def x(:", "SyntaxError"),
        ("manifest = None", "has no `manifest`"),
        (
            "from lms import PluginManifest\n"
            "manifest = PluginManifest(name='lain', title='x', version='1')",
            "calls itself 'lain'",
        ),
        (
            "from lms import PluginManifest\n"
            "manifest = PluginManifest(name='rusak', title='x', version='1', requires='>=9')",
            "needs Titian >=9",
        ),
        ("@hookimpl\ndef lms_no_such_hook(): ...", "lms_no_such_hook"),
        ("@hookimpl\ndef lms_gaps_closed(session, wrong): ...", "wrong"),
        (
            "from lms import Permission\n@hookimpl\ndef lms_register_permissions():\n"
            "    return [Permission(name='core:all:do', title='x', roles=())]",
            "permission 'core:all:do'",
        ),
        (
            "from lms import Setting\n@hookimpl\ndef lms_register_settings():\n"
            "    return [Setting(key='core.x', title='x', default=1)]",
            "setting 'core.x'",
        ),
        (
            "from lms import Setting\n@hookimpl\ndef lms_register_settings():\n"
            "    return [Setting(key='rusak.x', title='x', default=1)] * 2",
            "'rusak.x' twice",
        ),
        (
            "from lms import Job\n@hookimpl\ndef lms_register_jobs():\n"
            "    return [Job(name='courses.run', title='x', run=print)]",
            "job 'courses.run'",
        ),
        ("@hookimpl\ndef lms_register_jobs():\n    raise ValueError('oh')", "oh"),
    ],
)
def test_plugin_is_refused_and_named(tmp_path: Path, text: str, said: str) -> None:
    drop_in(tmp_path, "rusak", text)
    error = refusal(tmp_path, "rusak")
    assert error.plugin == "rusak"
    assert said in error.message


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (table("core_evil"), "table 'core_evil'"),
        (table("tanah"), "table 'tanah'"),
        (
            table(
                "gudang_thing", 'x: Mapped[int] = mapped_column(ForeignKey("courses_course.id"))'
            ),
            "foreign table 'courses_course'",
        ),
        (table("gudang_half") + "\nraise RuntimeError('half')", "half"),
    ],
)
def test_tables_are_refused_when_foreign(tmp_path: Path, models: str, said: str) -> None:
    before = set(Base.metadata.tables)
    drop_in(tmp_path, "gudang", models=models)
    assert said in refusal(tmp_path, "gudang").message
    assert set(Base.metadata.tables) == before


BROKEN = """
from sqlalchemy.orm import relationship
class Other(Base):
    __tablename__ = "pagar_other"
    id: Mapped[int] = mapped_column(primary_key=True)
    nobody: Mapped["Nobody"] = relationship("Nobody")
"""


def test_others_are_served_when_a_plugin_has_broken_tables(tmp_path: Path) -> None:
    drop_in(tmp_path, "pagar", models=table("pagar_thing") + BROKEN)
    assert "Nobody" in refusal(tmp_path, "pagar").message
    configure_mappers()
    drop_in(tmp_path, "pagar", models=table("pagar_thing"))
    assert "pagar" in load(tmp_path, "pagar").plugins
    configure_mappers()


def test_repaired_plugin_loads_when_tried_again(tmp_path: Path) -> None:
    drop_in(tmp_path, "lumbung", models=table("lumbung_thing") + "\nraise RuntimeError")
    assert refusal(tmp_path, "lumbung")
    key = 'x: Mapped[int] = mapped_column(ForeignKey("core_person.id"))'
    drop_in(tmp_path, "lumbung", models=table("lumbung_thing", key))
    assert "lumbung" in load(tmp_path, "lumbung").plugins
    assert "lumbung" in load(tmp_path, "lumbung").plugins


def test_name_is_refused_when_a_built_in_plugin_has_it(tmp_path: Path) -> None:
    drop_in(tmp_path, "courses")
    with pytest.raises(PluginError, match="is there twice"):
        discover(tmp_path)


def test_safe_mode_leaves_out_what_is_not_built_in(tmp_path: Path) -> None:
    drop_in(tmp_path, "rusak", "raise RuntimeError")
    assert list(load(tmp_path, "rusak", "hilang", safe_mode=True).plugins) == ["core"]


@pytest.mark.parametrize("blocked", ["assessment", "courses", "certificates"])
def test_registry_loads_when_one_built_in_plugin_is_blocked(tmp_path: Path, blocked: str) -> None:
    config = AgencyConfig(slug="serang", name="Serang", database="sqlite:///x")
    names = set(load_registry(config, tmp_path, blocked=[blocked]).plugins)
    assert names == {"core", "assessment", "courses", "certificates"} - {blocked}


def test_built_in_plugins_hear_events_at_once(tmp_path: Path) -> None:
    config = AgencyConfig(slug="serang", name="Serang", database="sqlite:///x")
    registry = load_registry(config, tmp_path)
    assert all(plugin.inline for plugin in registry.plugins.values())


@pytest.mark.parametrize(
    ("requirement", "fits"),
    [
        (">=0.1", True),
        (">=0.1,<1", True),
        (">=0.1.1", False),
        ("<0.1", False),
        ("==0.1.0", True),
        ("!=0.1.0", False),
        (">0.0.9, <=0.1.0", True),
        ("", True),
        ("~=0.1", False),
        ("nonsense", False),
    ],
)
def test_version_fits_a_range(requirement: str, fits: bool) -> None:
    assert version_fits("0.1.0", requirement) is fits


def test_blueprint_is_refused_when_its_name_is_foreign() -> None:
    check_blueprints("courses", ["courses", "courses_admin"])
    with pytest.raises(PluginError):
        check_blueprints("courses", ["coursesx"])
