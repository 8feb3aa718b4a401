"""Points for every type, as tables; what keeps a question from being saved."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.assessment.contracts import Typed
from plugins.assessment.domain import item_problems, split_tags
from plugins.assessment.domain.types import BUILT_IN, UNKNOWN, option_ids
from plugins.assessment.domain.types.texts import clean, same_text
from tests.assessment.types.samples import FOUR, REGIONS, RUBRIC, SAMPLES, sample

KINDS = {each.name: each for each in BUILT_IN}
ALL = {"credit": "all"}
LOUD = {"case": True}


@pytest.mark.parametrize(
    ("kind", "changes", "value", "score"),
    [
        ("single", {}, "c", 1),
        ("single", {}, "a", 0),
        ("true_false", {}, "true", 1),
        ("true_false", {}, "false", 0),
        ("multiple", {}, "a,c", 1),
        ("multiple", {}, "a", 0.5),
        ("multiple", {}, "a,b", 0),
        ("multiple", {}, "a,b,c", 0.5),
        ("multiple", {}, "a,b,c,d", 0),
        ("multiple", {}, "b,d", 0),
        ("multiple", ALL, "a,c", 1),
        ("multiple", ALL, "a", 0),
        ("multiple", ALL, "a,b,c", 0),
        ("matching", {}, "1=b,2=a", 1),
        ("matching", {}, "1=b", 0.5),
        ("matching", {}, "1=b,2=c", 0.5),
        ("matching", {}, "1=a,2=b", 0),
        ("ordering", {}, "b,a,d,c", 1),
        ("ordering", {}, "c,d,a,b", 0),
        ("ordering", {}, "a,b,d,c", 5 / 6),
        ("ordering", {}, "a,b,c,d", 4 / 6),
        ("short_text", {}, "PDF", 1),
        ("short_text", {}, "“Pdf”.", 1),
        ("short_text", {}, "berkas   pdf", 1),
        ("short_text", {}, "ＰＤＦ", 1),
        ("short_text", {}, "pdfs", 0),
        ("short_text", LOUD, "PDF", 0),
        ("short_text", LOUD, "berkas PDF", 1),
        ("numeric", {}, "12.5", 1),
        ("numeric", {}, "12", 1),
        ("numeric", {}, "13", 1),
        ("numeric", {}, "13.01", 0),
        ("numeric", {"value": 0.2, "tolerance": 0.1}, "0.3", 1),
        ("numeric", {"tolerance": 0}, "12.50", 1),
        ("hotspot", {}, "2", 1),
        ("hotspot", {}, "1", 0),
        ("sjt", {}, "a", 1),
        ("sjt", {}, "c", 1 / 3),
        ("sjt", {}, "b", 0),
        ("scale", {}, "2", None),
        ("file", {}, "ab|x.pdf", None),
    ],
)
def test_points(kind: str, changes: dict[str, Any], value: str, score: float | None) -> None:
    content, scoring = SAMPLES[kind]
    found = KINDS[kind].score(content, {**scoring, **changes}, value)
    assert found == (score if score is None else pytest.approx(score))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("single", "Tiga"),
        ("multiple", "Satu; Tiga"),
        ("true_false", "Benar"),
        ("matching", "Dokumen – DOCX; Gambar – JPG"),
        ("ordering", "Dua → Satu → Empat → Tiga"),
        ("short_text", "pdf; berkas PDF"),
        ("numeric", "12,5 ± 0,5 MB"),
        ("hotspot", "Tombol Batal"),
        ("sjt", "Tanya (3); Tunda (1); Diam (0)"),
        ("scale", ""),
        ("file", "Isi lengkap (4); Rapi (2)"),
    ],
)
def test_key_in_words(kind: str, words: str) -> None:
    assert KINDS[kind].key_text(*SAMPLES[kind]) == words


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_good_question_has_no_problems(kind: str) -> None:
    assert item_problems(sample(kind), KINDS[kind]) == []


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_every_type_says_how_it_scores(kind: str) -> None:
    assert len(KINDS[kind].hint.split()) >= 5


def _content(kind: str, **changes: Any) -> dict[str, Any]:
    return {"content": {**SAMPLES[kind][0], **changes}}


def _scoring(kind: str, **changes: Any) -> dict[str, Any]:
    return {"scoring": {**SAMPLES[kind][1], **changes}}


SAME = [{"id": "a", "text": "Satu"}, {"id": "b", "text": " satu "}]
UNKNOWN_ID = [{"id": "a", "text": "Satu"}, {"id": UNKNOWN, "text": "Dua"}]
OUT = [{**REGIONS[0], "x": 300}, REGIONS[1]]
NOWHERE = [{**REGIONS[0], "x": "kiri"}, REGIONS[1]]


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("single", {"stem": " "}, "stem"),
        ("single", {"stem": "x" * 4001}, "stem"),
        ("single", {"level": 6}, "level"),
        ("single", {"difficulty": 7.0}, "difficulty"),
        ("single", {"tags": ("x" * 41,)}, "tags"),
        ("single", {"tags": ('a"b',)}, "tags"),
        ("single", {"content": {}}, "options"),
        ("single", {"content": {"options": "abc"}}, "options"),
        ("single", _content("single", options=FOUR[:1]), "options"),
        ("single", _content("single", options=SAME), "options"),
        ("single", _content("single", options=UNKNOWN_ID), "options"),
        ("single", _content("single", options=[{"id": "A!", "text": "x"}, FOUR[1]]), "options"),
        ("single", _content("single", options=[{"id": "a", "text": ""}, FOUR[1]]), "options"),
        (
            "single",
            _content("single", options=[{"id": "a", "text": "x" * 501}, FOUR[1]]),
            "options",
        ),
        ("single", _scoring("single", key="z"), "key"),
        ("true_false", _scoring("true_false", key=""), "key"),
        ("multiple", _scoring("multiple", keys=[]), "keys"),
        ("multiple", _scoring("multiple", keys=["a", "z"]), "keys"),
        ("multiple", _scoring("multiple", keys=list("abcd")), "keys"),
        ("multiple", _scoring("multiple", credit="half"), "credit"),
        ("matching", _content("matching", prompts=[]), "prompts"),
        ("matching", _scoring("matching", pairs={"1": "b"}), "prompts"),
        ("matching", _scoring("matching", pairs={"1": "b", "2": "z"}), "prompts"),
        ("ordering", _scoring("ordering", order=["a", "b"]), "options"),
        ("short_text", _scoring("short_text", accepted=[]), "accepted"),
        ("short_text", _scoring("short_text", accepted=["x"] * 31), "accepted"),
        ("numeric", _scoring("numeric", value="dua"), "value"),
        ("numeric", _scoring("numeric", value=float("nan")), "value"),
        ("numeric", _scoring("numeric", value=True), "value"),
        ("numeric", _scoring("numeric", tolerance=-1), "tolerance"),
        ("numeric", _content("numeric", unit="x" * 21), "unit"),
        ("hotspot", _content("hotspot", image=""), "image"),
        ("hotspot", _content("hotspot", alt=" "), "alt"),
        ("hotspot", _content("hotspot", width="besar"), "image"),
        ("hotspot", _content("hotspot", options=OUT), "options"),
        ("hotspot", _content("hotspot", options=NOWHERE), "options"),
        ("hotspot", _scoring("hotspot", keys=["9"]), "keys"),
        ("sjt", _scoring("sjt", weights={"a": 1}), "weights"),
        ("sjt", _scoring("sjt", weights={"a": 0, "b": 0, "c": 0}), "weights"),
        ("sjt", _scoring("sjt", weights={"a": -1, "b": 0, "c": 3}), "weights"),
        ("scale", {"content": {"options": []}}, "options"),
        ("file", _content("file", accept=["exe"]), "accept"),
        ("file", _content("file", max_mb=11), "max_mb"),
        ("file", _content("file", rubric=[]), "rubric"),
        ("file", _content("file", rubric=[{**RUBRIC[0], "points": 0}]), "rubric"),
    ],
)
def test_question_that_cannot_be_saved_says_where(
    kind: str, changes: dict[str, Any], field: str
) -> None:
    problems = item_problems(sample(kind, **changes), KINDS[kind])
    assert field in {problem.field for problem in problems}
    assert all(problem.text.endswith(".") for problem in problems)


# -- the authoring form --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_form_of_a_stored_question_is_read_as_the_same(kind: str) -> None:
    content, scoring = SAMPLES[kind]
    assert KINDS[kind].read(KINDS[kind].fill(content, scoring)) == (content, scoring)


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_empty_form_is_refused_not_broken(kind: str) -> None:
    content, scoring = KINDS[kind].read(Typed())
    assert item_problems(sample(kind, content=content, scoring=scoring), KINDS[kind])
    KINDS[kind].fill({}, {})


TYPED = st.dictionaries(
    st.sampled_from(
        [
            *(
                f"{name}_{letter}"
                for name in ("option", "option_id", "prompt", "match")
                for letter in "abct"
            ),
            *("key", "keys", "credit", "shown", "accepted", "value", "tolerance", "width", "x_a"),
            *("extra_a", "weight_a", "rubric_a", "points_a", "max_mb", "accept", "image", "alt"),
        ]
    ),
    st.lists(st.text(max_size=20), min_size=1, max_size=3),
)


@given(st.sampled_from(sorted(SAMPLES)), TYPED)
def test_whatever_is_typed_is_read_and_judged(kind: str, typed: dict[str, list[str]]) -> None:
    content, scoring = KINDS[kind].read(Typed(typed))
    draft = sample(kind, content=content, scoring=scoring)
    if not item_problems(draft, KINDS[kind]):
        assert KINDS[kind].read(KINDS[kind].fill(content, scoring)) == (content, scoring)


STEPS = st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=2, max_size=8, unique=True)


@given(STEPS)
def test_learner_never_sees_steps_in_the_right_order(steps: list[str]) -> None:
    typed = Typed({f"option_{letter}": [t] for letter, t in zip("abcdefgh", steps, strict=False)})
    content, scoring = KINDS["ordering"].read(typed)
    assert option_ids(content) != scoring["order"]
    texts = {option["id"]: option["text"] for option in content["options"]}
    assert [texts[each] for each in scoring["order"]] == steps
    assert KINDS["ordering"].score(content, scoring, ",".join(scoring["order"])) == 1


@given(STEPS)
def test_shown_partners_do_not_tell_the_pairs(steps: list[str]) -> None:
    typed = Typed()
    for letter, text in zip("abcdefgh", steps, strict=False):
        typed |= {f"prompt_{letter}": [f"kiri {text}"], f"match_{letter}": [f"kanan {text}"]}
    content, scoring = KINDS["matching"].read(typed)
    assert option_ids(content) != list(scoring["pairs"].values())
    assert KINDS["matching"].problems(content, scoring) == []


def test_prompts_may_share_a_partner_and_part_again() -> None:
    typed = Typed(prompt_a=["DOCX"], match_a=["teks"], prompt_b=["TXT"], match_b=["Teks"])
    typed |= {"extra_a": ["suara"]}
    content, scoring = KINDS["matching"].read(typed)
    assert len(content["options"]) == 2
    assert len(set(scoring["pairs"].values())) == 1
    again = KINDS["matching"].fill(content, scoring)
    again["match_b"] = ["polos"]
    content, scoring = KINDS["matching"].read(again)
    assert len(content["options"]) == 3
    assert (
        item_problems(sample("matching", content=content, scoring=scoring), KINDS["matching"]) == []
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("PDF", "pdf"), ("  a  b ", "A B"), ("“pdf.”", "pdf"), ("ﬁle", "file"), ("Straße", "STRASSE")],
)
def test_same_answer(one: str, other: str) -> None:
    assert same_text(one) == same_text(other)


@pytest.mark.parametrize(("one", "other"), [("a b", "ab"), ("c++", "c"), ("?", "!")])
def test_another_answer(one: str, other: str) -> None:
    assert same_text(one) != same_text(other)


@given(st.text())
def test_clean_text_is_one_line(text: str) -> None:
    assert len(clean(text).splitlines()) <= 1
    assert clean(clean(text)) == clean(text)


def test_tags_are_small_and_each_once() -> None:
    assert split_tags(" Email , ,keamanan  data,email") == ("email", "keamanan data")
