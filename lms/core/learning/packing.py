"""Use-case: write frameworks, standards and rules as a content pack that loads again."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy.orm import Session

from lms.core.errors import Conflict
from lms.core.learning.portable import (
    Data,
    Stored,
    stored_frameworks,
    stored_rules,
    stored_standards,
)
from lms.core.site import site_of
from lms.core.toml import to_toml

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def export_pack(session: Session, folder: Path) -> dict[str, int]:
    """Write a pack into a folder that is new or empty; give part → number written.

    Frameworks and standards are those in force, rule sets all. It is written beside the folder and
    moved there at the end, so that a failing disk leaves nothing. Raises Conflict.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{folder} sudah berisi. Pilih folder yang kosong atau baru.")
    frameworks = [each for each in stored_frameworks(session) if each.current]
    standards = [each for each in stored_standards(session) if each.current]
    rules = [each.data for each in stored_rules(session)]
    parts = {"frameworks": _files(frameworks), "standards": _files(standards)}
    parts["rules"] = {"cut-scores.toml": {"rule": rules}} if rules else {}
    _write(folder, {"": {"pack.toml": _pack(session)}, **parts})
    return {"frameworks": len(frameworks), "standards": len(standards), "rules": len(rules)}


def _files(found: Iterable[Stored]) -> dict[str, Data]:
    return {
        f"{number:02}-{UNSAFE.sub('-', each.code)}.toml": each.data
        for number, each in enumerate(found, 1)
    }


def _pack(session: Session) -> Data:
    config = site_of(session).config
    return {
        "code": config.slug,
        "name": f"Kerangka, standar, dan batas nilai {config.name}",
        "version": 1,
        "language": "id",
    }


def _write(folder: Path, parts: dict[str, dict[str, Data]]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for part, files in parts.items():
            (staging / part).mkdir(exist_ok=True)
            for name, data in files.items():
                (staging / part / name).write_text(to_toml(data), encoding="utf-8")
        staging.chmod(0o755)
        staging.rename(folder)
    except OSError:
        shutil.rmtree(staging, ignore_errors=True)
        raise
