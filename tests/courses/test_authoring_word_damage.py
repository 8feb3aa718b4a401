"""Word documents that are damaged, made by hand, or styled by an office: never a broken page."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from lms import Invalid
from plugins.courses.services.authoring.pictures import clean_picture
from plugins.courses.services.authoring.word import WordCourse, read_word
from tests.courses.word_builder import Document, image, p, picture, run

PICTURE = "word/media/a.png"
RELS = "word/_rels/document.xml.rels"


def parts(*body: str) -> dict[str, bytes | str]:
    return Document(list(body), pictures=[("a.png", picture())])._parts()


def packed(contents: dict[str, bytes | str], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def damaged(name: str, kind: int) -> bytes:
    """Give a document one part of which cannot be unpacked."""
    content = bytearray(packed(parts(p("Isi."), p(image(1, "Peta"))), kind))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(name)
    start = info.header_offset + 30 + len(name)
    content[start : start + 8] = b"\xff" * 8
    return bytes(content)


def read(contents: dict[str, bytes | str]) -> WordCourse:
    return read_word(packed(contents), "materi.docx")


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_damaged_document_is_refused_in_words(kind: int) -> None:
    with pytest.raises(Invalid):
        read_word(damaged("word/document.xml", kind), "a.docx")


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_damaged_picture_is_told_and_the_text_comes_along(kind: int) -> None:
    word = read_word(damaged(PICTURE, kind), "a.docx")
    assert word.modules[0].markdown == "Isi.\n\n*(gambar belum masuk: Peta)*"
    assert "Gambar 1 (png) tidak dapat diambil. Simpan sebagai PNG." in word.warnings


def test_picture_that_is_only_linked_is_told() -> None:
    made = parts(p("Isi."), p(image(1, "Peta")))
    outside = 'Target="https://contoh.example/a.png" TargetMode="External"'
    made[RELS] = str(made[RELS]).replace('Target="media/a.png"', outside)
    made["word/document.xml"] = str(made["word/document.xml"]).replace("r:embed=", "r:link=")
    word = read(made)
    assert "(gambar belum masuk: Peta)" in word.modules[0].markdown
    assert any("Gambar 1" in warning for warning in word.warnings)


def test_picture_of_a_billion_pixels_is_refused_in_words() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")
    with pytest.raises(Invalid, match="tidak dapat dibaca"):
        clean_picture("a.png", bomb)


def test_unknown_encoding_is_refused_in_words() -> None:
    with pytest.raises(Invalid, match="rusak"):
        read({**parts(p("a")), "word/x.xml": b'<?xml version="1.0" encoding="foo"?><a/>'})


def test_table_of_endless_width_does_not_hold_the_server() -> None:
    wide = "<w:tcPr><w:gridSpan w:val='99999999'/></w:tcPr>"
    row = f"<w:tr><w:tc>{wide}{p('kiri')}</w:tc><w:tc>{p('kanan')}</w:tc></w:tr>"
    markdown = read(parts(f"<w:tbl>{row}</w:tbl>")).modules[0].markdown
    assert "kiri" in markdown
    assert "kanan" in markdown


def test_table_of_too_many_places_is_refused_in_words() -> None:
    cells = f"<w:tc>{p('a')}</w:tc>" * 500
    rows = f"<w:tr><w:tc>{p('a')}</w:tc></w:tr>" * 500
    with pytest.raises(Invalid, match="tabel"):
        read(parts(f"<w:tbl><w:tr>{cells}</w:tr>{rows}</w:tbl>"))


def test_document_of_word_online_has_its_text_elsewhere() -> None:
    made = parts(p("Isi."))
    made["word/document2.xml"] = made.pop("word/document.xml")
    made["word/_rels/document2.xml.rels"] = made.pop(RELS)
    made["_rels/.rels"] = str(made["_rels/.rels"]).replace("document.xml", "document2.xml")
    assert read(made).modules[0].markdown == "Isi."


STYLES = {
    "own outline": ("BabSaya", '<w:name w:val="Bab Saya"/>', '<w:outlineLvl w:val="0"/>'),
    "builds on": ("BabSaya", '<w:name w:val="Bab"/><w:basedOn w:val="Heading1"/>', ""),
    "German": ("berschrift1", '<w:name w:val="Überschrift 1"/>', '<w:outlineLvl w:val="0"/>'),
}


@pytest.mark.parametrize("case", STYLES)
def test_headings_are_known_by_the_outline(case: str) -> None:
    key, inside, properties = STYLES[case]
    made = parts(p("Satu", style=key), p("Isi."), p("Dua", style=key), p("Lagi."))
    style = (
        f'<w:style w:type="paragraph" w:styleId="{key}">{inside}<w:pPr>{properties}</w:pPr>'
        "</w:style></w:styles>"
    )
    made["word/styles.xml"] = str(made["word/styles.xml"]).replace("</w:styles>", style)
    assert [module.title for module in read(made).modules] == ["Satu", "Dua"]


def test_plain_styles_and_circles_are_no_headings() -> None:
    made = parts(p("Satu", style="A"), p(run("Isi."), style="Isi"))
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{key}"/>'
        f'<w:basedOn w:val="{base}"/>{extra}</w:style>'
        for key, base, extra in (
            ("A", "B", ""),
            ("B", "A", ""),
            ("Isi", "Heading1", '<w:pPr><w:outlineLvl w:val="9"/></w:pPr>'),
        )
    )
    made["word/styles.xml"] = str(made["word/styles.xml"]).replace(
        "</w:styles>", f"{styles}</w:styles>"
    )
    assert read(made).modules[0].markdown == "Satu\n\nIsi."
