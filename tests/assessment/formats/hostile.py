"""Files made to hurt: bombs, tricks with paths, texts that make careless readers slow."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable

from tests.assessment.formats.factories import golden, zipped

MEGA = 1024 * 1024
ITEM = golden("qti30.xml")

LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(12)
)
QUIZ = '<quiz><question type="essay"><name><text>{}</text></name></question></quiz>'


def with_dtd(subset: str, use: str) -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE quiz [{subset}]>{QUIZ.format(use)}'.encode()


def entry(name: str, *, mode: int = stat.S_IFREG | 0o644, content: bytes = ITEM) -> bytes:
    """A ZIP with a good item and one entry of a chosen name and mode."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.filename = name
        info.create_system = 3
        info.external_attr = mode << 16
        archive.writestr(info, content)
        archive.writestr("items/baik.xml", ITEM)
    return target.getvalue()


def locked() -> bytes:
    """A ZIP whose entry says that it is encrypted."""
    content = bytearray(zipped({"a.xml": ITEM}))
    content[6] |= 1
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    return bytes(content)


def lying() -> bytes:
    """A bomb whose directory says that it unpacks to 10 bytes."""
    content = bytearray(zipped({"a.xml": b"<a>" + b" " * 12 * MEGA}))
    directory = content.index(b"PK\x01\x02")
    struct.pack_into("<I", content, directory + 24, 10)
    struct.pack_into("<I", content, 22, 10)
    return bytes(content)


def overlapping() -> bytes:
    """400 directory entries that all unpack the same data."""
    single = zipped({"a.xml": b"<a>" + b" " * 500_000 + b"</a>"})
    directory, end = single.index(b"PK\x01\x02"), single.index(b"PK\x05\x06")
    one = single[directory:end]
    entries = b"".join(one.replace(b"a.xml", f"{n:05}".encode()) for n in range(400))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 400, 400, len(entries), directory, 0)
    return single[:directory] + entries + tail


def renamed(old: bytes, new: bytes) -> bytes:
    """A ZIP in which a name was changed afterwards, as no library would write it."""
    return zipped({old.decode(): ITEM, "b.xml": ITEM}).replace(old, new)


