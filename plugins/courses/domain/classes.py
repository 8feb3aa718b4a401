"""The state machine of a class and its seats: a fact, an event, what follows from it.

A class is planned → open → running → done, or cancelled on the way. A seat is nominated (waits for
approval) → waiting (approved, all seats taken) → seated → completed or absent; it may be refused
or withdrawn on the way. What never happens: more people than seats, a later one before an earlier
one, a seat without the approval that the class asks for, a move after the start.

Every change goes through :func:`step`. It knows no tables: the services hold the class's row, ask,
and write down what it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from lms.errors import Conflict, Invalid, NotAllowed

SeatState = Literal["nominated", "waiting", "seated", "refused", "withdrawn", "completed", "absent"]
LIVE_STATES: tuple[SeatState, ...] = ("nominated", "waiting", "seated")
EARLIEST_START = timedelta(days=1)
"""A class may be started this long before its first meeting, not earlier."""

NOT_OPEN = "Pendaftaran angkatan ini belum dibuka."  # i18n
STARTED = "Angkatan ini sudah mulai. Pesertanya tidak berubah lagi."  # i18n
OVER = "Angkatan ini sudah selesai."  # i18n
CANCELLED = "Angkatan ini dibatalkan."  # i18n
TOO_EARLY_TO_ENROL = "Pendaftaran angkatan ini belum mulai."  # i18n
TOO_LATE_TO_ENROL = "Pendaftaran angkatan ini sudah ditutup."  # i18n
DECIDED = "Usulan ini sudah dijawab."  # i18n
GONE = "Tempat ini sudah dilepas."  # i18n
NO_MEETING = "Isi dulu jadwal pertemuannya."  # i18n
PAST = "Waktu angkatan ini sudah lewat. Perbaiki jadwalnya."  # i18n
OPENED = "Pendaftaran angkatan ini sudah dibuka."  # i18n
TOO_EARLY_TO_START = "Angkatan bisa dimulai paling cepat sehari sebelumnya."  # i18n
NOT_STARTED = "Angkatan ini belum mulai."  # i18n
NOT_OVER = "Pertemuan terakhir belum selesai."  # i18n
ONE_SEAT = "Angkatan perlu paling sedikit satu tempat."  # i18n
TOO_SMALL = "Sudah ada peserta sebanyak itu. Jumlah tempat tidak bisa lebih kecil."  # i18n


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFacts:
    """What a decision about a seat depends on."""

    state: str
    maximum: int
    seated: int = 0
    queued: int = 0
    needs_approval: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    enrol_from: datetime | None = None
    enrol_until: datetime | None = None

    @property
    def free(self) -> int:
        """Give how many seats nobody has."""
        return max(self.maximum - self.seated, 0)

    def begun(self, moment: datetime) -> bool:
        """Tell whether the class has started: by hand, or because its time has come."""
        by_time = self.starts_at is not None and moment >= self.starts_at
        return self.state == "running" or (self.state == "open" and by_time)

    def moves(self, moment: datetime) -> bool:
        """Tell whether seats of this class may still change hands."""
        return self.state == "open" and not self.begun(moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Someone asks for a seat; `approved` if who asks may approve; `own` by the person alone."""

    approved: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """A nomination is approved or refused."""

    seat: str
    grant: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """A seat is given up, by the person or by an officer."""

    seat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resize:
    """The number of seats changes."""

    maximum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """The class is opened for nominations and enrolment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The class starts: from now on seats do not change hands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """The class is over: each seat is judged by attendance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The class does not take place."""


Event = Ask | Decide | Leave | Resize | Open | Start | Finish | Cancel


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What follows from an event.

    `seat` is the new state of the seat that the event is about, None where it is about none.
    `admits` is how many from the head of the waiting list get a seat now. All live seats in one of
    the states of `ends` are withdrawn.
    """

    after: ClassFacts
    seat: SeatState | None = None
    admits: int = 0
    ends: tuple[SeatState, ...] = ()


def step(facts: ClassFacts, event: Event, moment: datetime) -> Step:
    """Decide what follows from an event; raises Conflict, NotAllowed or Invalid with a reason."""
    match event:
        case Ask():
            return _ask(facts, event, moment)
        case Decide():
            return _decide(facts, event, moment)
        case Leave():
            return _leave(facts, event, moment)
        case Resize():
            return _resize(facts, event.maximum, moment)
        case Open():
            return _open(facts, moment)
        case Start():
            return _start(facts, moment)
        case Finish():
            return _finish(facts, moment)
        case Cancel():
            return _cancel(facts)


def _still_moves(facts: ClassFacts, moment: datetime) -> None:
    if facts.moves(moment):
        return
    reasons = {"planned": NOT_OPEN, "done": OVER, "cancelled": CANCELLED}
    raise Conflict(reasons.get(facts.state, STARTED))


