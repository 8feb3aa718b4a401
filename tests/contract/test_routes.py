"""Walks over the URL map: who may open what, no GET writes, no form without its token."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.routing import Rule

from lms.core.errors import PluginError
from lms.core.site import Site
from lms.web.access import PUBLIC, check_views, public
from tests.conftest import login_as, make_person

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
LOOKS = "core_audit"
"""The one row that a GET may write: who looked at another person's result."""


def _rules(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    """Give each rule with an address whose parts are invented."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            parts = {name: _invent(rule, name) for name in rule.arguments}
            with app.test_request_context():
                built = app.url_map.bind("localhost").build(rule.endpoint, parts, method=method)
            yield rule, built


def _invent(rule: Rule, name: str) -> object:
    converter = type(rule._converters[name]).__name__
    if converter == "AnyConverter":
        return min(rule._converters[name].items)  # type: ignore[attr-defined]
    return 999_999 if "Integer" in converter else "tidak-ada"


def _access(app: Flask, rule: Rule) -> str:
    return str(app.view_functions[rule.endpoint].lms_access)  # type: ignore[attr-defined]


def test_visitor_is_sent_to_the_log_in_from_every_page_that_is_not_public(app: Flask) -> None:
    client = app.test_client()
    for method in ("GET", "POST"):
        for rule, path in _rules(app, method):
            if _access(app, rule) == PUBLIC:
                continue
            answer = client.open(path, method=method)
            assert answer.status_code == 303, (method, path)
            assert "/masuk" in answer.headers["Location"]


def test_learner_is_refused_wherever_a_permission_is_asked_for(app: Flask, site: Site) -> None:
    with site.database.writing() as session:
        learner = make_person(session).id
    client = app.test_client()
    login_as(client, learner)
    seen = 0
    for method in ("GET", "POST"):
        for rule, path in _rules(app, method):
            if ":" in _access(app, rule):
                seen += 1
                assert client.open(path, method=method).status_code == 403, (method, path)
    assert seen > 20, "the walk must see the permissions"


def test_get_changes_nothing(app: Flask, site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session, roles=("trainer", "officer", "administrator", "auditor")).id
    client = app.test_client()
    login_as(client, person)
    written: list[str] = []

    def watch(_c: object, _cur: object, statement: str, *_: object) -> None:
        if WRITES.match(statement) and LOOKS not in statement:
            written.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", watch)
    for _rule, path in _rules(app, "GET"):
        answer = client.get(path)
        assert answer.status_code < 500, path
        assert written == [], path


def test_every_post_refuses_a_missing_token(app: Flask, site: Site) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    with site.database.writing() as session:
        person = make_person(session, roles=("trainer", "officer", "administrator", "auditor")).id
    client = app.test_client()
    login_as(client, person)
    for _rule, path in _rules(app, "POST"):
        assert client.post(path, data={"x": "1"}).status_code == 400, path


def test_request_that_another_site_made_is_refused(app: Flask, site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session).id
    client = app.test_client()
    login_as(client, person)
    answer = client.post("/keluar", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "header", ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"]
)
def test_pages_carry_the_security_headers(app: Flask, header: str) -> None:
    assert header in app.test_client().get("/masuk").headers


def test_policy_allows_nothing_inline(app: Flask) -> None:
    policy = app.test_client().get("/masuk").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_view_without_declared_access_stops_the_start(app: Flask, site: Site) -> None:
    app.view_functions = {"courses.gelap": lambda: "x"}
    with pytest.raises(PluginError, match=r"courses.*gelap"):
        check_views(app, site.registry, set())


def test_view_with_undeclared_permission_stops_the_start(app: Flask, site: Site) -> None:
    view = public(lambda: "x")
    view.lms_access = "courses:tidak:ada"  # type: ignore[attr-defined]
    app.view_functions = {"courses.gelap": view}
    with pytest.raises(PluginError, match="courses"):
        check_views(app, site.registry, set())
