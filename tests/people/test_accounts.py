"""Passwords, accounts, the slow-down, roles and log-in cards."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.errors import Conflict, Invalid
from lms.core.people import accounts
from lms.core.people.cards import LoginCard, grouped_nip, login_cards
from lms.core.people.models import Account, LoginAttempt
from lms.core.people.permissions import viewer_of
from lms.core.people.roles import give_role, granted_roles, take_role
from lms.core.site import Site
from tests.conftest import make_person

NIP, BORN = "197503072000012901", date(1975, 3, 7)


def test_first_password_is_three_words_and_two_digits() -> None:
    made = {accounts.readable_password() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[a-z]{4,6}-[a-z]{4,6}-[a-z]{4,6}-\d\d", each) for each in made)


def test_first_password_has_thirty_bits_and_is_never_refused() -> None:
    words = accounts.word_list()
    assert len(words) == len(set(words)) >= 512
    password = accounts.readable_password()
    assert accounts.weaknesses(password, nip=NIP, birth_date=BORN, name="Siti Aminah") == []


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("pendek1", "Kurang panjang"),
        ("password", "banyak orang"),
        ("Password123", "banyak orang"),
        ("bismillah", "banyak orang"),
        ("serang2025", "banyak orang"),
        ("sayangku99", "banyak orang"),
        ("12345678", "banyak orang"),
        ("23456789", "urutan"),
        ("aaaaaaaab", "huruf yang sama"),
        ("197503072000012901", "NIP"),
        ("ku19750307", "NIP"),
        ("00012901xy", "NIP"),
        ("07031975xx", "tanggal lahir"),
        ("aku070375ya", "tanggal lahir"),
        ("siti aminah", "nama"),
        ("SitiAminah75", "nama"),
        ("x" * 201, "Terlalu panjang"),
    ],
)
def test_weak_password_is_refused_with_a_reason(password: str, words: str) -> None:
    reasons = accounts.weaknesses(password, nip=NIP, birth_date=BORN, name="Siti Aminah")
    assert any(words in reason for reason in reasons), reasons


@pytest.mark.parametrize(
    "password", ["kebun kopi pagi", "Tr0tok-ar", "mawar-biru-9", "hujan di Baros"]
)
def test_good_password_is_taken(password: str) -> None:
    assert accounts.weaknesses(password, nip=NIP, birth_date=BORN, name="Siti Aminah") == []


def test_hash_has_the_declared_cost_and_fits_the_right_password_only() -> None:
    stored = accounts.hash_password("mawar-biru-9")
    assert "m=19456,t=2,p=1" in stored
    assert accounts.check_password(stored, "mawar-biru-9")
    assert not accounts.check_password(stored, "mawar-biru-8")


@pytest.mark.parametrize("stored", [None, "!", ""])
def test_unknown_person_and_unusable_hash_are_just_wrong(stored: str | None) -> None:
    assert not accounts.check_password(stored, "apa saja")


def test_unknown_person_costs_as_much_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = accounts.HASHER.verify

    class Watched:
        """The hasher, watched: what it verifies decides what it costs."""

        def verify(self, stored: str, password: str) -> bool:
            seen.append(stored.split("$")[3])
            return real(stored, password)

    stored = accounts.hash_password("mawar-biru-9")
    accounts.check_password(None, "x")  # makes the stand-in hash
    monkeypatch.setattr(accounts, "HASHER", Watched())
    accounts.check_password(None, "salah")
    accounts.check_password(stored, "salah")
    assert seen == ["m=19456,t=2,p=1"] * 2


# -- accounts ------------------------------------------------------------------------------------


def test_first_password_is_stored_as_hash_and_must_be_changed(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session, account=False)
        password = accounts.create_account(session, person.id)
    with site.database.reading() as session:
        row = accounts.find_login(session, person.nip)
        assert row is not None
        assert row.must_change
        assert accounts.check_password(row.password_hash, password)
        assert password not in row.password_hash


def test_own_password_ends_the_sessions_and_the_duty_to_change(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session, account=False)
        first = accounts.create_account(session, person.id)
        epoch = session.get_one(Account, person.id).epoch
        accounts.set_password(session, person.id, "hujan di Baros")
        account = session.get_one(Account, person.id)
        assert (account.must_change, account.epoch) == (False, epoch + 1)
        assert not accounts.check_password(account.password_hash, first)


def test_password_that_is_the_old_one_is_refused(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session, account=False)
        first = accounts.create_account(session, person.id)
        with pytest.raises(Invalid) as caught:
            accounts.set_password(session, person.id, first)
    assert caught.value.reasons == ("Ini kata sandi yang lama. Buat yang lain.",)


def test_inactive_person_cannot_log_in(site: Site) -> None:
    with site.database.writing() as session:
        person = make_person(session, active=False)
    with site.database.reading() as session:
        assert accounts.find_login(session, person.nip) is None


def test_reset_ends_sessions_forgets_tries_and_is_audited(site: Site) -> None:
    with site.database.writing() as session:
        officer, person = make_person(session), make_person(session, account=False)
        accounts.create_account(session, person.id)
        before = session.get_one(Account, person.id).epoch
        for _ in range(9):
            accounts.note_wrong_login(session, person.nip, "10.0.0.1")
        password = accounts.reset_password(session, person.id, officer.id)
    with site.database.reading() as session:
        account = session.get_one(Account, person.id)
        assert (account.epoch, account.must_change) == (before + 1, True)
        assert accounts.check_password(account.password_hash, password)
        assert accounts.slowdown(session, person.nip, "10.0.0.1") == 0
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.actor_id, entry.subject) == (
            "core:people:reset",
            officer.id,
            person.public_id,
        )
        assert password not in str(entry.details)


def test_used_account_keeps_its_password_when_cards_are_made(site: Site, clock: Any) -> None:
    with site.database.writing() as session:
        fresh, never, used = (make_person(session, account=False) for _ in range(3))
        old = accounts.create_account(session, never.id)
        own = accounts.create_account(session, used.id)
        accounts.note_login(session, used.id)
    made = accounts.first_passwords([fresh.id, never.id, used.id])
    with site.database.writing() as session:
        passwords = accounts.store_accounts(session, made)
    assert set(passwords) == {fresh.id, never.id}
    with site.database.reading() as session:
        stored = {p.id: session.get_one(Account, p.id).password_hash for p in (never, used)}
    assert not accounts.check_password(stored[never.id], old)
    assert accounts.check_password(stored[used.id], own)


# -- slow-down -----------------------------------------------------------------------------------


def _wrong(site: Site, nip: str, network: str, times: int) -> None:
    with site.database.writing() as session:
        for _ in range(times):
            accounts.note_wrong_login(session, nip, network)


def _wait(site: Site, nip: str, network: str) -> float:
    with site.database.reading() as session:
        return accounts.slowdown(session, nip, network)


@pytest.mark.parametrize(
    ("times", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (8, 8), (9, 16), (10, 30), (40, 30)]
)
def test_guessing_becomes_slower_and_slower(site: Site, times: int, seconds: float) -> None:
    _wrong(site, NIP, "10.0.0.1", times)
    assert _wait(site, NIP, "10.0.0.1") == seconds


def test_wait_ends_and_old_tries_are_forgotten(site: Site, clock: Any) -> None:
    _wrong(site, NIP, "10.0.0.1", 20)
    clock.move(seconds=29)
    assert _wait(site, NIP, "10.0.0.1") == 1
    clock.move(seconds=1)
    assert _wait(site, NIP, "10.0.0.1") == 0
    clock.move(minutes=15)
    _wrong(site, NIP, "10.0.0.1", 1)
    assert _wait(site, NIP, "10.0.0.1") == 0


def test_stranger_elsewhere_makes_nobody_wait_for_long(site: Site) -> None:
    _wrong(site, NIP, "203.0.113.9", 45)
    assert _wait(site, NIP, "10.0.0.1") == 0
    _wrong(site, NIP, "203.0.113.9", 45)
    assert 0 < _wait(site, NIP, "10.0.0.1") <= 4


def test_office_with_many_phones_is_not_slowed(site: Site) -> None:
    with site.database.writing() as session:
        for number in range(250):
            accounts.note_wrong_login(session, f"{number}", "10.0.0.1")
    assert _wait(site, "another", "10.0.0.1") == 0
    with site.database.writing() as session:
        for number in range(60):
            accounts.note_wrong_login(session, f"x{number}", "10.0.0.1")
    assert _wait(site, "another", "10.0.0.1") > 0
    assert _wait(site, "another", "10.0.0.2") == 0


def test_tries_hold_neither_nip_nor_address(site: Site) -> None:
    _wrong(site, "kata-sandi-di-kolom-nip", "10.0.0.1", 1)
    with site.database.reading() as session:
        keys = " ".join(session.scalars(select(LoginAttempt.key)))
    assert "sandi" not in keys
    assert "10.0" not in keys


def test_yesterdays_tries_are_removed(site: Site, clock: Any) -> None:
    _wrong(site, NIP, "10.0.0.1", 3)
    clock.move(hours=25)
    _wrong(site, "other", "10.0.0.1", 1)
    with site.database.reading() as session:
        moments = session.scalars(select(LoginAttempt.at)).all()
    assert len(moments) == 3
    assert all(clock() - moment < timedelta(hours=1) for moment in moments)


# -- roles ---------------------------------------------------------------------------------------


def test_role_is_given_once_and_ends_the_sessions(site: Site) -> None:
    with site.database.writing() as session:
        admin, person = make_person(session), make_person(session)
        before = session.get_one(Account, person.id).epoch
        assert give_role(session, person.id, "officer", admin.id)
        assert not give_role(session, person.id, "officer", admin.id)
        viewer = viewer_of(session, person.id)
        assert viewer is not None
        assert viewer.roles == {"learner", "officer"}
        assert viewer.can("core:people:import")
        session.expire_all()
        assert session.get_one(Account, person.id).epoch == before + 1
        assert take_role(session, person.id, "officer", admin.id)
        assert granted_roles(session, person.id) == []
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["core:role:give", "core:role:take"]


def test_supervisor_is_derived_and_cannot_be_given(site: Site) -> None:
    with site.database.writing() as session:
        boss = make_person(session)
        make_person(session, supervisor=boss)
        viewer = viewer_of(session, boss.id)
        assert viewer is not None
        assert viewer.can("core:people:team")
        assert not viewer.can("core:people:read")
        with pytest.raises(Invalid):
            give_role(session, boss.id, "supervisor", None)


def test_last_administrator_stays(site: Site) -> None:
    with site.database.writing() as session:
        first = make_person(session, roles=("administrator",))
        with pytest.raises(Conflict):
            take_role(session, first.id, "administrator", None)
        second = make_person(session, roles=("administrator",))
        assert take_role(session, first.id, "administrator", second.id)


# -- cards ---------------------------------------------------------------------------------------


def _card(number: int) -> LoginCard:
    return LoginCard(
        name=f"Hj. Nur’aini {number}, S.Pd.",
        nip=NIP,
        unit="UPT Puskesmas Kramatwatu",
        password=f"mawar-biru-kopi-{number:02}",
    )


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (8, 1), (9, 2), (17, 3)])
def test_eight_cards_stand_on_a_page(count: int, pages: int) -> None:
    content = login_cards(
        "Kabupaten Contoh", "https://contoh.id/masuk", [_card(n) for n in range(count)]
    )
    assert len(PdfReader(io.BytesIO(content)).pages) == pages


def test_card_says_what_is_needed_to_log_in() -> None:
    content = login_cards("Kabupaten Contoh", "https://contoh.id/masuk", [_card(7)])
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    for words in ("Kabupaten Contoh", "Nur’aini 7, S.Pd.", "mawar-biru-kopi-07", "contoh.id/masuk"):
        assert words in text
    assert grouped_nip(NIP) in text


@pytest.mark.parametrize("name", ['#panic("x") $ \\ " <b>', "Ṭāhā 王小明 \U0001f600", "A" * 200])
def test_any_name_can_be_printed(name: str) -> None:
    card = LoginCard(name=name, nip=NIP, unit=name, password="a-b-c-01")
    assert login_cards(name, "https://contoh.id/masuk", [card]).startswith(b"%PDF")
