"""Use-case: give questions of the bank as a file that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from lms import Invalid
from plugins.assessment.domain.formats import (
    ExportedItem,
    write_gift,
    write_qti,
    write_workbook,
)
from plugins.assessment.domain.formats.gift.writing import WRITERS as GIFT_KINDS
from plugins.assessment.domain.formats.qti.bodies import BODIES as QTI_KINDS
from plugins.assessment.domain.formats.rows import WRITERS as ROW_KINDS
from plugins.assessment.queries.bank import BankFilter
from plugins.assessment.queries.exporting import MOST, exported_items

OutFormat = Literal["xlsx", "gift", "qti"]

TOO_MANY = "Lebih dari 2.000 soal. Saring dulu, lalu ekspor lagi."
TOO_MANY_FILES = "Lebih dari 499 soal. Saring dulu, lalu ekspor lagi."
NOTHING = "Tidak ada soal yang bisa diekspor."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    write: Callable[[Iterable[ExportedItem]], bytes]
    kinds: frozenset[str]
    most: int
    too_many: str
    suffix: str
    mimetype: str


WRITERS: dict[OutFormat, _Writer] = {
    "xlsx": _Writer(
        write=write_workbook,
        kinds=frozenset(ROW_KINDS),
        most=MOST,
        too_many=TOO_MANY,
        suffix=".xlsx",
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "gift": _Writer(
        write=write_gift,
        kinds=frozenset(GIFT_KINDS),
        most=MOST,
        too_many=TOO_MANY,
        suffix=".gift.txt",
        mimetype="text/plain; charset=utf-8",
    ),
    "qti": _Writer(
        write=write_qti,
        kinds=frozenset(QTI_KINDS),
        most=499,
        too_many=TOO_MANY_FILES,
        suffix=".zip",
        mimetype="application/zip",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A file with questions: its content, how many are in it, codes that the format cannot hold."""

    content: bytes
    count: int
    left_out: tuple[str, ...]
    suffix: str
    mimetype: str


def export_items(session: Session, form: OutFormat, wanted: BankFilter) -> Export:
    """Write the newest versions of the filtered questions; one statement.

    At most as many as an import takes: 2,000, and 499 files in a ZIP with its manifest. Raises
    Invalid when there are more, or none that the format can hold.
    """
    found = exported_items(session, wanted)
    writer = WRITERS[form]
    if len(found) > writer.most:
        raise Invalid(writer.too_many)
    fit = [item for item in found if item.draft.kind in writer.kinds]
    if not fit:
        raise Invalid(NOTHING)
    return Export(
        content=writer.write(fit),
        count=len(fit),
        left_out=tuple(item.code for item in found if item.draft.kind not in writer.kinds),
        suffix=writer.suffix,
        mimetype=writer.mimetype,
    )
