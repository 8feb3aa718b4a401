"""A module as a learner will see it, while it is written: nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from sqlalchemy.orm import Session

from lms import embedded_activities, show_activities, site_of
from plugins.courses.domain.drafting import Hints, hints_of
from plugins.courses.domain.steps import find_problems, split_steps
from plugins.courses.services.rendering import (
    ACTIVITY,
    Stored,
    activity_name,
    activity_names,
    render_step,
)

DEEPER = ((re.compile(r"(</?)h3\b"), r"\1h4"), (re.compile(r"(</?)h2\b"), r"\1h3"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewStep:
    """A step: its title and clean HTML whose files have `media/<digest>` as address."""

    title: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What must be mended before review, and in which line."""

    text: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All steps of a module, what is wrong with it, and how long it is to read."""

    steps: tuple[PreviewStep, ...]
    problems: tuple[Problem, ...]
    hints: Hints


def preview_module(
    session: Session, title: str, source: str, files: Mapping[str, Stored]
) -> Preview:
    """Render a module as the learner's page does; `files` are those of the draft by name."""
    extensions: list[Any] = site_of(session).registry.gather("lms_register_markdown_extensions")
    rendered = [
        (step.title, render_step(step.markdown, files, extensions))
        for step in split_steps(source, title)
    ]
    shown = _Shown(session, [html for _, html in rendered])
    steps = tuple(PreviewStep(title=name, html=_step(html, shown)) for name, html in rendered)
    return Preview(steps=steps, problems=module_problems(source, files), hints=hints_of(source))


def module_problems(source: str, files: Mapping[str, Stored]) -> tuple[Problem, ...]:
    """Find what must be mended; an empty module is one problem."""
    found = [Problem(text=each.text, line=each.line) for each in find_problems(source, files)]
    if not split_steps(source, "-"):
        found.append(Problem(text="modul ini belum berisi", line=None))
    return tuple(found)


class _Shown:
    """The activities of a module, all read at once."""

    def __init__(self, session: Session, pages: Sequence[str]) -> None:
        self.kinds = embedded_activities(site_of(session))
        names = [name for html in pages for name in activity_names(html)]
        self.views = show_activities(session, names)

    def fill(self, place: re.Match[str]) -> str:
        """Give what stands at the place of an activity; an author hears that one is gone."""
        name = activity_name(place)
        activity, view = self.kinds.get(name[0]), self.views.get(name)
        if activity is None:
            return _box("Soal latihan", "Soal ini tampil kalau bank soal terpasang.")
        if view is None:
            return _box(activity.title, "Soal ini tidak ada lagi. Pilih soal lain.")
        return f'<div class="card"><p><b>{escape(activity.title)}</b></p>{view.html}</div>'


def _step(html: str, shown: _Shown) -> str:
    for pattern, instead in DEEPER:  # the page's own headings stand above those of the text
        html = pattern.sub(instead, html)
    return ACTIVITY.sub(shown.fill, html)


def _box(title: str, text: str) -> str:
    return f'<div class="note"><p><b>{escape(title)}</b></p><p>{escape(text)}</p></div>'


def course_problems(sources: Sequence[tuple[str, str]], files: Mapping[str, Stored]) -> list[str]:
    """Give what must be mended in modules before review, as (title, source), one line each."""
    return [
        f"{title}: {problem.text}{f' (baris {problem.line})' if problem.line else ''}"
        for title, source in sources
        for problem in module_problems(source, files)
    ]
