"""The file: same bytes for the same content, archivable, readable, for every name."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from dataclasses import replace

import pypdf
import pytest

from plugins.certificates.designs.kawung import DRAWINGS, FOLDER
from plugins.certificates.domain.content import Holder
from plugins.certificates.rendering import (
    Printable,
    drawable_text,
    preview,
    qr_path,
    render,
)
from tests.certificates.factories import make_content, make_printable

LONG_NAME = (
    "Prof. Dr. dr. Raden Ayu Sri Wahyuningsih Kusumaningrum Purbodiningrat Hadikusumo Mangkubumi, "
    "S.Kep., Ners, M.Kep., Sp.Kep.MB., M.Si., M.P.H., Ph.D., FISQua, C.H.R.A., C.P.H.R.M."
)


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def words(content: bytes, page: int | None = None) -> str:
    pages = read(content).pages
    chosen = pages if page is None else [pages[page]]
    return " ".join(" ".join(each.extract_text() for each in chosen).split())


def named(name: str, **values: object) -> Printable:
    content = make_content()
    holder = replace(content.holder, name=name)
    return make_printable(holder=holder, **values)


def test_file_says_what_was_frozen() -> None:
    text = words(render(make_printable()))
    for expected in (
        "SERTIFIKAT",
        "Kenaikan kemampuan (hasil terukur)",
        "0147/TITIAN/I/2027",
        "Siti Rohmah, S.Kep., Ners",
        "197104122000032003",
        "Kemampuan contoh 1",
        "dari tingkat 1 ke tingkat 2",
        "12 jam pelajaran (JP)",
        "9 November 2026 – 19 Januari 2027",
        "Ciruas, 20 Januari 2027",
        "7K4M-Q2XD-9RTB",
        "Kode verifikasi",
        "Mengenali pesan penipuan",
        "digital-v1",
    ):
        assert expected.replace(" ", "") in text.replace(" ", "")  # pypdf splits spaced letters


def test_file_claims_no_electronic_signature() -> None:
    assert "tanda tangan elektronik" not in words(render(make_printable())).casefold()


def test_file_is_archivable_and_accessible() -> None:
    reader = read(render(make_printable()))
    metadata = reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.trailer["/Root"]["/Lang"] == "id-ID"


def test_file_is_the_same_when_made_again() -> None:
    assert render(make_printable(count=3)) == render(make_printable(count=3))


def test_file_is_the_same_when_made_by_another_process() -> None:
    code = (
        "import hashlib; from plugins.certificates.rendering import render;"
        "from tests.certificates.factories import make_printable;"
        "import sys; sys.stdout.buffer.write(render(make_printable()))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert other.stdout == render(make_printable())


def test_file_differs_when_the_number_differs() -> None:
    one = make_printable()
    assert render(one) != render(replace(one, number="0148/TITIAN/I/2027"))


def test_long_name_stays_on_the_front() -> None:
    content = render(named(LONG_NAME, count=3))
    assert len(read(content).pages) == 2
    assert "Mangkubumi, S.Kep., Ners" in words(content, 0)
    assert "C.P.H.R.M." in words(content, 0)
    assert "Kode verifikasi" in words(content, 0)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8, 9, 14])
def test_front_stays_one_page_with_any_number_of_competencies(count: int) -> None:
    content = render(named(LONG_NAME, count=count))
    assert "Kode verifikasi" in words(content, 0)
    assert "Kemampuan yang diukur" in words(content, 1)


def test_certificate_without_courses_says_nothing_of_hours() -> None:
    content = render(make_printable(courses=()))
    assert "JP" not in words(content)
    assert "diukur sebelum dan sesudahnya" in words(content, 0)


def test_certificate_without_signer_post_or_nip_is_made() -> None:
    holder = Holder(name="Wahyuni", nip="", position="", unit="")
    assert "NIP" not in words(render(make_printable(holder=holder)))


def test_character_is_replaced_when_no_font_has_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        text = words(render(named("ꦱꦶꦠꦶ Ａmi\N{FULLWIDTH QUOTATION MARK}nah")), 0)
    assert '□□ Ami"nah' in text
    assert "U+A9B1" in caplog.text
    assert "0147/TITIAN/I/2027" in caplog.text


@pytest.mark.parametrize("name", ["Nur’aini Ma'mun", "Renée Đặng", "Aishah ʻAbd", "Ñusta – Łukasz"])
def test_character_is_kept_when_a_font_has_it(name: str, caplog: pytest.LogCaptureFixture) -> None:
    assert name.split()[0] in words(render(named(name)), 0)
    assert not caplog.records


def test_name_cannot_become_code() -> None:
    name = '#sys.version "} $x$ *b* _i_ <a> @ref \\u{41} // c'
    assert "#sys.version" in words(render(named(name)), 0)


def test_text_stays_the_same_when_it_can_be_drawn() -> None:
    assert drawable_text("Siti – Aminah é") == ("Siti – Aminah é", [])


def test_preview_gives_a_picture_of_each_page() -> None:
    pictures = preview(named("ꦱꦶꦠꦶ"), ppi=30)
    assert len(pictures) == 2
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_is_what_its_program_draws(name: str) -> None:
    assert (FOLDER / name).read_text() == DRAWINGS[name]()


def test_qr_code_of_a_page_is_the_same_as_of_the_file() -> None:
    import segno

    url = "http://127.0.0.1:8000/contoh/verify/7K4M-Q2XD-9RTB"
    drawn = qr_path(url)
    dark = sum(map(sum, segno.make(url, error="m", micro=False).matrix_iter(border=2)))
    lengths = [int(part.split("h")[1].split("v")[0]) for part in drawn.path.split("M")[1:]]
    assert sum(lengths) == dark


def test_typst_is_not_loaded_when_the_plugin_is() -> None:
    code = (
        "import sys, plugins.certificates.plugin;"
        "sys.exit(bool({'typst', 'segno'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
