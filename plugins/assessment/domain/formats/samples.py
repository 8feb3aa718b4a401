"""The template for authors: one example of each kind of question that a row can hold."""

from __future__ import annotations

from plugins.assessment.domain.formats import drafts
from plugins.assessment.domain.formats.drafts import Choice, Frame
from plugins.assessment.domain.formats.values import ExportedItem
from plugins.assessment.domain.formats.workbook import write_workbook
from plugins.assessment.domain.questions import ItemDraft


def template_workbook(competency: str) -> bytes:
    """Give a workbook with examples of a competency, to write over."""
    return write_workbook(
        ExportedItem(code="", draft=draft, competency=competency) for draft in _samples()
    )


def _frame(stem: str, explanation: str = "", level: int = 1) -> Frame:
    return Frame(stem=stem, explanation=explanation, level=level, tags=("contoh",))


def _choices(*texts: str, weights: tuple[float, ...] = (1,)) -> list[Choice]:
    padded = (*weights, *(0.0 for _ in texts))
    return [Choice(text=text, weight=weight) for text, weight in zip(texts, padded, strict=False)]


def _samples() -> list[ItemDraft]:
    steps = ["Putuskan jaringan", "Lapor kepada tim TI", "Pulihkan dari cadangan"]
    return [
        drafts.one_right(
            _frame("Bu Rina lupa folder laporannya. Cara mana yang paling cepat?", "Pakai cari."),
            _choices("Mengetik sebagian namanya di pencarian", "Membuka semua folder"),
        ),
        drafts.several_right(
            _frame("Mana yang termasuk data pribadi?", level=2),
            _choices("NIK", "Nomor ponsel", "Alamat kantor dinas", weights=(1, 1)),
        ),
        drafts.true_false(_frame("Alamat situs pemerintah daerah berakhiran go.id."), key=True),
        drafts.matching(
            _frame("Pasangkan aplikasi dengan gunanya."),
            [("Pengolah angka", "Menghitung anggaran"), ("Pengolah kata", "Menulis surat")],
            ["Memotret"],
        ),
        drafts.ordering(_frame("Urutkan langkah saat laptop terkena virus.", level=2), steps),
        drafts.short_text(_frame("Ekstensi dokumen yang sulit diubah adalah …"), ["pdf", ".pdf"]),
        drafts.numeric(_frame("Berapa MB dalam satu GB?"), 1024, 24, "MB"),
        drafts.one_right(
            _frame("Rekan meminta kata sandi Anda. Apa tindakan terbaik?", level=3),
            _choices(
                "Menolak dan menawarkan bantuan lain",
                "Menolak saja",
                "Memberikannya",
                weights=(1, 1 / 3),
            ),
        ),
        drafts.scale(
            _frame("Seberapa sering Anda mencadangkan berkas?"),
            ["Belum pernah", "Kadang-kadang", "Sering", "Selalu"],
        ),
    ]
