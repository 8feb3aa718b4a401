"""Every declared setting in one form, grouped by who declared it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from lms.core.errors import Invalid
from lms.core.hooks.contracts import Setting
from lms.core.operations import configuration
from lms.core.settings import declared, get_setting
from lms.web.access import permission
from lms.web.admin.blueprint import blueprint
from lms.web.context import reading, site, viewer, writing
from lms.web.pages import notify, page, redirect_to
from lms.web.translation import gettext as _

BIGGEST = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """A setting as a field: `kind` is text, whole, number, check, choice or secret.

    `text` is as typed, empty for a secret; `kept` tells that a secret is stored.
    """

    setting: Setting
    kind: str
    text: str
    error: str = ""
    kept: bool = False


@dataclass(slots=True, kw_only=True)
class SettingGroup:
    """The settings of core or of one plugin."""

    title: str
    fields: list[SettingField] = field(default_factory=list)


@blueprint.get("/pengaturan")
@permission("core:setting:write")
def settings() -> ResponseReturnValue:
    """Show all settings with their values."""
    values = configuration.setting_values(reading())
    return _form({key: _text(value) for key, value in values.items()}, {})


@blueprint.post("/pengaturan")
@permission("core:setting:write")
def save_settings() -> ResponseReturnValue:
    """Store what was changed; with a wrong entry nothing is stored, and all typed is kept."""
    known = declared(reading())
    sent = {key: _typed(setting) for key, setting in known.items()}
    typed = {key: text for key, text in sent.items() if text is not None}
    wanted: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for key, text in typed.items():
        try:
            wanted[key] = _value(known[key], text)
        except Invalid as error:
            errors[key] = error.message
    if errors:
        return _form(typed, errors, 422)
    with writing() as s:
        changed = configuration.change_settings(s, wanted, viewer().person_id)
    notify(_("Pengaturan tersimpan.") if changed else _("Tidak ada yang berubah."))
    return redirect_to("admin.settings")


def _typed(setting: Setting) -> str | None:
    """Give what was typed for a setting; None when the form did not have it."""
    if isinstance(setting.default, bool):
        return "1" if setting.key in request.form else ""
    text = request.form.get(setting.key)
    if setting.secret and not text:  # it is never shown, so an empty field means: as it is
        return "" if f"{setting.key}.remove" in request.form else None
    return None if text is None else text.strip()


def _value(setting: Setting, text: str) -> str | int | float | bool:
    """Turn what was typed into the setting's type; raises Invalid."""
    default = setting.default
    if isinstance(default, bool):
        return bool(text)
    if isinstance(default, int):
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal()) or abs(int(text)) > BIGGEST:
            raise Invalid(_("Isi dengan angka bulat, misalnya %(n)s.", n=default))
        return int(text)
    if isinstance(default, float):
        number = text.replace(",", ".")
        if not number.removeprefix("-").replace(".", "", 1).isdecimal():
            raise Invalid(_("Isi dengan angka, misalnya %(n)s.", n=_text(default)))
        return float(number)
    if setting.choices and text not in setting.choices:
        raise Invalid(_("Pilih salah satu."))
    return text


def _text(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _form(
    typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> ResponseReturnValue:
    groups: dict[str, SettingGroup] = {}
    for key, setting in declared(reading()).items():
        owner = key.partition(".")[0]
        group = groups.setdefault(owner, SettingGroup(title=_owner(owner)))
        group.fields.append(
            SettingField(
                setting=setting,
                kind=_kind(setting),
                text="" if setting.secret else typed.get(key, ""),
                error=errors.get(key, ""),
                kept=setting.secret and bool(get_setting(reading(), key)),
            )
        )
    return page("admin/settings.html", groups=list(groups.values()), errors=errors, status=status)


def _owner(name: str) -> str:
    if name == "core":
        return _("Umum")
    return _(site().registry.plugins[name].manifest.title)


def _kind(setting: Setting) -> str:
    kinds = {bool: "check", int: "whole", float: "number"}
    if setting.secret:
        return "secret"
    return "choice" if setting.choices else kinds.get(type(setting.default), "text")
