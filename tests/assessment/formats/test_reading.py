"""What each format's tricky cases become, and what keeps a question out."""

from __future__ import annotations

from typing import Any

import pytest

from lms import Invalid
from lms.sheets import write_sheet
from plugins.assessment.domain import ItemDraft
from plugins.assessment.domain.formats import Format, ImportedItem, Parsed, detect, read_questions
from plugins.assessment.domain.formats.drafts import number, whole_weights
from plugins.assessment.domain.formats.texts import from_markdown, plain_text
from plugins.assessment.domain.formats.values import Unusable
from tests.assessment.formats.factories import golden, manifest, zipped


def read(text: str, form: Format) -> Parsed:
    return read_questions(text.encode(), "berkas", form)


def gift(text: str) -> ItemDraft:
    parsed = read(text, "gift")
    assert [problem.message for problem in parsed.problems] == []
    assert len(parsed.items) == 1
    return parsed.items[0].draft


def why(text: str, form: Format) -> str:
    parsed = read(text, form)
    assert parsed.items == ()
    return parsed.problems[0].message


def texts(draft: ItemDraft) -> list[str]:
    return [option["text"] for option in draft.content["options"]]


def kinds(parsed: Parsed) -> list[str]:
    return [item.draft.kind for item in parsed.items]


# -- golden files --------------------------------------------------------------------------------

GIFT_KINDS = "single true_false multiple matching short_text numeric numeric ordering sjt"
MOODLE_KINDS = "single multiple true_false matching short_text numeric ordering"


@pytest.mark.parametrize(
    ("name", "form", "found"),
    [
        ("soal.gift.txt", "gift", f"{GIFT_KINDS} true_false true_false"),
        ("soal.aiken.txt", "aiken", "single single single"),
        ("moodle.xml", "moodle", MOODLE_KINDS),
        ("qti21.xml", "qti", "single"),
        ("qti22.xml", "qti", "matching"),
        ("qti30.xml", "qti", "multiple"),
    ],
)
def test_golden_file_is_known_and_read(name: str, form: Format, found: str) -> None:
    content = golden(name)
    assert detect(content) == form
    assert kinds(read_questions(content, name)) == found.split()


def by_name(name: str, file: str) -> ImportedItem:
    items = read_questions(golden(file), file).items
    return next(item for item in items if item.name == name)


def test_gift_question_is_read_with_all_its_parts() -> None:
    item = by_name("Kata sandi yang kuat", "soal.gift.txt")
    assert (item.where, item.code, item.category) == ("baris 5", "KI-01", "$course$/top/D4")
    assert item.draft.stem == (
        "Bu Ratna membuat kata sandi untuk aplikasi kepegawaian.\nKata sandi mana yang paling kuat?"
    )
    assert texts(item.draft)[0] == "Panjang: kuda-biru-naik-kereta-7"
    assert item.draft.scoring == {"key": "a"}
    assert item.draft.explanation.startswith("Kata sandi yang panjang lebih kuat")
    assert "ratna1980: Tahun lahir mudah ditebak." in item.draft.explanation
    assert item.draft.tags == ("kata sandi", "keamanan")


def test_moodle_question_is_read_with_all_its_parts() -> None:
    item = by_name("Cari berkas", "moodle.xml")
    assert item.where == "soal 1 (Cari berkas)"
    assert item.draft.stem == "Pak Dedi lupa folder laporannya.\nApa cara tercepat menemukannya ?"
    assert item.draft.explanation == "Pencarian bekerja di semua folder.\nTepat."
    assert item.draft.tags == ("berkas", "pencarian")
    assert by_name("Angka", "moodle.xml").draft.content == {"unit": "MB"}
    assert by_name("Angka", "moodle.xml").draft.scoring == {"value": 1024, "tolerance": 24}


def test_qti_question_is_read_with_all_its_parts() -> None:
    item = read_questions(golden("qti21.xml"), "x").items[0]
    assert item.draft.stem == "Bu Ani menerima surat tanpa nomor.\nApa yang sebaiknya ia lakukan?"
    assert item.draft.scoring == {"key": "b"}
    assert item.draft.explanation == "Pengirim yang memberi nomor."


