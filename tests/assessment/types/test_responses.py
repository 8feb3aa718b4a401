"""What a learner's page sends, by shape: what is stored, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.assessment.contracts import Shape, Typed
from plugins.assessment.domain.types import (
    BUILT_IN,
    UNKNOWN,
    WrongResponse,
    answer_text,
    moved,
    parse_response,
    shown,
)
from plugins.assessment.domain.types.numbers import canonical_number, from_number, to_number
from plugins.assessment.domain.types.uploads import (
    file_kind,
    file_value,
    picture_kind,
    picture_size,
    safe_name,
)
from tests.assessment.types.samples import SAMPLES

KINDS = {each.name: each for each in BUILT_IN}


def parse(kind: str, **form: Any) -> str | None:
    typed = Typed({k: v if isinstance(v, list) else [v] for k, v in form.items()})
    return parse_response(KINDS[kind].response, SAMPLES[kind][0], typed)


@pytest.mark.parametrize(
    ("kind", "form", "value"),
    [
        ("single", {}, None),
        ("single", {"answer": ""}, None),
        ("single", {"answer": "c"}, "c"),
        ("single", {"answer": "unknown"}, UNKNOWN),
        ("true_false", {"answer": "false"}, "false"),
        ("sjt", {"answer": "b"}, "b"),
        ("scale", {"answer": "2"}, "2"),
        ("hotspot", {"answer": "2"}, "2"),
        ("hotspot", {"answer": "unknown"}, UNKNOWN),
        ("multiple", {}, None),
        ("multiple", {"answer": ["c", "a"]}, "a,c"),
        ("multiple", {"answer": ["c", "c"]}, "c"),
        ("multiple", {"answer": ["c"], "unknown": "1"}, UNKNOWN),
        ("matching", {}, None),
        ("matching", {"answer_1": "", "answer_2": ""}, None),
        ("matching", {"answer_2": "a", "answer_1": "b"}, "1=b,2=a"),
        ("matching", {"answer_2": "c"}, "2=c"),
        ("matching", {"answer_1": "a", "answer_2": "a"}, "1=a,2=a"),
        ("matching", {"unknown": "1"}, UNKNOWN),
        ("ordering", {"answer": list("abcd")}, None),
        ("ordering", {"answer": list("abcd"), "settled": "1"}, "a,b,c,d"),
        ("ordering", {"answer": list("abcd"), "go": "up-b"}, "b,a,c,d"),
        ("ordering", {"answer": list("abcd"), "go": "down-d"}, "a,b,c,d"),
        ("ordering", {"answer": list("abcd"), "go": "next", "settled": "1"}, "a,b,c,d"),
        ("ordering", {"answer": list("abcd"), "unknown": "1"}, UNKNOWN),
        ("short_text", {"answer": "   "}, None),
        ("short_text", {"answer": "  Berkas \n PDF\x00 "}, "Berkas PDF"),
        ("short_text", {"answer": "unknown"}, "“unknown”"),
        ("short_text", {"answer": "x", "unknown": "1"}, UNKNOWN),
        ("numeric", {"answer": ""}, None),
        ("numeric", {"answer": "12,5"}, "12.5"),
        ("numeric", {"answer": "12,5 MB"}, "12.5"),
        ("numeric", {"unknown": "1"}, UNKNOWN),
        ("file", {}, None),
        ("file", {"unknown": "1"}, UNKNOWN),
    ],
)
def test_response_is_stored_as_one_value(
    kind: str, form: dict[str, Any], value: str | None
) -> None:
    assert parse(kind, **form) == value


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("single", {"answer": "e"}),
        ("single", {"answer": ["a", "b"]}),
        ("single", {"answer": "a,b"}),
        ("hotspot", {"answer": "3"}),
        ("multiple", {"answer": ["a", "z"]}),
        ("multiple", {"answer": ["a,c"]}),
        ("matching", {"answer_1": "z"}),
        ("matching", {"answer_1": ["a", "b"]}),
        ("matching", {"answer_1": "1=b"}),
        ("ordering", {"answer": list("abc")}),
        ("ordering", {"answer": list("abcc")}),
        ("ordering", {"answer": list("abcde")}),
        ("ordering", {"answer": list("abcd"), "go": "up-z"}),
        ("ordering", {}),
        ("short_text", {"answer": "x" * 201}),
        ("short_text", {"answer": ["a", "b"]}),
        ("numeric", {"answer": "dua belas"}),
        ("numeric", {"answer": "1e3"}),
        ("numeric", {"answer": "1" * 16}),
        ("numeric", {"answer": "nan"}),
    ],
)
def test_response_that_no_page_sends_is_refused(kind: str, form: dict[str, Any]) -> None:
    with pytest.raises(WrongResponse):
        parse(kind, **form)


@pytest.mark.parametrize(
    ("order", "command", "after"),
    [
        ("abc", "up-a", "abc"),
        ("abc", "up-c", "acb"),
        ("abc", "down-a", "bac"),
        ("abc", "down-c", "abc"),
    ],
)
def test_buttons_move_one_step(order: str, command: str, after: str) -> None:
    assert moved(list(order), command) == list(after)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1242", "1242"),
        ("1.242", "1242"),
        ("1.242,5", "1242.5"),
        ("12.345.678", "12345678"),
        ("1 242,50", "1242.5"),
        ("12.5", "12.5"),
        ("12,50", "12.5"),
        ("0.125", "0.125"),
        (",5", "0.5"),
        ("−3,0", "-3"),
        ("-0", "0"),
        ("+7", "7"),
        ("１２", "12"),
        ("1.24.2", None),
        ("1,2,3", None),
        ("12,", None),
        ("", None),
        ("٣", None),
    ],
)
def test_numbers_are_read_the_indonesian_way(text: str, canonical: str | None) -> None:
    assert canonical_number(text) == canonical


@pytest.mark.parametrize(
    ("text", "unit"),
    [("Rp 1.500", "Rp"), ("Rp1.500", "Rp"), ("1500 Rp", "rp"), ("Rp. 1.500", "Rp")],
)
def test_unit_may_stand_beside_the_number(text: str, unit: str) -> None:
    assert canonical_number(text, unit) == "1500"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_shown_number_is_read_as_the_same_again(number: Any) -> None:
    value = canonical_number(f"{number:f}".replace(".", ","))
    assert value is not None
    again = shown("number", {}, value).text
    assert canonical_number(again) == value


@given(st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6).map(lambda x: round(x, 3))))
def test_author_number_goes_round(number: float) -> None:
    assert to_number(from_number(number)) == number


# -- what was stored comes back on the page, and is sent as the same value -----------------------


def resend(shape: Shape, content: dict[str, Any], value: str | None) -> str | None:
    """Fill a page with a stored value and send it unchanged."""
    found = shown(shape, content, value)
    form = Typed()
    if found.unknown:
        form["unknown"], form["answer"] = ["1"], [UNKNOWN]
        if shape == "order":
            form["answer"] = [option["id"] for option in found.order]
    elif shape == "pairs":
        form.update({f"answer_{each}": [right] for each, right in found.pairs.items()})
    elif shape == "order":
        form["answer"] = [option["id"] for option in found.order]
        form["settled"] = ["1"] if found.settled else []
    elif shape in ("text", "number"):
        form["answer"] = [found.text]
    else:
        form["answer"] = sorted(found.chosen)
    return parse_response(shape, content, form)


@st.composite
def pages(draw: st.DrawFn) -> tuple[Shape, dict[str, Any], Typed]:
    """A shape, a content, and a form as its page can send it."""
    shape = draw(st.sampled_from(["choice", "choices", "pairs", "order", "text", "number"]))
    ids = draw(st.lists(st.from_regex(r"[a-z0-9_-]{1,5}", fullmatch=True), min_size=2, unique=True))
    ids = [each for each in ids if each != UNKNOWN]
    listed = [{"id": each, "text": each} for each in ids]
    content = {"options": listed, "prompts": listed}
    form = Typed()
    if shape == "choice":
        form["answer"] = [draw(st.sampled_from([*ids, UNKNOWN]))]
    elif shape == "choices":
        form["answer"] = draw(st.lists(st.sampled_from(ids)))
    elif shape == "pairs":
        form.update({f"answer_{p}": [draw(st.sampled_from([*ids, ""]))] for p in ids})
    elif shape == "order":
        form.update(answer=draw(st.permutations(ids)), settled=["1"])
    elif shape == "text":
        form["answer"] = [draw(st.text(max_size=100))]
    else:
        form["answer"] = [draw(st.from_regex(r"-?[1-9][0-9]{0,8}(,[0-9]{1,4})?", fullmatch=True))]
    if shape != "choice" and draw(st.booleans()):
        form["unknown"] = ["1"]
    return shape, content, form  # type: ignore[return-value]


@given(pages())
def test_stored_answer_survives_a_reload(page: tuple[Shape, dict[str, Any], Typed]) -> None:
    shape, content, form = page
    value = parse_response(shape, content, form)
    assert resend(shape, content, value) == value


@given(pages())
def test_stored_answer_can_be_said_in_words(page: tuple[Shape, dict[str, Any], Typed]) -> None:
    shape, content, form = page
    value = parse_response(shape, content, form)
    assert bool(answer_text(shape, content, value)) == (value is not None)


HOSTILE = st.dictionaries(
    st.sampled_from(["answer", "answer_1", "answer_2", "unknown", "go", "settled"]),
    st.lists(st.one_of(st.text(max_size=300), st.sampled_from(["a", "1", "unknown", "up-a"]))),
)


@given(st.sampled_from(sorted(KINDS)), HOSTILE)
def test_hostile_form_is_stored_well_or_refused(kind: str, form: dict[str, list[str]]) -> None:
    shape, content = KINDS[kind].response, SAMPLES[kind][0]
    try:
        value = parse_response(shape, content, Typed(form))
    except WrongResponse:
        return
    if value is not None:
        assert 0 < len(value) <= 300
        assert "\x00" not in value
        score = 0.0 if value == UNKNOWN else KINDS[kind].score(*SAMPLES[kind], value)
        assert score is None or 0 <= score <= 1


# -- files ---------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01h\x00\x00\x02\x80\x08\x02"
JPG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x02\x80\x01h\x03" + bytes(12)
WEBP_X = b"RIFF\x00\x00\x00\x00WEBPVP8X\n\x00\x00\x00\x00\x00\x00\x00\x67\x01\x00\x7f\x02\x00"
WEBP_L = b"RIFF\x00\x00\x00\x00WEBPVP8L\n\x00\x00\x00\x2f" + (359 | 639 << 14).to_bytes(4, "little")
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 \n\x00\x00\x00\x30\x01\x00\x9d\x01\x2a\x68\x01\x80\x02\x00"


@pytest.mark.parametrize("data", [PNG, JPG, WEBP_X, WEBP_L, WEBP])
def test_size_of_a_picture_is_read(data: bytes) -> None:
    assert picture_size(data) == (360, 640)


@given(st.binary(max_size=60), st.sampled_from([PNG, JPG, WEBP_X, WEBP_L, WEBP]))
def test_broken_picture_breaks_nothing(tail: bytes, data: bytes) -> None:
    for cut in range(0, len(data), 5):
        picture_size(data[:cut] + tail)


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"<html>"]
)
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert picture_kind(data) is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7", "pdf"),
        (PNG, "png"),
        (JPG, "jpg"),
        (WEBP, None),
        (b"MZ\x90", None),
        (b"PK\x03\x04..[Content_Types].xml..word/document.xml", "docx"),
        (b"PK\x03\x04..word/document.xml", None),
    ],
)
def test_file_is_what_its_content_says(data: bytes, kind: str | None) -> None:
    assert file_kind(data) == kind


def test_file_is_stored_by_digest_and_a_safe_name() -> None:
    content = SAMPLES["file"][0]
    value = file_value(content, "../Surat\x00 Tugas.exe", b"%PDF-1.7")
    digest, name = value.split("|")
    assert (len(digest), name) == (64, "Surat Tugas.pdf")
    assert shown("file", content, value).text == "Surat Tugas.pdf"


@pytest.mark.parametrize("data", [b"", b"%PDF-" + bytes(1024 * 1024), PNG, b"MZ"])
def test_file_that_was_not_asked_for_is_refused(data: bytes) -> None:
    with pytest.raises(WrongResponse):
        file_value(SAMPLES["file"][0], "x.pdf", data)


@given(st.text())
def test_file_name_has_no_path(name: str) -> None:
    assert not set(safe_name(name, "pdf")) & set('/\\|\x00\n"<>')
