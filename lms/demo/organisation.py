"""Draws an agency's chart: every post in its unit, with the post that leads it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.demo.names import read_data

PRIMARY, SECONDARY = 9, 17
"""Usual numbers of civil servants in a primary and a secondary school."""
SECONDARY_SHARE = 0.38
CENTRE = 10
HOSPITAL_SHARE = 0.3
SMALLEST_HOSPITAL = 15
SMALLEST_OFFICE = 6
SECTIONS = (
    "Kepala Subbagian Umum dan Kepegawaian",
    "Kepala Subbagian Keuangan",
    "Kepala Subbagian Program, Evaluasi, dan Pelaporan",
    "Kepala Seksi Data dan Informasi",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A post in a unit, for one invented person; `leader` is the place of who leads it."""

    post: str
    name: str
    level: str
    unit: str
    top: str
    echelon: str
    leader: int | None


def posts() -> Mapping[str, Mapping[str, Any]]:
    """Give the kinds of posts by key."""
    found: Mapping[str, Mapping[str, Any]] = read_data("posts")["post"]
    return found


def share_out(total: int, weights: Sequence[float]) -> list[int]:
    """Share a number out by weights in whole parts that sum up to it (largest remainders)."""
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [int(each) for each in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: parts[place] - exact[place])
    for place in by_rest[: total - sum(parts)]:
        parts[place] += 1
    return parts


