"""The menu of the viewer: core's entries and those of plugins, dropped without permission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from werkzeug.routing import BuildError

from lms.core.hooks.contracts import Link, NavigationItem, Viewer
from lms.web.context import site, viewer_or_none

CORE_ITEMS = (
    NavigationItem(
        label="Beranda", link=Link(endpoint="home.home"), order=10, place="tabs", icon="home"
    ),
    NavigationItem(
        label="Saya", link=Link(endpoint="home.me"), order=90, place="tabs", icon="person"
    ),
    NavigationItem(
        label="Ringkasan",
        link=Link(endpoint="overview.summary"),
        order=10,
        icon="chart",
        permission="core:overview:read",
    ),
    NavigationItem(
        label="Pegawai",
        link=Link(endpoint="people.list_people"),
        order=20,
        icon="people",
        permission="core:people:read",
    ),
    NavigationItem(
        label="Pegawai saya",
        link=Link(endpoint="people.team"),
        order=21,
        icon="people",
        permission="core:people:team",
    ),
    NavigationItem(
        label="Masukkan data",
        link=Link(endpoint="people.import_file"),
        order=25,
        icon="file",
        permission="core:people:import",
    ),
    NavigationItem(
        label="Standar jabatan",
        link=Link(endpoint="competency.standards"),
        order=30,
        icon="grid",
        permission="core:standard:read",
    ),
    NavigationItem(
        label="Proses berjalan",
        link=Link(endpoint="admin.jobs"),
        order=80,
        icon="redo",
        permission="core:job:read",
    ),
    NavigationItem(
        label="Pengaturan",
        link=Link(endpoint="admin.settings"),
        order=85,
        icon="gear",
        permission="core:setting:write",
    ),
    NavigationItem(
        label="Plugin",
        link=Link(endpoint="admin.plugins"),
        order=90,
        icon="grid",
        permission="core:plugin:read",
    ),
    NavigationItem(
        label="Catatan perubahan",
        link=Link(endpoint="admin.audit_log"),
        order=95,
        icon="list",
        permission="core:audit:read",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """A menu entry ready for the template."""

    label: str
    url: str
    icon: str
    current: bool


def menu(place: str) -> list[MenuEntry]:
    """Give the viewer's menu for the tabs (learner) or the side (officer, trainer)."""
    viewer = viewer_or_none()
    if viewer is None:
        return []
    items = [item for item in _items(viewer) if item.place == place]
    best = max((len(url) for item in items if _is_here(url := _url(item))), default=0)
    return [
        MenuEntry(
            label=item.label,
            url=url,
            icon=item.icon,
            current=_is_here(url) and len(url) == best,
        )
        for item in items
        if (url := _url(item))
    ]


def _items(viewer: Viewer) -> list[NavigationItem]:
    if "menu_items" not in g:
        found = site().registry.present("lms_navigation_items", viewer=viewer)
        allowed = [
            item
            for item in (*CORE_ITEMS, *found)
            if item.permission is None or viewer.can(item.permission)
        ]
        g.menu_items = sorted(allowed, key=lambda item: item.order)
    items: list[NavigationItem] = g.menu_items
    return items


def _url(item: NavigationItem) -> str:
    try:
        return link_url(item.link)
    except BuildError:  # the plugin's page is not there (blocked): the entry is left out
        return ""


def _is_here(url: str) -> bool:
    path = request.script_root + request.path
    if url == url_for("home.home"):
        return path == url
    return bool(url) and (path == url or path.startswith(url.rstrip("/") + "/"))


def link_url(link: Link) -> str:
    """Give the address of a link."""
    values: dict[str, Any] = dict(link.values)
    return url_for(link.endpoint, **values)


def has_desk() -> bool:
    """Tell whether the viewer has pages beyond a learner's."""
    return bool(menu("side"))


def install(app: Flask) -> None:
    """Make the menu known to templates."""
    app.jinja_env.globals.update(menu=menu, link_url=link_url, has_desk=has_desk)
