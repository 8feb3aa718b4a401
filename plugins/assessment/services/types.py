"""Which types of questions an agency has, and the safe ways to use those of other plugins."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_args

from lms import PluginError, Site
from plugins.assessment.contracts import Content, Problem, QuestionType, Scoring, Shape, Typed
from plugins.assessment.domain.types import UNKNOWN, answer_text

log = logging.getLogger(__name__)

HOOK = "assessment_register_question_types"
OWN = "assessment"
KEPT = "assessment.question_types"
NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
GONE = "Jenis soal ini tidak ada lagi. Pilih jenis lain."
SHAPES: tuple[Shape, ...] = get_args(Shape)

QuestionTypes = Mapping[str, QuestionType]


def question_types(site: Site) -> QuestionTypes:
    """Give name → type in the order in which authors choose; gathered once per site.

    Raises PluginError that names the plugin whose type is refused.
    """
    found: QuestionTypes | None = site.extra.get(KEPT)
    if found is None:
        found = site.extra[KEPT] = MappingProxyType(_gather(site))
    return found


def _gather(site: Site) -> dict[str, QuestionType]:
    found: dict[str, QuestionType] = {}
    for plugin, types in site.registry.collect(HOOK):
        for each in types:
            _check(plugin, each, found)
            found[each.name] = each
    return found


def _check(plugin: str, each: Any, known: Mapping[str, QuestionType]) -> None:
    if not isinstance(each, QuestionType):
        raise PluginError(plugin, f"{each!r} is not a QuestionType.")
    if not NAME.fullmatch(each.name) or each.name == UNKNOWN:
        raise PluginError(plugin, f"question type {each.name!r} has an impossible name.")
    if plugin != OWN and not each.name.startswith(f"{plugin}_"):
        raise PluginError(plugin, f"question type {each.name!r} must start with '{plugin}_'.")
    if each.name in known:
        raise PluginError(plugin, f"question type {each.name!r} is there twice.")
    if each.response not in SHAPES:
        raise PluginError(plugin, f"question type {each.name!r} has no known response shape.")


def question_type(site: Site, kind: str, content: Content) -> QuestionType:
    """Give the type of a question; a stand-in when the plugin of its type is gone.

    The stand-in shows and reads answers by the shape that was stored with the question, and
    scores nothing.
    """
    types = question_types(site)
    return types[kind] if kind in types else _stand_in(kind, content)


def _stand_in(kind: str, content: Content) -> QuestionType:
    kept = content.get("shape")
    return QuestionType(
        name=kind,
        title="Jenis soal yang plugin-nya tidak aktif",
        hint="Jawaban tersimpan, tetapi tidak diberi nilai.",
        response=next((shape for shape in SHAPES if shape == kept), "choice"),
        author_template="assessment/types/author_gone.html",
        read=lambda typed: ({}, {}),
        fill=lambda content, scoring: Typed(),
        problems=lambda content, scoring: [Problem(field="kind", text=GONE)],
        score=lambda content, scoring, value: None,
        key_text=lambda content, scoring: "",
        scored=False,
    )


def is_scored(site: Site, kind: str) -> bool:
    """Tell whether answers of a kind get points, now or from an assessor later."""
    types = question_types(site)
    return kind in types and types[kind].scored


def score_answer(
    site: Site, kind: str, content: Content, scoring: Scoring, value: str | None
) -> float | None:
    """Score an answer from 0 to 1; None: not scored, or not yet.

    No answer and "Saya belum tahu" are 0. A type of another plugin that raises or gives nonsense
    leaves the question without a score: the error is noted on its plugin, and nothing else.
    """
    if not is_scored(site, kind):
        return None
    if value is None or value == UNKNOWN:
        return 0.0
    try:
        return _checked_score(question_types(site)[kind].score(content, scoring, value))
    except Exception as error:  # a hand-in never hangs on one question's type
        _note(site, kind, "score", error)
        return None


def _checked_score(score: float | None) -> float | None:
    if score is None:
        return None
    if not 0 <= score <= 1:  # also refuses NaN
        raise ValueError(f"{score!r} is not between 0 and 1.")
    return float(score)


def key_text(site: Site, kind: str, content: Content, scoring: Scoring) -> str:
    """Say the right answer in words; empty when there is none or its type cannot say it."""
    types = question_types(site)
    if kind not in types:
        return ""
    try:
        return types[kind].key_text(content, scoring)
    except Exception as error:  # a report of many questions must not hang on one
        _note(site, kind, "key_text", error)
        return ""


def response_text(site: Site, kind: str, content: Content, value: str | None) -> str:
    """Say a stored answer in words."""
    return answer_text(question_type(site, kind, content).response, content, value)


def _note(site: Site, kind: str, where: str, error: Exception) -> None:
    plugin = next((p for p in site.registry.plugins if kind.startswith(f"{p}_")), OWN)
    log.error("question type %s of plugin %s failed in %s", kind, plugin, where)
    site.registry.note_error(plugin, f"question type {kind}: {where}", error)
