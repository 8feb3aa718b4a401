"""What keeps a draft from being sent to review, one sentence each."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.courses.models import Draft
from plugins.courses.queries.authoring import competency_choices
from plugins.courses.services.authoring.drafts import DraftSource, draft_source
from plugins.courses.services.authoring.preview import course_problems

NO_SUMMARY = "Tulis ringkasan pelatihan."  # i18n
NO_HOURS = "Isi jumlah JP."  # i18n
NO_OBJECTIVES = "Tulis paling sedikit satu tujuan."  # i18n
NO_COMPETENCIES = "Pilih kemampuan yang ditingkatkan."  # i18n
NO_MODULES = "Tambahkan paling sedikit satu modul."  # i18n


def draft_problems(session: Session, draft: Draft) -> list[str]:
    """Give what must be mended before review; empty when the draft is complete."""
    source = draft_source(session, draft)
    codes = [code for code, _ in competency_choices(session)]
    files = {file.name: file for file in source.files}
    modules = [(module.title, module.markdown) for module in source.modules]
    return [*_facts_problems(source, codes), *course_problems(modules, files)]


def _facts_problems(source: DraftSource, codes: list[str]) -> list[str]:
    course = source.course
    checks = [
        (bool(course.summary.strip()), NO_SUMMARY),
        (course.jp >= 1, NO_HOURS),
        (bool(course.objectives), NO_OBJECTIVES),
        (bool(course.teaches), NO_COMPETENCIES),
        (bool(source.modules), NO_MODULES),
    ]
    unknown = [t.competency for t in course.teaches if codes.count(t.competency) != 1]
    found = [text for is_well, text in checks if not is_well]
    return found + [f"Kemampuan {code} tidak dikenal atau ada dua." for code in unknown]
