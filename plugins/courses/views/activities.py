"""Activities inside a step: the empty places of its kept HTML are filled for each request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from lms import embedded_activities, show_activities
from lms.web import reading, site
from plugins.courses.services.rendering import ACTIVITY, activity_name

Check = Callable[[int], str]
"""Gives the address to which the n-th activity of a page is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The form of the n-th activity as it came back; `opened` travels with it."""

    number: int
    fields: Mapping[str, Sequence[str]]


def activity_blocks(
    pages: Sequence[str], check: Check | None = None, answered: Answered | None = None, **more: str
) -> dict[int, Markup]:
    """Give number → block for the activities of some HTML, counted from 1 through all of it.

    An activity that is gone, or whose plugin is, has no block; one that stands there twice is
    shown the first time. Without `check` there is nothing to press: for print and preview.
    """
    places = [place for html in pages for place in ACTIVITY.finditer(html)]
    names = [activity_name(place) for place in places]
    given = {}
    if answered is not None and 1 <= answered.number <= len(names):
        given = {names[answered.number - 1]: answered.fields}
    views = show_activities(reading(), names, given)
    kinds = embedded_activities(site())
    return {
        number: Markup(
            render_template(
                "courses/_activity.html",
                number=number,
                title=kinds[name[0]].title,
                view=views[name],
                action=check(number) if check else "",
                **more,
            )
        )
        for number, name in enumerate(names, 1)
        if name in views and names.index(name) == number - 1
    }


def with_activities(html: str, blocks: Mapping[int, Markup], first: int = 1) -> Markup:
    """Put blocks at their places; `first` is the number of the first place in this HTML."""
    numbers = iter(range(first, first + len(ACTIVITY.findall(html))))

    def fill(_place: re.Match[str]) -> str:
        return blocks.get(next(numbers), Markup(""))

    return Markup(ACTIVITY.sub(fill, html))