class Chart:
    """The posts of an agency, as many as people are wanted."""

    def __init__(self, plan: Mapping[str, Any], people: int, rng: random.Random) -> None:
        self.slots: list[Slot] = []
        self._plan = plan
        self._rng = rng
        self._secretary: int | None = None
        teachers, carers = round(people * plan["schools"]), round(people * plan["health"])
        self._add_offices(people - teachers - carers)
        self._add_schools(teachers)
        self._add_health(carers)

    def _add(self, post: str, unit: str, top: str, leader: int | None, **other: str) -> int:
        kind = posts()[post]
        self.slots.append(
            Slot(
                post=post,
                name=other.get("name", kind["name"]),
                level=kind["level"],
                unit=unit,
                top=top,
                echelon=other.get("echelon", kind.get("echelon", "")),
                leader=leader,
            )
        )
        return len(self.slots) - 1

    def _add_mixed(self, mix: str, count: int, unit: str, top: str, leaders: Sequence[int]) -> None:
        shares: dict[str, float] = read_data("posts")["mix"][mix]
        drawn = self._rng.choices(list(shares), list(shares.values()), k=max(0, count))
        for number, post in enumerate(drawn):
            self._add(post, unit, top, leaders[number % len(leaders)])

    def _find(self, name: str) -> int | None:
        return next((n for n, slot in enumerate(self.slots) if slot.name == name), None)

    # -- offices ---------------------------------------------------------------------------------

    def _add_offices(self, count: int) -> None:
        offices = sorted(self._plan["office"], key=lambda office: not office.get("vital", False))
        vital = sum(office.get("vital", False) for office in offices)
        offices = offices[: max(vital, count // SMALLEST_OFFICE)]
        sizes = share_out(count, [office["size"] for office in offices])
        for office, size in zip(offices, sizes, strict=True):
            self._add_office(office, size)

    def _add_office(self, office: Mapping[str, Any], size: int) -> None:
        before, top = len(self.slots), office["name"]
        head = self._add_head(office, size)
        divisions = [
            self._add("administrator", top, top, head, name=name)
            for number, name in enumerate(office["divisions"])
            if size >= 8 * number
        ]
        sections = self._add_sections(office, size, divisions)
        functional = office.get("functional", []) * (2 if size >= 18 else 1)
        for number, post in enumerate(functional[: max(2, size // 6)]):
            self._add(post, top, top, divisions[number % len(divisions)])
        branches = office.get("branches", [])
        rest = size - (len(self.slots) - before)
        parts = share_out(rest, [1.0] * (len(branches) + 1))
        self._add_mixed("staff", parts[0], top, top, sections or divisions)
        for name, part in zip(branches, parts[1:], strict=True):
            self._add_branch(office, name, part, divisions[0])

    def _add_head(self, office: Mapping[str, Any], size: int) -> int | None:
        if "head" not in office or size < 10:
            return None
        echelon = office.get("head_echelon", "II.b")
        top = office["name"]
        return self._add("jpt_pratama", top, top, None, name=office["head"], echelon=echelon)

    def _add_sections(
        self, office: Mapping[str, Any], size: int, divisions: Sequence[int]
    ) -> list[int]:
        own = office.get("sections", [])
        names = [*own, *(name for name in SECTIONS if name not in own)]
        top, wanted = office["name"], max(1, round(size * 0.16)) if size >= 5 else 0
        return [
            self._add("pengawas", top, top, divisions[number % len(divisions)], name=name)
            for number, name in enumerate(names[:wanted])
        ]

    def _add_branch(self, office: Mapping[str, Any], name: str, count: int, leader: int) -> None:
        if count > 0:
            top = office["name"]
            head = self._add("pengawas", name, top, leader, name=office["branch_head"])
            self._add_mixed("staff", count - 1, name, top, [head])

    # -- schools ---------------------------------------------------------------------------------

    def _add_schools(self, teachers: int) -> None:
        secondary = max(1, round(teachers * SECONDARY_SHARE / SECONDARY))
        primary = max(1, round(teachers * (1 - SECONDARY_SHARE) / PRIMARY))
        weights = [PRIMARY] * primary + [SECONDARY] * secondary
        names = [self._numbered("SDN {place} {n}", n) for n in range(primary)]
        names += [self._numbered("SMPN {n} {place}", n) for n in range(secondary)]
        kinds = ["primary_school"] * primary + ["secondary_school"] * secondary
        leader = self._find(self._plan["education_office"]["head_of_schools"])
        sizes = share_out(teachers, weights)
        for name, kind, size in zip(names, kinds, sizes, strict=True):
            self._add_school(name, kind, size, leader)

    def _numbered(self, pattern: str, number: int) -> str:
        districts = self._plan["districts"]
        place, again = districts[number % len(districts)], number // len(districts)
        return pattern.format(place=place, n=again + 1)

    def _add_school(self, name: str, kind: str, size: int, leader: int | None) -> None:
        top = self._plan["education_office"]["name"]
        senior = self._rng.random() < 0.62
        head_post = "kepala_sekolah_madya" if senior else "kepala_sekolah_muda"
        head = self._add(head_post, name, top, leader)
        clerk = kind == "secondary_school" and size >= 10
        if clerk:
            self._add("pengadministrasi", name, top, head)
        self._add_mixed(kind, size - 1 - clerk, name, top, [head])

    # -- health ----------------------------------------------------------------------------------

    def _add_health(self, carers: int) -> None:
        office = self._plan["health_office"]
        leader = self._find(office["head_of_care"])
        hospital = round(carers * HOSPITAL_SHARE) if office["hospital"] else 0
        if hospital >= SMALLEST_HOSPITAL:
            self._add_hospital(office["hospital"], office["name"], hospital)
            carers -= hospital
        centres = max(1, min(len(self._plan["districts"]), round(carers / CENTRE)))
        for number, size in enumerate(share_out(carers, [1.0] * centres)):
            self._add_centre(self._plan["districts"][number], size, leader)

    def _add_hospital(self, name: str, top: str, size: int) -> None:
        head = self._add("administrator", name, top, None, name=f"Direktur {name}", echelon="III.a")
        section = self._add("pengawas", name, top, head, name="Kepala Seksi Keperawatan")
        office = self._add("pengawas", name, top, head, name="Kepala Subbagian Tata Usaha")
        clerks = size // 12
        self._add_mixed("staff", clerks, name, top, [office])
        self._add_mixed("hospital", size - 3 - clerks, name, top, [section])

    def _add_centre(self, place: str, size: int, leader: int | None) -> None:
        name, top = f"UPTD Puskesmas {place}", self._plan["health_office"]["name"]
        head = self._add("kepala_puskesmas", name, top, leader)
        clerk = size >= 8
        if clerk:
            self._add("pengadministrasi", name, top, head)
        self._add_mixed("health_centre", size - 1 - clerk, name, top, [head])
