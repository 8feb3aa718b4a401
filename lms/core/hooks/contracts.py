"""Frozen values that cross hooks: primitives and ids, never rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Role = Literal["learner", "trainer", "officer", "supervisor", "auditor", "administrator"]
ROLES: tuple[Role, ...] = (
    "learner",
    "trainer",
    "officer",
    "supervisor",
    "auditor",
    "administrator",
)
GapState = Literal["meets", "below", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginManifest:
    """What a plugin says of itself before any of its code runs.

    `name` is the prefix of its tables, permissions, settings, jobs, templates and blueprints.
    `requires` is a range of the core's version, such as ">=0.1,<1".
    `models` and `migrations` are the dotted name of the module with its tables and the folder
    of its Alembic branch beside it (both None for a plugin without tables).
    """

    name: str
    title: str
    version: str
    requires: str = ">=0.1"
    models: str | None = None
    migrations: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a step or a menu entry leads: a Flask endpoint and its values."""

    endpoint: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """A right, named `plugin:thing:action`, and the roles that have it unless changed."""

    name: str
    title: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A declared setting: `key` is `plugin.name`; the default fixes the type.

    A `secret`, such as a password, can be written but is never shown again, nor noted.
    """

    key: str
    title: str
    default: str | int | float | bool
    choices: tuple[str, ...] = ()
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A kind of background work: `run(session, payload, progress)`; `progress(done, total)`.

    Each run is one transaction. A run that returns a payload is run again with it, so that long
    work in pieces does not keep others from writing; None means that the work is done.
    `every_seconds` makes the worker start it again by itself at that distance.
    Work that takes seconds without writing (network, a large file, a computation) is `aside`: its
    session only reads, and what it finds it writes in short transactions of its own
    (`site_of(session).database.writing()`), outside of which it calls `progress`. A killed worker
    runs it again, so what it wrote must bear that.
    """

    name: str
    title: str
    run: Callable[[Any, Mapping[str, Any], Callable[[int, int], None]], Mapping[str, Any] | None]
    every_seconds: int | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What a web process does every few seconds for an agency that is in use: `run(site)`.

    It runs once before the agency's first request is handled, then about every `every_seconds`.
    It opens short sessions of its own (`site.database`) and only when there is something to do:
    all agencies of a process share one thread, so a slow one makes the others late.
    """

    name: str
    every_seconds: float
    run: Callable[[Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """A file made for a person: its name, content, media type, and how many rows it holds."""

    filename: str
    content: bytes = field(repr=False)
    media_type: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file that takes a while: `make(session, payload, progress)` runs in the background.

    Whoever asks needs `permission`, then and when fetching it. The session only reads.
    `progress(done, total)` counts.
    """

    name: str
    title: str
    permission: str
    make: Callable[[Any, Mapping[str, Any], Callable[[int, int], None]], ExportFile]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message as a channel gets it; `url` is where it leads, `key` the same at each attempt."""

    key: str
    person_id: int
    name: str
    email: str
    phone: str
    subject: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChannel:
    """A way to reach people: `send(session, message)` returns when it was taken over.

    `reaches(message)` tells whether this person has an address there. `send` works while nothing
    is locked; its session only reads. An error in it is noted and tried again later, with growing
    distance, at most five times; :class:`lms.Unsure` is never tried again without a person.
    """

    name: str
    title: str
    reaches: Callable[[OutgoingMessage], bool]
    send: Callable[[Any, OutgoingMessage], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityChoice:
    """One activity that an author may put into a module: `ref` names it for good."""

    ref: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityView:
    """An activity as a learner sees it: safe HTML of form fields, without form and button.

    `feedback` is safe HTML that follows an answer, None before one; `right` tells whether the
    answer was right (None: there is no right or wrong).
    """

    html: str
    feedback: str | None = None
    right: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedActivity:
    """Something to do inside a module, such as a check question; `kind` stands in the Markdown.

    `find(session, words, limit)` gives choices for authors. `show(session, refs, given)` gives
    ref → view for the activities of this kind on a page, all at once, so that a page takes the
    same number of statements however many it has; those that are gone are left out. `given`
    holds by ref the fields of a form that came back. Nothing is stored: it is practice, not
    measurement. Ids in the HTML must differ between activities.
    """

    kind: str
    title: str
    find: Callable[[Any, str, int], Sequence[ActivityChoice]]
    show: Callable[
        [Any, Sequence[str], Mapping[str, Mapping[str, Sequence[str]]]], Mapping[str, ActivityView]
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentReader:
    """Reads one folder of a content pack: `read(session, folder)` returns how many were stored.

    `folder` is the name inside the pack ("questions"); `order` puts what others need first.
    """

    folder: str
    read: Callable[[Any, Any], int]
    order: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFiller:
    """Fills a part of the demo: `fill(session, world)`, lower `order` first.

    `session` is a writing session of the demo agency. `world` is a
    :class:`lms.demo.world.DemoWorld`. `agencies` limits it to some demo agencies (empty: all).
    """

    name: str
    order: int
    fill: Callable[[Any, Any], None]
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at a page: ids, roles and permissions, read once per request."""

    person_id: int
    public_id: str
    name: str
    roles: frozenset[str]
    permissions: frozenset[str]
    language: str = "id"
    employment: str = "pns"

    def can(self, permission: str) -> bool:
        """Tell whether this person has the permission."""
        return permission in self.permissions


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """A person as plugins see one: identity, post and unit of today."""

    person_id: int
    public_id: str
    nip: str
    name: str
    employment: str
    unit_id: int | None
    unit: str
    position_id: int | None
    position: str
    position_level: str
    grade: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One competency of one person, compared with the standard of the post."""

    competency_id: int
    code: str
    name: str
    required: int
    level: int | None
    state: GapState


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItemView:
    """One line of a learning plan; levels are whole numbers of the framework's scale."""

    item_id: int
    competency_id: int
    code: str
    name: str
    required: int
    start_level: int | None
    level: int | None
    state: Literal["open", "assigned", "ready", "met"]
    reason: str
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A learning plan and its items, in the order of the framework."""

    plan_id: int
    person_id: int
    state: Literal["open", "closed"]
    opened_on: date
    closed_on: date | None
    items: tuple[PlanItemView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A level that a person must reach in a competency, and where that comes from."""

    competency_id: int
    level: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseCandidate:
    """A course that teaches a wanted competency from one level to another."""

    course_id: int
    slug: str
    title: str
    competency_id: int
    from_level: int
    to_level: int
    jp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseChoice:
    """A course picked for a gap, with the reason in one sentence for the person."""

    course_id: int
    competency_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCredit:
    """Learning hours (JP) that a person earned with one course; `modules` are its parts."""

    title: str
    jp: int
    finished_on: date
    form: str
    modules: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationItem:
    """One entry of the menu. `place` is "tabs" (learner) or "side" (officer, trainer)."""

    label: str
    link: Link
    order: int
    place: Literal["tabs", "side"] = "side"
    icon: str = "dot"
    group: str = ""
    permission: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A thing to do now: one sentence, one button; the lowest `order` is shown very large."""

    title: str
    text: str
    button: str
    link: Link
    order: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """One step of "my path" on the home page, in words; `order` follows the loop."""

    title: str
    text: str
    state: Literal["done", "current", "later"]
    order: int
    icon: str = "dot"
    link: Link | None = None
    link_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeCard:
    """A card on the home page: a template of the plugin and its values."""

    template: str
    values: Mapping[str, Any]
    order: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPanel:
    """A panel on a person's page: a heading, a template of the plugin and its values."""

    title: str
    template: str
    values: Mapping[str, Any]
    order: int = 50
