"""Messages are said once and sent once, whatever breaks in between."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import event, func, select

from lms import (
    Link,
    MessageChannel,
    OutgoingMessage,
    PluginManifest,
    Unsure,
    hookimpl,
    send_message,
)
from lms.core.errors import Conflict, Invalid, NotFound, PluginError
from lms.core.jobs import JobRow, schedule_due, work_once
from lms.core.messages import queries
from lms.core.messages.channels import channels
from lms.core.messages.dispatching import MAX_ATTEMPTS, PATIENCE, dispatch_one, send_again
from lms.core.messages.models import Dispatch, Message
from lms.core.personal import core_personal_data, erase_core_personal_data
from lms.core.settings import set_setting
from lms.core.site import Site
from tests.conftest import TestClock, make_person
from tests.infra.smtp import Post


def say(site: Site, person_id: int, key: str = "uji:1", **values: Any) -> None:
    given = {"kind": "uji", "subject": "Kelas dibuka", "text": "Kelas mulai 9 November."} | values
    with site.database.writing() as session:
        send_message(session, person_id, key=key, **given)


def a_person(site: Site, **values: Any) -> int:
    with site.database.writing() as session:
        return make_person(session, **({"email": "siti@contoh.go.id"} | values)).id


def dispatch(site: Site) -> Dispatch:
    with site.database.reading() as session:
        return session.scalars(select(Dispatch).order_by(Dispatch.id.desc()).limit(1)).one()


def send_all(site: Site) -> int:
    count = 0
    while dispatch_one(site):
        count += 1
    return count


def with_channel(
    site: Site, send: Callable[[Any, OutgoingMessage], None], name: str = "alat_burung"
) -> None:
    """Put a plugin in with a channel that reaches everybody with a phone."""
    module = ModuleType("alat")
    channel = MessageChannel(
        name=name, title="Merpati", reaches=lambda message: bool(message.phone), send=send
    )

    @hookimpl
    def lms_register_message_channels() -> list[MessageChannel]:
        return [channel]

    module.__dict__["manifest"] = PluginManifest(name="alat", title="Alat", version="1.0")
    module.__dict__["lms_register_message_channels"] = lms_register_message_channels
    site.registry.register(module)


def test_message_is_said_once_and_mailed_once(site: Site, post: Post) -> None:
    person = a_person(site)
    for _ in range(2):
        say(site, person, link=Link(endpoint="home.me"), subject="Kelas\ndibuka: é")
    schedule_due(site)
    while work_once(site):
        pass
    (mail,) = post.mails
    assert (mail["To"], mail["Subject"]) == ("siti@contoh.go.id", "Kelas dibuka: é")
    assert "Kabupaten Contoh" in mail["From"]
    assert "/pesan/" in mail.get_content()
    assert len(post.logins) == 1
    assert dispatch(site).state == "sent"
    assert send_all(site) == 0
    with site.database.reading() as session:
        (line,) = queries.list_messages(session, person)
        assert line.link == Link(endpoint="home.me", values={})
        jobs = session.scalars(select(JobRow.state).where(JobRow.name == "core.messages"))
        assert set(jobs) == {"done"}


def test_without_server_or_address_the_site_alone_tells(site: Site, post: Post) -> None:
    silent, left = a_person(site, email=""), a_person(site, active=False)
    say(site, silent, key="a")
    say(site, left, key="b")
    with site.database.writing() as session:
        set_setting(session, "core.smtp_host", "")
    say(site, a_person(site), key="c")
    with site.database.reading() as session:
        assert session.scalar(select(func.count(Message.id))) == 3
        assert session.scalar(select(func.count(Dispatch.id))) == 0


def test_wrong_message_is_refused(site: Site) -> None:
    with pytest.raises(NotFound):
        say(site, 999_999)
    for key in ("", "x" * 201):
        with pytest.raises(Invalid):
            say(site, a_person(site), key=key)


def test_crash_while_sending_is_never_repeated_but_shown(
    site: Site, post: Post, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies after the server took the mail, before that was noted."""
    say(site, a_person(site))

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("lms.core.messages.dispatching._note", die)
        with pytest.raises(KeyboardInterrupt):
            dispatch_one(site)
    assert (len(post.mails), dispatch(site).state) == (1, "sending")
    with site.database.reading() as session:
        assert queries.count_dispatches(session)["sending"] == 1
    clock.move(seconds=PATIENCE.total_seconds())
    assert send_all(site) == 0
    with site.database.reading() as session:
        assert [line.state for line in queries.list_dispatches(session, "unclear")] == ["unclear"]
    with site.database.writing() as session:
        send_again(session, dispatch(site).id, None)
    assert (send_all(site), len(post.mails), dispatch(site).state) == (1, 2, "sent")
    with site.database.writing() as session, pytest.raises(Conflict):
        send_again(session, dispatch(site).id, None)


def test_sending_is_committed_before_the_channel_is_asked(site: Site) -> None:
    seen: list[str] = []
    with_channel(site, lambda _session, _message: seen.append(dispatch(site).state))
    say(site, a_person(site, phone="0812"))
    assert send_all(site) == 1
    assert (seen, dispatch(site).state) == (["sending"], "sent")


