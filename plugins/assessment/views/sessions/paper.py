"""The paper twin: print a room's or a person's questions, type in what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import request
from flask.typing import ResponseReturnValue

from lms import NotFound
from lms.web import _, ngettext, notify, page, redirect_to, session, signed_in, site, viewer
from plugins.assessment.domain.paper import LETTERS, WrongTyping, paper_value, split_line
from plugins.assessment.domain.types import answer_text
from plugins.assessment.queries.sessions.board import forget_board
from plugins.assessment.queries.sessions.paper import (
    PaperItem,
    PaperSheet,
    paper_sheet,
    paper_sheets,
    without_test,
)
from plugins.assessment.queries.sessions.watching import Watch, watched_room
from plugins.assessment.services.sessions.paper import AT_ONCE, prepare, type_in
from plugins.assessment.views.blueprint import blueprint
from plugins.assessment.views.sessions.access import REFUSALS, own_watch, refuse, seen_person


@blueprint.get("/hari/<public>/papan/<room>/kertas")
@signed_in
def ask_room_paper(public: str, room: str) -> ResponseReturnValue:
    """Say what happens when a room goes on on paper, and for how many."""
    found = own_watch(public)
    where = watched_room(session(), found, room)
    people, running = without_test(session(), found.session_id, where.room_id, AT_ONCE)
    sheets = paper_sheets(session(), site(), found.session_id, frozenset({where.room_id}))
    return page(
        "assessment/sessions/paper_ask.html",
        watch=found,
        room=where,
        people=len(people),
        running=running,
        sheets=sheets,
        most=AT_ONCE,
    )


@blueprint.post("/hari/<public>/papan/<room>/kertas")
@signed_in
def make_room_paper(public: str, room: str) -> ResponseReturnValue:
    """Give the tests of a room to paper and show the sheets to print."""
    found = own_watch(public)
    where = watched_room(session(), found, room)
    people, _running = without_test(session(), found.session_id, where.room_id, AT_ONCE)
    if not _prepare(found, people):
        return redirect_to("assessment.ask_room_paper", public=public, room=room)
    return redirect_to("assessment.print_room_paper", public=public, room=room)


@blueprint.post("/hari/<public>/peserta/<person>/kertas")
@signed_in
def make_person_paper(public: str, person: str) -> ResponseReturnValue:
    """Give one person's test to paper and show the sheet to print."""
    found = own_watch(public)
    there = seen_person(found, person)
    if not _prepare(found, [there.person_id]):
        return redirect_to("assessment.session_person", public=public, person=person)
    return redirect_to("assessment.print_person_paper", public=public, person=person)


def _prepare(found: Watch, people: Sequence[int]) -> bool:
    try:
        made, left = prepare(session(), viewer().person_id, found.public_id, people)
    except REFUSALS as error:
        refuse(error)
        return False
    forget_board(session(), found.session_id)
    if left:
        text = ngettext(
            "%(num)s orang tidak perlu kertas: sudah selesai atau sudah terukur.",
            "%(num)s orang tidak perlu kertas: sudah selesai atau sudah terukur.",
            left,
        )
        notify(text, "unclear")
    return made > 0


# -- printing ------------------------------------------------------------------------------------


@blueprint.get("/hari/<public>/papan/<room>/kertas/cetak")
@signed_in
def print_room_paper(public: str, room: str) -> ResponseReturnValue:
    """Show the questions and answer sheets of everyone of a room who writes on paper."""
    found = own_watch(public)
    where = watched_room(session(), found, room)
    sheets = paper_sheets(session(), site(), found.session_id, frozenset({where.room_id}))
    return page("assessment/sessions/paper.html", watch=found, sheets=sheets, letters=LETTERS)


@blueprint.get("/hari/<public>/peserta/<person>/kertas/cetak")
@signed_in
def print_person_paper(public: str, person: str) -> ResponseReturnValue:
    """Show the questions and the answer sheet of one person."""
    found = own_watch(public)
    there = seen_person(found, person)
    sheets = paper_sheets(session(), site(), found.session_id, None, attempt=there.attempt or "-")
    return page("assessment/sessions/paper.html", watch=found, sheets=sheets, letters=LETTERS)


