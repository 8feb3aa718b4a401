"""Writes a QTI 3.0 content package: one XML per question and the manifest, in a ZIP."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from plugins.assessment.domain.formats.drafts import number_text
from plugins.assessment.domain.formats.qti.bodies import BODIES, write_lines
from plugins.assessment.domain.formats.values import ExportedItem

ITEM_NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE_NAMESPACE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")
MOMENT = (2026, 1, 1, 0, 0, 0)
"""All entries have one date: the same questions give the same bytes."""


def write_qti(items: Iterable[ExportedItem]) -> bytes:
    """Write questions in their order; raises KeyError for a kind that we cannot write."""
    target = io.BytesIO()
    names: list[str] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in items:
            name = _unused(NOT_IN_NAMES.sub("_", item.code), names)
            names.append(name)
            _add(archive, f"items/{name}.xml", item_xml(item, name))
        _add(archive, "imsmanifest.xml", _manifest(names))
    return target.getvalue()


def _unused(name: str, names: list[str]) -> str:
    taken = {each.casefold() for each in names}
    return name if name.casefold() not in taken else f"{name}_{len(names)}"


def _add(archive: zipfile.ZipFile, name: str, root: Element) -> None:
    entry = zipfile.ZipInfo(name, MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, tostring(root, encoding="utf-8", xml_declaration=True))


def item_xml(item: ExportedItem, identifier: str) -> Element:
    """Give one question as a QTI 3.0 item."""
    draft = item.draft
    root = Element(
        "qti-assessment-item",
        {
            "xmlns": ITEM_NAMESPACE,
            "identifier": f"i{identifier}" if not identifier[:1].isalpha() else identifier,
            "title": item.code,
            "adaptive": "false",
            "time-dependent": "false",
            "xml:lang": "id",
            "tool-name": "Titian",
        },
    )
    body = Element("qti-item-body", _own(item))
    write = BODIES[draft.kind]
    template = write(root, body, draft)
    _outcomes(root, feedback=bool(draft.explanation))
    root.append(body)
    if template is not None:
        root.append(template)
    if draft.explanation:
        _feedback(root, draft.explanation)
    return root


def _own(item: ExportedItem) -> dict[str, str]:
    """What QTI has no place for travels in data attributes, which other programs ignore."""
    draft = item.draft
    values = {
        "code": item.code,
        "competency": item.competency,
        "kind": draft.kind,
        "level": str(draft.level),
        "difficulty": "" if draft.difficulty is None else number_text(draft.difficulty),
        "tags": ",".join(draft.tags),
        "unit": str(draft.content.get("unit", "")),
    }
    return {f"data-titian-{name}": value for name, value in values.items() if value}


def _outcomes(root: Element, *, feedback: bool) -> None:
    score = SubElement(root, "qti-outcome-declaration")
    score.attrib.update({"identifier": "SCORE", "cardinality": "single", "base-type": "float"})
    if feedback:
        shown = SubElement(root, "qti-outcome-declaration")
        shown.attrib.update(
            {"identifier": "FEEDBACK", "cardinality": "single", "base-type": "identifier"}
        )
        default = SubElement(shown, "qti-default-value")
        SubElement(default, "qti-value").text = "explanation"


def _feedback(root: Element, text: str) -> None:
    feedback = SubElement(root, "qti-modal-feedback")
    feedback.attrib.update(
        {"outcome-identifier": "FEEDBACK", "identifier": "explanation", "show-hide": "show"}
    )
    content = SubElement(feedback, "qti-content-body")
    write_lines(SubElement(content, "p"), text)


def _manifest(names: list[str]) -> Element:
    root = Element("manifest", {"xmlns": PACKAGE_NAMESPACE, "identifier": "titian"})
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "QTI Package"
    SubElement(metadata, "schemaversion").text = "3.0.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for name in names:
        values = {"identifier": f"r_{name}", "type": "imsqti_item_xmlv3p0"}
        href = f"items/{name}.xml"
        resource = SubElement(resources, "resource", {**values, "href": href})
        SubElement(resource, "file", {"href": href})
    return root
