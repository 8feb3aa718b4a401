"""Accounts: first passwords on cards, own passwords, resets, and the slow-down of guessing.

Passwords are kept as argon2id (19 MiB, two passes, one lane: about 20 ms). An unknown NIP costs
and answers the same as a wrong password. Guessing is slowed per account and per network; nobody is
ever locked out, because 500 phones behind one office address must all get in.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.audit import audit
from lms.core.errors import Invalid, NotFound
from lms.core.people.models import Account, Person
from lms.core.people.slowdown import forget_wrong_logins
from lms.core.people.slowdown import note_wrong_login as note_wrong_login
from lms.core.people.slowdown import slowdown as slowdown
from lms.core.site import now

HASHER = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)
SHORTEST, LONGEST = 8, 200
HERE = Path(__file__).parent
WORDS_PER_PASSWORD = 3


# -- making passwords ----------------------------------------------------------------------------


@cache
def word_list() -> tuple[str, ...]:
    """Give the short Indonesian words that first passwords are made of (512 or more)."""
    return tuple((HERE / "words.txt").read_text(encoding="utf-8").split())


@cache
def common_passwords() -> frozenset[str]:
    """Give passwords that too many people use, in lower case."""
    return frozenset((HERE / "common-passwords.txt").read_text(encoding="utf-8").split())


def readable_password() -> str:
    """Make a password to read from a card: three words and two digits, at least 33 bits."""
    words = [secrets.choice(word_list()) for _ in range(WORDS_PER_PASSWORD)]
    return "-".join([*words, f"{secrets.randbelow(100):02}"])


def hash_password(password: str) -> str:
    """Hash a password; the same password gives another hash each time."""
    return HASHER.hash(password)


@cache
def _dummy_hash() -> str:
    return HASHER.hash(secrets.token_hex(16))


def check_password(stored: str | None, password: str) -> bool:
    """Compare a password with a hash; None (nobody has that NIP) costs the same and is False."""
    try:
        HASHER.verify(stored or _dummy_hash(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


# -- accounts ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRow:
    """What the log-in needs of an active person's account."""

    person_id: int
    password_hash: str
    must_change: bool


