"""Reads the folders `questions` and `instruments` of a content pack; twice changes nothing."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import Invalid
from lms.models import Competency, CutScoreRule, Framework
from plugins.assessment.domain import ItemDraft
from plugins.assessment.domain.types.packs import item_from_table
from plugins.assessment.models import UNTESTED
from plugins.assessment.services.bank import save_item
from plugins.assessment.services.instruments import InstrumentSpec, LineSpec, save_instrument
from plugins.assessment.services.pictures import store_pack_picture
from plugins.assessment.services.stages import Delivery

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
MEDIA = re.compile(r"media/[A-Za-z0-9][A-Za-z0-9._-]*")
LINE_KEYS = {"measures", "draws_from", "rule", "pre", "retest", "extra", "trial"}


def read_questions(session: Session, folder: Path) -> int:
    """Store the questions of all files; give how many questions or versions are new."""
    return sum(_read_file(session, path) for path in sorted(folder.glob("*.toml")))


def _read_file(session: Session, path: Path) -> int:
    data = _toml(path)
    try:
        competency_id = competency(session, data["competency"], data.get("framework"))
        items: list[dict[str, Any]] = data["item"]
    except KeyError as error:
        raise Invalid(f"{path.name}: {error.args[0]!r} belum diisi.") from error
    status = data.get("status", UNTESTED)
    return sum(_read_item(session, path, item, competency_id, status) for item in items)


def _read_item(
    session: Session, path: Path, item: dict[str, Any], competency_id: int, status: str
) -> int:
    """Store one question; whatever is wrong with it names the file and the question."""
    code = str(item.get("code", ""))
    try:
        if not CODE.fullmatch(code):
            raise ValueError("code harus berupa huruf dan angka, misalnya D1-01.")
        draft = _with_picture(session, path, item_from_table(item))
        return save_item(session, code, competency_id, draft, status=status, keep_tags=True)
    except KeyError as error:
        raise Invalid(f"{path.name}: {code}: {error.args[0]!r} belum diisi.") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(f"{path.name}: {code}: {error}") from error
    except Invalid as error:
        raise Invalid(f"{path.name}: {code}: {error.message}", error.reasons) from error


def _with_picture(session: Session, path: Path, draft: ItemDraft) -> ItemDraft:
    """Put the picture `media/<name>` of the pack into the file store, and its digest instead."""
    image = str(draft.content.get("image", ""))
    if not image:
        return draft
    if not MEDIA.fullmatch(image):
        raise ValueError(f"gambar {image!r} harus ada di folder media.")
    digest = store_pack_picture(session, path.parent / image)
    return replace(draft, content={**draft.content, "image": digest})


def read_instruments(session: Session, folder: Path) -> int:
    """Store the instruments of all files; give how many versions are new."""
    count = 0
    for path in sorted(folder.glob("*.toml")):
        data = _toml(path)
        try:
            count += save_instrument(session, _instrument(session, path, data))
        except KeyError as error:
            raise Invalid(f"{path.name}: {error.args[0]!r} belum diisi.") from error
    return count


def _instrument(session: Session, path: Path, data: dict[str, Any]) -> InstrumentSpec:
    framework = data.get("framework")
    return InstrumentSpec(
        code=data["code"],
        name=data["name"],
        about=data.get("about", "").strip(),
        lines=tuple(_line(session, path, data, framework, line) for line in data["line"]),
        delivery=Delivery(
            mode=data.get("mode", "draw"),
            limit_minutes=data.get("minutes"),
            min_items=data.get("shortest"),
            max_items=data.get("longest"),
            target_error=data.get("target_error"),
        ),
    )


def _line(
    session: Session, path: Path, data: dict[str, Any], framework: str | None, line: dict[str, Any]
) -> LineSpec:
    _known_keys(path, line, LINE_KEYS)
    sources = line.get("draws_from", [line["measures"]])
    return LineSpec(
        competency_id=competency(session, line["measures"], framework),
        draws_from=tuple(competency(session, code, framework) for code in sources),
        rule_id=_rule(session, line.get("rule") or data["rule"]),
        n_pre=line.get("pre", 0),
        n_retest=line.get("retest", 0),
        n_extra=line.get("extra", 0),
        n_trial=line.get("trial", 0),
    )


def competency(session: Session, code: str, framework: str | None = None) -> int:
    """Give the id of a competency of a current framework; the named framework goes first.

    Raises Invalid when there is none, or when several frameworks have one and none is named.
    """
    query = (
        select(Competency.id, Framework.code)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Competency.code == code, Framework.current)
    )
    found = session.execute(query).all()
    own = [row_id for row_id, owner in found if owner == framework]
    chosen = own or [row_id for row_id, _ in found]
    if len(chosen) != 1:
        reason = "belum ada" if not chosen else "ada di beberapa kerangka"
        raise Invalid(f"Kompetensi {code!r} {reason}.")
    return chosen[0]


def _rule(session: Session, code: str) -> int:
    query = select(CutScoreRule.id).where(CutScoreRule.code == code)
    found = session.scalar(query.order_by(CutScoreRule.version.desc()).limit(1))
    if found is None:
        raise Invalid(f"Aturan batas nilai {code!r} belum ada.")
    return found


def _known_keys(path: Path, values: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(set(values) - known)
    if unknown:
        raise Invalid(f"{path.name}: {', '.join(unknown)} tidak dikenal.")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{path.name}: {error}") from error
