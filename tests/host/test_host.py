"""The WSGI host: who gets which request, and what happens when an agency is away."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request, Response

from lms.config import HostConfig
from lms.core.site import Site
from lms.host import Host, application
from lms.hosting import directory, warm
from tests.host.conftest import drop_in

NewAgency = Callable[..., Path]
DEFAULT = HostConfig()


def echo_app(site: Site) -> Any:
    """An app that tells what reached it."""

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        said = {
            "slug": site.slug,
            "root": request.script_root,
            "path": request.path,
            "query": request.query_string.decode(),
            "method": request.method,
            "body": request.get_data(as_text=True),
        }
        return Response(json.dumps(said), mimetype="application/json")(environ, start_response)

    return app


@pytest.fixture(autouse=True)
def look_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the host look at the folders at every request, so that no test waits for it."""
    monkeypatch.setattr(directory, "REFRESH", 0.0)


def browser(home: Path, config: HostConfig = DEFAULT, **options: Any) -> Client:
    return Client(Host(home, config, make_app=options.pop("make_app", echo_app), **options))


def said(response: TestResponse) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    return json.loads(response.text)  # type: ignore[no-any-return]


# -- finding the agency --------------------------------------------------------------------------


def test_request_reaches_its_agency_by_the_path(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    new_agency("cilegon")
    found = said(browser(home).post("/cilegon/tes/3?a=b", data="isi"))
    assert found == {
        "slug": "cilegon",
        "root": "/cilegon",
        "path": "/tes/3",
        "query": "a=b",
        "method": "POST",
        "body": "isi",
    }


@pytest.mark.parametrize("host", ["belajar.serang.go.id", "BELAJAR.serang.go.id:8443"])
def test_request_reaches_its_agency_by_the_host_name(
    home: Path, new_agency: NewAgency, host: str
) -> None:
    new_agency("serang", settings='domains = ["belajar.serang.go.id"]')
    new_agency("cilegon")
    client = browser(home)
    found = said(client.get("/cilegon/x", headers={"Host": host}))
    assert (found["slug"], found["root"], found["path"]) == ("serang", "", "/cilegon/x")
    assert said(client.get("/cilegon/x"))["slug"] == "cilegon"


def test_address_gets_its_slash_when_it_is_missing(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    answer = browser(home).get("/serang?a=b")
    assert answer.status_code == 308
    assert answer.location == "/serang/?a=b"


@pytest.mark.parametrize("path", ["/nobody/", "/../serang/", "/.hidden/", "/x"])
def test_unknown_address_is_a_page_that_helps(home: Path, new_agency: NewAgency, path: str) -> None:
    new_agency("serang")
    answer = browser(home).get(path)
    assert answer.status_code == 404
    assert "Halaman ini tidak ada" in answer.text
    assert 'href="/agencies"' in answer.text


def test_new_agency_is_served_without_restart(home: Path, new_agency: NewAgency) -> None:
    client = browser(home)
    assert client.get("/serang/").status_code == 404
    new_agency("serang")
    assert said(client.get("/serang/"))["slug"] == "serang"


def test_removed_agency_is_gone_without_restart(home: Path, new_agency: NewAgency) -> None:
    folder = new_agency("serang")
    host = Host(home, DEFAULT, make_app=echo_app)
    assert said(Client(host).get("/serang/"))
    folder.rename(home / "elsewhere")
    assert Client(host).get("/serang/").status_code == 404
    assert host.apps.names() == []


def test_app_is_made_anew_when_settings_change(home: Path, new_agency: NewAgency) -> None:
    folder = new_agency("serang", name="Lama")
    names: list[str] = []
    client = browser(
        home, make_app=lambda site: (names.append(site.config.name), echo_app(site))[1]
    )
    client.get("/serang/")
    client.get("/serang/")
    (folder / "agency.toml").write_text('name = "Baru"\nplugins = []')
    client.get("/serang/")
    assert names == ["Lama", "Baru"]


# -- the front page ------------------------------------------------------------------------------


def test_front_leads_to_the_only_agency(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    new_agency("gladi", settings="rehearsal = true")
    answer = browser(home).get("/")
    assert answer.status_code == 303
    assert answer.location == "/serang/"


def test_front_leads_to_the_chosen_agency(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    new_agency("cilegon")
    answer = browser(home, HostConfig(default_agency="cilegon")).get("/")
    assert answer.location == "/cilegon/"
    assert "Serang" in browser(home).get("/agencies").text


def test_front_lists_agencies_when_there_are_several(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang", name="Kabupaten Serang")
    new_agency("cilegon", name="Kota <Cilegon>")
    new_agency("gladi", name="Gladi", settings="rehearsal = true")
    answer = browser(home).get("/")
    assert answer.status_code == 200
    assert 'href="/serang/"' in answer.text
    assert "Kota &lt;Cilegon&gt;" in answer.text
    assert "Gladi" not in answer.text
    assert "2 instansi" in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("serang", {"serang", "kota-serang"}),
        ("KOTA  serang", {"kota-serang"}),
        ("tidak ada", set()),
        ("<b>", set()),
        ("", {"serang", "kota-serang", "cilegon"}),
    ],
)
def test_list_is_narrowed_by_words(
    home: Path, new_agency: NewAgency, query: str, found: set[str]
) -> None:
    new_agency("serang", name="Kabupaten Serang")
    new_agency("kota-serang", name="Kota Serang")
    new_agency("cilegon", name="Kota Cilegon")
    text = browser(home).get("/agencies", query_string={"q": query}).text
    listed = {slug for slug in ("serang", "kota-serang", "cilegon") if f'href="/{slug}/"' in text}
    assert listed == found
    assert "<b></b>" not in text


def test_front_tells_what_to_do_when_there_is_no_agency(home: Path) -> None:
    answer = browser(home).get("/")
    assert answer.status_code == 200
    assert "lms agency add" in answer.text


def test_style_sheet_of_the_front_is_cached_for_long(home: Path) -> None:
    client = browser(home)
    page = client.get("/").text
    address = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/static/x/../../config.py", "/static/x/nothing.css", "/static/"])
def test_static_files_stay_in_their_folder(home: Path, path: str) -> None:
    assert browser(home).get(path).status_code == 404


def test_host_refuses_to_be_changed(home: Path) -> None:
    assert browser(home).post("/").status_code == 405
    assert browser(home).head("/").status_code == 200


def test_health_counts_agencies(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    answer = browser(home).get("/healthz")
    assert json.loads(answer.text) == {"status": "ok", "agencies": 1}


# -- when something is wrong ---------------------------------------------------------------------


def lose_database(folder: Path) -> None:
    (folder / "lms.db").unlink()


def break_settings(folder: Path) -> None:
    (folder / "agency.toml").write_text("name = ")


def lose_key(folder: Path) -> None:
    (folder / "secret.key").unlink()


def break_plugin(folder: Path) -> None:
    drop_in(folder, "rusak", "raise RuntimeError('secret detail')")
    (folder / "agency.toml").write_text('name = "Serang"\nplugins = ["rusak"]')


def forget_upgrade(folder: Path) -> None:
    from lms.core.database import Database

    database = Database(f"sqlite:///{folder}/lms.db")
    with database.engine.execution_options(lms_write=True).begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    database.close()


@pytest.mark.parametrize(
    "harm", [lose_database, break_settings, lose_key, break_plugin, forget_upgrade]
)
def test_others_are_served_when_one_agency_is_broken(
    home: Path, new_agency: NewAgency, harm: Callable[[Path], None]
) -> None:
    harm(new_agency("serang"))
    new_agency("cilegon")
    client = browser(home)
    answer = client.get("/serang/")
    assert answer.status_code == 503
    assert "belum dapat dibuka" in answer.text
    assert "Traceback" not in answer.text
    assert "secret" not in answer.text
    assert answer.headers["Retry-After"]
    style = answer.text.split('<link rel="stylesheet" href="')[1].split('"')[0]
    assert client.get(style).status_code == 200
    assert said(client.get("/cilegon/"))["slug"] == "cilegon"


def test_agency_comes_back_when_it_is_mended(
    home: Path, new_agency: NewAgency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "RETRY", 0.0)
    folder = new_agency("serang")
    (folder / "lms.db").rename(folder / "away.db")
    client = browser(home)
    assert client.get("/serang/").status_code == 503
    (folder / "away.db").rename(folder / "lms.db")
    assert said(client.get("/serang/"))["slug"] == "serang"


def test_broken_agency_is_not_tried_at_every_request(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    tries: list[str] = []

    def broken(site: Site) -> Any:
        tries.append(site.slug)
        raise RuntimeError("a view without permission")

    client = browser(home, make_app=broken)
    assert [client.get("/serang/").status_code for _ in range(3)] == [503] * 3
    assert tries == ["serang"]


def test_safe_mode_serves_when_a_plugin_is_broken(home: Path, new_agency: NewAgency) -> None:
    break_plugin(new_agency("serang"))
    assert said(browser(home, safe_mode=True).get("/serang/"))["slug"] == "serang"


# -- keeping apps warm ---------------------------------------------------------------------------


def test_least_recently_used_app_gives_way(home: Path, new_agency: NewAgency) -> None:
    for slug in ("aa", "bb", "cc"):
        new_agency(slug)
    host = Host(home, HostConfig(warm_agencies=2), make_app=echo_app)
    client = Client(host)
    for slug in ("aa", "bb", "aa", "cc"):
        assert said(client.get(f"/{slug}/"))["slug"] == slug
    assert host.apps.names() == ["aa", "cc"]
    assert said(client.get("/bb/"))["slug"] == "bb"


def test_app_is_made_once_when_many_ask_at_the_same_time(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    made: list[str] = []
    all_there = threading.Barrier(9)

    def slow(site: Site) -> Any:
        made.append(site.slug)
        return echo_app(site)

    client = browser(home, make_app=slow)
    statuses: list[int] = []

    def ask() -> None:
        all_there.wait()
        statuses.append(client.get("/serang/").status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    all_there.wait()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8
    assert made == ["serang"]


def test_other_agencies_do_not_wait_while_one_is_made(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    new_agency("cilegon")
    being_made, go_on = threading.Event(), threading.Event()

    def slow(site: Site) -> Any:
        if site.slug == "serang":
            being_made.set()
            assert go_on.wait(10)
        return echo_app(site)

    client = browser(home, make_app=slow)
    waiting = threading.Thread(target=client.get, args=("/serang/",))
    waiting.start()
    assert being_made.wait(10)
    assert said(client.get("/cilegon/"))["slug"] == "cilegon"
    go_on.set()
    waiting.join()


# -- rehearsals ----------------------------------------------------------------------------------


def test_rehearsal_is_told_the_processor_time(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    new_agency("gladi", settings="rehearsal = true")
    client = browser(home)
    timing = client.get("/gladi/").headers["Server-Timing"]
    assert timing.startswith("app;dur=")
    assert float(timing.removeprefix("app;dur=")) >= 0
    assert "Server-Timing" not in client.get("/serang/").headers


# -- the whole thing -----------------------------------------------------------------------------


def test_real_app_answers_behind_the_host(
    home: Path, new_agency: NewAgency, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_agency("serang", name="Kabupaten Serang")
    monkeypatch.setenv("LMS_HOME", str(home))
    client = Client(application())
    answer = client.get("/", follow_redirects=True)
    assert answer.status_code == 200
    assert "Kabupaten Serang" in answer.text
    assert 'type="password"' in answer.text
    assert client.get("/serang/healthz").status_code == 200


def test_proxy_is_believed_only_when_declared(
    home: Path, new_agency: NewAgency, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_agency("serang", settings='domains = ["belajar.go.id"]')
    new_agency("cilegon")
    monkeypatch.setenv("LMS_HOME", str(home))
    headers = {"X-Forwarded-Host": "belajar.go.id", "X-Forwarded-For": "203.0.113.9"}
    assert "Pilih instansi" in Client(application()).get("/", headers=headers).text
    (home / "lms.toml").write_text("proxies = 1")
    assert "Pilih instansi" not in Client(application()).get("/", headers=headers).text
