"""Loads the program's code before web processes are forked, so that a new one is there at once."""

from __future__ import annotations

import gc
import importlib
import logging
from importlib.util import find_spec

from lms.core.errors import PluginError
from lms.core.plugins import discover

log = logging.getLogger(__name__)
PAGES = ("lms.app", "lms.host")


def preload() -> None:
    """Import what every web process needs: the host, the app, the plugins that come with it.

    Where processes are forked, one that died is replaced in a third of a second instead of three,
    and they share the memory. Only code is loaded: no database is opened, no thread started, and
    nothing of an agency's own plugins runs here.
    """
    for module in PAGES:
        importlib.import_module(module)
    try:
        for plugin in discover().values():
            if plugin.builtin:
                _load_views(plugin.load().__package__)
    except PluginError:  # each agency's app says it, too, and to people
        log.exception("the plugins cannot be looked through")
    gc.freeze()  # pages of memory that are only read stay shared


def _load_views(package: str | None) -> None:
    """Import the pages of a plugin, which its hooks would only do when they are asked."""
    if package and find_spec(f"{package}.views"):
        importlib.import_module(f"{package}.views")