# -- GIFT ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind", "scoring"),
    [
        ("{=a ~b}", "single", {"key": "a"}),
        ("{~b =a}", "single", {"key": "b"}),
        ("{\n=a\n~b\n}", "single", {"key": "a"}),
        ("{~%100%a ~b ~c}", "multiple", {"keys": ["a"], "credit": "partial"}),
        ("{~%50%a ~%50%b ~%-100%c}", "multiple", {"keys": ["a", "b"], "credit": "partial"}),
        ("{=a ~%50%b ~c}", "sjt", {"weights": {"a": 2, "b": 1, "c": 0}}),
        ("{=a =b ~c}", "sjt", {"weights": {"a": 1, "b": 1, "c": 0}}),
        ("{=%33,3333%a ~%66.66667%b ~c}", "sjt", {"weights": {"a": 1, "b": 2, "c": 0}}),
        ("{T}", "true_false", {"key": "true"}),
        ("{ false #salah#benar }", "true_false", {"key": "false"}),
        ("{Benar}", "true_false", {"key": "true"}),
        ("{=a =b}", "short_text", {"accepted": ["a", "b"], "case": False}),
        ("{=a =%50%b}", "short_text", {"accepted": ["a"], "case": False}),
        ("{#12.5}", "numeric", {"value": 12.5, "tolerance": 0}),
        ("{# 12,5:0,5 }", "numeric", {"value": 12.5, "tolerance": 0.5}),
        ("{#1..2}", "numeric", {"value": 1.5, "tolerance": 0.5}),
        ("{#-3:1}", "numeric", {"value": -3, "tolerance": 1}),
        ("{#=5:1#tepat =%50%7:1}", "numeric", {"value": 5, "tolerance": 1}),
        ("{=a->1 =b->2}", "matching", {"pairs": {"1": "a", "2": "b"}}),
        ("{=a -> 1 =b -> 1 = -> 2}", "matching", {"pairs": {"1": "a", "2": "a"}}),
        ("{>\nsatu\ndua\n}", "ordering", None),
        ("{>2 ALL VERT\nsatu\ndua\n}", "ordering", None),
    ],
)
def test_gift_answers_tell_the_kind(body: str, kind: str, scoring: dict[str, Any] | None) -> None:
    draft = gift(f"Soal?{body}")
    assert draft.kind == kind
    assert scoring is None or draft.scoring == scoring


def test_gift_order_is_the_written_one_and_not_the_shown_one() -> None:
    draft = gift("Urutkan.{>\nsatu\ndua\ntiga\n}")
    names = {option["id"]: option["text"] for option in draft.content["options"]}
    assert [names[each] for each in draft.scoring["order"]] == ["satu", "dua", "tiga"]
    assert list(names.values()) != ["satu", "dua", "tiga"]


@pytest.mark.parametrize(
    ("written", "stem"),
    [
        (r"a \~ b \= c \# d \{ e \} f \: g{T}", "a ~ b = c # d { e } f : g"),
        (r"C\\\: dan C\:{T}", r"C\: dan C:"),
        (r"satu\ndua{T}", "satu\ndua"),
        ("satu\ndua{T}", "satu\ndua"),
        ("::judul\\:2:: satu{T}", "satu"),
        ("::Hanya judul::{T}", "Hanya judul"),
        ("[html]<p>a</p><ul><li>b</li><li>c</li></ul>{T}", "a\n- b\n- c"),
        ("[markdown]**a** _b_ `c` [d](https\\://e){T}", "a b `c` d"),
        ("[plain]<b>a</b>{T}", "<b>a</b>"),
        ("<b>a</b> 3 < 5 dan 7 > 6{T}", "a 3 < 5 dan 7 > 6"),
        ("[moodle]a<br>b &amp; c{T}", "a\nb & c"),
        ("Ibu kota{=Jakarta ~Bandung} Indonesia.", "Ibu kota _____ Indonesia."),
        ("a\u202eb\u200bc\x07{T}", "abc"),
    ],
)
def test_gift_stem_is_plain_text(written: str, stem: str) -> None:
    assert gift(written).stem == stem


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("// komentar {T}\na{T}", 1),
        ("a{T}\n\n\n  \nb{T}", 2),
        ("a{T}\r\n\r\nb{T}\r\n", 2),
        ("a{T}\nb{T}", 2),
        ("a{T}\n::n::b{T}", 2),
        ("a{\n=x\n\n~y\n}\n\nb{T}", 2),
        ("$CATEGORY: D1\na{T}", 1),
        ("\ufeffa{T}", 1),
        ("a{=x\n// komentar ~y\n~z}", 1),
    ],
)
def test_gift_file_is_cut_into_questions(written: str, count: int) -> None:
    parsed = read(written, "gift")
    assert (len(parsed.items), parsed.problems) == (count, ())


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("a{}", "essay"),
        ("a{=x ~y", "tidak ditutup"),
        ("a}", "tidak punya pasangan"),
        ("a{T} b{F}", "Lebih dari satu bagian"),
        ("{T}", "Tulis pertanyaannya"),
        ("a{~x ~y}", "Belum ada jawaban"),
        ("a{=x ~x}", "Dua pilihan isinya sama"),
        ("a{=x ~}", "Isi setiap pilihan"),
        ("a{~%50%x ~%50%y}", "Sisakan"),
        ("a{x}", "diawali tanda"),
        ("a{#x}", "bukan angka"),
        ("a{#nan}", "bukan angka"),
        ("a{#1e400}", "bukan angka"),
        ("a{#=1 =2}", "Lebih dari satu angka"),
        ("a{=*x*}", "tanda *"),
        ("a{>\nsatu\n}", "paling sedikit dua"),
        ("a{=a->1 =a->2}", "dua pasangan"),
        ("[html]a <img src\\=x>{T}", "gambar"),
        ("[markdown]![a](b.png){T}", "gambar"),
        ("a{" + "".join(f"~{n}" for n in range(30)) + "=x}", "26"),
        ("x" * 4001 + "{T}", "Terlalu panjang"),
    ],
)
def test_gift_question_with_a_fault_says_which(written: str, part: str) -> None:
    assert part in why(written, "gift")


