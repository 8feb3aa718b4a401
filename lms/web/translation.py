"""Indonesian is written in the code; other languages come from catalogues beside it.

A catalogue is `translations/<language>.po` in `lms` and in each plugin: msgid is the Indonesian
text. It is read when that language is first asked for.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from babel.messages.pofile import read_po
from flask import Flask, current_app, g, has_request_context, request
from flask_login import current_user

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
Catalogue = dict[str, str | tuple[str, ...]]


class Translations:
    """The catalogues of one app, read lazily."""

    def __init__(self, folders: list[Path]) -> None:
        self.folders = folders
        self._catalogues: dict[str, Catalogue] = {"id": {}}

    def catalogue(self, language: str) -> Catalogue:
        """Give msgid → text of a language; missing entries stay Indonesian."""
        if language not in self._catalogues:
            merged: Catalogue = {}
            for folder in self.folders:
                merged |= read_catalogue(folder / f"{language}.po")
            self._catalogues[language] = merged
        return self._catalogues[language]


def read_catalogue(path: Path) -> Catalogue:
    """Read a .po file; give msgid → text for entries that are translated."""
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        entries = [message for message in read_po(file) if message.id and message.string]
    return {_single(message.id): _text(message.string) for message in entries}


def _single(value: object) -> str:
    """Give the first form: entries with a plural are looked up by their singular."""
    return str(value[0]) if isinstance(value, list | tuple) else str(value)


def _text(value: object) -> str | tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else str(value)


def language() -> str:
    """Give the reader's language: the account's, then the cookie's, then Indonesian."""
    if not has_request_context():
        return "id"
    if "language" not in g:
        chosen = request.cookies.get("bahasa", "")
        if not chosen and current_user.is_authenticated:
            chosen = current_user.viewer.language
        g.language = chosen if chosen in LANGUAGES else "id"
    return cast(str, g.language)


def speak(account_language: str) -> None:
    """Use an account's language that was read already, unless a cookie says otherwise."""
    chosen = request.cookies.get("bahasa", "") or account_language
    g.language = chosen if chosen in LANGUAGES else "id"


def gettext(message: str, **values: object) -> str:
    """Translate an Indonesian text and fill `%(name)s`."""
    chosen = language()
    if chosen != "id":
        found = _translations().catalogue(chosen).get(message, message)
        message = found if isinstance(found, str) else found[0]
    return message % values if values else message


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Translate a text with a number; Indonesian has one form, English two."""
    chosen = language()
    found = _translations().catalogue(chosen).get(one) if chosen != "id" else None
    if found is None:
        text = one if num == 1 else many
    else:
        forms = (found,) if isinstance(found, str) else found
        text = forms[0] if num == 1 else forms[-1]
    return text % {"num": num, **values}


def _translations() -> Translations:
    return cast(Translations, current_app.extensions["lms-translations"])


def install(app: Flask, folders: list[Path]) -> None:
    """Make `_` and `ngettext` known to templates."""
    app.extensions["lms-translations"] = Translations(folders)
    app.jinja_env.globals.update(_=gettext, ngettext=ngettext, language=language)
