"""Psychometrics: pure functions from answers to figures (docs/explanation/measurement.md).

What to use for what:

- a matrix of answers: `responses`, or from a CSV file `read_responses`, `read_choices`, `read_key`,
  `spelled_alike`;
- do the questions work: `analyse`, `analyse_choices`, `difficulty_band`, `discrimination_band`;
- parameters of items: `calibrate`, `allowed_models`; raises `TooFew` (`n`, `needed`);
- a person's theta: `eap`, `percent_of` (theta in percent of a reference form),
  `theta_of_percent`, `standard_error`, `form_information`;
- an adaptive test: `next_item`, `is_complete` with `Plan`, `BankItem`, `Exposure`;
- a gain: `gain_between` (theta), `gain_of_shares` (right of n), `gain_by_reliability`,
  `group_gain`, `gain_against`;
- forms and groups: `link`, `group_bias`, `mantel_haenszel`, `exposure_figures`, `aiken_v`.

Only `calibrate` needs numpy, and imports it when it is called.
"""

from __future__ import annotations

from plugins.assessment.domain.psychometrics.adaptive import (
    BankItem,
    Exposure,
    Plan,
    is_complete,
    next_item,
)
from plugins.assessment.domain.psychometrics.agreement import Agreement, aiken_v
from plugins.assessment.domain.psychometrics.bias import (
    Bias,
    EtsClass,
    Table,
    group_bias,
    mantel_haenszel,
)
from plugins.assessment.domain.psychometrics.calibration import (
    NOTES,
    CalibratedItem,
    Calibration,
    Note,
    SlopePrior,
    calibrate,
)
from plugins.assessment.domain.psychometrics.change import (
    Gain,
    change_index,
    gain_against,
    gain_between,
    gain_by_regression,
    gain_by_reliability,
    gain_of_shares,
    group_gain,
    smallest_reliable_gain,
)
from plugins.assessment.domain.psychometrics.classical import (
    Analysis,
    ItemFigures,
    analyse,
    analyse_choices,
    options_in_use,
)
from plugins.assessment.domain.psychometrics.csv_files import (
    BadFile,
    read_choices,
    read_key,
    read_responses,
    spelled_alike,
)
from plugins.assessment.domain.psychometrics.exposure import ExposureFigures, exposure_figures
from plugins.assessment.domain.psychometrics.flags import (
    DIFFICULTY,
    DISCRIMINATION,
    FLAGS,
    Flag,
    OptionFigures,
    difficulty_band,
    discrimination_band,
)
from plugins.assessment.domain.psychometrics.guard import (
    GROUP_NEEDED,
    MODELS,
    NEEDED,
    Model,
    TooFew,
    allowed_models,
    check_groups,
    check_model,
)
from plugins.assessment.domain.psychometrics.irt import (
    METRIC,
    Estimate,
    ItemParameters,
    eap,
    expected_percent,
    form_information,
    information,
    percent_of,
    probability,
    standard_error,
    theta_of_percent,
)
from plugins.assessment.domain.psychometrics.linking import (
    Link,
    TooFewAnchors,
    anchors_needed,
    link,
)
from plugins.assessment.domain.psychometrics.reliability import (
    Reliability,
    alpha_interval,
    alpha_of,
    measurement_error,
)
from plugins.assessment.domain.psychometrics.responses import (
    Choices,
    Responses,
    Score,
    responses,
)

__all__ = [
    "DIFFICULTY",
    "DISCRIMINATION",
    "FLAGS",
    "GROUP_NEEDED",
    "METRIC",
    "MODELS",
    "NEEDED",
    "NOTES",
    "Agreement",
    "Analysis",
    "BadFile",
    "BankItem",
    "Bias",
    "CalibratedItem",
    "Calibration",
    "Choices",
    "Estimate",
    "EtsClass",
    "Exposure",
    "ExposureFigures",
    "Flag",
    "Gain",
    "ItemFigures",
    "ItemParameters",
    "Link",
    "Model",
    "Note",
    "OptionFigures",
    "Plan",
    "Reliability",
    "Responses",
    "Score",
    "SlopePrior",
    "Table",
    "TooFew",
    "TooFewAnchors",
    "aiken_v",
    "allowed_models",
    "alpha_interval",
    "alpha_of",
    "analyse",
    "analyse_choices",
    "anchors_needed",
    "calibrate",
    "change_index",
    "check_groups",
    "check_model",
    "difficulty_band",
    "discrimination_band",
    "eap",
    "expected_percent",
    "exposure_figures",
    "form_information",
    "gain_against",
    "gain_between",
    "gain_by_regression",
    "gain_by_reliability",
    "gain_of_shares",
    "group_bias",
    "group_gain",
    "information",
    "is_complete",
    "link",
    "mantel_haenszel",
    "measurement_error",
    "next_item",
    "options_in_use",
    "percent_of",
    "probability",
    "read_choices",
    "read_key",
    "read_responses",
    "responses",
    "smallest_reliable_gain",
    "spelled_alike",
    "standard_error",
    "theta_of_percent",
]
