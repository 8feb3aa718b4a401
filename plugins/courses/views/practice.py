"""Answers to activities inside a step: judged at once, never stored."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms.web import htmx, plugin_blueprint, redirect_to, require, signed_in
from plugins.courses.views.activities import Answered
from plugins.courses.views.study import StepRequest, step_blocks, step_page

blueprint = plugin_blueprint("courses_practice", "plugins.courses", url_prefix="/pelatihan/belajar")


@blueprint.post("/<public_id>/<int:module>/<int:number>/soal/<int:which>")
@signed_in
def check(public_id: str, module: int, number: int, which: int) -> ResponseReturnValue:
    """Say how an answer was; with htmx only this block comes back, else the whole page."""
    answered = Answered(number=which, fields=request.form.to_dict(flat=False))
    asked = StepRequest(public_id=public_id, module=module, number=number, answered=answered)
    if htmx:
        return require(step_blocks(asked).get(which))
    return step_page(asked)


@blueprint.get("/<public_id>/<int:module>/<int:number>/soal/<int:which>")
@signed_in
def back_to_step(public_id: str, module: int, number: int, which: int) -> ResponseReturnValue:
    """Lead back to the step, such as when the address of an answer is opened again."""
    return redirect_to("courses_study.step", public_id=public_id, module=module, number=number)