def find_login(session: Session, nip: str) -> LoginRow | None:
    """Find the account of an active person by NIP."""
    query = (
        select(Account.person_id, Account.password_hash, Account.must_change)
        .join(Person, Person.id == Account.person_id)
        .where(Person.nip == nip, Person.active)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return LoginRow(person_id=row[0], password_hash=row[1], must_change=row[2])


def create_account(session: Session, person_id: int, actor: int | None = None) -> str:
    """Make the account of a person; give the first password, which is stored nowhere else.

    Raises Invalid when the account was used already: a new password is `reset_password`.
    """
    stored = store_accounts(session, first_passwords([person_id]), actor)
    if person_id not in stored:
        raise Invalid("Akun ini sudah ada. Buat kata sandi baru dengan atur ulang.")
    return stored[person_id]


def first_passwords(person_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Make first passwords: person id → (password, hash).

    Hashing takes 20 ms each, so it is done before the writing transaction begins.
    """
    made = {person_id: readable_password() for person_id in person_ids}
    return {person_id: (password, hash_password(password)) for person_id, password in made.items()}


def store_accounts(
    session: Session, made: Mapping[int, tuple[str, str]], actor: int | None = None
) -> dict[int, str]:
    """Store first passwords; give person id → password of those that hold now.

    Whoever logged in before, or has a password of their own, is left alone and left out. An
    account that was never used gets the new password, and its old card is worthless.
    """
    known = {
        account.person_id: account
        for account in session.scalars(select(Account).where(Account.person_id.in_(made)))
    }
    stored = {}
    for person_id, (password, hashed) in made.items():
        account = known.get(person_id)
        if account is not None and (account.last_login_at or not account.must_change):
            continue
        if account is None:
            account = Account(person_id=person_id, epoch=0)
            session.add(account)
        account.password_hash, account.epoch = hashed, account.epoch + 1
        stored[person_id] = password
    session.flush()
    if stored:
        audit(session, actor, "core:people:account", "", count=len(stored))
    return stored


def set_password(session: Session, person_id: int, password: str) -> None:
    """Store a person's own password and end all sessions; raises Invalid with reasons."""
    person = session.get(Person, person_id)
    account = session.get(Account, person_id)
    if person is None or account is None:
        raise NotFound("Akun ini belum ada.")
    reasons = weaknesses(password, nip=person.nip, birth_date=person.birth_date, name=person.name)
    if check_password(account.password_hash, password):
        reasons.append("Ini kata sandi yang lama. Buat yang lain.")
    if reasons:
        raise Invalid("Kata sandi ini mudah ditebak. Buat yang lain.", reasons)
    account.password_hash = hash_password(password)
    account.must_change = False
    account.epoch += 1
    session.flush()
    audit(session, person_id, "core:people:password", person.public_id)


def reset_password(session: Session, person_id: int, by: int | None) -> str:
    """Give a person a new one-time password and end all sessions; an account is made if missing."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("Pegawai tidak ditemukan.")
    password = readable_password()
    account = session.get(Account, person_id)
    if account is None:
        account = Account(person_id=person_id, epoch=0)
        session.add(account)
    account.password_hash = hash_password(password)
    account.must_change = True
    account.epoch += 1
    forget_wrong_logins(session, person.nip)
    session.flush()
    audit(session, by, "core:people:reset", person.public_id)
    return password


def end_sessions(session: Session, person_id: int) -> None:
    """End every session of an account by raising its epoch."""
    session.execute(
        update(Account).where(Account.person_id == person_id).values(epoch=Account.epoch + 1)
    )


def note_login(session: Session, person_id: int) -> None:
    """Remember when a person logged in, and forget the account's wrong tries."""
    account = session.get(Account, person_id)
    person = session.get(Person, person_id)
    if account is not None and person is not None:
        account.last_login_at = now(session)
        forget_wrong_logins(session, person.nip)
        session.flush()


# -- what a password must not be -----------------------------------------------------------------


def weaknesses(password: str, *, nip: str, birth_date: date | None, name: str = "") -> list[str]:
    """Say why a password is too weak, one sentence each; empty when it is good."""
    reasons = []
    if len(password) < SHORTEST:
        reasons.append(f"Kurang panjang. Pakai {SHORTEST} huruf atau angka, lebih boleh.")
    if len(password) > LONGEST:
        reasons.append(f"Terlalu panjang. Paling banyak {LONGEST} huruf.")
    plain = re.sub(r"[^a-z0-9]", "", password.lower())
    if password.lower() in common_passwords() or _core(plain) in common_passwords():
        reasons.append("Kata sandi ini dipakai banyak orang.")
    if password and len(set(plain or password)) < 4:
        reasons.append("Terlalu banyak huruf yang sama.")
    if _is_run(plain):
        reasons.append("Isinya hanya urutan angka atau huruf.")
    if _has_nip(plain, nip):
        reasons.append("Isinya bagian dari NIP Anda.")
    if birth_date is not None and any(form in plain for form in _birth_forms(birth_date)):
        reasons.append("Isinya tanggal lahir Anda.")
    if _core(plain) and _core(plain) in {_core(word) for word in _name_forms(name)}:
        reasons.append("Isinya nama Anda.")
    return reasons


def _core(plain: str) -> str:
    """Strip the digits that people put at the end of a common word."""
    return plain.rstrip("0123456789")


def _is_run(plain: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    return len(plain) >= 4 and steps in ({1}, {-1})


def _has_nip(plain: str, nip: str) -> bool:
    """Tell whether the password is a part of the NIP, or holds eight digits of it in a row."""
    windows = {nip[start : start + 8] for start in range(len(nip) - 7)}
    return any(part in plain for part in windows)


def _birth_forms(day: date) -> tuple[str, ...]:
    return tuple(day.strftime(form) for form in ("%d%m%Y", "%Y%m%d", "%d%m%y", "%y%m%d", "%m%d%Y"))


def _name_forms(name: str) -> list[str]:
    words = re.sub(r"[^a-z ]", "", name.lower()).split()
    return ["".join(words), *(word for word in words if len(word) >= 3)]