# -- Aiken ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("S?\nA. x\nB. y\nANSWER: B", "b"),
        ("S?\nA) x\nB) y\nANSWER: b", "b"),
        ("S?\na. x\nb. y\nJawaban: A", "a"),
        ("S?\n\nA. x\n\nB. y\n\nKUNCI: B.", "b"),
        ("S?\nA. x\nlanjutan x\nB. y\nANSWER: A", "a"),
    ],
)
def test_aiken_forgives_small_differences(written: str, key: str) -> None:
    parsed = read(written, "aiken")
    assert [item.draft.scoring for item in parsed.items] == [{"key": key}]


def test_aiken_tells_line_and_fault() -> None:
    parsed = read_questions(golden("soal.aiken.txt"), "x")
    assert [(problem.where, problem.message) for problem in parsed.problems] == [
        ("baris 14", "Baris ANSWER belum ada. Tulis misalnya ANSWER: B."),
        ("baris 23", "Jawaban “D” tidak ada di pilihan."),
    ]


# -- Moodle XML ----------------------------------------------------------------------------------

NAMED = "<name><text>n</text></name><questiontext format='html'><text>S?</text></questiontext>"


@pytest.mark.parametrize(
    "kind", ["essay", "cloze", "calculated", "ddwtos", "gapselect", "coderunner", ""]
)
def test_moodle_kind_that_we_lack_is_named(kind: str) -> None:
    message = why(f"<quiz><question type='{kind}'>{NAMED}</question></quiz>", "moodle")
    assert f"“{kind}”" in message


def test_moodle_picture_in_feedback_is_left_out_with_a_note() -> None:
    parsed = read(
        f"<quiz><question type='truefalse'>{NAMED}<generalfeedback format='html'>"
        "<text>&lt;p&gt;Karena&lt;img src='x'&gt;&lt;/p&gt;</text><file name='x'>AAAA</file>"
        "</generalfeedback><answer fraction='100'><text>true</text></answer>"
        "<answer fraction='0'><text>false</text></answer></question></quiz>",
        "moodle",
    )
    assert parsed.items[0].draft.explanation == "Karena"
    assert len(parsed.notes) == 1


def test_moodle_other_root_is_refused() -> None:
    with pytest.raises(Invalid, match="bukan ekspor soal Moodle"):
        read("<rss/>", "moodle")


# -- QTI -----------------------------------------------------------------------------------------


