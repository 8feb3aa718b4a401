"""Reads a QTI item (XML) or a content package (ZIP with imsmanifest.xml)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import partial
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from lms.errors import Invalid
from plugins.assessment.domain.formats.archives import Archive, is_unsafe, open_archive
from plugins.assessment.domain.formats.qti.items import read_item
from plugins.assessment.domain.formats.qti.names import canonical
from plugins.assessment.domain.formats.safe_xml import read_xml
from plugins.assessment.domain.formats.values import (
    Collector,
    ImportedItem,
    Parsed,
    Unusable,
    check_size,
    shown,
)

MANIFEST = "imsmanifest.xml"
ITEM = "assessmentitem"

OLD = "QTI 1.2 belum bisa dibaca. Simpan sebagai QTI 2.1, 2.2, atau 3.0."
TEST = "Berkas ini susunan tes, bukan soal. Pakai ZIP yang memuat soal-soalnya."
NOT_QTI = "Berkas ini bukan soal QTI 2.1, 2.2, atau 3.0."
NO_ITEMS = "ZIP ini tidak memuat soal QTI."
MISSING = "Berkas %(name)s disebut di imsmanifest.xml, tetapi tidak ada di ZIP."
UNREADABLE = "Berkas ini tidak terbaca: %(reason)s"  # i18n


def read_qti(content: bytes) -> Parsed:
    """Read an item or a package; raises Invalid when it is neither, or not safe."""
    check_size(content)
    found = Collector()
    if content.startswith(b"PK"):
        _read_package(open_archive(content), found)
    else:
        root = canonical(read_xml(content))
        _check_root(root)
        where = f"butir {shown(root.get('identifier', ''))}".strip()
        found.take(where, partial(_item, root, where))
    return found.parsed()


def _check_root(root: Element) -> None:
    if root.tag == ITEM:
        return
    if root.tag == "questestinterop":
        raise Invalid(OLD)
    raise Invalid(TEST if root.tag in {"assessmenttest", "assessmentsection"} else NOT_QTI)


def _item(root: Element, where: str) -> ImportedItem:
    name = shown(root.get("title") or root.get("identifier") or "")
    return read_item(root, where, name)


# -- packages ------------------------------------------------------------------------------------


def _read_package(archive: Archive, found: Collector) -> None:
    names = list(_item_names(archive))
    if not names:
        raise Invalid(NO_ITEMS)
    for name, must_be_item in names:
        if name not in archive.names:
            found.problem(shown(name), MISSING, name=shown(name))
            continue
        try:
            root = canonical(read_xml(archive.read(name)))
        except Invalid as error:
            found.problem(shown(name), UNREADABLE, reason=error.message)
            continue
        if root.tag == ITEM:
            where = f"{shown(name)} ({shown(root.get('identifier', ''))})"
            found.take(where, partial(_item, root, where))
        elif must_be_item:
            found.take(shown(name), _no_item)
    if not found.items and not found.problems:
        raise Invalid(NO_ITEMS)


def _no_item() -> ImportedItem:
    raise Unusable(NOT_QTI)


def _item_names(archive: Archive) -> Iterator[tuple[str, bool]]:
    """Name the files with items, and whether the manifest says so.

    Without a manifest, or with one that names no items, every XML file is looked at.
    """
    manifest = next((n for n in archive.names if posixpath.basename(n) == MANIFEST), None)
    listed: list[str] = []
    if manifest is not None:
        root = canonical(read_xml(archive.read(manifest)))
        listed = list(_listed(root, posixpath.dirname(manifest)))
    if listed:
        yield from ((name, True) for name in dict.fromkeys(listed))
    else:
        yield from ((name, False) for name in archive.names if _may_be_item(name))


def _may_be_item(name: str) -> bool:
    """Tell whether an unlisted file is worth a look; `__MACOSX/._x.xml` is what a Mac adds."""
    base = posixpath.basename(name)
    return name.lower().endswith(".xml") and base != MANIFEST and not base.startswith("._")


def _listed(manifest: Element, folder: str) -> Iterator[str]:
    for resource in manifest.iter("resource"):
        if not resource.get("type", "").lower().startswith("imsqti_item"):
            continue
        file = resource.find("file")
        href = resource.get("href") or (file.get("href") if file is not None else None) or ""
        name = posixpath.normpath(posixpath.join(folder, unquote(href)))
        yield name if href and not is_unsafe(name) else href or "?"
