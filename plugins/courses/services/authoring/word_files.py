"""A Word file before it is read: what it may be, how large, and what of it would be left out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from lms import Invalid
from plugins.courses.services.archives import DAMAGED

MEGABYTE = 1024 * 1024
MOST_BYTES = 25 * MEGABYTE
MOST_PARTS = 3000
MOST_UNPACKED = 120 * MEGABYTE
MOST_XML = 30 * MEGABYTE
OLD_WORD = b"\xd0\xcf\x11\xe0"
WORD_SPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOTE_NUMBERS = (f"{WORD_SPACE}footnoteReference", f"{WORD_SPACE}endnoteReference")
CUT = "\0"
CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
LEFT_OUT = {
    "word/charts/": "Grafik dari Word tidak ikut. Tempel sebagai gambar.",
    "word/diagrams/": "SmartArt tidak ikut. Tempel sebagai gambar.",
    "word/embeddings/": "Objek yang disisipkan (misalnya Excel) tidak ikut.",
    "word/comments.xml": "Komentar di dokumen tidak ikut.",
}
BROKEN = "Dokumen ini rusak. Buka di Word, lalu simpan lagi."
MAIN = "word/document.xml"
STARTS_HERE = "/officeDocument"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFile:
    """A .docx that may be read."""

    content: bytes = field(repr=False)
    parts: tuple[str, ...]
    document: Element = field(repr=False)
    styles: Element | None = field(repr=False, default=None)

    def stream(self) -> io.BytesIO:
        """Give the file to read from."""
        return io.BytesIO(self.content)


def open_word(content: bytes, filename: str) -> WordFile:
    """Check a .docx without trusting it; raises Invalid with what to do."""
    if content.startswith(OLD_WORD):
        raise Invalid("Berkas ini terkunci atau dari Word lama. Simpan sebagai .docx tanpa sandi.")
    if filename.casefold().endswith((".docm", ".dotm")):
        raise Invalid("Berkas dengan makro tidak diterima. Simpan sebagai .docx biasa.")
    if len(content) > MOST_BYTES:
        raise Invalid("Dokumen ini lebih besar dari 25 MB. Bagi dulu, atau perkecil gambarnya.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _checked(archive, content)
    except DAMAGED as error:
        raise Invalid("Ini bukan dokumen Word. Pilih berkas .docx.") from error


def _checked(archive: zipfile.ZipFile, content: bytes) -> WordFile:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > MOST_PARTS or unpacked > MOST_UNPACKED or len(set(names)) < len(names):
        raise Invalid("Isi dokumen ini terlalu besar setelah dibuka. Bagi dulu dokumennya.")
    if not all(_is_plain(name) for name in names):
        raise Invalid(BROKEN)
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise Invalid("Berkas dengan makro tidak diterima. Simpan sebagai .docx biasa.")
    if "[Content_Types].xml" not in names:
        raise Invalid("Ini bukan dokumen Word. Pilih berkas .docx.")
    for info in infos:
        if info.filename.endswith((".xml", ".rels")):
            _check_xml(archive, info)
    document = _part(archive, _main_part(archive))
    if document is None:
        raise Invalid("Ini bukan dokumen Word. Pilih berkas .docx.")
    styles = _part(archive, "word/styles.xml")
    return WordFile(content=content, parts=tuple(names), document=document, styles=styles)


def _main_part(archive: zipfile.ZipFile) -> str:
    """Give where the text is: word/document.xml, or what Word online names otherwise."""
    rels = _part(archive, "_rels/.rels")
    for each in () if rels is None else rels:
        target = each.get("Target", "").lstrip("/")
        if each.get("Type", "").endswith(STARTS_HERE) and target.startswith("word/"):
            return target
    return MAIN


def _part(archive: zipfile.ZipFile, name: str) -> Element | None:
    if name not in archive.namelist():
        return None
    found: Element = defusedxml.ElementTree.fromstring(archive.read(name), forbid_dtd=True)
    return found


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not (path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name)


def _check_xml(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    """Refuse entities, document types, broken and huge parts before any other code sees them."""
    if info.file_size > MOST_XML:
        raise Invalid("Isi dokumen ini terlalu besar setelah dibuka. Bagi dulu dokumennya.")
    data = archive.read(info)
    if info.filename == "[Content_Types].xml" and b"macroEnabled" in data:
        raise Invalid("Berkas dengan makro tidak diterima. Simpan sebagai .docx biasa.")
    try:
        defusedxml.ElementTree.fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Invalid(BROKEN) from error


def left_out(word: WordFile) -> list[str]:
    """Say which kinds of content do not come along."""
    return [
        text
        for start, text in LEFT_OUT.items()
        if any(name.startswith(start) for name in word.parts)
    ]


def missing_words(word: WordFile, written: str) -> list[str]:
    """Name paragraphs of the document whose words are nowhere in what was made of it.

    It compares letters and digits only, so that marks and spaces do not count. Three are named.
    """
    everything = _letters(written)
    lost = [text for text in _paragraphs(word.document) if _letters(text) not in everything]
    shown = ", ".join(f"“{text[:60]}”" for text in lost[:3])
    more = f" dan {len(lost) - 3} lagi" if len(lost) > 3 else ""
    return [f"Bagian ini belum masuk, salin sendiri: {shown}{more}."] if lost else []


def _letters(text: str) -> str:
    text = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), text)
    text = re.sub(r"</?\w+>|\]\([^)]*\)|&(amp|lt|nbsp);", "", text)
    return "".join(letter for letter in text if letter.isalnum()).casefold()


def _paragraphs(document: Element) -> Iterator[str]:
    """Give the texts of paragraphs that a reader sees, cut where the number of a note stands."""
    for paragraph in _seen(document):
        for text in "".join(_runs(paragraph)).split(CUT):
            if text.strip():
                yield text.strip()


def _seen(element: Element) -> Iterator[Element]:
    stack = [element]
    while stack:
        here = stack.pop()
        if here.tag == f"{WORD_SPACE}p":
            yield here
        stack += reversed(_children(here))


def _children(element: Element) -> list[Element]:
    """Leave out the newer of two forms of the same thing, where there is an older one."""
    has_fallback = any(child.tag == FALLBACK for child in element)
    return [child for child in element if not (has_fallback and child.tag == CHOICE)]


def _runs(paragraph: Element) -> Iterator[str]:
    """Give the texts of a paragraph itself, not of paragraphs inside it (text boxes)."""
    stack = list(reversed(_children(paragraph)))
    while stack:
        here = stack.pop()
        if here.tag == f"{WORD_SPACE}t":
            yield here.text or ""
        elif here.tag in NOTE_NUMBERS:
            yield CUT
        elif here.tag != f"{WORD_SPACE}p":
            stack += reversed(_children(here))
