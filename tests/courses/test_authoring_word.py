"""Word documents become modules that read the same."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lms import Invalid
from plugins.courses.domain.steps import split_steps
from plugins.courses.services.authoring.word import WordCourse, read_word
from plugins.courses.services.rendering import render_step
from tests.courses.word_builder import (
    Document,
    cell,
    footnote,
    image,
    link,
    p,
    picture,
    run,
    table,
    text_box,
)


def read(*body: str, name: str = "materi.docx", **document: object) -> WordCourse:
    return read_word(Document(list(body), **document).content(), name)  # type: ignore[arg-type]


def shown(word: WordCourse) -> str:
    """Give the HTML that a learner sees of all modules, titles included."""
    parts = []
    for module in word.modules:
        parts.append(f"<h1>{module.title}</h1>")
        for step in split_steps(module.markdown, module.title):
            title = "" if step.title == module.title else f"<h2>{step.title}</h2>"
            parts.append(title + render_step(step.markdown, word.pictures))
    return "".join(parts)


class Reader(HTMLParser):
    """Collects text by what it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.found: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "img", "hr"):
            self.open.append(tag)
            self.found.setdefault(tag, []).append("")
        if tag == "br":
            self.handle_data("\n")
        if tag == "img":
            self.texts.append(f"[{dict(attrs).get('alt')}]")

    def handle_endtag(self, tag: str) -> None:
        self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(" ".join(data.split()))
        for tag in set(self.open):
            self.found[tag][-1] += data


