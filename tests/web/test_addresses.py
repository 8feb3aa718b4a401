"""Addresses and forms may hold anything; the database is not asked for what it cannot store."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from lms.core.site import Site
from tests.conftest import login_as, make_person

HUGE = "9" * 30


@pytest.mark.parametrize(
    "address",
    [f"/pegawai?unit={HUGE}", f"/pegawai?competency={HUGE}", f"/pegawai?page={HUGE}"],
)
def test_number_that_no_column_holds_is_as_if_it_were_not_there(
    site: Site, client: FlaskClient, address: str
) -> None:
    with site.database.writing() as session:
        officer = make_person(session, roles=("officer",)).id
    login_as(client, officer)
    assert client.get(address).status_code == 200
