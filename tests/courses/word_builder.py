"""Word documents made by hand: a zip of XML, as Word, LibreOffice and others write them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from PIL import Image

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = {  # id → name: English Word, Indonesian Word (id only), LibreOffice in Indonesian
    "Heading1": "heading 1",
    "Heading2": "heading 2",
    "Heading3": "heading 3",
    "Title": "Title",
    "Judul1": "heading 1",
    "Judul2": "heading 2",
    "JudulSatu": "Judul 1",
    "JudulDua": "Judul 2",
}


def picture(color: str = "red", size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    """A small picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind)
    return out.getvalue()


def run(text: str, *marks: str) -> str:
    """A run: `run("kuat", "b")` is bold."""
    properties = "".join(f"<w:{mark}/>" for mark in marks)
    body = escape(text).replace("\n", "</w:t><w:br/><w:t xml:space='preserve'>")
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{body}</w:t></w:r>'


def p(*runs: str, style: str = "", number: tuple[int, int] | None = None) -> str:
    """A paragraph; bare texts become runs. `number` is (list, level)."""
    parts = "".join(part if part.startswith("<w:") else run(part) for part in runs)
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        properties += (
            f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
        )
    return f"<w:p><w:pPr>{properties}</w:pPr>{parts}</w:p>"


def cell(*parts: str, across: int = 1, down: str = "") -> str:
    """A cell; `down` is restart or continue for cells merged downwards."""
    properties = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    properties += f'<w:vMerge w:val="{down}"/>' if down else ""
    body = "".join(part if part.startswith("<w:") else p(part) for part in parts)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{body or p('')}</w:tc>"


def table(*rows: list[str], head: bool = False) -> str:
    """A table of cells."""
    body = ""
    for number, row in enumerate(rows):
        header = "<w:trPr><w:tblHeader/></w:trPr>" if head and number == 0 else ""
        cells = "".join(part if part.startswith("<w:tc>") else cell(part) for part in row)
        body += f"<w:tr>{header}{cells}</w:tr>"
    return f"<w:tbl><w:tblPr/>{body}</w:tbl>"


def image(number: int, alt: str = "") -> str:
    """A picture in a run; `number` counts from 1 in the document's pictures."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="{number}" name="Gambar" '
        f'descr="{escape(alt)}"/><a:graphic><a:graphicData><pic:pic><pic:blipFill>'
        f'<a:blip r:embed="img{number}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def text_box(*paragraphs: str) -> str:
    """A text box in both forms that Word writes."""
    inside = "".join(paragraphs)
    return (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline><a:graphic>"
        f"<a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx>"
        "</wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback>"
        f"<w:pict><v:shape><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox>"
        "</v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def footnote(number: int) -> str:
    """A reference to a footnote."""
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def link(address: str, text: str) -> str:
    """A link by a field, which needs no relationship."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText> HYPERLINK "{escape(address)}" </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(text)}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


@dataclass
class Document:
    """A document to be written; `extra` are further parts of the zip."""

    body: list[str]
    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    extra: dict[str, bytes] = field(default_factory=dict)
    types: str = ""

    def content(self) -> bytes:
        """Give the .docx."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in self._parts().items():
                archive.writestr(name, part)
        return out.getvalue()

    def _parts(self) -> dict[str, bytes | str]:
        styles = "".join(
            f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
            for key, name in STYLES.items()
        )
        levels = "".join(
            f'<w:abstractNum w:abstractNumId="{n}">'
            + "".join(f'<w:lvl w:ilvl="{k}"><w:numFmt w:val="{kind}"/></w:lvl>' for k in range(3))
            + "</w:abstractNum>"
            for n, kind in enumerate(("bullet", "decimal"))
        )
        numbers = "".join(
            f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(2)
        )
        notes = "".join(
            f'<w:footnote w:id="{n}">{p(run(text))}</w:footnote>'
            for n, text in enumerate(self.footnotes, 1)
        )
        return {
            "[Content_Types].xml": self._content_types(),
            "_rels/.rels": _rels([("doc", "officeDocument", "word/document.xml")]),
            "word/document.xml": f"<w:document {SPACES}><w:body>{''.join(self.body)}</w:body>"
            "</w:document>",
            "word/styles.xml": f"<w:styles {SPACES}>{styles}</w:styles>",
            "word/numbering.xml": f"<w:numbering {SPACES}>{levels}{numbers}</w:numbering>",
            "word/footnotes.xml": f"<w:footnotes {SPACES}>{notes}</w:footnotes>",
            "word/_rels/document.xml.rels": _rels(
                [
                    ("s", "styles", "styles.xml"),
                    ("n", "numbering", "numbering.xml"),
                    ("f", "footnotes", "footnotes.xml"),
                    *(
                        (f"img{n}", "image", f"media/{name}")
                        for n, (name, _) in enumerate(self.pictures, 1)
                    ),
                ]
            ),
            **{f"word/media/{name}": content for name, content in self.pictures},
            **self.extra,
        }

    def _content_types(self) -> str:
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        return (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="png" ContentType="image/png"/>'
            '<Default Extension="jpg" ContentType="image/jpeg"/>'
            '<Default Extension="emf" ContentType="image/x-emf"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/>{self.types}</Types>'
        )


def _rels(rows: list[tuple[str, str, str]]) -> str:
    body = "".join(
        f'<Relationship Id="{key}" Type="{TYPE}/{kind}" Target="{target}"/>'
        for key, kind, target in rows
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{body}</Relationships>'
