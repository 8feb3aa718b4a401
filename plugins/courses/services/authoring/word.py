"""Use-case: take modules out of a Word document (.docx), with pictures and what was left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from sqlalchemy.orm import Session

from lms import Invalid, audit
from plugins.courses.domain.drafting import ModuleFacts, hints_of
from plugins.courses.domain.word_text import TITLE_CLASS, WordModule, read_word_html
from plugins.courses.models import DraftModule
from plugins.courses.services.archives import DAMAGED
from plugins.courses.services.authoring.drafts import touch, writable_draft
from plugins.courses.services.authoring.files import keep_file
from plugins.courses.services.authoring.modules import append_module
from plugins.courses.services.authoring.pictures import clean_picture
from plugins.courses.services.authoring.word_files import (
    WordFile,
    left_out,
    missing_words,
    open_word,
)
from plugins.courses.services.authoring.word_styles import heading_styles
from plugins.courses.services.media import Picture

MOST_PICTURES = 150
LEVELS = ("Heading", "heading", "Judul", "judul", "Tajuk")
STYLE_MAP = "\n".join(
    [
        *(f"p[style-name='{word} {n}'] => h{n}:fresh" for word in LEVELS for n in range(1, 7)),
        *(f"p.{word}{n} => h{n}:fresh" for word in ("Judul", "Tajuk") for n in range(1, 7)),
        f"p[style-name='Title'] => p.{TITLE_CLASS}:fresh",
        f"p[style-name='Judul'] => p.{TITLE_CLASS}:fresh",
        "strike => del",
    ]
)
"""Word writes its own style names in English; other programs write them in Indonesian."""

NO_HEADINGS = (
    "Tidak ada Judul 1 di dokumen ini, jadi semuanya menjadi satu modul. "
    "Untuk membaginya, beri gaya Judul 1 pada setiap awal modul."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCourse:
    """What a Word document gives: modules, pictures by name, and what to look at."""

    title: str
    modules: tuple[WordModule, ...]
    pictures: Mapping[str, Picture]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Pictures:
    """Collects the pictures of a document in their order."""

    found: dict[str, Picture] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    seen: int = 0

    def take(self, image: Any) -> dict[str, str]:
        """Make a picture anew and give its address; one that cannot be read is told."""
        self.seen += 1
        try:
            with image.open() as file:
                content = file.read()
            name, picture = clean_picture(f"gambar-{self.seen}", content)
        except (Invalid, *DAMAGED):
            kind = str(image.content_type or "").rpartition("/")[2] or "tidak dikenal"
            self.warnings.append(
                f"Gambar {self.seen} ({kind}) tidak dapat diambil. Simpan sebagai PNG."
            )
            return {"src": ""}
        if not (image.alt_text or "").strip():
            self.warnings.append(f"Gambar {self.seen} belum punya keterangan.")
        return {"src": self._address(name, picture)}

    def _address(self, name: str, picture: Picture) -> str:
        for known, other in self.found.items():
            if other.digest == picture.digest:
                return known
        if len(self.found) >= MOST_PICTURES:
            raise Invalid("Dokumen ini berisi lebih dari 150 gambar. Bagi dulu dokumennya.")
        self.found[f"media/{name}"] = picture
        return f"media/{name}"


def read_word(content: bytes, filename: str) -> WordCourse:
    """Read a .docx; nothing in it is run, fetched or unpacked to a disk. Raises Invalid."""
    word = open_word(content, filename)
    pictures = _Pictures()
    html = _html(word, pictures)
    fallback = PurePath(filename).stem.replace("_", " ").strip() or "Modul baru"
    text = read_word_html(html, fallback)
    if not any(module.markdown for module in text.modules):
        raise Invalid("Dokumen ini tidak berisi tulisan.")
    warnings = [] if text.has_headings else [NO_HEADINGS]
    written = "\n".join(f"{module.title}\n{module.markdown}" for module in text.modules)
    warnings += [*pictures.warnings, *_empty(text.modules), *left_out(word)]
    warnings += missing_words(word, f"{text.title}\n{written}")
    return WordCourse(
        title=text.title,
        modules=text.modules,
        pictures=pictures.found,
        warnings=tuple(warnings),
    )


def _html(word: WordFile, pictures: _Pictures) -> str:
    import mammoth

    try:
        result = mammoth.convert_to_html(
            word.stream(),
            style_map="\n".join([STYLE_MAP, *heading_styles(word)]),
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=mammoth.images.img_element(pictures.take),
        )
    except (*DAMAGED, AttributeError) as error:
        raise Invalid("Dokumen ini rusak. Buka di Word, lalu simpan lagi.") from error
    return str(result.value)


def _empty(modules: tuple[WordModule, ...]) -> list[str]:
    empty = [module.title for module in modules if not module.markdown]
    twice = [title for title, n in Counter(m.title for m in modules).items() if n > 1]
    return [
        *(f"Modul “{title}” belum berisi tulisan." for title in empty),
        *(f"Ada beberapa modul berjudul “{title}”." for title in twice),
    ]


def store_word(session: Session, actor_id: int, slug: str, word: WordCourse) -> list[DraftModule]:
    """Put the modules of a Word document behind those of a draft."""
    draft = writable_draft(session, slug)
    names = {
        name: keep_file(session, draft, PurePath(name).name, picture).name
        for name, picture in word.pictures.items()
    }
    added = []
    for module in word.modules:
        source = _renamed(module.markdown, names)
        minutes = max(1, hints_of(source).minutes)
        facts = ModuleFacts(title=module.title, minutes=minutes)
        added.append(append_module(session, actor_id, draft, facts, source, kind="imported"))
    touch(session, draft, actor_id)
    audit(session, actor_id, "courses:draft:word", f"course:{slug}", modules=len(added))
    return added


def _renamed(markdown: str, names: Mapping[str, str]) -> str:
    """Point to the names that the pictures got in the draft."""
    return re.sub(
        r"\]\((media/[^)]+)\)", lambda found: f"]({names.get(found[1], found[1])})", markdown
    )
