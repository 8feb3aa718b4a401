"""The starter bank: enough questions, two parallel forms per domain, sound keys, plain words."""

from __future__ import annotations

import math
import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from sqlalchemy import and_, select

from lms.core.site import Site
from lms.rehearsal.knowing import starter_knowledge
from plugins.assessment.models import Item, ItemVersion
from plugins.assessment.services.content import read_questions
from plugins.assessment.services.types import question_type

PACK = Path(__file__).parents[2] / "content" / "digital-competence"
QUESTIONS = PACK / "questions"
DOMAINS = ("D1", "D2", "D3", "D4", "D5")
FORMS = ("A", "B")
OTHER_KINDS = {
    "multiple",
    "true_false",
    "matching",
    "ordering",
    "short_text",
    "numeric",
    "hotspot",
    "sjt",
}
FORBIDDEN = re.compile(r"\b(?:gagal|gaptek|tidak\s+lulus)\b", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.!?:])[”\"]?\s+")
LONGEST = 15
"""Words in a sentence of a question; the first questions are older than the rule."""

Question = dict[str, Any]


def load() -> dict[str, Question]:
    """All questions by code, each with its domain and kind."""
    found: dict[str, Question] = {}
    for path in sorted(QUESTIONS.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        for item in data["item"]:
            assert item["code"] not in found, item["code"]
            found[item["code"]] = {"kind": "single", **item, "domain": data["competency"]}
    return found


def practice(item: Question) -> bool:
    """Questions inside courses teach; they have rules of their own."""
    tags: list[str] = item.get("tags", [])
    return "latihan" in tags


ALL = load()
BANK = {code: item for code, item in ALL.items() if not practice(item)}
PRACTICE = {code: item for code, item in ALL.items() if practice(item)}


def asked(code: str) -> bool:
    """Self-ratings and drafts are examples for authors; nobody is measured with them."""
    return bool(BANK[code].get("state", "active") == "active")


ASKED = {code: item for code, item in BANK.items() if asked(code)}


def of(domain: str, **wanted: Any) -> list[Question]:
    items = [item for item in ASKED.values() if item["domain"] == domain]
    return [i for i in items if all(i.get(name) == value for name, value in wanted.items())]


def of_kind(kind: str) -> list[Question]:
    return [item for item in BANK.values() if item["kind"] == kind]


def codes(*kinds: str) -> list[str]:
    return [code for code, item in BANK.items() if item["kind"] in kinds]


# -- how many ------------------------------------------------------------------------------------


def test_bank_has_enough_questions_of_every_kind() -> None:
    kinds = Counter(item["kind"] for item in ASKED.values())
    assert len(ASKED) >= 110
    assert len(ASKED) - kinds["single"] >= 10
    assert set(kinds) == OTHER_KINDS | {"single"}
    assert kinds["sjt"] >= 4
    assert kinds["hotspot"] >= 2


@pytest.mark.parametrize("domain", DOMAINS)
def test_domain_has_two_forms_anchors_and_a_reserve(domain: str) -> None:
    assert len(of(domain)) >= 22
    assert all("form" not in item for item in of(domain, anchor=True)), "an anchor is in both"
    reserve = of(domain, form=None, anchor=None)
    assert len(reserve) >= 4, "extra questions are asked after both forms, too"
    assert {item["level"] for item in reserve} >= {1, 2, 3}


def test_forms_are_long_enough_for_what_the_instrument_draws() -> None:
    data = tomllib.loads((PACK / "instruments" / "digital.toml").read_text(encoding="utf-8"))
    for line in data["line"]:
        if (domain := line["measures"]) in DOMAINS:
            most = max(line.get("pre", 0), line.get("retest", 0))
            assert all(len(of(domain, form=form)) >= most for form in FORMS)
            assert len(of(domain, form=None, anchor=None)) >= line.get("extra", 0)


# -- parallel ------------------------------------------------------------------------------------


@pytest.mark.parametrize("domain", DOMAINS)
def test_forms_of_a_domain_are_parallel(domain: str) -> None:
    a, b = (of(domain, form=form) for form in FORMS)
    assert len(a) == len(b) >= 8
    assert Counter(i["level"] for i in a) == Counter(i["level"] for i in b)
    assert Counter(i["tags"][0] for i in a) == Counter(i["tags"][0] for i in b)
    assert abs(mean(i["difficulty"] for i in a) - mean(i["difficulty"] for i in b)) <= 0.15
    for items in (a, b):
        assert len([i for i in items if i["kind"] != "single"]) == 2


@pytest.mark.parametrize("domain", DOMAINS)
def test_anchors_are_a_fifth_of_a_form_and_scored_right_or_wrong(domain: str) -> None:
    anchors = of(domain, anchor=True)
    length = len(of(domain, form="A")) + len(anchors)
    assert len(anchors) / length >= 0.2
    assert {item["kind"] for item in anchors} == {"single"}, "linking needs 0/1 scores"
    assert len({item["tags"][0] for item in anchors}) == len(anchors)
    assert abs(mean(i["difficulty"] for i in anchors)) <= 0.5, "in the middle of the scale"


# -- keys ----------------------------------------------------------------------------------------


def _choice(item: Question) -> bool:
    return len(item["options"]) == 4 and item["key"] in item["options"]


def _true_false(item: Question) -> bool:
    return item["key"] in ("true", "false") and "options" not in item


def _multiple(item: Question) -> bool:
    keys = set(item["keys"])
    fits = keys < set(item["options"]) and len(keys) == len(item["keys"]) > 1
    return fits and item["credit"] in ("partial", "all")


def _matching(item: Question) -> bool:
    pairs = item["pairs"]
    known = set(pairs) == set(item["prompts"]) and set(pairs.values()) < set(item["options"])
    return known and len(set(pairs.values())) == len(pairs)


def _ordering(item: Question) -> bool:
    shown, right = list(item["options"]), item["order"]
    return sorted(right) == sorted(shown) and right != shown and right != shown[::-1]


def _short_text(item: Question) -> bool:
    folded = [" ".join(text.casefold().split()) for text in item["accepted"]]
    return len(folded) > 1 and len(set(folded)) == len(folded) and "" not in folded


def _numeric(item: Question) -> bool:
    return 0 <= item["tolerance"] < item["value"] and bool(item["unit"])


def _hotspot(item: Question) -> bool:
    ids = [region["id"] for region in item["region"]]
    return len(ids) >= 4 and len(set(ids)) == len(ids) and set(item["keys"]) < set(ids)


def _sjt(item: Question) -> bool:
    weights = item["weights"]
    return set(weights) == set(item["options"]) and sorted(weights.values()) == [0, 1, 2, 3]


KEYS: dict[str, Callable[[Question], bool]] = {
    "single": _choice,
    "true_false": _true_false,
    "multiple": _multiple,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "hotspot": _hotspot,
    "sjt": _sjt,
}


@pytest.mark.parametrize("code", ASKED)
def test_question_has_a_sound_key_and_an_explanation(code: str) -> None:
    item = ASKED[code]
    assert KEYS[item["kind"]](item), item
    assert len(item["explanation"].split()) >= 10
    assert 1 <= item["level"] <= 4
    assert -2 <= item["difficulty"] <= 2
    assert code.startswith(item["domain"])
    texts = list(item.get("options", {}).values())
    assert len(set(texts)) == len(texts)


def test_no_stem_or_code_is_used_twice() -> None:
    stems = Counter(" ".join(item["stem"].casefold().split()) for item in ALL.values())
    assert [stem for stem, n in stems.items() if n > 1] == []


def test_keys_of_single_choice_are_spread_over_the_places() -> None:
    for items in (of_kind("single"), *(of(d, kind="single") for d in DOMAINS)):
        places = Counter(item["key"] for item in items)
        assert set(places) == set("abcd")
        assert max(places.values()) <= 0.4 * len(items), places
        assert min(places.values()) >= 0.15 * len(items), places


def test_longest_option_of_single_choice_gives_no_key_away() -> None:
    singles = of_kind("single")
    longest = [
        i for i in singles if max(i["options"], key=lambda o: len(i["options"][o])) == i["key"]
    ]
    assert len(longest) <= 0.4 * len(singles)


def test_other_kinds_give_no_key_away_by_place() -> None:
    best = {max(item["weights"], key=item["weights"].__getitem__) for item in of_kind("sjt")}
    assert best == set("abcd")
    assert {item["key"] for item in of_kind("true_false")} == {"true", "false"}
    for item in of_kind("matching"):
        assert list(item["pairs"].values()) != sorted(item["pairs"].values()), item["code"]
    assert len({item["keys"][0] for item in of_kind("hotspot")}) == len(of_kind("hotspot"))


# The computation of each numeric question, written out a second time.
COMPUTED = {
    "D1-21": math.ceil(40 / (8 / 0.5)),
    "D2-20": (480 - 36) / 480 * 100,
    "D5-22": 200 * (15 - 9) / 60 - 4,
}


@pytest.mark.parametrize("code", codes("numeric"))
def test_value_of_numeric_question_is_computed_right(code: str) -> None:
    assert BANK[code]["value"] == pytest.approx(COMPUTED[code])


# -- in the bank ---------------------------------------------------------------------------------


def test_every_question_is_in_the_bank_and_a_right_answer_scores_in_full(site: Site) -> None:
    with site.database.reading() as session:
        newest = and_(ItemVersion.item_id == Item.id, ItemVersion.version == Item.version)
        rows = session.execute(select(Item, ItemVersion).join(ItemVersion, newest)).all()
    assert {item.code for item, _ in rows} == set(ALL)
    knows = starter_knowledge()
    for item, version in rows:
        known = knows.about(" ".join(version.stem.split()))
        assert known is not None, item.code
        kind = question_type(site, version.kind, version.content)
        assert kind.score(version.content, version.scoring, known.right.value) == 1, item.code
        for wrong in known.wrong:
            if wrong.value != "unknown":
                assert kind.score(version.content, version.scoring, wrong.value) == 0, item.code


def test_other_form_anchor_or_topic_makes_no_new_version(site: Site, tmp_path: Path) -> None:
    for path in QUESTIONS.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"^(form|anchor|tags) = .*\n", "", text, flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    shutil.copytree(QUESTIONS / "media", tmp_path / "media")
    with site.database.writing() as session:
        assert read_questions(session, tmp_path) == 0


# -- pictures ------------------------------------------------------------------------------------


def _apart(one: Question, other: Question) -> bool:
    def clear(side: str, size: str) -> bool:
        return bool(one[side] + one[size] <= other[side] or other[side] + other[size] <= one[side])

    return clear("x", "w") or clear("y", "h")


@pytest.mark.parametrize("code", codes("hotspot"))
def test_regions_of_hotspot_can_be_tapped_apart(code: str) -> None:
    item = BANK[code]
    for region in item["region"]:
        assert region["x"] >= 0 <= region["y"]
        assert region["x"] + region["w"] <= item["width"] == 360
        assert region["y"] + region["h"] <= item["height"]
        assert min(region["w"], region["h"]) >= 44
    assert all(_apart(one, other) for one, other in combinations(item["region"], 2))


@pytest.mark.parametrize("code", codes("hotspot"))
def test_picture_of_hotspot_is_a_drawing_of_its_own_size(code: str) -> None:
    item = BANK[code]
    svg = (QUESTIONS / item["image"]).read_text(encoding="utf-8")
    assert f'viewBox="0 0 {item["width"]} {item["height"]}"' in svg
    assert not re.search(r"<script|<style|style=|<image|href|\bon\w+=|url\(", svg)
    assert len(svg) < 6000
    assert min(map(float, re.findall(r'font-size="([\d.]+)"', svg))) >= 18


@pytest.mark.parametrize("code", codes("hotspot"))
def test_hotspot_can_be_answered_without_seeing_the_picture(code: str) -> None:
    item = BANK[code]
    svg = (QUESTIONS / item["image"]).read_text(encoding="utf-8").casefold()
    for region in item["region"]:
        value = region["text"].partition(": ")[2]
        assert value.casefold() in item["alt"].casefold(), region["text"]
        assert value.casefold() in svg, "the picture says the same"


# -- words ---------------------------------------------------------------------------------------


def texts(item: Question) -> list[str]:
    groups = [item.get(name, {}).values() for name in ("options", "prompts")]
    regions = [region["text"] for region in item.get("region", [])]
    labels = [text for group in groups for text in group]
    return [item["stem"], item["explanation"], item.get("alt", ""), *labels, *regions]


@pytest.mark.parametrize("code", ALL)
def test_question_has_no_forbidden_word(code: str) -> None:
    assert not [text for text in texts(ALL[code]) if FORBIDDEN.search(text)]


@pytest.mark.parametrize("code", codes(*OTHER_KINDS))
def test_question_asks_in_short_sentences(code: str) -> None:
    item = BANK[code]
    assert item["stem"].rstrip().endswith("?")
    parts = [sentence for text in texts(item) for sentence in SENTENCE.split(text)]
    assert [part for part in parts if len(part.split()) > LONGEST] == []
