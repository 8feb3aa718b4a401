"""Files that look like another format, hold nothing, or carry what other programs leave in them."""

from __future__ import annotations

from typing import Any

import pytest

from lms import Invalid
from lms.sheets import write_sheet
from plugins.assessment.domain.formats import (
    ExportedItem,
    Format,
    detect,
    fingerprint,
    read_questions,
    write_gift,
    write_qti,
    write_workbook,
)
from plugins.assessment.domain.formats.drafts import make_draft, matching, options
from tests.assessment.formats.factories import frame, golden, zipped


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("// komentar, contoh\n\nTanda mana, Bu?{=\\{\\} ~x}", "gift"),
        ("Soal, satu?{T}", "gift"),
        ("Esai, bebas {}", "gift"),
        ("<b>Mana?</b>{=a ~b}", "gift"),
        ("Apa arti {b} ini, Pak?\nA. x\nB. y\nANSWER: B", "aiken"),
        ("<b> gunanya apa?\nA. <b>tebal</b>\nB. miring\nANSWER: A", "aiken"),
        ("S?\nA.x\nB.y\nANSWER:A", "aiken"),
        ("Soal;A;B;Kunci\nApa {nama}?;x;y;B", "xlsx"),
        ("Soal\tA\tB\tKunci\nGuna {=SUM(A1:A3)}?\tx\ty\tB", "xlsx"),
        ('"Pertanyaan","A","B","Kunci"\n"{a}?","x","y","B"', "xlsx"),
    ],
)
def test_format_is_told_by_its_surest_mark(text: str, form: Format) -> None:
    assert detect(text.encode()) == form
    assert read_questions(text.encode(), "berkas").read == 1


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"Soal?\nA. x\nB. y\nANSWER: A\n", "gift"),
        (golden("moodle.xml"), "gift"),
        (b"<quiz></quiz>", None),
        (write_sheet(["Pertanyaan", "A", "B", "Kunci"], []), None),
    ],
)
def test_file_without_a_question_is_refused(content: bytes, form: Format | None) -> None:
    with pytest.raises(Invalid, match="Tidak ada soal"):
        read_questions(content, "berkas", form)


def test_gift_format_named_a_thousand_times_costs_no_other_question() -> None:
    hostile = f"{'[html]' * 5000}satu{{T}}\n\ndua{{T}}"
    assert read_questions(hostile.encode(), "x", "gift").items[-1].draft.stem == "dua"


@pytest.mark.parametrize("start", [b"\n", b" \r\n\t", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize("name", ["moodle.xml", "qti21.xml"])
def test_xml_may_begin_with_blank_lines(start: bytes, name: str) -> None:
    content = golden(name)
    assert read_questions(start + content, name) == read_questions(content, name)


def test_package_ignores_what_a_mac_adds() -> None:
    files = {"a.xml": golden("qti21.xml"), "__MACOSX/._a.xml": b"\x00\x05\x16\x07"}
    parsed = read_questions(zipped(files), "x.zip")
    assert (len(parsed.items), parsed.problems) == (1, ())


def test_single_qti_item_is_named_by_its_identifier() -> None:
    assert read_questions(golden("qti21.xml"), "x").items[0].where == "butir pilih-1"


@pytest.mark.parametrize("text", ["a.n. Bupati", "B.J. Habibie", "d.id"])
def test_aiken_abbreviation_goes_on_with_the_option_before(text: str) -> None:
    item = read_questions(f"S?\nA. x\n{text}\nB. y\nANSWER: B".encode(), "x", "aiken").items[0]
    assert [option["text"] for option in item.draft.content["options"]] == [f"x\n{text}", "y"]


def test_aiken_stem_may_begin_like_an_option() -> None:
    item = read_questions(b"A.Yani lahir di mana?\nA.x\nB.y\nANSWER: B", "x", "aiken").items[0]
    assert item.draft.stem == "A.Yani lahir di mana?"


@pytest.mark.parametrize(
    ("headers", "cells", "scoring"),
    [
        (("Option 1", "Option 2", "Correct answer"), ("x", "y", 2), {"key": "b"}),
        (("Pilihan 1", "Pilihan 2", "Kunci"), ("x", "y", "A"), {"key": "a"}),
        (("A", "B", "C", "Kunci"), ("x", "y", "z", "1, 3"), {"keys": ["a", "c"]}),
        (("A", "B", "C", "Kunci"), (3, 2, 1, 1), {"key": "c"}),
    ],
)
def test_options_may_be_numbered(
    headers: tuple[str, ...], cells: tuple[Any, ...], scoring: dict[str, Any]
) -> None:
    content = write_sheet(["Soal", *headers], [["S?", *cells]])
    draft = read_questions(content, "soal.xlsx").items[0].draft
    assert draft.scoring.items() >= scoring.items()


def test_number_beyond_the_options_is_no_key() -> None:
    content = write_sheet(["Soal", "A", "B", "Kunci"], [["S?", "x", "y", 3]])
    assert "tidak cocok" in read_questions(content, "soal.xlsx").problems[0].message


@pytest.mark.parametrize("write", [write_workbook, write_gift, write_qti])
@pytest.mark.parametrize("weights", [(100, 1, 0), (31, 7, 0), (100, 33.5, 0.1)])
def test_fine_weights_come_back_as_they_went(write: Any, weights: tuple[float, ...]) -> None:
    content = {"options": options(["x", "y", "z"])}
    draft = make_draft(frame(), "sjt", content, {"weights": dict(zip("abc", weights, strict=True))})
    exported = write([ExportedItem(code="D1-01", draft=draft, competency="D1")])
    assert fingerprint(read_questions(exported, "x").items[0].draft) == fingerprint(draft)


@pytest.mark.parametrize("write", [write_workbook, write_gift])
@pytest.mark.parametrize("prompt", ["Berkas → Simpan", "Berkas -> Simpan", "a => b"])
def test_arrow_inside_a_text_does_not_part_the_pair(write: Any, prompt: str) -> None:
    draft = matching(frame(), [(prompt, "menyimpan → disk"), ("Cetak", "mencetak")])
    content = write([ExportedItem(code="D1-01", draft=draft, competency="D1")])
    assert fingerprint(read_questions(content, "x").items[0].draft) == fingerprint(draft)
