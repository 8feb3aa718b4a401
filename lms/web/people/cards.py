"""Log-in cards for a unit, for what the list shows, or for one person: a PDF to print and cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.people import accounts, queries
from lms.core.people.cards import LoginCard, login_cards
from lms.core.people.roles import with_roles
from lms.web.access import permission
from lms.web.context import reading, site, viewer, writing
from lms.web.pages import notify, page, redirect_to
from lms.web.people.blueprint import blueprint
from lms.web.people.listing import asked_filter, kept
from lms.web.translation import gettext as _

MOST = 400
"""Cards of one file: hashing takes 20 ms each, and a ream has 500 sheets."""


@blueprint.get("/pegawai/kartu")
@permission("core:people:reset")
def ask_cards() -> ResponseReturnValue:
    """Say how many cards there would be, and for whom."""
    wanted = asked_filter()
    ids = _people()
    unit = queries.unit_choice(reading(), wanted.unit_id) if wanted.unit_id else None
    names = [card.name for card in queries.person_cards(reading(), ids[:10]).values()]
    return page(
        "people/cards.html",
        total=len(ids),
        names=names,
        most=MOST,
        unit=unit,
        kept=kept(wanted),
        chosen=request.values.getlist("id"),
    )


@blueprint.post("/pegawai/kartu")
@permission("core:people:reset")
def make_cards() -> ResponseReturnValue:
    """Make accounts for those without log-in yet, and their cards as a PDF.

    Passwords are hashed before the writing transaction, and exist in the PDF only.
    """
    made = accounts.first_passwords(_people()[:MOST])
    with writing() as s:
        passwords = accounts.store_accounts(s, made, viewer().person_id)
    if not passwords:
        notify(_("Semua pegawai ini sudah pernah masuk. Tidak ada kartu baru."), "unclear")
        return redirect_to("people.list_people", **kept(asked_filter()))
    pdf = login_cards(site().config.name, _address(), _cards(passwords))
    name = f"kartu-masuk-{site().local(site().clock()):%Y%m%d-%H%M}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _people() -> list[int]:
    """Give those who need a card: named one by one, or by the filter of the list.

    Whoever was given a role is left to administrators: a card is a way in.
    """
    chosen = request.values.getlist("id")[:MOST]
    if chosen:
        ids = queries.without_login(reading(), chosen)
    else:
        ids = queries.filtered_ids(reading(), replace(asked_filter(), without_login=True))
    if viewer().can("core:role:write"):
        return ids
    held = with_roles(reading(), ids)
    return [person_id for person_id in ids if person_id not in held]


def _cards(passwords: dict[int, str]) -> Sequence[LoginCard]:
    people = queries.person_cards(reading(), list(passwords))
    cards = [
        LoginCard(name=card.name, nip=card.nip, unit=card.unit, password=passwords[person_id])
        for person_id, card in people.items()
    ]
    return sorted(cards, key=lambda card: (card.unit, card.name))


def _address() -> str:
    return url_for("auth.log_in", _external=True)