def qti(
    declaration: str, body: str, *, processing: str = "match_correct", kebab: bool = False
) -> str:
    """An item of version 2.2, or the same item of version 3.0."""
    template = f"http://www.imsglobal.org/question/qti_v2p2/rptemplates/{processing}"
    text = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i" title="T">'
        f'<responseDeclaration identifier="R" {declaration}</responseDeclaration>'
        f"<itemBody>{body}</itemBody>"
        f'<responseProcessing template="{template}"/></assessmentItem>'
    )
    return to_kebab(text) if kebab else text


def to_kebab(text: str) -> str:
    """Rename elements and attributes as version 3.0 names them."""
    import re

    def kebab(name: str) -> str:
        return re.sub(r"(?<=[a-z])([A-Z])", lambda match: "-" + match[1].lower(), name)

    elements = r"(</?)([a-z]+[A-Z]\w*|value|mapping|prompt)(?=[\s/>])"
    text = re.sub(elements, lambda m: f"{m[1]}qti-{kebab(m[2])}", text)
    text = re.sub(r" ([a-z]+[A-Z]\w*)=", lambda m: f" {kebab(m[1])}=", text)
    return text.replace("imsqti_v2p2", "imsqtiasi_v3p0")


CHOICE = (
    '<choiceInteraction responseIdentifier="R" maxChoices="{most}"><prompt>S?</prompt>'
    '<simpleChoice identifier="X">x</simpleChoice><simpleChoice identifier="Y">y</simpleChoice>'
    '<simpleChoice identifier="Z">z</simpleChoice></choiceInteraction>'
)
ORDER = CHOICE.replace("choiceInteraction", "orderInteraction").replace(' maxChoices="{most}"', "")
ENTRY = '<p>S <textEntryInteraction responseIdentifier="R"/> akhir.</p>'


def values(*found: str) -> str:
    return f"<correctResponse>{''.join(f'<value>{v}</value>' for v in found)}</correctResponse>"


def mapping(**points: float) -> str:
    entries = (f'<mapEntry mapKey="{key}" mappedValue="{p}"/>' for key, p in points.items())
    return f'<mapping defaultValue="0">{"".join(entries)}</mapping>'


SINGLE = 'cardinality="single" baseType="identifier">'
MULTIPLE = 'cardinality="multiple" baseType="identifier">'
ORDERED = 'cardinality="ordered" baseType="identifier">'
STRING = 'cardinality="single" baseType="string">'
FLOAT = 'cardinality="single" baseType="float">'

QTI_CASES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    (SINGLE + values("Y"), CHOICE.format(most=1), "match_correct", "single", {"key": "b"}),
    (
        SINGLE + values("Y") + mapping(X=0.5, Y=1),
        CHOICE.format(most=1),
        "map_response",
        "sjt",
        {"weights": {"a": 1, "b": 2, "c": 0}},
    ),
    (
        MULTIPLE + values("X", "Z"),
        CHOICE.format(most=0),
        "match_correct",
        "multiple",
        {"keys": ["a", "c"], "credit": "all"},
    ),
    (
        MULTIPLE + values("X", "Z") + mapping(X=1, Z=1, Y=-1),
        CHOICE.format(most=2),
        "map_response",
        "multiple",
        {"keys": ["a", "c"], "credit": "partial"},
    ),
    (
        MULTIPLE + mapping(X=1, Z=1, Y=-1),
        CHOICE.format(most=2),
        "map_response",
        "multiple",
        {"keys": ["a", "c"], "credit": "partial"},
    ),
    (
        ORDERED + values("Z", "X", "Y"),
        ORDER,
        "match_correct",
        "ordering",
        {"order": ["c", "a", "b"]},
    ),
    (
        STRING + values("pdf") + mapping(pdf=1, PDF=1, doc=0.5),
        ENTRY,
        "map_response",
        "short_text",
        {"accepted": ["pdf", "PDF"], "case": False},
    ),
    (FLOAT + values("12.5"), ENTRY, "match_correct", "numeric", {"value": 12.5, "tolerance": 0}),
]


@pytest.mark.parametrize("kebab", [False, True], ids=["2.2", "3.0"])
@pytest.mark.parametrize(("declaration", "body", "processing", "kind", "scoring"), QTI_CASES)
def test_qti_interaction_tells_the_kind(
    declaration: str, body: str, processing: str, kind: str, scoring: dict[str, Any], kebab: bool
) -> None:
    parsed = read(qti(declaration, body, processing=processing, kebab=kebab), "qti")
    assert [problem.message for problem in parsed.problems] == []
    assert (parsed.items[0].draft.kind, parsed.items[0].draft.scoring) == (kind, scoring)