def packed_with(method: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("a.xml", ITEM)
    return target.getvalue()


def workbook(sheet: str) -> bytes:
    """An XLSX by hand, with this XML as its sheet."""
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": '<workbook><sheets><sheet name="S"/></sheets></workbook>',
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def rows(count: int) -> bytes:
    line = "Apa itu {};ya;tidak;A\n"
    return ("Soal;Pilihan A;Pilihan B;Kunci\n" + "".join(map(line.format, range(count)))).encode()


DEEP = "<a>" * 100_000 + "</a>" * 100_000

REFUSED: dict[str, Callable[[], bytes]] = {
    "billion laughs": lambda: with_dtd(LAUGHS, "&l11;"),
    "quadratic blow-up": lambda: with_dtd(f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 50_000),
    "external entity": lambda: with_dtd('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
    "external entity over http": lambda: with_dtd(
        '<!ENTITY a SYSTEM "http://127.0.0.1:9/x">', "&a;"
    ),
    "parameter entity": lambda: with_dtd('<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;', ""),
    "external DTD": lambda: b'<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>',
    "laughs in UTF-16": lambda: with_dtd(LAUGHS, "&l11;").decode().encode("utf-16"),
    "laughs in a package": lambda: zipped({"a.xml": with_dtd(LAUGHS, "&l11;")}),
    "laughs in a manifest": lambda: zipped(
        {"imsmanifest.xml": with_dtd(LAUGHS, "&l11;"), "a.xml": ITEM}
    ),
    "deep nesting": lambda: f"<quiz>{DEEP}</quiz>".encode(),
    "a million elements": lambda: b"<quiz>" + b"<a/>" * 1_200_000 + b"</quiz>",
    "a flood of attributes": lambda: (
        "<quiz " + " ".join(f'a{n}="1"' for n in range(300_000)) + "/>"
    ).encode(),
    "unfinished XML": lambda: b"<quiz>" + b"<question>" * 30,
    "too large": lambda: b"x" * (6 * MEGA),
    "zeros in a ZIP": lambda: zipped({"a.xml": bytes(20 * MEGA)}),
    "many members of zeros": lambda: zipped({f"{n}.xml": bytes(MEGA) for n in range(60)}),
    "too many entries": lambda: zipped({f"{n}.xml": b"<a/>" for n in range(501)}),
    "a flood of entries": lambda: zipped({f"{n}": b"" for n in range(5_000)}),
    "sizes that lie": lying,
    "overlapping entries": overlapping,
    "absolute name": lambda: entry("/etc/cron.d/x.xml"),
    "parent folder": lambda: entry("../../x.xml"),
    "parent in the middle": lambda: entry("items/../../x.xml"),
    "backslashes": lambda: renamed(b"aaaaaaa.xml", b"..\\..\\x.xml"[:11]),
    "a drive": lambda: entry("C:/x.xml"),
    "a stream": lambda: entry("a.xml:b"),
    "NUL in a name": lambda: renamed(b"aaaa.xml", b"a\x00aa.xml"),
    "symbolic link": lambda: entry("a.xml", mode=stat.S_IFLNK | 0o777, content=b"/etc/passwd"),
    "named pipe": lambda: entry("a.xml", mode=stat.S_IFIFO | 0o644),
    "device": lambda: entry("a.xml", mode=stat.S_IFBLK | 0o644),
    "one name twice": lambda: renamed(b"c.xml", b"b.xml"),
    "encrypted": locked,
    "rare packing": lambda: packed_with(zipfile.ZIP_LZMA),
    "cut off": lambda: zipped({"a.xml": ITEM})[:-30],
    "nothing but ZIP in ZIP": lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c": b"x"})})}),
    "workbook of zeros": lambda: workbook("<worksheet>" + " " * 20 * MEGA),
    "workbook without end": lambda: workbook(
        '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"/></row></sheetData></worksheet>'
    ),
    "workbook with laughs": lambda: workbook(with_dtd(LAUGHS, "&l11;").decode()),
    "too many rows": lambda: rows(2001),
    "too many questions": lambda: b"Soal?{T}\n\n" * 2001,
    "a program": lambda: b"\x7fELF" + bytes(range(256)) * 20,
    "a PDF": lambda: b"%PDF-1.7\n" + b"1 0 obj" * 100,
}

SLOW: dict[str, Callable[[], bytes]] = {
    "open tags": lambda: b"a{T}" + b"<a" * 2_000_000,
    "open comments": lambda: b"{T}" + b"<!--" * 1_000_000,
    "open braces": lambda: b"{" * 4_000_000 + b"}",
    "closed braces": lambda: b"{T}" + b"}" * 4_000_000,
    "escapes": lambda: b"\\~" * 2_000_000 + b"{T}",
    "entities": lambda: b"{T}" + b"&lt" * 1_500_000,
    "brackets": lambda: b"[markdown]" + b"[" * 4_000_000 + b"{T}",
    "stars": lambda: b"[markdown]" + b"*a" * 2_000_000 + b"{T}",
    "answers": lambda: b"a{" + b"=a" * 1_000_000 + b"}",
    "colons": lambda: b":" * 4_000_000 + b"{T}",
    "blanks": lambda: b"a{T}" + b" " * 4_000_000 + b"b",
    "blanks and breaks": lambda: b"<p>a</p>" + b" <br>" * 700_000 + b"{T}",
    "combining marks": lambda: ("a" + "\u0301\u0316" * 1_000_000 + "{T}").encode(),
    "lines": lambda: b"a\n" * 2_000_000 + b"A. x\nB. y\nANSWER: A\n",
    "options": lambda: b"a?\n" + b"A. x\n" * 800_000 + b"ANSWER: A\n",
    "long cell": lambda: b"Soal;Kunci\n" + b"a=1," * 1_000_000 + b";x",
    "long key": lambda: b"Soal;Pilihan A;Pilihan B;Kunci\na;b;c;" + b"A=1," * 1_000_000,
}
