"""Questions inside the starter courses: sound, teaching, in the right place, never in a test."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from lms.core.site import Site
from plugins.assessment.models import BlueprintLine, Item, ItemVersion
from plugins.assessment.queries.draws import candidates, unseen_counts
from plugins.assessment.queries.instruments import item_counts, newest_version
from plugins.assessment.queries.readiness import instrument_state
from plugins.assessment.services.stages import assemblable
from tests.assessment.test_starter_bank import (
    ASKED,
    KEYS,
    LONGEST,
    PACK,
    PRACTICE,
    QUESTIONS,
    SENTENCE,
    texts,
)
from tests.conftest import make_person

EMBEDDED = re.compile(r"(?m)(?<=\n\n)::: soal (\S+)(?=\n\n|\n?\Z)")
ANY_SIGN = re.compile(r"(?m)^:::.*$")


def modules() -> Iterator[tuple[str, str]]:
    """Give `course/file` and text of every module of the starter courses."""
    for path in sorted((PACK / "courses").glob("*/*.md")):
        yield f"{path.parent.name}/{path.name}", path.read_text(encoding="utf-8")


def test_practice_is_about_what_the_course_teaches_and_stands_in_it_once() -> None:
    courses = {path.parent.name: path for path in (PACK / "courses").glob("*/course.toml")}
    for slug, path in courses.items():
        teaches = {line["competency"] for line in tomllib.loads(path.read_text())["teaches"]}
        data = tomllib.loads((QUESTIONS / f"latihan-{slug}.toml").read_text(encoding="utf-8"))
        assert data["competency"] in teaches
        text = "\n".join(module for name, module in modules() if name.startswith(f"{slug}/"))
        assert sorted(EMBEDDED.findall(text)) == sorted(item["code"] for item in data["item"])


@pytest.mark.parametrize(("name", "text"), [pytest.param(*each, id=each[0]) for each in modules()])
def test_module_asks_two_or_three_questions_each_in_a_block_of_its_own(
    name: str, text: str
) -> None:
    codes_there = EMBEDDED.findall(text)
    assert 2 <= len(codes_there) <= 3
    assert ANY_SIGN.findall(text) == [f"::: soal {code}" for code in codes_there]
    assert set(codes_there) <= set(PRACTICE)


@pytest.mark.parametrize("code", PRACTICE)
def test_practice_has_a_sound_key_and_teaches_in_short_sentences(code: str) -> None:
    item = PRACTICE[code]
    assert code.startswith("L-")
    assert not {"form", "anchor"} & set(item), "no part of a test"
    assert KEYS[item["kind"]](item), item
    assert len(item["explanation"].split()) >= 15
    parts = [sentence for text in texts(item) for sentence in SENTENCE.split(text)]
    assert [part for part in parts if len(part.split()) > LONGEST] == []
    assert item["stem"].endswith("?")


def test_keys_of_practice_give_nothing_away() -> None:
    singles = [item for item in PRACTICE.values() if item["kind"] == "single"]
    places = Counter(item["key"] for item in singles)
    assert set(places) == set("abcd")
    assert max(places.values()) <= 0.35 * len(singles)
    longest = [
        i for i in singles if max(i["options"], key=lambda o: len(i["options"][o])) == i["key"]
    ]
    assert len(longest) <= 0.4 * len(singles)


def test_practice_is_never_drawn_nor_counted(site: Site) -> None:
    codes_of = select(Item.id).where(Item.code.in_(PRACTICE))
    with site.database.writing() as session:
        practice_ids = set(session.scalars(codes_of))
        assert len(practice_ids) == len(PRACTICE)
        competencies = set(session.scalars(select(Item.competency_id)))
        person = make_person(session)
        drawn = {item.item_id for item in candidates(session, person.id, competencies)}
        assert drawn
        assert not drawn & practice_ids
        assert sum(unseen_counts(session, person.id).values()) == len(drawn)
        assert sum(item_counts(session).values()) == len(ASKED)
        session.execute(update(Item).where(Item.id.in_(codes_of)).values(state="trial"))
        assert candidates(session, person.id, competencies, "trial") == []


def test_practice_is_in_no_form_and_not_in_the_figures_of_an_instrument(site: Site) -> None:
    with site.database.writing() as session:
        version = newest_version(session, "digital")
        state = instrument_state(session, version)
        lines = session.scalars(
            select(BlueprintLine).where(BlueprintLine.instrument_version_id == version.id)
        ).all()
        formed = {
            item.item_version_id for line in lines for item in assemblable(session, version, line)
        }
        versions = select(ItemVersion.id).join(Item).where(Item.code.in_(PRACTICE))
        assert formed
        assert not formed & set(session.scalars(versions))
        assert max(line.available for line in state.lines) <= len(ASKED)
