"""The doctor finds what is wrong and names it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from lms import doctor
from lms.agencies import opened_site, opening
from lms.core.errors import ConfigError
from lms.core.hooks.models import EventRow
from lms.doctor import examine
from tests.host.conftest import drop_in

NewAgency = Callable[..., Path]


def wrong(home: Path, agency: str | None = None) -> dict[str, str]:
    return {found.about: found.text for found in examine(home, agency) if not found.good}


def test_all_is_well_when_agencies_are_new(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    new_agency("cilegon")
    assert wrong(home) == {}
    about = {found.about for found in examine(home)}
    assert {"home", "disk", "SQLite", "clock", "serang migrations", "cilegon durability"} <= about


def test_only_the_named_agency_is_looked_at(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    (new_agency("cilegon") / "lms.db").unlink()
    assert wrong(home, "serang") == {}
    assert "cilegon" in wrong(home)
    with pytest.raises(ConfigError):
        wrong(home, "nobody")


def test_missing_home_is_found(tmp_path: Path) -> None:
    assert "does not exist" in wrong(tmp_path / "nowhere")["home"]


def test_wrong_host_settings_are_found(home: Path) -> None:
    (home / "lms.toml").write_text("prot = 1")
    assert "Did you mean 'port'?" in wrong(home)["home"]


def test_readable_secret_is_found(home: Path, new_agency: NewAgency) -> None:
    (new_agency("serang") / "secret.key").chmod(0o644)
    assert "chmod 600" in wrong(home)["serang secrets"]


def test_full_disk_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=2**29))
    assert "0.5 GiB free" in wrong(home)["disk"]


def test_weak_durability_is_found(
    home: Path, new_agency: NewAgency, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_agency("serang")
    monkeypatch.setattr(opening, "weak_durability", lambda _engine: ["synchronous is OFF."])
    assert "synchronous is OFF" in wrong(home)["serang"]


def test_missing_plugin_is_found(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang", plugins='["hilang"]')
    assert "hilang" in wrong(home)["serang"]


def test_waiting_migration_is_found(home: Path, new_agency: NewAgency) -> None:
    folder = new_agency("serang", plugins='["nanti"]')
    target = drop_in(
        folder,
        "nanti",
        'from lms import PluginManifest\nmanifest = PluginManifest(name="nanti", title="x", '
        'version="1", migrations="migrations")',
    )
    (target / "migrations").mkdir()
    revision = 'revision = "nanti_0001"\ndown_revision = None\ndepends_on = "core_0001"\n'
    (target / "migrations" / "nanti_0001_first.py").write_text(revision)
    assert wrong(home)["serang migrations"] == "run `lms upgrade` for nanti_0001"


def test_clock_that_went_back_is_found(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    with opened_site(home, "serang") as site, site.database.writing() as session:
        later = datetime.now(UTC) + timedelta(days=1)
        session.add(EventRow(name="gaps_closed", payload={}, recorded_at=later))
    assert "the last event is of" in wrong(home)["serang clock"]


def test_clock_of_a_new_computer_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "WRITTEN_ON", datetime.now(UTC) + timedelta(days=1))
    assert "clock" in wrong(home)


def test_broken_database_is_found(home: Path, new_agency: NewAgency) -> None:
    (new_agency("serang") / "lms.db").write_bytes(b"x" * 5000)
    assert "cannot be opened" in wrong(home)["serang"]
