"""Why a course was assigned: one sentence of at most 25 words."""

from __future__ import annotations

from collections.abc import Sequence

MOST_WORDS = 25


def evidence_words(kind: str, source: str, *, again: bool) -> str:
    """Name the evidence that a reason rests on, in plain words.

    `kind` is measured, supervisor or self; `source` is the text on the evidence; `again` tells
    that the gap was open before.
    """
    if kind == "supervisor":
        return "penilaian atasan"
    if kind == "self":
        return "penilaian diri"
    plain = source.casefold()
    if "nasional" in plain or "cact" in plain:
        return "hasil tes komputer nasional"
    if "ulang" in plain:
        return "hasil tes ulang"
    if "tes awal" in plain or "soal tambahan" in plain:
        return "hasil tes ulang" if again else "hasil tes awal"
    return "hasil penilaian"


def reason(evidence: str, name: str, level: int | None, required: int) -> str:
    """Say in one sentence why a competency needs a course."""
    text = (
        f"Karena {evidence} Anda pada {name} ada di tingkat {level}, "
        f"sedangkan jabatan Anda meminta tingkat {required}."
    )
    if level is None:
        text = f"Karena jabatan Anda meminta tingkat {required} pada {name}."
    if len(text.split()) <= MOST_WORDS:
        return text
    return (
        f"Karena {evidence} Anda ada di tingkat {level}, "
        f"sedangkan jabatan Anda meminta tingkat {required}."
    )


SHORT = ", kami pilih pelatihan singkat yang berguna sampai Anda purnatugas "


def short_reason(evidence: str, name: str, level: int | None, required: int, until: str) -> str:
    """Say in one sentence why someone who retires soon gets this course; `until` is a month."""
    text = f"Karena {evidence} Anda pada {name} di tingkat {level} dari {required}"
    if level is None or len(f"{text}{SHORT}{until}".split()) > MOST_WORDS:
        text = f"Karena jabatan Anda meminta tingkat {required} pada {name}"
    return f"{text}{SHORT}{until}."


def nothing_short(until: str) -> str:
    """Say why someone who retires soon gets no further course."""
    return f"Anda purnatugas {until}, jadi tidak kami tambahkan pelatihan lain. Terima kasih."


def joint_reason(reasons: Sequence[str]) -> str:
    """Say in one sentence why a course was assigned for one gap or for several."""
    different = list(dict.fromkeys(reasons))
    if len(different) == 1:
        return different[0]
    start = f"Karena {len(different)} kemampuan Anda masih di bawah tingkat yang diminta jabatan"
    endings = {text.partition(SHORT)[2] for text in different}
    ending = endings.pop() if len(endings) == 1 else ""
    return f"{start}{SHORT}{ending}" if ending else f"{start} Anda."
