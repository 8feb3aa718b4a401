"""Types of other plugins: registered by the hook, refused when wrong, harmless when they break."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from lms import PluginError, PluginManifest, hookimpl
from lms.app import create_app
from lms.core.hooks.registry import Registry
from lms.core.site import Site
from plugins.assessment import plugin as assessment
from plugins.assessment.contracts import Problem, QuestionType, Typed
from plugins.assessment.domain.types import BUILT_IN
from plugins.assessment.domain.types.choosing import SINGLE
from plugins.assessment.models import ItemVersion
from plugins.assessment.services.bank import save_item
from plugins.assessment.services.types import (
    key_text,
    question_type,
    question_types,
    response_text,
    score_answer,
)
from tests.assessment.factories import competency
from tests.assessment.types.samples import SAMPLES, sample
from tests.conftest import login_as, make_person

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
NAME = "alat_percent"


def read_percent(typed: Typed) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"unit": "%"}, {"value": typed.one("value")}


def percent_problems(content: Any, scoring: Any) -> Sequence[Problem]:
    fits = str(scoring.get("value")).isdigit()
    return [] if fits else [Problem(field="value", text="Tulis persennya.")]


def score_percent(content: Any, scoring: Any, value: str) -> float:
    """Partial credit by distance, which no built-in type gives."""
    return max(0.0, 1 - abs(float(value) - float(scoring["value"])) / 100)


PERCENT = QuestionType(
    name=NAME,
    title="Perkiraan persen",
    hint="Nilai berkurang sedikit untuk setiap persen selisihnya.",
    response="number",
    author_template="assessment/types/author_numeric.html",
    read=read_percent,
    fill=lambda content, scoring: Typed(value=[str(scoring.get("value", ""))]),
    problems=percent_problems,
    score=score_percent,
    key_text=lambda content, scoring: f"{scoring['value']} %",
)


def agency_plugin(name: str, types: Sequence[Any] | Callable[[], Any]) -> ModuleType:
    """An agency's plugin that adds types of questions and nothing else."""
    module = ModuleType(name)

    def assessment_register_question_types() -> Any:
        return types() if callable(types) else types

    module.__dict__["manifest"] = PluginManifest(name=name, title="Alat", version="1.0")
    marked = hookimpl(assessment_register_question_types)
    module.__dict__["assessment_register_question_types"] = marked
    return module


@pytest.fixture
def agency(site: Site) -> Site:
    """A site with the agency's type."""
    site.registry.register(agency_plugin("alat", [PERCENT]))
    return site


def broken(site: Site, **changes: Any) -> None:
    """Let the agency's type be another one, as after an update of its plugin."""
    types = {**question_types(site), NAME: replace(PERCENT, **changes)}
    site.extra["assessment.question_types"] = types


def test_built_in_types_come_by_the_same_hook(site: Site) -> None:
    assert list(question_types(site).values()) == list(BUILT_IN)
    assert question_types(site) is question_types(site)


def test_agency_type_is_offered_written_shown_and_scored(agency: Site) -> None:
    client = create_app(agency, testing=True).test_client()
    client.application.config["WTF_CSRF_ENABLED"] = False
    with agency.database.writing() as session:
        login_as(client, make_person(session, roles=("trainer",)))
        d1 = str(competency(session, "D1"))
    assert "Perkiraan persen" in client.get("/tes/bank/baru").get_data(as_text=True)
    form = {"competency_id": d1, "level": "1", "stem": "Berapa persen?", "value": "40"}
    assert _post(client, {**form, "value": "x"}).status_code == 422
    made = _post(client, form)
    assert made.status_code == 303
    address = str(made.headers["Location"])
    with agency.database.reading() as session:
        version = session.query(ItemVersion).filter_by(kind=NAME).one()
    assert version.content == {"unit": "%", "shape": "number"}
    page = client.get(f"{address}/pratinjau").get_data(as_text=True)
    assert 'inputmode="decimal"' in page
    assert "40 %" in client.get(address).get_data(as_text=True)
    assert score_answer(agency, NAME, version.content, version.scoring, "30") == 0.9


def _post(client: FlaskClient, form: dict[str, str]) -> Any:
    return client.post(f"/tes/bank/baru/{NAME}", data=form)


