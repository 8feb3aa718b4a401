"""How the tests of pages of classes look and send."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from lms.core.site import Site
from tests.conftest import login_as, make_person

LEARN = "/pelatihan/angkatan/"
DESK = "/pelatihan/kelola-angkatan/"
APPROVE = "/pelatihan/persetujuan/"


def body(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, follow_redirects=status == 200)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def send(client: FlaskClient, address: str, status: int = 303, **data: Any) -> str:
    answer = client.post(address, data=data)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text
    return text


def enter(site: Site, client: FlaskClient, role: str = "officer") -> int:
    with site.database.writing() as session:
        roles = (role,) if role else ()
        person = make_person(session, name=f"Si {role}", roles=roles)
        login_as(client, person)
        return person.id


def figures(text: str) -> dict[str, int]:
    found = re.findall(r'data-figure="(\w+)">(?:\s*<[^>]+>)*\s*(\d+)', text)
    return {name: int(number) for name, number in found}
