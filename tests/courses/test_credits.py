"""Learning hours in words: at least 20 for PNS, at most 24 for PPPK."""

from __future__ import annotations

from datetime import date

import pytest

from plugins.courses.domain.credits import credit_ref, jp_message

TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("employment", "jp", "year", "state", "share", "text"),
    [
        ("pns", 0, 2026, "open", 0, "Kurang 20 JP sampai 31 Desember 2026."),
        ("pns", 8, 2026, "open", 40, "Kurang 12 JP sampai 31 Desember 2026."),
        ("cpns", 19, 2026, "open", 95, "Kurang 1 JP sampai 31 Desember 2026."),
        ("pns", 20, 2026, "reached", 100, "Minimal 20 JP untuk tahun 2026 sudah terpenuhi."),
        ("pns", 31, 2026, "reached", 100, "Minimal 20 JP untuk tahun 2026 sudah terpenuhi."),
        ("pns", 8, 2025, "open", 40, "Tahun 2025 tercatat 8 JP dari minimal 20 JP."),
        ("pppk", 0, 2026, "open", 0, "Masih bisa 24 JP lagi sampai 31 Desember 2026."),
        ("PPPK", 18, 2026, "open", 75, "Masih bisa 6 JP lagi sampai 31 Desember 2026."),
        ("pppk", 24, 2026, "reached", 100, "Batas 24 JP untuk tahun 2026 sudah tercapai."),
        ("pppk", 27, 2026, "beyond", 100, "3 JP melebihi batas 24 JP. Semua tetap tercatat."),
        ("pppk", 6, 2025, "open", 25, "Tahun 2025 tercatat 6 JP dari maksimal 24 JP."),
    ],
)
def test_hours_are_put_into_words(
    employment: str, jp: int, year: int, state: str, share: float, text: str
) -> None:
    message = jp_message(employment, jp, year, TODAY)
    assert message.text % message.values == text
    assert message.state == state
    assert message.share == pytest.approx(share)
    assert message.jp == jp


@pytest.mark.parametrize("employment", ["pns", "pppk"])
@pytest.mark.parametrize("jp", range(0, 60, 3))
def test_hours_are_never_negative(employment: str, jp: int) -> None:
    message = jp_message(employment, jp, 2026, TODAY)
    assert "-" not in message.text % message.values
    assert min(message.values.values()) >= 0


def test_credit_counts_once_a_year_for_a_version() -> None:
    refs = {credit_ref(1, 5, 2026), credit_ref(1, 5, 2027), credit_ref(1, 6, 2026)}
    assert len(refs | {credit_ref(2, 5, 2026)}) == 4
    assert credit_ref(1, 5, 2026) in refs
