"""A rehearsal: a scratch agency, its invented people, all of them at once over real HTTP."""

from __future__ import annotations

import fcntl
import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.agencies import add_rehearsal, open_site, remove_rehearsal
from lms.agencies.adding import starter_pack
from lms.agencies.rehearsal import rehearsal_slug
from lms.config import agency_folder
from lms.core.errors import Conflict
from lms.core.hooks.models import EventRow
from lms.core.learning.models import Plan, PlanItem
from lms.core.site import Site
from lms.demo.world import DemoWorld
from lms.rehearsal.cast import Actor, invite_cast
from lms.rehearsal.day import FILLERS_FOR as FILLERS_FOR_DAY
from lms.rehearsal.day import Candidate, DayWorld
from lms.rehearsal.knowing import starter_knowledge
from lms.rehearsal.play import Player, Walk
from lms.rehearsal.programme import Programme
from lms.rehearsal.report import Measures, Report

FILLERS_FOR = "rehearsal"
SEED = 20261121


def rehearse(
    home: Path,
    slug: str,
    people: int,
    url: str,
    programme: Programme,
    *,
    tell: Callable[[int], None] = lambda done: None,
) -> Report:
    """Play a programme for `people` invented people against the server at `url`.

    The scratch agency is removed at the end, whatever happened; one that a killed rehearsal left
    is removed first. `tell(n)` hears how many people have finished. Raises Conflict while another
    rehearsal of the agency is under way.
    """
    with ExitStack() as stack:
        stack.enter_context(_alone(home, slug))
        if agency_folder(home, rehearsal_slug(slug)).exists():
            remove_rehearsal(home, rehearsal_slug(slug))
        scratch = add_rehearsal(home, slug, pack=starter_pack()).config.slug
        stack.callback(remove_rehearsal, home, scratch)
        site = open_site(home, scratch)
        stack.callback(site.database.close)
        return play_all(site, people, f"{url.rstrip('/')}/{scratch}", programme, tell)


@contextmanager
def _alone(home: Path, slug: str) -> Iterator[None]:
    """Tell a rehearsal under way from one that was killed: the lock ends with its process."""
    with (home / f".{rehearsal_slug(slug)}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"Another rehearsal of {slug} is under way.") from error
        yield


def play_all(
    site: Site,
    people: int,
    base: str,
    programme: Programme,
    tell: Callable[[int], None] = lambda done: None,
) -> Report:
    """Invite people to a scratch agency, play them against the server at `base`, and measure."""
    with site.database.writing() as session:
        actors, password = invite_cast(session, people, random.Random(SEED))
    measures = Measures()
    players = _players(site, actors, password, base, programme, measures)
    start = time.perf_counter()
    walks = []
    with ThreadPoolExecutor(programme.concurrency) as pool:
        for done, walk in enumerate(pool.map(_play_one, players), 1):
            walks.append(walk)
            tell(done)
    seconds = time.perf_counter() - start
    with site.database.reading() as session:
        counts = _counts_of_exam(walks) if programme.only else _counts(session, walks)
    return Report(
        people=people,
        database="sqlite" if site.database.is_sqlite else "postgresql",
        only=programme.only,
        concurrency=programme.concurrency,
        think=programme.think,
        counts=counts,
        steps=measures.figures(),
        lost_answers=sum(walk.lost_answers for walk in walks),
        errors=measures.errors,
        seconds=round(seconds, 1),
        trouble=tuple(line for walk in walks for line in walk.trouble),
    )


def _players(
    site: Site,
    actors: list[Actor],
    password: str,
    base: str,
    programme: Programme,
    measures: Measures,
) -> list[Player]:
    """Make the agency ready for the programme and its people."""
    kind: Callable[..., Player] = Player
    if programme.only == "day":
        kind = partial(Candidate, code=prepare_day(site, programme))
    else:
        prepare(site)
    known = starter_knowledge()
    manner = {"think": programme.think, "until_hand_in": programme.until_hand_in}
    return [kind(actor, password, base, known, measures.note, **manner) for actor in actors]


def _play_one(player: Player) -> Walk:
    try:
        return player.play()
    except Exception as error:  # one person's trouble is reported, the others go on
        player.walk.trouble.append(f"{player.actor.name}: {type(error).__name__}: {error}")
        return player.walk


def prepare(site: Site) -> None:
    """Let plugins make the scratch agency ready, such as opening the test."""
    _fill(site, DemoWorld(site=site, people=[], now=site.clock(), rng=random.Random(SEED)))


def prepare_day(site: Site, programme: Programme) -> str:
    """Let plugins also plan a measurement day; give its entry code. Raises Conflict without one."""
    world = DayWorld(
        site=site,
        people=[],
        now=site.clock(),
        rng=random.Random(SEED),
        rooms=programme.rooms,
        minutes=programme.minutes,
        spread=programme.spread,
    )
    _fill(site, world, FILLERS_FOR_DAY)
    if not world.code:
        raise Conflict("No plugin of this agency plans a measurement day.")
    return world.code


def _fill(site: Site, world: DemoWorld, more: str = FILLERS_FOR) -> None:
    for filler in sorted(
        site.registry.gather("lms_register_demo_fillers"), key=lambda filler: filler.order
    ):
        if {FILLERS_FOR, more} & set(filler.agencies):
            with site.database.writing() as session:
                filler.fill(session, world)


def _counts_of_exam(walks: Iterable[Walk]) -> dict[str, int]:
    walks = list(walks)
    return {
        "handed_in": sum(walk.handed_in > 0 for walk in walks),
        "answers": sum(walk.answers for walk in walks),
    }


def _counts(session: Session, walks: Iterable[Walk]) -> dict[str, int]:
    walks = list(walks)
    return {
        "handed_in": sum(walk.handed_in > 0 for walk in walks),
        "below": _scalar(session, select(func.count(func.distinct(Plan.person_id)))),
        "unclear": _unclear(session),
        "assigned": _people_with(session, PlanItem.state != "open"),
        "completed": _events(session, "course_completed"),
        "retested": sum(walk.retested > 0 for walk in walks),
        "certificates": _events(session, "certificate_issued"),
        "verified": sum(walk.verified for walk in walks),
        "without_reason": _people_with(session, PlanItem.reason == ""),
        "plans_closed": _scalar(
            session, select(func.count()).select_from(Plan).where(Plan.state == "closed")
        ),
    }


def _scalar(session: Session, query: object) -> int:
    return int(session.scalar(query) or 0)  # type: ignore[call-overload]  # any select of a count


def _people_with(session: Session, condition: object) -> int:
    query = select(func.count(func.distinct(Plan.person_id))).join(
        PlanItem, PlanItem.plan_id == Plan.id
    )
    return _scalar(session, query.where(condition))  # type: ignore[arg-type]  # a column test


def _events(session: Session, name: str) -> int:
    return _scalar(session, select(func.count()).select_from(EventRow).where(EventRow.name == name))


def _unclear(session: Session) -> int:
    """Count people for whom at least one comparison was unclear and got more questions."""
    payloads = session.scalars(select(EventRow.payload).where(EventRow.name == "gaps_found"))
    return len({payload["person_id"] for payload in payloads if payload["unclear"]})
