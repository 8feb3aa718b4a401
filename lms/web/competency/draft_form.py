"""The form of a standard: a matrix of small fields, kept as typed until it is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from lms.core.errors import Invalid
from lms.core.learning.queries import CompetencyView, PostChoice
from lms.core.learning.revising import Draft
from lms.web.addresses import whole_number
from lms.web.translation import gettext as _

BIGGEST = 2**31
ONE_DIGIT = "Isi dengan satu angka, misalnya 2."  # i18n


@dataclass(slots=True, kw_only=True)
class DraftForm:
    """What somebody typed: texts of the matrix by field name, and the posts with exceptions.

    Field names are `L.<position level>.<competency id>` and `P.<position id>.<competency id>`.
    """

    base: str
    name: str
    source: str
    cells: dict[str, str]
    posts: list[int]
    search: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of_draft(cls, draft: Draft) -> DraftForm:
        """Fill the form with a standard."""
        levels = {f"L.{level}.{each}": str(n) for (level, each), n in draft.levels.items()}
        posts = {f"P.{post}.{each}": str(n) for (post, each), n in draft.exceptions.items()}
        return cls(
            base=str(draft.base_id or ""),
            name=draft.name,
            source=draft.source,
            cells={**levels, **posts},
            posts=list(dict.fromkeys(post for post, _competency in draft.exceptions)),
        )

    @classmethod
    def of_request(cls, form: MultiDict[str, str]) -> DraftForm:
        """Take what was sent; posts marked to be removed are left out with their fields."""
        removed = set(form.getlist("remove", type=whole_number))
        posts = [post for post in form.getlist("post", type=whole_number) if post not in removed]
        posts = [post for post in posts if 0 < post < BIGGEST]
        gone = tuple(f"P.{post}." for post in removed)
        cells = {
            name: text.strip()
            for name, text in form.items()
            if name.startswith(("L.", "P.")) and not (gone and name.startswith(gone))
        }
        return cls(
            base=form.get("base", ""),
            name=form.get("name", "").strip(),
            source=form.get("source", "").strip(),
            cells=cells,
            posts=list(dict.fromkeys(posts)),
            search=form.get("search", "").strip(),
        )

    def cell(self, kind: str, row: str | int, competency_id: int) -> tuple[str, str]:
        """Give the name and the text of a field."""
        name = f"{kind}.{row}.{competency_id}"
        return name, self.cells.get(name, "")

    def draft(self, before: Draft) -> Draft:
        """Give the draft that was typed; raises Invalid with `errors` by field filled."""
        levels: dict[tuple[str, int], int] = {}
        exceptions: dict[tuple[int, int], int] = {}
        for name, text in self.cells.items():
            kind, row, competency_id = _parts(name)
            if not text:
                continue
            if not (len(text) == 1 and text in "123456789"):
                self.errors[name] = _(ONE_DIGIT)
            elif kind == "L":
                levels[row, competency_id] = int(text)
            else:
                exceptions[int(row), competency_id] = int(text)
        self._check_texts()
        if self.errors:
            raise Invalid(_("Ada isian yang perlu diperbaiki."))
        return replace(
            before,
            base_id=int(self.base) if self.base.isdecimal() else None,
            name=self.name,
            source=self.source,
            levels=levels,
            exceptions=exceptions,
        )

    def _check_texts(self) -> None:
        if not self.name:
            self.errors["name"] = _("Tulis nama standar.")
        elif len(self.name) > 200:
            self.errors["name"] = _("Nama ini terlalu panjang. Paling banyak 200 huruf.")


def _parts(name: str) -> tuple[str, str, int]:
    kind, _dot, rest = name.partition(".")
    row, _dot, competency_id = rest.rpartition(".")
    numbers = [competency_id, row] if kind == "P" else [competency_id]
    if not all(number.isdecimal() and int(number) < BIGGEST for number in numbers):
        raise Invalid(_("Formulir ini tidak lengkap. Muat ulang, lalu isi lagi."))
    return kind, row, int(competency_id)


def error_places(
    form: DraftForm,
    competencies: Iterable[CompetencyView],
    level_titles: Mapping[str, str],
    posts: Mapping[int, PostChoice],
) -> list[tuple[str, str]]:
    """Give (field name, sentence with its place) for the summary above the form."""
    names = {each.competency_id: each.label for each in competencies}
    found = []
    for field_name, text in form.errors.items():
        if field_name == "name":
            found.append((field_name, text))
            continue
        kind, row, competency_id = _parts(field_name)
        post = posts.get(int(row)) if kind == "P" else None
        title = post.name if post else level_titles.get(row, row)
        found.append((field_name, f"{title}, {names.get(competency_id, '')}: {text}"))
    return found
