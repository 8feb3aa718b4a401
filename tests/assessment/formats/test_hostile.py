"""SEC-7: bombs and path tricks are refused at once, with bounded memory and a clear sentence."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms import Invalid
from plugins.assessment.domain.formats import FORMATS, Format, Parsed, read_questions
from plugins.assessment.domain.formats.archives import is_unsafe
from tests.assessment.formats.factories import FILES, every_kind, exported, manifest, zipped
from tests.assessment.formats.hostile import ITEM, MEGA, REFUSED, SLOW

SECONDS = 1.0
PATIENT_SECONDS = 3.0  # a test machine may be busy; a careless reader needs minutes
MOST_MEMORY = 150 * MEGA

GOLDEN = sorted(path.read_bytes() for path in FILES.iterdir())


def outcome(content: bytes, form: Format | None = None) -> Parsed | Invalid:
    """Read or refuse."""
    try:
        return read_questions(content, "berkas", form)
    except Invalid as error:
        return error


def bounded(content: bytes, form: Format | None = None) -> Parsed | Invalid:
    """Read or refuse within the time."""
    start = time.process_time()
    found = outcome(content, form)
    assert time.process_time() - start < PATIENT_SECONDS
    return found


@contextmanager
def memory_bounded() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.cve
@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_hostile_file_is_refused_at_once(make: Callable[[], bytes]) -> None:
    content = make()
    start = time.process_time()
    found = outcome(content)
    assert time.process_time() - start < SECONDS
    if isinstance(found, Invalid):
        assert found.message.strip().endswith(".")
    else:  # one bad file of a package is a row error, never a question
        assert not found.items
        assert found.problems


@pytest.mark.cve
def test_there_are_many_hostile_files() -> None:
    assert len(REFUSED) >= 25


@pytest.mark.cve
@pytest.mark.parametrize("name", ["billion laughs", "a million elements", "sizes that lie"])
@pytest.mark.parametrize("form", list(FORMATS))
def test_a_named_format_opens_no_door(name: str, form: Format) -> None:
    found = bounded(REFUSED[name](), form)
    assert isinstance(found, Invalid) or not found.items


@pytest.mark.cve
@pytest.mark.parametrize(
    "name",
    [
        "billion laughs",
        "deep nesting",
        "a million elements",
        "a flood of attributes",
        "zeros in a ZIP",
        "a flood of entries",
        "sizes that lie",
        "overlapping entries",
        "workbook of zeros",
    ],
)
def test_refusing_needs_little_memory(name: str) -> None:
    content = REFUSED[name]()
    with memory_bounded():
        outcome(content)


@pytest.mark.cve
@pytest.mark.parametrize("make", SLOW.values(), ids=SLOW)
def test_no_text_makes_a_reader_slow(make: Callable[[], bytes]) -> None:
    bounded(make())


@pytest.mark.cve
@pytest.mark.parametrize(
    "href", ["../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "..%2f..%2fetc/passwd"]
)
def test_manifest_reads_nothing_outside_the_archive(href: str) -> None:
    package = zipped({"imsmanifest.xml": manifest(href, "a.xml"), "a.xml": ITEM})
    parsed = read_questions(package, "x.zip")
    assert len(parsed.items) == 1
    assert [problem.message.count("tidak ada di ZIP") for problem in parsed.problems] == [1]


@pytest.mark.cve
@pytest.mark.parametrize(
    "stem",
    [
        "<script>alert(1)</script>Aman?",
        "<img src=x onerror=alert(1)>Aman?",
        '<a href="javascript:alert(1)">Aman?</a>',
        "<svg/onload=alert(1)>Aman?",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>Aman?",
        '<p style="background:url(//x)" hx-get="/keluar">Aman?</p>',
    ],
)
def test_no_markup_of_a_foreign_question_is_kept(stem: str) -> None:
    written = stem.replace("=", r"\=").replace(":", r"\:")
    parsed = read_questions(f"[html]{written}{{T}}".encode(), "x.gift")
    texts = [item.draft.stem for item in parsed.items]
    assert texts in ([], ["Aman?"])


def test_nothing_that_is_read_is_written_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("absolute name", "parent folder", "symbolic link", "named pipe", "zeros in a ZIP"):
        bounded(REFUSED[name]())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "unsafe"),
    [
        ("items/q1.xml", False),
        ("soal satu.xml", False),
        ("a..b/c...xml", False),
        ("../x", True),
        ("a/../x", True),
        ("a/..", True),
        ("/x", True),
        ("\\x", True),
        ("a\\..\\x", True),
        ("~/x", True),
        ("C:x", True),
        ("", True),
        ("a\nb", True),
        ("x" * 301, True),
    ],
)
def test_names_that_lead_out_are_known(name: str, unsafe: bool) -> None:
    assert is_unsafe(name) is unsafe


# -- fuzz ----------------------------------------------------------------------------------------


def survives(content: bytes, form: Format | None) -> None:
    """Reading gives questions that the bank would take, or a refusal; nothing else."""
    found = outcome(content, form)
    if isinstance(found, Invalid):
        assert found.message
        return
    for item in found.items:
        assert item.draft.stem
        assert item.where
    for problem in (*found.problems, *found.notes):
        assert problem.message
        assert "%(" not in problem.message


FORMS = st.sampled_from([None, *FORMATS])


@given(content=st.binary(max_size=400), form=FORMS)
@settings(max_examples=150, deadline=None)
def test_random_bytes_raise_nothing_but_invalid(content: bytes, form: Format | None) -> None:
    survives(content, form)


@given(
    content=st.text(alphabet="a =~{}#%:\\>-<&;/[]!\n\r1.5,|A)TANSWER*_\x1e\ue001é", max_size=300),
    form=FORMS,
)
@settings(max_examples=300, deadline=None)
def test_random_signs_of_the_formats_raise_nothing_but_invalid(
    content: str, form: Format | None
) -> None:
    survives(content.encode(), form)


@given(
    content=st.sampled_from(GOLDEN),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=8)), max_size=6
    ),
    form=FORMS,
)
@settings(max_examples=200, deadline=None)
def test_damaged_files_raise_nothing_but_invalid(
    content: bytes, cuts: list[tuple[float, int, bytes]], form: Format | None
) -> None:
    for place, length, put in cuts:
        at = int(place * len(content))
        content = content[:at] + put + content[at + length :]
    survives(content, form)


def _written() -> list[bytes]:
    from plugins.assessment.domain.formats import write_qti, write_workbook

    items = exported(every_kind())
    return [write_qti(items), write_workbook(items)]


WRITTEN = _written()


@given(
    content=st.sampled_from(WRITTEN),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
)
@settings(max_examples=150, deadline=None)
def test_damaged_archives_raise_nothing_but_invalid(
    content: bytes, flips: list[tuple[float, int]]
) -> None:
    changed = bytearray(content)
    for place, value in flips:
        changed[min(int(place * len(changed)), len(changed) - 1)] = value
    survives(bytes(changed), None)
