"""A trainer writes a module, it is reviewed and published, a learner on a phone finishes it."""

from __future__ import annotations

import re
import struct
import zlib

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import LAPTOP, PHONE, Served, Tab

pytestmark = pytest.mark.browser
WORDS = """Kunci layar setiap kali Anda pergi.

## Caranya

Tekan **Win** dan **L** bersamaan.

::: ingat
Layar mati belum tentu terkunci.
:::

"""


def _picture() -> bytes:
    """Make a small PNG by hand: 40 × 30 points of one colour."""

    def part(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)
    lines = (b"\0" + b"\x21\x43\x7a" * 40) * 30
    parts = (part(b"IHDR", head), part(b"IDAT", zlib.compress(lines)), part(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _tab(browser: Browser, size: dict[str, int], *, script: bool) -> Tab:
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        locale="id-ID",
        java_script_enabled=script,
    )
    return Tab(context, size["width"])


def _write(tab: Tab, home: str, title: str) -> str:
    """Write a course with one module, a picture and a check question; give its address."""
    page = tab.page
    tab.go(f"{home}/pelatihan/tulis/baru")
    page.get_by_label("Judul").fill(title)
    page.get_by_role("button", name="Buat draf").click()
    tab.look()
    course = page.url
    page.get_by_label("Judul modul baru").fill("Mengunci layar")
    page.get_by_role("button", name="Tambah modul").click()
    page.locator("#source").fill(WORDS)
    page.get_by_text("Masukkan gambar, video, atau lampiran").click()
    picture = {"name": "Layar.png", "mimeType": "image/png", "buffer": _picture()}
    page.locator("#file").set_input_files(picture)  # type: ignore[arg-type]
    page.locator("#alt").fill("Layar komputer dengan gambar gembok")
    page.get_by_role("button", name="Masukkan berkas").click()
    expect(page.locator("#source")).to_have_value(_containing("](media/layar.png)"))
    page.get_by_role("button", name="Sisipkan soal").click()
    tab.look()
    page.locator("main ul.rows button").first.click()
    expect(page.locator("#source")).to_have_value(_containing("::: soal "))
    tab.look()
    page.get_by_role("button", name="Simpan draf").click()
    return course


def _containing(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))


def _describe(tab: Tab, course: str) -> None:
    page = tab.page
    tab.go(f"{course}/keterangan")
    page.locator("[name=summary]").fill("Anda bisa mengunci layar. 30 menit (1 JP).")
    page.locator("[name=jp]").fill("1")
    page.locator("[name=objectives]").fill("Mengunci layar setiap kali pergi")
    page.locator("#k0").select_option("D4")
    page.get_by_role("button", name="Simpan keterangan").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_module_is_written_reviewed_published_and_finished(
    browser: Browser, served: Served, script: bool
) -> None:
    home = f"{served.url}/cilegon"
    title = f"Layar yang terkunci, {'dengan' if script else 'tanpa'} skrip"
    tabs = [_tab(browser, size, script=script) for size in (LAPTOP, LAPTOP, PHONE)]
    trainer, officer, learner = tabs
    if not script:
        for tab in tabs:
            tab.look = lambda shot="": None  # type: ignore[method-assign]  # axe is a script
    trainer.log_in(served.url, served.account("cilegon", "trainer"))
    course = _write(trainer, home, title)
    _describe(trainer, course)
    trainer.go(course)
    trainer.page.get_by_role("link", name="Kirim untuk diperiksa").click()
    trainer.look()
    trainer.page.get_by_role("button", name="Kirim untuk diperiksa").click()

    officer.log_in(served.url, served.account("cilegon", "officer"))
    officer.go(f"{home}/pelatihan/periksa/")
    officer.page.get_by_role("link", name=title, exact=True).click()
    officer.look()
    officer.page.get_by_role("link", name="Modul 1: Mengunci layar").click()
    officer.look()
    officer.page.go_back()
    officer.page.get_by_role("link", name="Setujui dan terbitkan").click()
    officer.look()
    officer.page.get_by_role("button", name="Ya, terbitkan").click()
    officer.look()

    expect(officer.page.locator("main [role=status]").first).to_contain_text("terbit")
    learner.log_in(served.url, served.account("cilegon", "learner", "certified"))
    slug = course.rstrip("/").rpartition("/")[2]
    learner.go(f"{home}/pelatihan/katalog/{slug}")
    learner.press()
    if learner.page.get_by_role("button", name="Mulai belajar").count():
        learner.press()
    learner.press()
    _practise(learner)
    learner.press()
    expect(learner.page.locator("h1")).to_have_text("Pelatihan selesai")
    expect(learner.page.locator("main")).to_contain_text("Anda mendapat 1 JP")
    assert [line for tab in tabs for line in tab.complaints] == []
    for tab in tabs:
        tab.page.context.close()


def _practise(tab: Tab) -> None:
    """Look at the picture and try the check question; what it says blocks nothing."""
    page = tab.page
    picture = page.locator("main img").first
    expect(picture).to_have_attribute("alt", "Layar komputer dengan gambar gembok")
    page.get_by_role("button", name="Periksa jawaban").click()
    expect(page.locator("main")).to_contain_text("Pilih")
