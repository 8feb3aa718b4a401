"""What an invented person sees of a page, and what the report makes of times."""

from __future__ import annotations

import pytest

from lms.rehearsal.page import Form, read_page
from lms.rehearsal.report import percentile

PAGE = """<header><a class="btn" href="/bukan">x</a></header>
<main id="isi" data-page="assessment.show_question"><h1>Soal 5 dari 30</h1>
<form method="post" action="/lain"><button class="btn plain">Keluar</button></form>
<form method="post"><input type="hidden" name="seq" value="1">
<label class="choice"><input type="radio" name="j" value="a"><span>Satu &amp; dua</span></label>
<label class="choice"><input type="radio" name="j" value="b" checked><span>Tiga</span></label>
<input type="checkbox" name="flag">
<button class="btn second" name="go" value="back">Kembali</button>
<button class="btn" name="go" value="next">Lanjut</button></form>
<ol><li data-n="1" data-answer="b">1</li><li data-n="2" data-answer="">2</li></ol></main>"""


def test_page_is_read_as_a_person_uses_it() -> None:
    page = read_page("/x", 200, PAGE)
    assert (page.name, page.heading) == ("assessment.show_question", "Soal 5 dari 30")
    form = page.primary
    assert isinstance(form, Form)
    assert form.values == {"seq": "1", "j": "b"}
    assert form.choices == [("j", "a", "Satu & dua"), ("j", "b", "Tiga")]
    assert form.submit == {"go": "next"}
    assert page.answers == {1: "b", 2: ""}


def test_filled_link_is_the_way_on_and_outlined_ones_are_not() -> None:
    html = (
        '<main data-page="home.home"><a class="btn second" href="/b">B</a>'
        '<a class="btn" href="/a">A</a></main>'
    )
    assert read_page("/", 200, html).primary == "/a"


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([], 95, 0.0), ([7.0], 50, 7.0), ([1.0, 2.0, 3.0, 4.0], 50, 2.0), ([1.0, 2.0], 99, 2.0)],
)
def test_percentile_is_the_nearest_rank(values: list[float], share: float, found: float) -> None:
    assert percentile(values, share) == found
