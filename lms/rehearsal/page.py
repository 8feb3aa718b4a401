"""What an invented person sees of a page: its name, its one filled button, its forms and links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
FIELDS = frozenset({"input", "textarea", "select", "button"})


@dataclass(slots=True)
class Form:
    """A form: where it goes, its values, and its radio choices as (name, value, label)."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    choices: list[tuple[str, str, str]] = field(default_factory=list)
    submit: dict[str, str] = field(default_factory=dict)
    is_primary: bool = False


@dataclass(slots=True)
class Page:
    """A page as a person uses it.

    `name` is the endpoint that made it; `primary` is the form or the address behind the one
    filled button; `answers` is what an overview shows as stored (number → option); `again` is
    after how many seconds the page comes again by itself (0: it does not).
    """

    url: str
    status: int
    name: str = ""
    heading: str = ""
    forms: list[Form] = field(default_factory=list)
    primary: Form | str | None = None
    links: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[int, str] = field(default_factory=dict)
    text: str = ""
    again: int = 0


def read_page(url: str, status: int, html: str) -> Page:
    """Read the `main` part of a page."""
    found = MAIN.search(html)
    reader = _Reader(Page(url=url, status=status))
    reader.feed(found.group() if found else html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self._form: Form | None = None
        self._choice: tuple[str, str] | None = None
        self._label: list[str] | None = None
        self._heading = False
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._note_marks(tag, given)
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.page.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._note_link(given)
        elif tag in FIELDS and self._form is not None:
            self._note_field(tag, given, self._form)
        elif tag == "label":
            self._label = []

    def _note_marks(self, tag: str, given: dict[str, str]) -> None:
        if tag == "main":
            self.page.name = given.get("data-page", "")
        elif tag == "h1":
            self._heading = True
        if "data-answer" in given and given.get("data-n", "").isdigit():
            self.page.answers[int(given["data-n"])] = given["data-answer"]

    def _note_link(self, given: dict[str, str]) -> None:
        self.page.links.append((given["href"], given.get("class", "")))
        if self.page.primary is None and _is_filled(given):
            self.page.primary = given["href"]

    def _note_field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, value, kind = given.get("name", ""), given.get("value", ""), given.get("type", "")
        if tag == "button" or kind == "submit":
            if _is_filled(given) and self.page.primary is None:
                form.is_primary, self.page.primary = True, form
                form.submit = {name: value} if name else {}
            elif name and not form.submit and not form.is_primary:
                form.submit = {name: value}
        elif kind == "radio":
            self._choice = (name, value)
            if "checked" in given:
                form.values[name] = value
        elif kind == "checkbox":
            if "checked" in given:
                form.values[name] = value or "on"
        elif name:
            form.values[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "h1":
            self._heading = False
        elif tag == "main":
            self.page.text = " ".join(" ".join(self._text).split())
        elif tag == "label":
            self._end_label()

    def _end_label(self) -> None:
        if self._choice is not None and self._form is not None and self._label is not None:
            text = " ".join(" ".join(self._label).split())
            self._form.choices.append((*self._choice, text))
        self._choice = self._label = None

    def handle_data(self, data: str) -> None:
        self._text.append(data)
        if self._heading:
            self.page.heading += data
        if self._label is not None:
            self._label.append(data)


def _is_filled(given: dict[str, str]) -> bool:
    classes = given.get("class", "").split()
    return "btn" in classes and not {"second", "plain"} & set(classes)
