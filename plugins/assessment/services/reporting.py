"""Use-case: compute the report of an instrument version, in the background (lesson T38)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import now
from plugins.assessment.domain.psychometrics import (
    Analysis,
    ItemFigures,
    TooFew,
    analyse,
    analyse_choices,
    difficulty_band,
    discrimination_band,
    group_bias,
)
from plugins.assessment.models import Attempt, AttemptItem, Report
from plugins.assessment.queries.responses import Sample, Taker, samples

ITEMS = "items"
BORN_BEFORE = 1970
"""The group of the founding report: those born before 1970."""


def make_report(
    session: Session,
    version_id: int,
    by: int | None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Report:
    """Compute all classical figures of an instrument version and store them."""
    found = samples(session, version_id)
    exposure = _exposure(session, version_id)
    parts = []
    for place, sample in enumerate(found):
        progress(place, len(found))
        parts.append(_part(sample, exposure))
    n = max((len(sample.takers) for sample in found), default=0)
    report = Report(
        instrument_version_id=version_id,
        kind=ITEMS,
        n=n,
        figures={"n": n, "parts": parts},
        created_at=now(session),
        created_by=by,
    )
    session.add(report)
    session.flush()
    return report


def _part(sample: Sample, exposure: Mapping[int, float]) -> dict[str, Any]:
    """Give the figures of one competency as plain values."""
    analysis = analyse(sample.matrix)
    options = _options(sample)
    bias = {name: _bias(sample, focal) for name, focal in GROUPS.items()}
    return {
        "competency": sample.competency,
        "n": len(sample.takers),
        **{name: getattr(analysis, name) for name in ("alpha", "alpha_low", "alpha_high")},
        **{name: getattr(analysis, name) for name in ("mean", "sd", "sem")},
        "items": [
            {
                "code": item.code,
                "version": item.version,
                "stem": item.stem,
                "key": item.key_text,
                **_item(figures, options.get(item.id)),
                "exposure": exposure.get(item.item_version_id),
                "bias": {name: found[item.id] for name, found in bias.items() if item.id in found},
            }
            for item, figures in zip(sample.items, analysis.items, strict=True)
        ],
    }


def _options(sample: Sample) -> dict[str, ItemFigures]:
    """Analyse the options of one-option questions; the key can only be checked there."""
    choices, key, offered = sample.choices()
    if not key or not choices.rows:
        return {}
    analysis: Analysis = analyse_choices(choices, key, offered)
    return {item.id: item for item in analysis.items}


def _item(figures: ItemFigures, with_options: ItemFigures | None) -> dict[str, Any]:
    best = with_options or figures
    return {
        "n": figures.n,
        "p": figures.p,
        "p_band": None if figures.p is None else difficulty_band(figures.p),
        "item_rest": figures.item_rest,
        "d": figures.d,
        "d_band": None if figures.d is None else discrimination_band(figures.d),
        "alpha_if_dropped": figures.alpha_if_dropped,
        "flags": list(dict.fromkeys((*figures.flags, *best.flags))),
        "suspect": best.suspect,
        "options": [asdict(option) for option in best.options],
    }


# -- groups --------------------------------------------------------------------------------------


def _is_woman(taker: Taker) -> bool:
    return taker.sex == "P"


def _is_older(taker: Taker) -> bool:
    return taker.birth_date is not None and taker.birth_date.year < BORN_BEFORE


GROUPS: dict[str, Callable[[Taker], bool]] = {
    "perempuan": _is_woman,  # i18n
    "lahir sebelum 1970": _is_older,  # i18n
}


def _bias(sample: Sample, is_focal: Callable[[Taker], bool]) -> dict[str, dict[str, Any]]:
    """Compare a group with the others; nothing where either has fewer than 100 people."""
    focal: Sequence[bool] = [is_focal(taker) for taker in sample.takers]
    try:
        found = group_bias(sample.matrix, focal)
    except TooFew:
        return {}
    return {each.item: {"ets": each.ets, "delta": each.delta} for each in found}


def _exposure(session: Session, version_id: int) -> dict[int, float]:
    """Give item version id → the share of attempts in which it was asked."""
    own = Attempt.instrument_version_id == version_id
    total = session.scalar(select(func.count()).select_from(Attempt).where(own)) or 0
    query = (
        select(AttemptItem.item_version_id, func.count())
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(own)
        .group_by(AttemptItem.item_version_id)
    )
    return {item: count / total for item, count in session.execute(query)}
