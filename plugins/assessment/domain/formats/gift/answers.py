"""Reads what stands between the braces of a GIFT question, and tells its kind from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from plugins.assessment.domain.formats import drafts
from plugins.assessment.domain.formats.drafts import Choice, Frame
from plugins.assessment.domain.formats.gift.blocks import show
from plugins.assessment.domain.formats.values import UNKNOWN_KIND, Unusable
from plugins.assessment.domain.questions import ItemDraft

Read = Callable[[str], str]
Note = Callable[..., None]

TRUTH = {
    **dict.fromkeys(("T", "TRUE", "B", "BENAR"), True),
    **dict.fromkeys(("F", "FALSE", "S", "SALAH"), False),
}
WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:[.,]\d{1,10})?)%")
ARROW = "->"
MOST_ANSWERS = 100
SEVERAL = re.compile(r"(?=[=~])")
ORDER_WORDS = re.compile(
    r"(?:\d+|ALL|EXACT|RANDOM|REL|CONTIG(?:UOUS)?|HORI(?:ZONTAL)?|VERT(?:ICAL)?|H|V|"
    r"ALL_OR_NOTHING|ABS(?:OLUTE(?:_POSITION)?)?|RELATIVE_[A-Z_]+|LONGEST_[A-Z_]+|"
    r"SHOW|HIDE|TRUE|FALSE|YES|NO|none|123|abc|ABC|iii|III)"
)

PARTLY = "Nilai sebagian untuk jawaban isian tidak disimpan."
WILDCARD = "Jawaban dengan tanda * belum bisa dimasukkan. Tulis jawabannya lengkap."
TOO_MANY_ANSWERS = "Lebih dari 100 jawaban."
STRAY = "Jawaban harus diawali tanda = atau ~."
SEVERAL_NUMBERS = "Lebih dari satu angka yang benar. Tulis satu saja."


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as written: its sign (= or ~), its weight, and its texts still hidden."""

    sign: str
    weight: float | None
    text: str
    feedback: str

    @property
    def share(self) -> float:
        """Give the share of the score: what is written, else 1 for = and 0 for ~."""
        return self.weight if self.weight is not None else float(self.sign == "=")


def answers_draft(
    frame: Frame, body: str, read: Read, own: Mapping[str, str], note: Note
) -> ItemDraft:
    """Make the draft; the first sign of the answers tells the kind."""
    if not body:
        raise Unusable(UNKNOWN_KIND, kind="essay")
    if body.startswith("#"):
        return _numeric(frame, body[1:], read, own, note)
    if body.startswith(">"):
        return _ordering(frame, body[1:], read, own)
    verdict, _, feedback = body.partition("#")
    if verdict.strip().upper() in TRUTH:
        key = TRUTH[verdict.strip().upper()]
        return drafts.true_false(_with(frame, read, feedback.partition("#")), key=key)
    return _listed(frame, _answers(body), read, own, note)


def _with(frame: Frame, read: Read, feedback: tuple[str, str, str]) -> Frame:
    """Add the feedback for a wrong and a right answer of a true-or-false question."""
    wrong, _, right = feedback
    lines = (frame.explanation, read(right), read(wrong))
    explanation = "\n".join(dict.fromkeys(filter(None, lines)))
    return _explained(frame, explanation)


def _explained(frame: Frame, explanation: str) -> Frame:
    return Frame(
        stem=frame.stem,
        explanation=explanation,
        level=frame.level,
        difficulty=frame.difficulty,
        tags=frame.tags,
    )


def _answers(body: str) -> list[Answer]:
    first, *parts = SEVERAL.split(body)
    if first.strip():
        raise Unusable(STRAY)
    if len(parts) > MOST_ANSWERS:
        raise Unusable(TOO_MANY_ANSWERS)
    return [_answer(part) for part in parts]


