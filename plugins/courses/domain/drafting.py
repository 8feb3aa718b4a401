"""What a course and its modules say besides their text, while they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plugins.courses.domain.pack import Taught

MOST_TITLE = 200
MOST_SOURCE = 200_000
"""Characters of a module: about 30,000 words, far more than anyone reads on a phone."""

FORMS = ("E-Learning", "Pelatihan Jarak Jauh", "Kursus", "Bimbingan Teknis", "Belajar Mandiri")
"""Forms of learning that are offered first; another one may be typed."""

WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
MARKS = (
    (re.compile(r"^:::.*$", re.MULTILINE), "\n"),
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"^[ \t]*(#{1,6}|>|[-*+]|\d+[.)])[ \t]+", re.MULTILINE), "\n\n"),
    (re.compile(r"^[ \t|:-]+$", re.MULTILINE), "\n\n"),
    (re.compile(r"\|"), "\n\n"),  # a cell is read by itself
    (re.compile(r"[*_`]"), " "),
)
SENTENCE_END = re.compile(r"(?<=[.!?])[”\"')]*\s+|\n\s*\n")
WORDS_A_MINUTE = 150
"""Reading on a phone at leisure; slower than the 200 to 250 of practised readers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFacts:
    """What `course.toml` says apart from its slug, version and modules."""

    title: str
    summary: str = ""
    jp: int = 1
    form: str = "E-Learning"
    objectives: tuple[str, ...] = ()
    teaches: tuple[Taught, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the facts as a draft keeps them."""
        return {
            "title": self.title,
            "summary": self.summary,
            "jp": self.jp,
            "form": self.form,
            "objectives": list(self.objectives),
            "teaches": [
                {"competency": t.competency, "from": t.from_level, "to": t.to_level}
                for t in self.teaches
            ],
        }


def facts_of(values: Mapping[str, Any]) -> CourseFacts:
    """Read the facts that a draft keeps; what is missing there is empty."""
    return CourseFacts(
        title=str(values.get("title", "")),
        summary=str(values.get("summary", "")),
        jp=int(values.get("jp", 1)),
        form=str(values.get("form", "E-Learning")),
        objectives=tuple(values.get("objectives", ())),
        teaches=tuple(
            Taught(competency=t["competency"], from_level=t["from"], to_level=t["to"])
            for t in values.get("teaches", ())
        ),
    )


def facts_text(facts: CourseFacts) -> str:
    """Give the facts as lines that a person can compare in the history."""
    lines = [facts.title, facts.summary, f"{facts.jp} JP", facts.form, *facts.objectives]
    taught = [f"{t.competency}: {t.from_level} → {t.to_level}" for t in facts.teaches]
    return "\n".join(line for line in (*lines, *taught) if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleFacts:
    """What the front matter of a module says."""

    title: str
    minutes: int
    objectives: tuple[str, ...] = ()


def slug_of(title: str, most: int = 60) -> str:
    """Turn a title into the part of an address: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:most].strip("-")


def free_name(wanted: str, taken: Collection[str], ending: str = "") -> str:
    """Give a name that is not taken yet: `surat`, else `surat-2` and so on."""
    name, number = f"{wanted}{ending}", 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}{ending}"
    return name


def module_name(number: int, title: str, taken: Collection[str]) -> str:
    """Give the file name of a new module, such as `03-kata-sandi.md`."""
    return free_name(f"{number:02}-{slug_of(title, 40) or 'modul'}", taken, ".md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """How long a text is to read: words, minutes, and words of its longest sentence."""

    words: int
    minutes: int
    longest: int
    sentence: str

    @property
    def is_long(self) -> bool:
        """Tell whether the longest sentence is hard to read on a phone."""
        return self.longest > 20


def hints_of(markdown: str) -> Hints:
    """Count what a reader reads; marks of Markdown do not count."""
    plain = plain_text(markdown)
    sentences = [(len(WORD.findall(text)), text.strip()) for text in SENTENCE_END.split(plain)]
    longest, sentence = max(sentences, key=lambda pair: pair[0], default=(0, ""))
    words = len(WORD.findall(plain))
    return Hints(
        words=words,
        minutes=-(-words // WORDS_A_MINUTE) if words >= WORDS_A_MINUTE else 0,
        longest=longest,
        sentence=" ".join(sentence.split())[:200],
    )


def plain_text(markdown: str) -> str:
    """Take the marks of Markdown away, roughly: enough to count words and sentences."""
    for mark, instead in MARKS:
        markdown = mark.sub(instead, markdown)
    return markdown


def lines_of(text: str) -> tuple[str, ...]:
    """Give the lines of a field with one entry a line, without empty ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def insert_line(source: str, line: str, at: int | None) -> str:
    """Put a line of its own after the paragraph at a place; None means at the end."""
    place = len(source) if at is None else max(0, min(at, len(source)))
    end = re.compile(r"\n[ \t]*\n").search(source, place)
    cut = end.start() if end else len(source)
    before, after = source[:cut].rstrip("\n"), source[cut:].lstrip("\n")
    return "\n\n".join(part for part in (before, line, after) if part).rstrip("\n") + "\n"


def moved(order: Sequence[int], item: int, by: int) -> list[int]:
    """Move an item up (−1) or down (1) in a list; at the end it stays."""
    rest = list(order)
    place = rest.index(item)
    target = max(0, min(place + by, len(rest) - 1))
    rest.insert(target, rest.pop(place))
    return rest
