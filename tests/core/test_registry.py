"""The registry refuses what breaks the contract and keeps failing plugins apart."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from lms.core.errors import PluginError
from lms.core.hooks.contracts import Link, NavigationItem, Viewer
from lms.core.hooks.registry import LoadedPlugin, Registry, check_prefix
from lms.core.hooks.specs import hookimpl
from lms.core.site import Site
from tests.core.conftest import plugin_module

AddPlugin = Callable[..., LoadedPlugin]
VIEWER = Viewer(person_id=1, public_id="x", name="Siti", roles=frozenset(), permissions=frozenset())
ENTRY = NavigationItem(label="Alat", link=Link(endpoint="home.home"), order=1)


def test_unknown_argument_is_refused_by_name() -> None:
    @hookimpl
    def lms_home_cards(session: Any, visitor: Any) -> list[Any]:
        return []

    with pytest.raises(PluginError, match="alat"):
        Registry().register(plugin_module(lms_home_cards=lms_home_cards))


def test_unknown_hook_is_refused_by_name() -> None:
    @hookimpl
    def lms_home_crads(session: Any) -> list[Any]:
        return []

    registry = Registry()
    registry.register(plugin_module(lms_home_crads=lms_home_crads))
    with pytest.raises(PluginError, match="alat"):
        registry.finish()


def test_same_name_twice_is_refused() -> None:
    registry = Registry()
    registry.register(plugin_module())
    with pytest.raises(PluginError, match="twice"):
        registry.register(plugin_module())


def test_plugin_without_manifest_is_refused() -> None:
    with pytest.raises(PluginError, match="manifest"):
        Registry().register(ModuleType("kosong"))


def test_failing_page_part_spoils_only_itself(bare: Site, add_plugin: AddPlugin) -> None:
    @hookimpl
    def broken(viewer: Viewer) -> list[NavigationItem]:
        raise RuntimeError("rusak")

    @hookimpl
    def sound(viewer: Viewer) -> list[NavigationItem]:
        return [ENTRY]

    add_plugin("rusak", lms_navigation_items=broken)
    add_plugin("baik", lms_navigation_items=sound)
    undone: list[bool] = []
    parts = bare.registry.present(
        "lms_navigation_items", on_failure=lambda: undone.append(True), viewer=VIEWER
    )
    assert parts == [ENTRY]
    assert undone == [True]
    assert bare.registry.plugins["rusak"].errors["lms_navigation_items"] == 1


def test_register_hook_that_fails_names_the_plugin(bare: Site, add_plugin: AddPlugin) -> None:
    @hookimpl
    def lms_register_jobs() -> list[Any]:
        raise RuntimeError("rusak")

    add_plugin("alat", lms_register_jobs=lms_register_jobs)
    with pytest.raises(PluginError, match="alat"):
        bare.registry.gather("lms_register_jobs")


@pytest.mark.parametrize(
    ("name", "fits"),
    [("alat:soal:baca", True), ("alat", True), ("alatku:soal", False), ("core:x", False)],
)
def test_foreign_prefix_is_refused(name: str, fits: bool) -> None:
    if fits:
        check_prefix("alat", "permission", [name], ":")
    else:
        with pytest.raises(PluginError, match="alat"):
            check_prefix("alat", "permission", [name], ":")
