"""Declared settings of core and plugins: unknown keys and wrong types are refused."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.database import Base
from lms.core.errors import Invalid
from lms.core.hooks.contracts import Setting
from lms.core.messages.settings import MESSAGE_SETTINGS
from lms.core.site import site_of

CORE_SETTINGS = (
    Setting(key="core.help_phone", title="Nomor bantuan (telepon dan WhatsApp)", default=""),
    Setting(key="core.help_hours", title="Jam bantuan", default="Senin–Jumat, 08.00–16.00"),
    Setting(key="core.small_group", title="Sembunyikan kelompok di bawah jumlah ini", default=10),
    Setting(key="core.evidence_years", title="Hasil berlaku (tahun)", default=3),
    *MESSAGE_SETTINGS,
)


class SettingRow(Base):
    """A setting that an administrator changed."""

    __tablename__ = "core_setting"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


def declared(session: Session) -> dict[str, Setting]:
    """Give every declared setting by key; plugins are asked once."""
    site = site_of(session)
    known: dict[tuple[str, ...], dict[str, Setting]] = site.extra.setdefault("settings", {})
    plugins = tuple(site.registry.plugins)
    if plugins not in known:
        found = site.registry.gather("lms_register_settings")
        known[plugins] = {setting.key: setting for setting in (*CORE_SETTINGS, *found)}
    return known[plugins]


def get_setting(session: Session, key: str) -> Any:
    """Give a setting's value, or its default; raises Invalid for an unknown key."""
    setting = _declared_one(session, key)
    return _stored(session).get(key, setting.default)


def get_settings(session: Session, *keys: str) -> dict[str, Any]:
    """Give several settings' values or defaults by key, in one statement."""
    stored = _stored(session)
    return {key: stored.get(key, _declared_one(session, key).default) for key in keys}


def _stored(session: Session) -> dict[str, Any]:
    """Read all changed settings in one statement, once for a reading session (a page)."""
    if "settings" not in session.info:
        rows = session.execute(select(SettingRow.key, SettingRow.value))
        found: dict[str, Any] = dict(rows.all())
        if not session.info.get("read_only"):
            return found
        session.info["settings"] = found
    kept: dict[str, Any] = session.info["settings"]
    return kept


def set_setting(session: Session, key: str, value: str | int | float | bool) -> None:
    """Store a setting; raises Invalid for an unknown key, a wrong type or choice."""
    setting = _declared_one(session, key)
    if type(value) is not type(setting.default):
        raise Invalid(f"{setting.title}: {value!r} bukan {type(setting.default).__name__}.")
    if setting.choices and value not in setting.choices:
        raise Invalid(f"{setting.title}: pilih salah satu dari {', '.join(setting.choices)}.")
    session.merge(SettingRow(key=key, value=value))


def _declared_one(session: Session, key: str) -> Setting:
    try:
        return declared(session)[key]
    except KeyError as error:
        raise Invalid(f"Pengaturan {key!r} tidak dikenal.") from error
