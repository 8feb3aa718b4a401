"""From an older version of a course to a newer one: what changes, and what stays done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from plugins.courses.domain.progress import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleShape:
    """A module as two versions are compared: its file's name, its title, its steps' titles.

    Content that never was in a folder has no file names; then the title is the name.
    """

    name: str
    title: str
    steps: tuple[str, ...]

    @property
    def key(self) -> str:
        """Give what makes it the same module in both versions."""
        return self.name or self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a newer version brings, by titles of modules, and the steps that stay done."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: frozenset[Place]
    lost: int


def compare(
    old: Sequence[ModuleShape], new: Sequence[ModuleShape], done: Collection[Place]
) -> Change:
    """Compare two versions; a step stays done when module and title are the same."""
    there = dict(_named(new))
    moved = {place: there.get(name) for name, place in _named(old) if place in done}
    kept = frozenset(place for place in moved.values() if place is not None)
    before, after = {module.key for module in old}, {module.key for module in new}
    return Change(
        added=tuple(module.title for module in new if module.key not in before),
        removed=tuple(module.title for module in old if module.key not in after),
        kept=kept,
        lost=len(moved) - len(kept),
    )


def moved_place(
    old: Sequence[ModuleShape], new: Sequence[ModuleShape], place: Place
) -> Place | None:
    """Give where a step of the old version is in the new one."""
    there = dict(_named(new))
    return next((there.get(name) for name, found in _named(old) if found == place), None)


def _named(modules: Sequence[ModuleShape]) -> Iterator[tuple[tuple[str, str, int], Place]]:
    """Name each step by its module, its title, and which one of that title it is."""
    for number, module in enumerate(modules, 1):
        seen: Counter[str] = Counter()
        for step, title in enumerate(module.steps, 1):
            seen[title] += 1
            yield (module.key, title, seen[title]), Place(module=number, step=step)
