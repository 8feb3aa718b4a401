"""Questions of a file come into the bank once, as drafts, at the right competency."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listen, remove

from lms import Invalid, Site
from lms.core.audit import AuditEntry
from lms.models import Competency
from plugins.assessment.domain.formats import Parsed, read_questions
from plugins.assessment.models import Item, ItemVersion
from plugins.assessment.queries.bank import BankFilter
from plugins.assessment.services.exporting import WRITERS, OutFormat, export_items
from plugins.assessment.services.importing import ImportPlan, apply_import, plan_import
from tests.assessment.formats.factories import golden

ONE = "{name}{{=Benar ~Salah ~Lain}}\n\n"


def gift(*names: str, category: str = "") -> Parsed:
    head = f"$CATEGORY: {category}\n\n" if category else ""
    return read_questions((head + "".join(ONE.format(name=n) for n in names)).encode(), "x.gift")


def store(site: Site, parsed: Parsed, competency: str = "") -> ImportPlan:
    with site.database.writing() as session:
        return apply_import(session, parsed, None, competency=competency, filename="soal.gift")


def look(site: Site, parsed: Parsed, competency: str = "") -> ImportPlan:
    with site.database.reading() as session:
        return plan_import(session, parsed, competency=competency)


def counts(site: Site) -> tuple[int, int]:
    with site.database.reading() as session:
        items = session.scalar(select(func.count()).select_from(Item))
        versions = session.scalar(select(func.count()).select_from(ItemVersion))
        return items or 0, versions or 0


def places(site: Site, *codes: str) -> list[str]:
    query = select(Competency.code).join(Item, Item.competency_id == Competency.id)
    with site.database.reading() as session:
        return [session.scalars(query.where(Item.code == code)).one() for code in codes]


def test_questions_come_in_as_drafts_with_an_audit_entry(site: Site) -> None:
    plan = store(site, gift("Satu?", "Dua?"), "D2")

    assert (plan.read, plan.imported, plan.skipped, plan.errors) == (2, 2, 0, ())
    with site.database.reading() as session:
        items = list(session.scalars(select(Item).where(Item.code.in_(i.code for i in plan.new))))
        assert [item.state for item in items] == ["draft", "draft"]
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject) == ("assessment:item:import", "soal.gift")
    assert entry.details["codes"] == [item.code for item in plan.new]


def test_dry_run_stores_nothing_and_tells_the_same(site: Site) -> None:
    before = counts(site)
    planned = look(site, gift("Satu?", "Satu?"), "D2")
    assert counts(site) == before
    assert planned.as_json() == store(site, gift("Satu?", "Satu?"), "D2").as_json()


def test_second_import_changes_nothing(site: Site) -> None:
    store(site, gift("Satu?", "Dua?"), "D2")
    before = counts(site)
    again = store(site, gift("Satu?", "Dua?"), "D2")
    assert (again.imported, again.skipped, again.usable) == (0, 2, True)
    assert counts(site) == before


def test_same_question_in_other_spelling_is_one(site: Site) -> None:
    store(site, gift("Apa itu  PDF?"), "D2")
    other = "apa itu pdf?{~lain ~SALAH =benar}"  # another order of options, the same key
    assert store(site, read_questions(other.encode(), "x"), "D2").skipped == 1


@pytest.mark.parametrize(
    "other",
    ["Apa itu PDF?{=Salah ~Benar ~Lain}", "Apa itu PDF?{=Benar ~Salah}", "Apa itu PNG?{=Benar ~b}"],
)
def test_question_with_another_key_or_options_is_another(site: Site, other: str) -> None:
    store(site, gift("Apa itu PDF?"), "D2")
    assert store(site, read_questions(other.encode(), "x"), "D2").imported == 1


def test_question_twice_in_a_file_comes_in_once(site: Site) -> None:
    plan = store(site, gift("Satu?", "Satu?", "Dua?"), "D2")
    assert (plan.read, plan.imported, plan.skipped) == (3, 2, 1)


@pytest.mark.parametrize(
    ("category", "competency", "expected"),
    [
        ("$course$/top/D4", "", "D4"),
        ("$course$/top/D4", "D2", "D4"),
        ("Bank/Literasi digital", "", "D1"),
        ("Bank/D3 – Pelayanan", "", "D3"),
        ("D3/Tingkat 2", "", "D3"),
        ("Umum", "D2", "D2"),
        ("Umum", "etika dan keamanan digital", "D4"),
        ("", "", "D1"),
    ],
)
def test_competency_comes_from_category_or_choice(
    site: Site, category: str, competency: str, expected: str
) -> None:
    plan = store(site, gift("Satu?", category=category), competency)
    assert places(site, plan.new[0].code) == [expected]
    assert plan.new[0].code.startswith(f"{expected}-")


def test_question_without_any_competency_waits_at_the_first_with_a_note(site: Site) -> None:
    plan = look(site, gift("Satu?", "Dua?"))
    assert plan.errors == ()
    assert [note.message for note in plan.notes] == [
        "2 soal tidak menyebut kompetensi. Soal itu masuk ke D1, Literasi digital."
    ]


def test_level_comes_from_the_category(site: Site) -> None:
    assert look(site, gift("Satu?", category="D3/Tingkat 4")).new[0].draft.level == 4


def test_unknown_choice_is_refused_with_the_codes(site: Site) -> None:
    with pytest.raises(Invalid) as refused:
        look(site, gift("Satu?"), "X9")
    assert "X9" in refused.value.message
    assert "D1" in refused.value.reasons[0]


def test_unknown_competency_of_a_row_is_an_error_of_that_row(site: Site) -> None:
    rows = (
        "Kompetensi;Pertanyaan;Pilihan A;Pilihan B;Kunci\nX9;Satu?;ya;tidak;A\nD2;Dua?;ya;tidak;B\n"
    )
    plan = store(site, read_questions(rows.encode(), "soal.csv"))
    assert plan.imported == 1
    assert [(e.where, e.message) for e in plan.errors] == [
        ("baris 2", "Kompetensi “X9” tidak dikenal.")
    ]


def test_code_of_another_question_is_an_error_of_that_row(site: Site) -> None:
    header = "Kode;Pertanyaan;Pilihan A;Pilihan B;Kunci\n"
    rows = f"{header}D1-01;Satu?;ya;tidak;A\nBARU-1;Dua?;ya;tidak;B\n"
    plan = store(site, read_questions(rows.encode(), "soal.csv"), "D1")
    assert [item.code for item in plan.new] == ["BARU-1"]
    assert "D1-01" in plan.errors[0].message


def test_bad_questions_never_keep_good_ones_out(site: Site) -> None:
    plan = store(site, read_questions(golden("moodle.xml"), "moodle.xml"))
    assert (plan.read, plan.imported, plan.skipped) == (10, 7, 0)
    assert [error.where for error in plan.errors] == [
        "soal 8 (Esai)",
        "soal 10 (Bergambar)",
        "soal 11 (Tanpa kunci)",
    ]
    assert "essay" in plan.errors[0].message


@pytest.mark.parametrize("form", list(WRITERS))
def test_export_of_the_bank_comes_back_as_nothing_new(site: Site, form: OutFormat) -> None:
    with site.database.reading() as session:
        made = export_items(session, form, BankFilter())
    plan = look(site, read_questions(made.content, f"soal{made.suffix}"))
    assert (plan.imported, plan.errors, plan.skipped) == (0, (), made.count)
    assert made.count >= 85


def test_export_of_nothing_is_refused(site: Site) -> None:
    with site.database.reading() as session, pytest.raises(Invalid):
        export_items(session, "gift", BankFilter(search="tidakadasoalbegini"))


def test_export_gives_no_more_than_an_import_takes(site: Site) -> None:
    store(site, gift(*(f"Soal {n}?" for n in range(500))), "D2")
    with site.database.reading() as session:
        assert export_items(session, "gift", BankFilter()).count >= 500
        with pytest.raises(Invalid, match="499"):
            export_items(session, "qti", BankFilter())


def test_number_of_statements_does_not_grow_with_the_file(site: Site) -> None:
    seen: list[str] = []

    def note(*event: Any) -> None:
        seen.append(event[2])

    def statements(names: int) -> int:
        seen.clear()
        parsed = gift(*(f"Soal {n}?" for n in range(names)))
        with site.database.reading() as session:
            plan_import(session, parsed, competency="D1")
        return len(seen)

    listen(site.database.engine, "before_cursor_execute", note)
    try:
        assert statements(2) == statements(300)
    finally:
        remove(site.database.engine, "before_cursor_execute", note)
