"""Collects the Indonesian texts of a package that are translated when they are shown.

From templates: `_("…")` and `ngettext("…", "…", n)`. From Python: the same; the first text of
errors that pages show; sentences that are constants of a module; titles and labels in contracts and
form fields, which pages translate; and every text in a statement whose first line ends with the
comment `# i18n`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, nodes

ONE_TEXT = {"_", "gettext"}
TWO_TEXTS = {"ngettext"}
ERRORS = {"NotFound", "NotAllowed", "Invalid", "Conflict"}
CONTRACTS = {
    "Job",
    "Message",
    "NavigationItem",
    "NextStep",
    "PathStep",
    "Permission",
    "PersonPanel",
    "PluginManifest",
    "Problem",
    "QuestionType",
    "Setting",
}
LABELS = {
    "button",
    "description",
    "group",
    "hint",
    "label",
    "link_text",
    "message_id",
    "text",
    "title",
}
FORM_TEXTS = {"label", "description", "message", "choices"}
MARK = "# i18n"
SENTENCE = re.compile(r"\w[^{]* [^{]*[.?!]")

# These speak to administrators on the command line, in English.
ENGLISH = (
    "agencies",
    "catalogues",
    "cli",
    "config",
    "core/database.py",
    "core/migrate.py",
    "core/plugins.py",
    "core/resources.py",
    "demo",
    "docs",
    "rehearsal",
)


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """A text to translate: where it stands, and its plural form if it has one."""

    place: str
    text: str
    plural: str = ""


def collect(package: Path) -> list[Message]:
    """Give every text of a package once, by the first file it stands in."""
    found: dict[str, Message] = {}
    for message in sorted(_all(package)):
        known = found.get(message.text)
        if known is None or (message.plural and not known.plural):
            found[message.text] = message
    return sorted(found.values())


def _all(package: Path) -> Iterator[Message]:
    for path in package.rglob("*.py"):
        name = path.relative_to(package).as_posix()
        shown = not _is_english(package, name) and not _is_demo(name)
        yield from python_messages(path.read_text(encoding="utf-8"), name, shown=shown)
    for path in package.rglob("templates/**/*.html"):
        name = path.relative_to(package).as_posix()
        yield from template_messages(path.read_text(encoding="utf-8"), name)


def _is_english(package: Path, name: str) -> bool:
    return package.name == "lms" and name.startswith(ENGLISH)


def _is_demo(name: str) -> bool:
    """What invented people write in the demo is nobody's interface."""
    return "demo" in name.removesuffix(".py").split("/")


# -- templates -----------------------------------------------------------------------------------


def template_messages(source: str, place: str) -> Iterator[Message]:
    """Give the texts of a Jinja template."""
    for call in Environment(autoescape=True).parse(source, filename=place).find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name in TWO_TEXTS and len(call.args) > 1:
            one, many = _template_texts(call.args[0]), _template_texts(call.args[1])
            yield from (
                Message(place, text, plural) for text, plural in zip(one, many, strict=True)
            )
        elif name in ONE_TEXT and call.args:
            yield from (Message(place, text) for text in _template_texts(call.args[0]))


def _template_texts(node: nodes.Node) -> list[str]:
    """Give a text, or both of `"a" if x else "b"`."""
    if isinstance(node, nodes.Const):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, nodes.CondExpr):
        branches = [node.expr1, node.expr2]
        return [text for each in branches if each is not None for text in _template_texts(each)]
    return []


# -- Python --------------------------------------------------------------------------------------


def python_messages(source: str, place: str, *, shown: bool = True) -> Iterator[Message]:
    """Give the texts of a Python file; `shown` tells whether its errors appear on pages."""
    tree, lines = ast.parse(source), source.splitlines()
    if shown:
        yield from (Message(place, text) for text in _sentences(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _call(node, place, shown)
        elif isinstance(node, ast.stmt) and lines[node.lineno - 1].endswith(MARK):
            yield from (Message(place, text) for text in _texts_inside(node))


def _sentences(tree: ast.Module) -> Iterator[str]:
    """Give the sentences that are constants of a module, such as GONE = "Sudah tidak ada.".

    One with {braces} is filled in before it is shown, so it cannot be looked up then.
    """
    for node in tree.body:
        names = [each for each in getattr(node, "targets", []) if isinstance(each, ast.Name)]
        if isinstance(node, ast.Assign) and all(name.id.isupper() for name in names):
            yield from (text for text in _texts(node.value) if SENTENCE.fullmatch(text))


def _call(call: ast.Call, place: str, shown: bool) -> Iterator[Message]:
    name = ast.unparse(call.func).rpartition(".")[2]
    if name in TWO_TEXTS and len(call.args) > 1:
        pairs = zip(_texts(call.args[0]), _texts(call.args[1]), strict=True)
        yield from (Message(place, text, plural) for text, plural in pairs)
    elif name in ONE_TEXT and call.args:
        yield from (Message(place, text) for text in _texts(call.args[0]))
    elif name in CONTRACTS:
        yield from _keywords(call, LABELS, place)
    elif name in ERRORS and shown:
        yield from (Message(place, text) for argument in call.args for text in _texts(argument))
    elif name.endswith("Field") or _is_validator(name, call):
        yield from (Message(place, text) for each in call.args[:1] for text in _texts(each))
        yield from _keywords(call, FORM_TEXTS, place)


def _is_validator(name: str, call: ast.Call) -> bool:
    return name[:1].isupper() and any(word.arg == "message" for word in call.keywords)


def _keywords(call: ast.Call, names: Collection[str], place: str) -> Iterator[Message]:
    for word in call.keywords:
        if word.arg in names:
            yield from (Message(place, text) for text in _texts(word.value))


def _texts(node: ast.expr) -> list[str]:
    """Give the texts that an argument can be: itself, the branches of a choice, a list's items.

    Of a pair (value, label), as choices of a form are, the label is one.
    """
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and _is_words(node.value) else []
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:
        return _texts(node.elts[1])
    if isinstance(node, ast.List | ast.Tuple):
        return [text for each in node.elts for text in _texts(each)]
    return []


def _texts_inside(node: ast.stmt) -> Iterator[str]:
    """Give all texts of a statement, the keys of dictionaries left out."""
    keys = {
        id(key) for each in ast.walk(node) if isinstance(each, ast.Dict) for key in each.keys if key
    }
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and id(each) not in keys:
            yield from _texts(each)


def _is_words(text: str) -> bool:
    return any(character.isalpha() for character in text)
