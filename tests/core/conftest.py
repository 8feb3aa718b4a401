"""A site without plugins, to which tests add small ones of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lms.core.hooks.contracts import PluginManifest
from lms.core.hooks.registry import LoadedPlugin
from lms.core.migrate import upgrade
from lms.core.site import Site
from tests.conftest import TestClock, make_site


@pytest.fixture(scope="session")
def bare_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with core's tables alone."""
    folder = tmp_path_factory.mktemp("bare")
    site = make_site(folder, f"sqlite:///{folder / 'lms.db'}", TestClock(), plugins=())
    upgrade(site)
    site.database.close()
    return folder


@pytest.fixture
def bare(bare_template: Path, tmp_path: Path, clock: TestClock) -> Iterator[Site]:
    """A fresh site with core alone."""
    folder = tmp_path / "bare"
    shutil.copytree(bare_template, folder)
    site = make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock, plugins=())
    yield site
    site.database.close()


@pytest.fixture
def add_plugin(bare: Site) -> Callable[..., LoadedPlugin]:
    """Register a plugin made of hook functions: `add_plugin("alat", lms_gaps_closed=…)`."""

    def add(name: str, *, inline: bool = True, **hooks: Any) -> LoadedPlugin:
        return bare.registry.register(plugin_module(name, **hooks), inline=inline)

    return add


def plugin_module(name: str = "alat", **hooks: Any) -> ModuleType:
    """Make a plugin's module from hook functions."""
    module = ModuleType(name)
    manifest = PluginManifest(name=name, title=name, version="1.0")
    module.__dict__.update(hooks, manifest=manifest)
    return module