def reading(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def test_document_reads_the_same() -> None:
    word = read(
        p("Aman di kantor", style="Title"),
        p("Mengunci layar", style="Heading1"),
        p("Kunci layar ", run("setiap kali", "b"), " Anda pergi, ", run("juga", "i"), " sebentar."),
        p("Caranya", style="Heading2"),
        p("Tekan dua tombol.", number=(2, 0)),
        p("Di Windows: Win dan L.", number=(1, 1)),
        p("Lihat layar terkunci.", number=(2, 0)),
        p(image(1, "Layar yang terkunci")),
        p("Kata sandi", style="Judul1"),
        table(["Kata sandi", "Kuat?"], ["123456", run_bold("tidak")], ["empat kata acak", "ya"]),
        p("Sesudah tabel."),
        p(image(2, "Papan ketik")),
        pictures=[("image1.png", picture("red")), ("image2.jpg", picture("blue", kind="JPEG"))],
    )
    assert word.title == "Aman di kantor"
    assert word.warnings == ()
    assert [module.title for module in word.modules] == ["Mengunci layar", "Kata sandi"]
    assert list(word.pictures) == ["media/gambar-1.png", "media/gambar-2.jpg"]
    reader = reading(shown(word))
    assert reader.texts == [
        "Mengunci layar", "Kunci layar", "setiap kali", "Anda pergi,", "juga", "sebentar.",
        "Caranya", "Tekan dua tombol.", "Di Windows: Win dan L.", "Lihat layar terkunci.",
        "[Layar yang terkunci]", "Kata sandi", "Kata sandi", "Kuat?", "123456", "tidak",
        "empat kata acak", "ya", "Sesudah tabel.", "[Papan ketik]",
    ]  # fmt: skip
    assert reader.found["strong"] == ["setiap kali", "tidak"]
    assert reader.found["em"] == ["juga"]
    assert reader.found["th"] == ["Kata sandi", "Kuat?"]
    assert len(reader.found["ol"]) == 1
    assert reader.found["ul"][0].strip() == "Di Windows: Win dan L."


def run_bold(text: str) -> str:
    return cell(p(run(text, "b")))


@pytest.mark.parametrize("style", ["Heading1", "Judul1", "JudulSatu"])
def test_headings_are_known_in_each_program(style: str) -> None:
    second = style.replace("1", "2").replace("Satu", "Dua")
    word = read(
        p("Satu", style=style), p("Langkah", style=second), p("Isi."), p("Dua", style=style)
    )
    assert [module.title for module in word.modules] == ["Satu", "Dua"]
    assert word.modules[0].markdown == "## Langkah\n\nIsi."
    assert word.warnings == ("Modul “Dua” belum berisi tulisan.",)


def test_document_without_headings_is_one_module() -> None:
    word = read(p("Selamat datang."), p("Mari mulai."), name="bimtek_2026.docx")
    assert [(m.title, m.markdown) for m in word.modules] == [
        ("bimtek 2026", "Selamat datang.\n\nMari mulai.")
    ]
    assert "Tidak ada Judul 1" in word.warnings[0]


def test_text_before_the_first_heading_is_a_module_of_its_own() -> None:
    word = read(
        p("Bimtek", style="Title"), p("Selamat datang."), p("Satu", style="Heading1"), p("A")
    )
    assert [(m.title, m.markdown) for m in word.modules] == [
        ("Bimtek", "Selamat datang."),
        ("Satu", "A"),
    ]


def test_several_titles_are_chapters() -> None:
    word = read(p("Satu", style="Title"), p("A"), p("Dua", style="Title"), p("B"))
    assert [m.title for m in word.modules] == ["Satu", "Dua"]


def test_merged_cells_keep_every_text_in_its_place() -> None:
    word = read(
        table(
            [cell("Waktu", down="restart"), cell("Tempat", across=2)],
            [cell(down="continue"), "Aula", "Ruang B"],
            ["Pagi", cell(p("Tes"), p("lalu istirahat")), cell("a | b")],
        )
    )
    html = shown(word)
    rows = [
        re.findall(r"<t[hd]>(.*?)</t[hd]>", row)
        for row in re.findall(r"<tr>(.*?)</tr>", html, re.S)
    ]
    assert rows == [
        ["Waktu", "Tempat", ""],
        ["", "Aula", "Ruang B"],
        ["Pagi", "Tes<br>lalu istirahat", "a | b"],
    ]


def test_frame_of_one_cell_is_a_note() -> None:
    html = shown(read(table([cell(p(run("Ingat", "b")), p("Jangan dibuka."))])))
    assert '<div class="note">' in html
    assert reading(html).texts[1:] == ["Ingat", "Jangan dibuka."]


def test_text_box_and_footnotes_come_along() -> None:
    word = read(
        p("Sebelum", text_box(p("Di dalam kotak")), " dan sesudah."),
        p("Aturan baru", footnote(1), " berlaku."),
        footnotes=["Perbup 12/2026 *pasal* 3"],
    )
    texts = " ".join(reading(shown(word)).texts)
    for part in ("Sebelum dan sesudah.", "Di dalam kotak", "Aturan baru [1] berlaku."):
        assert part in texts
    assert texts.endswith("[1] Perbup 12/2026 *pasal* 3")
    assert texts.count("Di dalam kotak") == 1
    assert len(word.warnings) == 1  # only that there are no headings


def test_links_stay_and_unsafe_ones_stay_readable() -> None:
    word = read(
        p(link("https://contoh.go.id/a_(b)", "Situs")),
        p(link("http://contoh.go.id", "Lama")),
        p(link("javascript:alert(1)", "Klik")),
    )
    html = shown(word)
    assert '<a href="https://contoh.go.id/a_(b)"' in html
    assert "Lama (http://contoh.go.id)" in html
    assert "javascript" not in html
    assert "Klik" in html


def test_lines_and_emphasis_in_each_other() -> None:
    word = read(
        p(run("tebal ", "b"), run("keduanya", "b", "i"), run(" miring", "i"), " biasa"),
        p("Baris satu\nBaris dua"),
        p("H", run("2", "b"), "O dan ", run("coret", "strike")),
    )
    html = shown(word)
    reader = reading(html)
    assert " ".join(" ".join(reader.found["p"]).split()) == (
        "tebal keduanya miring biasa Baris satu Baris dua H2O dan coret"
    )
    assert "Baris satu<br>" in html
    assert "H<strong>2</strong>O" in html
    assert reader.found["del"] == ["coret"]


@given(
    st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=30), max_size=4)
)
@settings(max_examples=60, deadline=None)
def test_any_text_comes_through_unchanged(texts: list[str]) -> None:
    marked = [text for text in texts if re.search(r"\w", text)]
    if not marked:
        return
    word = read(*(p(text) if n % 2 else p(run(text, "b")) for n, text in enumerate(marked)))
    seen = "".join(reading(shown(word)).texts[1:])
    wanted = "".join(marked)
    assert "".join(seen.split()) == "".join(wanted.split())


