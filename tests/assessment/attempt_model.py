"""What an attempt must be, said once more and in another way: nothing of ours is imported here.

Time is counted in seconds from the start of the attempt. The model knows no transactions, no rows
and no statements; it is what trust R1, R4, R7 and R8 promise to a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

UNKNOWN = "unknown"
GAP = 15
SETTLE, JUDGE, DAY = 30, 15 * 60, 24 * 3600
CAP = 30 * 60


class Refused(Exception):
    """Nothing is stored: `why` is closed, over or conflict."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Message:
    """An answer on its way; `number` is None for a plain form, which has only its page."""

    device: str
    place: int
    value: str | None
    flag: bool
    epoch: int
    number: int | None = None
    made_at: int | None = None


@dataclass(frozen=True)
class Event:
    """An answer that is stored."""

    device: str
    number: int
    place: int
    value: str | None
    flag: bool | None
    stale: bool
    late: bool
    at: int


@dataclass(frozen=True)
class Cell:
    """What counts for a question, and what a device left behind says else."""

    value: str | None = None
    flag: bool = False
    other: str | None = None


@dataclass
class AttemptModel:
    """One attempt of `places` questions, and the server's life as far as it matters to it."""

    places: int
    limit: int | None
    window: int | None
    grace: int
    device: str
    now: int = 0
    epoch: int = 1
    allowance: int = 0
    given_back: int = 0
    sign: int = 0
    outages: list[tuple[int, int]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    closed_by: str = ""
    score: int = 0
    answered: int = 0
    unknown: int = 0

    # -- time --------------------------------------------------------------------------------------

    @property
    def end(self) -> int | None:
        """The last second, whatever limits it."""
        ends = [each for each in (self.limit, self.window) if each is not None]
        return None if not ends else sorted(ends)[0] + self.allowance

    @property
    def phase(self) -> str:
        if self.end is None or self.now < self.end:
            return "running"
        return "grace" if self.now < self.end + self.grace else "over"

    @property
    def left(self) -> int | None:
        return None if self.end is None else max(0, self.end - self.now)

    def server_runs(self) -> None:
        self.sign = self.now

    def server_comes_back(self) -> None:
        """The first sign after a silence: a long one was an outage, and time stood still."""
        silent_since, self.sign = self.sign, self.now
        if self.now - silent_since <= GAP:
            return
        self.outages.append((silent_since, self.now))
        if self.closed_by or self.end is None or max(0, silent_since) >= self.end:
            return
        lost = self.now - max(0, silent_since)
        given = min(lost, CAP - self.given_back)
        self.given_back += given
        self.allowance += given

    # -- answers -----------------------------------------------------------------------------------

    def cell(self, place: int, events: list[Event] | None = None) -> Cell:
        own = [e for e in (self.events if events is None else events) if e.place == place]
        values = [e for e in own if e.value is not None]
        here = _last([e for e in values if not e.stale])
        left_behind = _last([e for e in values if e.stale])
        flags = _last([e for e in own if e.flag is not None and not e.stale])
        counting = here or left_behind
        other = left_behind.value if here and left_behind else None
        return Cell(
            value=counting.value if counting else None,
            flag=bool(flags and flags.flag),
            other=other if counting and other != counting.value else None,
        )

    def arrive(self, message: Message) -> Event | None:
        """Take a message; give its event, None when a form says nothing new."""
        if message.number is not None:
            return self._arrive_numbered(message, message.number)
        stale = message.epoch < self.epoch
        now = self.cell(message.place)
        says = message.value not in (None, now.value)
        if stale and message.value == now.other:
            says = False
        flags = not stale and message.flag != now.flag
        if not says and not flags:
            if self.closed_by:
                raise Refused("closed")
            return None
        own = [e.number for e in self.events if e.device == message.device]
        return self._store(
            message,
            number=len(own) + 1,
            value=message.value if says else None,
            flag=message.flag if flags else None,
        )

    def _arrive_numbered(self, message: Message, number: int) -> Event:
        for known in self.events:
            if (known.device, known.number) != (message.device, number):
                continue
            same = (known.place, known.value, known.flag)
            if same == (message.place, message.value, message.flag):
                if self.closed_by:
                    raise Refused("closed")
                return known
            self._check_open(message)
            raise Refused("conflict")
        return self._store(message, number=number, value=message.value, flag=message.flag)

    def _check_open(self, message: Message) -> None:
        if self.closed_by:
            raise Refused("closed")
        if self.phase == "over":
            raise Refused("over")

    def _store(self, message: Message, number: int, value: str | None, flag: bool | None) -> Event:
        self._check_open(message)
        event = Event(
            device=message.device,
            number=number,
            place=message.place,
            value=value,
            flag=flag,
            stale=message.epoch < self.epoch,
            late=self.phase == "grace",
            at=self.now,
        )
        self.events.append(event)
        return event

    def move_to(self, device: str) -> None:
        if self.closed_by:
            raise Refused("closed")
        if device != self.device:
            self.device = device
            self.epoch += 1

    # -- the end -----------------------------------------------------------------------------------

    def counting(self) -> list[Event]:
        end = self.end

        def counts(event: Event) -> bool:
            if not event.late or end is None or event.at < end:
                return True
            return any(a < end <= b <= event.at for a, b in self.outages)

        return [event for event in self.events if counts(event)]

    def hand_in(self, by: str, keys: dict[int, str]) -> None:
        if self.closed_by:
            return
        counting = self.counting()
        values = [self.cell(place, counting).value for place in range(1, self.places + 1)]
        self.closed_by = by
        self.answered = sum(value is not None for value in values)
        self.unknown = values.count(UNKNOWN)
        self.score = sum(value == keys[n] for n, value in enumerate(values, 1))

    def sweep(self, keys: dict[int, str]) -> None:
        if not self.closed_by and (self._time_is_over() or self._is_forgotten()):
            self.hand_in("sweeper", keys)

    def _time_is_over(self) -> bool:
        end = self.end
        silent = self.now - self.sign
        if end is None or GAP < silent <= DAY or self.phase != "over":
            return False
        return all(self.now >= b + (JUDGE if a < end <= b else SETTLE) for a, b in self.outages)

    def _is_forgotten(self) -> bool:
        cells = [self.cell(place) for place in range(1, self.places + 1)]
        complete = all(cell.value is not None for cell in cells)
        return self.end is None and complete and self.now - self.events[-1].at >= DAY


def _last(events: list[Event]) -> Event | None:
    """The one that came last, of those that no higher number of their device came before."""
    alive = [
        event
        for place, event in enumerate(events)
        if all(e.device != event.device or e.number < event.number for e in events[:place])
    ]
    return alive[-1] if alive else None