@pytest.mark.parametrize("kebab", [False, True], ids=["2.2", "3.0"])
def test_qti_place_to_fill_in_is_a_blank_of_the_stem(kebab: bool) -> None:
    parsed = read(qti(STRING + values("pdf"), ENTRY, kebab=kebab), "qti")
    assert parsed.items[0].draft.stem == "S _____ akhir."


@pytest.mark.parametrize(
    ("mode", "tolerance", "expected"),
    [
        ("absolute", "0.5 0.5", 0.5),
        ("absolute", "2", 2),
        ("relative", "10 10", 1),
        ("exact", "", 0),
    ],
)
def test_qti_tolerance_is_read_from_the_rule(mode: str, tolerance: str, expected: float) -> None:
    rule = (
        "<responseProcessing><responseCondition><responseIf>"
        f'<equal toleranceMode="{mode}" tolerance="{tolerance}"><variable identifier="R"/>'
        '<correct identifier="R"/></equal></responseIf></responseCondition></responseProcessing>'
    )
    item = qti(FLOAT + values("10"), ENTRY).partition("<responseProcessing")[0]
    parsed = read(f"{item}{rule}</assessmentItem>", "qti")
    assert parsed.items[0].draft.scoring == {"value": 10, "tolerance": expected}


@pytest.mark.parametrize(
    ("declaration", "body", "part"),
    [
        (SINGLE + values("W"), CHOICE.format(most=1), "tidak ada"),
        (SINGLE, CHOICE.format(most=1), "Belum ada jawaban"),
        (ORDERED + values("X"), ORDER, "tidak ada"),
        (STRING + values("a"), ENTRY + ENTRY, "lebih dari satu tempat"),
        (STRING + values("a"), "<p>Teks</p>", "tidak punya tempat"),
        (STRING, '<extendedTextInteraction responseIdentifier="R"/>', "extendedtextinteraction"),
        (STRING, '<p>a</p><uploadInteraction responseIdentifier="R"/>', "uploadinteraction"),
        (SINGLE + values("Y"), '<p><img src="a.png"/></p>' + CHOICE.format(most=1), "gambar"),
        (FLOAT + values("sepuluh"), ENTRY, "bukan angka"),
        (FLOAT + values("3"), '<p><printedVariable identifier="A"/> + 1?</p>' + ENTRY, "template"),
        (
            STRING + values("a"),
            '<p><m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:mfrac><m:mn>1</m:mn>'
            "<m:mn>2</m:mn></m:mfrac></m:math></p>" + ENTRY,
            "rumus",
        ),
    ],
)
def test_qti_item_with_a_fault_says_which(declaration: str, body: str, part: str) -> None:
    assert part in why(qti(declaration, body), "qti")


def test_qti_groups_are_asked_by_what_is_sorted() -> None:
    body = (
        '<matchInteraction responseIdentifier="R"><prompt>Kelompokkan.</prompt><simpleMatchSet>'
        '<simpleAssociableChoice identifier="G">go.id</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="C">com</simpleAssociableChoice></simpleMatchSet>'
        '<simpleMatchSet><simpleAssociableChoice identifier="A">pajak</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="B">KTP</simpleAssociableChoice>'
        '<simpleAssociableChoice identifier="D">toko</simpleAssociableChoice>'
        "</simpleMatchSet></matchInteraction>"
    )
    pairs = 'cardinality="multiple" baseType="directedPair">' + values("G A", "G B", "C D")
    draft = read(qti(pairs, body), "qti").items[0].draft
    assert [prompt["text"] for prompt in draft.content["prompts"]] == ["pajak", "KTP", "toko"]
    assert texts(draft) == ["com", "go.id"]
    assert draft.scoring == {"pairs": {"1": "b", "2": "b", "3": "a"}}


@pytest.mark.parametrize("with_manifest", [True, False])
def test_package_is_read_with_one_bad_item(with_manifest: bool) -> None:
    files: dict[str, bytes | str] = {
        "items/a.xml": golden("qti21.xml"),
        "items/b.xml": golden("qti30.xml"),
        "items/c.xml": b"<assessmentItem>",
        "media/logo.png": b"\x89PNG",
    }
    if with_manifest:
        files["imsmanifest.xml"] = manifest("items/a.xml", "items/b.xml", "items/c.xml")
    parsed = read_questions(zipped(files), "paket.zip")
    assert [item.where for item in parsed.items] == [
        "items/a.xml (pilih-1)",
        "items/b.xml (banyak-1)",
    ]
    assert [problem.where for problem in parsed.problems] == ["items/c.xml"]


