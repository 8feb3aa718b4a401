"""Makes the file of a certificate: frozen content in, the same bytes out each time.

typst and segno are imported when the first file is made: they cost time and memory that other
pages do not need. PDF/A-2b keeps the file readable for decades, PDF/UA-1 for everyone.
"""

from __future__ import annotations

import json
import logging
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from plugins.certificates.domain.codes import grouped
from plugins.certificates.domain.content import (
    KINDS,
    Content,
    Course,
    Proof,
    Raised,
    day_in_words,
    period_in_words,
)

if TYPE_CHECKING:
    import typst

log = logging.getLogger(__name__)

DESIGNS = Path(__file__).parent / "designs"
STANDARDS: list[Any] = ["a-2b", "ua-1"]
UNKNOWN = "□"
PROBE = "probe"

_compiling = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Printable:
    """What a certificate's file is made of; `code` is without dashes."""

    kind: str
    number: str
    code: str
    content: Content
    issued_at: datetime


def render(certificate: Printable) -> bytes:
    """Make the PDF; characters that no font can draw are replaced, and the log says so."""
    from typst import TypstError

    data = json.dumps(page_data(certificate), ensure_ascii=False)
    moment = int(certificate.issued_at.timestamp())
    design = certificate.content.design
    try:
        return _typst(design, data, moment)[0]
    except TypstError:
        drawable, replaced = drawable_text(data)
        if not replaced:
            raise
        shown = ", ".join(f"{each} (U+{ord(each):04X})" for each in replaced)
        log.warning("certificate %s: no glyph, replaced: %s", certificate.number, shown)
        return _typst(design, drawable, moment)[0]


def preview(certificate: Printable, ppi: float = 110) -> list[bytes]:
    """Make a PNG picture of each page."""
    data, _ = drawable_text(json.dumps(page_data(certificate), ensure_ascii=False))
    return _typst(certificate.content.design, data, 0, kind="png", ppi=ppi)


def _typst(
    design: str, data: str, moment: int, *, kind: str = "pdf", ppi: float | None = None
) -> list[bytes]:
    with _compiling:
        made = _compiler(design).compile(
            sys_inputs={"data": data},
            format=cast(Any, kind),
            ppi=ppi,
            pdf_standards=STANDARDS if kind == "pdf" else [],
            timestamp=moment,
        )
    assert made is not None
    return made if isinstance(made, list) else [made]


@cache
def _compiler(design: str) -> typst.Compiler:
    from typst import Compiler, Fonts

    lato = Path(str(files("font_lato"))) / "files"
    fonts = Fonts(include_system_fonts=False, font_paths=[lato])
    source = DESIGNS / f"{design}.typ"
    return Compiler(source, root=DESIGNS, font_paths=fonts, ignore_system_fonts=True)


# -- characters without a glyph ------------------------------------------------------------------


def drawable_text(text: str) -> tuple[str, list[str]]:
    """Replace what our fonts cannot draw; give the text and the replaced characters.

    A character becomes its closest plain form (ﬁ → fi, Ａ → A), a mark that stands on another
    letter is dropped, all else becomes □. `text` is JSON, so replacements are escaped for it.
    """
    _typst(PROBE, "a", 0)  # an error here has another reason than the character
    replaced = [each for each in sorted(set(text)) if not _can_draw(each)]
    closest = {ord(each): json.dumps(_closest(each), ensure_ascii=False)[1:-1] for each in replaced}
    return text.translate(closest), replaced


def _closest(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)
    if plain != character:
        plain = "".join(each for each in plain if _can_draw(each))
        if plain:
            return plain
    dropped = unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc", "Cn", "Co", "Cs")
    return "" if dropped else UNKNOWN


@cache
def _can_draw(character: str) -> bool:
    from typst import TypstError

    if " " <= character <= "~":
        return True
    try:
        _typst(PROBE, character, 0)
    except TypstError:
        return False
    return True


# -- what the design reads -----------------------------------------------------------------------


def page_data(certificate: Printable) -> dict[str, Any]:
    """Give the values of the design: text ready for reading, in Indonesian."""
    content = certificate.content
    holder, signer = content.holder, content.signer
    return {
        "kind": KINDS[certificate.kind],
        "number": certificate.number,
        "code": grouped(certificate.code),
        "title": content.title,
        "issuer": content.issuer,
        "holder": {
            "name": holder.name,
            "nip": holder.nip,
            "position": holder.position,
            "unit": holder.unit,
        },
        "competencies": [_competency(raised) for raised in content.competencies],
        "courses": [_course(course) for course in content.courses],
        "jp": content.jp,
        "period": period_in_words(content.started_on, content.ended_on),
        "issued_on": day_in_words(content.issued_on),
        "signer": {"name": signer.name, "title": signer.title, "place": signer.place},
        "verify_url": content.verify_url,
        "verify_short": content.verify_url.partition("://")[2],
        "qr": qr_svg(content.verify_url),
    }


def _competency(raised: Raised) -> dict[str, Any]:
    return {
        "name": raised.name,
        "before": raised.before,
        "after": raised.after,
        "before_name": raised.before_name,
        "after_name": raised.after_name,
        "before_proof": _proof(raised.before_proof),
        "after_proof": _proof(raised.after_proof),
        "gain": raised.gain,
    }


def _proof(proof: Proof | None) -> dict[str, str] | None:
    if proof is None:
        return None
    measured_on = day_in_words(proof.measured_on)
    return {"source": proof.source, "rule": proof.rule, "measured_on": measured_on}


def _course(course: Course) -> dict[str, Any]:
    return {
        "title": course.title,
        "form": course.form,
        "jp": course.jp,
        "finished_on": day_in_words(course.finished_on),
        "modules": [{"title": module.title, "jp": module.jp} for module in course.modules],
    }


# -- the QR code ---------------------------------------------------------------------------------


def qr_svg(url: str, **options: Any) -> str:
    """Draw a QR code as SVG; `options` are those of segno's SVG writer."""
    import segno

    drawing = BytesIO()
    wanted = {"border": 0, "xmldecl": False, "dark": "#000", **options}
    segno.make(url, error="m", micro=False).save(drawing, kind="svg", **wanted)
    return drawing.getvalue().decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class QrPath:
    """A QR code for an SVG of our own: `size` in modules with its quiet edge, one path."""

    size: int
    path: str


def qr_path(url: str) -> QrPath:
    """Draw a QR code for a page, which adds its own title."""
    import segno

    rows = [list(row) for row in segno.make(url, error="m", micro=False).matrix_iter(border=2)]
    parts = [f"M{x} {y}h{n}v1h-{n}z" for y, row in enumerate(rows) for x, n in _runs(row)]
    return QrPath(size=len(rows), path="".join(parts))


def _runs(row: Iterable[int]) -> Iterable[tuple[int, int]]:
    start: int | None = None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None
