"""What is written is read back equal: kind, words, key, explanation, level, difficulty, tags."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.assessment.domain import ItemDraft
from plugins.assessment.domain.formats import (
    ExportedItem,
    ImportedItem,
    fingerprint,
    read_questions,
    write_gift,
    write_qti,
    write_workbook,
)
from plugins.assessment.domain.formats.drafts import Choice, Frame, one_right, short_text
from plugins.assessment.domain.formats.samples import template_workbook
from plugins.assessment.domain.formats.texts import clean
from tests.assessment.formats.factories import every_kind, exported, with_scale

Write = Callable[[Iterable[ExportedItem]], bytes]
WRITERS: dict[str, Write] = {"gift": write_gift, "qti": write_qti, "xlsx": write_workbook}
CASES = [
    *((form, kind) for form in WRITERS for kind in every_kind()),
    ("qti", "scale"),
    ("xlsx", "scale"),
]


def back(form: str, draft: ItemDraft) -> ImportedItem:
    content = WRITERS[form]([ExportedItem(code="D1-07", draft=draft, competency="D1")])
    parsed = read_questions(content, "soal")
    assert [problem.message for problem in (*parsed.problems, *parsed.notes)] == []
    (item,) = parsed.items
    return item


def assert_equal(found: ItemDraft, draft: ItemDraft) -> None:
    assert fingerprint(found) == fingerprint(draft)
    assert replace(found, content={}, scoring={}, stem="") == replace(
        draft, content={}, scoring={}, stem=""
    )
    assert found.stem == draft.stem


@pytest.mark.parametrize(("form", "kind"), CASES)
def test_question_comes_back_equal(form: str, kind: str) -> None:
    draft = with_scale()[kind]
    item = back(form, draft)
    assert_equal(item.draft, draft)
    assert item.code == "D1-07"
    assert "D1" in (item.category, item.competency)


@pytest.mark.parametrize(("form", "kind"), [case for case in CASES if case[1] != "matching"])
def test_options_keep_the_order_that_is_shown(form: str, kind: str) -> None:
    draft = with_scale()[kind]
    shown = [option["text"] for option in draft.content.get("options", ())]
    found = back(form, draft).draft.content.get("options", ())
    assert [option["text"] for option in found] == shown


TEXT = st.text(alphabet="ab=~{}#%:\\>-<&;/[]!\n 15.,|*_()'\"é", min_size=1, max_size=25).map(clean)
TEXTS = st.lists(
    TEXT.filter(bool), min_size=2, max_size=5, unique_by=lambda t: " ".join(t.casefold().split())
)


@pytest.mark.parametrize("form", WRITERS)
@given(stem=TEXT.filter(bool), texts=TEXTS, explanation=TEXT)
@settings(max_examples=60, deadline=None)
def test_any_words_come_back_equal(
    form: str, stem: str, texts: list[str], explanation: str
) -> None:
    if form == "xlsx" and any(t[:1] == "'" for t in (stem, explanation, *texts)):
        return  # an apostrophe in front of a formula sign is Excel's own way to say "text"
    frame = Frame(stem=stem, explanation=explanation)
    draft = one_right(frame, [Choice(text=t, weight=float(n == 1)) for n, t in enumerate(texts)])
    assert_equal(back(form, draft).draft, draft)


@pytest.mark.parametrize("form", ["gift", "qti"])
@given(accepted=st.lists(TEXT.filter(lambda t: bool(t) and "*" not in t), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_any_accepted_answer_comes_back_equal(form: str, accepted: list[str]) -> None:
    whole = [" ".join(text.split()) for text in accepted]
    draft = short_text(Frame(stem="Isi."), whole)
    assert fingerprint(back(form, draft).draft) == fingerprint(draft)


def test_same_questions_give_the_same_bytes() -> None:
    assert write_qti(exported(every_kind())) == write_qti(exported(every_kind()))


def test_package_has_a_manifest_that_names_every_item() -> None:
    with zipfile.ZipFile(BytesIO(write_qti(exported(every_kind())))) as archive:
        names = archive.namelist()
        manifest = archive.read("imsmanifest.xml").decode()
    items = [name for name in names if name.startswith("items/")]
    assert len(items) == len(every_kind())
    assert all(f'href="{name}"' in manifest for name in items)


def test_codes_with_odd_signs_become_different_file_names() -> None:
    draft = every_kind()["single"]
    items = [ExportedItem(code=c, draft=draft, competency="D1") for c in ("A/1", "A_1", "a_1")]
    with zipfile.ZipFile(BytesIO(write_qti(items))) as archive:
        assert len({name.casefold() for name in archive.namelist()}) == 4


def test_exported_formulas_are_text_in_the_spreadsheet() -> None:
    from python_calamine import CalamineWorkbook

    draft = replace(every_kind()["single"], stem="=HYPERLINK(1)")
    content = write_workbook([ExportedItem(code="A", draft=draft, competency="D1")])
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert "'=HYPERLINK(1)" in rows[1]


def test_template_is_read_without_a_problem() -> None:
    parsed = read_questions(template_workbook("D1"), "contoh.xlsx")
    assert parsed.problems == ()
    assert {item.draft.kind for item in parsed.items} == {
        "single",
        "multiple",
        "true_false",
        "matching",
        "ordering",
        "short_text",
        "numeric",
        "sjt",
        "scale",
    }
