"""Reads the workbook into the shape of content packs, with every finding by sheet and row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lms.core.learning.workbook.layout import (
    COMPETENCIES,
    EXCEPTIONS,
    FRAMEWORKS,
    LEVEL_TITLES,
    LEVELS,
    RULES,
    STANDARDS,
    TOGETHER,
    Layout,
    level_columns,
)
from lms.core.learning.workbook.rules import read_rules
from lms.core.learning.workbook.tables import NO_SHEET, CellProblem, Line, read_lines, sheet_named
from lms.core.sheets import Sheet, header_key, read_sheets

Data = dict[str, Any]
HIGHEST = 9
TWICE = "Baris ini sudah ada di atas: %(what)s."  # i18n
UNKNOWN_FRAMEWORK = "Kerangka %(code)s tidak ada di lembar Kerangka."  # i18n
UNKNOWN_COMPETENCY = "Kompetensi %(code)s tidak ada di lembar Kompetensi."  # i18n
UNKNOWN_LEVEL = "Tingkat %(level)s tidak ada di lembar Tingkat untuk kompetensi ini."  # i18n
UNKNOWN_RANK = "Jenjang %(text)s tidak dikenal."  # i18n
NO_STANDARD_NAME = "Tulis nama standar, karena lembar Standar berisi kerangka ini."  # i18n
BAD_CATEGORY = "Tulis seperti ini: dasar = 1; menengah = 2."  # i18n


@dataclass(slots=True, kw_only=True)
class Contents:
    """What a workbook holds: frameworks, standards, rules like in packs, and what is wrong.

    A version or date that is left empty is None; an exception carries the `row` it stands in.
    """

    frameworks: list[Data] = field(default_factory=list)
    standards: list[Data] = field(default_factory=list)
    rules: list[Data] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)


def read_workbook(
    source: Path | bytes, filename: str, position_levels: Iterable[str] = ()
) -> Contents:
    """Read a workbook; raises Invalid only when the file is no workbook at all.

    `position_levels` are levels of the agency that may have columns beside the usual ones.
    """
    sheets = read_sheets(source, filename)
    found = Contents()
    rules = sheet_named(sheets, RULES.name)
    wanted = [layout for layout in TOGETHER if sheet_named(sheets, layout.name)]
    if wanted or rules is None:
        _Reader(sheets, found, sorted(position_levels)).read()
    if rules is not None:
        found.rules = read_rules(read_lines(rules, RULES, found.problems))
    return found


class _Reader:
    """Reads the five sheets that belong together, each checked against those before it."""

    def __init__(self, sheets: Sequence[Sheet], found: Contents, levels: list[str]) -> None:
        self.sheets = sheets
        self.found = found
        self.levels = levels
        self.frameworks: dict[str, Data] = {}
        self.competencies: dict[tuple[str, str], Data] = {}
        self.standards: dict[str, Data] = {}

    def read(self) -> None:
        """Fill `found` from all sheets; a missing sheet is one finding and ends the reading."""
        missing = [each for each in TOGETHER if sheet_named(self.sheets, each.name) is None]
        if missing:
            self.found.problems += [
                CellProblem(sheet=each.name, message_id=NO_SHEET) for each in missing
            ]
            return
        for layout, take in (
            (FRAMEWORKS, self._framework),
            (COMPETENCIES, self._competency),
            (LEVELS, self._level),
            (STANDARDS, self._needs),
            (EXCEPTIONS, self._exception),
        ):
            for line in self._lines(layout):
                take(line)
        self.found.frameworks = list(self.frameworks.values())
        self.found.standards = list(self.standards.values())

    def _lines(self, layout: Layout) -> list[Line]:
        sheet = sheet_named(self.sheets, layout.name)
        assert sheet is not None
        more = level_columns(self.levels) if layout is STANDARDS else ()
        return read_lines(sheet, layout, self.found.problems, more)

    def _framework(self, line: Line) -> None:
        code = line.text("code", 40, needed=True)
        if code in self.frameworks:
            line.wrong("code", TWICE, what=code)
            return
        self.frameworks[code] = {
            "code": code,
            "name": line.text("name", 200, needed=True),
            "version": line.whole("version", 1, 9999),
            "source": line.long_text("source"),
            "domain": [],
            "competency": [],
        }
        if line.has("standard_name"):
            self._standard(line, code)

    def _standard(self, line: Line, code: str) -> None:
        day = line.day("valid_from")
        self.standards[code] = {
            "framework": code,
            "name": line.text("standard_name", 200),
            "version": line.whole("standard_version", 1, 9999),
            "valid_from": day.isoformat() if day else None,
            "source": line.long_text("standard_source"),
            "require": [],
            "exception": [],
        }

    def _competency(self, line: Line) -> None:
        framework = self.frameworks.get(line.text("framework", 40))
        if framework is None:
            _unknown(line, "framework", UNKNOWN_FRAMEWORK)
            return
        domain = line.text("domain", 20, needed=True)
        if domain not in {each["code"] for each in framework["domain"]}:
            name = line.text("domain_name", 200) or domain
            framework["domain"].append({"code": domain, "name": name})
        if not line.has("code") and not line.has("name"):
            return  # a domain that has no competency yet
        key = (framework["code"], line.text("code", 20, needed=True))
        if key in self.competencies:
            line.wrong("code", TWICE, what=key[1])
            return
        self.competencies[key] = _competency(line, key[1], domain)
        framework["competency"].append(self.competencies[key])

    def _level(self, line: Line) -> None:
        competency = self._known_competency(line)
        level = line.whole("level", 1, HIGHEST, needed=True)
        if competency is None or level is None:
            return
        if level in {each["level"] for each in competency["level"]}:
            line.wrong("level", TWICE, what=level)
            return
        competency["level"].append(
            {
                "level": level,
                "name": line.text("name", 80),
                "description": line.long_text("description"),
                "indicators": line.long_text("indicators").splitlines(),
            }
        )
        competency["level"].sort(key=lambda each: int(each["level"]))

    def _known_competency(self, line: Line) -> Data | None:
        framework = line.text("framework", 40)
        if framework not in self.frameworks:
            _unknown(line, "framework", UNKNOWN_FRAMEWORK)
            return None
        found = self.competencies.get((framework, line.text("competency", 20)))
        if found is None:
            _unknown(line, "competency", UNKNOWN_COMPETENCY)
        return found

    def _known_standard(self, line: Line) -> Data | None:
        standard = self.standards.get(line.text("framework", 40))
        if standard is None:
            line.wrong("framework", NO_STANDARD_NAME)
        return standard

    def _needs(self, line: Line) -> None:
        competency = self._known_competency(line)
        if competency is None:
            return
        standard = self._known_standard(line)
        code = competency["code"]
        if standard is None or any(need["competency"] == code for need in standard["require"]):
            if standard is not None:
                line.wrong("competency", TWICE, what=code)
            return
        columns = [name for name in line.titles if name not in ("framework", "competency")]
        found = {name: _asked(line, name, competency) for name in columns}
        levels = {name: level for name, level in found.items() if level is not None}
        standard["require"].append({"competency": code, "levels": levels})

    def _exception(self, line: Line) -> None:
        competency = self._known_competency(line)
        standard = self._known_standard(line) if competency is not None else None
        if competency is None or standard is None:
            return
        position = line.text("position", 200, needed=True)
        rank = line.text("position_level", 80)
        rank_key = _rank(rank, self.levels) if rank else ""
        if rank_key is None:
            line.wrong("position_level", UNKNOWN_RANK, text=rank)
        level = _asked(line, "level", competency, needed=True)
        if not position or level is None or rank_key is None:
            return
        key = {
            "position": position,
            "position_level": rank_key,
            "competency": competency["code"],
        }
        if any(key.items() <= each.items() for each in standard["exception"]):
            line.wrong("position", TWICE, what=f"{position}, {competency['code']}")
            return
        standard["exception"].append({**key, "level": level, "row": line.row})


def _unknown(line: Line, field: str, message: str) -> None:
    line.wrong(field, message, code=line.text(field, 200) or "–")


def _competency(line: Line, code: str, domain: str) -> Data:
    data: Data = {
        "code": code,
        "domain": domain,
        "name": line.text("name", 200, needed=True),
        "short": line.text("short", 40),
        "description": line.long_text("description"),
        "level": [],
    }
    categories = _categories(line)
    return {**data, "categories": categories} if categories else data


def _categories(line: Line) -> dict[str, int]:
    """Read "basic = 1; menengah = 2": words of imported results and their levels."""
    found: dict[str, int] = {}
    for part in line.long_text("categories").replace("\n", ";").split(";"):
        word, mark, level = (piece.strip() for piece in part.partition("="))
        if not part.strip():
            continue
        if not (mark and word and level.isascii() and level.isdecimal()):
            line.wrong("categories", BAD_CATEGORY)
            return {}
        found[word] = int(level[:3])
    return found


def _asked(line: Line, field: str, competency: Data, *, needed: bool = False) -> int | None:
    """Read a level and check that the competency has it."""
    level = line.whole(field, 1, HIGHEST, needed=needed)
    known = {each["level"] for each in competency["level"]}
    if level is not None and known and level not in known:
        line.wrong(field, UNKNOWN_LEVEL, level=level)
        return None
    return level


def _rank(text: str, more: Iterable[str]) -> str | None:
    """Give the key of a position level by its name or key, None for an unknown one."""
    names = {header_key(key): key for key in (*more, *LEVEL_TITLES)}
    names |= {header_key(title): key for key, title in LEVEL_TITLES.items()}
    return names.get(header_key(text))
