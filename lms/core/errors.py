"""Errors that the domain raises; the web layer and the command line turn them into words."""

from __future__ import annotations

from collections.abc import Iterable


class LmsError(Exception):
    """The parent of every error that a person can do something about."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(LmsError):
    """The thing asked for does not exist, or the reader may not know that it does."""


class NotAllowed(LmsError):
    """The reader may not do this; `objections` says why, one sentence each."""

    def __init__(self, message: str, objections: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.objections = tuple(objections)


class Invalid(LmsError):
    """What was given cannot be used; `reasons` says why, one sentence each."""

    def __init__(self, message: str, reasons: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.reasons = tuple(reasons)


class Conflict(LmsError):
    """Something else happened first, or the same key came with another content."""


class Unsure(LmsError):
    """Nobody knows whether it happened, such as a message whose receipt was never confirmed."""


class ConfigError(Invalid):
    """A configuration file has an unknown key or a wrong value."""


class PluginError(LmsError):
    """A plugin broke the contract; `plugin` names it."""

    def __init__(self, plugin: str, message: str) -> None:
        super().__init__(f"Plugin {plugin}: {message}")
        self.plugin = plugin