@pytest.mark.parametrize(
    ("types", "words"),
    [
        ([replace(PERCENT, name="percent")], "must start with 'alat_'"),
        ([replace(PERCENT, name="single")], "must start with 'alat_'"),
        ([replace(PERCENT, name="alat_Ä")], "impossible name"),
        ([replace(PERCENT, response="thought")], "no known response shape"),
        ([PERCENT, PERCENT], "there twice"),
        (["alat_percent"], "is not a QuestionType"),
        (lambda: 1 / 0, "division by zero"),
    ],
)
def test_wrong_type_is_refused_at_the_start_with_its_plugin(
    site: Site, types: Any, words: str
) -> None:
    site.registry.register(agency_plugin("alat", types))
    with pytest.raises(PluginError, match=words) as refused:
        create_app(site, testing=True)
    assert refused.value.plugin == "alat"


def test_hook_with_a_wrong_argument_is_refused(site: Site) -> None:
    registry = Registry()
    registry.register(assessment)
    module = agency_plugin("alat", [])

    @hookimpl
    def assessment_register_question_types(session: Any) -> list[Any]:
        return []

    module.__dict__["assessment_register_question_types"] = assessment_register_question_types
    registry.register(module)
    with pytest.raises(PluginError, match="session") as refused:
        registry.finish()
    assert refused.value.plugin == "alat"


def test_hookspecs_that_are_none_are_refused(site: Site) -> None:
    module = ModuleType("alat")

    @hookimpl
    def lms_register_hookspecs() -> list[Any]:
        return [ModuleType("empty")]

    module.__dict__["manifest"] = PluginManifest(name="alat", title="Alat", version="1.0")
    module.__dict__["lms_register_hookspecs"] = lms_register_hookspecs
    registry = Registry()
    registry.register(module)
    with pytest.raises(PluginError) as refused:
        registry.finish()
    assert refused.value.plugin == "alat"


def explode(*_arguments: Any) -> Any:
    raise RuntimeError("boom")


@pytest.mark.parametrize(
    "score",
    [explode, lambda c, s, v: 1.5, lambda c, s, v: float("nan"), lambda c, s, v: "1"],
    ids=["raises", "too much", "nan", "text"],
)
def test_type_that_breaks_leaves_no_score_and_is_named(agency: Site, score: Any) -> None:
    broken(agency, score=score)
    assert score_answer(agency, NAME, {}, {}, "3") is None
    plugin = agency.registry.plugins["alat"]
    assert plugin.errors[f"question type {NAME}: score"] == 1


def test_key_that_cannot_be_said_is_left_out(agency: Site) -> None:
    broken(agency, key_text=explode)
    assert key_text(agency, NAME, {}, {}) == ""
    assert agency.registry.plugins["alat"].errors


@pytest.mark.parametrize(
    ("kind", "value", "score"),
    [
        ("single", None, 0.0),
        ("single", "unknown", 0.0),
        ("single", "c", 1.0),
        ("scale", None, None),
        ("scale", "2", None),
        ("file", None, 0.0),
        ("file", "unknown", 0.0),
        ("file", "ab|x.pdf", None),
        ("alat_gone", "x", None),
    ],
)
def test_no_answer_and_not_knowing_are_no_points(
    site: Site, kind: str, value: str | None, score: float | None
) -> None:
    content, scoring = SAMPLES.get(kind, ({}, {}))
    assert score_answer(site, kind, content, scoring, value) == score


def test_question_whose_plugin_is_gone_is_still_shown(agency: Site) -> None:
    with agency.database.writing() as session:
        draft = sample("numeric", kind=NAME, content={"unit": "%"}, scoring={"value": "40"})
        save_item(session, "D1-88", competency(session, "D1"), draft)
        [version] = session.query(ItemVersion).filter_by(kind=NAME)
        content = version.content
        login = make_person(session, roles=("trainer",)).id
    broken(agency)
    gone = {name: kind for name, kind in question_types(agency).items() if name != NAME}
    agency.extra["assessment.question_types"] = gone
    assert question_type(agency, NAME, content).response == "number"
    assert response_text(agency, NAME, content, "3.5") == "3,5 %"
    client = create_app(agency, testing=True).test_client()
    login_as(client, login)
    for path in ("", "/pratinjau"):
        assert client.get(f"/tes/bank/soal/D1-88{path}").status_code == 200
    assert client.get("/tes/bank/soal/D1-88/ubah").status_code == 404
    assert client.get("/tes/bank").status_code == 200


def test_own_type_that_cannot_score_is_not_hidden_silently(site: Site) -> None:
    assert score_answer(site, SINGLE.name, {}, {}, "a") is None
    assert site.registry.plugins["assessment"].errors
