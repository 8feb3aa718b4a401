"""Tables of the plugin."""

from __future__ import annotations

from plugins.courses.models.activities import (
    Coaching,
    CoachingMeeting,
    CoachOffer,
    LearningForm,
    OutsideLearning,
)
from plugins.courses.models.authoring import Draft, DraftFile, DraftModule, ReviewNote, Revision
from plugins.courses.models.catalogue import Course, CourseVersion, Media, Module, Step, Teaches
from plugins.courses.models.classes import (
    LIVE_SEATS,
    Attendance,
    ClassTrainer,
    Meeting,
    Seat,
    SeatMove,
    TrainingClass,
)
from plugins.courses.models.credits import Credit
from plugins.courses.models.learning import (
    LIVE,
    Enrolment,
    EnrolmentGap,
    Objection,
    StepProgress,
)
from plugins.courses.models.plans import Budget, PlanPlace, TrainingPlan, UnitCost
from plugins.courses.models.reminders import Reminder
from plugins.courses.models.rules import Rule, RuleEffect, RuleRun

__all__ = [
    "LIVE",
    "LIVE_SEATS",
    "Attendance",
    "Budget",
    "ClassTrainer",
    "CoachOffer",
    "Coaching",
    "CoachingMeeting",
    "Course",
    "CourseVersion",
    "Credit",
    "Draft",
    "DraftFile",
    "DraftModule",
    "Enrolment",
    "EnrolmentGap",
    "LearningForm",
    "Media",
    "Meeting",
    "Module",
    "Objection",
    "OutsideLearning",
    "PlanPlace",
    "Reminder",
    "ReviewNote",
    "Revision",
    "Rule",
    "RuleEffect",
    "RuleRun",
    "Seat",
    "SeatMove",
    "Step",
    "StepProgress",
    "Teaches",
    "TrainingClass",
    "TrainingPlan",
    "UnitCost",
]
