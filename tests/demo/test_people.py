"""The invented people: as many as wanted, believable, valid, and invented for sure."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest

from lms.core.people.importing import read_people_file
from lms.core.people.nip import check_nip, nip_facts
from lms.demo.names import NameMaker, read_data
from lms.demo.organisation import Chart, share_out
from lms.demo.people import GRADES, InventedPerson, PeopleMaker, as_csv


def make_people(count: int, slug: str = "serang", seed: int = 1) -> list[InventedPerson]:
    rng = random.Random(seed)
    return PeopleMaker(rng).make(Chart(read_data(slug), count, rng).slots)


@pytest.fixture(scope="module")
def people() -> list[InventedPerson]:
    return make_people(2000)


def share(people: list[InventedPerson], start: str) -> float:
    return sum(person.slot.post.startswith(start) for person in people) / len(people)


@pytest.mark.parametrize("count", [100, 120, 137, 333, 1000, 2000, 3333])
def test_chart_has_as_many_posts_as_people_are_wanted(count: int) -> None:
    assert len(Chart(read_data("serang"), count, random.Random(count)).slots) == count


def test_pilot_has_eighty_people() -> None:
    plan = read_data("cilegon")
    assert len(Chart(plan, plan["people"], random.Random(1)).slots) == 80


@pytest.mark.parametrize(("total", "weights"), [(10, [1, 1, 1]), (7, [5, 3, 2]), (0, [1, 2])])
def test_shares_sum_up_to_the_total(total: int, weights: list[float]) -> None:
    assert sum(share_out(total, weights)) == total


def test_leader_stands_before_those_led_and_in_the_same_agency() -> None:
    slots = Chart(read_data("serang"), 2000, random.Random(1)).slots
    for place, slot in enumerate(slots):
        assert slot.leader is None or 0 <= slot.leader < place
    leaders = {slots[slot.leader].name for slot in slots if slot.leader is not None}
    assert {"Kepala Sekolah", "Kepala Puskesmas", "Camat"} <= leaders


def test_teachers_are_led_by_the_head_of_their_school() -> None:
    slots = Chart(read_data("serang"), 2000, random.Random(1)).slots
    for slot in slots:
        if slot.post.startswith("guru"):
            assert slot.leader is not None
            head = slots[slot.leader]
            assert (head.name, head.unit) == ("Kepala Sekolah", slot.unit)


def test_every_nip_is_valid_and_there_once(people: list[InventedPerson]) -> None:
    assert {check_nip(person.nip).verdict for person in people} == {"ok"}
    assert len({person.nip for person in people}) == len(people)


def test_nip_says_what_the_person_is(people: list[InventedPerson]) -> None:
    for person in people:
        facts = nip_facts(person.nip)
        assert (facts.birth_date, facts.sex) == (person.born, person.sex)
        assert facts.employment == person.employment


def test_nip_has_a_sequence_that_no_real_one_reaches(people: list[InventedPerson]) -> None:
    assert all(person.nip[15] == "9" for person in people)


def test_proportions_are_those_of_a_regency(people: list[InventedPerson]) -> None:
    assert 0.53 < share(people, "guru") + share(people, "kepala_sekolah") < 0.56
    assert 0.15 < sum(share(people, post) for post in ("perawat", "bidan", "dokter")) < 0.20
    assert 0.77 < sum(person.employment == "pns" for person in people) / 2000 < 0.83
    assert sum(person.age >= 50 for person in people) / 2000 > 0.28
    assert {True} == {24 <= person.age <= 58 for person in people}


def test_every_position_level_of_the_report_is_there(people: list[InventedPerson]) -> None:
    levels = Counter(person.slot.level for person in people)
    assert levels["pelaksana"] > 214
    assert levels["pengawas"] > 16
    assert levels["administrator"] > 2
    assert levels["jpt_pratama"] > 2


def test_grade_fits_the_employment(people: list[InventedPerson]) -> None:
    for person in people:
        assert (person.grade in GRADES) == (person.employment == "pns")


def test_midwives_are_women(people: list[InventedPerson]) -> None:
    assert {p.sex for p in people if p.slot.post.startswith("bidan")} == {"P"}


def test_names_differ_and_some_are_single(people: list[InventedPerson]) -> None:
    names = [person.name for person in people]
    assert len(set(names)) > 1900
    assert 0.05 < sum(" " not in name for name in names) / 2000 < 0.2
    assert any("'" in name for name in names)


def test_name_does_not_repeat_a_part() -> None:
    maker = NameMaker(random.Random(5))
    for year in range(1968, 2001):
        for sex in ("L", "P"):
            words = maker.make(sex, year).name.split()
            assert all(first != second for first, second in pairwise(words))


def test_same_seed_makes_the_same_people() -> None:
    assert make_people(120) == make_people(120)
    assert make_people(120) != make_people(120, seed=2)


@pytest.mark.parametrize("slug", ["serang", "cilegon"])
def test_file_is_read_without_a_remark(slug: str) -> None:
    parsed = read_people_file(as_csv(make_people(120, slug)), "pegawai.csv")
    assert (parsed.read, len(parsed.rows)) == (120, 120)
    assert not parsed.problems
    assert not parsed.dropped
