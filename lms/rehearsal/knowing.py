"""What people can answer: right and wrong answers of the starter pack's questions.

They are read from the pack's files, so that a rehearsal needs no look into the server's database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.core.content import read_toml
from lms.core.resources import bundled

PACK = "digital-competence"
UNKNOWN = "unknown"

Table = Mapping[str, Any]
Fields = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer to a question: the fields of the form to fill in, and the value that is stored."""

    fields: Fields
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """The right answer to one question, and wrong ones."""

    stem: str
    right: Reply
    wrong: tuple[Reply, ...]


class Knowledge:
    """All questions of the starter pack with their answers."""

    def __init__(self, questions: Iterable[Table]) -> None:
        self._known = [replies(question) for question in questions]

    def about(self, text: str) -> Replies | None:
        """Give the answers to the question that stands in the text of a page."""
        return next((known for known in self._known if known.stem in text), None)


def starter_knowledge() -> Knowledge:
    """Read the questions of the starter pack: what knowing people know."""
    paths = sorted((bundled("content") / PACK / "questions").glob("*.toml"))
    return Knowledge(item for path in paths for item in read_toml(path)["item"])


def replies(item: Table) -> Replies:
    """Give the answers to one question; not knowing is the wrong one where none is offered."""
    right, wrong = _KINDS[item.get("kind", "single")](item)
    return Replies(
        stem=" ".join(item["stem"].split()),
        right=right,
        wrong=wrong or (Reply(fields={UNKNOWN: "1"}, value=UNKNOWN),),
    )


Answers = tuple[Reply, tuple[Reply, ...]]


def _one_of(ids: Iterable[str], right: str) -> Answers:
    found = {id_: Reply(fields={"answer": id_}, value=id_) for id_ in ids}
    return found[right], tuple(reply for id_, reply in found.items() if id_ != right)


def _sjt(item: Table) -> Answers:
    """The best option counts as right, the worst ones as wrong."""
    weights = item["weights"]
    best, worst = max(weights, key=weights.__getitem__), min(weights.values())
    return _one_of([best, *(id_ for id_ in weights if weights[id_] == worst)], best)


def _listed(ids: list[str], **more: str) -> Answers:
    return Reply(fields={"answer": ids, **more}, value=",".join(ids)), ()


def _typed(text: str, value: str) -> Answers:
    return Reply(fields={"answer": text}, value=value), ()


def _matching(item: Table) -> Answers:
    pairs = [(prompt, item["pairs"][prompt]) for prompt in item["prompts"]]
    fields = {f"answer_{prompt}": option for prompt, option in pairs}
    return Reply(fields=fields, value=",".join(f"{a}={b}" for a, b in pairs)), ()


def _numeric(item: Table) -> Answers:
    value = f"{item['value']:g}"
    return _typed(value.replace(".", ","), value)


_KINDS: dict[str, Callable[[Table], Answers]] = {
    "single": lambda item: _one_of(item["options"], item["key"]),
    "true_false": lambda item: _one_of(("true", "false"), item["key"]),
    "hotspot": lambda item: _one_of((r["id"] for r in item["region"]), item["keys"][0]),
    "sjt": _sjt,
    "multiple": lambda item: _listed([id_ for id_ in item["options"] if id_ in item["keys"]]),
    "ordering": lambda item: _listed(item["order"], settled="1"),
    "matching": _matching,
    "short_text": lambda item: _typed(item["accepted"][0], item["accepted"][0]),
    "numeric": _numeric,
}
