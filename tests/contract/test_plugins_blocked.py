"""Any plugin may be missing, or all of them: the site starts and its pages answer."""

from __future__ import annotations

import shutil
from itertools import combinations
from pathlib import Path

import pytest

from lms.app import create_app
from lms.config import BUILTIN_PLUGINS
from lms.core.site import Site
from tests.conftest import TestClock, login_as, make_person, make_site

SETS = [kept for n in range(len(BUILTIN_PLUGINS) + 1) for kept in combinations(BUILTIN_PLUGINS, n)]


@pytest.mark.parametrize("kept", SETS, ids=lambda kept: "+".join(kept) or "none")
def test_site_starts_with_these_plugins_alone(
    kept: tuple[str, ...], sqlite_template: Path, tmp_path: Path, clock: TestClock
) -> None:
    folder = tmp_path / "contoh"
    shutil.copytree(sqlite_template, folder)
    site = make_site(folder, f"sqlite:///{folder / 'lms.db'}", clock, plugins=kept)
    with site.database.writing() as session:
        learner = make_person(session)
        officer = make_person(session, roles=("officer", "trainer", "administrator", "auditor"))
        pages = [(learner.id, ["/", "/saya", "/bantuan"]), (officer.id, ["/", "/ringkasan"])]
    app = create_app(site, testing=True)
    assert set(site.registry.plugins) == {"core", *kept}
    for person_id, paths in pages:
        client = app.test_client()
        login_as(client, person_id)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.get_data(as_text=True)[:500])
    _menu_leads_somewhere(app.test_client(), pages[1][0])
    assert all(not plugin.errors for plugin in site.registry.plugins.values())
    site.database.close()


def _menu_leads_somewhere(client, person_id: int) -> None:  # type: ignore[no-untyped-def]
    import re

    login_as(client, person_id)
    page = client.get("/ringkasan").get_data(as_text=True)
    side = page[page.index('class="side"') : page.index("</nav>", page.index('class="side"'))]
    for path in re.findall(r'href="(/[^"#]*)"', side):
        assert client.get(path).status_code == 200, path


def test_sites_differ_in_nothing_but_plugins(site: Site) -> None:
    assert set(site.registry.plugins) == {"core", *BUILTIN_PLUGINS}
