"""A home with small agencies: core alone, on SQLite, copied from one that was really added."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lms.agencies import add_agency
from lms.config import AGENCY_FILE, agency_folder
from lms.hosting.pulses import Pulses

NewAgency = Callable[..., Path]


@pytest.fixture(autouse=True)
def no_pulses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test leave a thread behind; what it would do is called by the tests themselves."""
    monkeypatch.setattr(Pulses, "start", lambda _self: None)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def agency_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an agency without plugins, as `add_agency` makes it."""
    home = tmp_path_factory.mktemp("template-home")
    return add_agency(home, "contoh", "Kabupaten Contoh", plugins=()).folder


@pytest.fixture
def new_agency(home: Path, agency_template: Path) -> NewAgency:
    """Add an agency quickly: `new_agency("serang", name="…", settings='demo = true')`."""

    def add(slug: str, *, name: str = "", plugins: str = "[]", settings: str = "") -> Path:
        folder = agency_folder(home, slug)
        shutil.copytree(agency_template, folder)
        text = f'name = "{name or slug.title()}"\nplugins = {plugins}\n{settings}\n'
        (folder / AGENCY_FILE).write_text(text)
        (folder / AGENCY_FILE).chmod(0o600)
        return folder

    return add


def drop_in(folder: Path, name: str, plugin: str = "", **files: str) -> Path:
    """Put a plugin into an agency's folder; a manifest is added unless the text has one."""
    target = folder / "plugins" / name
    target.mkdir(parents=True, exist_ok=True)
    if "manifest" not in plugin:
        models = 'models="models", migrations="migrations"' if "models" in files else ""
        plugin = MANIFEST.format(name=name, more=models) + plugin
    (target / "plugin.py").write_text(plugin)
    for file, text in files.items():
        path = target / f"{file}.py"
        path.write_text(text)
    return target


MANIFEST = """
from lms import PluginManifest, hookimpl

manifest = PluginManifest(name="{name}", title="{name}", version="1.0", {more})
"""