def test_package_in_a_folder_is_read() -> None:
    files: dict[str, bytes | str] = {
        "paket/imsmanifest.xml": manifest("a.xml"),
        "paket/a.xml": golden("qti21.xml"),
    }
    assert len(read_questions(zipped(files), "x.zip").items) == 1


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("<questestinterop><item/></questestinterop>", "QTI 1.2"),
        ('<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"/>', "susunan tes"),
    ],
)
def test_other_qti_files_are_refused_with_what_to_do(text: str, part: str) -> None:
    with pytest.raises(Invalid, match=part):
        read_questions(text.encode(), "x.xml")


# -- workbooks -----------------------------------------------------------------------------------


def row(**cells: Any) -> Parsed:
    """One row of a workbook with these headers."""
    names = {name: name.replace("_", " ") for name in cells}
    return read_questions(write_sheet(list(names.values()), [list(cells.values())]), "soal.xlsx")


@pytest.mark.parametrize(
    ("cells", "kind", "scoring"),
    [
        ({"Pilihan_A": "x", "Pilihan_B": "y", "Kunci": "B"}, "single", {"key": "b"}),
        ({"Option_A": "x", "Option_B": "y", "Correct_answer": "b."}, "single", {"key": "b"}),
        ({"A": "x", "B": "y", "Jawaban": "y"}, "single", {"key": "b"}),
        ({"A": "x", "C": "y", "Key": "C"}, "single", {"key": "b"}),
        (
            {"A": "x", "B": "y", "C": "z", "Kunci": "A, C"},
            "multiple",
            {"keys": ["a", "c"], "credit": "partial"},
        ),
        (
            {"A": "x", "B": "y", "C": "z", "Kunci": "A dan C", "Penilaian": "Utuh"},
            "multiple",
            {"keys": ["a", "c"], "credit": "all"},
        ),
        ({"Kunci": "Benar"}, "true_false", {"key": "true"}),
        ({"Kunci": True}, "true_false", {"key": "true"}),
        ({"Jenis": "BS", "Kunci": "S"}, "true_false", {"key": "false"}),
        (
            {"Jenis": "Benar/Salah", "A": "Benar", "B": "Salah", "Kunci": "B"},
            "true_false",
            {"key": "false"},
        ),
        ({"A": "k -> 1", "B": "l → 2"}, "matching", {"pairs": {"1": "a", "2": "b"}}),
        (
            {"Jenis": "Urutan", "A": "x", "B": "y", "Kunci": "B, A"},
            "ordering",
            {"order": ["b", "a"]},
        ),
        ({"Kunci": "pdf | .pdf"}, "short_text", {"accepted": ["pdf", ".pdf"], "case": False}),
        ({"Kunci": 1024, "Toleransi": 0.5}, "numeric", {"value": 1024, "tolerance": 0.5}),
        ({"Kunci": "1.242,5", "Toleransi": "0,5"}, "numeric", {"value": 1242.5, "tolerance": 0.5}),
        ({"A": "x", "B": "y", "Kunci": "A=3; B=1,5"}, "sjt", {"weights": {"a": 3, "b": 1.5}}),
        ({"Jenis": "Skala", "A": "jarang", "B": "sering"}, "scale", {}),
    ],
)
def test_row_tells_the_kind(cells: dict[str, Any], kind: str, scoring: dict[str, Any]) -> None:
    parsed = row(Pertanyaan="Soal?", **cells)
    assert [problem.message for problem in parsed.problems] == []
    assert (parsed.items[0].draft.kind, parsed.items[0].draft.scoring) == (kind, scoring)