def _answer(part: str) -> Answer:
    sign, rest = part[0], part[1:]
    weight = None
    if match := WEIGHT.match(rest):
        weight, rest = float(match[1].replace(",", ".")) / 100, rest[match.end() :]
    text, _, feedback = rest.partition("#")
    return Answer(sign, weight, text, feedback)


def _listed(
    frame: Frame, answers: list[Answer], read: Read, own: Mapping[str, str], note: Note
) -> ItemDraft:
    signs = {answer.sign for answer in answers}
    if signs == {"="} and all(ARROW in answer.text for answer in answers):
        return _matching(frame, answers, read)
    choices = [
        Choice(text=read(answer.text), weight=answer.share, feedback=read(answer.feedback))
        for answer in answers
    ]
    frame = _explained(frame, drafts.explained(frame.explanation, choices))
    if signs == {"="} and own.get("kind") != "sjt":
        return _short_text(frame, choices, answers, own, note)
    if "=" in signs:
        return drafts.one_right(frame, choices, weighted=own.get("kind") == "sjt")
    return drafts.several_right(frame, choices, "all" if own.get("credit") == "all" else "partial")


def _matching(frame: Frame, answers: list[Answer], read: Read) -> ItemDraft:
    cut = [answer.text.partition(ARROW) for answer in answers]
    pairs = [(read(prompt), read(option)) for prompt, _, option in cut]
    return drafts.matching(
        frame,
        [(prompt, option) for prompt, option in pairs if prompt],
        [option for prompt, option in pairs if not prompt],
    )


def _short_text(
    frame: Frame, choices: list[Choice], answers: list[Answer], own: Mapping[str, str], note: Note
) -> ItemDraft:
    full = [n for n, choice in enumerate(choices) if choice.weight >= drafts.FULL]
    if len(full) < len(choices):
        note(PARTLY)
    whole = [choices[n].text for n in full if "*" not in answers[n].text]
    if full and not whole:
        raise Unusable(WILDCARD)
    if len(whole) < len(full):
        note(WILDCARD)
    return drafts.short_text(frame, whole, case=own.get("case") == "yes")


def _ordering(frame: Frame, body: str, read: Read, own: Mapping[str, str]) -> ItemDraft:
    first, _, rest = body.partition("\n")
    words = first.split()
    is_setting = all(ORDER_WORDS.fullmatch(word) for word in words)
    lines = rest.split("\n") if is_setting else body.split("\n")
    texts = [text for line in lines if (text := read(line))]
    places = [int(place) for place in own.get("shown", "").split(",") if place.isdecimal()]
    shown = [texts[place - 1] for place in places if 0 < place <= len(texts)]
    return drafts.ordering(frame, texts, shown or None)


def _numeric(frame: Frame, body: str, read: Read, own: Mapping[str, str], note: Note) -> ItemDraft:
    answers = _answers(body if body.lstrip().startswith(("=", "~")) else f"={body}")
    right = [answer for answer in answers if answer.share >= drafts.FULL]
    if not right:
        raise Unusable(drafts.NO_KEY)
    if len(right) > 1:
        raise Unusable(SEVERAL_NUMBERS)
    if len(answers) > 1:
        note(PARTLY)
    value, tolerance = _range(show(right[0].text))
    said = [
        Choice(text=show(a.text).strip(), weight=a.share, feedback=read(a.feedback))
        for a in answers
    ]
    frame = _explained(frame, drafts.explained(frame.explanation, said))
    return drafts.numeric(frame, value, tolerance, own.get("unit", ""))


def _range(text: str) -> tuple[float, float]:
    """Read "3", "3:0.5" or "2.5..3.5" as a value and its tolerance."""
    if ".." in text:
        low, _, high = text.partition("..")
        bottom, top = drafts.number(low), drafts.number(high)
        middle = (bottom + top) / 2
        return round(middle, 9), round(abs(top - bottom) / 2, 9)
    value, _, tolerance = text.partition(":")
    return drafts.number(value), drafts.number(tolerance) if tolerance.strip() else 0.0
