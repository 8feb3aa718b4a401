"""Pages of messages: reading never writes; administrators see how they travel; secrets stay."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from lms import Link, send_message
from lms.core.audit import AuditEntry
from lms.core.messages.dispatching import dispatch_one
from lms.core.messages.models import Dispatch, Message
from lms.core.settings import get_setting
from lms.core.site import Site
from tests.conftest import login_as, make_person
from tests.infra.smtp import Post


def say(site: Site, person_id: int, key: str, link: Link | None = None) -> str:
    with site.database.writing() as session:
        words = {"subject": f"Pesan {key}", "text": "Isi\n\n<b>pesan</b>"}
        send_message(session, person_id, key=key, kind="uji", link=link, **words)
        return session.scalars(select(Message.public_id).where(Message.key == key)).one()


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_inbox_notes_what_was_opened_and_by_post_only(site: Site, client: FlaskClient) -> None:
    with site.database.writing() as session:
        me, other = make_person(session).id, make_person(session).id
    login_as(client, me)
    assert "Belum ada pesan" in page(client, "/pesan")
    leads = say(site, me, "satu", Link(endpoint="home.me"))
    gone = say(site, me, "dua", Link(endpoint="hilang.sudah", values={"id": 3}))
    foreign = say(site, other, "rahasia")
    for number in range(20):
        say(site, me, f"banyak {number}")
    assert "22 baru" in page(client, "/")
    assert "Pesan rahasia" not in page(client, "/pesan") + page(client, "/pesan?page=2")
    shown = page(client, f"/pesan/{leads}")
    assert "&lt;b&gt;pesan" in shown
    assert "Lanjut" in shown
    assert "22 baru" in page(client, "/")
    for method in (client.get, client.post):
        path = f"/pesan/{foreign}" + ("/buka" if method == client.post else "")
        assert method(path).status_code == 404
    listed = client.post(f"/pesan/{leads}/buka", data={"show": "1"})
    assert listed.headers["Location"].endswith(f"/pesan/{leads}")
    assert client.post(f"/pesan/{leads}/buka").headers["Location"].endswith("/saya")
    assert client.post(f"/pesan/{gone}/buka").headers["Location"].endswith(f"/pesan/{gone}")
    assert "Lanjut" not in page(client, f"/pesan/{gone}")
    assert "20 baru" in page(client, "/")
    assert client.post("/pesan/dibaca").status_code == 303
    assert " baru</span>" not in page(client, "/")


def test_administrator_sees_and_sends_again(site: Site, client: FlaskClient, post: Post) -> None:
    with site.database.writing() as session:
        admin = make_person(session, roles=("administrator",), email="a@contoh.go.id").id
        officer = make_person(session, roles=("officer",)).id
    login_as(client, admin)
    assert client.post("/pengelolaan/pesan/percobaan").status_code == 303
    post.trouble = "hang up"
    assert dispatch_one(site)
    shown = page(client, "/pengelolaan/pesan?state=unclear")
    assert "1 pengiriman belum pasti" in shown
    assert "Kirim lagi" in shown
    assert "pengiriman pesan bekerja" not in shown, "the text is the person's own business"
    with site.database.reading() as session:
        row = session.scalars(select(Dispatch.id)).one()
    login_as(client, officer)
    assert "Kirim lagi" not in page(client, "/pengelolaan/pesan")
    assert client.post(f"/pengelolaan/pesan/{row}/ulang").status_code == 403
    login_as(client, admin)
    assert client.post(f"/pengelolaan/pesan/{row}/ulang").status_code == 303
    post.trouble = ""
    assert dispatch_one(site)
    assert "Terkirim" in page(client, "/pengelolaan/pesan?state=sent")
    assert client.post(f"/pengelolaan/pesan/{row}/ulang").status_code == 409


def test_password_is_stored_but_never_shown_or_noted(site: Site, client: FlaskClient) -> None:
    with site.database.writing() as session:
        admin = make_person(session, roles=("administrator",)).id
    login_as(client, admin)

    def save(**values: str) -> None:
        form = {key.replace("__", "."): value for key, value in values.items()}
        assert client.post("/pengelolaan/pengaturan", data=form).status_code == 303

    def stored() -> str:
        with site.database.reading() as session:
            return str(get_setting(session, "core.smtp_password"))

    save(core__smtp_password="s3cret-word")
    assert stored() == "s3cret-word"
    shown = page(client, "/pengelolaan/pengaturan")
    assert "s3cret-word" not in shown
    assert "Sudah tersimpan" in shown
    save(core__smtp_password="", core__smtp_host="mail.contoh.go.id")
    assert stored() == "s3cret-word"
    wrong = {"core.smtp_password": "other-w0rd", "core.smtp_port": "x"}
    assert b"other-w0rd" not in client.post("/pengelolaan/pengaturan", data=wrong).data
    save(**{"core__smtp_password": "", "core.smtp_password.remove": "1"})
    assert stored() == ""
    with site.database.reading() as session:
        noted = [str(entry.details) for entry in session.scalars(select(AuditEntry))]
    assert len(noted) == 3
    assert "s3cret" not in str(noted)
