"""Questions of content packs: every type is read; what is wrong names file and question."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from lms import Invalid
from lms.core.site import Site
from plugins.assessment.models import Item, ItemVersion
from plugins.assessment.services.content import read_questions

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)

HEAD = 'competency = "D1"\n'
OPTIONS = 'options.a = "Satu"\noptions.b = "Dua"\noptions.c = "Tiga"\n'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 640"><path d="M0 0"/></svg>'
REGION = """
[[item.region]]
id = "1"
text = "Tombol"
x = 10
y = 10
w = 100
h = 50
[[item.region]]
id = "2"
text = "Menu"
x = 10
y = 100
w = 100
h = 50
"""
KINDS = {
    "single": OPTIONS + 'key = "c"',
    "multiple": OPTIONS + 'keys = ["a", "c"]\ncredit = "all"',
    "true_false": 'key = "false"',
    "matching": 'prompts.1 = "P"\nprompts.2 = "Q"\n' + OPTIONS + 'pairs.1 = "b"\npairs.2 = "a"',
    "ordering": OPTIONS + 'order = ["c", "a", "b"]',
    "short_text": 'accepted = ["pdf"]',
    "numeric": "value = 12.5\ntolerance = 1",
    "hotspot": 'image = "media/x.svg"\nalt = "Layar"\nwidth = 360\nheight = 640\nkeys = ["2"]\n'
    + REGION,
    "sjt": OPTIONS + "weights.a = 3\nweights.b = 1\nweights.c = 0",
    "scale": 'labels = ["Belum", "Pernah", "Sering"]',
    "file": 'accept = ["pdf"]\n[[item.rubric]]\nid = "r1"\ntext = "Isi"\npoints = 4',
}


def item(kind: str, body: str, extra: str = "") -> str:
    code = f"T-{kind}".replace("_", "-")
    shared = f'[[item]]\ncode = "{code}"\nkind = "{kind}"\nlevel = 2\nstem = "Apa?"\n'
    return f"{shared}{extra}{body}\n"


def load(site: Site, folder: Path, text: str) -> int:
    questions = folder / "questions"
    (questions / "media").mkdir(parents=True, exist_ok=True)
    (questions / "media" / "x.svg").write_text(SVG)
    (questions / "media" / "bad.svg").write_text(SVG.replace("path", "script"))
    (questions / "T1.toml").write_text(HEAD + text)
    with site.database.writing() as session:
        return read_questions(session, questions)


def stored(site: Site, code: str) -> tuple[Item, ItemVersion]:
    with site.database.reading() as session:
        query = select(Item, ItemVersion).join(ItemVersion, ItemVersion.item_id == Item.id)
        row, version = session.execute(query.where(Item.code == code)).one()
    return row, version


def test_every_kind_is_read_and_twice_changes_nothing(site: Site, tmp_path: Path) -> None:
    text = "".join(item(kind, body) for kind, body in KINDS.items())
    assert load(site, tmp_path, text) == len(KINDS)
    assert load(site, tmp_path, text) == 0
    _, hotspot = stored(site, "T-hotspot")
    assert site.files.get(hotspot.content["image"]) == SVG.encode()
    assert hotspot.content["options"][1]["text"] == "Menu"
    _, scale = stored(site, "T-scale")
    assert [option["id"] for option in scale.content["options"]] == ["1", "2", "3"]


def test_kind_may_be_left_out(site: Site, tmp_path: Path) -> None:
    load(site, tmp_path, item("single", KINDS["single"]).replace('kind = "single"\n', ""))
    assert stored(site, "T-single")[1].kind == "single"


def test_form_and_anchor_become_tags_and_those_of_trainers_stay(site: Site, tmp_path: Path) -> None:
    extra = 'tags = ["Email"]\nform = "B"\nanchor = true\n'
    load(site, tmp_path, item("single", KINDS["single"], extra))
    assert stored(site, "T-single")[0].tags == ["email", "bentuk-b", "jangkar"]
    with site.database.writing() as session:
        row = session.scalars(select(Item).where(Item.code == "T-single")).one()
        row.tags = ["sulit"]
    load(site, tmp_path, item("single", KINDS["single"], extra))
    assert stored(site, "T-single")[0].tags == ["sulit", "email", "bentuk-b", "jangkar"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (item("single", OPTIONS + 'key = "z"'), "belum bisa disimpan"),
        (item("single", 'options = ["a"]\nkey = "a"'), "options harus berupa"),
        (item("single", KINDS["single"] + "\nkeys = []"), "keys tidak dikenal"),
        (item("single", OPTIONS), "'key' belum diisi"),
        (item("single", KINDS["single"], 'form = "C"\n'), "form harus A atau B"),
        (item("numeric", 'value = "dua"'), "belum bisa disimpan"),
        (item("telepathy", KINDS["single"]), "tidak dikenal"),
        (item("hotspot", KINDS["hotspot"].replace("x.svg", "y.svg")), "y.svg tidak ada"),
        (item("hotspot", KINDS["hotspot"].replace("x.svg", "bad.svg")), "bukan gambar"),
        (item("hotspot", KINDS["hotspot"].replace("media/x", "../x")), "folder media"),
        (item("hotspot", KINDS["hotspot"].replace("media/x", "media/../x")), "folder media"),
        (item("hotspot", KINDS["hotspot"].replace('text = "Menu"\n', "")), "'text' belum diisi"),
        (item("single", KINDS["single"]).replace("level = 2", 'level = "dua"'), "belum bisa"),
        (item("single", KINDS["single"]).replace('"T-single"', '"../x"'), "code harus"),
    ],
)
def test_mistake_names_file_and_question(site: Site, tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        load(site, tmp_path, text)
    assert words in refused.value.message
    assert refused.value.message.startswith("T1.toml: ")
