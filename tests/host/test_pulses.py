"""Pulses: what plugins want done every few seconds in a web process."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from lms import PluginError
from lms.config import HostConfig
from lms.core.site import Site
from lms.host import Host, application
from lms.hosting import pulses
from lms.hosting.pulses import Pulses
from tests.host.conftest import NewAgency, drop_in

REAL_START = Pulses.start
PLUGIN = """
from lms import Pulse
seen = []
def fine(site):
    seen.append(site.slug)
def broken(site):
    seen.append("broken " + site.slug)
    raise RuntimeError("oh")
@hookimpl
def lms_register_pulses():
    return [
        Pulse(name="{name}.broken", every_seconds=5, run=broken),
        Pulse(name="{name}.fine", every_seconds=10, run=fine),
    ]
"""


class Hands:
    """A process's own clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def host_with(home: Path, hands: Hands | None = None, **options: Any) -> Host:
    """A host whose pulses run when a test says so."""
    host = Host(home, HostConfig(**options))
    host.pulses = Pulses(host.apps.sites, hands or Hands())
    host.start_pulses()
    return host


def seen(site: Site) -> list[str]:
    module = site.registry.plugins["alat"].module
    found: list[str] = module.seen
    return found


def test_pulses_run_before_the_first_request_and_then_at_their_distance(
    home: Path, new_agency: NewAgency
) -> None:
    drop_in(new_agency("serang", plugins='["alat"]'), "alat", PLUGIN.format(name="alat"))
    hands = Hands()
    host = host_with(home, hands)
    host.pulses.tick()
    assert host.apps.sites() == [], "nobody asked for the agency"
    assert Client(host).get("/serang/healthz").status_code == 200
    [site] = host.apps.sites()
    assert seen(site) == ["broken serang", "serang"]
    host.pulses.tick()
    assert len(seen(site)) == 2
    hands.now += 5
    host.pulses.tick()
    assert seen(site)[2:] == ["broken serang"]
    hands.now += 5
    host.pulses.tick()
    assert seen(site)[3:] == ["broken serang", "serang"]


def test_pulse_that_fails_is_noted_on_its_plugin(home: Path, new_agency: NewAgency) -> None:
    drop_in(new_agency("serang", plugins='["alat"]'), "alat", PLUGIN.format(name="alat"))
    host = host_with(home)
    Client(host).get("/serang/healthz")
    [site] = host.apps.sites()
    plugin = site.registry.plugins["alat"]
    assert plugin.errors == {"pulse alat.broken": 1}
    assert "oh" in plugin.last_error


def test_agency_that_gave_way_is_left_alone(home: Path, new_agency: NewAgency) -> None:
    for slug in ("aa", "bb"):
        drop_in(new_agency(slug, plugins='["alat"]'), "alat", PLUGIN.format(name="alat"))
    hands = Hands()
    host = host_with(home, hands, warm_agencies=1)
    client = Client(host)
    client.get("/aa/healthz")
    client.get("/bb/healthz")
    [site] = host.apps.sites()
    before = len(seen(site))
    hands.now += 60
    host.pulses.tick()
    assert seen(site)[before:] == ["broken bb", "bb"]


def test_slow_pulse_is_named_in_the_log(
    home: Path, new_agency: NewAgency, caplog: pytest.LogCaptureFixture
) -> None:
    drop_in(new_agency("serang", plugins='["alat"]'), "alat", PLUGIN.format(name="alat"))
    ticks = iter(range(0, 1000, 3))
    host = Host(home, HostConfig())
    host.pulses = Pulses(host.apps.sites, lambda: float(next(ticks)))
    host.start_pulses()
    with caplog.at_level(logging.WARNING):
        Client(host).get("/serang/healthz")
    assert "serang: pulse alat.fine took 3.0 s" in caplog.messages


def test_pulse_under_a_foreign_name_is_refused(home: Path, new_agency: NewAgency) -> None:
    from lms.agencies import open_site

    folder = new_agency("serang", plugins='["alat"]')
    drop_in(folder, "alat", PLUGIN.format(name="courses"))
    with pytest.raises(PluginError, match=r"pulse 'courses\.broken' must start with 'alat\.'"):
        open_site(home, "serang")


def test_one_thread_goes_round_whatever_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulses, "ROUND", 0.0)
    rounds: list[str] = []

    def sites() -> list[Site]:
        rounds.append(threading.current_thread().name)
        if len(rounds) == 3:
            running.stop.set()
        raise RuntimeError("the list broke")

    running = Pulses(sites)
    REAL_START(running)
    assert running.stop.wait(10)
    assert set(rounds) == {"pulses"}


def test_web_process_starts_the_pulses_and_an_app_alone_does_not(
    home: Path, new_agency: NewAgency, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Pulses] = []
    monkeypatch.setattr(Pulses, "start", lambda self: started.append(self))
    monkeypatch.setenv("LMS_HOME", str(home))
    new_agency("serang")
    host = Host(home, HostConfig())
    assert json.loads(Client(host).get("/healthz").text)["agencies"] == 1
    assert started == []
    application()
    assert len(started) == 1
