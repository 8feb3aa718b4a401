"""The blueprint of the plan's pages, and words that its templates share."""

from __future__ import annotations

from lms.web import _, plugin_blueprint

blueprint = plugin_blueprint("courses_plans", "plugins.courses", url_prefix="/pelatihan/rencana")

STATES = {  # i18n
    "draft": "Draf",
    "waiting": "Sedang dihitung",
    "solved": "Sudah dihitung",
    "stopped": "Berhenti",
    "adopted": "Disetujui",
}
QUALITY = {  # i18n
    "optimal": "Ini rencana terbaik yang mungkin.",
    "feasible": "Rencana ini paling jauh %(gap)s dari yang terbaik.",
    "time_limit": "Waktu habis. Rencana ini paling jauh %(gap)s dari yang terbaik.",
    "greedy": "Dihitung dengan cara cepat. Mungkin ada rencana yang lebih baik.",
    "infeasible": "Jumlah kelas yang ditetapkan tidak bisa dipenuhi.",
}


@blueprint.app_template_filter("plan_state")
def state_word(state: str) -> str:
    """Give the word for a plan's state in the reader's language."""
    return _(STATES[state])


def quality(status: str, gap: float | None) -> str:
    """Say how good a plan is; `gap` is in percent."""
    if gap is None and status in ("feasible", "time_limit"):
        return _(QUALITY["greedy"])
    shown = "" if gap is None else f"{gap:.2f}".replace(".", ",") + "\N{NO-BREAK SPACE}%"
    return _(QUALITY[status], gap=shown) if status in QUALITY else ""
