"""Pure rules of writing: hints, names, places, notes, comparing; and drafts as sources."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms import Conflict
from lms.core.site import Site
from plugins.courses.domain.comparing import compare
from plugins.courses.domain.drafting import free_name, hints_of, insert_line, moved, slug_of
from plugins.courses.domain.steps import find_problems
from plugins.courses.models import (
    Course,
    CourseVersion,
    Draft,
    DraftModule,
    Media,
    Module,
    Revision,
)
from plugins.courses.services.authoring.drafts import (
    draft_from_parsed,
    draft_source,
    find_draft,
    save_facts,
)
from plugins.courses.services.authoring.opening import open_draft
from plugins.courses.services.content import parse_course
from plugins.courses.services.rendering import render_step
from tests.conftest import make_person
from tests.courses.factories import SAFE, write_course


@pytest.mark.parametrize(
    ("markdown", "words", "longest"),
    [
        ("", 0, 0),
        ("Satu dua tiga. Empat lima!", 5, 3),
        ("## Judul\n\nIsi pendek", 3, 2),
        ("- satu dua\n- tiga", 3, 2),
        ("[teks](https://a.go.id) **tebal** `x`", 3, 3),
        ("::: ingat\nDua kata\n:::", 2, 2),
        ("| a | b c |\n| --- | --- |\n| d | e f g |\n| h | i j |", 10, 3),
    ],
)
def test_hints_count_what_is_read(markdown: str, words: int, longest: int) -> None:
    hints = hints_of(markdown)
    assert (hints.words, hints.longest) == (words, longest)


def test_minutes_follow_the_words() -> None:
    assert [hints_of("kata " * n).minutes for n in (149, 150, 151)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Aman di Dunia Digital!", "aman-di-dunia-digital"), ("Café — 2026", "cafe-2026"), ("漢", "")],
)
def test_titles_become_addresses(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_taken_names_get_a_number() -> None:
    assert free_name("a", {"a.png", "a-2.png"}, ".png") == "a-3.png"


@pytest.mark.parametrize(
    ("at", "result"),
    [
        (0, "Satu\nlagi.\n\nX\n\nDua.\n"),
        (7, "Satu\nlagi.\n\nX\n\nDua.\n"),
        (14, "Satu\nlagi.\n\nDua.\n\nX\n"),
        (None, "Satu\nlagi.\n\nDua.\n\nX\n"),
        (999, "Satu\nlagi.\n\nDua.\n\nX\n"),
        (-4, "Satu\nlagi.\n\nX\n\nDua.\n"),
    ],
)
def test_line_is_put_behind_its_paragraph(at: int | None, result: str) -> None:
    assert insert_line("Satu\nlagi.\n\nDua.\n", "X", at) == result


@given(st.lists(st.integers(), min_size=1, unique=True), st.data(), st.sampled_from([-1, 1]))
def test_moving_keeps_every_module(order: list[int], data: st.DataObject, by: int) -> None:
    item = data.draw(st.sampled_from(order))
    result = moved(order, item, by)
    assert sorted(result) == sorted(order)
    assert abs(result.index(item) - order.index(item)) <= 1


@given(st.text("ab c\n.", max_size=60), st.text("ab c\n.", max_size=60))
def test_comparing_gives_both_texts_back(before: str, after: str) -> None:
    change = compare(before, after)
    old = [[p.text for p in line if p.kind != "ins"] for line in change.lines]
    new = [[p.text for p in line if p.kind != "del"] for line in change.lines]
    if not any(piece.kind == "left_out" for line in change.lines for piece in line):
        assert "".join("".join(line) for line in old) == "".join(before.splitlines())
        assert "".join("".join(line) for line in new) == "".join(after.splitlines())
    assert change.is_same == (before.splitlines() == after.splitlines())


def test_notes_become_boxes_and_code_stays() -> None:
    html = render_step("Awal\n::: penting\nKunci **layar**.\n\n- satu\n:::\nAkhir", {})
    assert html.replace("\n", "") == (
        '<p>Awal</p><div class="note"><p><strong>Penting</strong></p>'
        "<p>Kunci <strong>layar</strong>.</p><ul><li>satu</li></ul></div><p>Akhir</p>"
    )
    assert "note" not in render_step("```\n::: ingat\n```", {})


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("::: ingat\nx", [("catatan ini belum ditutup dengan :::", 1)]),
        ("::: ingat\nx\n:::\n\n::: soal A1", []),
        ("![](media/a.png)\n\n##", [("gambar perlu keterangan di dalam kurung siku", 1),
                                     ("judul langkah kosong", 3)]),
        ("[x](media/b.pdf)", [("berkas 'media/b.pdf' tidak ada di folder media", 1)]),
        ("```\n![](x.png)", [("blok kode tidak ditutup", 1)]),
    ],
)  # fmt: skip
def test_every_problem_is_found(markdown: str, found: list[tuple[str, int]]) -> None:
    problems = find_problems(markdown, {"media/a.png"})
    assert [(problem.text, problem.line) for problem in problems] == found


def test_draft_of_a_published_course_says_the_same(site: Site) -> None:
    with site.database.writing() as session:
        actor = make_person(session, roles=("trainer",)).id
        draft = open_draft(session, actor, SAFE)
        assert open_draft(session, actor, SAFE).id == draft.id
        source = draft_source(session, draft)
        version = session.scalars(
            select(CourseVersion)
            .join(Course, Course.id == CourseVersion.course_id)
            .where(Course.slug == SAFE)
        ).one()
        assert (source.course.slug, source.course.title) == (SAFE, version.title)
        assert [t.competency for t in source.course.teaches] == ["D4", "LD"]
        modules = select(Module).where(Module.course_version_id == version.id)
        stored = list(session.scalars(modules.order_by(Module.sequence)))
        assert [(m.title, m.markdown) for m in source.modules] == [
            (module.title, module.source) for module in stored
        ]
        assert len(source.names) == len(set(source.names)) == len(stored)
        media = select(Media.name).where(Media.course_version_id == version.id)
        assert {file.name for file in source.files} == set(session.scalars(media))
        assert all(file.size for file in source.files)


def test_course_folder_becomes_a_draft_and_replaces_one(site: Site, tmp_path: Path) -> None:
    parsed = parse_course(write_course(tmp_path))
    with site.database.writing() as session:
        actor = make_person(session, roles=("trainer",)).id
        for _ in range(2):
            draft_from_parsed(session, actor, parsed)
        course, draft = find_draft(session, "surat")
        assert course.state == "draft"
        source = draft_source(session, draft)
        assert source.course.teaches == parsed.course.teaches
        assert source.modules == parsed.modules
        kinds = session.scalars(select(Revision.kind).where(Revision.module.is_not(None)))
        assert list(kinds) == ["imported", "removed", "imported"]
        ids = session.scalars(select(Revision.module).where(Revision.module.is_not(None)))
        assert set(ids) == {session.scalars(select(DraftModule.public_id)).one()}
        draft.state = "in_review"
        session.flush()
        with pytest.raises(Conflict):
            draft_from_parsed(session, actor, parsed)


def test_facts_of_a_second_tab_are_kept(site: Site) -> None:
    with site.database.writing() as session:
        actor = make_person(session, roles=("trainer",)).id
        draft = open_draft(session, actor, SAFE)
        facts = draft_source(session, draft).course
        from plugins.courses.services.authoring.drafts import _source_facts

        mine, yours = _source_facts(facts), _source_facts(facts)
        object.__setattr__(mine, "jp", 5)
        object.__setattr__(yours, "jp", 6)
        assert save_facts(session, actor, SAFE, mine, draft.revision)
        assert not save_facts(session, actor, SAFE, yours, 0)
        assert session.scalars(select(Draft)).one().facts["jp"] == 5
        kept = session.scalars(select(Revision).where(Revision.kind == "kept")).one()
        assert kept.facts["jp"] == 6