@pytest.mark.parametrize(
    ("cells", "part"),
    [
        ({"A": "x", "B": "y"}, "Belum ada jawaban"),
        ({"A": "x", "B": "y", "Kunci": "D"}, "tidak cocok"),
        ({"A": "x", "Kunci": "A"}, "paling sedikit dua pilihan"),
        ({"Jenis": "Esai"}, "“Esai”"),
        ({"Jenis": "Angka", "Kunci": "banyak"}, "bukan angka"),
        ({"Jenis": "Menjodohkan", "A": "x"}, "kiri -> kanan"),
        ({"Jenis": "SJT", "A": "x", "B": "y", "Kunci": "A=3"}, "setiap pilihan"),
        ({"A": "x", "B": "y", "Kunci": "A", "Tingkat": 9}, "Tingkat “9”"),
        ({"A": "x", "B": "y", "Kunci": "A", "Kesulitan": 99}, "kesulitan"),
    ],
)
def test_row_with_a_fault_says_which(cells: dict[str, Any], part: str) -> None:
    parsed = row(Soal="Soal?", **cells)
    assert parsed.items == ()
    assert part in parsed.problems[0].message
    assert parsed.problems[0].where == "baris 2"


def test_row_is_read_with_all_its_cells() -> None:
    parsed = row(
        Kode="X-1",
        Kompetensi="D2",
        Tingkat="Tingkat 3",
        Question="Baris satu\nbaris dua",
        A="=1+1",
        B="y",
        Kunci="A",
        Pembahasan="Karena.",
        Kesulitan="-0,5",
        Tags="a; B, c",
        Catatan="tidak dibaca",
    )
    item = parsed.items[0]
    assert (item.code, item.competency) == ("X-1", "D2")
    assert (item.draft.level, item.draft.difficulty) == (3, -0.5)
    assert item.draft.tags == ("a", "b", "c")
    assert item.draft.stem == "Baris satu\nbaris dua"
    assert texts(item.draft) == ["=1+1", "y"]  # the apostrophe of our export is gone


def test_workbook_without_questions_is_refused() -> None:
    with pytest.raises(Invalid, match="kolom Pertanyaan"):
        read_questions(write_sheet(["NIP", "Nama"], [["1", "Siti"]]), "pegawai.xlsx")


# -- shared --------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"  \n", b"Halo dunia", b"<html><p>a</p></html>"])
def test_unknown_file_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_questions(content, "x")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>a</p><p>b</p>", "a\nb"),
        ("a<br/>b", "a\nb"),
        ("x<sup>2</sup> + H<sub>2</sub>O", "x^2 + H_2O"),
        ("<td>a</td><td>b</td>", "a b"),
        ("&lt;b&gt; &amp;amp; &#8211;", "<b> &amp; –"),
        ("a <!-- b --> c", "a c"),
        ("a<script>b</script>c", "ac"),
        ("a<style>b", "a"),
        ("3 < 5, 7 > 6, x<y", "3 < 5, 7 > 6, x<y"),
        ("<o:p>a</o:p>", "a"),
        ("<unknown>a", "<unknown>a"),
    ],
)
def test_html_becomes_plain_text(source: str, text: str) -> None:
    assert plain_text(source) == text


def test_simple_markdown_becomes_plain_text() -> None:
    assert from_markdown("**a** dan *b*, 2*3*4, snake_case_name") == (
        "a dan b, 2*3*4, snake_case_name"
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", 3), ("3.0", 3), ("12,5", 12.5), ("1.242,5", 1242.5), ("1,242.5", 1242.5), ("−2", -2)],
)
def test_number_is_read_in_both_writings(text: str, value: float) -> None:
    assert number(text) == value


def test_thousands_are_read_only_where_people_write_indonesian() -> None:
    assert number("1.242") == 1.242
    assert number("1.242", indonesian=True) == 1242


@pytest.mark.parametrize("text", ["", "x", "1 2 x", "inf", "nan", "1_0", "0x10"])
def test_other_texts_are_no_numbers(text: str) -> None:
    with pytest.raises(Unusable):
        number(text)


@pytest.mark.parametrize(
    ("shares", "weights"),
    [
        ([1, 0.3333333, 0], [3, 1, 0]),
        ([1, 0.5, 0.25], [4, 2, 1]),
        ([0.9, 0.1], [9, 1]),
        ([1, -1], [1, 0]),
        ([1, 1 / 31, 0], [31, 1, 0]),
        ([1, 0.01, 0], [100, 1, 0]),
        ([1, 0.001], [100, 0.1]),
        ([0.05, 0.1428571, 0.1111111, 1], [5, 14.28571, 11.11111, 100]),
    ],
)
def test_shares_become_whole_weights(shares: list[float], weights: list[float]) -> None:
    assert whole_weights(shares) == weights
