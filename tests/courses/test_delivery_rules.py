"""Where to go on, how much is left, whether a study can be, what a newer version keeps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.courses.domain.moving import ModuleShape, compare, moved_place
from plugins.courses.domain.progress import (
    Place,
    continue_at,
    left_out,
    minutes_left,
    places,
)
from plugins.courses.domain.steps import notes_as_quotations
from plugins.courses.domain.study_time import (
    StudiedStep,
    count_words,
    counted_seconds,
    is_short,
    least_seconds,
)
from plugins.courses.services.rendering import ACTIVITY, activity_names, render_step

STEPS = [3, 2]
P = [Place(module=m, step=s) for m, s in ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2))]


@pytest.mark.parametrize(
    ("done", "last", "expected"),
    [
        ([], None, P[0]),
        ([0], 0, P[1]),
        ([0, 3], 3, P[4]),  # jumped ahead: goes on there
        ([0, 3, 4], 4, P[1]),  # at the end: back to what was left out
        ([0, 1, 2, 3], 0, P[4]),  # what comes next may be done already
        ([0, 1, 2, 3, 4], 4, None),
    ],
)
def test_one_goes_on_after_the_step_done_last(
    done: list[int], last: int | None, expected: Place | None
) -> None:
    last_place = None if last is None else P[last]
    assert continue_at(STEPS, {P[n] for n in done}, last_place) == expected


def test_first_place_left_out_before_another_is_named() -> None:
    assert left_out(STEPS, {P[0], P[2]}, P[3]) == P[1]
    assert left_out(STEPS, {P[0], P[1]}, P[2]) is None
    assert left_out(STEPS, set(), P[0]) is None


@given(st.sets(st.sampled_from(P)))
def test_minutes_left_fall_with_each_step_and_end_at_nothing(done: set[Place]) -> None:
    left = minutes_left([30, 8], STEPS, done)
    assert 0 <= left <= 38
    assert (left == 0) == (len(done) == len(P))
    for place in set(places(STEPS)) - done:
        assert minutes_left([30, 8], STEPS, {*done, place}) < left


# -- study time ----------------------------------------------------------------------------------


def step(seconds: int | None, *, words: int = 300, minutes: float = 5) -> StudiedStep:
    return StudiedStep(words=words, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    ("steps", "short"),
    [
        ([], False),
        ([step(2), step(3)], True),
        ([step(36), step(36)], False),  # 300 words at 500 a minute
        ([step(0), step(80)], False),  # judged as a whole
        ([step(None), step(None)], False),  # nothing known
        ([step(None), step(None), step(1)], False),  # too little known
        ([step(None), step(1)], True),
        ([step(20, words=10_000, minutes=1)], False),  # the lower estimate counts
        ([step(0, words=0)], False),  # only a picture
    ],
)
def test_only_a_study_that_cannot_be_is_short(steps: list[StudiedStep], short: bool) -> None:
    assert is_short(steps) is short


@given(st.lists(st.integers(0, 3000)), st.integers(0, 3000))
def test_more_time_is_never_worse(seconds: list[int], more: int) -> None:
    before = is_short([step(each) for each in seconds])
    after = is_short([step(each + more) for each in seconds])
    assert before or not after


@pytest.mark.parametrize(
    ("seconds", "counted"), [(-5, 0), (0, 0), (61.4, 61), (10_000, 900), (900, 900)]
)
def test_open_page_counts_at_most_three_times_its_minutes(seconds: float, counted: int) -> None:
    assert counted_seconds(seconds, 5) == counted


def test_words_are_counted_without_tags() -> None:
    assert count_words("<p>Satu <b>dua</b></p><p>tiga</p>") == 3
    assert least_seconds(500, 60) == 60
    assert least_seconds(5000, 5) == 60


# -- a newer version -----------------------------------------------------------------------------


def module(name: str, *steps: str, title: str = "") -> ModuleShape:
    return ModuleShape(name=name, title=title or name.title(), steps=steps)


OLD = [module("a", "A", "Satu", "Satu"), module("b", "B"), module("c", "C")]


def test_same_steps_stay_done_where_they_are_now() -> None:
    new = [module("c", "C"), module("neu", "N"), module("a", "A", "Satu", "Baru", "Satu")]
    done = {Place(module=1, step=1), Place(module=1, step=3), Place(module=2, step=1)}
    change = compare(OLD, new, done)
    assert change.added == ("Neu",)
    assert change.removed == ("B",)
    assert change.kept == {Place(module=3, step=1), Place(module=3, step=4)}
    assert change.lost == 1
    assert moved_place(OLD, new, Place(module=3, step=1)) == Place(module=1, step=1)
    assert moved_place(OLD, new, Place(module=2, step=1)) is None


def test_module_without_file_name_is_known_by_its_title() -> None:
    old = [ModuleShape(name="", title="Satu", steps=("A",))]
    assert compare(old, list(old), {P[0]}).kept == {P[0]}
    assert compare(old, [ModuleShape(name="", title="Dua", steps=("A",))], {P[0]}).lost == 1


@given(st.permutations(OLD), st.sets(st.sampled_from(P)))
def test_nothing_is_lost_when_only_the_order_changes(
    new: list[ModuleShape], done: set[Place]
) -> None:
    there = {place for place in done if place in places([len(m.steps) for m in OLD])}
    change = compare(OLD, new, there)
    assert (len(change.kept), change.lost) == (len(there), 0)
    assert change.added == change.removed == ()


# -- the place of an activity --------------------------------------------------------------------


def test_activity_becomes_an_empty_place_also_without_blank_lines() -> None:
    html = render_step("Baca ini.\n::: soal L-1\nLalu ini.", {})
    assert activity_names(html) == [("soal", "L-1")]
    assert "<p>Baca ini.</p>" in html
    assert "<p>Lalu ini.</p>" in html
    assert ":::" not in html


def test_activity_in_a_note_and_twice_is_named_once() -> None:
    html = render_step("::: ingat\nAwas\n::: soal L-1\n:::\n\n::: soal L-1\n\n::: kuis X", {})
    assert activity_names(html) == [("soal", "L-1"), ("kuis", "X")]
    assert len(ACTIVITY.findall(html)) == 3


@pytest.mark.parametrize(
    "source",
    [
        "```\n::: soal L-1\n```",
        '<div data-activity="soal" data-ref="L-1"></div>',
        '::: soal "onclick=',
        "::: soal <b>",
    ],
)
def test_what_only_looks_like_an_activity_is_none(source: str) -> None:
    assert activity_names(render_step(source, {})) == []


def test_notes_stay_as_they_were() -> None:
    assert notes_as_quotations("::: ingat\nA\n:::\nB") == "\n> **Ingat**\n>\n> A\n\nB"
