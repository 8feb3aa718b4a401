"""The kinds of files that plugins make, and who may have them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms.core.errors import NotAllowed, PluginError
from lms.core.hooks.contracts import Export
from lms.core.hooks.registry import check_prefix
from lms.core.people.permissions import viewer_of
from lms.core.site import Site


def export_kinds(site: Site) -> dict[str, Export]:
    """Give the declared exports by name; plugins are asked once."""
    known: dict[tuple[str, ...], dict[str, Export]] = site.extra.setdefault("exports", {})
    plugins = tuple(site.registry.plugins)
    if plugins not in known:
        found: dict[str, Export] = {}
        for plugin, given in site.registry.collect("lms_register_exports"):
            check_prefix(plugin, "export", [each.name for each in given], ".")
            for each in given:
                if each.name in found:
                    raise PluginError(plugin, f"export {each.name!r} is there twice.")
                found[each.name] = each
        known[plugins] = found
    return known[plugins]


def check_permission(session: Session, person_id: int, kind: Export) -> None:
    """Raise NotAllowed unless this person may have such a file now."""
    viewer = viewer_of(session, person_id)
    if viewer is None or not viewer.can(kind.permission):
        raise NotAllowed("Berkas ini bukan untuk peran Anda.")
