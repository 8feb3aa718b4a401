"""Check questions inside modules: practice from the bank, never what measures people.

Only questions with the tag `latihan` are offered and shown; no test draws them, so that an
answer that is explained here gives nothing of a test away. Nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import ActivityChoice, ActivityView, EmbeddedActivity, Site, site_of
from lms.models import Competency
from plugins.assessment.contracts import Content, QuestionType, Typed
from plugins.assessment.domain import split_stem
from plugins.assessment.domain.questions import PRACTICE
from plugins.assessment.domain.types import (
    UNKNOWN,
    Shown,
    WrongResponse,
    option_list,
    parse_response,
    shown,
)
from plugins.assessment.models import Item, ItemVersion
from plugins.assessment.queries.bank import BankFilter, filtered_items, newest_items
from plugins.assessment.services.types import key_text, question_types, score_answer

KIND = "soal"
TITLE = "Soal latihan"  # i18n
OFFERED = BankFilter(state="active", tag=PRACTICE)
EMPTY = "Pilih atau isi jawaban dulu."  # i18n
UNSURE = "Tidak apa-apa. Ini penjelasannya."  # i18n
UNCHECKED = "Jawaban ini belum dapat diperiksa."  # i18n
RIGHT = "Jawaban Anda tepat."  # i18n
CLOSE = "Hampir. Sebagian jawaban Anda sudah tepat."  # i18n
WRONG = "Belum tepat."  # i18n
MOVES = ("up-", "down-")
IDS = re.compile(r'(?<= )(id|for|aria-describedby)="([^"]+)"')

Given = Mapping[str, Sequence[str]]


# -- for authors ---------------------------------------------------------------------------------


def find(session: Session, words: str, limit: int) -> list[ActivityChoice]:
    """Give practice questions whose stem or code has the words; one statement."""
    wanted = BankFilter(search=words, state=OFFERED.state, tag=OFFERED.tag)
    query = filtered_items(newest_items(select(Item.code, ItemVersion, Competency.name)), wanted)
    query = query.where(ItemVersion.kind.in_(_kinds(site_of(session))))
    return [
        ActivityChoice(ref=code, title=version.stem, detail=f"{competency} · {code}")
        for code, version, competency in session.execute(query.order_by(Item.code).limit(limit))
    ]


def _kinds(site: Site) -> list[str]:
    """Name the types of questions that are scored at once."""
    types = question_types(site).values()
    return [each.name for each in types if each.scored and each.response != "file"]


# -- for learners --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is shown after an answer: the answer itself, a word to it, and whether it was right.

    `verdict` is empty for a form that only moved something up or down.
    """

    shown: Shown
    verdict: str = ""
    right: bool | None = None
    explain: bool = False


def show(
    session: Session, refs: Sequence[str], given: Mapping[str, Given]
) -> dict[str, ActivityView]:
    """Show practice questions by code; one statement. Others than practice are left out."""
    kinds = _kinds(site_of(session))
    query = filtered_items(newest_items(select(Item.code, ItemVersion)), OFFERED)
    query = query.where(Item.code.in_(list(refs)), ItemVersion.kind.in_(kinds))
    return {
        code: _view(site_of(session), code, version, given.get(code))
        for code, version in session.execute(query)
    }


def _view(site: Site, code: str, version: ItemVersion, fields: Given | None) -> ActivityView:
    kind = question_types(site)[version.kind]
    reply = Reply(shown=_untouched(kind, version.content))
    if fields is not None:
        reply = _reply(site, kind, version, Typed({k: list(v) for k, v in fields.items()}))
    html = render_template(
        "assessment/practice.html",
        kind=kind,
        content=version.content,
        shown=reply.shown,
        stem=split_stem(version.stem),
    )
    return ActivityView(
        html=IDS.sub(rf'\1="{_prefix(code)}-\2"', html),
        feedback=_feedback(site, version, reply) if reply.verdict else None,
        right=reply.right,
    )


def _prefix(code: str) -> str:
    """Give what makes the ids of a question its own on the page."""
    return "q" + "".join(sign if sign.isalnum() else f"-{ord(sign)}" for sign in code)


def _untouched(kind: QuestionType, content: Content) -> Shown:
    """Show a question without an answer; an order needs no word that it is settled here."""
    return Shown(order=tuple(option_list(content)), settled=kind.response == "order")


def _reply(site: Site, kind: QuestionType, version: ItemVersion, form: Typed) -> Reply:
    """Judge a form that came back."""
    content = version.content
    moving = any(command.startswith(MOVES) for command in form.getlist("go"))
    if kind.response == "order":
        form["settled"] = ["1"]
    try:
        value = parse_response(kind.response, content, form)
    except WrongResponse as error:
        return Reply(shown=_as_typed(kind, content, form), verdict=str(error))
    if value is None:
        return Reply(shown=_untouched(kind, content), verdict=EMPTY)
    there = shown(kind.response, content, value)
    if value == UNKNOWN:
        return Reply(shown=there, verdict=UNSURE, explain=True)
    if moving:
        return Reply(shown=there)
    score = score_answer(site, version.kind, content, version.scoring, value)
    return _judged(there, score)


def _as_typed(kind: QuestionType, content: Content, form: Typed) -> Shown:
    """Keep what was typed where it can be kept."""
    typed = form.one("answer") if kind.response in ("text", "number") else ""
    return Shown(order=tuple(option_list(content)), settled=kind.response == "order", text=typed)


def _judged(there: Shown, score: float | None) -> Reply:
    if score is None:
        return Reply(shown=there, verdict=UNCHECKED)
    verdict = RIGHT if score == 1 else CLOSE if score else WRONG
    return Reply(shown=there, verdict=verdict, right=score == 1, explain=True)


def _feedback(site: Site, version: ItemVersion, reply: Reply) -> str:
    """Say it kindly; before an answer neither key nor explanation leaves the server."""
    unknown = reply.explain and reply.right is None
    content, scoring = version.content, version.scoring
    return render_template(
        "assessment/practice_feedback.html",
        verdict=reply.verdict,
        right=reply.right,
        explanation=version.explanation if reply.explain else "",
        key=key_text(site, version.kind, content, scoring) if unknown else "",
    )


ACTIVITIES = (EmbeddedActivity(kind=KIND, title=TITLE, find=find, show=show),)