def _ask(facts: ClassFacts, event: Ask, moment: datetime) -> Step:
    _still_moves(facts, moment)
    if event.own:
        _inside_window(facts, moment)
    if facts.needs_approval and not event.approved:
        return Step(after=facts, seat="nominated")
    return _place(facts)


def _inside_window(facts: ClassFacts, moment: datetime) -> None:
    if facts.enrol_from is not None and moment < facts.enrol_from:
        raise NotAllowed(TOO_EARLY_TO_ENROL)
    if facts.enrol_until is not None and moment > facts.enrol_until:
        raise NotAllowed(TOO_LATE_TO_ENROL)


def _place(facts: ClassFacts) -> Step:
    """Give a seat, or the last place of the list: nobody passes those who wait."""
    if facts.free and not facts.queued:
        return Step(after=replace(facts, seated=facts.seated + 1), seat="seated")
    return Step(after=replace(facts, queued=facts.queued + 1), seat="waiting")


def _decide(facts: ClassFacts, event: Decide, moment: datetime) -> Step:
    if event.seat != "nominated":
        raise Conflict(DECIDED)
    _still_moves(facts, moment)
    return _place(facts) if event.grant else Step(after=facts, seat="refused")


def _leave(facts: ClassFacts, event: Leave, moment: datetime) -> Step:
    if event.seat not in LIVE_STATES:
        raise Conflict(GONE)
    _still_moves(facts, moment)
    left = replace(
        facts,
        seated=facts.seated - (event.seat == "seated"),
        queued=facts.queued - (event.seat == "waiting"),
    )
    return replace(_admit(left), seat="withdrawn")


def _admit(facts: ClassFacts) -> Step:
    """Let the head of the list have what is free."""
    count = min(facts.free, facts.queued)
    after = replace(facts, seated=facts.seated + count, queued=facts.queued - count)
    return Step(after=after, admits=count)


def _resize(facts: ClassFacts, maximum: int, moment: datetime) -> Step:
    if maximum < 1:
        raise Invalid(ONE_SEAT)
    if maximum == facts.maximum:
        return Step(after=facts)
    if facts.state != "planned":
        _still_moves(facts, moment)
    if maximum < facts.seated:
        raise Conflict(TOO_SMALL)
    return _admit(replace(facts, maximum=maximum))


def _open(facts: ClassFacts, moment: datetime) -> Step:
    if facts.state != "planned":
        raise Conflict(CANCELLED if facts.state == "cancelled" else OPENED)
    if facts.starts_at is None:
        raise Invalid(NO_MEETING)
    if moment >= facts.starts_at:
        raise Invalid(PAST)
    return Step(after=replace(facts, state="open"))


def _start(facts: ClassFacts, moment: datetime) -> Step:
    """End the list and the open nominations: whoever has no seat now gets none later."""
    if facts.state != "open":
        reasons = {"planned": NOT_OPEN, "done": OVER, "cancelled": CANCELLED}
        raise Conflict(reasons.get(facts.state, STARTED))
    if facts.starts_at is None or moment < facts.starts_at - EARLIEST_START:
        raise Conflict(TOO_EARLY_TO_START)
    after = replace(facts, state="running", queued=0)
    return Step(after=after, ends=("nominated", "waiting"))


def _finish(facts: ClassFacts, moment: datetime) -> Step:
    if facts.state in ("done", "cancelled"):
        raise Conflict(OVER if facts.state == "done" else CANCELLED)
    if not facts.begun(moment):
        raise Conflict(NOT_STARTED)
    if facts.ends_at is not None and moment < facts.ends_at:
        raise Conflict(NOT_OVER)
    after = replace(facts, state="done", seated=0, queued=0)
    return Step(after=after, ends=("nominated", "waiting"))


def _cancel(facts: ClassFacts) -> Step:
    if facts.state in ("done", "cancelled"):
        raise Conflict(OVER if facts.state == "done" else CANCELLED)
    return Step(after=replace(facts, state="cancelled", seated=0, queued=0), ends=LIVE_STATES)


# -- attendance and time -------------------------------------------------------------------------


def judged(present: int, meetings: int, percent: int) -> SeatState:
    """Give what a seat becomes: completed from `percent` of the meetings on, else absent."""
    enough = meetings > 0 and present * 100 >= percent * meetings
    return "completed" if enough else "absent"


def may_scan(moment: datetime, starts_at: datetime, ends_at: datetime, grace: timedelta) -> bool:
    """Tell whether attendance by QR counts now: in the meeting, or `grace` around it."""
    return starts_at - grace <= moment <= ends_at + grace


Span = tuple[datetime, datetime]


def overlap(first: Iterable[Span], second: Iterable[Span]) -> bool:
    """Tell whether two timetables want a person at the same time; touching ends do not count."""
    others = list(second)
    return any(
        start < other_end and other_start < end
        for start, end in first
        for other_start, other_end in others
    )
