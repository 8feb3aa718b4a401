"""Writes the workbook: text stays text, so that no office program takes it for a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from lms.core.learning.workbook.layout import (
    COMPETENCIES,
    EXCEPTIONS,
    EXTRA_LEVELS,
    FRAMEWORKS,
    LEVEL_TITLES,
    LEVELS,
    RULES,
    STANDARDS,
    Layout,
)
from lms.core.people.positions import POSITION_LEVELS
from lms.core.sheets import Value
from lms.core.sheets.writing import harmless

Data = Mapping[str, Any]
Rows = Iterable[Sequence[Value]]
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(
    frameworks: Sequence[Data], standards: Sequence[Data], rules: Sequence[Data]
) -> bytes:
    """Make the XLSX of frameworks, standards and rule sets in the shape of content packs."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, OPTIONS)
    _add(book, FRAMEWORKS, _framework_rows(frameworks, standards))
    _add(book, COMPETENCIES, _competency_rows(frameworks))
    _add(book, LEVELS, _level_rows(frameworks))
    asked = _asked_levels(standards)
    titles = [LEVEL_TITLES.get(level, level) for level in asked]
    _add(book, STANDARDS, _standard_rows(standards, asked), titles)
    _add(book, EXCEPTIONS, _exception_rows(standards))
    _add(book, RULES, _rule_rows(rules))
    book.close()
    return target.getvalue()


def _add(book: Any, layout: Layout, rows: Rows, more: Sequence[str] = ()) -> None:
    sheet = book.add_worksheet(layout.name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd-mm-yyyy", "valign": "top"})
    for place, width in enumerate((*layout.widths, *(16 for _ in more))):
        sheet.set_column(place, place, width)
    sheet.write_row(0, 0, [*(column.title for column in layout.columns), *more], bold)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, place, value, day)
            else:
                sheet.write(number, place, harmless(value), text)
    sheet.freeze_panes(1, 0)


def _framework_rows(frameworks: Sequence[Data], standards: Sequence[Data]) -> Rows:
    by_code = {standard["framework"]: standard for standard in standards}
    for each in frameworks:
        own: list[Value] = [each["code"], each["name"], each["version"], each["source"]]
        standard = by_code.get(each["code"])
        if standard is not None:
            day = date.fromisoformat(standard["valid_from"])
            own += [standard["name"], standard["version"], day, standard["source"]]
        yield own


def _competency_rows(frameworks: Sequence[Data]) -> Rows:
    for framework in frameworks:
        domains = {domain["code"]: domain["name"] for domain in framework["domain"]}
        for each in framework["competency"]:
            categories = each.get("categories", {})
            yield (
                framework["code"],
                each["domain"],
                domains[each["domain"]],
                each["code"],
                each["name"],
                each["short"],
                each["description"],
                "; ".join(f"{word} = {level}" for word, level in categories.items()),
            )
        used = {each["domain"] for each in framework["competency"]}
        for code in [code for code in domains if code not in used]:
            yield (framework["code"], code, domains[code])


def _level_rows(frameworks: Sequence[Data]) -> Rows:
    for framework in frameworks:
        for competency in framework["competency"]:
            for each in competency["level"]:
                yield (
                    framework["code"],
                    competency["code"],
                    each["level"],
                    each["name"],
                    each["description"],
                    "\n".join(each["indicators"]),
                )


def _asked_levels(standards: Sequence[Data]) -> list[str]:
    """Give the position levels to make columns of: the usual ones, then others that are asked."""
    asked = {
        level for standard in standards for need in standard["require"] for level in need["levels"]
    }
    rare = [level for level in EXTRA_LEVELS if level in asked]
    return [*POSITION_LEVELS, *rare, *sorted(asked - set(LEVEL_TITLES))]


def _standard_rows(standards: Sequence[Data], asked: Sequence[str]) -> Rows:
    for standard in standards:
        for need in standard["require"]:
            levels = (need["levels"].get(level) for level in asked)
            yield (standard["framework"], need["competency"], *levels)


def _exception_rows(standards: Sequence[Data]) -> Rows:
    for standard in standards:
        for each in standard["exception"]:
            level = each["position_level"]
            yield (
                standard["framework"],
                each["competency"],
                each["position"],
                LEVEL_TITLES.get(level, level),
                each["level"],
            )


def _rule_rows(rules: Sequence[Data]) -> Rows:
    for rule in rules:
        for band in rule["band"]:
            yield (
                rule["code"],
                rule["version"],
                rule["name"],
                rule["unit"],
                rule["source"],
                band["level"],
                band["label"],
                band["at_least"],
            )
