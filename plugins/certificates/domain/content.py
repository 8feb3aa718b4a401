"""What a certificate says, frozen when it is issued and never computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

MEASURED_GAIN = "measured_gain"
KINDS = {MEASURED_GAIN: "Kenaikan kemampuan (hasil terukur)"}  # i18n
"""What each kind is called; a certificate never says more than was shown."""
DESIGN = "kawung"

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who the certificate is for, as on the day of issue; all empty after an erasure."""

    name: str
    nip: str
    position: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The evidence behind a level: its kind, where it comes from, by which rule, from when.

    `level` is the level it shows. After learning that is the lower end of the measurement's
    uncertainty: a certificate never says more than was shown.
    """

    kind: str
    source: str
    rule: str
    measured_on: date
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One competency of the plan: the level before and after, each with its name and proof."""

    code: str
    name: str
    before: int | None
    after: int | None
    before_name: str = ""
    after_name: str = ""
    before_proof: Proof | None = None
    after_proof: Proof | None = None

    @property
    def before_words(self) -> str:
        """Give the level before with its name, such as 1 (Dasar)."""
        return _level_words(self.before, self.before_name)

    @property
    def after_words(self) -> str:
        """Give the level after with its name."""
        return _level_words(self.after, self.after_name)

    @property
    def gain(self) -> bool:
        """Tell whether a higher level was measured; a rating by oneself or others is no measure."""
        proofs = (self.before_proof, self.after_proof)
        if self.before is None or self.after is None:
            return False
        measured = all(proof is not None and proof.kind == "measured" for proof in proofs)
        return measured and self.after > self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A part of a course with its learning hours."""

    title: str
    jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course that was finished on the way, with its learning hours (JP)."""

    title: str
    jp: int
    form: str
    finished_on: date
    modules: tuple[Module, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs, and where; each may be empty."""

    name: str
    title: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a certificate says, beside its number, code and state."""

    issuer: str
    holder: Holder
    competencies: tuple[Raised, ...]
    courses: tuple[Course, ...]
    started_on: date
    ended_on: date
    issued_on: date
    signer: Signer
    verify_url: str
    design: str = DESIGN

    @property
    def jp(self) -> int:
        """Give the learning hours of all courses."""
        return sum(course.jp for course in self.courses)

    @property
    def gains(self) -> tuple[Raised, ...]:
        """Give the competencies in which a higher level was measured."""
        return tuple(raised for raised in self.competencies if raised.gain)

    @property
    def title(self) -> str:
        """Name the certificate after what was raised: two names at most, then a count."""
        return title_of([raised.name for raised in self.gains])


def _level_words(level: int | None, name: str) -> str:
    number = "–" if level is None else str(level)
    return f"{number} ({name})" if name else number


def title_of(names: Sequence[str]) -> str:
    """Join names of competencies for a heading."""
    if len(names) <= 2:
        return " dan ".join(names)
    return f"{names[0]}, {names[1]}, dan {len(names) - 2} kemampuan lain"


def erased(content: Content) -> Content:
    """Take out who the holder was; what was measured stays, so that checks still work."""
    return replace(content, holder=Holder(name="", nip="", position="", unit=""))


# -- as JSON -------------------------------------------------------------------------------------


def to_json(content: Content) -> dict[str, Any]:
    """Give the content as the database stores it; dates become ISO text."""
    frozen: dict[str, Any] = _plain(asdict(content))
    return frozen


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def from_json(stored: Mapping[str, Any]) -> Content:
    """Read stored content."""
    dates = {key: date.fromisoformat(stored[key]) for key in DATES}
    return Content(
        issuer=stored["issuer"],
        holder=Holder(**stored["holder"]),
        competencies=tuple(_raised(each) for each in stored["competencies"]),
        courses=tuple(_course(each) for each in stored["courses"]),
        signer=Signer(**stored["signer"]),
        verify_url=stored["verify_url"],
        design=stored["design"],
        **dates,
    )


DATES = ("started_on", "ended_on", "issued_on")


def _raised(stored: Mapping[str, Any]) -> Raised:
    before, after = _proof(stored["before_proof"]), _proof(stored["after_proof"])
    return Raised(**{**stored, "before_proof": before, "after_proof": after})


def _proof(stored: Mapping[str, Any] | None) -> Proof | None:
    if stored is None:
        return None
    return Proof(**{**stored, "measured_on": date.fromisoformat(stored["measured_on"])})


def _course(stored: Mapping[str, Any]) -> Course:
    modules = tuple(Module(**module) for module in stored["modules"])
    finished = date.fromisoformat(stored["finished_on"])
    return Course(**{**stored, "modules": modules, "finished_on": finished})


# -- in words ------------------------------------------------------------------------------------


def day_in_words(day: date) -> str:
    """Write a date as 3 November 2026; certificates are always in Indonesian."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def period_in_words(start: date, end: date) -> str:
    """Write a period, or one day when it starts and ends on the same."""
    if start == end:
        return day_in_words(start)
    return f"{day_in_words(start)} – {day_in_words(end)}"
