"""The plugin in docs/how-to/add-a-question-type.md works as it is written there."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from lms.app import create_app
from lms.core.site import Site
from plugins.assessment.models import ItemVersion
from plugins.assessment.services.types import score_answer
from tests.assessment.factories import competency
from tests.conftest import TestClock, login_as, make_person, make_site

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "add-a-question-type.md"
FILE = re.compile(r"^`(persen/[^`]+)`[^\n]*:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
PLUGINS = ("assessment", "courses", "certificates", "persen")


def agency(folder: Path, template: Path, clock: TestClock) -> Site:
    """An agency with the files of the page in its plugins folder."""
    for name, text in FILE.findall(PAGE.read_text(encoding="utf-8")):
        path = folder / "plugins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "lms.db").write_bytes((template / "lms.db").read_bytes())
    return make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock, plugins=PLUGINS)


def test_type_of_the_page_is_written_and_scored(
    sqlite_template: Path, tmp_path: Path, clock: TestClock
) -> None:
    site = agency(tmp_path / "contoh", sqlite_template, clock)
    app: Flask = create_app(site, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    with site.database.writing() as session:
        login_as(client, make_person(session, roles=("trainer",)))
        form = {"competency_id": str(competency(session, "D1")), "level": "1", "stem": "Berapa?"}
    address = "/tes/bank/baru/persen_estimate"
    assert "Persen yang benar" in client.get(address).text
    assert "Tulis persennya" in client.post(address, data={**form, "value": "140"}).text
    assert client.post(address, data={**form, "value": "40"}).status_code == 303
    with site.database.reading() as session:
        stored = session.query(ItemVersion).filter_by(kind="persen_estimate").one()
    assert score_answer(site, stored.kind, stored.content, stored.scoring, "30") == 0.9
    assert not site.registry.plugins["persen"].errors
    site.database.close()


def test_plugin_of_the_page_loads_without_the_assessment_plugin(
    sqlite_template: Path, tmp_path: Path, clock: TestClock
) -> None:
    folder = tmp_path / "contoh"
    agency(folder, sqlite_template, clock).database.close()
    alone = make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock, plugins=("persen",))
    assert "persen" in alone.registry.plugins
    alone.database.close()
