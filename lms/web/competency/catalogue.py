"""Frameworks, competencies, standards and cut scores as pages to read."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from lms.core.learning import queries
from lms.core.learning.queries import FrameworkLine, StandardLine
from lms.web.access import permission
from lms.web.addresses import whole_number
from lms.web.competency.blueprint import blueprint
from lms.web.context import session
from lms.web.pages import page, require


@blueprint.get("")
@permission("core:standard:read")
def standards() -> ResponseReturnValue:
    """Show the standard of a framework: position level × competency, exceptions, versions."""
    current = [line for line in queries.framework_lines(session()) if line.current]
    if not current:
        return page("competency/standards.html", frameworks=[], framework=None)
    framework = queries.framework_view(session(), _chosen(current))
    versions = queries.standard_lines(session(), framework.line.framework_id)
    standard = _version(versions)
    columns = [each.competency_id for each in framework.competencies]
    levels, posts = (
        queries.standard_matrix(session(), standard.standard_id, columns) if standard else ([], [])
    )
    return page(
        "competency/standards.html",
        frameworks=current,
        framework=framework,
        versions=versions,
        standard=standard,
        levels=levels,
        posts=posts,
    )


def _chosen(frameworks: list[FrameworkLine]) -> str:
    code = request.args.get("kerangka", frameworks[0].code)
    return require(next((line.code for line in frameworks if line.code == code), None))


def _version(versions: list[StandardLine]) -> StandardLine | None:
    """Give the version asked for by `?versi=`, or the one in force; None without any."""
    number = request.args.get("versi", type=whole_number)
    if number is not None:
        return require(next((line for line in versions if line.version == number), None))
    return next((line for line in versions if line.current), None)


@blueprint.get("/kerangka")
@permission("core:standard:read")
def frameworks() -> ResponseReturnValue:
    """List the frameworks with their versions."""
    lines = queries.framework_lines(session())
    return page(
        "competency/frameworks.html",
        current=[line for line in lines if line.current],
        older=[line for line in lines if not line.current],
    )


@blueprint.get("/kerangka/<code>/<int:version>")
@permission("core:standard:read")
def framework(code: str, version: int) -> ResponseReturnValue:
    """Show a version of a framework: its domains and competencies."""
    view = queries.framework_view(session(), code, version)
    return page("competency/framework.html", framework=view)


@blueprint.get("/kerangka/<code>/<int:version>/<competency>")
@permission("core:standard:read")
def competency(code: str, version: int, competency: str) -> ResponseReturnValue:
    """Show a competency: what each level means, and how it shows in behaviour."""
    view = queries.framework_view(session(), code, version)
    found = require(next((each for each in view.competencies if each.code == competency), None))
    return page("competency/competency.html", framework=view, competency=found)


@blueprint.get("/batas-nilai")
@permission("core:standard:read")
def rules() -> ResponseReturnValue:
    """Show the rule sets of cut scores with their bands and sources."""
    views = queries.rule_views(session())
    return page("competency/rules.html", rules=views)
