"""Pages while a class takes place: start, list of attendance, print, QR for the room, finish."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms import Conflict, Invalid
from lms.web import _, ngettext, notify, page, permission, redirect_to, require, session, viewer
from plugins.courses.permissions import CLASS_ATTEND, CLASS_WRITE
from plugins.courses.queries.classes.lines import MeetingLine, meeting_lines
from plugins.courses.queries.classes.seats import mark_lines, seat_counts
from plugins.courses.services.classes.attending import grace, mark_list
from plugins.courses.services.classes.running import finish_class, judge, start_class
from plugins.courses.views.classes.desk import blueprint, found_class, to_class


def _meeting(class_id: int, meeting_id: str) -> MeetingLine:
    lines = meeting_lines(session(), class_id)
    return require(next((each for each in lines if each.public_id == meeting_id), None))


@blueprint.get("/<public_id>/hadir/<meeting_id>")
@permission(CLASS_ATTEND)
def sheet(public_id: str, meeting_id: str) -> ResponseReturnValue:
    """Show the list of a meeting: everyone with a seat, and the four marks."""
    return _sheet(public_id, meeting_id)


def _sheet(
    public_id: str, meeting_id: str, *, status: int = 200, error: str = ""
) -> ResponseReturnValue:
    found = found_class(public_id)
    return page(
        "courses/classes/attendance.html",
        status=status,
        line=found,
        meeting=_meeting(found.class_id, meeting_id),
        people=mark_lines(session(), found.class_id, meeting_id),
        typed=request.form,
        error=error,
    )


@blueprint.post("/<public_id>/hadir/<meeting_id>")
@permission(CLASS_ATTEND)
def mark(public_id: str, meeting_id: str) -> ResponseReturnValue:
    """Store the list; lines without a mark stay as they are."""
    fields = request.form.items()
    marks = {key[2:]: value for key, value in fields if key.startswith("s-") and value}
    try:
        if request.form.get("all"):
            marks = _everyone(public_id, meeting_id, marks)
        mark_list(session(), viewer().person_id, public_id, meeting_id, marks)
    except (Invalid, Conflict) as error:
        return _sheet(public_id, meeting_id, status=422, error=_(error.message))
    notify(_("Daftar hadir tersimpan."))
    return redirect_to("courses_class_desk.sheet", public_id=public_id, meeting_id=meeting_id)


def _everyone(public_id: str, meeting_id: str, marks: dict[str, str]) -> dict[str, str]:
    """Let everyone without a mark be present."""
    people = mark_lines(session(), found_class(public_id).class_id, meeting_id)
    return {each.public_id: marks.get(each.public_id) or each.mark or "present" for each in people}


@blueprint.get("/<public_id>/hadir/<meeting_id>/cetak")
@permission(CLASS_ATTEND)
def print_sheet(public_id: str, meeting_id: str) -> ResponseReturnValue:
    """Show the list on paper, with space to sign."""
    found = found_class(public_id)
    return page(
        "courses/classes/attendance_print.html",
        line=found,
        meeting=_meeting(found.class_id, meeting_id),
        people=mark_lines(session(), found.class_id, meeting_id),
    )


@blueprint.get("/<public_id>/hadir/<meeting_id>/qr")
@permission(CLASS_ATTEND)
def poster(public_id: str, meeting_id: str) -> ResponseReturnValue:
    """Show the sheet with the QR code to hang up in the room."""
    found = found_class(public_id)
    meeting = _meeting(found.class_id, meeting_id)
    address = url_for("courses_classes.ask_scan", code=meeting.code, _external=True)
    around = grace(session())
    return page(
        "courses/classes/poster.html",
        line=found,
        meeting=meeting,
        address=address,
        qr=qr_drawing(address),
        opens_at=meeting.starts_at - around,
        closes_at=meeting.ends_at + around,
    )


def qr_drawing(address: str) -> Markup:
    """Draw a QR code as SVG for a page; segno is imported when the first one is drawn."""
    import segno

    code = segno.make(address, error="m", micro=False)
    title = f"QR: {address}"
    drawn = code.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None, title=title)
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))


# -- start and finish ----------------------------------------------------------------------------


@blueprint.route("/<public_id>/mulai", methods=["GET", "POST"])
@permission(CLASS_WRITE)
def start(public_id: str) -> ResponseReturnValue:
    """Ask before the start, with who stays without a seat; start."""
    found = found_class(public_id)
    if request.method == "POST":
        try:
            left = start_class(session(), viewer().person_id, public_id)
            notify(_("Angkatan sudah mulai."))
            if left:
                notify(
                    _("%(n)s orang tidak mendapat tempat dan sudah diberi tahu.", n=left), "unclear"
                )
        except (Invalid, Conflict) as error:
            notify(_(error.message), "unclear")
        return to_class(public_id)
    counts = seat_counts(session(), found.class_id)
    return page("courses/classes/desk_start.html", line=found, counts=counts)


@blueprint.route("/<public_id>/selesai", methods=["GET", "POST"])
@permission(CLASS_WRITE)
def finish(public_id: str) -> ResponseReturnValue:
    """Ask before the end, with how many complete the course; finish."""
    found = found_class(public_id)
    if request.method == "POST":
        try:
            done = len(finish_class(session(), viewer().person_id, public_id).completed)
            notify(
                ngettext(
                    "%(num)s orang menyelesaikan pelatihan.",
                    "%(num)s orang menyelesaikan pelatihan.",
                    done,
                )
            )
        except (Invalid, Conflict) as error:
            notify(_(error.message), "unclear")
        return to_class(public_id)
    return page(
        "courses/classes/desk_finish.html",
        line=found,
        result=judge(session(), found.class_id),
        meetings=meeting_lines(session(), found.class_id),
    )
