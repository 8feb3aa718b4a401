"""Pages: take modules out of a Word file, look at them, then store them."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms import Invalid
from lms.web import (
    _,
    find_upload,
    given_file,
    keep_upload,
    ngettext,
    notify,
    page,
    permission,
    reading,
    redirect_to,
    require,
    session,
    viewer,
)
from plugins.courses.permissions import DRAFT
from plugins.courses.services.authoring.preview import preview_module
from plugins.courses.services.authoring.word import read_word, store_word
from plugins.courses.services.media import MEGABYTE, Picture
from plugins.courses.views.authoring.blueprint import blueprint, own_draft

PURPOSE = "courses-word"
IMAGE = re.compile(r'<img\b[^>]*?\bsrc="media/([0-9a-f]{64})"[^>]*>')
MOST_SHOWN = 4 * MEGABYTE
"""Bytes of pictures inside the preview's page; they are in no store yet, so they stand in it."""


@blueprint.route("/<slug>/word", methods=["GET", "POST"])
@permission(DRAFT)
def word(slug: str) -> ResponseReturnValue:
    """Take a Word file; keep it until its preview is confirmed."""
    draft = own_draft(slug)
    if request.method == "GET":
        return page("courses/authoring/word.html", draft=draft, error="", reasons=())
    try:
        content, filename = given_file()
        read_word(content, filename)
    except Invalid as error:
        return page("courses/authoring/word.html", draft=draft, error=_(error.message), status=422)
    kept = keep_upload(PURPOSE, content, filename, course=slug)
    return redirect_to("courses_authoring.word_preview", slug=slug, token=kept.token)


@blueprint.get("/<slug>/word/<token>")
@permission(DRAFT)
def word_preview(slug: str, token: str) -> ResponseReturnValue:
    """Show the modules as they will be, and what to look at."""
    draft = own_draft(slug)
    kept = find_upload(PURPOSE, token)
    require(kept if kept.values.get("course") == slug else None)
    found = read_word(kept.content(), kept.filename)
    shown = [
        (module, preview_module(reading(), module.title, module.markdown, found.pictures))
        for module in found.modules
    ]
    return page(
        "courses/authoring/word_preview.html",
        draft=draft,
        filename=kept.filename,
        word=found,
        shown=shown,
        token=token,
        pictured=_pictures_inside(found.pictures),
    )


def _pictures_inside(pictures: Mapping[str, Picture]) -> Callable[[str], Markup]:
    """Give what puts pictures into cleaned HTML themselves, as long as there is room."""
    inside, used = {}, 0
    for picture in pictures.values():
        used += len(picture.content)
        if used <= MOST_SHOWN:
            data = b64encode(picture.content).decode()
            inside[picture.digest] = f'src="data:{picture.media_type};base64,{data}"'

    def put(found: re.Match[str]) -> str:
        address = f'src="media/{found[1]}"'
        return found[0].replace(address, inside[found[1]]) if found[1] in inside else "<p>…</p>"

    return lambda html: Markup(IMAGE.sub(put, html))


@blueprint.post("/<slug>/word/<token>")
@permission(DRAFT)
def word_store(slug: str, token: str) -> ResponseReturnValue:
    """Store the modules behind those that are there."""
    kept = find_upload(PURPOSE, token)
    require(kept if kept.values.get("course") == slug else None)
    found = read_word(kept.content(), kept.filename)
    added = store_word(session(), viewer().person_id, slug, found)
    text = ngettext("%(num)s modul ditambahkan.", "%(num)s modul ditambahkan.", len(added))
    notify(text)
    return redirect_to("courses_authoring.outline", slug=slug)
