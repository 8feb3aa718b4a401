"""Posts: add a module, move it, remove it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms.web import _, notify, permission, redirect_to, session, viewer
from plugins.courses.permissions import DRAFT
from plugins.courses.services.authoring.modules import add_module, move_module, remove_module
from plugins.courses.views.authoring.blueprint import blueprint

WAYS = {"naik": -1, "turun": 1}


@blueprint.post("/<slug>/modul")
@permission(DRAFT)
def add(slug: str) -> ResponseReturnValue:
    """Add an empty module and lead to it."""
    title = request.form.get("title", "")
    module = add_module(session(), viewer().person_id, slug, title)
    return redirect_to("courses_authoring.edit", slug=slug, public_id=module.public_id)


@blueprint.post("/<slug>/modul/<public_id>/<any(naik, turun):way>")
@permission(DRAFT)
def move(slug: str, public_id: str, way: str) -> ResponseReturnValue:
    """Move a module one place up or down."""
    move_module(session(), viewer().person_id, slug, public_id, WAYS[way])
    return redirect_to("courses_authoring.outline", slug=slug, _anchor=f"m-{public_id}")


@blueprint.post("/<slug>/modul/<public_id>/hapus")
@permission(DRAFT)
def remove(slug: str, public_id: str) -> ResponseReturnValue:
    """Remove a module; the page that follows offers to bring it back."""
    removed = remove_module(session(), viewer().person_id, slug, public_id)
    notify(_("Modul dihapus. Anda bisa mengembalikannya di sini."))
    return redirect_to("courses_authoring.entry", slug=slug, revision_id=removed.public_id)
