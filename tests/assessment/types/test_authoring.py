"""The authoring pages for every type: empty form, save, edit, preview, pictures."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.site import Site
from lms.rehearsal.page import read_page
from plugins.assessment.authoring import fill_draft
from plugins.assessment.domain.types import BUILT_IN
from plugins.assessment.models import Item, ItemVersion
from plugins.assessment.services.bank import save_item
from tests.assessment.factories import competency
from tests.assessment.types.samples import SAMPLES, sample
from tests.assessment.types.test_responses import PNG
from tests.conftest import login_as, make_person

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
KINDS = {each.name: each for each in BUILT_IN}


@pytest.fixture
def trainer(app: Flask, site: Site) -> FlaskClient:
    with site.database.writing() as session:
        person = make_person(session, name="Pengajar", roles=("trainer",)).id
    client = app.test_client()
    login_as(client, person)
    return client


def typed(site: Site, kind: str, **changes: Any) -> dict[str, Any]:
    """The form of a good question, as a browser sends it."""
    with site.database.reading() as session:
        d1 = competency(session, "D1")
    form: dict[str, Any] = {**fill_draft(KINDS[kind], sample(kind)), "competency_id": [str(d1)]}
    if kind == "hotspot":
        form["picture"] = (io.BytesIO(PNG), "layar.png")
    return {**form, **changes}


def code_of(answer: Any) -> str:
    """Give the code of the question that a post led to."""
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["Location"]).rpartition("/")[2]


def newest(site: Site, code: str) -> ItemVersion:
    with site.database.reading() as session:
        query = select(ItemVersion).join(Item, Item.id == ItemVersion.item_id)
        query = query.where(Item.code == code, ItemVersion.version == Item.version)
        return session.scalars(query).one()


def text_of(answer: Any) -> str:
    return " ".join(read_page("", 200, answer.get_data(as_text=True)).text.split())


def test_types_are_offered_with_their_rules(trainer: FlaskClient) -> None:
    text = text_of(trainer.get("/tes/bank/baru"))
    for kind in BUILT_IN:
        assert kind.title in text
        assert " ".join(kind.hint.split()) in text


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_question_is_written_shown_and_changed(trainer: FlaskClient, site: Site, kind: str) -> None:
    assert trainer.get(f"/tes/bank/baru/{kind}").status_code == 200
    code = code_of(trainer.post(f"/tes/bank/baru/{kind}", data=typed(site, kind)))
    stored, (content, scoring) = newest(site, code), SAMPLES[kind]
    assert (stored.kind, stored.scoring) == (kind, scoring)
    assert {**stored.content, "image": ""} == {**content, "image": ""}
    text = text_of(trainer.get(f"/tes/bank/soal/{code}"))
    assert KINDS[kind].key_text(content, scoring) in text
    _preview_tells_no_key(trainer, kind, code)
    page = trainer.get(f"/tes/bank/soal/{code}/ubah").get_data(as_text=True)
    assert "Ada pesan masuk." in page
    # As the browser sends it back: nothing changed, so there is no new version.
    form = typed(site, kind)
    form.pop("picture", None)
    form |= {"image": [stored.content["image"]]} if kind == "hotspot" else {}
    assert "Tidak ada yang berubah" in text_of(
        trainer.post(f"/tes/bank/soal/{code}/ubah", data=form, follow_redirects=True)
    )
    assert newest(site, code).version == 1


def _preview_tells_no_key(trainer: FlaskClient, kind: str, code: str) -> None:
    html = trainer.get(f"/tes/bank/soal/{code}/pratinjau").get_data(as_text=True)
    assert "<fieldset>" in html
    assert " checked" not in html
    assert " selected" not in html
    assert ("Saya belum tahu" in html) == KINDS[kind].scored


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_empty_form_comes_back_with_reasons(trainer: FlaskClient, kind: str) -> None:
    answer = trainer.post(f"/tes/bank/baru/{kind}", data={"do": "save"})
    assert answer.status_code == 422
    assert "Tulis pertanyaannya." in text_of(answer)


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_preview_of_what_is_typed_stores_nothing(
    trainer: FlaskClient, site: Site, kind: str
) -> None:
    answer = trainer.post(f"/tes/bank/baru/{kind}", data=typed(site, kind, do="preview"))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Soal ini belum disimpan." in html
    assert 'class="phone' in html
    with site.database.reading() as session:
        query = select(ItemVersion.id).where(ItemVersion.stem == sample(kind).stem)
        assert session.scalars(query).all() == []


@pytest.mark.parametrize(
    ("kind", "changes", "words", "kept"),
    [
        ("multiple", {"keys": []}, "Centang paling sedikit satu", 'value="Tiga"'),
        ("matching", {"match_b": ""}, "Isi pasangan untuk setiap baris.", 'value="Gambar"'),
        ("ordering", {"option_b": ["Dua"]}, "Dua pilihan isinya sama", 'value="Tiga"'),
        ("short_text", {"accepted": ""}, "jawaban yang diterima", ""),
        ("numeric", {"value": "dua belas"}, "Tulis angka yang benar", 'value="dua belas"'),
        ("numeric", {"tolerance": "-1"}, "selisih yang masih diterima", 'value="-1"'),
        ("hotspot", {"x_a": "350"}, "berada di dalam gambar", 'value="350"'),
        ("hotspot", {"alt": ""}, "Ceritakan isi gambar", 'value="Tombol Kirim"'),
        ("sjt", {"weight_a": "tinggi"}, "Isi nilai setiap pilihan", 'value="tinggi"'),
        ("file", {"points_a": "0"}, "angka lebih dari 0", 'value="Rapi"'),
        ("true_false", {"key": "maybe"}, "Pilih jawaban yang benar.", ""),
    ],
)
def test_mistake_keeps_what_was_typed(
    trainer: FlaskClient, site: Site, kind: str, changes: dict[str, Any], words: str, kept: str
) -> None:
    answer = trainer.post(f"/tes/bank/baru/{kind}", data=typed(site, kind, **changes))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in html
    assert kept in html
    assert "Ada pesan masuk. Apa langkah Anda?" in html


def test_unknown_type_is_not_found(trainer: FlaskClient) -> None:
    assert trainer.get("/tes/bank/baru/telepathy").status_code == 404
    assert trainer.post("/tes/bank/baru/telepathy").status_code == 404


# -- pictures ------------------------------------------------------------------------------------


def upload(trainer: FlaskClient, site: Site, data: bytes, name: str = "x.png") -> Any:
    form = typed(site, "hotspot", picture=(io.BytesIO(data), name))
    return trainer.post("/tes/bank/baru/hotspot", data=form)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "bukan gambar"),
        (b"<html>", "bukan gambar"),
        (PNG[:12], "bukan gambar"),
        (PNG + bytes(500_000), "500 kB"),
    ],
)
def test_what_is_no_picture_is_refused(
    trainer: FlaskClient, site: Site, data: bytes, words: str
) -> None:
    answer = upload(trainer, site, data)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_picture_is_served_to_who_is_logged_in(
    trainer: FlaskClient, client: FlaskClient, site: Site
) -> None:
    digest = newest(site, code_of(upload(trainer, site, PNG))).content["image"]
    answer = trainer.get(f"/tes/gambar/{digest}")
    assert (answer.data, answer.mimetype) == (PNG, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(f"/tes/gambar/{digest}").status_code in (302, 303)


def test_other_files_of_the_store_are_no_pictures(trainer: FlaskClient, site: Site) -> None:
    secret = site.files.put(b"a certificate")
    assert trainer.get(f"/tes/gambar/{secret}").status_code == 404
    assert trainer.get("/tes/gambar/..%2f..").status_code == 404
    form = typed(site, "hotspot", image=[secret])
    form.pop("picture")
    answer = trainer.post("/tes/bank/baru/hotspot", data=form)
    assert answer.status_code == 422
    assert trainer.get(f"/tes/gambar/{secret}").status_code == 404


def test_uploaded_picture_stays_while_the_rest_is_mended(
    trainer: FlaskClient, client: FlaskClient, site: Site
) -> None:
    form = typed(site, "hotspot", alt="")
    html = trainer.post("/tes/bank/baru/hotspot", data=form).get_data(as_text=True)
    digest = site.files.put(PNG)
    assert f'value="{digest}"' in html
    assert f"/tes/gambar/{digest}" in html
    assert trainer.get(f"/tes/gambar/{digest}").status_code == 200
    with site.database.writing() as session:
        login_as(client, make_person(session))
    assert client.get(f"/tes/gambar/{digest}").status_code == 404, "nobody else sees it yet"
    form = typed(site, "hotspot", image=[digest])
    form.pop("picture")
    assert trainer.post("/tes/bank/baru/hotspot", data=form).status_code == 303


def test_question_of_another_kind_keeps_its_kind(trainer: FlaskClient, site: Site) -> None:
    with site.database.writing() as session:
        save_item(session, "D1-77", competency(session, "D1"), sample("numeric"))
    trainer.post("/tes/bank/soal/D1-77/ubah", data=typed(site, "single"))
    assert newest(site, "D1-77").kind == "numeric"