@pytest.mark.parametrize(
    "text",
    ["1. Satu", "1) Satu", "- daftar", "+ daftar", "* bintang", "# pagar", "> kutipan", "::: ingat",
     ":::", "***", "---", "===", "a_b_c", "_garis_", "<b>tag</b>", "&lt; &amp; &copy;", "`kode`",
     "[a](b)", "![a](b)", "{: .kelas}", "C:\\Users\\1.", "    menjorok", "| a | b |", "~~~",
     "[^1]: x", "[a]: http://b"],
)  # fmt: skip
def test_marks_of_markdown_stay_what_they_are(text: str) -> None:
    for place in (
        p(text),
        p(run(text, "b")),
        p(text, number=(1, 0)),
        table([text, "x"], ["y", text]),
    ):
        seen = "".join("".join(reading(shown(read(place, p("akhir")))).texts[1:]).split())
        assert "".join(text.split()) in seen, (place, seen)


def test_pictures_are_made_anew_and_what_cannot_be_read_is_told() -> None:
    secret = io.BytesIO()
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: (6.0, 7.0, 8.0)}
    exif[0x010F] = "Kamera rahasia"
    Image.new("RGB", (3000, 1500), "green").save(secret, "JPEG", exif=exif)
    word = read(
        p(image(1, "Peta")), p(image(2)), p(image(3, "Peta lagi")),
        pictures=[("a.jpg", secret.getvalue()), ("b.emf", b"EMF"), ("c.jpg", secret.getvalue())],
    )  # fmt: skip
    assert list(word.pictures) == ["media/gambar-1.jpg"]
    fresh = Image.open(io.BytesIO(word.pictures["media/gambar-1.jpg"].content))
    assert fresh.size == (1600, 800)
    assert not fresh.getexif()
    assert b"rahasia" not in word.pictures["media/gambar-1.jpg"].content
    assert "Gambar 2 (x-emf) tidak dapat diambil. Simpan sebagai PNG." in word.warnings
    assert "(gambar belum masuk)" in word.modules[0].markdown
    assert word.modules[0].markdown.count("](media/gambar-1.jpg)") == 2


BOMB = b"<w:document>" + b"x" * 31 * 1024 * 1024
ENTITIES = b'<!DOCTYPE x [<!ENTITY e "eeeee">]><a>&e;</a>'


@pytest.mark.parametrize(
    ("document", "name", "reason"),
    [
        (Document([p("a")], extra={"word/vbaProject.bin": b"x"}), "a.docx", "makro"),
        (Document([p("a")], types="<!-- macroEnabled -->"), "a.docx", "makro"),
        (Document([p("a")]), "a.docm", "makro"),
        (Document([p("a")], extra={"word/settings.xml": ENTITIES}), "a.docx", "rusak"),
        (Document([p("a")], extra={"../../etc/x.xml": b"<a/>"}), "a.docx", "rusak"),
        (Document([p("a")], extra={"word/big.xml": BOMB}), "a.docx", "terlalu besar"),
        (Document([p("a")], extra={"word/x.xml": b"<a"}), "a.docx", "rusak"),
        (Document([p("")]), "a.docx", "tidak berisi tulisan"),
    ],
)  # fmt: skip
def test_dangerous_documents_are_refused(document: Document, name: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        read_word(document.content(), name)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0old", "Word lama"),
        (b"PK\x03\x04", "bukan dokumen"),
        (b"", "bukan dokumen"),
    ],
)
def test_what_is_no_document_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        read_word(content, "a.docx")


def test_another_office_file_is_no_document() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    with pytest.raises(Invalid, match="bukan dokumen Word"):
        read_word(out.getvalue(), "a.docx")


def test_deeply_nested_document_does_not_break_the_server() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 3000 + p("a") + "</w:tc></w:tr></w:tbl>" * 3000
    with pytest.raises(Invalid, match="rusak"):
        read(deep)