# -- typing in -----------------------------------------------------------------------------------


@blueprint.get("/hari/<public>/peserta/<person>/kertas")
@signed_in
def type_paper(public: str, person: str) -> ResponseReturnValue:
    """Ask for what stands on a person's answer sheet."""
    found, sheet = _own_sheet(public, person)
    return _typing_page(found, sheet, person, {})


@blueprint.post("/hari/<public>/peserta/<person>/kertas/isi")
@signed_in
def type_paper_now(public: str, person: str) -> ResponseReturnValue:
    """Show how each answer was understood; when that is confirmed, store and hand in."""
    found, sheet = _own_sheet(public, person)
    typed = {name: value for name, value in request.form.items() if name not in ("csrf_token",)}
    values, errors = _understood(sheet, typed)
    if errors or request.form.get("fix") == "1":
        status = 422 if errors else 200
        return _typing_page(found, sheet, person, typed, errors=errors, status=status)
    if request.form.get("confirm") != "1":
        return _check_page(found, sheet, person, typed, values)
    try:
        type_in(session(), viewer().person_id, found.session_id, sheet.attempt, values)
    except REFUSALS as error:
        refuse(error)
        return redirect_to("assessment.session_person", public=public, person=person)
    forget_board(session(), found.session_id)
    notify(_("Jawaban %(name)s tersimpan dan terkirim.", name=sheet.person))
    return redirect_to("assessment.session_board", public=public)


def _own_sheet(public: str, person: str) -> tuple[Watch, PaperSheet]:
    """Give an open sheet of paper of someone in the viewer's rooms; raises NotFound."""
    found = own_watch(public)
    there = seen_person(found, person)
    if there.medium != "paper" or there.handed_in_at is not None:
        raise NotFound("Tidak ada lembar kertas yang menunggu untuk orang ini.")
    return found, paper_sheet(session(), site(), found.session_id, there.attempt)


def _understood(
    sheet: PaperSheet, typed: Mapping[str, str]
) -> tuple[dict[int, str | None], dict[str, str]]:
    """Give the values by question number, and what could not be understood by field."""
    fields = {f"q{item.number}": (item, typed.get(f"q{item.number}", "")) for item in sheet.others}
    errors: dict[str, str] = {}
    singles: list[str] = []
    try:
        singles = split_line(typed.get("line", ""), len(sheet.singles))
    except WrongTyping as error:
        errors["line"] = _(error.sentence, **error.values)
    values: dict[int, str | None] = {}
    for item, letter in zip(sheet.singles, singles, strict=False):
        _read(item, letter, "line", values, errors)
    for name, (item, text) in fields.items():
        _read(item, text, name, values, errors)
    return values, errors


def _read(
    item: PaperItem,
    text: str,
    field: str,
    values: dict[int, str | None],
    errors: dict[str, str],
) -> None:
    try:
        values[item.number] = paper_value(item.shape, item.content, text)
    except WrongTyping as error:
        sentence = _(error.sentence, **error.values)
        errors.setdefault(field, f"{_('Soal %(n)s', n=item.number)}: {sentence}")


def _typing_page(
    found: Watch,
    sheet: PaperSheet,
    person: str,
    typed: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    return page(
        "assessment/sessions/paper_type.html",
        status=status,
        watch=found,
        sheet=sheet,
        person=person,
        typed=typed,
        errors=errors or {},
    )


def _check_page(
    found: Watch,
    sheet: PaperSheet,
    person: str,
    typed: Mapping[str, str],
    values: Mapping[int, str | None],
) -> ResponseReturnValue:
    read = [
        (item, answer_text(item.shape, item.content, values.get(item.number)))
        for item in sheet.items
        if item.possible
    ]
    return page(
        "assessment/sessions/paper_check.html",
        watch=found,
        sheet=sheet,
        person=person,
        typed=typed,
        read=read,
        empty=sum(values.get(item.number) is None for item, _text in read),
    )