def test_server_that_hangs_up_after_the_text_leaves_it_unclear(site: Site, post: Post) -> None:
    post.trouble = "hang up"
    say(site, a_person(site))
    assert send_all(site) == 1
    with site.database.reading() as session:
        (line,) = queries.list_dispatches(session, "unclear")
    assert "tidak memastikan" in line.error
    assert send_all(site) == 0


@pytest.mark.parametrize("trouble", ["refuse", "late"])
def test_failing_mail_is_tried_five_times_with_growing_distance(
    site: Site, post: Post, clock: TestClock, trouble: str
) -> None:
    with site.database.writing() as session:
        set_setting(session, "core.quiet_from", "06.30")
    say(site, a_person(site))
    post.trouble = trouble
    waits = []
    for _ in range(MAX_ATTEMPTS):
        assert send_all(site) == 1
        row = dispatch(site)
        waits.append((row.next_at - clock()).total_seconds() / 60)
        clock.moment = max(clock.moment, row.next_at)
    assert waits[:4] == [5, 15, 45, 135]
    assert (row.state, row.attempts, post.mails) == ("stopped", MAX_ATTEMPTS, [])
    clock.move(days=3)
    assert send_all(site) == 0
    post.trouble = ""
    with site.database.writing() as session:
        send_again(session, row.id, None)
    assert (send_all(site), len(post.mails)) == (1, 1)


def test_nothing_is_sent_in_quiet_hours(site: Site, post: Post, clock: TestClock) -> None:
    person = a_person(site)
    say(site, person, key="pagi")  # 10.00 WIB
    clock.move(hours=10)  # 20.00: the one of the morning must wait as well
    say(site, person, key="malam")
    assert send_all(site) == 0
    assert site.local(dispatch(site).next_at).strftime("%d %H.%M") == "03 06.30"
    clock.move(hours=10.5)
    assert (send_all(site), len(post.mails)) == (2, 2)


def test_parallel_workers_and_senders_do_each_thing_once(site: Site, post: Post) -> None:
    person = a_person(site)
    barrier = threading.Barrier(4)

    def work(_number: int) -> None:
        barrier.wait()
        for key in range(6):
            say(site, person, key=f"uji:{key}")
        send_all(site)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    send_all(site)
    ids = [mail["Message-ID"] for mail in post.mails]
    assert (len(ids), len(set(ids))) == (6, 6)
    with site.database.reading() as session:
        assert queries.count_dispatches(session)["sent"] == 6
        assert queries.count_unread(session, person) == 6


def test_channel_of_a_plugin_is_used_beside_e_mail(site: Site, post: Post) -> None:
    """By lms_register_message_channels."""
    got: list[OutgoingMessage] = []
    with_channel(site, lambda _session, message: got.append(message))
    say(site, a_person(site, phone="081234567890"))
    assert send_all(site) == 2
    assert (got[0].phone, got[0].subject, len(post.mails)) == ("081234567890", "Kelas dibuka", 1)


def test_channel_may_say_that_it_does_not_know(site: Site) -> None:
    def lose(_session: Any, _message: OutgoingMessage) -> None:
        raise Unsure("Tidak ada jawaban.")

    with_channel(site, lose)
    say(site, a_person(site, phone="0812"))
    assert (send_all(site), dispatch(site).state, dispatch(site).error) == (
        1,
        "sending",
        "Tidak ada jawaban.",
    )


@pytest.mark.parametrize("name", ["burung", "email", "lain_burung"])
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_channel_with_a_foreign_name_is_refused(site: Site, name: str) -> None:
    with_channel(site, lambda _session, _message: None, name=name)
    with site.database.reading() as session, pytest.raises(PluginError, match="alat"):
        channels(session)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_password_is_not_sent_in_the_clear_to_another_machine(site: Site, post: Post) -> None:
    with site.database.writing() as session:
        set_setting(session, "core.smtp_host", "mail.contoh.invalid")
    say(site, a_person(site))
    assert send_all(site) == 1
    assert "sambungan yang aman" in dispatch(site).error


def test_statements_of_the_lists_do_not_grow(site: Site, post: Post) -> None:
    person = a_person(site)
    seen: list[str] = []

    def count() -> int:
        seen.clear()
        with site.database.reading() as session:
            queries.list_dispatches(session)
            queries.list_messages(session, person)
        return len(seen)

    event.listen(site.database.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    say(site, person, key="0")
    few = count()
    for number in range(1, 12):
        say(site, person, key=str(number))
    assert count() == few


def test_personal_data_is_given_and_erased(site: Site, post: Post) -> None:
    person, other = a_person(site), a_person(site)
    for each in (person, other):
        say(site, each, key=f"uji:{each}")
    send_all(site)
    with site.database.writing() as session:
        (told,) = core_personal_data(session, person)["messages"]
        assert told["subject"] == "Kelas dibuka"
        assert told["sent_by"][0]["state"] == "sent"
        erase_core_personal_data(session, person)
    with site.database.reading() as session:
        assert core_personal_data(session, person)["messages"] == []
        assert len(core_personal_data(session, other)["messages"]) == 1
        assert session.scalar(select(func.count(Dispatch.id))) == 1
