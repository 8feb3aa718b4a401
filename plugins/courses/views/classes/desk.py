"""Pages of the desk: the list of classes, a class with its people, its form, open, cancel."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms import Conflict, Invalid, LmsError
from lms.web import (
    PAGE_SIZE,
    Paging,
    _,
    choice,
    ngettext,
    notify,
    page,
    page_number,
    permission,
    plugin_blueprint,
    redirect_to,
    require,
    session,
    site,
    viewer,
)
from plugins.courses.permissions import CLASS_READ, CLASS_WRITE
from plugins.courses.queries.classes.lines import (
    STATES,
    ClassLine,
    class_lines,
    find_class,
    meeting_lines,
    trainer_names,
)
from plugins.courses.queries.classes.nominees import courses_to_choose
from plugins.courses.queries.classes.seats import seat_counts, seat_line, seat_lines, seat_moves
from plugins.courses.services.classes.changing import edit_class
from plugins.courses.services.classes.clashing import clashes_of_class, trainer_clashes
from plugins.courses.services.classes.deciding import decide_as_officer
from plugins.courses.services.classes.opening import cancel_class, create_class, open_class
from plugins.courses.services.classes.seating import take_out
from plugins.courses.views.classes.forms import (
    CHOOSE,
    ClassForm,
    MeetingForm,
    empty_rows,
    filled_rows,
    typed_rows,
)

blueprint = plugin_blueprint(
    "courses_class_desk", "plugins.courses", url_prefix="/pelatihan/kelola-angkatan"
)
SEAT_STATES = (
    "seated", "waiting", "nominated", "refused", "withdrawn", "completed", "absent",
)  # fmt: skip


def found_class(public_id: str) -> ClassLine:
    """Give a class of the address, or the page that says there is none."""
    return require(find_class(session(), public_id))


def to_class(public_id: str) -> ResponseReturnValue:
    """Lead to the page of a class."""
    return redirect_to("courses_class_desk.show", public_id=public_id)


@blueprint.get("/")
@permission(CLASS_READ)
def classes() -> ResponseReturnValue:
    """List all classes, the next ones first."""
    search = request.args.get("q", "").strip()[:80]
    state = request.args.get("keadaan", "")
    state = state if state in STATES else ""
    number = page_number()
    lines, total = class_lines(session(), search, state, number=number, size=PAGE_SIZE)
    return page(
        "courses/classes/desk_list.html",
        paging=Paging(items=lines, total=total, number=number),
        search=search,
        state=state,
    )


@blueprint.get("/<public_id>")
@permission(CLASS_READ)
def show(public_id: str) -> ResponseReturnValue:
    """Show a class: numbers, what to do next, meetings, people, clashes."""
    found = found_class(public_id)
    state = request.args.get("keadaan", "")
    state = state if state in SEAT_STATES else ""
    number = page_number()
    lines, total = seat_lines(session(), found.class_id, state, number=number, size=PAGE_SIZE)
    return page(
        "courses/classes/desk_class.html",
        line=found,
        counts=seat_counts(session(), found.class_id),
        meetings=meeting_lines(session(), found.class_id),
        trainers=trainer_names(session(), found.class_id),
        trainers_clash=trainer_clashes(session(), found.class_id),
        people_clash=clashes_of_class(session(), found.class_id),
        paging=Paging(items=lines, total=total, number=number),
        state=state,
    )


# -- the form ------------------------------------------------------------------------------------


@blueprint.route("/baru", methods=["GET", "POST"])
@permission(CLASS_WRITE)
def new() -> ResponseReturnValue:
    """Ask what the new class is; plan it."""
    if request.method == "GET":
        form = ClassForm(course=request.args.get("pelatihan", 0, type=int))
        return _form_page(form, empty_rows(0), None)
    form, rows = ClassForm(request.form), typed_rows(request.form)
    offered = dict(courses_to_choose(session()))
    if form.course.data not in offered:
        form.course.errors = [CHOOSE]
    if not _valid(form, rows) or form.course.data not in offered:
        return _form_page(form, rows, None, status=422)
    try:
        spec = form.spec(site().zone, rows)
        made = create_class(session(), viewer().person_id, form.course.data, spec)
    except Invalid as error:
        return _form_page(form, rows, None, status=422, error=error)
    notify(_("Angkatan sudah direncanakan. Buka pendaftarannya kalau sudah siap."))
    return to_class(made.public_id)


@blueprint.route("/<public_id>/ubah", methods=["GET", "POST"])
@permission(CLASS_WRITE)
def edit(public_id: str) -> ResponseReturnValue:
    """Show the form with what is planned; store what was changed."""
    found = found_class(public_id)
    if request.method == "GET":
        return _form_page(_filled(found), _meetings(found), found)
    form, rows = ClassForm(request.form), typed_rows(request.form)
    if not _valid(form, rows):
        return _form_page(form, rows, found, status=422)
    try:
        spec = form.spec(site().zone, rows)
        admitted = edit_class(session(), viewer().person_id, public_id, spec)
    except (Invalid, Conflict) as error:
        return _form_page(form, rows, found, status=422, error=error)
    notify(_("Perubahan tersimpan."))
    if admitted:
        notify(
            ngettext(
                "%(num)s orang dari daftar tunggu mendapat tempat.",
                "%(num)s orang dari daftar tunggu mendapat tempat.",
                admitted,
            )
        )
    return to_class(public_id)


def _valid(form: ClassForm, rows: list[MeetingForm]) -> bool:
    return all([form.validate(), *(row.validate() for row in rows)])


def _filled(found: ClassLine) -> ClassForm:
    names = [nip or name for name, nip in trainer_names(session(), found.class_id)]
    return ClassForm(
        course=found.course_id,
        name=found.name,
        maximum=found.maximum,
        minimum=found.minimum,
        place=found.where,
        link=found.link,
        needs_approval=found.needs_approval,
        enrol_from=site().local(found.enrol_from) if found.enrol_from else None,
        enrol_until=site().local(found.enrol_until) if found.enrol_until else None,
        trainers="\n".join(names),
        note=found.note,
    )


def _meetings(found: ClassLine) -> list[MeetingForm]:
    local = site().local
    return filled_rows(
        [
            (local(each.starts_at), local(each.ends_at), each.title)
            for each in meeting_lines(session(), found.class_id)
        ]
    )


def _form_page(
    form: ClassForm,
    rows: list[MeetingForm],
    found: ClassLine | None,
    *,
    status: int = 200,
    error: LmsError | None = None,
) -> ResponseReturnValue:
    form.course.choices = [
        choice(course_id, title) for course_id, title in courses_to_choose(session())
    ]
    said = "" if error is None else _(error.message)
    if isinstance(error, Invalid) and error.reasons:
        said = f"{said} {', '.join(error.reasons)}"
    return page(
        "courses/classes/desk_form.html",
        status=status,
        form=form,
        rows=rows,
        line=found,
        error=said,
    )


# -- open, cancel, one person --------------------------------------------------------------------


@blueprint.post("/<public_id>/buka")
@permission(CLASS_WRITE)
def open_now(public_id: str) -> ResponseReturnValue:
    """Open a class for nominations and enrolment."""
    try:
        open_class(session(), viewer().person_id, public_id)
        notify(_("Pendaftaran dibuka. Sekarang usulkan pesertanya."))
    except (Invalid, Conflict) as error:
        notify(_(error.message), "unclear")
    return to_class(public_id)


@blueprint.route("/<public_id>/batalkan", methods=["GET", "POST"])
@permission(CLASS_WRITE)
def cancel(public_id: str) -> ResponseReturnValue:
    """Ask before cancelling, with how many people lose a seat; cancel with a reason."""
    found = found_class(public_id)
    reason, error = request.form.get("reason", ""), ""
    if request.method == "POST":
        try:
            count = cancel_class(session(), viewer().person_id, public_id, reason)
            notify(_("Angkatan dibatalkan. %(n)s orang sudah diberi tahu.", n=count))
            return to_class(public_id)
        except (Invalid, Conflict) as refused:
            error = _(refused.message)
    return page(
        "courses/classes/desk_cancel.html",
        status=422 if error else 200,
        line=found,
        counts=seat_counts(session(), found.class_id),
        reason=reason,
        error=error,
    )


@blueprint.route("/<public_id>/peserta/<seat_id>", methods=["GET", "POST"])
@permission(CLASS_WRITE)
def person(public_id: str, seat_id: str) -> ResponseReturnValue:
    """Show what happened to a seat; take the person out, or answer where nobody else can."""
    found = found_class(public_id)
    line = require(seat_line(session(), found.class_id, seat_id))
    reason, error = request.form.get("reason", ""), ""
    if request.method == "POST":
        try:
            _decide(found, seat_id, request.form.get("decision", ""), reason)
            notify(_("Sudah tersimpan."))
            return to_class(public_id)
        except (Invalid, Conflict) as refused:
            error = _(refused.message)
    return page(
        "courses/classes/desk_seat.html",
        status=422 if error else 200,
        line=found,
        seat=line,
        moves=seat_moves(session(), seat_id),
        reason=reason,
        error=error,
    )


def _decide(found: ClassLine, seat_id: str, decision: str, reason: str) -> None:
    actor = viewer().person_id
    if decision in ("approve", "refuse"):
        grant = decision == "approve"
        decide_as_officer(session(), actor, found.class_id, seat_id, grant=grant, why=reason)
    else:
        take_out(session(), actor, found.public_id, seat_id, reason)
