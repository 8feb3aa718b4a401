"""The moves of a view: render, redirect, tell, page through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_htmx import HTMX
from markupsafe import Markup
from werkzeug.wrappers import Response

from lms.core.errors import NotFound
from lms.core.hooks.contracts import HomeCard, PersonPanel
from lms.web.addresses import whole_number
from lms.web.context import site

T = TypeVar("T")
htmx = HTMX()
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging(Generic[T]):
    """One page of a list: `number` counts from 1, `total` is over all pages."""

    items: Sequence[T]
    total: int
    number: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """Give the number of pages, at least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Give the place of the first item in the whole list, from 1; 0 when empty."""
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Give the place of the last item in the whole list."""
        return min(self.number * self.size, self.total)

    @property
    def window(self) -> list[int | None]:
        """Give the page numbers to show; None stands for a gap."""
        near = {1, self.pages, self.number - 1, self.number, self.number + 1}
        shown = sorted(n for n in near if 1 <= n <= self.pages)
        result: list[int | None] = []
        for n in shown:
            if result and result[-1] is not None and n - result[-1] > 1:
                result.append(None)
            result.append(n)
        return result


def render_part(part: HomeCard | PersonPanel) -> Markup:
    """Render a plugin's part of a page; a failing template spoils only that part."""
    try:
        return Markup(render_template(part.template, **part.values))
    except Exception as error:  # one plugin's template must not spoil the page
        plugin = part.template.partition("/")[0]
        site().registry.note_error(plugin, part.template, error)
        return Markup("")


def page_number() -> int:
    """Give the page asked for by `?page=`, at least 1; no database counts without end."""
    return min(max(1, request.args.get("page", 1, type=whole_number)), 1_000_000)


def page(
    template: str, *, fragment: str | None = None, status: int = 200, **values: Any
) -> ResponseReturnValue:
    """Render a page; when htmx asks and there is a fragment, render only that."""
    name = fragment if fragment and htmx else template
    return render_template(name, **values), status


def redirect_to(endpoint: str, **values: Any) -> Response:
    """Answer a POST: see the other page (303)."""
    return redirect(url_for(endpoint, **values), 303)


def notify(text: str, kind: str = "meets") -> None:
    """Show a message at the top of the next page; kind is meets, below, unclear or alert."""
    flash(text, kind)


def require(thing: T | None) -> T:
    """Give the thing, or raise NotFound."""
    if thing is None:
        raise NotFound("Halaman ini tidak ditemukan.")
    return thing


def plugin_blueprint(name: str, import_name: str, url_prefix: str | None = None) -> Blueprint:
    """Make the blueprint of a plugin, with the templates of its package.

    Static files are served by core from the `static` folder of the package.
    """
    return Blueprint(name, import_name, template_folder="templates", url_prefix=url_prefix)


def static_roots(blueprints: Sequence[Blueprint]) -> dict[str, Path]:
    """Give the static folder of each plugin that has one, and core's under the empty name."""
    roots = {"": Path(__file__).parent.parent / "static"}
    for blueprint in blueprints:
        folder = Path(blueprint.root_path) / "static"
        if folder.is_dir():
            roots[blueprint.name] = folder
    return roots
