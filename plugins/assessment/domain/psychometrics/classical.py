"""Classical item analysis: how hard each item is, how it separates, how its options work.

All of it is advice: many easy items are right in a check of basics, and nothing is dropped by
itself. Correlations take the persons who answered the item; their rest score is the share of
their *other* answers that is right, which for complete answers is the usual rest score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from plugins.assessment.domain.psychometrics.correlation import correlate
from plugins.assessment.domain.psychometrics.flags import (
    Flag,
    OptionFigures,
    better_option,
    item_flags,
)
from plugins.assessment.domain.psychometrics.reliability import Covariances, measurement_error
from plugins.assessment.domain.psychometrics.responses import Choices, Responses

GROUP_SHARE = 0.27
"""Upper and lower group of the D index (Kelley 1939)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigures:
    """The classical figures of one item; None where nothing varies.

    `suspect` names the option that may be the right one where the key looks wrong.
    """

    id: str
    n: int
    p: float | None
    item_rest: float | None
    item_total: float | None
    d: float | None
    alpha_if_dropped: float | None
    flags: tuple[Flag, ...]
    options: tuple[OptionFigures, ...] = ()
    suspect: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The classical figures of a test and its items."""

    n: int
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    mean: float
    sd: float
    sem: float | None
    items: tuple[ItemFigures, ...]


def analyse(matrix: Responses) -> Analysis:
    """Analyse right and wrong answers (or partial credit)."""
    return _analysis(matrix, [()] * len(matrix.items))


def analyse_choices(
    choices: Choices,
    key: Mapping[str, str],
    options: Mapping[str, Sequence[str]] | None = None,
) -> Analysis:
    """Analyse chosen options with the key, distractors too.

    `options` names all options of an item, also those nobody chose; without it they are those
    that were chosen.
    """
    matrix, columns = choices.scored(key), zip(*choices.rows, strict=True)
    offered = options or {}
    work = []
    for item, column in zip(choices.items, columns, strict=True):
        names = sorted({*offered.get(item, ()), key[item], *filter(None, column)})
        work.append(tuple(_Option(name, name == key[item], column) for name in names))
    return _analysis(matrix, work)


def options_in_use(choices: Choices, key: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Tell which options each item seems to offer, where nothing but the answers is known.

    Items that have an option in common (the letters A to D, or true and false) are taken to offer
    the same ones. So a distractor that nobody chose is seen too.
    """
    families: list[set[str]] = []
    for item, column in zip(choices.items, zip(*choices.rows, strict=True), strict=True):
        joined = {key[item], *filter(None, column)}
        for family in [each for each in families if each & joined]:
            families.remove(family)
            joined |= family
        families.append(joined)
    return {
        item: tuple(sorted(next(each for each in families if key[item] in each)))
        for item in choices.items
    }


@dataclass(frozen=True, slots=True)
class _Option:
    name: str
    is_key: bool
    chosen: Sequence[str | None]


def _analysis(matrix: Responses, options: Sequence[Sequence[_Option]]) -> Analysis:
    together, persons = Covariances(matrix), _Persons(matrix)
    reliability, sd = together.reliability(), together.sd
    items = []
    for index, item in enumerate(matrix.items):
        seen = persons.seen(index)
        figures = tuple(seen.option(option) for option in options[index])
        items.append(seen.figures(item, figures, together.alpha_without(index)))
    alpha = reliability.alpha
    return Analysis(
        n=matrix.n,
        alpha=alpha,
        alpha_low=reliability.low,
        alpha_high=reliability.high,
        mean=together.mean,
        sd=sd,
        sem=None if alpha is None else measurement_error(sd, alpha),
        items=tuple(items),
    )


class _Persons:
    """How many items each row answered and how many points it has."""

    def __init__(self, matrix: Responses) -> None:
        self.counts = matrix.counts
        self.columns = matrix.columns()
        given = [[score for score in row if score is not None] for row in matrix.rows]
        self.answered = [len(scores) for scores in given]
        self.points = [sum(scores) for scores in given]

    def seen(self, index: int) -> _Seen:
        """Take the rows that answered an item."""
        column = self.columns[index]
        rows = [row for row, score in enumerate(column) if score is not None]
        return _Seen(self, rows, [score for score in column if score is not None])


class _Seen:
    """One item and the rows that answered it."""

    def __init__(self, persons: _Persons, rows: Sequence[int], scores: Sequence[float]) -> None:
        self._rows, self._scores = rows, scores
        self._counts = [persons.counts[row] for row in rows]
        points = [persons.points[row] for row in rows]
        answered = [persons.answered[row] for row in rows]
        self._totals = [p / a for p, a in zip(points, answered, strict=True)]
        # Who answered nothing else has no rest score and stays out of the correlations.
        self._others = [c if a > 1 else 0 for c, a in zip(self._counts, answered, strict=True)]
        self._rests = [
            (p - score) / (a - 1) if a > 1 else 0.0
            for p, score, a in zip(points, scores, answered, strict=True)
        ]
        self.n = sum(self._counts)

    def option(self, option: _Option) -> OptionFigures:
        """Give the share and the rest correlation of one option."""
        chose = [float(option.chosen[row] == option.name) for row in self._rows]
        share = sum(map(mul, chose, self._counts)) / self.n if self.n else 0.0
        return OptionFigures(
            option=option.name,
            share=share,
            rest=correlate(chose, self._rests, self._others),
            is_key=option.is_key,
        )

    def figures(
        self, item: str, options: tuple[OptionFigures, ...], alpha_if_dropped: float | None
    ) -> ItemFigures:
        """Put the figures of the item together."""
        p = sum(map(mul, self._scores, self._counts)) / self.n if self.n else None
        rest = correlate(self._scores, self._rests, self._others)
        suspect = better_option(rest, options, sum(self._others))
        return ItemFigures(
            id=item,
            n=self.n,
            p=p,
            item_rest=rest,
            item_total=correlate(self._scores, self._totals, self._others),
            d=self._upper_lower(),
            alpha_if_dropped=alpha_if_dropped,
            flags=tuple(item_flags(p, rest, sum(self._others), options, suspect)),
            options=options,
            suspect=suspect,
        )

    def _upper_lower(self) -> float | None:
        """Give D: the share right in the upper 27 % less that in the lower 27 %."""
        if self.n < 2:
            return None
        return self._share_right(-1) - self._share_right(1)

    def _share_right(self, sign: int) -> float:
        """Give the share right among the first 27 %; who ties at the edge counts in part."""
        size = left = GROUP_SHARE * self.n
        right = 0.0
        tied: defaultdict[float, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for total, score, count in zip(self._totals, self._scores, self._counts, strict=True):
            cell = tied[round(total, 9)]
            cell[0] += count
            cell[1] += count * score
        for total in sorted(tied, key=lambda value: sign * value):
            persons, points = tied[total]
            taken = min(persons, left)
            right += points * taken / persons if persons else 0.0
            left -= taken
        return right / size
