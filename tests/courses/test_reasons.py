"""Why a course was assigned, in words."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from plugins.courses.domain.reasons import MOST_WORDS, evidence_words, joint_reason, reason

FRAMEWORKS = Path(__file__).parents[2] / "content/digital-competence/frameworks"


@pytest.mark.parametrize(
    ("kind", "source", "again", "expected"),
    [
        ("measured", "Tes awal (Asesmen v1), 20 soal", False, "hasil tes awal"),
        ("measured", "Tes ulang (Asesmen v1), 12 soal", False, "hasil tes ulang"),
        ("measured", "Soal tambahan (Asesmen v1), 4 soal", True, "hasil tes ulang"),
        ("measured", "Soal tambahan (Asesmen v1), 4 soal", False, "hasil tes awal"),
        ("measured", "Hasil penilaian, dimasukkan dari a.csv", True, "hasil penilaian"),
        ("measured", "Tes komputer nasional (CACT)", False, "hasil tes komputer nasional"),
        ("measured", "CACT BKN", True, "hasil tes komputer nasional"),
        ("supervisor", "Atasan", False, "penilaian atasan"),
        ("self", "Nilai diri", False, "penilaian diri"),
    ],
)
def test_evidence_is_named(kind: str, source: str, again: bool, expected: str) -> None:
    assert evidence_words(kind, source, again=again) == expected


def test_reason_says_evidence_and_both_levels() -> None:
    assert reason("hasil tes awal", "Literasi digital", 1, 2) == (
        "Karena hasil tes awal Anda pada Literasi digital ada di tingkat 1, "
        "sedangkan jabatan Anda meminta tingkat 2."
    )


def test_reason_without_level_says_what_is_asked() -> None:
    assert reason("hasil tes awal", "Literasi digital", None, 2) == (
        "Karena jabatan Anda meminta tingkat 2 pada Literasi digital."
    )


def names() -> list[str]:
    found = [tomllib.loads(path.read_text()) for path in sorted(FRAMEWORKS.glob("*.toml"))]
    return [competency["name"] for data in found for competency in data["competency"]]


@pytest.mark.parametrize("name", [*names(), "kata " * 30])
def test_reason_is_short_for_every_competency(name: str) -> None:
    text = reason("hasil tes komputer nasional", name, 1, 2)
    assert len(text.split()) <= MOST_WORDS
    assert text.endswith(".")


def test_joint_reason_is_the_only_one_or_counts() -> None:
    assert joint_reason(["Karena A.", "Karena A."]) == "Karena A."
    several = joint_reason(["Karena A.", "Karena B.", "Karena C."])
    assert several.startswith("Karena 3 kemampuan")
    assert len(several.split()) <= MOST_WORDS
