"""Pure: names of people as they stand in files; titles split off, capitals made readable."""

from __future__ import annotations

import re
from dataclasses import dataclass

FRONT = re.compile(
    r"^(?:(?:prof|dr|drg|drh|drs|dra|ir|hj|kh|apt|ns|irjen|brigjen)\.\s*"
    r"|(?:prof|drg|drh|drs|dra|hj|apt)\s+(?=\S+)"
    r"|h\.\s*(?=\S{2,}))",
    re.IGNORECASE,
)
LETTERS = re.compile(r"[^\W\d_]+", re.UNICODE)
PARTICLES = {"bin", "binti", "van", "der", "de", "al"}
APOSTROPHES = "'’‘`´ʼ"


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitName:
    """A name and its titles before and after, each as written."""

    name: str
    title_before: str = ""
    title_after: str = ""


def split_name(text: str) -> SplitName:
    """Split titles off a name ("drh. X, MP") and make a name in capitals readable."""
    head, _, tail = text.strip().strip("*").partition(",")
    rest, front = head.strip(), ""
    while match := FRONT.match(rest):
        front = f"{front} {match[0].strip()}".strip()
        rest = rest[match.end() :].strip()
    return SplitName(
        name=readable(rest or head.strip()),
        title_before=front if rest else "",
        title_after=tail.strip(" ,"),
    )


def readable(name: str) -> str:
    """Write a name in title case if all of it is in capitals; else leave it as it is.

    Apostrophes do not start a word (Ma'mun, Nur'aini), hyphens do (Al-Farizi).
    """
    if name != name.upper() or name == name.lower() or len(name) < 3:
        return name
    return " ".join(_word(word, first=not place) for place, word in enumerate(name.split(" ")))


def _word(word: str, *, first: bool) -> str:
    if word.lower() in PARTICLES - {"al", "de"} and not first:
        return word.lower()
    if "." in word.rstrip("."):  # initials: A.N.
        return word
    return "-".join(_capital(part) for part in word.split("-"))


def _capital(part: str) -> str:
    """Put the first letter in upper case and the others in lower case, apostrophes kept."""
    match = LETTERS.search(part)
    if match is None:
        return part
    start = match.start()
    return part[:start] + part[start].upper() + part[start + 1 :].lower()
