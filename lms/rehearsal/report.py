"""What a rehearsal measured, as JSON and as a table in words."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import asdict, dataclass
from statistics import mean
from typing import Any

from lms.rehearsal.browser import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFigures:
    """Latencies of one step in milliseconds, and the server's CPU per request (mean)."""

    n: int
    errors: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    server_cpu_ms: float | None


class Measures:
    """Collects exchanges from all players."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: dict[str, list[Exchange]] = defaultdict(list)

    def note(self, step: str, exchange: Exchange) -> None:
        """Add one measured exchange to its step."""
        with self._lock:
            self._exchanges[step].append(exchange)

    @property
    def errors(self) -> int:
        """Give how many answers had an error status."""
        return sum(e.status >= 400 for found in self._exchanges.values() for e in found)

    def figures(self) -> dict[str, StepFigures]:
        """Give the figures of each step."""
        return {step: _figures(found) for step, found in sorted(self._exchanges.items())}


def _figures(found: list[Exchange]) -> StepFigures:
    times = sorted(exchange.ms for exchange in found)
    cpu = [exchange.server_ms for exchange in found if exchange.server_ms is not None]
    return StepFigures(
        n=len(found),
        errors=sum(exchange.status >= 400 for exchange in found),
        p50_ms=percentile(times, 50),
        p95_ms=percentile(times, 95),
        p99_ms=percentile(times, 99),
        server_cpu_ms=round(mean(cpu), 2) if cpu else None,
    )


def percentile(ordered: list[float], share: float) -> float:
    """Give the nearest-rank percentile of values in rising order, rounded to 0.1."""
    if not ordered:
        return 0.0
    rank = max(1, -(-len(ordered) * share // 100))
    return round(ordered[int(rank) - 1], 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a rehearsal."""

    people: int
    database: str
    only: str | None
    concurrency: int
    think: float
    counts: dict[str, int]
    steps: dict[str, StepFigures]
    lost_answers: int
    errors: int
    seconds: float
    trouble: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Tell whether everything went as it must."""
        return not (self.errors or self.lost_answers or self.trouble)

    def as_json(self) -> dict[str, Any]:
        """Give the report as JSON can hold it."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Give the report as lines of text."""
        rows = [
            f"{self.people} people on {self.database}, {self.concurrency} at once,"
            f" {self.seconds:.1f} s"
        ]
        rows += [f"  {name:<14}{count:>8}" for name, count in self.counts.items()]
        rows.append(f"{'step':<16}{'n':>8}{'errors':>8}{'p50':>9}{'p95':>9}{'p99':>9}{'cpu':>8} ms")
        for step, s in self.steps.items():
            cpu = "–" if s.server_cpu_ms is None else f"{s.server_cpu_ms:.2f}"
            rows.append(
                f"{step:<16}{s.n:>8}{s.errors:>8}{s.p50_ms:>9}{s.p95_ms:>9}{s.p99_ms:>9}{cpu:>8}"
            )
        rows.append(f"errors {self.errors}, lost answers {self.lost_answers}")
        return rows + [f"  ! {line}" for line in self.trouble[:20]]
