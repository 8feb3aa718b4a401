"""Activities inside learning content: their kinds, and how a page shows all of its own."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy.orm import Session

from lms.core.errors import PluginError
from lms.core.hooks.contracts import ActivityView, EmbeddedActivity
from lms.core.site import Site, site_of

log = logging.getLogger(__name__)

HOOK = "lms_register_embedded_activities"
Name = tuple[str, str]
"""An activity on a page: its kind and its ref."""
Given = Mapping[str, Sequence[str]]
"""The fields of a form that came back: name → values."""


def embedded_activities(site: Site) -> Mapping[str, EmbeddedActivity]:
    """Give kind → activity; plugins are asked once. Raises PluginError for a kind that is twice."""
    return MappingProxyType({kind: activity for kind, (_, activity) in _known(site).items()})


def _known(site: Site) -> dict[str, tuple[str, EmbeddedActivity]]:
    known: dict[tuple[str, ...], dict[str, tuple[str, EmbeddedActivity]]]
    known = site.extra.setdefault("activities", {})
    plugins = tuple(site.registry.plugins)
    if plugins not in known:
        found: dict[str, tuple[str, EmbeddedActivity]] = {}
        for plugin, given in site.registry.collect(HOOK):
            for each in given:
                if each.kind in found:
                    raise PluginError(plugin, f"activity {each.kind!r} is there twice.")
                found[each.kind] = (plugin, each)
        known[plugins] = found
    return known[plugins]


def show_activities(
    session: Session, wanted: Collection[Name], given: Mapping[Name, Given] | None = None
) -> dict[Name, ActivityView]:
    """Show the activities of a page, each kind asked once; those that are gone are left out.

    `given` holds the forms that came back. A plugin that fails loses its activities on this page
    and nothing else; the error is noted on it. `session` only reads.
    """
    site, given = site_of(session), given or {}
    shown: dict[Name, ActivityView] = {}
    for kind, (plugin, activity) in _known(site).items():
        refs = list(dict.fromkeys(ref for each, ref in wanted if each == kind))
        answers = {ref: fields for (each, ref), fields in given.items() if each == kind}
        if not refs:
            continue
        try:
            found = activity.show(session, refs, answers)
        except Exception as error:  # a module must read on without one plugin's activities
            log.exception("activities of kind %s failed", kind)
            site.registry.note_error(plugin, HOOK, error)
            session.rollback()
            continue
        shown |= {(kind, ref): found[ref] for ref in refs if ref in found}
    return shown
