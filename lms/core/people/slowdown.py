"""Slows the guessing of passwords, and never locks anyone out.

Wrong passwords are counted per account *and* network, so that a stranger elsewhere cannot make the
owner wait; per account from everywhere, with a short wait; and per network, for whatever accounts,
generously: 500 phones of one office have one address. NIP and address are kept as hashes only,
because people type passwords into the wrong field.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.core.people.models import LoginAttempt
from lms.core.site import now

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong tries in a window are free; then 1 s, doubled by each one, up to `longest`."""

    free: int
    window: timedelta
    longest: float


HERE = Limit(free=5, window=timedelta(minutes=15), longest=30.0)
"""One account from one network."""
ANYWHERE = Limit(free=50, window=timedelta(minutes=15), longest=4.0)
"""One account from all networks together: short, so that the owner's turn comes."""
NETWORK = Limit(free=300, window=timedelta(minutes=5), longest=30.0)
"""One network, for whatever accounts."""


def slowdown(session: Session, nip: str, network: str) -> float:
    """Give the seconds to wait before the next try; 0 for none.

    The wait counts from the last wrong password; tries refused meanwhile do not lengthen it.
    """
    here, anywhere, net = _keys(nip, network)
    return max(
        _wait(session, here, HERE), _wait(session, anywhere, ANYWHERE), _wait(session, net, NETWORK)
    )


def _wait(session: Session, key: str, limit: Limit) -> float:
    moment = now(session)
    query = select(func.count(), func.max(LoginAttempt.at)).where(
        LoginAttempt.key == key, LoginAttempt.at > moment - limit.window
    )
    count, last = session.execute(query).one()
    if count < limit.free:
        return 0.0
    delay = min(limit.longest, 2.0 ** min(count - limit.free, 10))
    return max(0.0, delay - (moment - last).total_seconds())


def note_wrong_login(session: Session, nip: str, network: str) -> None:
    """Remember a wrong password; forget those of yesterday."""
    moment = now(session)
    session.execute(delete(LoginAttempt).where(LoginAttempt.at < moment - KEPT))
    session.add_all(LoginAttempt(key=key, at=moment) for key in _keys(nip, network))
    session.flush()


def forget_wrong_logins(session: Session, nip: str) -> None:
    """Forget an account's wrong passwords, after a right one or a reset."""
    here, anywhere, _ = _keys(nip, "")
    prefix = here.rpartition(":")[0] + ":"
    session.execute(
        delete(LoginAttempt).where(
            (LoginAttempt.key == anywhere) | LoginAttempt.key.startswith(prefix)
        )
    )


def _keys(nip: str, network: str) -> tuple[str, str, str]:
    """Give the keys of an account here, of the account anywhere, and of the network."""
    account, net = _digest(nip), _digest(network)
    return f"here:{account}:{net}", f"nip:{account}", f"net:{net}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
